import { configFileName, type ConfigKind } from "../../documents/config/index.ts";
import { scalarsAt, type ConfigScalar } from "../../documents/config/tree.ts";
import { HOUR } from "../../duration.ts";
import type { Span } from "../../text.ts";
import type { PolicyFile } from "../layers.ts";

/** What leaves a project open to releases or scripts that its package manager could hold back. */
export interface Weakness {
  /** The value, in the project's own file; null where what is weak is that there is none. */
  readonly at: { readonly kind: ConfigKind | "package-json"; readonly span: Span } | null;
  readonly message: string;
  readonly mend: Mend | null;
}

/** A setting to write instead, in the manager's own words. */
export interface Mend {
  readonly kind: ConfigKind;
  readonly path: readonly string[];
  readonly value: string | number | boolean;
}

/** `min-release-age=3 in .npmrc` */
export function settingText({ kind, path, value }: Mend): string {
  const equals = kind === "npmrc" ? "=" : kind === "bunfig" ? " = " : ": ";
  return `${path.at(-1) ?? ""}${equals}${String(value)} in ${configFileName(kind)}`;
}

export interface WeakInput {
  /** The manager's version; null when it is not stated. */
  readonly version: string | null;
  /** The project's own files. */
  readonly own: readonly PolicyFile[];
}

/** A cooldown written without a unit that comes to less is one in another unit, almost surely: an attack may be live for longer. */
export const LEAST_MEANT = 6 * HOUR;

export function ownFile(own: readonly PolicyFile[], kind: PolicyFile["kind"]): PolicyFile["model"]["root"] | null {
  return own.find((file) => file.kind === kind && file.model.problems.length === 0)?.model.root ?? null;
}

/** A list of exceptions with one that stands for every package. */
export function takesAll(own: readonly PolicyFile[], kind: ConfigKind, path: readonly string[]): readonly Weakness[] {
  const settings = ownFile(own, kind);
  const all = settings === null ? undefined : scalarsAt(settings, ...path).find(({ text }) => text === "*" || text === "**");
  return all === undefined ? [] : [weakness(kind, all, `${path.at(-1) ?? ""}: ${JSON.stringify(all.text)} takes every package out of the cooldown.`, null)];
}

export function weakness(kind: ConfigKind | "package-json", { span }: ConfigScalar, message: string, mend: Mend | null): Weakness {
  return { at: { kind, span }, message, mend };
}
