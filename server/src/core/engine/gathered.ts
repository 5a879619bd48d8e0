import type { Fact } from "../facts/fact.ts";
import type { Distribution, PackageFacts } from "../facts/package.ts";
import { addressOf, fetchedFrom } from "../facts/places.ts";
import type { PlaceRef } from "../facts/places.ts";
import type { Publication, Subject } from "../facts/subject.ts";
import type { Catalogue } from "../ports.ts";
import { registryHost } from "./publication.ts";
import type { ReleaseAdvisories } from "./release-advisories.ts";
import type { Target } from "../project/target.ts";

/** What its registry told of a release, and when it came out. */
export interface Gathered {
  readonly target: Target;
  readonly package: Fact<PackageFacts>;
  /** Null where the release's own entry is not known. */
  readonly distribution: Distribution | null;
  readonly published: Fact<Publication>;
}

/** What the commit checked out says of a release. As in `Subject`. */
export type Committed = Pick<Subject, "committedVersion" | "isNewlyTaken" | "lockedBeforeFirst">;

/** As the rules see it, with what is known against it by now; what it newly depends on comes later. */
export function subjectOf(
  { target, package: facts, distribution, published }: Gathered,
  committed: Committed,
  advisories: ReleaseAdvisories,
  catalogue: Catalogue,
): Subject {
  const { release } = target;
  return {
    name: release.name,
    version: release.version,
    registryHost: registryHost(release),
    registryAddress: addressOf(release.registry.url),
    isHostUntold: release.registry.isHostUntold === true,
    isRegistryPublic: release.registry.isPublic,
    direct: target.direct,
    lockedInstallScript: target.lockedInstallScript,
    package: facts,
    distribution,
    published,
    advisories: advisories.of(release),
    disputed: catalogue.disputed(release.name, release.version),
    isCompromised: (version) => advisories.isCompromised({ ...release, version }),
    added: null,
    ownName: target.ownName ?? null,
    ...placesIn(target, facts),
    ...committed,
  };
}

const NONE: readonly never[] = [];

/** Where the project's files have it, as rules go by it. */
function placesIn({ release, locked, declared }: Target, facts: Fact<PackageFacts>): Pick<Subject, "locked" | "asked"> {
  const stated = facts.known ? facts.value.releases.get(release.version) : undefined;
  return {
    locked: locked.map(
      ({
        uri,
        locked: entry,
        locked: {
          versionSpan,
          integrity,
          resolved,
          source,
          otherVersion,
          outOf,
          insteadOf,
          brings,
          bundled,
          bundledScripts,
        },
        format,
        usualHosts,
        comparison,
      }) => ({
        uri,
        format,
        start: versionSpan.start,
        integrity,
        resolved,
        address: fetchedFrom(resolved, release.registry.url),
        source,
        otherVersion: otherVersion ?? null,
        outOf: outOf ?? null,
        insteadOf,
        brings: brings ?? [],
        differences: stated === undefined || comparison === null ? NONE : comparison.of(entry, stated),
        isHookTold: comparison?.isHookTold === true,
        isBundled: bundled,
        bundledScripts: bundledScripts ?? NONE,
        usualHosts,
      }),
    ),
    asked: declared.flatMap(({ uri, span, range }) => (range === null ? [] : [{ uri, start: span.start, range }])),
  };
}

/** The same places where they are now; `target` differs from what `before` is of in nothing but that. */
export function movedPlaces(
  before: Pick<Subject, "locked" | "asked">,
  { locked, declared }: Target,
): Pick<Subject, "locked" | "asked"> {
  const ranges = declared.filter(({ range }) => range !== null);
  return {
    locked: movedTo(
      before.locked,
      locked.map(({ locked: { versionSpan } }) => versionSpan.start),
    ),
    asked: movedTo(
      before.asked,
      ranges.map(({ span }) => span.start),
    ),
  };
}

function movedTo<Place extends PlaceRef>(places: readonly Place[], starts: readonly number[]): readonly Place[] {
  return places.some(({ start }, index) => start !== starts[index])
    ? places.map((place, index) => ({ ...place, start: starts[index] ?? place.start }))
    : places;
}
