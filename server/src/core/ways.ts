/** Ways through the graph that a lockfile holds: what a direct dependency brings in, and by way of what. */
import { dependentsOf, importerTargets, LEADING, nameOf, TRAILING } from "./graph.ts";
import type { Lockfile } from "./model.ts";
import { PASS_STRIDE, type Task } from "./task.ts";

/** A dependency that a manifest asks for and that leads to a package. */
export interface Bringer {
  /** As in `Importer.path`. */
  readonly importer: string;
  readonly alias: string;
  /** What it is locked to, by id. */
  readonly id: number;
  /** The package that it leads to, by id. */
  readonly brought: number;
  /** The shortest way, both ends included, as aliases and bounded as by `pathTo`. */
  readonly path: readonly string[];
}

/** How much may be worked out, for several questions together. */
export interface WayBudget {
  /** Packages to go through; a dependency to list counts for more, as each has a way of its own. */
  steps: number;
}

const STEPS_A_BRINGER = 50;

/**
 * The dependencies of manifests that lead to one of the packages, each once, with the shortest way; those that are one of
 * the packages themselves are not among them. null where the budget does not reach.
 * @param ids of packages
 * @param budget what this takes is taken off it; null: without a bound but the size of the lockfile
 */
export function* bringersOf(
  lockfile: Lockfile,
  ids: Iterable<number>,
  budget: WayBudget | null,
): Task<readonly Bringer[] | null> {
  const steps = yield* reachedFrom(lockfile, ids, (id) => dependentsOf(lockfile, id), budget);
  if (steps === null) return null;
  const askers = askersIn(lockfile);
  const bringers: Bringer[] = [];
  for (const [index, step] of steps.entries()) {
    const { id, origin, before } = step;
    if (index % PASS_STRIDE === PASS_STRIDE - 1) yield;
    const own = before === null ? [] : (askers.get(id) ?? []);
    if (budget !== null && (budget.steps -= own.length * STEPS_A_BRINGER) < 0) return null;
    for (const { importer, alias } of own)
      bringers.push({ importer, alias, id, brought: origin, path: wayBack(lockfile, step) });
  }
  return bringers;
}

/**
 * The shortest way from one of the packages to each of those that they bring in, by id; bounded as by `pathTo`, with more
 * of its end.
 * @param ids of packages
 */
export function* waysFrom(
  lockfile: Lockfile,
  ids: Iterable<number>,
  isWanted: (id: number) => boolean,
): Task<ReadonlyMap<number, readonly string[]>> {
  const steps = yield* reachedFrom(lockfile, ids, (id) => lockfile.dependenciesOf(id), null);
  const ways = new Map<number, readonly string[]>();
  for (const step of steps ?? [])
    if (step.before !== null && isWanted(step.id)) ways.set(step.id, wayBack(lockfile, step).toReversed());
  return ways;
}

/** A package on a way, with the one before it. */
class Step {
  /** How many packages are on the way, this one included. */
  readonly depth: number;
  /** The one on the way that is TRAILING deep; itself where it is less deep. */
  readonly tail: Step;
  /** The package that the way begins at, by id. */
  readonly origin: number;

  constructor(
    readonly id: number,
    readonly before: Step | null,
  ) {
    this.depth = (before?.depth ?? 0) + 1;
    this.tail = before === null || this.depth <= TRAILING ? this : before.tail;
    this.origin = before?.origin ?? id;
  }
}

/**
 * Breadth first: all that is reached. Workspaces are on no way: what they depend on, they ask for themselves.
 * @param next packages that are one step away
 */
function* reachedFrom(
  { packages }: Lockfile,
  starts: Iterable<number>,
  next: (id: number) => readonly number[],
  budget: WayBudget | null,
): Task<readonly Step[] | null> {
  const seen = new Set<number>();
  const steps: Step[] = [];
  const add = (id: number, before: Step | null): void => {
    if (seen.has(id) || packages[id]?.source === "workspace") return;
    seen.add(id);
    steps.push(new Step(id, before));
  };
  for (const id of starts) add(id, null);
  // The list grows while it is walked.
  for (const [index, step] of steps.entries()) {
    const following = next(step.id);
    if (budget !== null && (budget.steps -= 1 + following.length) < 0) return null;
    for (const id of following) add(id, step);
    if (index % PASS_STRIDE === PASS_STRIDE - 1) yield;
  }
  return steps;
}

/** The names from a package back to where its way begins. */
function wayBack(lockfile: Lockfile, step: Step): readonly string[] {
  if (step.depth <= LEADING + 1 + TRAILING) return namesBack(lockfile, step, step.depth);
  return [
    ...namesBack(lockfile, step, LEADING),
    `… ${step.depth - LEADING - TRAILING} more …`,
    ...namesBack(lockfile, step.tail, TRAILING),
  ];
}

function namesBack({ packages }: Lockfile, from: Step, most: number): readonly string[] {
  const names: string[] = [];
  for (let step: Step | null = from; step !== null && names.length < most; step = step.before) {
    const locked = packages[step.id];
    if (locked !== undefined) names.push(nameOf(locked));
  }
  return names;
}

type Asker = Pick<Bringer, "importer" | "alias">;

const askers = new WeakMap<Lockfile, ReadonlyMap<number, readonly Asker[]>>();

/** By id: who asks for a package in a manifest. */
function askersIn(lockfile: Lockfile): ReadonlyMap<number, readonly Asker[]> {
  const known = askers.get(lockfile);
  if (known !== undefined) return known;
  const found = new Map<number, Asker[]>();
  for (const [importer, targets] of importerTargets(lockfile)) {
    for (const [alias, id] of targets) {
      const own = found.get(id);
      if (own === undefined) found.set(id, [{ importer, alias }]);
      else own.push({ importer, alias });
    }
  }
  askers.set(lockfile, found);
  return found;
}
