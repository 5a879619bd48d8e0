/**
 * What locks nothing in a pnpm-lock.yaml: where it is no YAML, or of a kind that pnpm does not take, pnpm ignores the
 * whole file and installs by the ranges. Tried: pnpm 9.15 to 12.
 */
import { describe, expect, it } from "vitest";
import { read, written } from "./help.ts";

/** Each part is lines that are put at one place. */
interface Lines {
  readonly settings?: string;
  readonly importer?: string;
  readonly entry?: string;
  readonly snapshot?: string;
  readonly end?: string;
}

const lockfile = ({
  settings = "",
  importer = "",
  entry = "",
  snapshot = "    dev: false\n",
  end = "",
}: Lines): string =>
  `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
${settings}
importers:

  .:
    dependencies:
      bb:
        specifier: ^1.0.0
        version: 1.0.0
${importer}
packages:

  bb@1.0.0:
    resolution: {integrity: sha512-bb}
${entry}
snapshots:

  bb@1.0.0:
${snapshot}${end}`;

function problems(text: string): readonly (readonly [string, string])[] {
  const { packages, problems: found } = read(text, undefined, "pnpm-lock");
  expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual(["bb@1.0.0"]);
  return found.map(({ message, span }) => [message, written(text, span)]);
}

describe("a value for which pnpm ignores the lockfile is reported:", () => {
  const refused = "it has a value for which pnpm may ignore the whole file";
  const lines: readonly (readonly [keyof Lines, string])[] = [
    ["entry", "    engines: {node: '>=1', node: '>=1'}"],
    ["entry", "    cpu: [x64"],
    ["entry", '    deprecated: "a\\zb"'],
    ["entry", "    deprecated: @foo"],
    ["entry", "    deprecated: %foo bar"],
    ["entry", "    deprecated: a: b"],
    ["entry", "    deprecated: 'a' b"],
    ["entry", "    deprecated: [a]"],
    ["entry", "    deprecated: a\n      b: c"],
    ["entry", "    unknown: [a"],
    ["entry", "    hasBin: x"],
    ["entry", "    hasBin: 'true'"],
    ["entry", "    engines: x"],
    ["entry", "    engines: {node: {a: b}}"],
    ["entry", "    cpu: 5"],
    ["entry", "    os:\n      a: b"],
    ["entry", "    peerDependencies: [a]"],
    ["entry", "    peerDependenciesMeta:\n      a: b"],
    ["entry", "    peerDependenciesMeta: {a: {optional: x}}"],
    ["entry", "    bundledDependencies: x"],
    ["snapshot", "    transitivePeerDependencies: x"],
    ["snapshot", "    transitivePeerDependencies:\n      - [a"],
    ["snapshot", "    id: [a]"],
    ["settings", "  excludeLinksFromLockfile: x"],
    ["settings", "  dedupePeerDependents: [x]"],
    ["settings", "  dedupePeers: [x]"],
    ["settings", "  injectWorkspacePackages: [x]"],
    ["settings", "  peersSuffixMaxLength: no"],
    ["settings", "  peersSuffixMaxLength: 1e3"],
    ["settings", "  peersSuffixMaxLength: -1"],
    ["importer", "        foo: bar"],
    ["importer", "    devDependencies: []"],
    ["importer", "    devDependencies:\n      cc:\n        version: 1.0.0"],
    ["importer", "    devDependencies:\n      cc: {specifier: ~, version: 1.0.0}"],
    ["importer", "  a: []"],
    ["importer", "  a: ~"],
    ["importer", "    publishDirectory: [x]"],
    ["importer", "    dependenciesMeta: x"],
    ["end", "time:\n  a: [1"],
    ["end", "time: x"],
    ["end", "patchedDependencies:\n  a: b: c"],
    ["end", "patchedDependencies:\n  a:\n    path: x"],
    ["end", "catalogs:\n  default:\n    a:\n      specifier: 1.0.0"],
  ];
  it.each(lines)("%s %s", (place, line) => {
    const found = problems(lockfile({ [place]: `${line}\n` }));
    expect(found.map(([message]) => message)).toContain(refused);
    const at = found.find(([message]) => message === refused)?.[1] ?? "nowhere";
    // A member of a dependency is reported at the dependency.
    expect(line === "        foo: bar" ? "bb:" : line).toContain(`${at}:`);
  });

  const HASH = "integrity: sha512-bb";
  it.each([
    "{}",
    "{registry: http://r.example/}",
    `{${HASH}, registry: http://r.example/}`,
    `{${HASH}, directory: x}`,
    `{${HASH}, commit: 1}`,
    `{${HASH}, path: x}`,
    `{${HASH}, __proto__: x}`,
    `{${HASH}, unknown: {a: [b]}}`,
    `{${HASH}, gitHosted: true}`,
    "{tarball: https://r.example/bb.tgz, gitHosted: maybe}",
    "{tarball: https://r.example/bb.tgz, gitHosted: 'true'}",
    "{tarball: https://r.example/bb.tgz, integrity: x}",
    "{tarball: 5}",
    "{tarball: ~}",
    `{${HASH}, tarball: ~}`,
    "{integrity: x}",
    "{integrity: 5}",
    "{integrity: ~}",
    "{integrity: md5-bb}",
    "{integrity: SHA512-bb}",
    "{integrity: sha512-bb x}",
    "\n      integrity: x",
    "{repo: https://r.example/bb.git, commit: abc}",
    "{type: git, repo: https://r.example/bb.git}",
    "{type: git, repo: https://r.example/bb.git, commit: 1}",
    "{type: git, repo: https://r.example/bb.git, commit: 1e5}",
    "{type: git, repo: https://r.example/bb.git, commit: 1_000}",
    "{type: git, repo: https://r.example/bb.git, commit: abc, tarball: x}",
    "{type: directory}",
    "{type: directory, directory: 5}",
    "{type: directory, directory: yes}",
    `{type: directory, directory: x, ${HASH}}`,
    "{type: 5}",
    "{type: true}",
    "{type: binary, url: x, foo: y}",
    "{type: variations}",
    "{type: variations, variants: [], x: y}",
    "{type: variations, variants: [x]}",
    "{type: variations, variants: [{resolution: {integrity: x}, targets: []}]}",
    `{type: variations, variants: [{resolution: {${HASH}}, targets: [{os: linux, foo: bar}]}]}`,
  ])("the resolution %s", (resolution) => {
    const text = lockfile({}).replace("{integrity: sha512-bb}", resolution);
    expect(problems(text)).toContainEqual([refused, "resolution"]);
  });

  it.each([
    ["without a resolution", "    resolution: {integrity: sha512-bb}\n", "    engines: {node: '>=1'}\n"],
    ["with no members", "\n    resolution: {integrity: sha512-bb}\n", " {}\n"],
    ["that is nothing", "\n    resolution: {integrity: sha512-bb}\n", " ~\n"],
    ["that is a list", "\n    resolution: {integrity: sha512-bb}\n", " []\n"],
    ["of snapshots that is nothing", "\n    dev: false\n", " ~\n"],
    ["of snapshots that is null", "\n    dev: false\n", " null # none\n"],
    ["of snapshots that is a list", "\n    dev: false\n", " []\n"],
  ])("an entry %s", (_, from, to) => {
    expect(problems(lockfile({}).replace(from, to))).toEqual([[refused, "bb@1.0.0"]]);
  });

  it.each(["5.4", "'6.0'"])("an entry without a resolution in version %s", (version) => {
    const key = version === "5.4" ? "/bb/1.0.0" : "/bb@1.0.0";
    const text = `lockfileVersion: ${version}\n\npackages:\n\n  ${key}:\n    engines: {node: '>=1'}\n    dev: true\n`;
    expect(problems(text)).toEqual([[refused, key]]);
  });

  it("lists for packages and snapshots", () => {
    for (const name of ["packages", "snapshots"]) {
      const text = `lockfileVersion: '9.0'\n\n${name}: []\n`;
      const { problems: found } = read(text, undefined, "pnpm-lock");
      expect(found.map(({ message }) => message)).toContain(refused);
    }
  });

  it.each<readonly [keyof Lines, string, string]>([
    ["importer", "      bb:\n        specifier: ^1.0.0\n        version: 1.0.0", "bb"],
    ["importer", "    dependencies: {}", "dependencies"],
    ["importer", "  .: {}", "."],
    ["settings", "  autoInstallPeers: true", "autoInstallPeers"],
    ["settings", "settings: {}", "settings"],
    ["entry", "    hasBin: true\n    hasBin: true", "hasBin"],
    ["entry", "    resolution: {integrity: sha512-bb}", "resolution"],
    ["entry", "    peerDependencies:\n      a: '1'\n      a: '1'", "a"],
    ["snapshot", "    optional: true\n    optional: true", "optional"],
    ["end", "  bb@1.0.0: {}", "bb@1.0.0"],
    ["end", "time: {}\ntime: {}", "time"],
  ])("%s %s appears twice", (place, line, name) => {
    const message = `"${name}" appears twice, and package managers differ in which they take`;
    expect(problems(lockfile({ [place]: `${line}\n` }))).toContainEqual([message, name]);
  });

  it("a specifier that appears twice, and fields of a resolution", () => {
    const honest = lockfile({});
    const twice = honest.replace("        specifier: ^1.0.0\n", "$&$&");
    const message = (name: string): string => `"${name}" appears twice, and package managers differ in which they take`;
    expect(problems(twice)[0]?.[0]).toBe(message("specifier"));
    const inner = honest.replace("{integrity: ", "{integrity: sha512-evil, tarball: x, integrity: ");
    expect(problems(inner)[0]?.[0]).toBe(message("integrity"));
  });

  it.each(["9", "9.0x", "x"])("the version %s", (version) => {
    const message = "pnpm writes no such lockfileVersion, and may ignore the file";
    expect(problems(lockfile({}).replace("9.0", version)).map(([text]) => text)).toEqual([message]);
  });

  it("a flag that is none", () => {
    const message = "a flag is neither true nor false";
    expect(problems(lockfile({ snapshot: "    optional: x\n" }))).toEqual([[message, "optional"]]);
  });

  it("a character that YAML does not allow", () => {
    const message = "a character that YAML does not allow";
    expect(problems(lockfile({ entry: "    deprecated: a\u0001b\n" }))[0]).toEqual([message, "\u0001"]);
  });

  it("more than is read exactly", () => {
    const many = Array.from({ length: 1100 }, (_, index) => `  a${index}: "\\x41${"b".repeat(1000)}"\n`);
    expect(problems(lockfile({ end: `time:\n${many.slice(0, 100).join("")}` }))).toEqual([]);
    expect(problems(lockfile({ end: `time:\n${many.join("")}` })).map(([text]) => text)).toEqual([refused]);
  });
});

describe("what pnpm writes is not reported:", () => {
  const lines: readonly (readonly [keyof Lines, string])[] = [
    ["entry", "    engines: {node: ^14.18.0 || >=16.0.0, npm: '>=7', vscode: ^1.0}"],
    [
      "entry",
      "    engines: {node: '>=1'}\n    cpu: [x64, arm64]\n    os: [darwin]\n    libc: [glibc]\n    hasBin: true",
    ],
    ["entry", "    os: ['!win32']"],
    ["entry", '    deprecated: "\\e[33mgone\\x1b\\_"'],
    ["entry", "    deprecated: |-\n      # a\n\n      b: c\n    hasBin: true"],
    ["entry", "    deprecated: this, use https://x.example/#a instead"],
    ["entry", "    deprecated: 'a: \"b\" # c'"],
    ["entry", "    deprecated: ''"],
    ["entry", "    peerDependencies:\n      '@a/b': '>=1 <2 || ^3'\n      c: '*'"],
    ["entry", "    peerDependenciesMeta:\n      '@a/b':\n        optional: true"],
    ["entry", "    bundledDependencies:\n      - a\n      - '@a/b'"],
    ["entry", "    bundledDependencies: true"],
    ["snapshot", "    transitivePeerDependencies:\n      - '@a/b'\n      - supports-color"],
    ["snapshot", "    transitivePeerDependencies:\n    - a\n    optional: true"],
    ["importer", "    dependenciesMeta:\n      a:\n        injected: true\n    publishDirectory: dist"],
    ["importer", "    devDependencies: {}"],
    ["importer", "    devDependencies:\n      cc:\n        specifier: link:../cc\n        version: link:../cc"],
    ["importer", "    devDependencies:\n      cc: {specifier: link:../cc, version: link:../cc}\n\n  a: {}"],
    ["snapshot", "    id: bb@1.0.0"],
    ["settings", "  excludeLinksFromLockfile: false\n  peersSuffixMaxLength: 1000"],
    ["settings", "  dedupePeers: true\n  dedupePeerDependents: true\n  injectWorkspacePackages: true"],
    ["end", "time:\n  bb@1.0.0: '2024-01-01T00:00:00.000Z'"],
    ["end", "patchedDependencies:\n  bb: 0a1b\n  cc@1:\n    hash: abc\n    path: patches/x.patch"],
    ["end", "catalogs:\n  default:\n    bb:\n      specifier: ^1.0.0\n      version: 1.0.0"],
    ["end", "ignoredOptionalDependencies:\n- a\n- b\n\npackageExtensionsChecksum: sha256-abc=\n"],
  ];
  it.each(lines)("%s %s", (place, line) => {
    for (const text of [lockfile({ [place]: `${line}\n` }), lockfile({ [place]: line })].slice(
      0,
      place === "end" ? 2 : 1,
    ))
      for (const each of [text, text.replaceAll("\n", "\r\n")]) expect(problems(each)).toEqual([]);
  });

  it.each([
    "{integrity: sha1-b/b+b=}",
    "{integrity: 'sha512-bb sha1-b'}",
    "{integrity: ''}",
    "\n      integrity: sha512-bb",
    "{integrity: sha512-bb, tarball: https://r.example/bb.tgz}",
    "{tarball: https://r.example/bb.tgz}",
    "{tarball: file:bb.tgz, integrity: sha512-bb}",
    "{gitHosted: true, integrity: sha512-bb, tarball: https://r.example/bb.tgz}",
    "{gitHosted: false, tarball: ../bb.tgz, path: a}",
    "{commit: abc, repo: https://r.example/bb.git, type: git}",
    "{commit: '0123456789012345678901234567890123456789', repo: git@r.example:bb.git, type: git}",
    "{commit: 0e1f, path: /a, repo: ../bb, type: git}",
    "{directory: ../bb, type: directory}",
    "{directory: '2024', type: directory}",
    "\n      archive: zip\n      bin: {node: bin/node}\n      integrity: sha256-bb\n      prefix: a\n      type: binary\n      url: https://r.example/bb",
    "\n      type: variations\n      variants:\n        - resolution:\n            archive: tarball\n            bin: node\n            integrity: sha256-bb\n            type: binary\n            url: https://r.example/bb\n          targets:\n            - cpu: x64\n              libc: musl\n              os: linux",
    "{type: custom:own, unknown: {a: [b]}}",
  ])("the resolution %s", (resolution) => {
    for (const text of [lockfile({}), lockfile({}).replaceAll("\n", "\r\n")]) {
      const { problems: found } = read(text.replace("{integrity: sha512-bb}", resolution), undefined, "pnpm-lock");
      expect(found).toEqual([]);
    }
  });

  it("the registry of a package, before version 9", () => {
    const text =
      "lockfileVersion: 5.1\n\npackages:\n\n  /bb/1.0.0:\n    dev: true\n    resolution:\n      integrity: sha512-bb\n      registry: 'https://r.example/'\n      tarball: 'https://r.example/bb.tgz'\n";
    expect(problems(text)).toEqual([]);
  });

  it("many packages with addresses", () => {
    const many = Array.from(
      { length: 8000 },
      (_, index) =>
        `  a${index}@1.0.0:\n    resolution: {integrity: sha512-${"a".repeat(86)}==, tarball: https://r.example/a${index}.tgz}\n`,
    );
    const text = `lockfileVersion: '9.0'\n\npackages:\n${many.join("")}`;
    const { problems: found } = read(text, undefined, "pnpm-lock");
    expect(found.map(({ message }) => message)).not.toContain(
      "it has a value for which pnpm may ignore the whole file",
    );
  });
});
