import type { ImporterDependency, Importer } from "../model.ts";
import type { Edges } from "./edges.ts";
import { PASS_STRIDE, type Task } from "../task.ts";

/**
 * By package id, 1 where only development dependencies of the project and its workspaces lead to: for formats that do
 * not say it of each package. What nothing leads to is 0.
 */
export function* devOnly(packages: number, importers: readonly Importer[], edges: Edges): Task<Uint8Array> {
  const walk = new Walk(packages);
  const next = (id: number): readonly number[] => edges.of(id);
  yield* walk.from(
    targets(importers, ({ section }) => section !== "devDependencies"),
    next,
  );
  return yield* walk.from(
    targets(importers, ({ section }) => section === "devDependencies"),
    next,
  );
}

/** As `devOnly`: 1 where every way there goes over an optional dependency. */
export function* optionalOnly(packages: number, importers: readonly Importer[], edges: Edges): Task<Uint8Array> {
  const walk = new Walk(packages);
  const needed = yield* walk.from(
    targets(importers, ({ section }) => section !== "optionalDependencies"),
    (id) => edges.needed(id),
  );
  const optional = targets(importers, ({ section }) => section === "optionalDependencies");
  for (const [id, is] of needed.entries()) {
    if (is === 1) for (const target of edges.of(id)) optional.push(target);
    if (id % PASS_STRIDE === 0) yield;
  }
  return yield* walk.from(optional, (id) => edges.of(id));
}

function targets(importers: readonly Importer[], wanted: (dependency: ImporterDependency) => boolean): number[] {
  const found: number[] = [];
  for (const { dependencies } of importers) {
    for (const dependency of dependencies)
      if (dependency.target !== null && wanted(dependency)) found.push(dependency.target);
  }
  return found;
}

/** Goes through a graph from several starts, one after the other, and to each package once. */
class Walk {
  readonly #seen: Uint8Array;

  constructor(packages: number) {
    this.#seen = new Uint8Array(packages);
  }

  /** @returns by id, 1 where no earlier start led to, and this one does */
  *from(starts: readonly number[], next: (id: number) => readonly number[]): Task<Uint8Array> {
    const seen = this.#seen;
    const found = new Uint8Array(seen.length);
    const queue: number[] = [];
    const visit = (id: number): void => {
      if (seen[id] === 1) return;
      seen[id] = 1;
      found[id] = 1;
      queue.push(id);
    };
    starts.forEach(visit);
    let at = 0;
    // The queue grows while it is walked.
    for (const id of queue) {
      next(id).forEach(visit);
      if (++at % PASS_STRIDE === 0) yield;
    }
    return found;
  }
}
