import { parse } from "semver";
import { isPrerelease, orderOf } from "./ordered.ts";
import type { ReleaseFacts } from "./package.ts";
import type { Subject } from "./subject.ts";

export interface EarlierRelease {
  readonly release: ReleaseFacts;
  /** ms since epoch. */
  readonly at: number;
}

/**
 * The releases that had been public for at least `leadMs` when this one came out, newest first by time. Prereleases count
 * only for a prerelease; compromised ones never do. Empty where times are not known.
 */
export function earlierReleases(subject: Subject, leadMs: number): readonly EarlierRelease[] {
  if (!subject.package.known) return [];
  const facts = subject.package.value;
  const publishedAt = facts.times.get(subject.version);
  if (publishedAt === undefined) return [];
  const own = parse(subject.version);
  const wantPrerelease = own !== null && isPrerelease(own);
  const { byVersion } = orderOf(facts);
  const earlier: EarlierRelease[] = [];
  for (const [version, at] of facts.times) {
    const found = byVersion.get(version);
    if (found === undefined || at > publishedAt - leadMs || version === subject.version) continue;
    if (!wantPrerelease && isPrerelease(found.parsed)) continue;
    if (!subject.isCompromised(version)) earlier.push({ release: found.release, at });
  }
  return earlier.sort((a, b) => b.at - a.at);
}
