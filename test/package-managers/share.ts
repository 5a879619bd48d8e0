/** Which cases of a matrix the ordinary test run takes, so that it ends in minutes. `npm run test:matrix` takes all. */

export interface MatrixCase {
  readonly scenario: string;
  readonly tool: string;
  /** Cases of one kind do the same thing in the same way. */
  readonly kind: string;
}

export const isWholeMatrix = process.env["DEPWARDEN_MATRIX"] === "all";

/** A covering share: every scenario with some tool, and every kind with each of its tools. In the order given. */
export function coveringShare<T extends MatrixCase>(cases: readonly T[]): readonly T[] {
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
