import type { Packument } from "../../../server/src/core/facts/package.ts";

/** All that a packument says, in plain values that can be compared. */
export function plainPackument({ facts, distributions }: Packument): unknown {
  const { name, detail, fetchedAt, modified, unpublishedAt, securityHolder, distTags, releases, times } = facts;
  const inOrder = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return structuredClone({
    ...{ name, detail, fetchedAt, modified, unpublishedAt, securityHolder },
    distTags: inOrder(distTags),
    releases: [...releases],
    times: inOrder(times),
    distributions: [...distributions],
  });
}
