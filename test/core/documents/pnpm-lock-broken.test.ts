import { describe, expect, it } from "vitest";
import { readLockfile } from "../../../server/src/core/documents/index.ts";
import { pathTo } from "../../../server/src/core/graph.ts";
import type { Lockfile } from "../../../server/src/core/model.ts";
import { importers, read as readKind, written } from "./help.ts";
import { FIXTURES } from "./pnpm-fixtures.ts";

const read = (text: string): Lockfile => readKind(text, undefined, "pnpm-lock");
const problems = (text: string): string[] => read(text).problems.map(({ kind, message }) => `${kind}: ${message}`);
const names = (text: string): string[] => read(text).packages.map(({ name, version }) => `${name}@${version}`);

/** A lockfile of version 6 with these lines below its first package. */
const around = (lines: string): string =>
  `lockfileVersion: '6.0'\n\npackages:\n\n  /a@1.0.0:\n    resolution: {integrity: sha512-a}\n${lines}\n  /z@1.0.0:\n    resolution: {integrity: sha512-z}\n    dev: true\n`;

describe("a text that is no lockfile of pnpm", () => {
  it.each([
    ["", "syntax: the file is empty"],
    ["\ufeff\n\n", "syntax: the file is empty"],
    ["# only a comment\n---\n", "syntax: the file is empty"],
    ["<!DOCTYPE html>\n<html></html>\n", "syntax: expected a key and a colon"],
    ["[]\n", "syntax: expected a key"],
    ["just a text\n", "syntax: expected a key and a colon"],
    ['# yarn lockfile v1\n\n\na@^1.0.0:\n  version "1.0.0"\n', "unsupported: this is not a pnpm lockfile"],
    ["__metadata:\n  version: 8\n", "unsupported: this is not a pnpm lockfile"],
    ["packages:\n  - packages/*\n", "unsupported: the file states no lockfileVersion"],
  ])("%j is told to be none", (text, problem) => {
    expect(problems(text)).toContain(problem);
    expect(names(text)).toEqual([]);
  });

  it("is told when it is JSON", () => {
    expect(problems('{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0"}}}')).toEqual([
      "syntax: expected a key",
      "syntax: this is not the YAML of a pnpm lockfile",
    ]);
  });

  it.each([
    ["10.0", ["lockfileVersion 10 is newer than the known ones, and is read as 9"]],
    ["4", ["lockfileVersion 4 is older than the known ones, and is read as 5"]],
    ["9.0", []],
    ["7.0", []],
    ["5.4-inlineSpecifiers", []],
  ])("of lockfileVersion %s is read, with %j told", (version, messages) => {
    const slash = version.startsWith("4") || version.startsWith("5");
    const text = `lockfileVersion: ${version}\npackages:\n  ${slash ? "/a/1.0.0" : "a@1.0.0"}:\n    resolution: {integrity: sha512-a}\n${slash ? "" : "snapshots:\n  a@1.0.0: {}\n"}`;
    expect([names(text), read(text).problems.map(({ message }) => message), read(text).formatVersion]).toEqual([
      ["a@1.0.0"],
      messages,
      version,
    ]);
  });
});

describe("YAML that pnpm does not write", () => {
  it.each([
    ["a tab in the indentation", "\t/b@1.0.0:\n", "a tab in the indentation"],
    ["an anchor", "  /b@1.0.0: &b\n    dev: true\n", "anchors, aliases, tags and merge keys are not read"],
    ["an alias", "  /b@1.0.0: *b\n", "anchors, aliases, tags and merge keys are not read"],
    ["a tag", "  /b@1.0.0: !!map\n    dev: true\n", "anchors, aliases, tags and merge keys are not read"],
    ["a merge key", "  <<: {}\n", "anchors, aliases, tags and merge keys are not read"],
    [
      "an alias in braces",
      "  /b@1.0.0:\n    resolution: {integrity: *i}\n",
      "anchors, aliases, tags and merge keys are not read",
    ],
    ["a block scalar for a version", "  /b@1.0.0:\n    version: |\n      1.0.0\n", "a text was expected here"],
    [
      "a text over two lines",
      "  /b@1.0.0:\n    name: b\n      c\n",
      "a value that goes on over several lines is not read",
    ],
    ["a quoted text over two lines", '  /b@1.0.0:\n    name: "b\n      c"\n', "a quote is not closed on its line"],
    ["a key within a value", "  /b@1.0.0:\n    name: b: c\n", "a key within a value"],
    ["a list of packages", "  - /b@1.0.0\n", "a list was not expected here", "    dev: true\n"],
    ["an entry in braces", "  /b@1.0.0: {dev: true}\n", "a map that is not written as a block is not read"],
    ["an entry of nothing", "  /b@1.0.0:\n", "an entry holds nothing"],
    ["a key without a colon", "  /b@1.0.0\n", "expected a key and a colon"],
    ["a key whose quote is not closed", "  '/b@1.0.0:\n", "a quote is not closed"],
    ["a brace that is not closed", "  /b@1.0.0:\n    resolution: {integrity: sha512-b\n", "a brace is not closed"],
    ["text behind a brace", "  /b@1.0.0:\n    resolution: {integrity: sha512-b} x\n", "text behind a closing brace"],
    ["indentation between two levels", "    dev: true\n   /b@1.0.0:\n", "the indentation fits no line before it"],
    ["a long key without its colon", "  ? /b@1.0.0\n", "expected a colon below a long key"],
    [
      "a key that stands twice",
      "  /a@1.0.0:\n    dev: true\n",
      '"/a@1.0.0" appears twice, and package managers differ in which they take',
    ],
    [
      "a key without a version",
      "  /b@latest:\n    resolution: {integrity: sha512-b}\n",
      "a key of packages holds no version that could be read",
    ],
    ["an escape that JSON has not", '  "/\\x62@1.0.0":\n    dev: true\n', "an escape in a key is not read"],
    [
      "a lone carriage return",
      "  /b@1.0.0:\r    dev: true\n",
      "a line that ends with a lone carriage return is not read",
    ],
  ])("%s is told, and what stands around it is read", (_, lines, message, before = "") => {
    const text = around(before + lines);
    const lockfile = read(text);
    expect(lockfile.problems.map((problem) => problem.message)).toContain(message);
    expect(names(text).at(0)).toBe("a@1.0.0");
    expect(lockfile.packages.at(-1)).toMatchObject({ name: "z", version: "1.0.0", integrity: "sha512-z", dev: true });
    const line = text.slice(0, lockfile.problems[0]?.span.start).split("\n").length;
    expect([7, 8, 9]).toContain(line);
  });
});

describe("a lockfile that is cut", () => {
  it.each(FIXTURES)("gives what stands before the cut, of version %s", (_, text) => {
    const key = ({ name, version, integrity }: { name: string; version: string; integrity: string | null }): string =>
      `${name}@${version} ${integrity ?? ""}`;
    const { packages } = read(text);
    const locked = (list: Lockfile["packages"]): number =>
      new Set(list.filter(({ source }) => source === "registry").map((place) => place.key)).size;
    for (let cut = 0; cut < text.length; cut += 3) {
      const part = read(text.slice(0, cut));
      // An entry is whole once the next one begins.
      const whole = packages.filter((_, index) => (packages[index + 1]?.nameSpan.start ?? Infinity) < cut);
      expect(part.packages.slice(0, whole.length).map(key)).toEqual(whole.map(key));
      // A cut may end a key at a colon within it, or a version field, which then contradicts its key.
      expect(locked(part.packages)).toBeLessThanOrEqual(locked(packages));
      for (const { id } of part.packages) expect(pathTo(part, id).length).toBeGreaterThan(0);
    }
  });

  // In the others something stands that nothing refers to, or a key over two lines.
  it.each(FIXTURES.filter(([version]) => version === "5.4" || version === "9.0"))(
    "between two entries tells what is referred to and not there, of version %s",
    (_, text) => {
      expect(problems(text)).toEqual([]);
      const [, ...starts] = [...text.matchAll(/^ {2}\S/gm)]
        .map(({ index }) => index)
        .filter((at) => at > text.indexOf("\npackages:"));
      expect(starts.length).toBeGreaterThan(1);
      for (const at of starts) {
        const told = problems(text.slice(0, at));
        expect(told.length, text.slice(0, at)).toBe(1);
        expect(told[0]).toMatch(
          /^syntax: (?:it refers to packages that it does not contain \(.*\), and may end early|the file ends before its snapshots|an entry holds nothing)$/,
        );
      }
    },
  );

  it.each(FIXTURES.filter(([, text]) => text.includes("\ndependencies:") || text.includes("\nimporters:")))(
    "behind a line above its packages tells it, of version %s",
    (_, text) => {
      const from = text.search(/^(?:specifiers|importers|dependencies):/m);
      const ends = [...text.matchAll(/\n/g)]
        .map(({ index }) => index + 1)
        .filter((at) => at > from && at <= text.indexOf("\npackages:"));
      expect(ends.length).toBeGreaterThan(5);
      expect(ends.filter((at) => problems(text.slice(0, at)).length === 0).map((at) => text.slice(0, at))).toEqual([]);
    },
  );

  it.each([
    ["an importer", "importers:\n\n  .:\n", "an entry holds nothing"],
    ["a section", "importers:\n\n  .:\n    dependencies:\n", "an entry holds nothing"],
    ["a dependency", "importers:\n\n  .:\n    dependencies:\n      a:\n", "a dependency of an importer has no version"],
    [
      "a dependency's specifier",
      "importers:\n\n  .:\n    dependencies:\n      a:\n        specifier: ^1.0.0\n",
      "a dependency of an importer has no version",
    ],
  ])("behind %s is told, in 6.0 and in 9.0", (_, lines, message) => {
    for (const version of ["6.0", "9.0"])
      expect(problems(`lockfileVersion: '${version}'\n\n${lines}`)).toEqual([`syntax: ${message}`]);
  });

  it("before its importers is told", () => {
    expect(problems("lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n")).toEqual([
      "syntax: the file ends before its importers",
    ]);
    expect(problems("lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n")).toEqual([]);
    expect(problems("lockfileVersion: 5.4\n\nspecifiers: {}\n")).toEqual([]);
  });

  it("takes a package that a reference names without a link for lacking, and a link for none", () => {
    const text = (version: string): string =>
      `lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      a:\n        specifier: '*'\n        version: ${version}\n`;
    expect(problems(text("1.0.0"))).toEqual([
      "syntax: it refers to packages that it does not contain (a@1.0.0), and may end early",
    ]);
    expect(problems(text("link:../a"))).toEqual([]);
  });

  it("tells it where the text shows it", () => {
    const text = FIXTURES[3]?.[1] ?? "";
    expect(problems(text.slice(0, text.indexOf("\nsnapshots:")))).toEqual([
      "syntax: the file ends before its snapshots",
    ]);
    expect(problems(text.slice(0, text.indexOf("sha512-odd")))).toContain("syntax: a brace is not closed");
    expect(read(text.slice(0, text.indexOf("sha512-odd") + 8)).packages.at(-1)).toMatchObject({
      name: "is-odd",
      integrity: null,
    });
  });
});

describe("a merge conflict", () => {
  const text = `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      ms:
        specifier: ^2.1.0
<<<<<<< HEAD
        version: 2.1.2
=======
        version: 2.1.3
>>>>>>> branch

packages:

<<<<<<< HEAD
  ms@2.1.2:
    resolution: {integrity: sha512-two==}
=======
  ms@2.1.3:
    resolution: {integrity: sha512-three==}
>>>>>>> branch

snapshots:

<<<<<<< HEAD
  ms@2.1.2: {}
=======
  ms@2.1.3: {}
>>>>>>> branch
`;

  it("gives both sides, with the places in the text", () => {
    const lockfile = read(text);
    expect(lockfile.problems.map(({ kind }) => kind)).toEqual(["conflict"]);
    expect(
      lockfile.packages.map(({ version, versionSpan, integrity }) => [version, written(text, versionSpan), integrity]),
    ).toEqual([
      ["2.1.2", "2.1.2", "sha512-two=="],
      ["2.1.3", "2.1.3", "sha512-three=="],
    ]);
    expect(importers(lockfile)).toEqual({ "": ["dependencies ms -> ms@2.1.2", "dependencies ms -> ms@2.1.3"] });
  });
});

describe("a lockfile made to be hard", () => {
  const LINES = 100_000;

  it.each([
    ["lines without a colon", "  x\n".repeat(LINES)],
    ["open braces", `  /b@1.0.0:\n    resolution: ${"{".repeat(LINES)}\n`],
    ["open braces, line by line", `  /b@1.0.0:\n${"    resolution: {a: [\n".repeat(LINES / 10)}`],
    ["open quotes", "  '\n".repeat(LINES)],
    ["parentheses", `  /b@1.0.0${"(".repeat(LINES)}${")".repeat(LINES)}:\n    dev: true\n`],
    ["long keys without colons", "  ? x\n".repeat(LINES)],
    ["deep nesting", Array.from({ length: 1_000 }, (_, depth) => `${" ".repeat(depth + 2)}x:\n`).join("")],
    ["empty lines", "\n".repeat(LINES * 10)],
    ["documents", `${"---\n".repeat(LINES)}lockfileVersion: '6.0'\npackages:\n`],
  ])("of %s is read to its end", (_, lines) => {
    const { packages } = read(around(lines));
    expect(packages.map(({ name }) => name)).toContain("a");
    expect(packages.at(-1)?.name).toBe("z");
  });

  it("pauses all the way", () => {
    const entries = (at: string): string =>
      Array.from({ length: 20_000 }, (_, index) => `  a${index}${at}:\n    dev: true\n`).join("");
    for (const text of [
      `lockfileVersion: '9.0'\npackages:\n${entries("@1.0.0")}snapshots:\n${entries("@1.0.0")}`,
      `lockfileVersion: '9.0'\ntime:\n${entries("")}`,
      `lockfileVersion: '9.0'\nimporters:\n${entries("")}`,
      `lockfileVersion: '9.0'\n${"# comment\n\n".repeat(50_000)}`,
    ]) {
      let pauses = 0;
      const work = readLockfile("pnpm-lock", text);
      while (work.next().done !== true) pauses++;
      expect(pauses).toBeGreaterThan(text.length / 50_000);
    }
  });
});
