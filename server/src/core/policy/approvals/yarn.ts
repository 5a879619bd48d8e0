import { lt, valid } from "semver";
import { entryAt, scalarAt, type ConfigMap } from "../../documents/config/tree.ts";
import { layersOf, type PolicyFile } from "../../config/layers.ts";
import { yarnScalar } from "../../config/yarn-settings.ts";
import {
  manifestOf,
  sameForAll,
  splitKey,
  versionsWithin,
  type Approval,
  type Manner,
  type StatedApprovals,
  type Switch,
} from "./approval.ts";

/** `enableScripts` is off by default: @yarnpkg/cli 4.14.0, Configuration.ts. */
const FIRST_THAT_BLOCKS = "4.14.0";
/** A lockfile of an older format is one of a project that had scripts: Yarn turns `enableScripts` on for it (@yarnpkg/plugin-essentials, install.ts). */
const FIRST_BLOCKED_FORMAT = 9;
const FIRST_FORMAT_OF_YARN_4 = 8;
/** Yarn 1 reads none of this. */
const FIRST_WITH_SETTINGS = "2.0.0-0";

/** One version of each manner, and which others have it. */
const MANNERS: readonly Manner[] = [
  { version: "1.22.22", range: "<2.0.0-0" },
  { version: "3.8.7", range: ">=2.0.0-0 <4.0.0-0" },
  { version: "4.13.0", range: `>=4.0.0-0 <${FIRST_THAT_BLOCKS}-0` },
  { version: FIRST_THAT_BLOCKS, range: `>=${FIRST_THAT_BLOCKS}-0` },
];

/** Where Yarn's version is not known: one of each manner within a range; without one (null), of each that writes the lockfile there is. */
export function yarnVersions(lockfileVersion: string | null, range: string | null): readonly string[] {
  const format = lockfileVersion === null ? null : Number.parseFloat(lockfileVersion);
  return versionsWithin(MANNERS, range ?? writersOf(format));
}

function writersOf(format: number | null): string {
  if (format === null) return ">=4.0.0-0";
  if (format < FIRST_FORMAT_OF_YARN_4) return ">=2.0.0-0 <4.0.0-0";
  return format >= FIRST_BLOCKED_FORMAT ? `>=${FIRST_THAT_BLOCKS}-0` : ">=4.0.0-0";
}

/**
 * Yarn 2 and up: `dependenciesMeta` of the root manifest (`built`, of a name or of a name with one version, which holds
 * over it), else `enableScripts`. https://yarnpkg.com/configuration/manifest#dependenciesMeta; Yarn: Project.getDependencyMeta
 * `lockfileVersion` is null where there is no lockfile.
 */
export function yarnApprovals(
  files: readonly PolicyFile[],
  version: string,
  lockfileVersion: string | null,
): StatedApprovals {
  if (lt(version, FIRST_WITH_SETTINGS)) return yarnClassicApprovals();
  const blocks = !lt(version, FIRST_THAT_BLOCKS);
  const isKept = lockfileVersion !== null && !(Number.parseFloat(lockfileVersion) >= FIRST_BLOCKED_FORMAT);
  const stated = enableScripts(files);
  const runs = stated?.isOn ?? (!blocks || isKept);
  const byDefault: Approval = { runs, given: "none", origin: stated?.origin ?? "Yarn's default" };
  const manifest = manifestOf(files);
  const metas = manifest === null ? undefined : entryAt(manifest, "dependenciesMeta")?.value;
  const built = metas?.kind === "map" ? builtIn(metas) : new Map<string, Meta>();
  return {
    areWanted: blocks || !runs,
    areWritten: built.size > 0,
    of: ({ name, version: release }) => {
      const meta = built.get(name);
      const own = meta?.versions.get(release);
      // An entry of this version takes the place of the other even where it says nothing of `built`.
      const isBuilt = own === undefined ? (meta?.all ?? null) : own;
      if (isBuilt === null) return byDefault;
      return {
        runs: isBuilt,
        given: !isBuilt ? "denied" : own === undefined ? "name" : "version",
        origin: "dependenciesMeta in package.json",
      };
    },
  };
}

/** Yarn 1 has no approvals. Its `ignore-scripts` stands in `.yarnrc`, which is not read; it takes none from `.npmrc`. */
export function yarnClassicApprovals(): StatedApprovals {
  return sameForAll({ runs: true, given: "none", origin: "Yarn's default" }, false);
}

/** What `built` says; null where it says nothing. */
interface Meta {
  all: boolean | null;
  readonly versions: Map<string, boolean | null>;
}

function builtIn(metas: ConfigMap): ReadonlyMap<string, Meta> {
  const found = new Map<string, Meta>();
  for (const { key, value } of metas.entries.values()) {
    if (value.kind !== "map") continue;
    const { name, rest } = splitKey(key);
    const written = scalarAt(value, "built")?.value;
    const built = typeof written === "boolean" ? written : null;
    const meta = found.get(name) ?? { all: null, versions: new Map<string, boolean | null>() };
    if (rest === null) meta.all = built;
    else if (valid(rest) === rest) meta.versions.set(rest, built);
    if (rest === null ? built !== null : meta.versions.size > 0) found.set(name, meta);
  }
  return found;
}

/** null where it is stated nowhere, or Yarn stops at it. A variable that is not known may turn it on. */
function enableScripts(files: readonly PolicyFile[]): Switch | null {
  const found = yarnScalar(layersOf(files, "yarnrc"), "enableScripts");
  const text = found?.layer.filled(found.value.text) ?? "true";
  const isOn = text === "true" || text === "1";
  if (found === null || (!isOn && text !== "false" && text !== "0")) return null;
  return { isOn, origin: `enableScripts in ${found.layer.name}` };
}
