import { describe, expect, it } from "vitest";
import type { Lockfile } from "../../../server/src/core/model.ts";
import { at, edges, importers, read, readObject, written } from "./help.ts";

const REGISTRY = "https://registry.example";

/** A project with a workspace, a local folder, an alias, nesting, and packages from everywhere. */
const PROJECT = {
  name: "app",
  lockfileVersion: 3,
  requires: true,
  packages: {
    "": {
      name: "app",
      version: "1.0.0",
      workspaces: ["packages/*"],
      dependencies: { axios: "^1.14.0", react18: "npm:react@18.2.0", local: "file:local", "@s/ws": "*", missing: "1" },
      devDependencies: { vitest: "1.0.0" },
      peerDependencies: { axios: "*" },
    },
    "packages/ws": {
      name: "@s/ws",
      version: "0.1.0",
      dependencies: { ms: "2.1.2", axios: "*" },
      devDependencies: { debug: "4.0.0" },
    },
    "packages/ws/node_modules/ms": {
      version: "2.1.2",
      resolved: `${REGISTRY}/ms/-/ms-2.1.2.tgz`,
      integrity: "sha512-abc",
    },
    "packages/ws/node_modules/debug": { version: "4.0.0", dev: true, dependencies: { ms: "*" } },
    local: { version: "0.0.7", dependencies: { ms: "2.0.0" } },
    "node_modules/@s/ws": { resolved: "packages/ws", link: true },
    "node_modules/local": { resolved: "local", link: true },
    "node_modules/axios": {
      version: "1.14.1",
      resolved: `${REGISTRY}/axios/-/axios-1.14.1.tgz`,
      dependencies: { "plain-crypto-js": "^4.2.1", ms: "*" },
      peerDependencies: { vitest: "*", absent: "*" },
      peerDependenciesMeta: { absent: { optional: true } },
    },
    "node_modules/axios/node_modules/ms": { version: "2.1.3" },
    "node_modules/ms": { version: "2.0.0" },
    "node_modules/plain-crypto-js": { version: "4.2.1", hasInstallScript: true, optionalDependencies: { ms: "*" } },
    "node_modules/react18": { name: "react", version: "18.2.0", optional: true },
    "node_modules/vitest": { version: "1.0.0", dev: true, bundleDependencies: ["@b/in"] },
    "node_modules/vitest/node_modules/@b/in": { version: "3.0.0", inBundle: true, devOptional: true },
  },
};

describe("lockfileVersion 2 and 3", () => {
  const text = JSON.stringify(PROJECT, null, 2);
  const lockfile = read(text);

  it("gives every place, in order, with the version's own span", () => {
    expect(lockfile).toMatchObject({ format: "npm", formatVersion: "3", problems: [] });
    expect(lockfile.packages.map(({ key }) => key)).toEqual(Object.keys(PROJECT.packages).slice(1));
    expect(lockfile.packages.map(({ id }) => id)).toEqual(lockfile.packages.map((_, index) => index));
    for (const { version, versionSpan, alias, nameSpan, key } of lockfile.packages) {
      expect(written(text, versionSpan)).toBe(version);
      expect(written(text, nameSpan)).toBe(key.endsWith("packages/ws") ? "ws" : alias);
      expect(text.lastIndexOf('": {', versionSpan.start)).toBeGreaterThanOrEqual(nameSpan.end);
    }
  });

  it("tells the real package of an alias", () => {
    expect(at(lockfile, "node_modules/react18")).toMatchObject({
      alias: "react18",
      name: "react",
      version: "18.2.0",
      source: "registry",
      optional: true,
    });
    expect(at(lockfile, "node_modules/vitest/node_modules/@b/in")).toMatchObject({ alias: "@b/in", name: "@b/in" });
  });

  it("tells links, workspaces and local folders from packages", () => {
    const sources = Object.fromEntries(
      lockfile.packages
        .filter(({ source }) => source !== "registry")
        .map(({ key, source, name }) => [key, `${source} ${name}`]),
    );
    expect(sources).toEqual({
      "packages/ws": "workspace @s/ws",
      local: "file local",
      "node_modules/@s/ws": "link @s/ws",
      "node_modules/local": "link local",
    });
  });

  it("reads flags, and takes a missing hasInstallScript of a registry package for false", () => {
    expect(at(lockfile, "node_modules/plain-crypto-js")).toMatchObject({
      hasInstallScript: true,
      dev: false,
      optional: false,
      bundled: false,
    });
    expect(at(lockfile, "node_modules/vitest")).toMatchObject({ hasInstallScript: false, dev: true });
    expect(at(lockfile, "node_modules/vitest/node_modules/@b/in")).toMatchObject({
      bundled: true,
      source: "registry",
      dev: false,
      optional: true,
    });
    expect(at(lockfile, "node_modules/local").hasInstallScript).toBeNull();
    expect(at(lockfile, "packages/ws/node_modules/ms")).toMatchObject({
      resolved: `${REGISTRY}/ms/-/ms-2.1.2.tgz`,
      integrity: "sha512-abc",
    });
    expect(at(lockfile, "node_modules/ms")).toMatchObject({ resolved: null, integrity: null });
  });

  it("resolves edges as Node does, and leaves out what is not locked", () => {
    expect(edges(lockfile)).toEqual([
      "packages/ws -> packages/ws/node_modules/ms",
      "packages/ws -> node_modules/axios",
      "packages/ws -> packages/ws/node_modules/debug",
      "packages/ws/node_modules/debug -> packages/ws/node_modules/ms",
      "local -> node_modules/ms",
      "node_modules/@s/ws -> packages/ws",
      "node_modules/local -> local",
      "node_modules/axios -> node_modules/plain-crypto-js",
      "node_modules/axios -> node_modules/axios/node_modules/ms",
      "node_modules/axios -> node_modules/vitest",
      "node_modules/plain-crypto-js -> node_modules/ms",
    ]);
    expect(lockfile.dependenciesOf(-1)).toEqual([]);
    expect(lockfile.dependenciesOf(1e9)).toEqual([]);
  });

  it("has the project and its workspaces as importers, but not a local folder", () => {
    expect(importers(lockfile)).toEqual({
      "": [
        "dependencies axios -> node_modules/axios",
        "dependencies react18 -> node_modules/react18",
        "dependencies local -> node_modules/local",
        "dependencies @s/ws -> node_modules/@s/ws",
        "dependencies missing -> none",
        "devDependencies vitest -> node_modules/vitest",
        "peerDependencies axios -> node_modules/axios",
      ],
      "packages/ws": [
        "dependencies ms -> packages/ws/node_modules/ms",
        "dependencies axios -> node_modules/axios",
        "devDependencies debug -> packages/ws/node_modules/debug",
      ],
    });
  });

  it("does not look into the project from a folder outside of it", () => {
    const outside = readObject({
      lockfileVersion: 3,
      packages: {
        "": {},
        "../lib": { version: "1.0.0", dependencies: { ms: "*" } },
        "node_modules/ms": { version: "2.0.0" },
      },
    });
    expect(edges(outside)).toEqual([]);
  });

  it("looks from a folder within a workspace into the workspace first", () => {
    const inner = readObject({
      lockfileVersion: 3,
      packages: {
        "": { workspaces: ["a", "a/b/c"] },
        "a/b/c": { dependencies: { ms: "*" } },
        a: {},
        "a/node_modules/ms": { version: "1.0.0" },
        "node_modules/ms": { version: "2.0.0" },
      },
    });
    expect(edges(inner)).toEqual(["a/b/c -> a/node_modules/ms"]);
  });

  it.each([
    ["packages/*", undefined, "workspace"],
    ["./packages/*", undefined, "workspace"],
    ["packages/x/", undefined, "workspace"],
    ["packages/y", undefined, "file"],
    ["*", undefined, "file"],
    ["packages/**", undefined, "workspace"],
    ["*", "file:./packages/x", "file"],
    ["packages/*", "file:packages/x", "workspace"],
    ["!packages/x", undefined, "file"],
  ])("with workspaces %s and the root asking for %s, packages/x is a %s", (glob, asked, source) => {
    const { packages } = readObject({
      lockfileVersion: 3,
      packages: {
        "": { workspaces: [glob], dependencies: asked === undefined ? {} : { x: asked } },
        "packages/x": { version: "1.0.0" },
      },
    });
    expect(packages.map((locked) => locked.source)).toEqual([source]);
  });

  it.each([
    [`${REGISTRY}/a/-/a-1.0.0.tgz`, "registry"],
    [`${REGISTRY}/api/npm/npm-remote/a/-/a-1.0.0.tgz`, "registry"],
    ["https://npm.pkg.github.com/download/a/1.0.0/0123abcd", "registry"],
    ["https://registry.npmmirror.com/a/download/a-1.0.0.tgz?cache=0", "registry"],
    ["https://cdn.npmmirror.com/packages/a/1.0.0/a-1.0.0.tgz", "registry"],
    ["https://npm.jsr.io/~/11/a/1.0.0.tgz", "registry"],
    ["https://codeload.github.com/user/a/tar.gz/0123abcd", "tarball"],
    ["https://github.com/user/a/archive/v1.0.0.tar.gz", "tarball"],
    ["https://github.com/user/a/releases/download/v1.0.0/a-1.0.0.tgz", "tarball"],
    ["https://gitlab.com/user/a/-/archive/v1.0.0/a-v1.0.0.tar.gz", "tarball"],
    ["https://cdn.example/a-1.0.0/a-1.0.0.tgz", "tarball"],
    ["https://cdn.example/a.tgz?x=/-/", "tarball"],
    ["https://cdn.example", "tarball"],
    ["git+ssh://git@github.com/user/a.git#0123abcd", "git"],
    ["git://github.com/user/a.git#0123abcd", "git"],
    ["file:a.tgz", "file"],
    ["../a", "file"],
  ])("takes %s for a %s package", (resolved, source) => {
    const entries = {
      "node_modules/a": { version: "1.0.0", resolved },
      "node_modules/b": { name: "a", version: "1.0.0", resolved },
    };
    expect(readObject({ lockfileVersion: 3, packages: entries }).packages.map((locked) => locked.source)).toEqual([
      source,
      source,
    ]);
  });

  it("knows an escaped scope in a registry's URL", () => {
    const resolved = "https://npm.pkg.github.com/download/%40s%2Fa/1.0.0/0123abcd";
    expect(
      readObject({
        lockfileVersion: 3,
        packages: { "node_modules/@s/a": { version: "1.0.0", resolved } },
      }).packages.map(({ source }) => source),
    ).toEqual(["registry"]);
  });

  it("looks past a place that only has something below it", () => {
    const lockfile = readObject({
      lockfileVersion: 3,
      packages: {
        "node_modules/a": { version: "1.0.0", dependencies: { b: "1" } },
        "node_modules/a/node_modules/b/node_modules/c": { version: "1.0.0" },
        "node_modules/b": { version: "1.0.0" },
      },
    });
    expect(edges(lockfile)).toEqual(["node_modules/a -> node_modules/b"]);
  });

  it("keeps a git entry that has no version, and leaves out a registry entry that has none", () => {
    const text =
      '{"lockfileVersion": 3, "packages": {"node_modules/a": {"resolved": "git+ssh://git@github.com/u/a.git#1"}, "node_modules/b": {"optional": true}}}';
    const { packages } = read(text);
    expect(packages.map(({ key, version }) => [key, version])).toEqual([["node_modules/a", ""]]);
    expect(packages.map(({ versionSpan }) => written(text, versionSpan))).toEqual([""]);
  });

  it("lets the last of two equal keys hold", () => {
    const text =
      '{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0", "dev": true}, "node_modules/a": {"version": "2.0.0", "version": "3.0.0"}}}';
    const { packages } = read(text);
    expect(
      packages.map(({ version, dev, versionSpan }) => [version, dev, text.indexOf("3.0.0") === versionSpan.start]),
    ).toEqual([["3.0.0", false, true]]);
  });

  it("takes __proto__ and constructor for names", () => {
    const text =
      '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"__proto__": "1"}}, "node_modules/__proto__": {"version": "1.0.0", "dependencies": {"constructor": "1", "toString": "1"}}, "node_modules/constructor": {"version": "2.0.0"}}}';
    const lockfile = read(text);
    expect(edges(lockfile)).toEqual(["node_modules/__proto__ -> node_modules/constructor"]);
    expect(importers(lockfile)).toEqual({ "": ["dependencies __proto__ -> node_modules/__proto__"] });
  });

  it("takes the importer from the manifest where the lockfile's own is missing", () => {
    const lockfile = readObject(
      { lockfileVersion: 3, packages: { "node_modules/a": { version: "1.0.0" } } },
      { devDependencies: { a: "*" } },
    );
    expect(importers(lockfile)).toEqual({ "": ["devDependencies a -> node_modules/a"] });
  });
});

describe("two bodies in one lockfile, of which npm 6 installs from `dependencies`", () => {
  const a = { version: "1.0.0", resolved: `${REGISTRY}/a/-/a-1.0.0.tgz`, integrity: "sha512-a" };
  const root = { dependencies: { a: "^1.0.0" } };
  const both = (dependencies: object, packages: object = {}, lockfileVersion = 2): Lockfile =>
    readObject({ lockfileVersion, packages: { "": root, "node_modules/a": a, ...packages }, dependencies });
  const said = ({ packages }: Lockfile): string[] => packages.map(({ key, version }) => `${key}@${version}`);

  it("gives each package once where both say the same", () => {
    expect(said(both({ a }))).toEqual(["node_modules/a@1.0.0"]);
    expect(said(both({ a: { version: "1.0.0" } }))).toEqual(["node_modules/a@1.0.0"]);
    const entries = {
      "packages/w": { name: "w", version: "1.0.0", dependencies: { a: "1", b: "1" } },
      "packages/w/node_modules/b": { version: "1.0.0" },
      "node_modules/w": { resolved: "packages/w", link: true },
      "node_modules/c": { name: "d", version: "2.0.0" },
      "node_modules/g": { version: "1.0.0", resolved: "git+ssh://git@github.com/u/g.git#0" },
      "node_modules/f": { version: "1.0.0", resolved: "file:f.tgz" },
    };
    const lockfile = both(
      {
        a,
        w: { version: "file:packages/w", requires: { a: "1", b: "1" }, dependencies: { b: { version: "1.0.0" } } },
        c: { version: "npm:d@2.0.0" },
        g: { version: "git+ssh://git@github.com/u/g.git#0", from: "g@github:u/g" },
        f: { version: "file:f.tgz" },
      },
      entries,
    );
    expect(lockfile.packages.map(({ key }) => key)).toEqual(["node_modules/a", ...Object.keys(entries)]);
    expect(lockfile.problems).toEqual([]);
  });

  it.each<[string, object]>([
    ["another version", { version: "6.6.6" }],
    ["another address", { resolved: "https://evil.example/a.tgz" }],
    ["another hash", { integrity: "sha512-b" }],
    ["another package", { version: "npm:evil@1.0.0" }],
    ["git", { version: "git+https://evil.example/a.git#0" }],
  ])("gives what `dependencies` have beside it: %s", (_what, other) => {
    for (const version of [1, 2, 3]) {
      const { packages, importers: known } = both({ a: { ...a, ...other } }, {}, version);
      expect(packages.map(({ key }) => key)).toEqual(["node_modules/a", "node_modules/a"]);
      expect(packages[0]).toMatchObject(a);
      expect(known[0]?.dependencies.map(({ alias, target }) => [alias, target])).toEqual([
        ["a", 0],
        ["a", 1],
      ]);
    }
  });

  it("gives what only `dependencies` have, and what leads to it", () => {
    const lockfile = both({ a: { ...a, requires: { evil: "*" } }, evil: { version: "6.6.6" } });
    expect(said(lockfile)).toEqual(["node_modules/a@1.0.0", "node_modules/evil@6.6.6"]);
    expect(edges(lockfile)).toEqual(["node_modules/a -> node_modules/evil"]);
    expect(importers(lockfile)).toEqual({ "": ["dependencies a -> node_modules/a"] });
    for (const packages of [{}, { "": {} }])
      expect(said(readObject({ lockfileVersion: 3, packages, dependencies: { a } }))).toEqual(["node_modules/a@1.0.0"]);
    expect(
      said(
        readObject({ lockfileVersion: 2, dependencies: { a }, packages: { "node_modules/b": { version: "1.0.0" } } }),
      ),
    ).toEqual(["node_modules/b@1.0.0", "node_modules/a@1.0.0"]);
  });

  it("gives what a package brings along in `packages`, where `dependencies` fetch it", () => {
    const inner = {
      "node_modules/a": { ...a, bundleDependencies: ["b"] },
      "node_modules/a/node_modules/b": { version: "1.0.0", inBundle: true },
    };
    const lockfile = both({ a: { ...a, dependencies: { b: { version: "1.0.0" } } } }, inner);
    expect(lockfile.packages.map(({ alias, bundled }) => [alias, bundled])).toEqual([
      ["a", false],
      ["b", true],
      ["b", false],
    ]);
  });

  it("says at a package what the lockfile marks in its tarball", () => {
    const inner = {
      "node_modules/a": { ...a, bundleDependencies: ["b", "far", "plain"] },
      "node_modules/a/node_modules/b": {
        version: "1.0.0",
        inBundle: true,
        hasInstallScript: true,
        bundleDependencies: ["c"],
      },
      "node_modules/a/node_modules/b/node_modules/c": { version: "1.0.0", inBundle: true, hasInstallScript: true },
      "node_modules/a/node_modules/far": { ...a, inBundle: true, hasInstallScript: true, bundleDependencies: ["d"] },
      "node_modules/a/node_modules/far/node_modules/d": { version: "1.0.0", inBundle: true, hasInstallScript: true },
      "node_modules/a/node_modules/plain": { version: "1.0.0", inBundle: true },
    };
    const { packages } = both({}, inner);
    expect(
      packages.flatMap(({ alias, bundledScripts }) => (bundledScripts === undefined ? [] : [[alias, bundledScripts]])),
    ).toEqual([
      ["a", ["b", "c"]],
      ["far", ["d"]],
    ]);
  });

  it("says which of both stands where another was asked for", () => {
    const { packages } = both({ a: { version: "npm:evil@1.0.0" } });
    expect(packages.map(({ name, insteadOf }) => [name, insteadOf])).toEqual([
      ["a", null],
      ["evil", { name: "a", range: "^1.0.0" }],
    ]);
  });

  it("reports entries of `dependencies` that cannot be read", () => {
    expect(both({ a: "1.0.0" }).problems.map(({ message }) => message)).toEqual([
      "an entry of dependencies is not an object",
    ]);
    expect(both({ b: {} }).problems.map(({ message }) => message)).toEqual([
      "it locks packages without a version (node_modules/b)",
    ]);
  });
});

describe("entries that npm does not write", () => {
  const good = { version: "1.0.0", resolved: `${REGISTRY}/good/-/good-1.0.0.tgz` };
  const read3 = (packages: object): Lockfile =>
    readObject({ lockfileVersion: 3, packages: { "": { dependencies: { good: "^1.0.0" } }, ...packages } });
  const messages = ({ problems }: Lockfile): string[] => problems.map(({ message }) => message);

  it.each([
    "./node_modules/good",
    "node_modules//good",
    "node_modules/good/",
    "node_modules/./good",
    "node_modules/good/.",
    "x/../node_modules/good",
    "node_modules\\good",
    ".\\node_modules\\good",
  ])("reads the key %j as the place that npm installs it at, and reports it", (key) => {
    const lockfile = read3({ [key]: good });
    expect(lockfile.packages.map(({ key: path, name }) => [path, name])).toEqual([["node_modules/good", "good"]]);
    expect(importers(lockfile)).toEqual({ "": ["dependencies good -> node_modules/good"] });
    expect(messages(lockfile)).toEqual([
      `keys of packages are no plain paths (${key}), so npm may install what they lock elsewhere`,
    ]);
  });

  it("takes folders outside of the project, and names with dots, for plain", () => {
    const paths = ["../common", "../../lib/a", "../common/node_modules/b", "node_modules/.bin", "node_modules/a..b"];
    const lockfile = read3(Object.fromEntries(paths.map((path) => [path, { version: "1.0.0" }])));
    expect(lockfile.packages.map(({ key }) => key)).toEqual(paths);
    expect(messages(lockfile)).toEqual([]);
  });

  it.each(["Node_modules/evil", "packages/a/NODE_MODULES/evil", "node_modules/good/Node_Modules/evil"])(
    "reports %s, which is another place only where the file system heeds case",
    (key) => {
      expect(messages(read3({ "node_modules/good": good, [key]: { version: "6.6.6" } }))).toEqual([
        `keys of packages are no plain paths (${key}), so npm may install what they lock elsewhere`,
      ]);
    },
  );

  it("reports what has an address or a hash outside of node_modules", () => {
    for (const entry of [
      { resolved: "https://r.example/e.tgz" },
      { integrity: "sha512-e" },
      { resolved: "git+ssh://h/e" },
    ])
      expect(messages(read3({ evil: { version: "6.6.6", ...entry } }))).toEqual([
        "it locks packages outside of node_modules (evil)",
      ]);
    expect(messages(read3({ own: { version: "1.0.0", resolved: "file:own" } }))).toEqual([]);
  });

  it.each([good.resolved, "git+https://evil.example/a.git#0", "file:evil.tgz", "", null])(
    "reports a link to %j",
    (resolved) => {
      expect(messages(read3({ "node_modules/good": { version: "1.0.0", resolved, link: true } }))).toEqual([
        "it links packages to something that is no folder (node_modules/good)",
      ]);
    },
  );
});
