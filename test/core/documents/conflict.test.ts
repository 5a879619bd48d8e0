import { describe, expect, it } from "vitest";
import { splitConflict } from "../../../server/src/core/documents/conflict.ts";
import { resolvedFor } from "../../../server/src/core/graph.ts";
import { at, edges, importers, read, written } from "./help.ts";

const START = "<".repeat(7);
const BASE = "|".repeat(7);
const MIDDLE = "=".repeat(7);
const END = ">".repeat(7);

describe("splitConflict", () => {
  it("leaves a text without markers alone", () => {
    expect(splitConflict('{"a": "b"}')).toBeNull();
    expect(splitConflict(`{"a": "${START} not at a line's start"}\n${MIDDLE}\n`)).toBeNull();
    expect(splitConflict(`${START}${START}\n`)).toBeNull();
  });

  it("gives both sides at the offsets of the text, with its line ends", () => {
    const text = `a\r\n${START} HEAD\r\nours\r\n${MIDDLE}\r\ntheirs é\r\n${END} branch\r\nz`;
    const conflict = splitConflict(text);
    expect(conflict?.ours).toBe(
      `a\r\n${"\n".repeat(12)}\r\nours\r\n${"\n".repeat(7)}\r\n${"\n".repeat(8)}\r\n${"\n".repeat(14)}\r\nz`,
    );
    expect(conflict?.theirs).toBe(
      `a\r\n${"\n".repeat(12)}\r\n\n\n\n\n\r\n${"\n".repeat(7)}\r\ntheirs é\r\n${"\n".repeat(14)}\r\nz`,
    );
    expect(conflict?.problem.message).toBe("merge conflict between lines 2 and 6");
    expect(written(text, conflict?.problem.span ?? { start: 0, end: 0 })).toBe(`${START} HEAD`);
  });

  it("takes the base of a diff3 conflict from both sides", () => {
    const conflict = splitConflict(`${START} a\nours\n${BASE} base\nbase\n${MIDDLE}\ntheirs\n${END} b\n`);
    expect([conflict?.ours.trim(), conflict?.theirs.trim()]).toEqual(["ours", "theirs"]);
  });

  it("names the first three places, and counts the rest", () => {
    const one = `${START} a\n1\n${MIDDLE}\n2\n${END} b\n`;
    expect(splitConflict(one.repeat(2))?.problem.message).toBe(
      "merge conflict between lines 1 and 5, between lines 6 and 10",
    );
    expect(splitConflict(one.repeat(5))?.problem.message).toBe(
      "merge conflict between lines 1 and 5, between lines 6 and 10, between lines 11 and 15, and 2 more",
    );
  });

  it("takes a conflict without an end to the end of the file", () => {
    const conflict = splitConflict(`a\n${START} a\nours\n${MIDDLE}\ntheirs`);
    expect(conflict?.theirs).toBe(`a\n${"\n".repeat(9)}\n\n\n\n\n\n${"\n".repeat(7)}\ntheirs`);
    expect(conflict?.problem.message).toBe("merge conflict between line 2 and the end of the file");
  });
});

/** As `git merge` leaves it: one version changed on both sides, one package added on theirs. */
const CONFLICTED = `{
  "lockfileVersion": 3,
  "packages": {
    "": { "dependencies": { "ms": "^2.0.0" } },
    "node_modules/debug": {
      "version": "4.0.0",
      "dependencies": { "ms": "2" }
    },
    "node_modules/ms": {
${START} HEAD
      "version": "2.1.2"
    }
${MIDDLE}
      "version": "2.1.3",
      "dependencies": { "wrappy": "1" }
    },
    "node_modules/wrappy": {
      "version": "1.0.2"
    }
${END} branch
  }
}`;

describe("a lockfile with a conflict", () => {
  const lockfile = read(CONFLICTED);

  it("gives the packages of both sides, what is common once, each at its place", () => {
    expect(lockfile.packages.map(({ id, name, version }) => `${id} ${name}@${version}`)).toEqual([
      "0 debug@4.0.0",
      "1 ms@2.1.2",
      "2 ms@2.1.3",
      "3 wrappy@1.0.2",
    ]);
    for (const { version, versionSpan } of lockfile.packages) expect(written(CONFLICTED, versionSpan)).toBe(version);
  });

  it("says so in one problem", () => {
    expect(lockfile.problems.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      "conflict: merge conflict between lines 10 and 20",
    ]);
  });

  it("joins both sides' edges and importers", () => {
    const of = (id: number): string[] =>
      lockfile.dependenciesOf(id).map((target) => lockfile.packages[target]?.version ?? "?");
    expect(of(0)).toEqual(["2.1.2", "2.1.3"]);
    expect(of(1)).toEqual([]);
    expect(of(2)).toEqual(["1.0.2"]);
    expect(
      lockfile.importers.map(({ path, dependencies }) => [path, dependencies.map(({ target }) => target)]),
    ).toEqual([["", [1, 2]]]);
    expect(resolvedFor(lockfile, "", "ms")?.version).toBe("2.1.2");
  });

  it("tells what else is wrong with a side", () => {
    const broken = read(CONFLICTED.replace('"version": "2.1.2"\n    }', '"version": "2.1.2"\n    ]'));
    expect(broken.problems.map(({ kind }) => kind)).toEqual(["conflict", "syntax"]);
    expect(at(broken, "node_modules/wrappy").version).toBe("1.0.2");
  });

  it("reads lockfileVersion 1 the same way", () => {
    const text = `{"lockfileVersion": 1, "requires": true, "dependencies": {\n"a": {"version": "1.0.0", "requires": {"b": "1"}},\n${START} x\n"b": {"version": "1.0.0"}\n${MIDDLE}\n"b": {"version": "1.0.1"}\n${END} y\n}}`;
    const nested = read(text);
    expect(nested.packages.map(({ version }) => version)).toEqual(["1.0.0", "1.0.0", "1.0.1"]);
    expect(edges(nested)).toEqual(["node_modules/a -> node_modules/b", "node_modules/a -> node_modules/b"]);
    expect(importers(nested)).toEqual({ "": ["dependencies a -> node_modules/a"] });
  });

  it("tells pnpm's peers, where they are none but peers on the sides that have them", () => {
    const text = `lockfileVersion: '9.0'

importers:
  .:
    dependencies:
      plugin:
        specifier: ^1.0.0
        version: 1.0.0(host@1.0.0)

packages:
  plugin@1.0.0:
    resolution: {integrity: sha512-a}
  host@1.0.0:
    resolution: {integrity: sha512-b}
  other@1.0.0:
    resolution: {integrity: sha512-c}

snapshots:
  plugin@1.0.0(host@1.0.0):
    dependencies:
      host: 1.0.0
${START} HEAD
      other: 1.0.0
${MIDDLE}
      wrappy: 1.0.0
${END} branch
  host@1.0.0: {}
  other@1.0.0: {}
`;
    const merged = read(text, undefined, "pnpm-lock");
    const id = merged.packages.findIndex(({ name }) => name === "plugin");
    const told = merged
      .dependenciesOf(id)
      .map((target) => [merged.packages[target]?.name, merged.isPeer?.(id, target)]);
    expect(told.toSorted()).toEqual([
      ["host", true],
      ["other", false],
    ]);
    expect(merged.isPeer?.(id, id)).toBe(false);
  });

  it("tells nothing of peers where the format does not", () => {
    expect("isPeer" in lockfile).toBe(false);
  });
});
