/** The share of a matrix that the ordinary run takes: the same each time, and nothing of a kind is left out. */
import { describe, expect, test } from "vitest";
import { coveringShare, managerOf, type MatrixCase } from "./share.ts";
import { TOOLS } from "./tools.ts";

/** Two outcomes of five kinds with every tool; each case is a scenario, or all are one. */
function matrix(scenarioOf: (kind: string) => string): readonly MatrixCase[] {
  return ["ran", "did not run"].flatMap((outcome) =>
    ["a", "b", "c", "d", "e"].flatMap((kind) =>
      TOOLS.map(({ name }) => ({ scenario: scenarioOf(kind), tool: name, outcome, kind })),
    ),
  );
}

function parts(cases: readonly MatrixCase[], part: (one: MatrixCase) => readonly unknown[]): readonly string[] {
  return [...new Set(cases.map((one) => JSON.stringify(part(one))))].sort();
}

describe("a covering share", () => {
  const all = matrix(() => "");
  const share = coveringShare(all);

  test("has every kind with each package manager, and every outcome with each version", () => {
    for (const part of [
      ({ kind, tool }: MatrixCase) => [kind, managerOf(tool)],
      ({ outcome, tool }: MatrixCase) => [outcome, tool],
    ])
      expect(parts(share, part)).toEqual(parts(all, part));
  });

  test("is smaller than the whole, and the same each time", () => {
    expect(share.length).toBeLessThan((all.length * 3) / 4);
    expect(coveringShare(all)).toEqual(share);
  });

  test("has every scenario", () => {
    const cases = TOOLS.flatMap(({ name }, at) => [
      { scenario: `only ${name}`, tool: name, outcome: "ran", kind: "a" },
      { scenario: `row ${at % 2}`, tool: name, outcome: "ran", kind: "a" },
    ]);
    expect(parts(coveringShare(cases), ({ scenario }) => [scenario])).toEqual(
      parts(cases, ({ scenario }) => [scenario]),
    );
  });

  test("without outcomes, has each package manager once", () => {
    const cases = TOOLS.map(({ name }) => ({ scenario: "", tool: name, outcome: null, kind: "a" }));
    expect(coveringShare(cases).map(({ tool }) => managerOf(tool))).toEqual(["npm", "Yarn 1", "Yarn 4", "pnpm", "Bun"]);
  });
});
