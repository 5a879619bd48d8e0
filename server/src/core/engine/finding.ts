import type { Remedy } from "./remedy.ts";
import type { Severity } from "../rules/rule.ts";
import type { Span } from "../util/text.ts";
import type { UnknownCode } from "../facts/fact.ts";

/** A finding at one place of one file. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly package: string;
  readonly version: string;
  /** URI. */
  readonly file: string;
  readonly span: Span;
  readonly message: string;
  readonly advisories: readonly string[];
  readonly remedy: Remedy;
  /** From the project down to the package, by the names they are installed under; as `pathTo` bounds it. */
  readonly path: readonly string[];
  /** The same release's other places. */
  readonly related: readonly RelatedPlace[];
  /** The rule whose finding at the same place says it too; null for one that stands by itself. */
  readonly foldedInto: string | null;
  /** Set when the finding is that something is not known. */
  readonly unknown: { readonly code: UnknownCode; readonly clause: string } | null;
}

export interface RelatedPlace {
  readonly file: string;
  readonly span: Span;
  readonly message: string;
}

export interface FileReport {
  /** URI. */
  readonly file: string;
  readonly kind: string;
  /** Releases in it that were judged, and what it asks for that stands for none that is known. */
  readonly packages: number;
  /** Why it could not be read whole. */
  readonly error: string | null;
}
