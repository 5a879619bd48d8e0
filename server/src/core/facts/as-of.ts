import { compare, parse, prerelease } from "semver";
import type { AdvisoryFacts } from "./advisory.ts";
import type { PackageFacts } from "./package.ts";

/**
 * A package as the registry showed it at an earlier moment: releases, tags and removals that came later are left out.
 * Needs publish times, so the full form; a release whose time is not stated stays.
 */
export function packageAsOf(facts: PackageFacts, moment: number): PackageFacts {
  const times = new Map([...facts.times].filter(([, at]) => at <= moment));
  const existed = (version: string): boolean => times.has(version) || !facts.times.has(version);
  const releases = new Map([...facts.releases].filter(([version]) => existed(version)));
  const distTags = new Map([...facts.distTags].filter(([, version]) => releases.has(version)));
  const newest = newestRelease(releases.keys());
  if (!distTags.has("latest") && newest !== null) distTags.set("latest", newest);
  const isHeld = facts.securityHolder && [...releases.keys()].some((version) => /-security(\.\d+)?$/.test(version));
  return {
    name: facts.name,
    detail: facts.detail,
    fetchedAt: Math.min(facts.fetchedAt, moment),
    modified: facts.modified !== null && facts.modified <= moment ? facts.modified : lastPublished(releases, times),
    distTags,
    releases,
    times,
    unpublishedAt: facts.unpublishedAt !== null && facts.unpublishedAt <= moment ? facts.unpublishedAt : null,
    securityHolder: isHeld,
  };
}

/** What had changed last by then, as far as releases tell; null where one of them is not dated. */
function lastPublished(releases: PackageFacts["releases"], times: PackageFacts["times"]): number | null {
  let last: number | null = null;
  for (const version of releases.keys()) if (!times.has(version)) return null;
  for (const at of times.values()) last = Math.max(at, last ?? at);
  return last;
}

function newestRelease(versions: Iterable<string>): string | null {
  let newest: string | null = null;
  for (const version of versions) {
    // Old registries hold versions that are none.
    if (parse(version) !== null && prerelease(version) === null && (newest === null || compare(version, newest) > 0))
      newest = version;
  }
  return newest;
}

/** Advisories already known at an earlier moment. One without a date cannot be shown to have been. */
export function advisoriesAsOf(facts: AdvisoryFacts, moment: number): AdvisoryFacts {
  return { ...facts, found: facts.found.filter(({ published }) => published !== null && published <= moment) };
}
