import { gte, lt, valid } from "semver";
import { entryAt, scalarAt, scalarsAt, type ConfigMap, type ConfigValue } from "../../documents/config/tree.ts";
import { layersOf, type Layer, type PolicyFile } from "../../config/layers.ts";
import {
  Entries,
  manifestOf,
  sameForAll,
  splitKey,
  nearestSwitch,
  turnedOn,
  versionsWithin,
  type Approval,
  type Manner,
  type StatedApprovals,
  type Switch,
} from "./approval.ts";
import { npmrcSwitch } from "./npm.ts";

/** https://github.com/pnpm/pnpm/releases/tag/v10.0.0: "Lifecycle scripts of dependencies are not executed during installation by default" */
const FIRST_THAT_BLOCKS = "10.0.0";
/** https://pnpm.io/blog/releases/10.19 */
const FIRST_WITH_VERSIONS = "10.19.0";
/** https://pnpm.io/blog/releases/10.26 */
export const FIRST_WITH_ALLOW_BUILDS = "10.26.0";
/** Nothing of package.json and next to nothing of `.npmrc` counts any more, and of all lists only `allowBuilds`. https://github.com/pnpm/pnpm/releases/tag/v11.0.0 */
export const FIRST_WITH_ALLOW_BUILDS_ONLY = "11.0.0";
/** A denial counts in spite of `dangerouslyAllowAllBuilds`: seen in 12.21, not in 11.28. */
const FIRST_WITH_STRONG_DENIALS = "12.0.0";

/** One version of each manner, and which others have it. */
const MANNERS: readonly Manner[] = [
  { version: "8.0.0", range: "<9.0.0-0" },
  { version: "9.0.0", range: ">=9.0.0-0 <10.0.0-0" },
  { version: FIRST_WITH_ALLOW_BUILDS, range: ">=10.0.0-0 <11.0.0-0" },
  { version: FIRST_WITH_ALLOW_BUILDS_ONLY, range: ">=11.0.0-0 <12.0.0-0" },
  { version: FIRST_WITH_STRONG_DENIALS, range: ">=12.0.0-0" },
];

/** Where pnpm's version is not known: one of each manner within a range; without one (null), of each that writes the lockfile there is. */
export function pnpmVersions(lockfileVersion: string | null, range: string | null): readonly string[] {
  const isOld = lockfileVersion !== null && Number.parseFloat(lockfileVersion) < 9;
  return versionsWithin(MANNERS, range ?? (isOld ? "<9.0.0-0" : ">=9.0.0-0"));
}

const DEFAULT = "pnpm's default";

/** https://pnpm.io/settings#allowbuilds; https://pnpm.io/10.x/settings#onlybuiltdependencies; pnpm: building/policy */
export function pnpmApprovals(files: readonly PolicyFile[], version: string): StatedApprovals {
  return lt(version, FIRST_WITH_ALLOW_BUILDS_ONLY) ? byLists(files, version) : byMap(files, version);
}

/** pnpm 11 and up: `allowBuilds`, `ignoreScripts` and `dangerouslyAllowAllBuilds` in `pnpm-workspace.yaml`. */
function byMap(files: readonly PolicyFile[], version: string): StatedApprovals {
  const layers = layersOf(files, "pnpm-workspace");
  const ignored = turnedOn(yamlSwitch(layers, "ignoreScripts"));
  if (ignored !== null) return sameForAll({ runs: false, given: "denied", origin: ignored }, true);
  const allowed = turnedOn(allowAllSwitch(layers));
  const [own] = layersOf(ownOf(files), "pnpm-workspace");
  const entries = new Entries();
  const list = own === undefined ? undefined : entryAt(own.settings, "allowBuilds")?.value;
  for (const { key, isAllowed } of decisions(list, version))
    for (const each of expanded(key)) addKey(entries, each, isAllowed);
  const origin = "allowBuilds in pnpm-workspace.yaml";
  const areDenialsStrong = !lt(version, FIRST_WITH_STRONG_DENIALS);
  return {
    areWanted: true,
    areWritten: entries.size > 0,
    of: (release) => {
      const given = entries.given(release);
      if (allowed !== null && given === "denied" && !areDenialsStrong)
        return { runs: true, given: "none", origin: allowed };
      if (given === "none")
        return allowed === null ? { runs: false, given, origin: DEFAULT } : { runs: true, given, origin: allowed };
      return { runs: given !== "denied", given, origin };
    },
  };
}

/** Of the person's own file pnpm takes no approvals, nor of variables named after pnpm. */
function ownOf(files: readonly PolicyFile[]): readonly PolicyFile[] {
  return files.filter(({ name }) => name === undefined);
}

interface List {
  /** Names, and names with one version. */
  readonly keys: readonly string[];
  readonly origin: string;
}

/** The lists of pnpm 10 and older, as one place has them. */
interface Lists {
  readonly only: List | null;
  readonly never: List | null;
  readonly ignored: List | null;
  /** A file of its own holds a list, which is not read. */
  readonly hasFile: boolean;
}

/**
 * pnpm 10 and older. What `pnpm` in the root manifest says holds over `pnpm-workspace.yaml` (from 10.5 on), and that over
 * `.npmrc`, list by list. `onlyBuiltDependencies` holds over `ignoredBuiltDependencies`; beside `neverBuiltDependencies` it
 * is an error.
 */
function byLists(files: readonly PolicyFile[], version: string): StatedApprovals {
  const blocks = !lt(version, FIRST_THAT_BLOCKS);
  const npmrc = layersOf(files, "npmrc");
  const workspace = layersOf(files, "pnpm-workspace");
  const on = (yaml: string, ini: string): string | null =>
    turnedOn(yamlSwitch(workspace, yaml) ?? npmrcSwitch(npmrc, ini, false));
  const allowed = (): string | null =>
    turnedOn(allowAllSwitch(workspace) ?? npmrcSwitch(npmrc, "dangerously-allow-all-builds", true));
  const ignored = on("ignoreScripts", "ignore-scripts") ?? on("ignoreDepScripts", "ignore-dep-scripts");
  if (ignored !== null) return sameForAll({ runs: false, given: "denied", origin: ignored }, blocks);
  const manifest = manifestOf(files);
  const settings = manifest === null ? undefined : entryAt(manifest, "pnpm")?.value;
  const stated = [
    ...(settings?.kind === "map" ? [listsIn(settings, version, (key) => `pnpm.${key} in package.json`)] : []),
    ...workspace.map(({ settings: own, name }) => listsIn(own, version, (key) => `${key} in ${name}`)),
    ...npmrc.map(({ settings: own, name }): Lists => ({
      ...NO_LISTS,
      only: listAt(own, "only-built-dependencies", version, `only-built-dependencies in ${name}`),
    })),
  ];
  return decided(stated, blocks, blocks ? allowed() : null);
}

const NO_LISTS: Lists = { only: null, never: null, ignored: null, hasFile: false };

function decided(stated: readonly Lists[], blocks: boolean, allowed: string | null): StatedApprovals {
  const nearest = (which: "only" | "never" | "ignored"): List | null =>
    stated.find((lists) => lists[which] !== null)?.[which] ?? null;
  const [only, never, ignored] = [nearest("only"), nearest("never"), nearest("ignored")];
  const areWritten = [only, never, ignored].some((list) => list !== null && list.keys.length > 0);
  const answer = (of: StatedApprovals["of"]): StatedApprovals => ({ areWanted: blocks, areWritten, of });
  const conflict = only === null ? null : (allowed ?? never?.origin ?? null);
  if (conflict !== null)
    return answer(() => ({ runs: null, given: "none", origin: `${only?.origin ?? ""} beside ${conflict}` }));
  if (allowed !== null) return answer(() => ({ runs: true, given: "none", origin: allowed }));
  const approved = entriesOf(only, true);
  const forbidden = entriesOf(never, false);
  const hasFile = stated.some((lists) => lists.hasFile);
  const denied = entriesOf(ignored, false);
  const byDefault = only === null && (never !== null || !blocks);
  const unlisted: Approval = hasFile
    ? { runs: null, given: "none", origin: "onlyBuiltDependenciesFile" }
    : { runs: byDefault, given: "none", origin: (only ?? never)?.origin ?? DEFAULT };
  return answer((release) => {
    const given = approved.given(release);
    if (given !== "none") return { runs: true, given, origin: only?.origin ?? "" };
    if (forbidden.given(release) === "denied") return { runs: false, given: "denied", origin: never?.origin ?? "" };
    if (unlisted.runs === false && denied.given(release) === "denied")
      return { runs: false, given: "denied", origin: ignored?.origin ?? "" };
    return unlisted;
  });
}

function listsIn(settings: ConfigMap, version: string, originOf: (key: string) => string): Lists {
  const map = gte(version, FIRST_WITH_ALLOW_BUILDS) ? entryAt(settings, "allowBuilds")?.value : undefined;
  // What the map says is added to the lists; one that is not there is made of it.
  const withMap = (list: List | null, isAllowed: boolean): List | null => {
    if (map?.kind !== "map") return list;
    const added = decisions(map, version)
      .filter((decision) => decision.isAllowed === isAllowed)
      .flatMap(({ key }) => expanded(key));
    return { keys: [...(list?.keys ?? []), ...added], origin: list?.origin ?? originOf("allowBuilds") };
  };
  const list = (key: string): List | null => listAt(settings, key, version, originOf(key));
  return {
    only: withMap(list("onlyBuiltDependencies"), true),
    ignored: withMap(list("ignoredBuiltDependencies"), false),
    never: list("neverBuiltDependencies"),
    hasFile: scalarAt(settings, "onlyBuiltDependenciesFile") !== null,
  };
}

/** null where there is none. */
function listAt(settings: ConfigMap, key: string, version: string, origin: string): List | null {
  const value = entryAt(settings, key)?.value;
  if (value === undefined || value.kind === "map" || (value.kind === "scalar" && typeof value.value !== "string"))
    return null;
  const read = gte(version, FIRST_WITH_VERSIONS)
    ? expanded
    : (one: string) => (splitKey(one).rest === null ? [one] : []);
  return { keys: scalarsAt(settings, key).flatMap(({ text }) => read(text)), origin };
}

function entriesOf(list: List | null, isAllowed: boolean): Entries {
  const entries = new Entries();
  for (const key of list?.keys ?? []) addKey(entries, key, isAllowed);
  return entries;
}

function addKey(entries: Entries, key: string, isAllowed: boolean): void {
  const { name, rest } = splitKey(key);
  entries.add(name, { versions: rest === null ? null : [rest], isAllowed });
}

/** `a@1.0.0 || 1.0.1` is two keys. Anything but exact versions makes pnpm stop, and is none here. Names are no patterns. */
function expanded(key: string): readonly string[] {
  const { name, rest } = splitKey(key);
  if (rest === null) return [key];
  const versions = rest.split("||").map((version) => valid(version.trim()));
  return versions.every((version) => version !== null) ? versions.map((version) => `${name}@${version}`) : [];
}

/** pnpm 12 takes more words for true than a boolean, where they are not in quotes: seen in 12.21, not in 11.28. */
const FIRST_WITH_WORDS = "12.0.0";
const TRUE_WORDS = /^(?:y|yes|on|true)$/i;

/** What is neither true nor false (`set this to true or false`) is open still. A word for true counts in quotes too. */
function decisions(
  list: ConfigValue | undefined,
  version: string,
): readonly { readonly key: string; readonly isAllowed: boolean }[] {
  if (list?.kind !== "map") return [];
  return [...list.entries.values()].flatMap(({ key, value }) => {
    if (value.kind !== "scalar") return [];
    if (typeof value.value === "boolean") return [{ key, isAllowed: value.value }];
    return gte(version, FIRST_WITH_WORDS) && TRUE_WORDS.test(value.text) ? [{ key, isAllowed: true }] : [];
  });
}

const ALLOW_ALL = "dangerouslyAllowAllBuilds";

function allowAllSwitch(layers: readonly Layer[]): Switch | null {
  return nearestSwitch(layers, ALLOW_ALL, ({ settings }) => allowsAll(settings, ALLOW_ALL));
}

/**
 * Whether a setting lets pnpm run every script: until pnpm 11 whatever JavaScript takes for true does, `no` and "false"
 * too, and in pnpm 12 `yes` and `on`. null where there is none.
 */
export function allowsAll(settings: ConfigMap, ...path: readonly string[]): boolean | null {
  const value = entryAt(settings, ...path)?.value;
  return value === undefined ? null : value.kind !== "scalar" || Boolean(value.value);
}

/** On where every pnpm takes it so: for true, and the text "true". */
function yamlSwitch(layers: readonly Layer[], key: string): Switch | null {
  return nearestSwitch(layers, key, ({ settings }) => {
    const text = scalarAt(settings, key)?.text;
    return text === undefined ? null : text === "true";
  });
}
