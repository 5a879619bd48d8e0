/** Questions to the graph that a lockfile holds. What an answer needs is worked out once per lockfile, when first asked. */
import type { LockedPackage, Lockfile } from "./model.ts";

interface Graph {
  /** By id: the package that it was reached from; DIRECT for one that an importer asks for, UNREACHED for none. */
  readonly parents: Int32Array;
  readonly direct: ReadonlySet<number>;
  /** Importer path → alias → id. */
  readonly importers: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

const UNREACHED = -2;
const DIRECT = -1;

const graphs = new WeakMap<Lockfile, Graph>();

/**
 * The shortest way from the project or one of its workspaces to a package, as aliases: `["axios", "plain-crypto-js"]`.
 * Its last is always the package's own. A package that nothing leads to has that alone.
 */
export function pathTo(lockfile: Lockfile, id: number): readonly string[] {
  const { parents } = graphOf(lockfile);
  const path: string[] = [];
  for (let at = id; at >= 0; at = parents[at] ?? UNREACHED) {
    const locked = lockfile.packages[at];
    if (locked === undefined) break;
    path.push(locked.alias);
  }
  return path.reverse();
}

/** The packages that the project or a workspace asks for itself. */
export function directIds(lockfile: Lockfile): ReadonlySet<number> {
  return graphOf(lockfile).direct;
}

/**
 * What a dependency of one importer is locked to; null when the lockfile has no such importer or holds nothing for it.
 * @param importerPath as in `Importer.path`: "" for the lockfile's own folder
 */
export function resolvedFor(lockfile: Lockfile, importerPath: string, alias: string): LockedPackage | null {
  const id = graphOf(lockfile).importers.get(importerPath)?.get(alias);
  return id === undefined ? null : (lockfile.packages[id] ?? null);
}

const dependents = new WeakMap<Lockfile, ReadonlyMap<number, readonly number[]>>();

/** The packages that depend on a package, by id; what importers ask for is not among them. */
export function dependentsOf(lockfile: Lockfile, id: number): readonly number[] {
  const known = dependents.get(lockfile);
  if (known !== undefined) return known.get(id) ?? [];
  const found = new Map<number, number[]>();
  for (const parent of lockfile.packages) {
    for (const target of lockfile.dependenciesOf(parent.id)) {
      const own = found.get(target);
      if (own === undefined) found.set(target, [parent.id]);
      else own.push(parent.id);
    }
  }
  dependents.set(lockfile, found);
  return found.get(id) ?? [];
}

function graphOf(lockfile: Lockfile): Graph {
  const known = graphs.get(lockfile);
  if (known !== undefined) return known;
  const graph = build(lockfile);
  graphs.set(lockfile, graph);
  return graph;
}

/** Breadth first from all importers at once, each package looked at once. */
function build(lockfile: Lockfile): Graph {
  const parents = new Int32Array(lockfile.packages.length).fill(UNREACHED);
  const importers = new Map<string, Map<string, number>>();
  const direct = new Set<number>();
  for (const { path, dependencies } of lockfile.importers) {
    const byAlias = new Map<string, number>();
    importers.set(path, byAlias);
    for (const { alias, target } of dependencies) {
      if (target === null) continue;
      if (!byAlias.has(alias)) byAlias.set(alias, target);
      direct.add(target);
    }
  }
  const queue = [...direct];
  for (const id of queue) parents[id] = DIRECT;
  // The queue grows while it is walked.
  for (const id of queue) {
    for (const next of lockfile.dependenciesOf(id)) {
      if (parents[next] !== UNREACHED) continue;
      parents[next] = id;
      queue.push(next);
    }
  }
  return { parents, direct, importers };
}
