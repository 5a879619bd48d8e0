/** Judges one release by itself with the real engine, over packuments in memory, as of a moment. No advisory is known. */
import { explainRelease } from "../../server/src/core/engine/explain.ts";
import type { Judged } from "../../server/src/core/engine/findings.ts";
import { known, unknown } from "../../server/src/core/facts/fact.ts";
import type { Fact } from "../../server/src/core/facts/fact.ts";
import type { Packument } from "../../server/src/core/facts/package.ts";
import { packumentFrom } from "../../server/src/core/facts/packument.ts";
import type { Catalogue, Ports } from "../../server/src/core/ports.ts";
import { DEFAULT_SETTINGS } from "../../server/src/core/settings/settings.ts";
import type { PackagesData, ReleaseData } from "./data.ts";

const NPMJS = { url: "https://registry.npmjs.org/", isPublic: true };
const HOST = "registry.npmjs.org";

/** Facts of a package, whatever was asked for; memoized by the caller. */
export type PackageLookup = (name: string) => Promise<Fact<Packument>>;

const NO_CATALOGUE: Catalogue = { asOf: 0, advisories: () => [], lastGood: () => null, disputed: () => null };

const NEVER = new AbortController().signal;

export function portsOver(lookup: PackageLookup, moment: number): Ports {
  return {
    registry: {
      resolve: () => Promise.resolve(NPMJS),
      resolveNamed: () => Promise.resolve(NPMJS),
      packument: ({ name }) => lookup(name),
      tarballModified: () => Promise.resolve(unknown("not-stated", `${HOST} does not date its tarballs`)),
    },
    advisories: { lookup: (releases) => Promise.resolve(releases.map(() => ({ found: [], missing: [] }))) },
    catalogue: NO_CATALOGUE,
    files: {
      read: () => Promise.resolve(unknown("not-found", "no such file")),
      list: () => Promise.resolve(unknown("not-found", "no such folder")),
    },
    history: {
      committed: () => Promise.resolve(unknown("not-found", "no history")),
      committedBy: () => Promise.resolve(unknown("not-found", "no history")),
    },
    userSettings: { places: null, env: {} },
    clock: { now: () => moment, asOf: moment, elapsed: () => performance.now(), breathe: () => Promise.resolve() },
    log: { info: () => undefined, warn: () => undefined },
  };
}

/** As a direct dependency, with the default settings. */
export function judgeRelease(lookup: PackageLookup, name: string, version: string, moment: number): Promise<Judged> {
  return explainRelease(
    { name, version, registry: NPMJS },
    portsOver(lookup, moment),
    DEFAULT_SETTINGS,
    "file:///replay",
    NEVER,
  );
}

/** Facts from data files. A name that is not there is not known. */
export function lookupIn(packages: PackagesData): PackageLookup {
  const facts = new Map<string, Fact<Packument>>();
  return (name) => {
    let found = facts.get(name);
    if (found === undefined) {
      const releases = Object.hasOwn(packages, name) ? packages[name] : undefined;
      found = releases === undefined ? unknown("not-found", `${HOST} does not have it (404)`) : factsOf(name, releases);
      facts.set(name, found);
    }
    return Promise.resolve(found);
  };
}

/** Through the core's own reader of packuments. What the data does not state is not known, so it is not "none". */
function factsOf(name: string, releases: Readonly<Record<string, ReleaseData>>): Fact<Packument> {
  const time: Record<string, string> = {};
  const versions: Record<string, object> = {};
  let inherited: Pick<ReleaseData, "dependencies" | "optionalDependencies"> = {};
  for (const [version, release] of Object.entries(releases)) {
    const {
      at,
      mirrored = false,
      scripts = {},
      dependencies = inherited.dependencies ?? {},
      optionalDependencies = inherited.optionalDependencies ?? {},
      gypfile,
      publisher,
      provenance,
    } = release;
    inherited = { dependencies, optionalDependencies };
    if (!mirrored) time[version] = at;
    const trusted = publisher?.trustedPublisher;
    versions[version] = {
      _id: `${name}@${version}`,
      name,
      version,
      scripts,
      dependencies,
      optionalDependencies,
      ...(gypfile === undefined ? {} : { gypfile }),
      ...(publisher === undefined
        ? {}
        : {
            _npmUser: {
              name: publisher.name,
              ...(trusted === undefined ? {} : { trustedPublisher: { oidcConfigId: trusted } }),
            },
          }),
      dist:
        provenance === true
          ? { attestations: { provenance: { predicateType: "https://slsa.dev/provenance/v1" } } }
          : {},
    };
  }
  const read = packumentFrom(
    { name, "dist-tags": {}, time, versions },
    { name, detail: "full", fetchedAt: 0, host: HOST },
  );
  if (!read.known) return read;
  const stated = new Map(
    [...read.value.facts.releases].map(([version, facts]) => [
      version,
      releases[version]?.provenance === undefined ? { ...facts, provenance: null } : facts,
    ]),
  );
  return known({ ...read.value, facts: { ...read.value.facts, releases: stated } });
}
