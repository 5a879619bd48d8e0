import { parse } from "semver";
import { newestLower } from "./lower.ts";
import type { ReleaseFacts } from "./package.ts";
import type { Subject } from "./subject.ts";

/**
 * The established baseline of a release: the newest one of the same package, lower in semver, that had been public for
 * at least the cooldown when this one came out and is itself not compromised; else the version that the checked-out
 * commit locks. So a second malicious release does not make the first one's script look established.
 * Prereleases count only for a prerelease. Where a registry dates nothing, every lower release counts; where it dates others
 * and not this one, those count that had been public for the cooldown when it was asked. null where there is none.
 */
export function establishedBaseline(subject: Subject, cooldownMs: number): ReleaseFacts | null {
  if (!subject.package.known || parse(subject.version) === null) return null;
  const facts = subject.package.value;
  // Where nothing is dated, what came before in semver is all there is to compare with.
  const by = facts.times.size === 0 ? Infinity : (facts.times.get(subject.version) ?? facts.fetchedAt) - cooldownMs;
  const best = newestLower(facts, subject.version, by, (version) => subject.isCompromised(version));
  if (best !== null) return best;
  const committed = subject.committedVersion;
  if (committed === null || subject.isCompromised(committed)) return null;
  return facts.releases.get(committed) ?? null;
}
