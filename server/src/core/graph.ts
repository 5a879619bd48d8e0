/** Questions to the graph that a lockfile holds. What an answer needs is worked out once per lockfile, when first asked. */
import type { LockedPackage, Lockfile } from "./model.ts";

/** Its nodes are the packages, or, where the lockfile has several of one, its variants. */
interface Graph {
  /** By node: the package. */
  readonly placeOf: (node: number) => number;
  /** By id: the node that was reached first; UNREACHED for none. */
  readonly nodes: Int32Array;
  /** By node: the one that it was reached from; DIRECT for one that an importer asks for, UNREACHED for none. */
  readonly parents: Int32Array;
  /** By node: how many lead to it, itself included; 0 for none. */
  readonly depths: Int32Array;
  /** By node: the one on its way that is LEADING deep; itself where it is less deep. */
  readonly heads: Int32Array;
  readonly direct: ReadonlySet<number>;
  /** Importer path → alias → id. */
  readonly importers: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

const UNREACHED = -2;
const DIRECT = -1;

const graphs = new WeakMap<Lockfile, Graph>();

/** Of a longer way, this many names at its beginning and at its end are kept, with one entry between them. */
export const LEADING = 10;
export const TRAILING = 9;
/** A name in a way, in UTF-16 code units: registries take none that is longer, and each may be in thousands of ways. */
const LONGEST_NAME = 256;

/**
 * The shortest way from the project or one of its workspaces to a package, as aliases: `["axios", "plain-crypto-js"]`.
 * Its last is always the package's own. A package that nothing leads to has that alone. At most 20 entries: of a longer
 * way the first 10 names, `… 7 more …`, and the last 9. So the ways to all packages stay in proportion to the lockfile.
 */
export function pathTo(lockfile: Lockfile, id: number): readonly string[] {
  const graph = graphOf(lockfile);
  const node = graph.nodes[id] ?? UNREACHED;
  if (node === UNREACHED) return shortNameOf(lockfile, id);
  const depth = graph.depths[node] ?? 0;
  if (depth <= LEADING + 1 + TRAILING) return lastOfWay(lockfile, graph, node, Math.max(1, depth));
  const leading = lastOfWay(lockfile, graph, graph.heads[node] ?? UNREACHED, LEADING);
  return [...leading, `… ${depth - LEADING - TRAILING} more …`, ...lastOfWay(lockfile, graph, node, TRAILING)];
}

/** The last names of the way to a node. */
function lastOfWay(lockfile: Lockfile, { parents, placeOf }: Graph, node: number, most: number): readonly string[] {
  const names: string[] = [];
  for (let at = node; at >= 0 && names.length < most; at = parents[at] ?? UNREACHED)
    for (const name of shortNameOf(lockfile, placeOf(at))) names.push(name);
  return names.reverse();
}

/** None for a package that is not there. */
function shortNameOf({ packages }: Lockfile, id: number): readonly string[] {
  const locked = packages[id];
  return locked === undefined ? [] : [nameOf(locked)];
}

/** As it is called in a way. */
export function nameOf({ alias }: LockedPackage): string {
  return alias.length <= LONGEST_NAME ? alias : `${alias.slice(0, LONGEST_NAME - 1)}…`;
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

/** What the dependencies of each importer are locked to, by id: importer path → alias → id. As `resolvedFor` has it. */
export function importerTargets(lockfile: Lockfile): ReadonlyMap<string, ReadonlyMap<string, number>> {
  return graphOf(lockfile).importers;
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

/** Breadth first from all importers at once, each node looked at once. */
function build(lockfile: Lockfile): Graph {
  const { packages, variants } = lockfile;
  const count = variants?.places.length ?? packages.length;
  const nodes = new Int32Array(packages.length).fill(UNREACHED);
  const parents = new Int32Array(count).fill(UNREACHED);
  const depths = new Int32Array(count);
  const heads = new Int32Array(count).fill(UNREACHED);
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
  const placeOf = (node: number): number => (variants === undefined ? node : (variants.places[node] ?? UNREACHED));
  const queue = [...(variants === undefined ? direct : new Set(variants.direct.map(({ node }) => node)))];
  for (const node of queue) {
    parents[node] = DIRECT;
    depths[node] = 1;
    heads[node] = node;
  }
  // The queue grows while it is walked.
  for (const node of queue) {
    const place = placeOf(node);
    if (nodes[place] === UNREACHED) nodes[place] = node;
    for (const next of variants === undefined ? lockfile.dependenciesOf(node) : (variants.edges[node] ?? [])) {
      if (parents[next] !== UNREACHED) continue;
      parents[next] = node;
      const depth = (depths[node] ?? 0) + 1;
      depths[next] = depth;
      heads[next] = depth <= LEADING ? next : (heads[node] ?? UNREACHED);
      queue.push(next);
    }
  }
  return { placeOf, nodes, parents, depths, heads, direct, importers };
}
