import type { Importer, ImporterDependency } from "../../model.ts";
import { Edges } from "../edges.ts";
import { PASS_STRIDE, type Work } from "../slices.ts";
import type { Reference } from "./document.ts";
import { targetOf, type Place, type Store } from "./store.ts";

/** The names that packages are installed under: pnpm's keys hold the real ones. */
export class Aliases {
  readonly #other: (string | undefined)[] = [];
  readonly #own: Uint8Array;

  constructor(places: number) {
    this.#own = new Uint8Array(places);
  }

  /** A dependency of that alias leads to a place that locks a package of that name. */
  see(alias: string, target: number, name: string): void {
    if (alias === name) this.#own[target] = 1;
    else this.#other[target] ??= alias;
  }

  /** The package's own name, unless it is only ever installed under others: then the first of these. */
  of(id: number, name: string): string {
    return this.#own[id] === 1 ? name : (this.#other[id] ?? name);
  }
}

/**
 * The importers of all documents, by path. The last document, which is the project's, comes first: of two dependencies
 * of one name, its own counts.
 */
export function* importersOf(stores: readonly Store[], names: readonly string[], aliases: Aliases): Work<Importer[]> {
  const byPath = new Map<string, ImporterDependency[]>();
  for (const store of stores.toReversed()) {
    for (const [written, declared] of store.document.importers) {
      const path = written === "." ? "" : written;
      const dependencies = byPath.get(path) ?? [];
      byPath.set(path, dependencies);
      for (const { alias, section, to } of declared) {
        const target = targetOf(store, { alias, to });
        dependencies.push({ alias, section, target });
        if (target !== null) aliases.see(alias, target, names[target] ?? "");
      }
      yield;
    }
  }
  return [...byPath].map(([path, dependencies]) => ({ path, dependencies }));
}

/** What each place depends on: in lockfileVersion 9, what any of its variants does. */
export function* edgesOf(
  stores: readonly Store[],
  places: readonly Place[],
  names: readonly string[],
  aliases: Aliases,
): Work<Edges> {
  const edges = new Edges(places.length);
  for (const store of stores) {
    const targets = (references: readonly Reference[], found: number[]): void => {
      for (const reference of references) {
        const target = targetOf(store, reference);
        if (target === null) continue;
        found.push(target);
        aliases.see(reference.alias, target, names[target] ?? "");
      }
    };
    for (let id = store.first; id < store.end; id++) {
      const needed: number[] = [];
      const optional: number[] = [];
      for (const { needs, optionalNeeds } of places[id]?.variants ?? []) {
        targets(needs, needed);
        targets(optionalNeeds, optional);
      }
      edges.add(needed, optional);
      if (id % PASS_STRIDE === 0) yield;
    }
  }
  return edges;
}
