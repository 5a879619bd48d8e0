/** Which cases of a matrix the ordinary test run takes, so that it ends in minutes. `npm run test:matrix` takes all. */
import { TOOLS } from "./tools.ts";

export interface MatrixCase {
  /** What has to run with some tool at least; "" where the kinds say all. */
  readonly scenario: string;
  /** A package manager in one version; `managerOf` says which package manager. */
  readonly tool: string;
  /** What becomes of it; each version of a package manager has to run for each of its outcomes. Null: need not. */
  readonly outcome: string | null;
  /** Where the outcome comes from: cases of one kind lead through the same code. */
  readonly kind: string;
}

const isWholeMatrix = process.env["DEPWARDEN_MATRIX"] === "all";

/** All cases under `npm run test:matrix`, else a covering share of them; says on standard error how many. */
export function casesToRun<T>(what: string, cases: readonly T[], describe: (one: T) => MatrixCase): readonly T[] {
  if (isWholeMatrix) return cases;
  const described = cases.map((one) => ({ one, ...describe(one) }));
  const share = coveringShare(described).map(({ one }) => one);
  process.stderr.write(`${what}: ${share.length} of ${cases.length} cases; npm run test:matrix runs all.\n`);
  return share;
}

/**
 * The case of a row of a table: its kind are the names of the members, files and variables that the row sets, not their
 * values. The row itself is no scenario that has to run.
 */
export function kindOf(
  tool: string,
  outcome: string,
  ...sources: readonly Readonly<Record<string, unknown>>[]
): MatrixCase {
  const kind = sources.flatMap((source) => Object.keys(source).sort()).join("; ");
  return { scenario: kind, outcome, kind, tool };
}

/** npm and pnpm are one package manager in all versions; Yarn 1 and Yarn 4 have little more than the name in common. */
export function managerOf(tool: string): string {
  return tool.replace(/^(p?npm) .*/, "$1");
}

/**
 * A covering share: every kind with each package manager, every outcome with each version, every scenario with some
 * tool. Where several cases would do, it is the one whose tool has taken the least time so far, so that the versions
 * take turns; of those the first. In the order given.
 */
export function coveringShare<T extends MatrixCase>(cases: readonly T[]): readonly T[] {
  const taken = new Set<T>();
  const seconds = new Map<string, number>();
  const secondsOf = ({ tool }: T): number => seconds.get(tool) ?? 0;
  const cover = (candidates: readonly T[], part: (one: T) => string): void => {
    for (const key of new Set(candidates.map(part))) {
      const own = candidates.filter((one) => part(one) === key);
      if (own.some((one) => taken.has(one))) continue;
      const best = own.reduce((least, one) => (secondsOf(one) < secondsOf(least) ? one : least));
      taken.add(best);
      seconds.set(best.tool, secondsOf(best) + secondsPerRun(best.tool));
    }
  };
  cover(
    cases.filter(({ outcome }) => outcome !== null),
    ({ outcome, tool }) => JSON.stringify([outcome, tool]),
  );
  cover(cases, ({ kind, tool }) => JSON.stringify([kind, managerOf(tool)]));
  cover(cases, ({ scenario }) => scenario);
  return cases.filter((one) => taken.has(one));
}

function secondsPerRun(tool: string): number {
  const found = TOOLS.find(({ name }) => name === tool);
  if (found === undefined) throw new Error(`no tool ${tool}`);
  return found.seconds;
}
