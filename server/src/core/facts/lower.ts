import { parse } from "semver";
import { isPrerelease, lowerThan } from "./ordered.ts";
import type { PackageFacts, ReleaseFacts } from "./package.ts";

/** The newest release lower in semver that was public by then (ms since epoch; Infinity: dated or not) and is not left out. */
export function newestLower(
  facts: PackageFacts,
  than: string,
  publishedBy: number,
  isLeftOut: (version: string) => boolean,
): ReleaseFacts | null {
  const own = parse(than);
  if (own === null) return null;
  const wantPrerelease = isPrerelease(own);
  const found = lowerThan(facts, own).find(({ version, parsed }) => {
    const at = publishedBy === Infinity ? 0 : facts.times.get(version);
    if (at === undefined || at > publishedBy || (!wantPrerelease && isPrerelease(parsed))) return false;
    return !isLeftOut(version);
  });
  return found?.release ?? null;
}
