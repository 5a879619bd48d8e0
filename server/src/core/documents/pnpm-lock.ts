import type { Lockfile, StatedDependency, StatedManifest } from "../model.ts";
import type { LockfileContext } from "./context.ts";
import { EdgeAliases } from "./edge-aliases.ts";
import { checkLineEnds } from "./line-ends.ts";
import { missing } from "./truncation.ts";
import { Problems } from "./problems.ts";
import { STATES_NOTHING } from "./stated.ts";
import { isSuspect } from "./substitution.ts";
import { markStandIns } from "./pnpm/asks.ts";
import { ArchiveReader } from "./pnpm/archives.ts";
import { BlockReader } from "./pnpm/block.ts";
import { readDocument, type PnpmDocument } from "./pnpm/document.ts";
import { Aliases, edgesOf, importersOf, Peers } from "./pnpm/graph.ts";
import { checkDocuments } from "./pnpm/header.ts";
import { downloadsOf, lockedBy, type Draft } from "./pnpm/lock.ts";
import { addDocument, targetOf, type Place, type Store } from "./pnpm/store.ts";
import { UnreadValues } from "./pnpm/unread.ts";
import { Variants } from "./pnpm/variants.ts";
import { PASS_STRIDE, type Task } from "../task.ts";

/**
 * Reads `pnpm-lock.yaml`, lockfileVersion 5.0 to 5.4, 6 and 9, of one YAML document or several: pnpm keeps its own tools
 * in one before the project's (pnpm: lockfile/fs/src/yamlDocuments.ts). https://github.com/pnpm/spec/tree/master/lockfile
 */
export function* readPnpmLock(text: string, context: LockfileContext): Task<Lockfile> {
  const problems = new Problems();
  checkLineEnds(text, problems);
  checkCharacters(text, problems);
  const documents = yield* readDocuments(text, problems);
  checkDocuments(text, documents, problems);
  const places: Place[] = [];
  const stores: Store[] = [];
  for (const document of documents) stores.push(yield* addDocument(document, places, problems));
  const packages = yield* lockedAt(stores, places, problems);
  const aliases = new Aliases(places.length);
  const lacking = new Set<string>();
  const importers = yield* importersOf(stores, packages, aliases, lacking);
  const peers = new Peers(places.length);
  const edges = yield* edgesOf(stores, places, packages, aliases, peers, lacking);
  // Where a line could not be read it is that which is told.
  if (lacking.size > 0 && problems.isEmpty)
    problems.add("syntax", missing(lacking), { start: text.length, end: text.length });
  // Until lockfileVersion 6 each entry says whether it is of the development tree.
  const variants = stores.some(({ style }) => style === "at") ? yield* Variants.of(stores, places) : null;
  const dev = variants === null ? null : yield* variants.devOnly(places.length);
  for (const store of stores) {
    for (let id = store.first; id < store.end; id++) {
      const [place, draft] = [places[id], packages[id]];
      if (place === undefined || draft === undefined) continue;
      if (store.style === "at") draft.dev = dev?.[id] === 1;
      finish(draft, place, aliases, store);
      if (id % PASS_STRIDE === 0) yield;
    }
  }
  const edgeAliases = yield* edgeAliasesOf(stores, places, packages);
  yield* markStandIns(stores, places, packages, context, problems);
  // pnpm compares those of the project's own document with the project's. Tried: pnpm 9 to 12.
  const overrides = (documents.at(-1)?.overrides ?? []).map(({ key, value }) => ({ keys: [key], raw: value ?? "" }));
  const downloads = stores.flatMap(({ style, first, end }) =>
    places.slice(first, end).flatMap((place) => downloadsOf(place, style)),
  );
  return {
    type: "lockfile",
    format: "pnpm",
    formatVersion: documents.at(-1)?.version ?? "0",
    packages,
    importers,
    ...(overrides.length === 0 ? {} : { overrides }),
    ...(downloads.length === 0 ? {} : { downloads }),
    ...(variants === null ? {} : { variants }),
    dependenciesOf: (id) => edges.of(id),
    statedBy: (id) => statedAt(stores, places[id], id),
    isPeer: (id, target) => peers.has(id, target),
    aliasesBetween: (id, target) => edgeAliases.of(id, target),
    leansOnManifests: packages.some((locked) => isSuspect(locked) || locked.otherAliases !== undefined),
    ...(problems.mayBeIgnored ? { mayBeIgnored: true } : {}),
    problems: problems.all(null),
  };
}

/** Of the packages that are installed under several names; few are. */
function* edgeAliasesOf(
  stores: readonly Store[],
  places: readonly Place[],
  packages: readonly Draft[],
): Task<EdgeAliases> {
  const found = new EdgeAliases(places.length);
  if (packages.every(({ otherAliases }) => otherAliases === undefined)) return found;
  for (const store of stores) {
    for (let id = store.first; id < store.end; id++) {
      for (const { needs, optionalNeeds } of places[id]?.variants ?? []) {
        for (const { key: alias, value: to } of [...needs, ...optionalNeeds]) {
          const target = to === null ? null : targetOf(store, alias, to);
          if (target !== null && packages[target]?.otherAliases !== undefined) found.add(id, target, alias);
        }
      }
      if (id % PASS_STRIDE === 0) yield;
    }
  }
  return found;
}

/** Of a package that is there once for each set of peers, what any of these depends on. */
function statedAt(stores: readonly Store[], place: Place | undefined, id: number): StatedManifest {
  const store = stores.find(({ first, end }) => id >= first && id < end);
  if (store === undefined || place === undefined) return STATES_NOTHING;
  const found = new Map<string, StatedDependency>();
  for (const { needs, optionalNeeds } of place.variants) {
    for (const { key: alias, value: to } of [...needs, ...optionalNeeds]) {
      if (to === null) continue;
      const target = targetOf(store, alias, to);
      found.set(`${alias} ${target ?? to}`, { alias, raw: null, target });
    }
  }
  return { dependencies: [...found.values()], bundled: [], ...(store.document.hasHook ? { isHooked: true } : {}) };
}

/** What YAML allows nowhere: js-yaml's `PATTERN_NON_PRINTABLE`. pnpm ignores the whole file for it. */
const NOT_ALLOWED =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

function checkCharacters(text: string, problems: Problems): void {
  const at = text.search(NOT_ALLOWED);
  if (at !== -1) problems.addOfFile("syntax", "a character that YAML does not allow", { start: at, end: at + 1 });
}

/** The documents that hold anything. */
function* readDocuments(text: string, problems: Problems): Task<readonly PnpmDocument[]> {
  const reader = new BlockReader(text, problems);
  const reading = { reader, archives: new ArchiveReader(), unread: new UnreadValues(reader, problems), problems };
  const documents: PnpmDocument[] = [];
  do {
    const document = yield* readDocument(reading);
    if (!document.isBlank) documents.push(document);
  } while (reader.nextDocument());
  return documents;
}

function* lockedAt(stores: readonly Store[], places: readonly Place[], problems: Problems): Task<Draft[]> {
  const locked: Draft[] = [];
  for (const { style, first, end } of stores) {
    for (const place of places.slice(first, end)) {
      locked.push(lockedBy(place, style, locked.length, problems));
      if (locked.length % PASS_STRIDE === 0) yield;
    }
  }
  return locked;
}

function finish(draft: Draft, { entry, variants }: Place, aliases: Aliases, { style }: Store): void {
  draft.alias = aliases.of(draft.id, draft.name);
  const otherAliases = aliases.others(draft.id);
  if (otherAliases.length > 0) draft.otherAliases = otherAliases;
  if (style !== "at") draft.hasInstallScript = entry.requiresBuild || (draft.source === "registry" ? false : null);
  // In lockfileVersion 9 its variants say it.
  draft.optional ||= variants.length > 0 && variants.every(({ optional }) => optional);
}
