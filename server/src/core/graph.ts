/** Questions to the graph that a lockfile holds. What an answer needs is worked out once per lockfile, when first asked. */
import type { LockedPackage, Lockfile } from "./model.ts";

interface Graph {
  /** By id: the package that it was reached from; DIRECT for one that an importer asks for, UNREACHED for none. */
  readonly parents: Int32Array;
  /** By id: how many packages lead to it, itself included; 0 for none. */
  readonly depths: Int32Array;
  /** By id: the package on its way that is LEADING deep; itself where it is less deep. */
  readonly heads: Int32Array;
  readonly direct: ReadonlySet<number>;
  /** Importer path → alias → id. */
  readonly importers: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

const UNREACHED = -2;
const DIRECT = -1;

const graphs = new WeakMap<Lockfile, Graph>();

/** Of a longer way, this many names at its beginning and at its end are kept, with one entry between them. */
const LEADING = 10;
const TRAILING = 9;
/** A name in a way, in UTF-16 code units: registries take none that is longer, and each may be in thousands of ways. */
const LONGEST_NAME = 256;

/**
 * The shortest way from the project or one of its workspaces to a package, as aliases: `["axios", "plain-crypto-js"]`.
 * Its last is always the package's own. A package that nothing leads to has that alone. At most 20 entries: of a longer
 * way the first 10 names, `… 7 more …`, and the last 9. So the ways to all packages stay in proportion to the lockfile.
 */
export function pathTo(lockfile: Lockfile, id: number): readonly string[] {
  const graph = graphOf(lockfile);
  const depth = graph.depths[id] ?? 0;
  if (depth <= LEADING + 1 + TRAILING) return lastOfWay(lockfile, graph, id, Math.max(1, depth));
  const leading = lastOfWay(lockfile, graph, graph.heads[id] ?? UNREACHED, LEADING);
  return [...leading, `… ${depth - LEADING - TRAILING} more …`, ...lastOfWay(lockfile, graph, id, TRAILING)];
}

/** The last names of the way to a package. */
function lastOfWay(lockfile: Lockfile, { parents }: Graph, id: number, most: number): readonly string[] {
  const names: string[] = [];
  for (let at = id; at >= 0 && names.length < most; at = parents[at] ?? UNREACHED) {
    const locked = lockfile.packages[at];
    if (locked === undefined) break;
    names.push(locked.alias.length <= LONGEST_NAME ? locked.alias : `${locked.alias.slice(0, LONGEST_NAME - 1)}…`);
  }
  return names.reverse();
}

/** The packages that the project or a workspace asks for itself. */
export function directIds(lockfile: Lockfile): ReadonlySet<number> {
  return graphOf(lockfile).direct;
}

/**
 * What a dependency of one importer is locked to; null when the lockfile has no such importer or holds nothing for it,
 * also where it is read in two ways and holds something in one of them alone.
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
  const depths = new Int32Array(lockfile.packages.length);
  const heads = new Int32Array(lockfile.packages.length).fill(UNREACHED);
  const importers = new Map<string, Map<string, number>>();
  const direct = new Set<number>();
  for (const { path, dependencies } of lockfile.importers) {
    const byAlias = new Map<string, number>();
    importers.set(path, byAlias);
    const open = new Set(dependencies.flatMap(({ alias, target }) => (target === null ? [alias] : [])));
    for (const { alias, target } of dependencies) {
      if (target === null) continue;
      if (!byAlias.has(alias) && !open.has(alias)) byAlias.set(alias, target);
      direct.add(target);
    }
  }
  const queue = [...direct];
  for (const id of queue) {
    parents[id] = DIRECT;
    depths[id] = 1;
    heads[id] = id;
  }
  // The queue grows while it is walked.
  for (const id of queue) {
    for (const next of lockfile.dependenciesOf(id)) {
      if (parents[next] !== UNREACHED) continue;
      parents[next] = id;
      const depth = (depths[id] ?? 0) + 1;
      depths[next] = depth;
      heads[next] = depth <= LEADING ? next : (heads[id] ?? UNREACHED);
      queue.push(next);
    }
  }
  return { parents, depths, heads, direct, importers };
}
