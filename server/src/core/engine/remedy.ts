/** What is to be done about a finding. */
import type { SafeVersions } from "../fixes/fix.ts";
import { isAtLeast } from "../rules/rule.ts";
import type { Severity, Verdict } from "../rules/rule.ts";

export type Remedy =
  | { readonly kind: "versions"; readonly safe: SafeVersions }
  | { readonly kind: "none-known" }
  /** Safe versions are still looked for. */
  | { readonly kind: "awaited" }
  /** Something else than another version. */
  | { readonly kind: "other"; readonly advice: string }
  /** The message says all there is to say. */
  | { readonly kind: "untold" };

export const UNTOLD: Remedy = { kind: "untold" };

/**
 * @param safe of the release; null where none is known
 * @param isWhole false while facts are still awaited
 */
export function remedyOf(
  { severity, unknown, advice }: Pick<Verdict, "unknown" | "advice"> & { readonly severity: Severity },
  safe: SafeVersions | null,
  isWhole = true,
): Remedy {
  if (unknown !== undefined || advice === null) return UNTOLD;
  if (advice !== undefined) return { kind: "other", advice };
  if (safe !== null) return { kind: "versions", safe };
  if (!isAtLeast(severity, "warning")) return UNTOLD;
  return { kind: isWhole ? "none-known" : "awaited" };
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
      return "No safe version is known.";
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
