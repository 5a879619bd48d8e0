/**
 * Writes the corpus of ordinary releases anew from the configured registry: `npx tsx test/replay/tools/refresh.ts [NAME…]`,
 * or the held-out one: `npx tsx test/replay/tools/refresh.ts --held-out`.
 * Each release is judged once here, so that what the engine asks about (what a release newly pulls in) is in the data too.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { lt } from "semver";
import { packumentFrom } from "../../../server/src/core/facts/packument.ts";
import { unknown } from "../../../server/src/core/facts/fact.ts";
import { openCatalogue } from "../../../server/src/core/catalogue/catalogue.ts";
import type { OrdinaryData, PackagesData, ReleaseData } from "../data.ts";
import { written } from "../data.ts";
import { judgeRelease, type PackageLookup } from "../harness.ts";
import { readList } from "./draw.ts";
import { packument } from "./registry.ts";
import { dated, deltas, hasBeginning, releaseData, spread, stableVersions } from "./trim.ts";

/** How a list is fetched. */
interface Bounds {
  readonly folder: URL;
  /** Releases judged of one package at most: no project should outweigh the others. */
  readonly most: number;
  /** A package with fewer whose time can be used is left out. */
  readonly least: number;
}
const ORDINARY: Bounds = { folder: new URL("../ordinary/", import.meta.url), most: 70, least: 0 };
const HELD_OUT: Bounds = { folder: new URL("../held-out/", import.meta.url), most: 30, least: 3 };
/** Packages of the held-out list with an install script, and without one. */
const WANTED = { withScript: 45, without: 65 };
/** Highest of the earlier releases that stay as something to compare with. */
const EARLIER = 8;
/** Of a package that is newly depended on: enough of its first releases to tell that it is well known. */
const FIRST = 6;
const HOUR = 3_600_000;

const catalogue = openCatalogue();

/** How many of its releases are to be judged; null where it is left out. */
async function refresh(name: string, { folder, most, least }: Bounds): Promise<number | null> {
  const raw = await packument(name);
  if (raw === null) throw new Error(`no package ${name}`);
  const all = stableVersions(raw).filter(({ version }) => catalogue.advisories(name, version).length === 0);
  const good = dated(all);
  if (good.length < least) return null;
  const judged = spread(good, most);
  const asked = new Map<string, Set<string>>();
  const lookup = live(asked);
  for (const { version, at } of judged) {
    const { subject } = await judgeRelease(lookup, name, version, Date.parse(at) + HOUR);
    for (const added of subject.added?.dependencies ?? [])
      if (added.version !== null) asked.get(added.name)?.add(added.version);
  }
  const since = judged[0]?.at ?? "";
  const earlier = all.filter(({ at }) => at < since);
  const compared = new Set([
    ...earlier.slice(-EARLIER),
    // Of a line that is released beside the newest: what comes right before it.
    ...judged.flatMap(({ version }) => earlier.findLast((one) => lt(one.version, version)) ?? []),
  ]);
  const kept = all
    .filter((one) => compared.has(one) || (one.at >= since && good.some(({ version }) => version === one.version)))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const packages: PackagesData = { [name]: deltas(kept.map((one) => [one.version, releaseData(raw, one)])) };
  for (const [other, picked] of [...asked].sort()) {
    if (other === name) continue;
    const context = await contextOf(other, picked);
    if (context !== null) packages[other] = context;
  }
  const data: OrdinaryData = {
    package: name,
    judged: judged.map(({ version }) => version),
    leftOut: all.length - good.length,
    packages,
  };
  writeFileSync(new URL(`${name.replace("/", "__")}.json`, folder), written(data));
  return judged.length;
}

function live(asked: Map<string, Set<string>>): PackageLookup {
  const facts = new Map<string, ReturnType<PackageLookup>>();
  return (name) => {
    if (!asked.has(name)) asked.set(name, new Set());
    let found = facts.get(name);
    if (found === undefined) {
      found = packument(name).then((raw) =>
        raw === null
          ? unknown("not-found", "no such package")
          : packumentFrom(raw, { name, detail: "full", fetchedAt: 0, host: "registry" }),
      );
      facts.set(name, found);
    }
    return found;
  };
}

async function contextOf(name: string, picked: ReadonlySet<string>): Promise<Record<string, ReleaseData> | null> {
  const raw = await packument(name);
  if (raw === null) return null;
  const all = stableVersions(raw).toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const isDated = hasBeginning(stableVersions(raw));
  const kept = all.filter(({ version }, index) => index < FIRST || picked.has(version));
  return deltas(
    kept.map((one) => {
      const { dependencies, optionalDependencies, ...rest } = releaseData(raw, one);
      const young = picked.has(one.version);
      return [
        one.version,
        {
          ...rest,
          ...(isDated ? {} : { mirrored: true as const }),
          dependencies: young ? dependencies : {},
          optionalDependencies: young ? optionalDependencies : {},
        },
      ];
    }),
  );
}

async function main(): Promise<void> {
  const named = process.argv.slice(2);
  if (named.includes("--held-out")) {
    const { withScript, without } = readList(readFileSync(new URL("packages.txt", HELD_OUT.folder), "utf8"));
    await fetchList(withScript, HELD_OUT, WANTED.withScript);
    await fetchList(without, HELD_OUT, WANTED.without);
    return;
  }
  const listed = readFileSync(new URL("packages.txt", ORDINARY.folder), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  await fetchList(named.length > 0 ? named : listed, ORDINARY, Infinity);
}

/** The first `wanted` of the names that are not left out. */
async function fetchList(names: readonly string[], bounds: Bounds, wanted: number): Promise<void> {
  let packages = 0;
  let total = 0;
  for (const name of names) {
    if (packages >= wanted) break;
    const count = await refresh(name, bounds);
    process.stdout.write(`${name}: ${count ?? "left out"}\n`);
    if (count === null) continue;
    packages += 1;
    total += count;
  }
  process.stdout.write(`${total} releases of ${packages} packages\n`);
}

void main();
