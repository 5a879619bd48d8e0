import { configFileName, type ConfigKind } from "../../documents/config/index.ts";
import { scalarsAt, type ConfigScalar, type ConfigValue } from "../../documents/config/tree.ts";
import { DAY, HOUR } from "../../util/duration.ts";
import { oneLine } from "../../util/sanitize.ts";
import type { Span } from "../../util/text.ts";
import { filledIn } from "../../config/variables.ts";
import type { PolicyFile } from "../../config/layers.ts";

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
  return `${path.findLast((key) => key !== "value") ?? ""}${equals}${String(value)} in ${configFileName(kind)}`;
}

export interface WeakInput {
  /** The manager's version; null when it is not stated. */
  readonly version: string | null;
  /** The project's own files. */
  readonly own: readonly PolicyFile[];
  /** The moment of judgement, ms since epoch. */
  readonly now: number;
}

/** A cooldown written without a unit that comes to less is one in another unit, almost surely: an attack may be live for longer. */
const LEAST_MEANT = 6 * HOUR;
/** Nobody waits for longer: one that comes to more is in another unit too. */
const LONGEST_MEANT = 365 * DAY;

export function isMistaken(ms: number): boolean {
  return ms < LEAST_MEANT || ms >= LONGEST_MEANT;
}

export function ownFile(own: readonly PolicyFile[], kind: PolicyFile["kind"]): PolicyFile["model"]["root"] | null {
  return own.find((file) => file.kind === kind && file.model.problems.length === 0)?.model.root ?? null;
}

/** What a value comes to, with its variables; null where one of them is not known, so that nothing can be said. */
export function valueOf(own: readonly PolicyFile[], kind: ConfigKind, { text }: ConfigScalar): string | null {
  return filledIn(kind, text, own.find((file) => file.kind === kind)?.env);
}

/** How a package manager reads a list of exceptions. */
export interface Exceptions {
  /** Patterns that stand for all packages. */
  readonly all: readonly string[];
  /** Patterns that stand for all packages that have no scope. */
  readonly unscoped: readonly string[];
  /** One with a `!` before it takes in all that is not like the rest. */
  readonly negates: boolean;
  /** One entry may be several, with commas between. */
  readonly hasCommas: boolean;
}

/** The first entry of a list of exceptions that takes in packages which nobody named, and anybody may publish. */
export function takesUnnamed(
  own: readonly PolicyFile[],
  kind: ConfigKind,
  path: readonly string[],
  exceptions: Exceptions,
): readonly Weakness[] {
  const settings = ownFile(own, kind);
  for (const scalar of settings === null ? [] : scalarsAt(settings, ...path)) {
    const patterns = exceptions.hasCommas ? scalar.text.split(",").map((one) => one.trim()) : [scalar.text];
    for (const pattern of patterns) {
      const which = unnamed(pattern, exceptions);
      if (which === null) continue;
      const told = `${path[0] ?? ""}: ${JSON.stringify(oneLine(pattern, 60))} takes ${which} out of the cooldown.`;
      return [weakness(kind, scalar, told, null)];
    }
  }
  return [];
}

/** A scope has an owner: `@scope/*` names its packages. */
const IN_ONE_SCOPE = /^@[\w.~-]+\//;
const WILDCARD = /[*?[\]{}()|]/;

function unnamed(pattern: string, { all, unscoped, negates }: Exceptions): string | null {
  if (all.includes(pattern)) return "every package";
  if (unscoped.includes(pattern)) return "every package without a scope";
  if (pattern.startsWith("!")) return negates ? `every package but ${oneLine(pattern.slice(1), 60)}` : null;
  const name = pattern.replace(/(?<=[^@])@.*/, "");
  return WILDCARD.test(name) && !IN_ONE_SCOPE.test(name) ? "packages that anybody may publish" : null;
}

export function weakness(
  kind: ConfigKind | "package-json",
  { span }: ConfigValue,
  message: string,
  mend: Mend | null,
): Weakness {
  return { at: { kind, span }, message, mend };
}
