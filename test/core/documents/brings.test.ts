import { describe, expect, it } from "vitest";
import type { LockfileKind } from "../../../server/src/core/documents/index.ts";
import { read } from "./help.ts";

const URL = "https://evil.example/raw.tgz";

/** `asker > alias source` for all that a package alone brings in from elsewhere than a registry. */
function brought(kind: LockfileKind, text: string, manifest: object = { dependencies: { safe: "^1.0.0" } }): string[] {
  const { packages, problems } = read(text, JSON.stringify(manifest), kind);
  expect(problems).toEqual([]);
  return packages.flatMap(({ name, brings }) =>
    (brings ?? []).map(({ alias, source }) => `${name} > ${alias} ${source}`),
  );
}

const npm = (raw: string, resolved: string, root: object = {}): string =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: {
      "": { dependencies: { safe: "^1.0.0", ...root } },
      "node_modules/p1": { version: "1.0.0", resolved },
      "node_modules/safe": { version: "1.0.0", dependencies: { p1: raw } },
    },
  });
const nested = JSON.stringify({
  lockfileVersion: 1,
  requires: true,
  dependencies: { p1: { version: URL }, safe: { version: "1.0.0", requires: { p1: URL } } },
});
const both = JSON.stringify({
  lockfileVersion: 2,
  requires: true,
  packages: {
    "": { dependencies: { safe: "^1.0.0" } },
    "node_modules/p1": { version: "1.0.0", resolved: URL },
    "node_modules/safe": { version: "1.0.0" },
  },
  dependencies: { p1: { version: URL }, safe: { version: "1.0.0", requires: { p1: URL } } },
});
const classic = (range: string): string =>
  `# yarn lockfile v1\n\n\n"p1@${range}":\n  version "1.0.0"\n  resolved "${range}#0"\n\nsafe@^1.0.0:\n  version "1.0.0"\n  dependencies:\n    p1 "${range}"\n`;
const berry = (range: string, key = range): string =>
  `__metadata:\n  version: 8\n\n"p1@${key}":\n  version: 1.0.0\n  resolution: "p1@${key}"\n  linkType: hard\n\n"safe@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "safe@npm:1.0.0"\n  dependencies:\n    p1: "${range}"\n  linkType: hard\n`;
const bun = (raw: string, root: object = {}): string =>
  JSON.stringify({
    lockfileVersion: 1,
    workspaces: { "": { dependencies: { safe: "^1.0.0", ...root } } },
    packages: { p1: [`p1@${raw}`, {}], safe: ["safe@1.0.0", "", { dependencies: { p1: raw } }, ""] },
  });
const pnpm = (rest = "", own = ""): string =>
  `lockfileVersion: '9.0'\n${rest}\nimporters:\n  .:\n    dependencies:\n${own}      safe:\n        specifier: ^1.0.0\n        version: 1.0.0\n\npackages:\n  p1@${URL}:\n    resolution: {tarball: ${URL}}\n    version: 1.0.0\n  safe@1.0.0:\n    resolution: {integrity: sha512-0}\n\nsnapshots:\n  p1@${URL}: {}\n  safe@1.0.0:\n    dependencies:\n      p1: ${URL}\n`;
const pnpm5 = `lockfileVersion: 5.4\n\nspecifiers:\n  safe: ^1.0.0\n\ndependencies:\n  safe: 1.0.0\n\npackages:\n\n  '@evil.example/raw.tgz':\n    resolution: {tarball: ${URL}}\n    name: p1\n    version: 1.0.0\n    dev: false\n\n  /safe/1.0.0:\n    resolution: {integrity: sha512-0}\n    dependencies:\n      p1: '@evil.example/raw.tgz'\n    dev: false\n`;

describe("what only a package asks for, from elsewhere than a registry, is told of that package", () => {
  it.each<[string, LockfileKind, string, string]>([
    ["npm, an address", "package-lock", npm(URL, URL), "tarball"],
    ["npm, git", "package-lock", npm("u/p1", "git+ssh://git@github.com/u/p1.git#0"), "git"],
    ["npm, a file", "package-lock", npm("file:evil.tgz", "file:evil.tgz"), "file"],
    ["npm, version 1", "package-lock", nested, "tarball"],
    ["npm, for the version that reads the second body", "package-lock", both, "tarball"],
    ["Yarn 1, an address", "yarn-lock", classic(URL), "tarball"],
    ["Yarn 1, a repository", "yarn-lock", classic("u/p1"), "git"],
    ["Yarn 4, an address", "yarn-lock", berry(URL), "tarball"],
    ["Yarn 4, a file", "yarn-lock", berry("file:evil.tgz", "file:evil.tgz::locator=safe%40npm%3A1.0.0"), "file"],
    ["Bun", "bun-lock", bun(URL), "tarball"],
    ["pnpm, version 9", "pnpm-lock", pnpm(), "tarball"],
    ["pnpm, version 5", "pnpm-lock", pnpm5, "tarball"],
  ])("%s", (_what, kind, text, source) => {
    expect(brought(kind, text)).toEqual([`safe > p1 ${source}`]);
  });

  it.each<[string, LockfileKind, string, object?]>([
    ["npm", "package-lock", npm(URL, URL)],
    ["Yarn 1", "yarn-lock", classic(URL)],
    ["Yarn 4", "yarn-lock", berry(URL)],
    ["Bun", "bun-lock", bun(URL)],
  ])("and not where the project asks for it too, in a lockfile of %s", (_what, kind, text) => {
    expect(brought(kind, text, { dependencies: { safe: "^1.0.0", p1: URL } })).toEqual([]);
  });

  it("and not where an importer of pnpm asks for it too, or its override leads there", () => {
    const own = `      p1:\n        specifier: ${URL}\n        version: ${URL}\n`;
    expect(brought("pnpm-lock", pnpm("", own))).toEqual([]);
    expect(brought("pnpm-lock", pnpm(`\noverrides:\n  p1@^1: ${URL}\n`))).toEqual([]);
    expect(brought("pnpm-lock", pnpm("\noverrides:\n  p1: https://other.example/p1.tgz\n"))).toEqual([
      "safe > p1 tarball",
    ]);
  });

  it("as a folder, which is no workspace of that name and which no importer of pnpm asks for", () => {
    const linked = (to: string, own = ""): string =>
      `lockfileVersion: '9.0'\n\nimporters:\n  .:\n    dependencies:\n${own}      safe:\n        specifier: ^1.0.0\n        version: 1.0.0\n\npackages:\n  safe@1.0.0:\n    resolution: {integrity: sha512-0}\n\nsnapshots:\n  safe@1.0.0:\n    dependencies:\n      p1: ${to}\n`;
    const own = (specifier: string, to: string): string =>
      `      p1:\n        specifier: ${specifier}\n        version: ${to}\n`;
    const around = { workspaceNames: new Map([["packages/p1", "p1"]]) };
    const of = (text: string): string[] =>
      read(text, "{}", "pnpm-lock", around).packages.flatMap(({ name, brings }) =>
        (brings ?? []).map(({ alias, source }) => `${name} > ${alias} ${source}`),
      );
    expect(of(linked("link:x"))).toEqual(["safe > p1 link"]);
    const copied = linked("file:x").replace(
      "\nsnapshots:",
      "  p1@file:x:\n    resolution: {directory: x, type: directory}\n\nsnapshots:\n  p1@file:x: {}",
    );
    expect(of(copied)).toEqual(["safe > p1 file"]);
    expect(of(linked("link:packages/p1"))).toEqual([]);
    // A peer that the project brings.
    expect(of(linked("link:x", own("link:x", "link:x")))).toEqual([]);
  });

  it("by an entry of packages of pnpm, which hides what its snapshot says", () => {
    const hidden = (member: string): string =>
      `lockfileVersion: '9.0'\n\nimporters:\n  .:\n    dependencies:\n      safe:\n        specifier: ^1.0.0\n        version: 1.0.0\n\npackages:\n  safe@1.0.0:\n    resolution: {integrity: sha512-0}\n    ${member}\n\nsnapshots:\n  safe@1.0.0: {}\n`;
    for (const section of ["dependencies", "optionalDependencies"]) {
      const { packages, problems } = read(hidden(`${section}:\n      p1: link:x`), "{}", "pnpm-lock");
      expect(packages.map(({ brings }) => brings?.map(({ alias, source }) => `${alias} ${source}`))).toContainEqual([
        "p1 link",
      ]);
      expect(problems.map(({ message }) => message)).toEqual([
        "an entry of packages says what it depends on, which belongs to snapshots",
      ]);
    }
    expect(read(hidden("dependencies: {}"), "{}", "pnpm-lock").problems).toHaveLength(1);
  });

  it("on either side of a merge conflict", () => {
    const conflicted = `<<<<<<< ours\n${npm("^1.0.0", "https://registry.npmjs.org/p1/-/p1-1.0.0.tgz")}\n=======\n${npm(URL, URL)}\n>>>>>>> theirs\n`;
    const { packages } = read(conflicted, "{}");
    expect(packages.flatMap(({ name, brings }) => (brings ?? []).map(({ alias }) => `${name} > ${alias}`))).toEqual([
      "safe > p1",
    ]);
  });
});
