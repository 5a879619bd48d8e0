/** Makes the catalogue from its sources. Pure: the same sources give the same text. */
import { createHash } from "node:crypto";
import semver from "semver";
import type { CatalogueFile } from "../../server/src/core/catalogue/schema.ts";
import { knownSince } from "./known-since.ts";
import type { SourceIncident, Sources } from "./sources.ts";

/** @param now ms since epoch. Throws an Error that says which source is wrong, and how. */
export function compile(sources: Sources, now: number): CatalogueFile {
  const { asOf, disputed } = sources;
  if (Date.parse(asOf) > now) throw new Error(`as-of.json: ${asOf} is yet to come`);
  const incidents = [...sources.incidents].sort(([a], [b]) => order(a, b));
  const bad = new Map<string, Set<string>>();
  for (const [id, incident] of incidents) {
    for (const [name, versions] of versionsOf(id, incident))
      bad.set(name, new Set([...(bad.get(name) ?? []), ...versions]));
  }
  checkDisputed(sources, bad);
  return {
    schemaVersion: 1,
    asOf,
    generatedFrom: `sha256-${createHash("sha256")
      .update(JSON.stringify([asOf, incidents, disputed]))
      .digest("hex")}`,
    counts: {
      incidents: incidents.length,
      packages: bad.size,
      versions: [...bad.values()].reduce((sum, { size }) => sum + size, 0),
    },
    incidents: incidents
      .map(([id, incident]) => incidentEntry(id, incident, Date.parse(asOf)))
      .sort((a, b) => order(a.firstPublished, b.firstPublished) || order(a.id, b.id)),
    lastGood: lastGoodLines(incidents, bad),
    disputed: [...disputed].sort((a, b) => order(a.name, b.name)),
  };
}

interface PackageLine {
  readonly name: string;
  readonly versions: readonly string[];
  /** Those of `versions` that only one list names. */
  readonly single: ReadonlySet<string>;
  readonly ids: readonly string[];
}

function parsed(line: string): PackageLine {
  const [name = "", list = "", ...ids] = line.split(" ");
  const marked = list.split(",");
  const single = new Set(marked.filter((version) => version.endsWith("?")).map((version) => version.slice(0, -1)));
  return { name, versions: marked.map((version) => version.replace("?", "")), single, ids };
}

/** The versions of each package of an incident. */
function versionsOf(id: string, { packages }: SourceIncident): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const { name, versions } of packages.map(parsed)) {
    const known = all.get(name) ?? new Set<string>();
    for (const version of versions) {
      if (semver.valid(version) !== version) throw new Error(`${id}: ${name} ${version} is not a plain semver version`);
      if (known.has(version)) throw new Error(`${id}: ${name} ${version} is there twice`);
      known.add(version);
    }
    all.set(name, known);
  }
  return all;
}

function checkDisputed({ disputed }: Sources, bad: ReadonlyMap<string, ReadonlySet<string>>): void {
  const names = new Set<string>();
  for (const { name, versions } of disputed) {
    if (names.has(name)) throw new Error(`disputed.json: ${name} is there twice`);
    names.add(name);
    if (new Set(versions).size < versions.length) throw new Error(`disputed.json: a version of ${name} is there twice`);
    for (const version of versions)
      if (bad.get(name)?.has(version) === true)
        throw new Error(`${name} ${version} is named as compromised and as disputed`);
  }
}

function incidentEntry(id: string, incident: SourceIncident, asOf: number): CatalogueFile["incidents"][number] {
  const { title, technique, firstPublished, removed, sources, packages } = incident;
  const known = moment(id, incident);
  if (known <= Date.parse(firstPublished)) throw new Error(`${id}: it is known before it was first published`);
  if (known > asOf) throw new Error(`${id}: it is known only after the date in as-of.json`);
  return {
    id,
    title,
    technique,
    firstPublished,
    removed,
    knownSince: new Date(known).toISOString().replace(".000Z", "Z"),
    sources,
    packages: packages.map(written).sort(order),
  };
}

function moment(id: string, incident: SourceIncident): number {
  if (incident.knownSince !== undefined) return Date.parse(incident.knownSince.at);
  try {
    return knownSince(incident);
  } catch (error) {
    throw new Error(`${id}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Versions in their order, MAL ids first. */
function written(line: string): string {
  const { name, versions, single, ids } = parsed(line);
  const list = [...versions]
    .sort(semver.compareBuild)
    .map((version) => (single.has(version) ? `${version}?` : version));
  return [name, list.join(","), ...[...ids].sort((a, b) => kind(a) - kind(b) || order(a, b))].join(" ");
}

function kind(id: string): number {
  return id.startsWith("MAL-") ? 0 : id.startsWith("GHSA-") ? 1 : 2;
}

function lastGoodLines(
  incidents: readonly (readonly [string, SourceIncident])[],
  bad: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const kept = new Map<string, string>();
  for (const [id, incident] of incidents) {
    const own = versionsOf(id, incident);
    for (const line of incident.lastGood) {
      const [name = "", version = "", good = ""] = line.split(" ");
      const wrong = (why: string): Error => new Error(`${id}: ${line}: ${why}`);
      if (own.get(name)?.has(version) !== true) throw wrong("the incident does not name the first version");
      if (semver.valid(good) !== good || !semver.lt(good, version))
        throw wrong("the version to go back to is not lower");
      if (bad.get(name)?.has(good) === true) throw wrong("the version to go back to is itself compromised");
      if (kept.has(`${name} ${version}`)) throw wrong("a version to go back to is named already");
      kept.set(`${name} ${version}`, good);
    }
  }
  return [...kept].map(([key, good]) => `${key} ${good}`).sort(order);
}

/** By UTF-16 code units: the same on every machine. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** JSON with one package a line, so that a change reads as one. */
export function render({ incidents, lastGood, disputed, ...header }: CatalogueFile): string {
  const list = (values: readonly unknown[], indent: string): string => {
    const lines = values.map((value) => `${indent}  ${JSON.stringify(value)}`);
    return `[\n${lines.join(",\n")}\n${indent}]`;
  };
  const entries = incidents.map(({ packages, ...facts }) => {
    const head = Object.entries(facts).map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
    return `{\n${head.join("")}    "packages": ${list(packages, "    ")}\n  }`;
  });
  const head = Object.entries(header).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  const parts = [
    `{\n${head.join("")}  "incidents": [\n  ${entries.join(",\n  ")}\n  ]`,
    `  "lastGood": ${list(lastGood, "  ")}`,
    `  "disputed": ${list(disputed, "  ")}\n}\n`,
  ];
  return parts.join(",\n");
}
