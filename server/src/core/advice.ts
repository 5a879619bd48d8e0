import type { Finding } from "./engine/finding.ts";

export const NO_SAFE_VERSION = "No safe version is known.";
export const SAFE_VERSION_AWAITED = "A safe version is being looked for.";

/** What to do, in one short sentence; null where there is nothing to advise. */
export function adviceOf({ severity, safe, unknown, advice }: Pick<Finding, "severity" | "safe" | "unknown" | "advice">): string | null {
  if (advice !== undefined) return advice;
  if (unknown !== null || severity === "hint" || severity === "information") return null;
  return safe === null ? NO_SAFE_VERSION : `Safe version: ${safe.preferred}.`;
}

export function messageWithAdvice(finding: Finding): string {
  const advice = adviceOf(finding);
  return advice === null ? finding.message : `${finding.message} ${advice}`;
}
