/** The catalogue of past incidents. Format, sources and limits: docs/catalogue.md. */
import { advisoryPage } from "../facts/osv.ts";
import type { Advisory } from "../facts/advisory.ts";
import type { Catalogue } from "../ports.ts";
import data from "./catalogue.json" with { type: "json" };
import type { CatalogueFile, DisputedFile } from "./schema.ts";

/** What is known of one incident beside its packages. Times are ms since epoch. */
export interface Incident {
  readonly id: string;
  readonly title: string;
  readonly technique: string;
  /** As exact as it is known: a year, a month, a day or a moment, in UTC. */
  readonly firstPublished: string;
  /** When its releases were removed, to the day or the moment; null when that is not known. Often an upper bound. */
  readonly removed: string | null;
  /** An upper bound: it was public knowledge by then. */
  readonly knownSince: number;
  /** Public pages about it, the nearest to the event first. */
  readonly sources: readonly string[];
}

export interface BundledCatalogue extends Catalogue {
  readonly incidents: readonly Incident[];
  /** The incidents that name this version, in the order of `advisories`. */
  incidentsOf(name: string, version: string): readonly Incident[];
  /** Why a version that some source names is held to be clean, as a clause; null when that is not disputed. */
  disputed(name: string, version: string): string | null;
}

interface Entry {
  readonly incident: Incident;
  readonly versions: readonly string[];
  /** Those of `versions` that only one list names. */
  readonly single: readonly string[];
  /** MAL ids first, then GHSA, then CVE. */
  readonly ids: readonly string[];
}

interface Index {
  readonly incidents: readonly Incident[];
  readonly byName: ReadonlyMap<string, readonly Entry[]>;
  /** name → version → version. */
  readonly lastGood: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly disputed: ReadonlyMap<string, readonly DisputedFile[number][]>;
}

let bundled: Index | null = null;

/** The catalogue that is looked into: the bundled one, until a later one takes its place. */
export class HeldCatalogue {
  #asOf = Date.parse(data.asOf);
  #index: Index | null = null;

  /** Up to when its material was looked for, ms since epoch. */
  get asOf(): number {
    return this.#asOf;
  }

  /** The bundled one's text is decoded at the first look-up, once for all. */
  get index(): Index {
    return (this.#index ??= bundled ??= decode(data));
  }

  /** What was read of the one before is no longer right. Throws where a line cannot be read: then that one stays. */
  replace(file: CatalogueFileText): void {
    this.#index = decode(file);
    this.#asOf = Date.parse(file.asOf);
  }
}

/**
 * Opens a catalogue; without one, the bundled one.
 * With `moment` (ms since epoch) it holds only the incidents that were public knowledge by then.
 */
export function openCatalogue(moment: number | null = null, held = new HeldCatalogue()): BundledCatalogue {
  const isKnown = ({ incident }: Entry): boolean => moment === null || incident.knownSince <= moment;
  const entries = (name: string, version: string): readonly Entry[] =>
    (held.index.byName.get(name) ?? []).filter((entry) => entry.versions.includes(version) && isKnown(entry));
  return {
    get asOf() {
      return moment === null ? held.asOf : Math.min(held.asOf, moment);
    },
    get incidents() {
      return held.index.incidents.filter(({ knownSince }) => moment === null || knownSince <= moment);
    },
    incidentsOf: (name, version) => entries(name, version).map(({ incident }) => incident),
    advisories: (name, version) => entries(name, version).map((entry) => advisory(entry, version)),
    lastGood: (name, version) =>
      entries(name, version).length === 0 ? null : (held.index.lastGood.get(name)?.get(version) ?? null),
    disputed: (name, version) =>
      held.index.disputed.get(name)?.find(({ versions }) => versions.includes(version))?.reason ?? null,
  };
}

function advisory({ incident, versions, single, ids }: Entry, version: string): Advisory {
  const [id = incident.id, ...aliases] = ids;
  return {
    id,
    aliases,
    source: "catalogue",
    malware: true,
    summary: single.includes(version) ? `${incident.title} (this version is named by one list only)` : incident.title,
    url: advisoryPage(id) ?? incident.sources[0] ?? null,
    published: incident.knownSince,
    affected: { versions, ranges: [] },
  };
}

function decode(file: CatalogueFileText): Index {
  const incidents: Incident[] = [];
  const byName = new Map<string, Entry[]>();
  for (const { packages, knownSince, ...facts } of file.incidents) {
    const incident = { ...facts, knownSince: Date.parse(knownSince) };
    incidents.push(incident);
    for (const line of packages) {
      const [name, list, ...ids] = line.split(" ");
      if (name === undefined || list === undefined) throw new Error(`not a package line: ${line}`);
      const marked = list.split(",");
      const single = marked.filter((version) => version.endsWith("?")).map((version) => version.slice(0, -1));
      const versions = marked.map((version) => (version.endsWith("?") ? version.slice(0, -1) : version));
      push(byName, name, { incident, versions, single, ids });
    }
  }
  const lastGood = new Map<string, Map<string, string>>();
  for (const line of file.lastGood) {
    const [name, version, good] = line.split(" ");
    if (name === undefined || version === undefined || good === undefined)
      throw new Error(`not a last good line: ${line}`);
    const versions = lastGood.get(name) ?? new Map<string, string>();
    lastGood.set(name, versions.set(version, good));
  }
  const byDisputed = new Map<string, DisputedFile[number][]>();
  for (const entry of file.disputed) push(byDisputed, entry.name, entry);
  return { incidents, byName, lastGood, disputed: byDisputed };
}

/** The file as an import sees it: literals widened. */
export type CatalogueFileText = Omit<CatalogueFile, "schemaVersion">;

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
