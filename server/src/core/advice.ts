import type { Finding } from "./engine/finding.ts";

/** What to do, in one short sentence; null where there is nothing to advise. */
export function adviceOf({ severity, safe, unknown, advice }: Pick<Finding, "severity" | "safe" | "unknown" | "advice">): string | null {
  if (advice !== undefined) return advice;
  if (unknown !== null || severity === "hint" || severity === "information") return null;
  return safe === null ? "No safe version is known." : `Safe version: ${safe.preferred}.`;
}

export function messageWithAdvice(finding: Finding): string {
  const advice = adviceOf(finding);
  return advice === null ? finding.message : `${finding.message} ${advice}`;
}
