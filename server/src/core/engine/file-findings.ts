/** Findings about files that could not be read, or not whole: of no release, at the place where reading failed. */
import type { UnknownCode } from "../facts/fact.ts";
import { UNTOLD } from "./remedy.ts";
import { severityOf } from "../rules/rule.ts";
import { unchecked } from "../rules/unchecked.ts";
import type { Settings } from "../settings/settings.ts";
import type { Span } from "../util/text.ts";
import type { Finding } from "./finding.ts";

export interface FileProblem {
  readonly uri: string;
  readonly span: Span;
  /** One or two sentences, for a person. */
  readonly message: string;
  readonly unknown: { readonly code: UnknownCode; readonly clause: string };
}

/** What a finding says of releases, for one that is of none. */
export const OF_NO_RELEASE = {
  package: "",
  version: "",
  advisories: [],
  remedy: UNTOLD,
  path: [],
  related: [],
  foldedInto: null,
} as const;

export function fileFindings(problems: readonly FileProblem[], settings: Settings): readonly Finding[] {
  const { meta } = unchecked;
  const severity = severityOf(meta, settings);
  if (severity === null) return [];
  return problems.map(({ uri, span, message, unknown }) => ({
    ...OF_NO_RELEASE,
    rule: meta.id,
    severity,
    file: uri,
    span,
    message,
    unknown,
  }));
}
