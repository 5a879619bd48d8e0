/** Which cases of a matrix the ordinary test run takes, so that it ends in minutes. `npm run test:matrix` takes all. */

export interface MatrixCase {
  /** What has to run with some tool at least. */
  readonly scenario: string;
  /** A package manager in one version; `managerOf` says which package manager. */
  readonly tool: string;
  /** What becomes of it; each tool has to run for each of its outcomes. */
  readonly outcome: string;
  /** Where the outcome comes from. Cases of one outcome and one kind do the same thing in the same way. */
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
  return { scenario: `${outcome}; ${kind}`, outcome, kind, tool };
}

/** npm and pnpm are the same package manager in each version; Yarn 1 and Yarn 4 have nothing in common but the name. */
export function managerOf(tool: string): string {
  return tool.replace(/^(p?npm) .*/, "$1");
}

/**
 * A covering share: every kind with each package manager, every outcome with each tool, every scenario with some tool.
 * Where several cases would do, it is the one whose tool has run least so far, else the first. In the order given.
 */
export function coveringShare<T extends MatrixCase>(cases: readonly T[]): readonly T[] {
  const taken = new Set<T>();
  const perTool = new Map<string, number>();
  const cover = (part: (one: T) => string): void => {
    for (const [, own] of groupBy(cases, part)) {
      if (own.some((one) => taken.has(one))) continue;
      const [rarest] = own.toSorted((a, b) => (perTool.get(a.tool) ?? 0) - (perTool.get(b.tool) ?? 0));
      if (rarest === undefined) continue;
      taken.add(rarest);
      perTool.set(rarest.tool, (perTool.get(rarest.tool) ?? 0) + 1);
    }
  };
  cover(({ outcome, tool }) => JSON.stringify([outcome, tool]));
  cover(({ outcome, kind, tool }) => JSON.stringify([outcome, kind, managerOf(tool)]));
  cover(({ scenario }) => scenario);
  return cases.filter((one) => taken.has(one));
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
