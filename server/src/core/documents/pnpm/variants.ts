import type { DependencySection, PackageVariants } from "../../model.ts";
import { PASS_STRIDE, type Task } from "../../task.ts";
import { keyOfReference } from "./references.ts";
import { importedFrom, targetOf, type Place, type Store } from "./store.ts";

/**
 * What leads to what in lockfileVersion 9, where a package has a snapshot for each set of peers: each is a node of its
 * own, as for pnpm. A package that one of its variants depends on need not be reached from where another is installed.
 */
export class Variants implements PackageVariants {
  /** A place without a snapshot is one node. */
  readonly places: readonly number[];
  readonly edges: readonly (readonly number[])[];
  readonly direct: readonly { readonly section: DependencySection; readonly node: number }[];

  private constructor(places: readonly number[], edges: readonly (readonly number[])[], direct: Variants["direct"]) {
    this.places = places;
    this.edges = edges;
    this.direct = direct;
  }

  static *of(stores: readonly Store[], places: readonly Place[]): Task<Variants> {
    const placeOf: number[] = [];
    const firstOf: number[] = [];
    const byKeys = stores.map(() => new Map<string, number>());
    for (const [nth, { first, end }] of stores.entries()) {
      for (let id = first; id < end; id++) {
        firstOf[id] = placeOf.length;
        const keys = places[id]?.variants.map(({ key }) => key) ?? [];
        for (const key of keys.length === 0 ? [""] : keys) {
          byKeys[nth]?.set(key, placeOf.length);
          placeOf.push(id);
        }
        if (id % PASS_STRIDE === 0) yield;
      }
    }
    const nodeOf = (nth: number, alias: string, to: string, place: number | null): number | null =>
      place === null ? null : (byKeys[nth]?.get(keyOfReference(alias, to)) ?? firstOf[place] ?? null);
    const edges: (readonly number[])[] = [];
    const direct: { readonly section: DependencySection; readonly node: number }[] = [];
    for (const [nth, store] of stores.entries()) {
      for (let id = store.first; id < store.end; id++) {
        const { variants = [] } = places[id] ?? {};
        if (variants.length === 0) edges.push([]);
        for (const { needs, optionalNeeds } of variants) {
          edges.push(
            [...needs, ...optionalNeeds].flatMap(({ key: alias, value: to }) =>
              to === null ? [] : (nodeOf(nth, alias, to, targetOf(store, alias, to)) ?? []),
            ),
          );
        }
        if (id % PASS_STRIDE === 0) yield;
      }
      for (const declared of store.document.importers.values()) {
        for (const dependency of declared) {
          const node = nodeOf(nth, dependency.alias, dependency.to, importedFrom(store, dependency));
          if (node !== null) direct.push({ section: dependency.section, node });
        }
        yield;
      }
    }
    return new Variants(placeOf, edges, direct);
  }

  /** By place, 1 where only development dependencies of importers lead to. What nothing leads to is 0. */
  *devOnly(count: number): Task<Uint8Array> {
    const lasting = yield* this.#reached(({ section }) => section !== "devDependencies");
    const any = yield* this.#reached(() => true);
    const found = new Uint8Array(count);
    for (const [node, place] of this.places.entries()) if (any[node] === 1) found[place] = 1;
    for (const [node, place] of this.places.entries()) if (lasting[node] === 1) found[place] = 0;
    return found;
  }

  /** By node, 1 where a dependency of importers leads to that is wanted. */
  *#reached(isWanted: (dependency: { readonly section: DependencySection }) => boolean): Task<Uint8Array> {
    const reached = new Uint8Array(this.places.length);
    const queue: number[] = [];
    const visit = (node: number): void => {
      if (reached[node] === 1) return;
      reached[node] = 1;
      queue.push(node);
    };
    for (const dependency of this.direct) if (isWanted(dependency)) visit(dependency.node);
    let at = 0;
    // The queue grows while it is walked.
    for (const node of queue) {
      for (const target of this.edges[node] ?? []) visit(target);
      if (++at % PASS_STRIDE === 0) yield;
    }
    return reached;
  }
}
