import { satisfies } from "semver";
import type { AllowEntry } from "./settings.ts";

/** An entry that names no rules was not written with these in mind: they have to be named. */
const MUST_BE_NAMED: ReadonlySet<string> = new Set(["compromised", "removed-version"]);

export interface Allowable {
  readonly rule: string;
  readonly package: string;
  readonly version: string;
}

/** The first entry of `depwarden.allow` that covers a finding at this moment; null when none does. */
export function allowedBy(finding: Allowable, entries: readonly AllowEntry[], now: number): AllowEntry | null {
  return entries.find((entry) => covers(entry, finding, now)) ?? null;
}

function covers(entry: AllowEntry, finding: Allowable, now: number): boolean {
  if (entry.package !== finding.package || (entry.until !== null && now > entry.until)) return false;
  const ruleCovered = entry.rules === null ? !MUST_BE_NAMED.has(finding.rule) : entry.rules.includes(finding.rule);
  return ruleCovered && (entry.versions === null || satisfies(finding.version, entry.versions, { includePrerelease: true }));
}
