import type { Problems } from "../problems.ts";
import { PASS_STRIDE, type Task } from "../../task.ts";
import { contradictionsOf, type Contradiction } from "./contradictions.ts";
import { isLocal, parseSpecifier } from "../specifier.ts";
import type { Span } from "../../util/text.ts";
import { withoutSuffix } from "./dep-path.ts";
import { emptyEntry, type PnpmDocument, type PnpmEntry, type PnpmImporter } from "./document.ts";
import { keyStyle, type KeyStyle } from "./key-style.ts";
import { isLink, keyOf } from "./references.ts";

/** One place that locks a package, and the entries of `snapshots` that say what it depends on. */
export interface Place {
  readonly entry: PnpmEntry;
  /** Of lockfileVersion 9: one for each set of peers. Before that, the entry itself. */
  readonly variants: PnpmEntry[];
  /** Locked beside what the key says, since the entry contradicts it: no reference leads here. */
  readonly against?: Contradiction;
  /** A link, which has no entry of its own. */
  readonly isLink?: true;
}

/** The places of one document, by key. References resolve within it. */
export interface Store {
  readonly style: KeyStyle;
  readonly document: PnpmDocument;
  readonly byKey: ReadonlyMap<string, number>;
  /** Places of the links that importers have and do not ask for: no entry of `packages` stands for them. */
  readonly links: ReadonlyMap<PnpmImporter, number>;
  /** Its places are those from `first` to before `end`. */
  readonly first: number;
  readonly end: number;
}

/**
 * Adds a document's places. In lockfileVersion 9 the entries of `packages` are the places, since there the version
 * stands once, with its integrity; those of `snapshots` are variants of one, and places only where pnpm would install
 * them without an entry of `packages`.
 */
export function* addDocument(document: PnpmDocument, places: Place[], problems: Problems): Task<Store> {
  const style = keyStyle(document.version);
  const byKey = new Map<string, number>();
  const first = places.length;
  const add = (entry: PnpmEntry, key: string, variants: PnpmEntry[]): void => {
    byKey.set(key, places.length);
    places.push({ entry, variants });
  };
  let count = 0;
  for (const entry of document.packages) {
    if (style === "at" && entry.statesNeeds) problems.add("unsupported", NEEDS_IN_PACKAGES, entry.keySpan);
    add(entry, entry.key, style === "at" && !entry.statesNeeds ? [] : [entry]);
    if (++count % PASS_STRIDE === 0) yield;
  }
  let last: Place | undefined;
  let next = first;
  for (const snapshot of document.snapshots ?? []) {
    const key = withoutSuffix(snapshot.key);
    // They stand in the order of the packages, those of one package beside each other.
    if (last?.entry.key !== key) {
      const id = places[next]?.entry.key === key ? next : byKey.get(key);
      last = id === undefined ? undefined : places[id];
      if (id !== undefined) next = id + 1;
    }
    if (last === undefined) add(snapshot, key, [snapshot]);
    else last.variants.push(snapshot);
    if (++count % PASS_STRIDE === 0) yield;
  }
  const end = places.length;
  for (let id = first; id < end; id++) {
    const place = places[id];
    if (place !== undefined) for (const found of contradictionsAt(place, style, problems)) places.push(found);
    if (++count % PASS_STRIDE === 0) yield;
  }
  const links = yield* addLinks(document, places, first, byKey);
  return { style, document, byKey, links, first, end: places.length };
}

/**
 * What a place says beside its key. Versions of pnpm differ in which they install: until pnpm 8 a name and a version of
 * the entry won, until pnpm 11 the version (lockfile/utils, `nameVerFromPkgSnapshot`). A snapshot's own hold where the
 * entry of `packages` has none (lockfile/fs, `convertToLockfileObject`). pnpm writes no such lockfile.
 */
function contradictionsAt({ entry, variants }: Place, style: KeyStyle, problems: Problems): readonly Place[] {
  const found: Place[] = [];
  for (const stated of new Set([entry, ...variants])) {
    if (stated !== entry && stated.resolution.length > 0)
      problems.add("unsupported", "a snapshot holds a resolution, which belongs to packages", stated.keySpan);
    const contradictions = contradictionsOf(stated, style);
    if (contradictions.length === 0) continue;
    problems.add("unsupported", CONTRADICTION, stated.version?.span ?? stated.keySpan);
    for (const against of contradictions) found.push({ entry, variants: [], against });
  }
  return found;
}

/** pnpm until 11 puts it in the place of what the snapshot says (lockfile/fs, `convertToLockfileObject`). */
const NEEDS_IN_PACKAGES = "an entry of packages says what it depends on, which belongs to snapshots";

const CONTRADICTION =
  "an entry states another name or version than its key, and pnpm may install either; remove the entry and lock it again";

/** Adds a place for each link of an importer that does not ask for a folder, and for each that a package has. */
function* addLinks(
  document: PnpmDocument,
  places: Place[],
  first: number,
  byKey: Map<string, number>,
): Task<Store["links"]> {
  const links = new Map<PnpmImporter, number>();
  const end = places.length;
  const add = (alias: string, to: string, span: Span, aliasSpan: Span): number => {
    const entry = { ...emptyEntry(`${alias}@${to}`, aliasSpan), name: alias, version: { value: to, span } };
    return places.push({ entry, variants: [entry], isLink: true }) - 1;
  };
  let count = 0;
  for (const [importer, declared] of document.importers) {
    for (const dependency of declared) {
      if (++count % PASS_STRIDE === 0) yield;
      const { alias, aliasSpan, to, toSpan } = dependency;
      const raw = isLink(to) ? specifierOf(document, importer, dependency) : null;
      if (raw !== null && !isLocal(parseSpecifier(alias, raw)))
        links.set(dependency, add(alias, to, toSpan, aliasSpan));
    }
  }
  for (let id = first; id < end; id++) {
    for (const { keySpan, needs, optionalNeeds } of places[id]?.variants ?? []) {
      for (const { key: alias, value: to, link } of [...needs, ...optionalNeeds]) {
        if (to === null || !isLink(to)) continue;
        const key = `${alias}@${to}`;
        const span = link ?? { start: keySpan.end, end: keySpan.end };
        if (!byKey.has(key)) byKey.set(key, add(alias, to, span, span));
      }
    }
    if (id % PASS_STRIDE === 0) yield;
  }
  return links;
}

/** What the manifest asks for, with pnpm's overrides put in; null where the lockfile does not say. */
export function specifierOf(
  { specifiers }: PnpmDocument,
  importer: string,
  { alias, specifier }: PnpmImporter,
): string | null {
  return specifier ?? specifiers.get(importer)?.get(alias) ?? null;
}

/** The place that an importer's dependency leads to; null for none, as for a link that it asks for. */
export function importedFrom(store: Store, dependency: PnpmImporter): number | null {
  const { alias, to } = dependency;
  return isLink(to) ? (store.links.get(dependency) ?? null) : targetOf(store, alias, to);
}

/** The place that a reference of a package leads to; null for none. */
export function targetOf({ style, byKey }: Store, alias: string, to: string): number | null {
  return byKey.get(keyOf(alias, to, style)) ?? null;
}
