import { parse, prerelease } from "semver";
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
  const { times, releases } = subject.package.value;
  const publishedAt = times.get(subject.version);
  if (publishedAt === undefined) return [];
  const wantPrerelease = prerelease(subject.version) !== null;
  const earlier: EarlierRelease[] = [];
  for (const [version, at] of times) {
    const release = releases.get(version);
    if (release === undefined || at > publishedAt - leadMs || version === subject.version || parse(version) === null)
      continue;
    if (!wantPrerelease && prerelease(version) !== null) continue;
    if (!subject.isCompromised(version)) earlier.push({ release, at });
  }
  return earlier.sort((a, b) => b.at - a.at);
}
