/** Which cases of a matrix the ordinary test run takes, so that it ends in minutes. `npm run test:matrix` takes all. */

export interface MatrixCase {
  readonly scenario: string;
  readonly tool: string;
  /** Cases of one kind do the same thing in the same way. */
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
 * The case of a row of a table: a kind is an outcome and where it comes from, which are the names of the members, files
 * and variables that the row sets, not their values. The row itself is no scenario that has to run.
 */
export function kindOf(
  tool: string,
  outcome: string,
  ...sources: readonly Readonly<Record<string, unknown>>[]
): MatrixCase {
  const kind = [outcome, ...sources.flatMap((source) => Object.keys(source)).sort()].join("; ");
  return { scenario: kind, kind, tool };
}

/** A covering share: every scenario with some tool, and every kind with each of its tools. In the order given. */
function coveringShare<T extends MatrixCase>(cases: readonly T[]): readonly T[] {
  const taken = new Set<T>();
  const pairs = new Set<string>();
  const perTool = new Map<string, number>();
  const take = (one: T): void => {
    taken.add(one);
    pairs.add(pairOf(one));
    perTool.set(one.tool, (perTool.get(one.tool) ?? 0) + 1);
  };
  for (const one of cases) if (!pairs.has(pairOf(one))) take(one);
  for (const scenario of new Set(cases.map((one) => one.scenario))) {
    const own = cases.filter((one) => one.scenario === scenario);
    if (own.some((one) => taken.has(one))) continue;
    const [rarest] = own.toSorted((a, b) => (perTool.get(a.tool) ?? 0) - (perTool.get(b.tool) ?? 0));
    if (rarest !== undefined) take(rarest);
  }
  return cases.filter((one) => taken.has(one));
}

function pairOf({ kind, tool }: MatrixCase): string {
  return `${kind} ${tool}`;
}
