import { lt, valid } from "semver";
import { entryAt, scalarsAt, type ConfigMap } from "../../documents/config/tree.ts";
import { layersOf, nearest, type Layer, type PolicyFile } from "../../config/layers.ts";
import {
  Entries,
  manifestOf,
  sameForAll,
  splitKey,
  turnedOn,
  nearestSwitch,
  type Approval,
  type ScriptedRelease,
  type StatedApprovals,
  type Switch,
} from "./approval.ts";

/** From this version on npm tells of scripts that nobody approved, and does not run those that were denied. */
const FIRST_WITH_APPROVALS = "11.16.0";
/** From this version on it runs only those that were approved. */
const FIRST_THAT_BLOCKS = "12.0.0";

/** Where npm's version is not known: one of each manner that writes the lockfile there is. Format 1 is one of npm 6 and older. */
export function npmVersions(lockfileVersion: string | null): readonly string[] {
  return lockfileVersion === "1" ? ["6.14.18"] : ["11.15.0", FIRST_WITH_APPROVALS, FIRST_THAT_BLOCKS];
}

const DEFAULT = "npm's default";

/**
 * npm: `allowScripts` in the root manifest, else `allow-scripts` in `.npmrc`; `ignore-scripts`, which wins over all;
 * `dangerously-allow-all-scripts`; `strict-allow-scripts`, which fails an install rather than run what nobody approved.
 * What comes inside a tarball is in no list, nor held back by `strict-allow-scripts`: npm 11 runs it, npm 12 does not.
 * https://docs.npmjs.com/cli/v11/using-npm/config#allow-scripts; npm: utils/resolve-allow-scripts.js; @npmcli/arborist, script-allowed.js
 */
export function npmApprovals(files: readonly PolicyFile[], version: string): StatedApprovals {
  const layers = layersOf(files, "npmrc");
  const ignored = turnedOn(npmrcSwitch(layers, "ignore-scripts", false));
  const areWanted = !lt(version, FIRST_WITH_APPROVALS);
  if (ignored !== null) return sameForAll({ runs: false, given: "denied", origin: ignored }, areWanted);
  if (!areWanted) return sameForAll({ runs: true, given: "none", origin: DEFAULT }, areWanted);
  const allowed = turnedOn(npmrcSwitch(layers, "dangerously-allow-all-scripts", true));
  const strict = turnedOn(npmrcSwitch(layers, "strict-allow-scripts", false));
  const { entries, origin, isIni } = listed(files, layers);
  const runs = strict === null && lt(version, FIRST_THAT_BLOCKS);
  // Where a list in .npmrc holds, it is where the approval is missing: one in the manifest would hide it.
  const unlisted: Approval = { runs, given: "none", origin: strict ?? (isIni && !runs ? origin : DEFAULT) };
  return {
    areWanted,
    areWritten: entries.size > 0,
    of: (release) => {
      if (release.isInTarball === true) {
        const isRun = allowed !== null || lt(version, FIRST_THAT_BLOCKS);
        return { runs: isRun, given: "none", origin: allowed ?? DEFAULT };
      }
      const given = givenBy(entries, release);
      if (allowed !== null)
        return {
          runs: true,
          given: given === "denied" ? "none" : given,
          origin: given === "denied" || given === "none" ? allowed : origin,
        };
      return given === "none" ? unlisted : { runs: given !== "denied", given, origin };
    },
  };
}

/**
 * On for true alone, off for false and null. Of anything else (a list, a variable, `undefined`, `0`) package managers make
 * different things: it counts as `unsure`, the answer with which more scripts run.
 */
export function npmrcSwitch(layers: readonly Layer[], key: string, unsure: boolean): Switch | null {
  return nearestSwitch(layers, key, ({ settings }) => {
    const value = entryAt(settings, key)?.value;
    if (value === undefined) return null;
    if (value.kind !== "scalar") return unsure;
    return value.value === true || (value.value === false || value.value === null ? false : unsure);
  });
}

/** The manifest's list hides that of `.npmrc`, unless npm leaves out all of it. */
function listed(
  files: readonly PolicyFile[],
  layers: readonly Layer[],
): { readonly entries: Entries; readonly origin: string; readonly isIni: boolean } {
  const manifest = manifestOf(files);
  const own = manifest === null ? null : fromManifest(manifest);
  if (own !== null) return { entries: own, origin: "allowScripts in package.json", isIni: false };
  const found = nearest(layers, ({ name, settings }) => {
    const keys = scalarsAt(settings, "allow-scripts").flatMap(({ text }) =>
      text
        .split(",")
        .map((key) => key.trim())
        .filter((key) => key !== ""),
    );
    return keys.length === 0 ? null : { keys, origin: `allow-scripts in ${name}` };
  });
  const entries = new Entries();
  for (const key of found?.keys ?? []) addKey(entries, key, true);
  return { entries, origin: found?.origin ?? DEFAULT, isIni: found !== null };
}

function fromManifest(manifest: ConfigMap): Entries | null {
  const list = entryAt(manifest, "allowScripts")?.value;
  if (list?.kind !== "map") return null;
  const entries = new Entries();
  let taken = 0;
  for (const { key, value } of list.entries.values()) {
    const isAllowed = value.kind === "scalar" && typeof value.value === "boolean" ? value.value : null;
    if (addKey(entries, key, isAllowed)) taken++;
  }
  return taken === 0 ? null : entries;
}

/** False for a key that npm leaves out: one with a range or a tag. A git or file address is a key, of no registry package. */
function addKey(entries: Entries, key: string, isAllowed: boolean | null): boolean {
  const { name, rest } = splitKey(key);
  if (/[:/]/.test(name.replace(/^@[^/]+\//, "")) || (rest !== null && /[:/]/.test(rest))) return true;
  const versions = rest === null ? null : versionsIn(rest.trim());
  if (versions === "unfit") return false;
  if (isAllowed !== null) entries.add(name, { versions, isAllowed });
  return true;
}

/** null: every version. One version is compared as it is written, several are read. */
function versionsIn(spec: string): readonly string[] | null | "unfit" {
  if (spec === "" || spec === "*") return null;
  if (valid(spec, { loose: true }) !== null) return [spec];
  const parts = spec.split("||").map((part) => valid(part.trim()));
  return parts.every((part) => part !== null) ? parts : "unfit";
}

/** Where the version is not proven, npm refuses what is approved by version, and heeds what is denied by version, whichever. */
function givenBy(entries: Entries, release: ScriptedRelease): Approval["given"] {
  if (release.isVersionProven) return entries.given(release);
  const { all, denied } = entries.named(release.name);
  if (all.has("denied") || denied.size > 0) return "denied";
  return all.has("allowed") ? "name" : "none";
}
