import { describe, expect, it } from "vitest";
import { documentKind } from "../../../server/src/core/documents/index.ts";
import { directIds, pathTo, resolvedFor } from "../../../server/src/core/graph.ts";
import type { Lockfile } from "../../../server/src/core/model.ts";
import { at, edges, importers, read as readKind, written } from "./help.ts";

const read = (text: string): Lockfile => readKind(text, undefined, "bun-lock");

/** As bun 1.3 writes it: trailing commas, one entry a line. */
const PROJECT = `{
  "lockfileVersion": 1,
  "configVersion": 1,
  "workspaces": {
    "": {
      "name": "app",
      "dependencies": {
        "axios": "^1.14.0",
        "react18": "npm:react@18.2.0",
        "local": "file:./local",
        "pinned": "catalog:",
      },
      "devDependencies": {
        "vitest": "1.0.0",
      },
      "optionalDependencies": {
        "fsevents": "2.3.3",
      },
      "peerDependencies": {
        "absent": "*",
      },
    },
    "packages/ws": {
      "name": "@s/ws",
      "version": "0.1.0",
      "dependencies": {
        "axios": "*",
        "ms": "2.1.2",
      },
    },
  },
  "trustedDependencies": [
    "axios",
  ],
  "patchedDependencies": {
    "axios@1.14.1": "patches/axios.patch",
  },
  "overrides": {
    "ms": "9.9.9",
  },
  "catalog": {
    "pinned": "^3.0.0",
  },
  "catalogs": {
    "old": {
      "pinned": "2.0.0",
    },
  },
  "packages": {
    "@s/ws": ["@s/ws@workspace:packages/ws"],

    "axios": ["axios@1.14.1", "", { "dependencies": { "ms": "*", "plain-crypto-js": "^4.2.1" }, "peerDependencies": { "vitest": "*", "absent": "*" }, "optionalPeers": ["absent"] }, "sha512-axios=="],

    "fsevents": ["fsevents@2.3.3", "", { "os": "darwin" }, "sha512-fsevents=="],

    "linked": ["linked@link:linked", {}],

    "local": ["local@file:local", { "dependencies": { "ms": "2.0.0" } }],

    "ms": ["ms@2.0.0", "https://registry.example/ms/-/ms-2.0.0.tgz", {}, "sha512-ms=="],

    "number": ["is-number@github:user/is-number#98e8ff1", {}, "user-is-number-98e8ff1"],

    "odd": ["odd@git+ssh://git@git.example/odd.git#0123abc", {}, "0123abc", "sha512-odd=="],

    "pinned": ["pinned@3.0.1", "", {}, "sha512-pinned=="],

    "plain-crypto-js": ["plain-crypto-js@4.2.1", "", { "optionalDependencies": { "fsevents": "*" } }, "sha512-plain=="],

    "react18": ["react@18.2.0", "", {}, "sha512-react=="],

    "tar": ["tar@https://files.example/tar-1.0.0.tgz", {}, "sha512-tar=="],

    "tgz": ["tgz@./tgz-1.0.0.tgz", {}],

    "vitest": ["vitest@1.0.0-beta.1", "", { "dependencies": { "@b/in": "^3.0.0" } }, "sha512-vitest=="],

    "@s/ws/ms": ["ms@2.1.2", "", {}, "sha512-ms212=="],

    "axios/ms": ["ms@2.1.3", "", {}, "sha512-ms213=="],

    "vitest/@b/in": ["@b/in@3.0.0", "", { "dependencies": { "ms": "*" }, "bundled": true }, "sha512-in=="],

    "vitest/@b/in/ms": ["ms@1.0.0", "", {}, "sha512-ms1=="],
  }
}
`;

describe("bun.lock", () => {
  const lockfile = read(PROJECT);

  it("gives every place, with the version inside the entry's first text and the alias inside its key", () => {
    expect(lockfile).toMatchObject({ format: "bun", formatVersion: "1", problems: [] });
    expect(lockfile.packages.map(({ id }) => id)).toEqual(lockfile.packages.map((_, index) => index));
    for (const { name, version, versionSpan, alias, nameSpan, key } of lockfile.packages) {
      expect(written(PROJECT, versionSpan)).toBe(version);
      expect(PROJECT.slice(0, versionSpan.start).endsWith(`["${name}@`)).toBe(true);
      expect(written(PROJECT, nameSpan)).toBe(alias);
      expect(PROJECT.startsWith(`${alias}": [`, nameSpan.start)).toBe(true);
      expect(key.endsWith(alias)).toBe(true);
    }
    expect(
      lockfile.packages.filter(({ name }) => name === "ms").map(({ key, version }) => `${key} ${version}`),
    ).toEqual(["ms 2.0.0", "@s/ws/ms 2.1.2", "axios/ms 2.1.3", "vitest/@b/in/ms 1.0.0"]);
  });

  it("tells where each package is from", () => {
    expect(
      Object.fromEntries(
        lockfile.packages
          .filter(({ source }) => source !== "registry")
          .map(({ key, source, version }) => [key, `${source} ${version}`]),
      ),
    ).toEqual({
      "@s/ws": "workspace workspace:packages/ws",
      linked: "link link:linked",
      local: "file file:local",
      number: "git github:user/is-number#98e8ff1",
      odd: "git git+ssh://git@git.example/odd.git#0123abc",
      tar: "tarball https://files.example/tar-1.0.0.tgz",
      tgz: "file ./tgz-1.0.0.tgz",
    });
  });

  it("reads alias, address, integrity and what is bundled", () => {
    expect(at(lockfile, "react18")).toMatchObject({
      alias: "react18",
      name: "react",
      version: "18.2.0",
      resolved: null,
      integrity: "sha512-react==",
      hasInstallScript: null,
    });
    expect(at(lockfile, "ms")).toMatchObject({
      resolved: "https://registry.example/ms/-/ms-2.0.0.tgz",
      integrity: "sha512-ms==",
    });
    expect(at(lockfile, "tar")).toMatchObject({
      resolved: "https://files.example/tar-1.0.0.tgz",
      integrity: "sha512-tar==",
    });
    expect(at(lockfile, "odd")).toMatchObject({ integrity: "sha512-odd==" });
    expect(at(lockfile, "number")).toMatchObject({ name: "is-number", alias: "number", integrity: null });
    expect(lockfile.packages.filter(({ bundled }) => bundled).map(({ key }) => key)).toEqual(["vitest/@b/in"]);
  });

  it("resolves the nearest first, from a workspace too", () => {
    expect(edges(lockfile)).toEqual([
      "@s/ws -> axios",
      "@s/ws -> @s/ws/ms",
      "axios -> axios/ms",
      "axios -> plain-crypto-js",
      "axios -> vitest",
      "local -> ms",
      "plain-crypto-js -> fsevents",
      "vitest -> vitest/@b/in",
      "vitest/@b/in -> vitest/@b/in/ms",
    ]);
    expect(importers(lockfile)).toEqual({
      "": [
        "dependencies axios -> axios",
        "dependencies react18 -> react18",
        "dependencies local -> local",
        "dependencies pinned -> pinned",
        "devDependencies vitest -> vitest",
        "optionalDependencies fsevents -> fsevents",
        "peerDependencies absent -> none",
      ],
      "packages/ws": ["dependencies axios -> axios", "dependencies ms -> @s/ws/ms"],
    });
    expect(pathTo(lockfile, at(lockfile, "plain-crypto-js").id)).toEqual(["axios", "plain-crypto-js"]);
    expect(directIds(lockfile).has(at(lockfile, "axios/ms").id)).toBe(false);
    expect(resolvedFor(lockfile, "packages/ws", "ms")?.version).toBe("2.1.2");
    expect(lockfile.dependenciesOf(-1)).toEqual([]);
    expect(lockfile.dependenciesOf(1e9)).toEqual([]);
  });

  it("works out what is of the development tree only, and what is optional", () => {
    // axios needs vitest as a peer: so only without that is vitest of the development tree.
    expect(lockfile.packages.filter(({ dev }) => dev)).toEqual([]);
    const alone = read(PROJECT.replace('"vitest": "*", ', ""));
    expect(alone.packages.filter(({ dev }) => dev).map(({ key }) => key)).toEqual([
      "vitest",
      "vitest/@b/in",
      "vitest/@b/in/ms",
    ]);
    expect(lockfile.packages.filter(({ optional }) => optional).map(({ key }) => key)).toEqual(["fsevents"]);
  });

  it("takes for optional what only an optional dependency of a needed package leads to", () => {
    const text = `{"lockfileVersion": 1, "workspaces": {"": {"dependencies": {"a": "1"}}}, "packages": {
      "a": ["a@1.0.0", "", {"dependencies": {"b": "1"}, "optionalDependencies": {"c": "1"}}, ""], "b": ["b@1.0.0", "", {}, ""],
      "c": ["c@1.0.0", "", {"dependencies": {"b": "1", "d": "1"}}, ""], "d": ["d@1.0.0", "", {}, ""], "alone": ["alone@1.0.0", "", {}, ""]}}`;
    expect(
      read(text)
        .packages.filter(({ optional }) => optional)
        .map(({ key }) => key),
    ).toEqual(["c", "d"]);
  });

  it("reads version 0, where a workspace's dependencies stand in its entry too", () => {
    const text = `{"lockfileVersion": 0, "workspaces": {"": {}, "a": {"name": "a", "dependencies": {"b": "1"}}},
      "packages": {"a": ["a@workspace:a", {"dependencies": {"b": "1"}}], "b": ["b@1.0.0", "", {}, ""]}}`;
    expect([edges(read(text)), importers(read(text)), at(read(text), "b").integrity]).toEqual([
      ["a -> b"],
      { "": [], a: ["dependencies b -> b"] },
      null,
    ]);
  });

  it.each([
    ["0", []],
    ["2", []],
    ["3", []],
    ["4", ["lockfileVersion 4 is newer than the known ones, and is read as 3"]],
    ["null", ["the file states no lockfileVersion"]],
  ])("of lockfileVersion %s is read, with %j told", (version, messages) => {
    const { packages, problems } = read(
      `{"lockfileVersion": ${version}, "workspaces": {"": {}}, "packages": {"a": ["a@1.0.0", "", {}, "sha512-a"]}}`,
    );
    expect([packages.length, problems.map(({ message }) => message)]).toEqual([1, messages]);
  });

  it("takes __proto__ and constructor for names", () => {
    const text =
      '{"lockfileVersion": 1, "workspaces": {"": {"dependencies": {"__proto__": "1"}}}, "packages": {"__proto__": ["__proto__@1.0.0", "", {"dependencies": {"constructor": "1", "toString": "1"}}, ""], "__proto__/constructor": ["constructor@2.0.0", "", {}, ""]}}';
    expect(edges(read(text))).toEqual(["__proto__ -> __proto__/constructor"]);
    expect(importers(read(text))).toEqual({ "": ["dependencies __proto__ -> __proto__"] });
  });

  it("gives the whole text as the place of a version that is written with escapes", () => {
    const text = '{"lockfileVersion": 1, "packages": {"\\u0061": ["\\u0061@1.0.0", "", {}, ""]}}';
    const [locked] = read(text).packages;
    expect(locked).toMatchObject({ name: "a", alias: "a", version: "1.0.0" });
    expect([
      written(text, locked?.versionSpan ?? { start: 0, end: 0 }),
      written(text, locked?.nameSpan ?? { start: 0, end: 0 }),
    ]).toEqual(["\\u0061@1.0.0", "\\u0061"]);
  });

  it.each([
    ["CRLF", PROJECT.replaceAll("\n", "\r\n")],
    ["a byte order mark", `\ufeff${PROJECT}`],
    ["one line", PROJECT.replaceAll(/\n */g, " ")],
  ])("reads a file with %s alike", (_, text) => {
    const other = read(text);
    expect(other.problems).toEqual([]);
    expect(other.packages.map(({ key, version, versionSpan }) => [key, version, written(text, versionSpan)])).toEqual(
      lockfile.packages.map(({ key, version }) => [key, version, version]),
    );
    expect(edges(other)).toEqual(edges(lockfile));
  });
});

describe("a bun.lock that is broken", () => {
  const problems = (text: string): string[] => read(text).problems.map(({ kind, message }) => `${kind}: ${message}`);

  it.each([
    ["", "syntax: the file is empty"],
    ["# This is not a lockfile\n", "syntax: this is not JSON"],
    ["<html>", "syntax: this is HTML or XML, not JSON"],
    ["[]", "unsupported: expected a JSON object, found an array"],
    ['{"name": "app"}', "unsupported: this JSON is not a bun lockfile"],
  ])("%j is told to be none", (text, problem) => {
    expect([problems(text), read(text).packages]).toEqual([[problem], []]);
  });

  it("gives both sides of a conflict", () => {
    const text = `{
  "lockfileVersion": 1,
  "workspaces": { "": { "dependencies": { "ms": "^2.1.0" } } },
  "packages": {
<<<<<<< HEAD
    "ms": ["ms@2.1.2", "", {}, "sha512-a=="],
=======
    "ms": ["ms@2.1.3", "", {}, "sha512-b=="],
>>>>>>> branch
  }
}
`;
    const { packages, problems: told } = read(text);
    expect(packages.map(({ version, versionSpan }) => [version, written(text, versionSpan)])).toEqual([
      ["2.1.2", "2.1.2"],
      ["2.1.3", "2.1.3"],
    ]);
    expect(told.map(({ kind }) => kind)).toEqual(["conflict"]);
  });

  it("gives what stands before a cut", () => {
    const body = PROJECT.indexOf('"packages": {');
    const whole = read(PROJECT).packages;
    for (let cut = body; cut < PROJECT.length - 2; cut++) {
      const part = read(PROJECT.slice(0, cut));
      expect(part.problems.map(({ kind }) => kind)).toContain("syntax");
      const before = whole
        .filter(({ versionSpan }) => versionSpan.end < cut)
        .map(({ key, version }) => `${key}@${version}`);
      expect(part.packages.map(({ key, version }) => `${key}@${version}`)).toEqual(before);
    }
  });

  it.each([
    ["an entry that is no array", '"a": "a@1.0.0"'],
    ["an empty entry", '"a": []'],
    ["an entry without a version", '"a": ["a", "", {}, ""]'],
    ["an entry with an empty version", '"a": ["a@", "", {}, ""]'],
    ["an entry that does not begin with a text", '"a": [1]'],
  ])("with %s tells it, and reads the others", (_, entry) => {
    const text = `{"lockfileVersion": 1, "packages": {${entry}, "b": ["b@1.0.0", "", {}, ""]}}`;
    expect(read(text).packages.map(({ name }) => name)).toEqual(["b"]);
    expect(problems(text)).toEqual(["unsupported: an entry of packages is not an array that begins with name@version"]);
  });

  it("counts both of two equal keys, and tells it", () => {
    const text = '{"lockfileVersion": 1, "packages": {"a": ["a@1.0.0", "", {}, ""], "a": ["a@2.0.0", "", {}, ""]}}';
    expect(read(text).packages.map(({ version }) => version)).toEqual(["1.0.0", "2.0.0"]);
    expect(problems(text)).toEqual(['syntax: "a" appears twice, and package managers differ in which they take']);
  });

  it("does not follow keys without end", () => {
    const text = `{"lockfileVersion": 1, "packages": {"${"a/".repeat(200_000)}a": ["a@1.0.0", "", {}, ""], "b": ["b@1.0.0", "", ${"[".repeat(100_000)}${"]".repeat(100_000)}, {}, ""]}}`;
    expect(read(text).packages.map(({ name }) => name)).toEqual(["b"]);
    expect(problems(text)).toEqual(["unsupported: packages nested more than 128 levels deep are not read"]);
  });
});

it("knows the files by their names", () => {
  expect([documentKind("bun.lock"), documentKind("bun.lockb")]).toEqual(["bun-lock", "bun-lockb"]);
});

it("bun.lockb is not read, and its one message says how to migrate", () => {
  const { format, packages, problems } = readKind(
    "#!/usr/bin/env bun\nbun-lockfile-format-v0\n\0\u0001",
    undefined,
    "bun-lockb",
  );
  expect([format, packages, problems.length]).toEqual(["bun", [], 1]);
  expect(problems[0]).toMatchObject({ kind: "binary" });
  expect(problems[0]?.message).toContain("`bun install --save-text-lockfile --frozen-lockfile --lockfile-only`");
});

describe("a text that Bun reads otherwise than JSON has it, or that has a name twice,", () => {
  const bun = (packages: string, more = "", dependencies = '"p1":"^1.0.0"'): string =>
    `{"lockfileVersion":1,"workspaces":{"":{"dependencies":{${dependencies}}}},"packages":${packages}${more}}`;
  const plain = '{"p1":["p1@1.0.0","",{},""]}';

  it.each<[string, string]>([
    ["an escape of JavaScript", bun('{"p1":["\\x65vil@1.0.1","",{},""]}')],
    ["single quotes", bun(`{'p1':['evil@1.0.1',"",{},""]}`)],
    ["a template", bun('{"p1":[`evil@1.0.1`,"",{},""]}')],
    ["packages twice", bun(plain, ',"packages":{}')],
    ["workspaces twice", bun(plain, ',"workspaces":{}')],
    ["overrides twice", bun(plain, ',"overrides":{},"overrides":{}')],
    ["a dependency twice", bun(plain, "", '"p1":"^1.0.0","p1":"file:x"')],
  ])("is a problem: %s", (_what, text) => {
    expect(readKind(text, "{}", "bun-lock").problems).not.toEqual([]);
  });

  it("is no problem where an escape is one of JSON", () => {
    const { packages, problems } = readKind(bun('{"p1":["\\u0065vil@1.0.1","",{},""]}'), "{}", "bun-lock");
    expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual(["evil@1.0.1"]);
    expect(problems).toEqual([]);
  });
});

describe("what Bun 1.4 ignores the whole file for is a problem", () => {
  interface BunLock {
    [member: string]: unknown;
    workspaces: Record<string, unknown>;
    packages: Record<string, unknown>;
  }
  const A = ["a@1.0.0", "", {}, "sha512-a"];
  const base = (): BunLock => ({
    lockfileVersion: 1,
    workspaces: { "": { name: "app", dependencies: { a: "^1.0.0" } } },
    packages: { a: A },
  });
  const messages = (change: (lock: BunLock) => void): string[] => {
    const lock = base();
    change(lock);
    return read(JSON.stringify(lock)).problems.map(({ message }) => message);
  };
  const VALUES: readonly unknown[] = [
    1,
    1.5,
    "x",
    true,
    null,
    [],
    {},
    ["x"],
    [1],
    { x: "y" },
    { x: 1 },
    { x: { y: "z" } },
  ];
  const text = (value: unknown): boolean => typeof value === "string";
  const anything = (): boolean => true;
  const texts = (value: unknown): boolean => Array.isArray(value) && value.every(text);
  const map =
    (of: (value: unknown) => boolean) =>
    (value: unknown): boolean =>
      typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(of);

  it.each<readonly [member: string, takes: (value: unknown) => boolean]>([
    ["configVersion", Number.isInteger],
    ["trustedDependencies", texts],
    ["patchedDependencies", map(text)],
    ["overrides", map((value) => text(value) || map(text)(value))],
    ["catalog", map(text)],
    ["catalogs", map(map(text))],
    ["unknown", anything],
  ])("%s", (member, takes) => {
    for (const value of VALUES)
      expect([value, messages((lock) => (lock[member] = value)).length], JSON.stringify(value)).toEqual([
        value,
        takes(value) ? 0 : 1,
      ]);
  });

  it.each<readonly [member: string, takes: (value: unknown) => boolean]>([
    ["optionalDependencies", map(text)],
    ["peerDependencies", map(text)],
    ["optionalPeers", texts],
    ["bin", anything],
    ["os", anything],
  ])("%s of a package and of a workspace", (member, takes) => {
    for (const value of VALUES) {
      const expected = takes(value) ? 0 : 1;
      const ofPackage = messages((lock) => (lock.packages["a"] = ["a@1.0.0", "", { [member]: value }, "sha512-a"]));
      const ofWorkspace = messages((lock) => (lock.workspaces["w"] = { name: "w", [member]: value }));
      expect([ofPackage.length, ofWorkspace.length], JSON.stringify(value)).toEqual([expected, expected]);
    }
  });

  it.each<readonly [what: string, entry: unknown]>([
    ["a list as dependencies", ["a@1.0.0", "", [], "sha512-a"]],
    ["a number as hash", ["a@1.0.0", "", {}, 1]],
    ["no hash", ["a@1.0.0", "", {}]],
    ["no dependencies", ["a@1.0.0", ""]],
    ["a number as address", ["a@1.0.0", 1, {}, "sha512-a"]],
    ["no address", ["a@1.0.0", {}, "sha512-a"]],
    ["a folder without dependencies", ["a@file:./a"]],
    ["git without its tag", ["a@github:u/a#0123", {}]],
    ["an address with a number as dependencies", ["a@https://files.example/a.tgz", 1]],
  ])("an entry with %s", (_what, entry) => {
    const found = messages((lock) => (lock.packages["a"] = entry));
    expect(found).toContainEqual(expect.stringMatching(/^it (?:has|lacks) .* which Bun ignores the whole file$/));
  });

  it.each<readonly [what: string, change: (lock: BunLock) => void]>([
    ["no workspaces", (lock) => Reflect.deleteProperty(lock, "workspaces")],
    ["no project among the workspaces", (lock) => (lock.workspaces = {})],
    ["a workspace without a name", (lock) => (lock.workspaces["w"] = {})],
    ["packages that are a list", (lock) => Object.assign(lock, { packages: [], workspaces: { "": {} } })],
    ["a fraction as lockfileVersion", (lock) => (lock["lockfileVersion"] = 1.5)],
  ])("%s", (_what, change) => {
    expect(messages(change)).toHaveLength(1);
  });

  it("but nothing of the file as Bun writes it", () => {
    expect(messages(() => undefined)).toEqual([]);
    const nothing = { workspaces: { "": {} }, packages: {} };
    const others = {
      lockfileVersion: 1,
      ...nothing,
      packages: { t: ["t@./t-1.0.0.tgz", {}], r: ["r@root:", { bin: "x" }] },
    };
    expect(read(JSON.stringify(others)).problems).toEqual([]);
  });
});

it("a package with more dependencies than a call has room for arguments", () => {
  const many = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`a${index}`, "^1.0.0"] as const));
  const lockfile = read(
    JSON.stringify({
      lockfileVersion: 1,
      workspaces: { "": { name: "app", dependencies: { p: "^1.0.0" } } },
      packages: { p: ["p@1.0.0", "", { dependencies: many }, "sha512-AAAA"] },
    }),
  );
  expect(lockfile.packages.map(({ key }) => key)).toEqual(["p"]);
});
