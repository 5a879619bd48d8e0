import type { Importer, ImporterDependency } from "../../model.ts";
import { Edges } from "../edges.ts";
import { PASS_STRIDE, type Task } from "../../task.ts";
import type { Pair } from "./pairs.ts";
import { isLink, keyOf } from "./references.ts";
import { importedFrom, targetOf, type Place, type Store } from "./store.ts";

const NONE: readonly string[] = [];

/** The names that packages are installed under: pnpm's keys hold the real ones. */
export class Aliases {
  readonly #other: (Set<string> | undefined)[] = [];
  readonly #own: Uint8Array;

  constructor(places: number) {
    this.#own = new Uint8Array(places);
  }

  /** A dependency of that alias leads to a place that locks a package of that name. */
  see(alias: string, target: number, name: string): void {
    if (alias === name) this.#own[target] = 1;
    else (this.#other[target] ??= new Set()).add(alias);
  }

  /** The package's own name, unless it is only ever installed under others: then the first of these. */
  of(id: number, name: string): string {
    if (this.#own[id] === 1) return name;
    const [first] = this.#other[id] ?? NONE;
    return first ?? name;
  }

  /** The names beside the one that `of` gives. */
  others(id: number): readonly string[] {
    const other = this.#other[id];
    if (other === undefined) return NONE;
    const all = [...other];
    return this.#own[id] === 1 ? all : all.slice(1);
  }
}

interface Named {
  readonly name: string;
}

/**
 * The importers of all documents, by path. The last document, which is the project's, comes first: of two dependencies
 * of one name, its own counts.
 * @param lacking gets the keys that are referred to and not held, as a file has them that is cut between two entries;
 * pnpm takes no such file either (ERR_PNPM_LOCKFILE_MISSING_DEPENDENCY)
 */
export function* importersOf(
  stores: readonly Store[],
  packages: readonly Named[],
  aliases: Aliases,
  lacking: Set<string>,
): Task<Importer[]> {
  const byPath = new Map<string, ImporterDependency[]>();
  for (const store of stores.toReversed()) {
    for (const [written, declared] of store.document.importers) {
      const path = written === "." ? "" : written;
      const dependencies = byPath.get(path) ?? [];
      byPath.set(path, dependencies);
      for (const dependency of declared) {
        const { alias, section, to } = dependency;
        const target = importedFrom(store, dependency);
        dependencies.push({ alias, section, target });
        if (target === null) seeLacking(alias, to, store, lacking);
        else aliases.see(alias, target, packages[target]?.name ?? "");
      }
      yield;
    }
  }
  return [...byPath].map(([path, dependencies]) => ({ path, dependencies }));
}

/** Which of the edges are to peers. */
export class Peers {
  readonly #edges = new Set<number>();

  constructor(private readonly places: number) {}

  add(id: number, target: number): void {
    this.#edges.add(id * this.places + target);
  }

  has(id: number, target: number): boolean {
    return this.#edges.has(id * this.places + target);
  }
}

/** pnpm writes a digest in place of peers that take more than 1,000 characters (`peersSuffixMaxLength`). */
const LONGEST_KEY = 2_000;

/** What each place depends on: in lockfileVersion 9, what any of its variants does, of which each has one. */
export function* edgesOf(
  stores: readonly Store[],
  places: readonly Place[],
  packages: readonly Named[],
  aliases: Aliases,
  peers: Peers,
  lacking: Set<string>,
): Task<Edges> {
  const edges = new Edges(places.length);
  for (const store of stores) {
    const targets = (id: number, key: string, references: readonly Pair[], found: number[]): void => {
      const hasPeers = key.length <= LONGEST_KEY && key.endsWith(")");
      for (const { key: alias, value: to } of references) {
        if (to === null) continue;
        const target = targetOf(store, alias, to);
        if (target === null) {
          seeLacking(alias, to, store, lacking);
          continue;
        }
        found.push(target);
        // What comes from outside stands behind the version: `foo@1.0.0(bar@2.0.0)`. A dependency of its own never does.
        if (hasPeers && (key.includes(`(${alias}@${to})`) || key.includes(`(${to})`))) peers.add(id, target);
        aliases.see(alias, target, packages[target]?.name ?? "");
      }
    };
    for (let id = store.first; id < store.end; id++) {
      const needed: number[] = [];
      const optional: number[] = [];
      const { entry, variants } = places[id] ?? { entry: null, variants: [] };
      if (variants.length === 0 && entry !== null && store.document.snapshots !== null) lacking.add(entry.key);
      for (const { key, needs, optionalNeeds } of variants) {
        targets(id, key, needs, needed);
        targets(id, key, optionalNeeds, optional);
      }
      edges.add(needed, optional);
      if (id % PASS_STRIDE === 0) yield;
    }
  }
  return edges;
}

function seeLacking(alias: string, to: string, { style }: Store, lacking: Set<string>): void {
  if (!isLink(to)) lacking.add(keyOf(alias, to, style));
}
