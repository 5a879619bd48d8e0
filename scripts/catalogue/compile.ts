/** Turns the incidents file into the catalogue. Pure: the same input gives the same text. */
import semver from "semver";
import type { CatalogueFile, DisputedFile } from "../../server/src/core/catalogue/schema.ts";
import type { Editorial, InputIncident, InputPackage } from "./input.ts";
import { knownSince } from "./known-since.ts";
import { publicSources } from "./sources.ts";

export interface Compiled {
  readonly file: CatalogueFile;
  /** Last good versions that were not taken over, and why. */
  readonly leftOut: readonly string[];
}

export function compile(
  incidents: readonly InputIncident[],
  editorial: Editorial,
  disputed: DisputedFile,
  generatedFrom: string,
): Compiled {
  const bad = new Map<string, Set<string>>();
  for (const { name, versions } of incidents.flatMap((incident) => incident.packages)) {
    bad.set(name, new Set([...(bad.get(name) ?? []), ...versions]));
  }
  for (const { name, versions } of disputed) {
    for (const version of versions)
      if (bad.get(name)?.has(version) === true)
        throw new Error(`${name} ${version} is named as compromised and as disputed`);
  }
  const ids = new Set(incidents.map(({ id }) => id));
  for (const part of [editorial.titles, editorial.knownSince, editorial.advisories, editorial.sources]) {
    for (const id of Object.keys(part))
      if (!ids.has(id)) throw new Error(`editorial.json speaks of ${id}, which is not in the incidents file`);
  }
  const { lastGood, leftOut } = lastGoodLines(incidents, bad);
  return {
    file: {
      schemaVersion: 1,
      asOf: editorial.asOf,
      generatedFrom,
      counts: {
        incidents: incidents.length,
        packages: bad.size,
        versions: [...bad.values()].reduce((sum, { size }) => sum + size, 0),
      },
      incidents: incidents
        .map((incident) => incidentEntry(incident, editorial))
        .sort((a, b) => order(a.firstPublished, b.firstPublished) || order(a.id, b.id)),
      lastGood,
    },
    leftOut,
  };
}

function incidentEntry(incident: InputIncident, editorial: Editorial): CatalogueFile["incidents"][number] {
  const { id, packages } = incident;
  const title = editorial.titles[id];
  if (title === undefined) throw new Error(`${id}: no title in editorial.json`);
  const known = editorial.knownSince[id]?.at ?? new Date(knownSince(incident)).toISOString();
  const byVersion = editorial.advisories[id];
  const lines = packages.flatMap((entry) => {
    // An incident's advisories are its package's where there is but one.
    const shared =
      packages.length === 1 ? [...new Set([...entry.advisories, ...incident.advisories])] : entry.advisories;
    return packageLines(entry, (version) => (byVersion === undefined ? shared : advisoriesOf(id, byVersion, version)));
  });
  const sources = publicSources(incident.sources, editorial.sources[id] ?? []);
  return {
    id,
    title,
    technique: incident.technique,
    firstPublished: incident.first_published,
    removed: incident.removed,
    knownSince: known.replace(".000Z", "Z"),
    sources: sources.length === 0 ? osvPages(lines) : sources,
    packages: lines.sort(order),
  };
}

/** The advisory of its first package, for an incident of which only advisories tell. */
function osvPages(lines: readonly string[]): string[] {
  const id = / (MAL-\S+)/.exec(lines.join("\n"))?.[1];
  return id === undefined ? [] : [`https://osv.dev/vulnerability/${id}`];
}

function advisoriesOf(id: string, byVersion: Readonly<Record<string, string[]>>, version: string): string[] {
  const ids = byVersion[version];
  if (ids === undefined) throw new Error(`${id}: editorial.json names advisories by version, but not for ${version}`);
  return ids;
}

/** One line for the versions that share their advisories. */
function packageLines(
  { name, versions, versions_single_source }: InputPackage,
  idsOf: (version: string) => readonly string[],
): string[] {
  const groups = new Map<string, string[]>();
  for (const version of [...versions].sort(semver.compareBuild)) {
    const ids = [...idsOf(version)].sort((a, b) => kind(a) - kind(b) || order(a, b)).join(" ");
    groups.set(ids, [...(groups.get(ids) ?? []), versions_single_source.includes(version) ? `${version}?` : version]);
  }
  return [...groups].map(([ids, group]) => `${name} ${group.join(",")}${ids === "" ? "" : ` ${ids}`}`);
}

function kind(id: string): number {
  return id.startsWith("MAL-") ? 0 : id.startsWith("GHSA-") ? 1 : 2;
}

/**
 * A version to go back to is taken over when the file names it for that very version, or when it is lower and of the
 * same major: a step over a major is no stand-in. One that is itself compromised never is.
 */
function lastGoodLines(
  incidents: readonly InputIncident[],
  bad: ReadonlyMap<string, ReadonlySet<string>>,
): { lastGood: string[]; leftOut: string[] } {
  const kept = new Map<string, string>();
  const leftOut: string[] = [];
  for (const { name, versions, last_good, last_good_by_version } of incidents.flatMap(
    (incident) => incident.packages,
  )) {
    for (const version of [...versions].sort(semver.compareBuild)) {
      const named = last_good_by_version?.[version];
      const good = named ?? last_good;
      if (good === null) continue;
      const line = `${name} ${version} ${good}`;
      if (bad.get(name)?.has(good) === true) leftOut.push(`${line}: itself compromised`);
      else if (!semver.lt(good, version)) leftOut.push(`${line}: not lower`);
      else if (named === undefined && semver.major(good) !== semver.major(version))
        leftOut.push(`${line}: of another major`);
      else if ((kept.get(`${name} ${version}`) ?? good) !== good)
        throw new Error(`${line}: another incident names ${kept.get(`${name} ${version}`) ?? ""}`);
      else kept.set(`${name} ${version}`, good);
    }
  }
  return { lastGood: [...kept].map(([key, good]) => `${key} ${good}`).sort(order), leftOut };
}

/** By UTF-16 code units: the same on every machine. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** JSON with one package a line, so that a change reads as one. */
export function render({ incidents, lastGood, ...header }: CatalogueFile): string {
  const list = (lines: readonly string[], indent: string): string =>
    `[\n${lines.map((line) => `${indent}  ${line}`).join(",\n")}\n${indent}]`;
  const entries = incidents.map(({ packages, ...facts }) => {
    const head = Object.entries(facts).map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
    return `{\n${head.join("")}    "packages": ${list(
      packages.map((line) => JSON.stringify(line)),
      "    ",
    )}\n  }`;
  });
  const head = Object.entries(header).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  return `{\n${head.join("")}  "incidents": [\n  ${entries.join(",\n  ")}\n  ],\n  "lastGood": ${list(
    lastGood.map((line) => JSON.stringify(line)),
    "  ",
  )}\n}\n`;
}
