import { compare, lt, parse, prerelease } from "semver";
import type { Subject } from "./subject.ts";
import type { PackageFacts, ReleaseFacts } from "./package.ts";

/**
 * The established baseline of a release: the newest one of the same package, lower in semver, that had been public for
 * at least the cooldown when this one came out and is itself not compromised; else the version that the checked-out
 * commit locks. So a second malicious release does not make the first one's script look established.
 * Prereleases count only for a prerelease. A registry that dates nothing leaves only the order of semver; one that leaves
 * this version undated and dates others, those that were public for the cooldown when it was asked. null where there is none.
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

/** The newest release lower in semver that was public by then (ms since epoch; Infinity: dated or not) and is not left out. */
export function newestLower(facts: PackageFacts, than: string, publishedBy: number, isLeftOut: (version: string) => boolean): ReleaseFacts | null {
  const wantPrerelease = prerelease(than) !== null;
  let best: ReleaseFacts | null = null;
  for (const [version, release] of facts.releases) {
    const at = publishedBy === Infinity ? 0 : facts.times.get(version);
    if (at === undefined || at > publishedBy || parse(version) === null || !lt(version, than)) continue;
    if (!wantPrerelease && prerelease(version) !== null) continue;
    if (best !== null && compare(version, best.version) <= 0) continue;
    if (isLeftOut(version)) continue;
    best = release;
  }
  return best;
}
