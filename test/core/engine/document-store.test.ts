import { describe, expect, it } from "vitest";
import { DocumentStore } from "../../../server/src/core/project/document-store.ts";
import type { Fact } from "../../../server/src/core/facts/fact.ts";
import { directIds } from "../../../server/src/core/graph.ts";
import type { UserSettings } from "../../../server/src/core/ports.ts";
import { testPorts, uriOf } from "../world/ports.ts";

const cancel = new AbortController().signal;

function storeOf(files: Readonly<Record<string, string>>, userSettings?: UserSettings) {
  const input = { now: "2026-01-01T00:00:00Z", world: {}, files: new Map(Object.entries(files)) };
  const ports = testPorts({ ...input, ...(userSettings === undefined ? {} : { userSettings }) });
  return { texts: ports.texts, store: new DocumentStore(ports, true) };
}

function value<T>(fact: Fact<T>): T {
  if (!fact.known) throw new Error(fact.reason);
  return fact.value;
}

const lockfile = (version: string, lockfileVersion = 3) =>
  JSON.stringify(
    lockfileVersion === 1
      ? { lockfileVersion, dependencies: { a: { version, requires: { b: "1" } }, b: { version: "1.0.0" } } }
      : { lockfileVersion, packages: { "": {}, "node_modules/a": { version } } },
  );

describe("the document store", () => {
  it("reads a manifest again only when its text has changed", async () => {
    const { texts, store } = storeOf({ "package.json": '{"name":"one"}' });
    const first = value(await store.manifest(uriOf("package.json"), cancel));
    expect(value(await store.manifest(uriOf("package.json"), cancel))).toBe(first);
    texts.set("package.json", '{"name":"two"}');
    const second = value(await store.manifest(uriOf("package.json"), cancel));
    expect(second.model.name).toBe("two");
    texts.set("package.json", '{"name":"one"}');
    expect(value(await store.manifest(uriOf("package.json"), cancel)).model.name).toBe("one");
  });

  it("reads a lockfile again only when its text has changed", async () => {
    const { texts, store } = storeOf({ "package-lock.json": lockfile("1.0.0") });
    const first = value(await store.lockfile(uriOf("package-lock.json"), cancel));
    expect(value(await store.lockfile(uriOf("package-lock.json"), cancel)).model).toBe(first.model);
    texts.set("package-lock.json", lockfile("1.0.1"));
    expect(value(await store.lockfile(uriOf("package-lock.json"), cancel)).model.packages[0]?.version).toBe("1.0.1");
  });

  it("reads lockfileVersion 1 with the manifest as it stands", async () => {
    const { texts, store } = storeOf({
      "package.json": '{"dependencies":{"a":"1"}}',
      "package-lock.json": lockfile("1.0.0", 1),
    });
    const direct = async () => {
      const { model } = value(await store.lockfile(uriOf("package-lock.json"), cancel));
      return [...directIds(model)].map((id) => model.packages[id]?.name);
    };
    expect(await direct()).toEqual(["a"]);
    texts.set("package.json", '{"dependencies":{"a":"1","b":"1"}}');
    expect(await direct()).toEqual(["a", "b"]);
  });

  it("reads a lockfile that has something in another's place with the overrides as they stand", async () => {
    const text = JSON.stringify({
      lockfileVersion: 3,
      packages: { "": { dependencies: { a: "1" } }, "node_modules/a": { version: "1.0.0", resolved: "file:a.tgz" } },
    });
    const { texts, store } = storeOf({
      "package.json": '{"dependencies":{"a":"1"},"overrides":{"a":"file:a.tgz"}}',
      "package-lock.json": text,
    });
    const insteadOf = async () =>
      value(await store.lockfile(uriOf("package-lock.json"), cancel)).model.packages[0]?.insteadOf;
    expect(await insteadOf()).toBeNull();
    texts.set("package.json", '{"dependencies":{"a":"1"}}');
    expect(await insteadOf()).toEqual({ name: "a", range: "1" });
  });

  it("takes the names of workspaces from their manifests, and not from what a lockfile of npm says of them", async () => {
    const { texts, store } = storeOf({
      "package.json": '{"workspaces":["packages/*"],"dependencies":{"a":"^1.0.0"}}',
      "packages/w/package.json": '{"name":"w"}',
      "package-lock.json": JSON.stringify({
        lockfileVersion: 3,
        packages: {
          "": { dependencies: { a: "^1.0.0" } },
          "node_modules/a": { resolved: "packages/w", link: true },
          "packages/w": { name: "a" },
        },
      }),
    });
    const insteadOf = async () =>
      value(await store.lockfile(uriOf("package-lock.json"), cancel)).model.packages[0]?.insteadOf;
    expect(await insteadOf()).toEqual({ name: "a", range: "^1.0.0" });
    texts.set("packages/w/package.json", '{"name":"a"}');
    expect(await insteadOf()).toBeNull();
  });

  describe("takes a peer that package-lock.json does not hold for missing, or for left out by npm's legacy-peer-deps", () => {
    const locked = { version: "1.0.0", peerDependencies: { asked: "1.0.0" } };
    const own = {
      "package.json": '{"dependencies":{"asker":"1.0.0"}}',
      "package-lock.json": JSON.stringify({
        lockfileVersion: 3,
        packages: { "": { dependencies: { asker: "1.0.0" } }, "node_modules/asker": locked },
      }),
    };
    const places = {
      home: uriOf("home"),
      userNpmrc: uriOf("home/.npmrc"),
      pnpmAuthFile: uriOf("home/.npmrc"),
      pnpm: uriOf("home/pnpm"),
      bun: uriOf("home"),
      machine: uriOf("machine"),
      yarnrcName: ".yarnrc.yml",
    };
    const ON = "legacy-peer-deps=true\n";
    const OFF = "legacy-peer-deps=false\n";

    // Each was tried with npm 11.19.
    it.each<[string, Readonly<Record<string, string>>, UserSettings["env"], boolean]>([
      ["nothing says it", {}, {}, true],
      ["the project says it", { ".npmrc": ON }, {}, false],
      ["the person says it", { "home/.npmrc": ON }, {}, false],
      ["the project says otherwise than the person", { ".npmrc": OFF, "home/.npmrc": ON }, {}, true],
      ["the environment says it", {}, { npm_config_legacy_peer_deps: "true" }, false],
      [
        "the environment says otherwise than the project",
        { ".npmrc": ON },
        { NPM_CONFIG_LEGACY_PEER_DEPS: "false" },
        true,
      ],
    ])("where %s", async (_where, files, env, isMissing) => {
      const { store } = storeOf({ ...own, ...files }, { places, env });
      const { problems } = value(await store.lockfile(uriOf("package-lock.json"), cancel)).model;
      expect(problems.map(({ message }) => message)).toEqual(
        isMissing ? [expect.stringContaining("it refers to packages that it does not contain (asked 1.0.0)")] : [],
      );
    });
  });

  it("takes the workspaces of pnpm from its own file, in a folder above only where that may be read", async () => {
    const lock = (specifier: string, to: string): string =>
      `lockfileVersion: '9.0'\n\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: ${specifier}\n        version: ${to}\n\n  x: {}\n`;
    const files = {
      "pnpm-workspace.yaml": "packages:\n  - packages/*\ncatalog:\n  a: ^2.0.0\n",
      "packages/a/package.json": '{"name":"a"}',
      "x/package.json": '{"name":"a"}',
      "pnpm-lock.yaml": lock("^1.0.0", "link:packages/a"),
      "pnpm-lock.other.yaml": lock("^1.0.0", "link:x"),
      "pnpm-lock.catalog.yaml": lock("'catalog:'", "link:x"),
      "packages/b/pnpm-lock.yaml": lock("^1.0.0", "link:../a"),
    };
    const ports = testPorts({
      now: "2026-01-01T00:00:00Z",
      world: {},
      files: new Map(Object.entries(files)),
    });
    const insteadOf = async (path: string, mayLookAbove: boolean) => {
      const store = new DocumentStore(ports, mayLookAbove);
      const { packages } = value(await store.lockfile(uriOf(path), cancel)).model;
      return packages.map((locked) => locked.insteadOf?.range ?? "as asked for");
    };
    expect(await insteadOf("pnpm-lock.yaml", false)).toEqual(["as asked for"]);
    expect(await insteadOf("pnpm-lock.other.yaml", false)).toEqual(["^1.0.0"]);
    expect(await insteadOf("pnpm-lock.catalog.yaml", false)).toEqual(["^2.0.0"]);
    expect(await insteadOf("packages/b/pnpm-lock.yaml", true)).toEqual(["as asked for"]);
    expect(await insteadOf("packages/b/pnpm-lock.yaml", false)).toEqual(["^1.0.0"]);
  });

  it.each([
    [
      "Yarn 1",
      '# yarn lockfile v1\n\n\na@^1.0.0:\n  version "1.0.0"\n\nb@^1.0.0:\n  version "1.0.0"\n\nc@^1.0.0:\n  version "1.0.0"\n',
    ],
    [
      "Yarn 4",
      '__metadata:\n  version: 8\n\n"a@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n\n"b@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "b@npm:1.0.0"\n\n"c@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "c@npm:1.0.0"\n\n"root@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "root@workspace:."\n  dependencies:\n    a: "npm:^1.0.0"\n\n"web@workspace:packages/web":\n  version: 0.0.0-use.local\n  resolution: "web@workspace:packages/web"\n  dependencies:\n    b: "npm:^1.0.0"\n    c: "npm:^1.0.0"\n',
    ],
  ])("reads a lockfile of %s with the manifests of its workspaces", async (_of, text) => {
    const { texts, store } = storeOf({
      "package.json": '{"name":"root","workspaces":["packages/*"],"dependencies":{"a":"^1.0.0"}}',
      "packages/web/package.json": '{"name":"web","dependencies":{"b":"^1.0.0"},"devDependencies":{"c":"^1.0.0"}}',
      "packages/web/node_modules/c/package.json": '{"name":"c","dependencies":{"b":"^1.0.0"}}',
      "yarn.lock": text,
    });
    const read = async () => {
      const { model } = value(await store.lockfile(uriOf("yarn.lock"), cancel));
      const importers = model.importers.map(({ path, dependencies }) => [
        path,
        dependencies.map(({ alias, section, target }) => `${alias} ${section} ${target ?? "none"}`),
      ]);
      return { importers, dev: model.packages.filter(({ dev }) => dev).map(({ name }) => name) };
    };
    expect(await read()).toEqual({
      importers: [
        ["", ["a dependencies 0"]],
        ["packages/web", ["b dependencies 1", "c devDependencies 2"]],
      ],
      dev: ["c"],
    });
    texts.set("packages/web/package.json", '{"name":"web","dependencies":{"b":"^1.0.0","c":"^1.0.0"}}');
    expect((await read()).dev).toEqual([]);
  });

  it("keeps all manifests of a project with hundreds of workspaces, however often it goes through them", async () => {
    const names = Array.from({ length: 500 }, (_, index) => `p${index}/package.json`);
    const { store } = storeOf(Object.fromEntries(names.map((name) => [name, `{"name":"${name}"}`])));
    const all = async () => Promise.all(names.map(async (name) => value(await store.manifest(uriOf(name), cancel))));
    const first = await all();
    const again = await all();
    expect(again.filter((document, index) => document !== first[index])).toEqual([]);
  });

  it("forgets what was used longest ago where texts are many and large, and reads it again", async () => {
    const large = (name: string): string => `{"name":"${name}","filler":"${"x".repeat(4_000_000)}"}`;
    const { store } = storeOf(
      Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`${name}/package.json`, large(name)])),
    );
    const read = async (name: string) => value(await store.manifest(uriOf(`${name}/package.json`), cancel));
    const [a, b] = [await read("a"), await read("b")];
    for (const name of ["c", "d"]) await read(name);
    expect(await read("a")).toBe(a);
    await read("e");
    expect(await read("a")).toBe(a);
    const again = await read("b");
    expect(again).not.toBe(b);
    expect(again.model).toEqual(b.model);
  });

  it("says why a file cannot be read, and does not keep what it was", async () => {
    const { texts, store } = storeOf({ "package.json": '{"name":"one"}' });
    await store.manifest(uriOf("package.json"), cancel);
    texts.delete("package.json");
    expect(await store.manifest(uriOf("package.json"), cancel)).toEqual({
      known: false,
      code: "not-found",
      reason: "no such file",
    });
    expect(await store.lockfile(uriOf("package.json"), cancel)).toMatchObject({ known: false, code: "malformed" });
  });
});
