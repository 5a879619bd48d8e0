/** The held-out list is drawn by the rule of docs/replay.md, whatever its packages hold. */
import { expect, it } from "vitest";
import { draw, EVERY, FIRST_RANK, readList, writtenList } from "./tools/draw.ts";

function lockfile(packages: Readonly<Record<string, object>>): string {
  return JSON.stringify({ lockfileVersion: 3, packages });
}

const NONE = { ranked: [], lockfiles: [], tuned: new Set<string>() };

it("takes every name that a lockfile marks, in alphabetical order, once", () => {
  const script = { version: "1.0.0", hasInstallScript: true };
  const lockfiles = [
    lockfile({
      "": script,
      "packages/own": script,
      "node_modules/own": { link: true, resolved: "packages/own", hasInstallScript: true },
      "node_modules/zz": { ...script, resolved: "https://registry.example/zz/-/zz-1.0.0.tgz" },
      "node_modules/zz/node_modules/@a/b": script,
      "node_modules/alias": { ...script, name: "real" },
      "node_modules/from-git": { ...script, resolved: "git+ssh://git@github.com/a/b.git#0123" },
      "node_modules/file": { ...script, resolved: "file:file.tgz" },
      "node_modules/quiet": { version: "1.0.0" },
      "node_modules/@types/x": script,
      "node_modules/@x/y-linux-x64": script,
      "node_modules/tuned": script,
      "node_modules/keytar": script,
    }),
    lockfile({ "node_modules/zz": script, "node_modules/bb": script }),
  ];
  expect(draw({ ...NONE, lockfiles, tuned: new Set(["tuned"]) })).toEqual({
    withScript: ["@a/b", "bb", "real", "zz"],
    without: [],
  });
});

it("takes each so manieth widely used name that is not marked", () => {
  const ranked = Array.from({ length: FIRST_RANK + 4 * EVERY }, (_, at) => `rank-${at + 1}`);
  const rank = (n: number): string => `rank-${FIRST_RANK + n * EVERY}`;
  const lockfiles = [lockfile({ [`node_modules/${rank(1)}`]: { hasInstallScript: true } })];
  expect(draw({ ranked, lockfiles, tuned: new Set([rank(3)]) })).toEqual({
    withScript: [rank(1)],
    without: [rank(0), rank(2), rank(4)],
  });
});

it("refuses a lockfile that marks nothing", () => {
  expect(() => draw({ ...NONE, lockfiles: [JSON.stringify({ lockfileVersion: 1, dependencies: {} })] })).toThrow(
    "not of version 2 or 3",
  );
});

it("is written and read", () => {
  const list = { withScript: ["@a/b", "c"], without: ["d"] };
  expect(readList(writtenList(list))).toEqual(list);
  expect(() => readList("a\nb\n")).toThrow("not a drawn list");
});
