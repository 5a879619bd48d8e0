/**
 * Lockfiles that two package managers read, and not alike: of two members of one name Bun takes the first and others the
 * last; npm decodes no escapes in a yarn.lock, and ignores all of it for a line that it does not know.
 * Tried: npm 11.19, Yarn 1.22 and Bun 1.4.
 */
import { describe, expect, it } from "vitest";
import type { LockfileKind } from "../../../server/src/core/documents/index.ts";
import { read, written } from "./help.ts";

const EVIL = '"resolved": "https://r.example/evil/-/evil-1.0.0.tgz", "integrity": "sha512-evil"';
const HONEST = '"resolved": "https://r.example/bb/-/bb-1.0.0.tgz", "integrity": "sha512-bb"';
const npm = (packages: string, beside = ""): string =>
  `{"name": "p", "lockfileVersion": 3, ${beside}"packages": {"": {"dependencies": {"bb": "^1.0.0"}}, ${packages}}}`;
const bun = (packages: string): string =>
  `{"lockfileVersion": 1, "workspaces": {"": {"name": "p", "dependencies": {"bb": "1.0.0"}}}, "packages": {${packages}}}`;
const yarn = (entry: string): string => `# yarn lockfile v1\n\n\n${entry}`;
const berry = (fields: string): string =>
  `__metadata:\n  version: 8\n\n"bb@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "bb@npm:1.0.0"\n${fields}`;
const twice = (name: string): string => `"${name}" appears twice, and package managers differ in which they take`;

function problems(kind: LockfileKind, text: string): readonly (readonly [string, string])[] {
  return read(text, undefined, kind).problems.map(({ message, span }) => [message, written(text, span)]);
}

describe("a member that an object has twice is reported", () => {
  it.each<readonly [string, LockfileKind, string, string]>([
    [
      "an entry's fields",
      "package-lock",
      npm(`"node_modules/bb": {"version": "1.0.0", ${EVIL}, ${HONEST}}`),
      "resolved",
    ],
    [
      "an entry",
      "package-lock",
      npm('"node_modules/bb": {"version": "1.0.1"}, "node_modules/bb": {"version": "1.0.0"}'),
      "node_modules/bb",
    ],
    [
      "what an entry needs",
      "package-lock",
      npm('"node_modules/bb": {"version": "1.0.0", "dependencies": {"c": "npm:evil@1", "c": "1"}, "optional": true}'),
      "c",
    ],
    [
      "a peer that may be absent",
      "package-lock",
      npm(
        '"node_modules/bb": {"version": "1.0.0", "peerDependenciesMeta": {"c": {"optional": true, "optional": false}}}',
      ),
      "optional",
    ],
    [
      "a member beside the packages",
      "package-lock",
      npm('"node_modules/bb": {"version": "1.0.0"}', '"requires": true, "requires": false, '),
      "requires",
    ],
    [
      "a field of version 1",
      "npm-shrinkwrap",
      '{"lockfileVersion": 1, "dependencies": {"bb": {"version": "1.0.1", "version": "1.0.0"}}}',
      "version",
    ],
    [
      "an entry of version 1",
      "npm-shrinkwrap",
      '{"lockfileVersion": 1, "dependencies": {"bb": {"version": "1.0.1"}, "bb": {"version": "1.0.0"}}}',
      "bb",
    ],
    [
      "what an entry needs",
      "bun-lock",
      bun('"bb": ["bb@1.0.0", "", {"dependencies": {"c": "npm:evil@1", "c": "1"}}, ""], "c": ["c@1.0.0", "", {}, ""]'),
      "c",
    ],
    ["an entry", "bun-lock", bun('"bb": ["bb@1.0.1", "", {}, ""], "bb": ["bb@1.0.0", "", {}, ""]'), "bb"],
    ["a field", "yarn-lock", yarn('bb@^1.0.0:\n  version "1.0.0"\n  resolved "x"\n  resolved "y"\n'), "resolved"],
    [
      "what an entry needs",
      "yarn-lock",
      yarn('bb@^1.0.0:\n  version "1.0.0"\n  dependencies:\n    bb "^1.0.0"\n    bb "^1.0.0"\n'),
      "bb",
    ],
    ["a field", "yarn-lock", berry('  resolution: "bb@npm:1.0.0"\n'), "resolution"],
    ["what an entry needs", "yarn-lock", berry('  dependencies:\n    bb: "npm:^1.0.0"\n    bb: "npm:^1.0.0"\n'), "bb"],
  ])("%s, of %s", (_what, kind, text, name) => {
    expect(problems(kind, text)).toContainEqual([twice(name), name]);
  });

  it("of many members", () => {
    const entries = Array.from({ length: 40 }, (_, index) => `"node_modules/a${index}": {"version": "1.0.0"}`);
    expect(problems("package-lock", npm(entries.join(", ")))).not.toContainEqual([
      expect.stringContaining("appears twice"),
      expect.anything(),
    ]);
    expect(problems("package-lock", npm([...entries, entries[3]].join(", ")))).toContainEqual([
      twice("node_modules/a3"),
      "node_modules/a3",
    ]);
  });

  it("a range of two entries of Yarn", () => {
    const entry = 'bb@^1.0.0:\n  version "1.0.0"\n';
    expect(problems("yarn-lock", yarn(`${entry}\n${entry}`))).toContainEqual([twice("bb@^1.0.0"), "bb@^1.0.0"]);
  });
});

describe("a line of Yarn 1 that npm or Bun read otherwise is reported:", () => {
  const fields = '  version "1.0.0"\n  resolved "https://r.example/bb/-/bb-1.0.0.tgz"\n';
  const message = "a line that is not as Yarn writes it, which npm and Bun may read otherwise";
  it.each([
    ["an escape in a key", `"bb@\\u005e1.0.0":\n${fields}`, '"bb@\\u005e1.0.0":'],
    ["an escape in a value", `bb@^1.0.0:\n  version "1.0.\\u0030"\n`, 'version "1.0.\\u0030"'],
    [
      "an escaped slash",
      `bb@^1.0.0:\n  version "1.0.0"\n  resolved "https:\\/\\/r.example/bb.tgz"\n`,
      'resolved "https:\\/\\/r.example/bb.tgz"',
    ],
    ["a quoted field", `bb@^1.0.0:\n  "version" "1.0.0"\n`, '"version" "1.0.0"'],
    ["two spaces", `bb@^1.0.0:\n  version  "1.0.0"\n`, 'version  "1.0.0"'],
    ["a space at the end", `bb@^1.0.0:\n  version "1.0.0" \n`, 'version "1.0.0"'],
    ["a comment behind it", `bb@^1.0.0: # x\n${fields}`, "bb@^1.0.0: # x"],
    ["an indented comment", `  # x\nbb@^1.0.0:\n${fields}`, "# x"],
    ["a line of spaces", `  \nbb@^1.0.0:\n${fields}`, ""],
  ])("%s", (_what, entry, at) => {
    expect(problems("yarn-lock", yarn(entry))).toEqual([[message, at]]);
  });

  it("none that Yarn writes", () => {
    const text = `"bb@>=1.0.0 <2.0.0", bb@^1.0.0, "bb@file:..\\\\bb":\n${fields}  dependencies:\n    bb ">=1.0.0 <2.0.0"\n`;
    for (const each of [yarn(text), yarn(text).replaceAll("\n", "\r\n")])
      expect(problems("yarn-lock", each)).toEqual([]);
  });
});
