/** What stands behind a release beside an account's word, from weakest to strongest. After pnpm: @pnpm/npm-resolver, trustChecks.ts. */
import type { ReleaseFacts } from "./package.ts";

const TRUST = ["none", "provenance", "trusted-publisher", "approved"] as const;
export type Trust = (typeof TRUST)[number];

/** null when the registry does not state it: the abbreviated form, and mirrors that drop it. */
export function trustOf({ publisher, provenance }: ReleaseFacts): Trust | null {
  if (provenance === null) return null;
  if (publisher?.approved === true) return "approved";
  if (!provenance) return "none";
  const trusted = publisher?.trustedPublisher ?? null;
  return trusted === null ? "provenance" : "trusted-publisher";
}

export function isWeaker(trust: Trust, than: Trust): boolean {
  return TRUST.indexOf(trust) < TRUST.indexOf(than);
}
