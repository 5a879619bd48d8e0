import type { LockedPackage, Lockfile } from "../model.ts";
import { missing } from "./missing.ts";
import { Problems } from "./npm/problems.ts";
import { markStandIns } from "./pnpm/asks.ts";
import { BlockReader } from "./pnpm/block.ts";
import { readDocument, type PnpmDocument } from "./pnpm/document.ts";
import { Aliases, edgesOf, importersOf, Peers } from "./pnpm/graph.ts";
import { checkText, checkDocuments } from "./pnpm/header.ts";
import { lockedBy, type LockedEntry } from "./pnpm/lock.ts";
import { addDocument, type Place, type Store } from "./pnpm/store.ts";
import { devOnly } from "./reach.ts";
import { PASS_STRIDE, type Work } from "./slices.ts";

/**
 * Reads `pnpm-lock.yaml`, lockfileVersion 5.0 to 5.4, 6 and 9, of one YAML document or several: pnpm keeps its own tools
 * in one before the project's (pnpm: lockfile/fs/src/yamlDocuments.ts). https://github.com/pnpm/spec/tree/master/lockfile
 */
export function* readPnpmLock(text: string): Work<Lockfile> {
  const problems = new Problems();
  checkText(text, problems);
  const documents = yield* readDocuments(text, problems);
  checkDocuments(text, documents, problems);
  const places: Place[] = [];
  const stores: Store[] = [];
  for (const document of documents) stores.push(yield* addDocument(document, places, problems));
  const locked = yield* lockedAt(places, problems);
  const names = locked.map(({ name }) => name);
  const aliases = new Aliases(places.length);
  const lacking = new Set<string>();
  const importers = yield* importersOf(stores, names, aliases, lacking);
  const peers = new Peers(places.length);
  const edges = yield* edgesOf(stores, places, names, aliases, peers, lacking);
  // Where a line could not be read it is that which is told.
  if (lacking.size > 0 && problems.isEmpty) problems.add("syntax", missing(lacking), { start: text.length, end: text.length });
  // Until lockfileVersion 6 each entry says whether it is of the development tree.
  const dev = stores.some(({ style }) => style === "at") ? yield* devOnly(places.length, importers, edges) : null;
  const packages: LockedPackage[] = [];
  for (const store of stores) {
    for (let id = store.first; id < store.end; id++) {
      const [place, entry] = [places[id], locked[id]];
      if (place === undefined || entry === undefined) continue;
      const isDev = store.style === "at" ? dev?.[id] === 1 : place.entry.dev;
      packages.push(packageOf(place, entry, id, aliases, isDev, store));
      if (id % PASS_STRIDE === 0) yield;
    }
  }
  yield* markStandIns(stores, packages);
  return {
    type: "lockfile",
    format: "pnpm",
    formatVersion: documents.at(-1)?.version ?? "0",
    packages,
    importers,
    dependenciesOf: (id) => edges.of(id),
    isPeer: (id, target) => peers.has(id, target),
    leansOnManifests: false,
    problems: problems.all(null),
  };
}

/** The documents that hold anything. */
function* readDocuments(text: string, problems: Problems): Work<readonly PnpmDocument[]> {
  const reader = new BlockReader(text, problems);
  const documents: PnpmDocument[] = [];
  do {
    const document = yield* readDocument(reader, problems);
    if (!document.isBlank) documents.push(document);
  } while (reader.nextDocument());
  return documents;
}

function* lockedAt(places: readonly Place[], problems: Problems): Work<readonly LockedEntry[]> {
  const locked: LockedEntry[] = [];
  for (const { entry } of places) {
    locked.push(lockedBy(entry, problems));
    if (locked.length % PASS_STRIDE === 0) yield;
  }
  return locked;
}

function packageOf(place: Place, locked: LockedEntry, id: number, aliases: Aliases, dev: boolean, { style }: Store): LockedPackage {
  const { entry, variants } = place;
  const otherAliases = aliases.others(id);
  return {
    id,
    ...locked,
    alias: aliases.of(id, locked.name),
    ...(otherAliases.length === 0 ? {} : { otherAliases }),
    hasInstallScript: style === "at" ? null : entry.requiresBuild || (locked.source === "registry" ? false : null),
    dev,
    // In lockfileVersion 9 its variants say it.
    optional: entry.optional || (variants.length > 0 && variants.every(({ optional }) => optional)),
    bundled: false,
  };
}
