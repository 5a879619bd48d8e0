import type { DependencySection, Importer } from "../model.ts";
import type { Edges } from "./edges.ts";
import { PASS_STRIDE, type Work } from "./slices.ts";

/**
 * By package id, 1 where only development dependencies of the project and its workspaces lead to: for formats that do
 * not say it of each package. What nothing leads to is 0.
 */
export function* devOnly(packages: number, importers: readonly Importer[], edges: Edges): Work<Uint8Array> {
  const all = yield* reached(packages, roots(importers, null), (id) => edges.of(id));
  const others = yield* reached(packages, roots(importers, "devDependencies"), (id) => edges.of(id));
  return all.map((is, id) => is & ~(others[id] ?? 0));
}

/** As `devOnly`: 1 where every way there goes over an optional dependency. */
export function* optionalOnly(packages: number, importers: readonly Importer[], edges: Edges): Work<Uint8Array> {
  const all = yield* reached(packages, roots(importers, null), (id) => edges.of(id));
  const needed = yield* reached(packages, roots(importers, "optionalDependencies"), (id) => edges.needed(id));
  return all.map((is, id) => is & ~(needed[id] ?? 0));
}

function roots(importers: readonly Importer[], but: DependencySection | null): number[] {
  const found: number[] = [];
  for (const { dependencies } of importers) {
    for (const { section, target } of dependencies) if (section !== but && target !== null) found.push(target);
  }
  return found;
}

function* reached(packages: number, from: readonly number[], next: (id: number) => readonly number[]): Work<Uint8Array> {
  const found = new Uint8Array(packages);
  const queue: number[] = [];
  const visit = (id: number): void => {
    if (found[id] === 1) return;
    found[id] = 1;
    queue.push(id);
  };
  from.forEach(visit);
  let at = 0;
  // The queue grows while it is walked.
  for (const id of queue) {
    next(id).forEach(visit);
    if (++at % PASS_STRIDE === 0) yield;
  }
  return found;
}
