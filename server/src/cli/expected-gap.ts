import type { UnknownCode } from "../core/facts/fact.ts";

/**
 * Whether something unknown is as it was meant to be, so that it is told and fails no run: names that stay with their
 * private registry, which has no advisories of its own, and under `offline` whatever was not asked.
 */
export function isExpectedGap(code: UnknownCode, { offline }: { readonly offline: boolean }): boolean {
  return code === "private" || (code === "offline" && offline);
}
