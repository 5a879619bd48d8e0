import { describe, expect, it } from "vitest";
import { documentKind } from "../../../server/src/core/documents/index.ts";
import { pathTo, resolvedFor } from "../../../server/src/core/graph.ts";
import type { Lockfile } from "../../../server/src/core/model.ts";
import { at, edges, importers, read as readKind, written } from "./help.ts";
import { FIXTURES, LONG_KEYS, SEVERAL, V5_0, V5_4, V6_0, V9_0 } from "./pnpm-fixtures.ts";
import { found } from "./pnpm-help.ts";
import { expectedOf } from "./pnpm-reference.ts";

const read = (text: string): Lockfile => readKind(text, undefined, "pnpm-lock");
const listed = ({ packages }: Lockfile): string[] =>
  packages.map(({ name, version, source }) => `${source === "registry" ? "" : `${source} `}${name}@${version}`);

it("knows the file by its name", () => {
  expect([documentKind("pnpm-lock.yaml"), documentKind("pnpm-lock.yml"), documentKind("pnpm-workspace.yaml")]).toEqual([
    "pnpm-lock",
    null,
    null,
  ]);
});

describe.each(FIXTURES)("pnpm-lock.yaml, %s", (_, text) => {
  const lockfile = read(text);

  it("reads as pnpm and js-yaml do", () => {
    expect(lockfile.problems).toEqual([]);
    expect(found(lockfile)).toEqual(expectedOf(text));
  });

  it("gives the places of name and version as written", () => {
    for (const { key, name, version, versionSpan, nameSpan, source } of lockfile.packages) {
      expect(written(text, versionSpan)).toBe(version);
      if (source === "registry") expect(written(text, nameSpan)).toBe(name);
      const line = text.slice(text.lastIndexOf("\n", nameSpan.start) + 1, text.indexOf("\n", nameSpan.start));
      expect(line).toContain(key);
    }
  });

  it.each([
    ["CRLF", (lf: string) => lf.replaceAll("\n", "\r\n")],
    ["a byte order mark", (lf: string) => `\ufeff${lf}`],
    ["comments and empty lines", (lf: string) => lf.replaceAll(/\n(?!  {4,})/g, "\n\n   # a comment: {\n\n")],
    ["double quotes", (lf: string) => lf.replaceAll(/'([^'\n]*)'/g, '"$1"')],
  ])("reads the same with %s", (__, change) => {
    const changed = change(text);
    const other = read(changed);
    expect(other.problems).toEqual([]);
    expect(found(other)).toEqual(expectedOf(changed));
    for (const { version, versionSpan } of other.packages) expect(written(changed, versionSpan)).toBe(version);
  });

  it("reads the same as prettier would lay it out, with braces over several lines", () => {
    const pretty = text.replaceAll(/^( +)resolution: \{([^}\n]+)\}$/gm, (___, indent: string, inner: string) => {
      const lines = inner.split(", ").map((pair) => `${indent}    ${pair},`);
      return [`${indent}resolution:`, `${indent}  {`, ...lines, `${indent}  }`].join("\n");
    });
    expect([read(pretty).problems, found(read(pretty))]).toEqual([[], expectedOf(pretty)]);
  });
});

describe("lockfileVersion 5.0", () => {
  const lockfile = read(V5_0);

  it("tells registry packages from others", () => {
    expect(listed(lockfile)).toEqual([
      "@s/a@1.0.0",
      "b@1.0.0",
      "c@1.0.0-rc.1",
      "real@2.0.0",
      "file @rush/archive@0.0.7",
      "tarball lint@5.6.0",
      "hosted@1.2.0",
    ]);
    expect(at(lockfile, "/b/1.0.0_@s+a@1.0.0")).toMatchObject({
      dev: true,
      optional: false,
      hasInstallScript: false,
      integrity: "sha512-b==",
    });
    expect(at(lockfile, "/@s/a/1.0.0")).toMatchObject({ dev: false, hasInstallScript: true });
    expect(at(lockfile, "/c/1.0.0-rc.1")).toMatchObject({
      optional: true,
      resolved: "https://registry.example/c/-/c-1.0.0-rc.1.tgz",
    });
  });

  it("follows references of every kind", () => {
    expect(importers(lockfile)).toEqual({
      "": [
        "dependencies @s/a -> /@s/a/1.0.0",
        "dependencies aliased -> /real/2.0.0",
        "dependencies archive -> file:projects/archive.tgz",
        "dependencies hosted -> registry.example/hosted/1.2.0",
        "dependencies lint -> github.com/user/lint/7224f2b_1b15e19",
        "dependencies linked -> none",
        "devDependencies b -> /b/1.0.0_@s+a@1.0.0",
      ],
    });
    expect(pathTo(lockfile, at(lockfile, "/c/1.0.0-rc.1").id)).toEqual(["b", "c"]);
  });
});

describe("lockfileVersion 5.4", () => {
  const lockfile = read(V5_4);

  it("reads workspaces, a patched package and an alias of it", () => {
    expect(listed(lockfile)).toEqual(["fsevents@2.3.3", "is-odd@3.0.1", "file local@0.0.7"]);
    expect(importers(lockfile)).toEqual({
      "": [
        "dependencies is-odd -> /is-odd/3.0.1_atyja23rsmkamwjfb35gxyo4m4",
        "dependencies local -> file:local",
        "dependencies ws -> none",
        "optionalDependencies fsevents -> /fsevents/2.3.3",
      ],
      "packages/ws": ["dependencies renamed -> /is-odd/3.0.1_atyja23rsmkamwjfb35gxyo4m4"],
    });
    expect(at(lockfile, "/fsevents/2.3.3")).toMatchObject({ hasInstallScript: true, optional: true });
  });
});

describe("lockfileVersion 6.0", () => {
  const lockfile = read(V6_0);

  it("has a place for each set of peers, and the version before them", () => {
    expect(listed(lockfile)).toEqual([
      "@s/bar@2.0.0",
      "foo@1.0.0",
      "foo@1.0.0",
      "patched@1.0.0",
      "react@18.2.0",
      "tarball tool@1.0.0",
      "hosted@1.2.0",
    ]);
    expect(edges(lockfile)).toEqual([
      "/foo@1.0.0(@s/bar@2.0.0)(react@18.2.0) -> /@s/bar@2.0.0",
      "/foo@1.0.0(@s/bar@2.0.0)(react@18.2.0) -> /react@18.2.0",
    ]);
    expect(at(lockfile, "/@s/bar@2.0.0")).toMatchObject({ dev: true, hasInstallScript: true });
  });

  it("gives the name that a package is installed under", () => {
    // One of its three dependents has its own name for it.
    expect(at(lockfile, "/react@18.2.0")).toMatchObject({ name: "react", alias: "react" });
    expect(resolvedFor(lockfile, "", "@acme/react")?.name).toBe("react");
  });
});

describe("lockfileVersion 9.0", () => {
  const lockfile = read(V9_0);

  it("has one place for each entry of packages", () => {
    expect(listed(lockfile)).toEqual([
      "@babel/code-frame@7.22.13",
      "bar@2.0.0",
      "foo@1.0.0",
      "fsevents@2.3.3",
      "is-odd@3.0.1",
      "file local@file:local",
      "tarball node@22.0.0",
      "git odd@2.0.0",
      "pinned@3.0.1",
      "private@1.5.0",
      "react@17.0.2",
      "react@18.2.0",
      "tarball tool@1.0.0",
    ]);
    for (const { versionSpan } of lockfile.packages) {
      expect(versionSpan.start).toBeGreaterThan(V9_0.indexOf("\npackages:"));
      expect(versionSpan.end).toBeLessThan(V9_0.indexOf("\nsnapshots:"));
    }
  });

  it("tells the name of a registry that stands in a key", () => {
    expect(
      lockfile.packages.flatMap(({ name, registryName }) =>
        registryName === undefined ? [] : [`${registryName}:${name}`],
      ),
    ).toEqual(["work:private"]);
  });

  it("joins what the variants of a package depend on", () => {
    expect(edges(lockfile)).toEqual([
      "bar@2.0.0 -> react@17.0.2",
      "bar@2.0.0 -> react@18.2.0",
      "foo@1.0.0 -> bar@2.0.0",
      "foo@1.0.0 -> react@17.0.2",
      "local@file:local -> pinned@3.0.1",
      "tool@https://codeload.example/user/tool/tar.gz/7224f2b -> private@work:1.5.0",
      "tool@https://codeload.example/user/tool/tar.gz/7224f2b -> fsevents@2.3.3",
    ]);
  });

  it("works out the development tree, and says nothing of install scripts", () => {
    expect(lockfile.packages.filter(({ dev }) => dev).map(({ name }) => name)).toEqual(["private", "tool"]);
    expect(lockfile.packages.filter(({ optional }) => optional).map(({ name }) => name)).toEqual(["fsevents"]);
    expect(new Set(lockfile.packages.map(({ hasInstallScript }) => hasInstallScript))).toEqual(new Set([null]));
  });

  it("takes a package for optional when all of its variants are", () => {
    const text = (second: string): string =>
      `lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {}\nsnapshots:\n  a@1.0.0(b@1.0.0):\n    optional: true\n  a@1.0.0(b@2.0.0):${second}\n`;
    expect([text(" {}"), text("\n    optional: true")].map((each) => at(read(each), "a@1.0.0").optional)).toEqual([
      false,
      true,
    ]);
  });

  it("reads addresses, integrity and aliases", () => {
    expect(at(lockfile, "foo@1.0.0")).toMatchObject({
      integrity: "sha512-foo==",
      resolved: "https://registry.example/foo/-/foo-1.0.0.tgz",
    });
    expect(at(lockfile, "odd@git+ssh://git@git.example/odd.git#0123abc")).toMatchObject({
      resolved: "git+ssh://git@git.example/odd.git#0123abc",
      integrity: null,
    });
    expect(at(lockfile, "@babel/code-frame@7.22.13")).toMatchObject({ name: "@babel/code-frame", alias: "code-frame" });
    expect(pathTo(lockfile, at(lockfile, "react@17.0.2").id)).toEqual(["foo", "react"]);
  });

  it("takes a snapshot without an entry of packages for a place", () => {
    const lone = read(
      "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: 1.0.0\n        version: 1.0.0(b@1.0.0)\nsnapshots:\n  a@1.0.0(b@1.0.0): {}\n",
    );
    expect([listed(lone), lone.problems, importers(lone)]).toEqual([
      ["a@1.0.0"],
      [],
      { "": ["dependencies a -> a@1.0.0(b@1.0.0)"] },
    ]);
  });
});

const CONTRADICTION =
  "an entry states another name or version than its key, and pnpm may install either; remove the entry and lock it again";

describe("a name or version against the key of an entry", () => {
  /** A lockfile with one package, whose entry holds these lines. */
  const locking = (version: string, key: string, lines: string): string =>
    `lockfileVersion: '${version}'\npackages:\n  ${key}:\n    resolution: {integrity: sha512-a}\n${lines}` +
    (version === "9.0" ? `snapshots:\n  ${key}: {}\n` : "");
  const packagesOf = (text: string): string[] => read(text).packages.map(({ name, version }) => `${name}@${version}`);
  const messages = (text: string): string[] => read(text).problems.map(({ message }) => message);

  it.each([
    ["5.4", "/evil/1.0.1"],
    ["5.4", "registry.example+4873/evil/1.0.1"],
    ["6.0", "/evil@1.0.1"],
    ["6.0", "registry.example/evil@1.0.1"],
    ["9.0", "evil@1.0.1"],
    ["9.0", "evil@work:1.0.1"],
  ])("is a problem beside what the key locks, in version %s at %s", (version, key) => {
    const named = locking(version, key, "    name: twin\n");
    expect([packagesOf(named), messages(named)]).toEqual([["evil@1.0.1", "twin@1.0.1"], [CONTRADICTION]]);
    const versioned = locking(version, key, "    version: 1.0.0\n");
    expect([packagesOf(versioned), messages(versioned)]).toEqual([["evil@1.0.1", "evil@1.0.0"], [CONTRADICTION]]);
    const both = locking(version, key, "    name: twin\n    version: 1.0.0\n");
    expect(packagesOf(both)).toEqual(["evil@1.0.1", "twin@1.0.0", "evil@1.0.0", "twin@1.0.1"]);
  });

  it("is found in a snapshot, whose members hold where the entry of packages has none", () => {
    const text = "lockfileVersion: '9.0'\npackages:\n  a@1.0.1:\n    resolution: {integrity: sha512-a}\nsnapshots:\n";
    const stated = `${text}  a@1.0.1:\n    version: 1.0.0\n`;
    expect([packagesOf(stated), messages(stated)]).toEqual([["a@1.0.1", "a@1.0.0"], [CONTRADICTION]]);
    const resolved = `${text}  a@1.0.1:\n    resolution: {tarball: https://elsewhere.example/a.tgz}\n`;
    expect(messages(resolved)).toEqual(["a snapshot holds a resolution, which belongs to packages"]);
  });

  it.each([
    ["5.4", "registry.example+4873/foo/1.0.1", "    name: foo\n    version: 1.0.1\n"],
    ["5.4", "file:foo.tgz", "    name: foo\n    version: 1.0.1\n"],
    ["5.4", "github.com/user/foo/0123abc", "    name: foo\n    version: 1.0.1\n"],
    ["6.0", "registry.example/@s/foo@1.0.1", "    name: '@s/foo'\n    version: 1.0.1\n"],
    ["6.0", "/foo@1.0.1+build", "    version: 1.0.1\n"],
    ["9.0", "foo@https://h.example/foo.tgz", "    version: 1.0.1\n"],
    ["9.0", "foo@file:foo.tgz", "    name: foo\n    version: 1.0.1\n"],
    ["9.0", "foo@work:1.0.1", "    version: 1.0.1\n"],
  ])("is none where they agree, or where the key states none: version %s at %s", (version, key, lines) => {
    const text = locking(version, key, lines);
    expect(messages(text)).not.toContain(CONTRADICTION);
    expect(read(text).packages).toHaveLength(1);
  });

  it.each(["5.4", "6.0"])("is none at a URL, which version %s begins with an @", (version) => {
    const text = `lockfileVersion: '${version}'\npackages:\n  '@h.example/foo/1.0.1':\n    resolution: {tarball: https://h.example/foo/1.0.1}\n    name: foo\n    version: 1.0.1\n`;
    expect(messages(text)).toEqual([]);
    expect(read(text).packages).toMatchObject([
      { name: "foo", source: "tarball", resolved: "https://h.example/foo/1.0.1" },
    ]);
  });
});

describe("a file of several documents", () => {
  const lockfile = read(SEVERAL);

  it("has the places of all, and references stay within theirs", () => {
    expect(lockfile.formatVersion).toBe("9.0");
    expect(listed(lockfile).slice(0, 4)).toEqual([
      "pnpm@11.9.0",
      "react@16.0.0",
      "react@17.0.2",
      "@babel/code-frame@7.22.13",
    ]);
    const places = lockfile.packages.filter(({ key }) => key === "react@17.0.2");
    expect(places).toHaveLength(2);
    const bar = at(lockfile, "bar@2.0.0");
    expect(lockfile.dependenciesOf(bar.id)).toContain(places[1]?.id);
    expect(lockfile.dependenciesOf(bar.id)).not.toContain(places[0]?.id);
  });

  it("has one importer a path, the project's own dependencies first", () => {
    expect(lockfile.importers.map(({ path }) => path)).toEqual(["", "packages/ws"]);
    expect(resolvedFor(lockfile, "", "pnpm")).toMatchObject({ version: "11.9.0", dev: true });
    expect(lockfile.importers[0]?.dependencies.at(-1)?.alias).toBe("pnpm");
  });
});

it("reads keys behind a question mark", () => {
  const lockfile = read(LONG_KEYS);
  expect(listed(lockfile)).toEqual(["long@1.0.0", "@s/long@1.0.0", "empty-long@1.0.0", "real@1.0.0"]);
  expect(lockfile.packages.map(({ integrity, dev }) => `${integrity ?? ""} ${dev}`)).toEqual([
    "sha512-long== true",
    "sha512-quoted== false",
    " false",
    "sha512-real== true",
  ]);
  expect(lockfile.dependenciesOf(0)).toEqual([3]);
});

it("takes __proto__ and constructor for names", () => {
  const text =
    "lockfileVersion: '9.0'\nimporters:\n  __proto__:\n    dependencies:\n      __proto__:\n        specifier: 1.0.0\n        version: 1.0.0\npackages:\n  __proto__@1.0.0:\n    resolution: {integrity: sha512-a}\n  constructor@2.0.0:\n    resolution: {integrity: sha512-b}\nsnapshots:\n  __proto__@1.0.0:\n    dependencies:\n      constructor: 2.0.0\n      toString: link:../x\n  constructor@2.0.0: {}\n";
  const lockfile = read(text);
  expect(lockfile.problems).toEqual([]);
  expect(edges(lockfile)).toEqual(["__proto__@1.0.0 -> constructor@2.0.0", "__proto__@1.0.0 -> toString@link:../x"]);
  expect(lockfile.importers).toEqual([
    { path: "__proto__", dependencies: [{ alias: "__proto__", section: "dependencies", target: 0 }] },
  ]);
  expect(at(lockfile, "__proto__@1.0.0").integrity).toBe("sha512-a");
});

it("has each set of peers of one package lead to what is its own alone", () => {
  const entry = (key: string): string => `  ${key}:\n    resolution: {integrity: sha512-${key.length}}\n`;
  const text =
    "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      app:\n        specifier: 1.0.0\n        version: 1.0.0(peer@1.0.0)\n" +
    "    devDependencies:\n      tool:\n        specifier: 1.0.0\n        version: 1.0.0\n" +
    `packages:\n${["app@1.0.0", "only@1.0.0", "peer@1.0.0", "peer@2.0.0", "tool@1.0.0"].map(entry).join("")}` +
    "snapshots:\n  app@1.0.0(peer@1.0.0):\n    dependencies:\n      peer: 1.0.0\n" +
    "  app@1.0.0(peer@2.0.0):\n    dependencies:\n      only: 1.0.0\n      peer: 2.0.0\n" +
    "  only@1.0.0: {}\n  peer@1.0.0: {}\n  peer@2.0.0: {}\n" +
    "  tool@1.0.0:\n    dependencies:\n      app: 1.0.0(peer@2.0.0)\n";
  const lockfile = read(text);
  expect(lockfile.problems).toEqual([]);
  expect(lockfile.packages.map(({ key, dev }) => `${key} ${dev}`)).toEqual([
    "app@1.0.0 false",
    "only@1.0.0 true",
    "peer@1.0.0 false",
    "peer@2.0.0 true",
    "tool@1.0.0 true",
  ]);
  expect(pathTo(lockfile, at(lockfile, "only@1.0.0").id)).toEqual(["tool", "app", "only"]);
  expect(pathTo(lockfile, at(lockfile, "peer@1.0.0").id)).toEqual(["app", "peer"]);
});
