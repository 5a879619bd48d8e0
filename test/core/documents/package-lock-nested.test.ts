import { describe, expect, it } from "vitest";
import { at, edges, importers, read, readObject, written } from "./help.ts";

const NESTED = {
  name: "app",
  version: "1.0.0",
  lockfileVersion: 1,
  requires: true,
  dependencies: {
    "@acme/react": {
      version: "npm:react@18.2.0",
      resolved: "https://registry.example/react/-/react-18.2.0.tgz",
      integrity: "sha512-abc",
      requires: { "loose-envify": "^1.1.0" },
    },
    scoped: { version: "npm:@babel/code-frame@7.22.13" },
    "loose-envify": {
      version: "1.4.0",
      requires: { "js-tokens": "^3.0.0 || ^4.0.0" },
      dependencies: { "js-tokens": { version: "3.0.0", bundled: true, requires: { "loose-envify": "*" } } },
    },
    "js-tokens": { version: "4.0.0", dev: true },
    optional: { version: "1.0.0", optional: true },
    git: { version: "git+https://github.com/user/git.git#0123abcd", from: "git+https://github.com/user/git.git" },
    hub: { version: "github:user/hub#0123abcd", from: "github:user/hub" },
    file: { version: "file:local/file", requires: { "js-tokens": "4" } },
    tarball: { version: "https://registry.example/left-pad/-/left-pad-1.3.0.tgz" },
    unresolved: { version: "1.0.0", resolved: false },
  },
};

describe("lockfileVersion 1", () => {
  const text = JSON.stringify(NESTED, null, 2);
  const lockfile = read(text);

  it("gives every place with its span, that of an alias without the name", () => {
    expect(lockfile).toMatchObject({ formatVersion: "1", problems: [] });
    expect(lockfile.packages.map(({ key, name, version, source }) => `${key}: ${name}@${version} ${source}`)).toEqual([
      "node_modules/@acme/react: react@18.2.0 registry",
      "node_modules/scoped: @babel/code-frame@7.22.13 registry",
      "node_modules/loose-envify: loose-envify@1.4.0 registry",
      "node_modules/loose-envify/node_modules/js-tokens: js-tokens@3.0.0 registry",
      "node_modules/js-tokens: js-tokens@4.0.0 registry",
      "node_modules/optional: optional@1.0.0 registry",
      "node_modules/git: git@git+https://github.com/user/git.git#0123abcd git",
      "node_modules/hub: hub@github:user/hub#0123abcd git",
      "node_modules/file: file@file:local/file file",
      "node_modules/tarball: tarball@https://registry.example/left-pad/-/left-pad-1.3.0.tgz tarball",
      "node_modules/unresolved: unresolved@1.0.0 registry",
    ]);
    for (const { version, versionSpan, alias, nameSpan } of lockfile.packages) {
      expect([written(text, versionSpan), written(text, nameSpan)]).toEqual([version, alias]);
    }
  });

  it("reads what it says of each, and knows nothing of install scripts", () => {
    expect(at(lockfile, "node_modules/@acme/react")).toMatchObject({
      integrity: "sha512-abc",
      hasInstallScript: null,
      dev: false,
      bundled: false,
    });
    expect(at(lockfile, "node_modules/js-tokens").dev).toBe(true);
    expect(at(lockfile, "node_modules/optional").optional).toBe(true);
    expect(at(lockfile, "node_modules/loose-envify/node_modules/js-tokens").bundled).toBe(true);
  });

  it("resolves what is required from the inside out", () => {
    expect(edges(lockfile)).toEqual([
      "node_modules/@acme/react -> node_modules/loose-envify",
      "node_modules/loose-envify -> node_modules/loose-envify/node_modules/js-tokens",
      "node_modules/loose-envify/node_modules/js-tokens -> node_modules/loose-envify",
      "node_modules/file -> node_modules/js-tokens",
    ]);
  });

  it("takes the project's dependencies from the manifest", () => {
    expect(
      importers(read(text, '{"dependencies": {"js-tokens": "4", "gone": "1"}, "devDependencies": {"git": "x"}}')),
    ).toEqual({
      "": [
        "dependencies js-tokens -> node_modules/js-tokens",
        "dependencies gone -> none",
        "devDependencies git -> node_modules/git",
      ],
    });
  });

  it("without one, counts what no other package requires", () => {
    expect(importers(lockfile)).toEqual({
      "": [
        "dependencies @acme/react -> node_modules/@acme/react",
        "dependencies scoped -> node_modules/scoped",
        "optionalDependencies optional -> node_modules/optional",
        "dependencies git -> node_modules/git",
        "dependencies hub -> node_modules/hub",
        "dependencies file -> node_modules/file",
        "dependencies tarball -> node_modules/tarball",
        "dependencies unresolved -> node_modules/unresolved",
      ],
    });
  });

  it("lets the last of two equal names hold, with what is below it", () => {
    const text =
      '{"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "dependencies": {"b": {"version": "1.0.0"}}}, "a": {"version": "2.0.0", "dependencies": {"x": {"version": "1.0.0"}}, "dependencies": {"c": {"version": "1.0.0"}}}}}';
    expect(read(text).packages.map(({ key, version }) => `${key}@${version}`)).toEqual([
      "node_modules/a@2.0.0",
      "node_modules/a/node_modules/c@1.0.0",
    ]);
  });

  it("lets the last hold where it has nothing below it", () => {
    const text =
      '{"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "dependencies": {"b": {"version": "1.0.0"}}}, "a": {"version": "2.0.0"}}}';
    expect(read(text).packages.map(({ key, version }) => `${key}@${version}`)).toEqual(["node_modules/a@2.0.0"]);
  });

  it("counts a package that only it itself requires", () => {
    const lockfile = readObject({
      lockfileVersion: 1,
      requires: true,
      dependencies: { a: { version: "1.0.0", requires: { a: "1" } } },
    });
    expect(importers(lockfile)).toEqual({ "": ["dependencies a -> node_modules/a"] });
  });

  it("gives an alias with escapes the span of the whole value", () => {
    const text = '{"lockfileVersion": 1, "dependencies": {"a": {"version": "npm:b@1.\\u0030.0"}}}';
    const { name, version, versionSpan } = at(read(text), "node_modules/a");
    expect([name, version, written(text, versionSpan)]).toEqual(["b", "1.0.0", "npm:b@1.\\u0030.0"]);
  });
});

describe("a shrinkwrap from before lockfileVersion", () => {
  const ancient = {
    name: "app",
    dependencies: {
      a: {
        version: "1.0.0",
        from: "a@^1",
        resolved: "https://registry.example/a/-/a-1.0.0.tgz",
        dependencies: { b: { version: "2.0.0", from: "b@2" } },
      },
      c: { version: "1.0.0", from: "git://github.com/u/c.git", resolved: "git://github.com/u/c.git#0123abcd" },
    },
  };

  it("is read, with what is nested in a package as what it needs", () => {
    const lockfile = readObject(ancient);
    expect(lockfile).toMatchObject({ formatVersion: "0", problems: [] });
    expect(lockfile.packages.map(({ name, version, source }) => `${name}@${version} ${source}`)).toEqual([
      "a@1.0.0 registry",
      "b@2.0.0 registry",
      "c@1.0.0 git",
    ]);
    expect(edges(lockfile)).toEqual(["node_modules/a -> node_modules/a/node_modules/b"]);
    expect(importers(lockfile)).toEqual({
      "": ["dependencies a -> node_modules/a", "dependencies c -> node_modules/c"],
    });
  });
});
