import type { Importer } from "../model.ts";
import type { Edges } from "./edges.ts";
import { PASS_STRIDE, type Work } from "./slices.ts";

/** By package id, 1 or 0: what formats that do not say it of each package say by their graph. */
export interface Reach {
  /** Only development dependencies of the project and its workspaces lead there. */
  readonly dev: Uint8Array;
  /** Every way there goes over an optional dependency. */
  readonly optional: Uint8Array;
}

/** A package that nothing leads to is neither. */
export function* reachOf(packages: number, importers: readonly Importer[], edges: Edges): Work<Reach> {
  const roots = (but: string): number[] =>
    importers.flatMap(({ dependencies }) => dependencies.filter(({ section }) => section !== but).flatMap(({ target }) => target ?? []));
  const all = yield* reached(packages, roots(""), (id) => edges.of(id));
  const production = yield* reached(packages, roots("devDependencies"), (id) => edges.of(id));
  const needed = yield* reached(packages, roots("optionalDependencies"), (id) => edges.needed(id));
  return { dev: all.map((is, id) => is & ~(production[id] ?? 0)), optional: all.map((is, id) => is & ~(needed[id] ?? 0)) };
}

function* reached(packages: number, roots: readonly number[], next: (id: number) => readonly number[]): Work<Uint8Array> {
  const found = new Uint8Array(packages);
  const queue: number[] = [];
  const visit = (id: number): void => {
    if (found[id] === 1) return;
    found[id] = 1;
    queue.push(id);
  };
  roots.forEach(visit);
  let at = 0;
  // The queue grows while it is walked.
  for (const id of queue) {
    next(id).forEach(visit);
    if (++at % PASS_STRIDE === 0) yield;
  }
  return found;
}
