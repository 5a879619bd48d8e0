import { compare, lt, parse, prerelease } from "semver";
import type { Subject } from "./subject.ts";
import type { ReleaseFacts } from "./package.ts";

/**
 * The established baseline of a release: the newest one of the same package, lower in semver, that had been public for
 * at least the cooldown when this one came out and is itself not compromised; else the version that the checked-out
 * commit locks. So a second malicious release does not make the first one's script look established.
 * Prereleases count only for a prerelease. A registry that dates nothing leaves only the order of semver. null where there
 * is none.
 */
export function establishedBaseline(subject: Subject, cooldownMs: number): ReleaseFacts | null {
  if (!subject.package.known || parse(subject.version) === null) return null;
  const facts = subject.package.value;
  const publishedAt = facts.times.get(subject.version);
  // Where nothing is dated, what came before in semver is all there is to compare with.
  const by = publishedAt === undefined ? (facts.times.size === 0 ? Infinity : null) : publishedAt - cooldownMs;
  const best = by === null ? null : newestEstablished(subject, by);
  if (best !== null) return best;
  const committed = subject.committedVersion;
  if (committed === null || subject.isCompromised(committed)) return null;
  return facts.releases.get(committed) ?? null;
}

function newestEstablished(subject: Subject, publishedBy: number): ReleaseFacts | null {
  if (!subject.package.known) return null;
  const facts = subject.package.value;
  const wantPrerelease = prerelease(subject.version) !== null;
  let best: ReleaseFacts | null = null;
  for (const [version, release] of facts.releases) {
    const at = publishedBy === Infinity ? 0 : facts.times.get(version);
    if (at === undefined || at > publishedBy || parse(version) === null || !lt(version, subject.version)) continue;
    if (!wantPrerelease && prerelease(version) !== null) continue;
    if (best !== null && compare(version, best.version) <= 0) continue;
    if (subject.isCompromised(version)) continue;
    best = release;
  }
  return best;
}
