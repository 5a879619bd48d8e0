import { compare, lt, parse, prerelease } from "semver";
import type { PackageFacts, ReleaseFacts } from "./package.ts";

/** The newest release lower in semver that was public by then (ms since epoch; Infinity: dated or not) and is not left out. */
export function newestLower(
  facts: PackageFacts,
  than: string,
  publishedBy: number,
  isLeftOut: (version: string) => boolean,
): ReleaseFacts | null {
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
