/**
 * Members that nobody looks at, and by which a package manager installs something else than what the rest of the entry
 * says. Tried: npm 11.19, Yarn 1.22.22 and Bun 1.4.4.
 */
import { describe, expect, it } from "vitest";
import { read } from "./help.ts";

const UP = "/../../../../../../../proc/self/cwd/vendor";
const messages = (kind: Parameters<typeof read>[2], text: string): readonly string[] =>
  read(text, undefined, kind).problems.map(({ message }) => message);

describe("Yarn 1: a folder in its cache", () => {
  const entry = (key: string, fields: string): string =>
    `# yarn lockfile v1\n\n\n${key}:\n  version "1.0.0"\n${fields}`;
  const release = (fields: string, hash = "#0123456789012345678901234567890123456789", key = "bb@^1.0.0"): string =>
    entry(key, `  resolved "https://r.example/bb/-/bb-1.0.0.tgz${hash}"\n${fields}`);
  const git = (fields: string): string =>
    entry('"bb@git+https://h.example/bb.git"', `  resolved "git+https://h.example/bb.git#0123abcd"\n${fields}`);

  it.each([
    ["a uid that is a path", release(`  uid "${UP}"\n`)],
    ["any uid of a release", release('  uid "0123abcd"\n')],
    ["a uid of git that is a path", git(`  uid "${UP}"\n`)],
    ["a hash that is a path", release("", `#${UP}`)],
    ["a hash that is none", release("", "#evil")],
    ["another name", release('  name "evil"\n')],
    ["a name that is a path", release(`  name "..${UP}"\n`)],
    ["a name of git that is a path", git(`  name "..${UP}"\n`)],
  ])("by %s is reported", (_what, text) => {
    expect(messages("yarn-lock", text)).toEqual([
      "an entry that Yarn may install from elsewhere than its address says",
    ]);
  });

  it.each([
    ["a release", release("")],
    ["one without a hash", release("", "")],
    ["one with an empty hash", release("", "#")],
    ["an alias", release('  name "bb"\n', undefined, '"x@npm:bb@^1.0.0"')],
    ["git, with its uid and a name of its own", git('  name "@s/bb"\n  uid "0123abcd"\n')],
  ])("of %s is as Yarn writes it", (_what, text) => {
    expect(messages("yarn-lock", text)).toEqual([]);
  });
});

describe("Bun: the tag of a git entry", () => {
  const lock = (reference: string, tag: string): string =>
    `{"lockfileVersion": 1, "workspaces": {"": {"name": "p", "dependencies": {"bb": "${reference}"}}},
      "packages": {"bb": ["bb@${reference}", {}, "${tag}"]}}`;
  const GIT = "git+https://h.example/bb.git#0123abcd";

  it.each([
    ["another commit", GIT, "89abcdef"],
    ["a path behind the commit", GIT, `0123abcd${UP}`],
    ["another commit of GitHub's", "github:u/bb#0123abc", "u-bb-89abcde"],
    ["a path before the commit", "github:u/bb#0123abc", `${UP}-0123abc`],
  ])("that is %s is reported", (_what, reference, tag) => {
    expect(messages("bun-lock", lock(reference, tag))).toEqual([
      "the commit that Bun installs is not the one of the reference",
    ]);
  });

  it.each([
    [GIT, "0123abcd"],
    ["github:u/bb#0123abc", "u-bb-0123abc"],
  ])("of %s is as Bun writes it", (reference, tag) => {
    expect(messages("bun-lock", lock(reference, tag))).toEqual([]);
  });
});

describe("npm, lockfileVersion 1: from", () => {
  const lock = (entry: object): string =>
    JSON.stringify({ name: "p", version: "1.0.0", lockfileVersion: 1, requires: true, dependencies: { bb: entry } });
  const EVIL = "http://evil.example/bb-1.0.0.tgz";
  const only = (entry: object) => {
    const { packages, problems } = read(lock(entry), undefined, "package-lock");
    const [{ source, resolved } = { source: null, resolved: null }] = packages;
    return { source, resolved, problems: problems.map(({ message }) => message) };
  };

  it("is the address where nothing else is stated, as for `resolved`", () => {
    for (const address of [EVIL, "git+https://evil.example/bb.git", "file:evil.tgz"])
      expect(only({ version: "1.0.0", from: address })).toEqual(only({ version: "1.0.0", resolved: address }));
    expect(only({ version: "1.0.0", from: EVIL }).resolved).toBe(EVIL);
  });

  it("is reported where the version is another address", () => {
    expect(only({ version: "https://r.example/bb-1.0.0.tgz", from: EVIL }).problems).toEqual([
      "it has members that npm does not write, and follows all the same (node_modules/bb)",
    ]);
  });

  it("says nothing beside an address or a hash, as a range, or of git", () => {
    const plain = only({ version: "1.0.0" });
    for (const from of ["bb@^1.0.0", "npm:evil@1.0.0", "^1.0.0", ""])
      expect(only({ version: "1.0.0", from })).toEqual(plain);
    const hashed = { version: "1.0.0", integrity: "sha512-AAAA" };
    expect(only({ ...hashed, from: EVIL })).toEqual(only(hashed));
    const resolved = { version: "1.0.0", resolved: "https://registry.npmjs.org/bb/-/bb-1.0.0.tgz" };
    expect(only({ ...resolved, from: EVIL })).toEqual(only(resolved));
    const git = { version: "git+https://h.example/bb.git#0123abcd" };
    expect(only({ ...git, from: "git+https://h.example/bb.git" })).toEqual(only(git));
  });
});
