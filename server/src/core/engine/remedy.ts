/** What is to be done about a finding. */
import type { SafeVersions } from "../fixes/fix.ts";
import { oneLine } from "../util/sanitize.ts";
import { isAtLeast } from "../rules/rule.ts";
import type { Severity, Verdict } from "../rules/rule.ts";

export type Remedy =
  | { readonly kind: "versions"; readonly safe: SafeVersions }
  /** `isUnsure`: not all that speaks for or against the release could be asked, and so of others neither. */
  | { readonly kind: "none-known"; readonly advice: string; readonly isUnsure?: true }
  /** Safe versions are still looked for. */
  | { readonly kind: "awaited" }
  /** Something else than another version. */
  | { readonly kind: "other"; readonly advice: string }
  /** The message says all there is to say. */
  | { readonly kind: "untold" };

export const UNTOLD: Remedy = { kind: "untold" };

export interface RemedyContext {
  /** False while facts are still awaited. */
  readonly isWhole?: boolean;
  /** From the project down to the package; without it, that is not known. */
  readonly path?: readonly string[];
}

type Advised = Pick<Verdict, "unknown" | "advice" | "untilSafe"> & { readonly severity: Severity };

/** @param release with its safe versions, null where none is known, and all that is said of it */
export function remedyOf(
  judgement: Advised,
  { safe, judgements }: { readonly safe: SafeVersions | null; readonly judgements: readonly Advised[] },
  { isWhole = true, path }: RemedyContext = {},
): Remedy {
  const { severity, unknown, advice, untilSafe } = judgement;
  if (unknown !== undefined || advice === null) return UNTOLD;
  if (advice !== undefined) return { kind: "other", advice };
  if (safe !== null) return { kind: "versions", safe };
  if (!isAtLeast(severity, "warning")) return UNTOLD;
  if (!isWhole) return { kind: "awaited" };
  // Waiting mends nothing else.
  const isAlone = judgements.every((other) => other === judgement || !isAtLeast(other.severity, "warning"));
  const isUnsure = judgements.some((other) => other.unknown !== undefined);
  return {
    kind: "none-known",
    advice: (isAlone ? untilSafe : undefined) ?? withoutIt(path),
    ...(isUnsure ? { isUnsure } : {}),
  };
}

function withoutIt(path: readonly string[] | undefined): string {
  if (path === undefined) return "Leave it out, or change what brings it in.";
  const [by = ""] = path;
  return path.length > 1 ? `Pin or replace ${oneLine(by, 80)}, which brings it in.` : "Leave it out, or wait for one.";
}

/** One short sentence; null where there is nothing to advise, as of what is no more than worth knowing. */
export function adviceOf({
  severity,
  remedy,
}: {
  readonly severity: Severity;
  readonly remedy: Remedy;
}): string | null {
  switch (remedy.kind) {
    case "untold":
      return null;
    case "other":
      return remedy.advice;
    case "versions":
      return isAtLeast(severity, "warning") ? `Safe version: ${remedy.safe.preferred}${askedNote(remedy.safe)}.` : null;
    case "none-known":
      return remedy.isUnsure === true
        ? `No version is known to be safe, as not everything could be checked. ${remedy.advice}`
        : `No safe version is known. ${remedy.advice}`;
    case "awaited":
      return "A safe version is being looked for.";
  }
}

/** Behind a safe version. */
export function askedNote({ isAsked }: SafeVersions): string {
  return isAsked === true ? ", which the project asks for already" : "";
}

export function messageWithAdvice(finding: {
  readonly message: string;
  readonly severity: Severity;
  readonly remedy: Remedy;
}): string {
  const advice = adviceOf(finding);
  return advice === null ? finding.message : `${finding.message} ${advice}`;
}
