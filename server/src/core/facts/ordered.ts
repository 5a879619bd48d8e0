import { parse, type SemVer } from "semver";
import type { PackageFacts, ReleaseFacts } from "./package.ts";

export interface OrderedRelease {
  /** As the registry spells it. */
  readonly version: string;
  readonly parsed: SemVer;
  readonly release: ReleaseFacts;
}

interface Order {
  /** The highest first. */
  readonly releases: readonly OrderedRelease[];
  readonly byVersion: ReadonlyMap<string, OrderedRelease>;
}

const known = new WeakMap<PackageFacts["releases"], Order>();

/** The releases whose versions are semver. Worked out once: a lockfile may have thousands of versions of one package. */
export function orderOf({ releases }: Pick<PackageFacts, "releases">): Order {
  const present = known.get(releases);
  if (present !== undefined) return present;
  const all = [...releases].flatMap(([version, release]): readonly OrderedRelease[] => {
    const parsed = parse(version);
    return parsed === null ? [] : [{ version, parsed, release }];
  });
  const order = {
    releases: all.toSorted((a, b) => b.parsed.compare(a.parsed)),
    byVersion: new Map(all.map((one) => [one.version, one])),
  };
  known.set(releases, order);
  return order;
}

/** Those that are lower than a version, the highest first. */
export function lowerThan(facts: Pick<PackageFacts, "releases">, than: SemVer): readonly OrderedRelease[] {
  const { releases } = orderOf(facts);
  let [from, to] = [0, releases.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const isLower = (releases[middle]?.parsed.compare(than) ?? -1) < 0;
    [from, to] = isLower ? [from, middle] : [middle + 1, to];
  }
  return releases.slice(from);
}

export function isPrerelease({ prerelease }: SemVer): boolean {
  return prerelease.length > 0;
}
