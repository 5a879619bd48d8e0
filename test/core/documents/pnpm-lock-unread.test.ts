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
    ["settings", "  excludeLinksFromLockfile: x"],
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
    expect(line).toContain(`${at}:`);
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
    const message = "the lockfileVersion is none that pnpm writes, and pnpm may ignore the file";
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
    ["settings", "  excludeLinksFromLockfile: false\n  peersSuffixMaxLength: 1000"],
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
});
