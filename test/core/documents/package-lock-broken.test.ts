import { describe, expect, it } from "vitest";
import { readLockfile } from "../../../server/src/core/documents/index.ts";
import { pathTo } from "../../../server/src/core/graph.ts";
import { edges, read, readObject, written } from "./help.ts";

const problems = (text: string): string[] => read(text).problems.map(({ kind, message }) => `${kind}: ${message}`);

describe("a text that is no lockfile", () => {
  it.each([
    ["", "syntax: the file is empty"],
    ["\ufeff\n", "syntax: the file is empty"],
    ["<!DOCTYPE html><html>", "syntax: this is HTML or XML, not JSON"],
    ["lockfileVersion: '9.0'\n\nimporters:\n", "syntax: this is not JSON"],
    ["# yarn lockfile v1\n", "syntax: this is not JSON"],
    ["[]", "unsupported: expected a JSON object, found an array"],
    ["null", "unsupported: expected a JSON object, found null"],
    ["3", "unsupported: expected a JSON object, found a number"],
    ["{}", "unsupported: this JSON is not an npm lockfile"],
    ['{"name": "app", "scripts": {}}', "unsupported: this JSON is not an npm lockfile"],
  ])("%j is told to be one", (text, problem) => {
    expect(problems(text)).toEqual([problem]);
    expect(read(text).packages).toEqual([]);
  });

  it("is told when it is a manifest under the lockfile's name", () => {
    expect(problems('{"name": "app", "dependencies": {"a": "^1.0.0"}}')).toEqual([
      "unsupported: an entry of dependencies is not an object",
      "unsupported: this JSON is not an npm lockfile",
    ]);
  });

  it("is not read when it is too large", () => {
    const { packages, problems } = read(
      `{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0"}}}${" ".repeat(50_000_000)}`,
    );
    expect([packages, problems.map(({ kind }) => kind)]).toEqual([[], ["too-large"]]);
  });
});

describe("a lockfile with something odd in it", () => {
  it.each<[string, object, string[]]>([
    ["of a project without dependencies", { lockfileVersion: 1 }, []],
    [
      "of an unknown version",
      { lockfileVersion: 4, packages: {} },
      ["lockfileVersion 4 is newer than the known ones, and is read as 3"],
    ],
    [
      "with an entry that is no object",
      { lockfileVersion: 3, packages: { "node_modules/a": "1.0.0", "node_modules/b": null } },
      ["an entry of packages is not an object"],
    ],
    [
      "with a version that is no string",
      { lockfileVersion: 3, packages: { "node_modules/a": { version: 1 } } },
      [
        "it has values of a kind that npm does not write, and may follow all the same (node_modules/a)",
        "it locks packages without a version (node_modules/a)",
      ],
    ],
    [
      "with a nested version that is no string",
      { lockfileVersion: 1, dependencies: { a: { version: ["1"] } } },
      [
        "it has values of a kind that npm does not write, and may follow all the same (node_modules/a)",
        "it locks packages without a version (node_modules/a)",
      ],
    ],
  ])("%s", (_, object, messages) => {
    expect(readObject(object).problems.map(({ message }) => message)).toEqual(messages);
  });

  it("is read past a syntax error, which is told once and where it is", () => {
    const text =
      '{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0" "dev": true}, "node_modules/b": {"version": "2.0.0",}}}';
    const lockfile = read(text);
    expect(lockfile.packages.map(({ name, dev }) => [name, dev])).toEqual([
      ["a", true],
      ["b", false],
    ]);
    expect(lockfile.problems.map(({ message, span }) => [message, written(text, span)])).toEqual([
      ["expected a comma between members", '"dev"'],
    ]);
  });
});

describe("a lockfile that is cut", () => {
  it.each<[string, object]>([
    [
      "2 and 3",
      {
        lockfileVersion: 3,
        packages: {
          "": { dependencies: { a: "1" } },
          "node_modules/a": {
            version: "1.0.0",
            resolved: "https://registry.example/a/-/a-1.0.0.tgz",
            dependencies: { b: "1" },
          },
          "node_modules/a/node_modules/b": { version: "2.0.0-rc.1" },
        },
      },
    ],
    [
      "1",
      {
        lockfileVersion: 1,
        requires: true,
        dependencies: {
          a: { version: "1.0.0", requires: { b: "1" }, dependencies: { b: { version: "2.0.0-rc.1" } } },
          c: { version: "3.0.0" },
        },
      },
    ],
  ])("gives what stands before the cut, of version %s", (_, object) => {
    const text = JSON.stringify(object, null, 1);
    const whole = read(text).packages.filter(({ source }) => source === "registry");
    for (let cut = 0; cut < text.length; cut++) {
      const part = read(text.slice(0, cut));
      expect(part.problems.map(({ kind }) => kind)).toEqual(["syntax"]);
      // A version counts once its closing quote is there.
      const before = whole
        .filter(({ versionSpan }) => versionSpan.end < cut)
        .map(({ key, version }) => `${key}@${version}`);
      expect(
        part.packages.filter(({ source }) => source === "registry").map(({ key, version }) => `${key}@${version}`),
      ).toEqual(before);
      for (const { id } of part.packages) expect(pathTo(part, id).length).toBeGreaterThan(0);
    }
  });
});

describe("a lockfile made to be hard", () => {
  it("does not overflow the stack where entries nest 100,000 deep", () => {
    const nested = read(
      `{"lockfileVersion": 1, "dependencies": {${'"a": {"version": "1.0.0", "dependencies": {'.repeat(100_000)}`,
    );
    expect(nested.packages).toHaveLength(128);
    expect(nested.problems.map(({ message }) => message)).toEqual([
      "the file ends inside an object",
      "packages nested more than 128 levels deep are not read",
    ]);
    const flat = readObject({
      lockfileVersion: 3,
      packages: {
        [`${"node_modules/a/".repeat(100_000)}node_modules/a`]: { version: "1.0.0" },
        "node_modules/a": { version: "1.0.0" },
      },
    });
    expect(flat.packages.map(({ key }) => key)).toEqual(["node_modules/a"]);
    expect(flat.problems.map(({ message }) => message)).toEqual([
      "packages nested more than 128 levels deep are not read",
    ]);
  });

  it("reads on behind a bomb of brackets", () => {
    const { packages } = read(
      `{"lockfileVersion": 3, "bomb": ${"[".repeat(200_000)}${"]".repeat(200_000)}, "packages": {"node_modules/a": {"cpu": ${"[".repeat(200_000)}${"]".repeat(200_000)}, "version": "1.0.0"}}}`,
    );
    expect(packages.map(({ version }) => version)).toEqual(["1.0.0"]);
  });

  it("pauses all the way, in either body and in what is skipped", () => {
    const entries = Array.from({ length: 20_000 }, (_, index) => `"node_modules/a${index}": {"version": "1.0.0"}`).join(
      ",",
    );
    for (const text of [
      `{"lockfileVersion": 2, "packages": {${entries}}, "dependencies": {${entries}}}`,
      `{"lockfileVersion": 1, "dependencies": {${entries}}}`,
      `{"other": {${entries}}, "lockfileVersion": 1}`,
    ]) {
      let pauses = 0;
      const work = readLockfile("package-lock", text);
      while (work.next().done !== true) pauses++;
      expect(pauses).toBeGreaterThan(text.length / 50_000);
    }
  });

  it("takes cycles as they come", () => {
    const lockfile = readObject({
      lockfileVersion: 1,
      requires: true,
      dependencies: {
        a: { version: "1.0.0", requires: { b: "1", a: "1" } },
        b: { version: "1.0.0", requires: { a: "1" } },
      },
    });
    expect(edges(lockfile)).toEqual([
      "node_modules/a -> node_modules/b",
      "node_modules/a -> node_modules/a",
      "node_modules/b -> node_modules/a",
    ]);
    expect(pathTo(lockfile, 1)).toEqual(["b"]);
  });
});
