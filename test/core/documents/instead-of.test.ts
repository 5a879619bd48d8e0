import { describe, expect, it } from "vitest";
import type { LockfileContext } from "../../../server/src/core/documents/context.ts";
import type { LockfileKind } from "../../../server/src/core/documents/index.ts";
import { readCatalogs } from "../../../server/src/core/documents/catalogs.ts";
import { readConfig } from "../../../server/src/core/documents/config/index.ts";
import { importers, read } from "./help.ts";

/** `key source name range` of what stands in another's place, or `key source` for all others that are no registry's. */
function marked(text: string, manifest?: object, kind?: LockfileKind, around?: LockfileContext): readonly string[] {
  return read(text, manifest === undefined ? undefined : JSON.stringify(manifest), kind, around).packages.flatMap(
    ({ key, source, insteadOf }) => {
      if (insteadOf !== null) return [`${key} ${source} ${insteadOf.name} ${insteadOf.range}`];
      return source === "registry" ? [] : [`${key} ${source}`];
    },
  );
}

describe("package-lock.json", () => {
  function npm(entry: object, root: object = { a: "^1.0.0" }, others: object = {}): string {
    return JSON.stringify({
      lockfileVersion: 3,
      packages: { "": { dependencies: root }, "node_modules/a": { version: "1.0.1", ...entry }, ...others },
    });
  }
  const t = { "node_modules/t": { version: "1.0.0", dependencies: { a: "~1.0.0" } } };

  it.each<[string, string, readonly string[], object?]>([
    [
      "a host that may be a mirror",
      npm({ resolved: "https://mirror.example/npm/a-1.0.1.tgz" }),
      ["node_modules/a registry a ^1.0.0"],
    ],
    [
      "a release of GitHub",
      npm({ resolved: "https://github.com/u/a/releases/download/v1/a-1.0.1.tgz" }),
      ["node_modules/a tarball a ^1.0.0"],
    ],
    [
      "an archive of GitHub",
      npm({ resolved: "https://codeload.github.com/u/a/tar.gz/0123" }),
      ["node_modules/a tarball a ^1.0.0"],
    ],
    ["git", npm({ resolved: "git+https://evil.example/a.git#0123" }), ["node_modules/a git a ^1.0.0"]],
    ["a file", npm({ resolved: "file:evil.tgz" }), ["node_modules/a file a ^1.0.0"]],
    ["a tag", npm({ resolved: "file:evil.tgz" }, { a: "next" }), ["node_modules/a file a next"]],
    ["another package", npm({ name: "b" }), ["node_modules/a registry a ^1.0.0"]],
    [
      "a dependency of a dependency",
      npm({ resolved: "file:evil.tgz" }, { t: "*" }, t),
      ["node_modules/a file a ~1.0.0"],
    ],
    [
      "a link to a workspace that only the lockfile names",
      npm({ resolved: "packages/a", link: true }).replace(
        '{"dependencies"',
        '{"workspaces":["packages/*"],"dependencies"',
      ),
      ["node_modules/a link a ^1.0.0"],
      {},
    ],
    [
      "an override of the range only",
      npm({ resolved: "file:evil.tgz" }),
      ["node_modules/a file a ^1.0.0"],
      { overrides: { a: "1.0.1" } },
    ],
    [
      "an override of another package",
      npm({ resolved: "file:evil.tgz" }),
      ["node_modules/a file a ^1.0.0"],
      { overrides: { b: "file:b.tgz" } },
    ],
    [
      "an ask that is too long to be read",
      npm(
        { resolved: "file:evil.tgz" },
        { t: "*" },
        { "node_modules/t": { dependencies: { a: `^1.0.0${" ".repeat(2_001)}` } } },
      ),
      ["node_modules/a file a ^1.0.0"],
    ],
    [
      "an ask that is far longer than any",
      npm(
        { resolved: "file:evil.tgz" },
        { t: "*" },
        { "node_modules/t": { dependencies: { a: `^1${" ".repeat(20_000)}` } } },
      ),
      ["node_modules/a file a ^1"],
    ],
    [
      "an ask beyond those that are looked at, for what is locked",
      npm(
        { resolved: "file:evil.tgz" },
        { a: "^1.0.0" },
        Object.fromEntries(
          Array.from({ length: 201 }, (_, index) => [
            `node_modules/t${index}`,
            { version: "1.0.0", dependencies: { a: index === 200 ? "file:evil.tgz" : "^1.0.0" } },
          ]),
        ),
      ),
      ["node_modules/a file a ^1.0.0"],
    ],
    ["asked for as it is", npm({ resolved: "file:a.tgz" }, { a: "file:a.tgz" }), ["node_modules/a file"]],
    [
      "asked for as it is by one of two",
      npm({ resolved: "git+https://example.com/a.git#0" }, { a: "git+https://example.com/a.git", t: "*" }, t),
      ["node_modules/a git"],
    ],
    ["an alias", npm({ name: "b" }, { a: "npm:b@1" }), []],
    ["an override", npm({ resolved: "file:a.tgz" }), ["node_modules/a file"], { overrides: { a: "file:a.tgz" } }],
    [
      "an override below a parent",
      npm({ resolved: "file:a.tgz" }, { t: "*" }, t),
      ["node_modules/a file"],
      { overrides: { t: { a: "file:a.tgz" } } },
    ],
    [
      "an override below a package that does not lead to it",
      npm({ resolved: "file:a.tgz" }, { t: "*" }, { ...t, "node_modules/u": { version: "1.0.0" } }),
      ["node_modules/a file a ~1.0.0"],
      { overrides: { u: { a: "file:a.tgz" } } },
    ],
    [
      "an override by an address that is not the locked one",
      npm({ resolved: "https://evil.example/raw.tgz" }),
      ["node_modules/a registry a ^1.0.0"],
      { overrides: { a: "git+https://example.com/u/a.git" } },
    ],
    [
      "an override of another range",
      npm({ resolved: "file:a.tgz" }),
      ["node_modules/a file a ^1.0.0"],
      { overrides: { "a@2": "file:a.tgz" } },
    ],
    [
      "an override by git, in another way of writing it",
      npm({ resolved: "git+ssh://git@github.com/u/a.git#0123" }),
      ["node_modules/a git"],
      { overrides: { a: "github:u/a" } },
    ],
    [
      "resolutions, which npm ignores",
      npm({ resolved: "file:a.tgz" }),
      ["node_modules/a file a ^1.0.0"],
      { resolutions: { a: "file:a.tgz" }, pnpm: { overrides: { a: "file:a.tgz" } } },
    ],
    [
      "asked for as it is by a package, by a range by the project",
      npm(
        { resolved: "git+https://evil.example/a.git#0" },
        { a: "^1.0.0", t: "*" },
        { "node_modules/t": { version: "1.0.0", dependencies: { a: "git+https://evil.example/a.git" } } },
      ),
      ["node_modules/a git a ^1.0.0"],
    ],
    [
      "asked for as it is by one package, by a range by another",
      npm(
        { resolved: "git+https://evil.example/a.git#0" },
        { t: "*", u: "*" },
        { ...t, "node_modules/u": { version: "1.0.0", dependencies: { a: "git+https://evil.example/a.git" } } },
      ),
      ["node_modules/a git a ~1.0.0"],
    ],
    [
      "asked for as it is by the project's entry, by a range by its manifest",
      npm({ resolved: "file:a.tgz" }, { a: "file:a.tgz" }),
      ["node_modules/a file a ^1.0.0"],
      { dependencies: { a: "^1.0.0" } },
    ],
    [
      "asked for as it is by the manifest",
      npm({ resolved: "file:a.tgz" }, { a: "^1.0.0" }),
      ["node_modules/a file"],
      { dependencies: { a: "file:a.tgz" } },
    ],
    ["an override by another package", npm({ name: "b" }), [], { overrides: { a: "npm:b@1" } }],
    ["asked for by nobody", npm({ resolved: "file:a.tgz" }, {}), ["node_modules/a file"]],
    [
      "bundled by a package",
      npm(
        {},
        {},
        {
          "node_modules/t": { ...t["node_modules/t"], bundleDependencies: ["a"] },
          "node_modules/t/node_modules/a": { version: "1.0.1", name: "b", inBundle: true, dependencies: { c: "1" } },
          "node_modules/t/node_modules/c": { version: "1.0.0", name: "b", inBundle: true },
        },
      ),
      [],
    ],
    [
      "what calls itself bundled, below a package that bundles nothing",
      npm({}, {}, { ...t, "node_modules/t/node_modules/a": { version: "1.0.1", name: "b", inBundle: true } }),
      ["node_modules/t/node_modules/a registry a ~1.0.0"],
    ],
    ...(
      [
        ["a folder within a workspace", ["packages/*"], "packages/a/fixtures/x", true],
        ["a folder that a pattern takes back", ["x*", "!x"], "x", true],
        ["a folder that a pattern's beginning fits", ["*/nothing"], "x/p1", true],
        ["a path out of a pattern", ["packages/**"], "packages/../x", true],
        ["a workspace of another name", ["packages/*"], "packages/b", true],
        ["a workspace of its name", ["packages/*"], "packages/a", false],
        [
          "a workspace that a later pattern takes again",
          ["packages/*", "!packages/a", "packages/a"],
          "packages/a",
          false,
        ],
      ] as const
    ).map(([what, workspaces, resolved, isWrong]): [string, string, readonly string[], object] => [
      `a link to ${what}`,
      npm({ resolved, link: true }),
      [isWrong ? "node_modules/a link a ^1.0.0" : "node_modules/a link"],
      { workspaces },
    ]),
    [
      "a link to a workspace of another name, for a package",
      npm({ resolved: "packages/b", link: true }, { t: "*" }, t),
      ["node_modules/a link a ~1.0.0"],
      { workspaces: ["packages/*"] },
    ],
    [
      "a link to a workspace of its name, for a package",
      npm({ resolved: "packages/a", link: true }, { t: "*" }, t),
      ["node_modules/a link"],
      { workspaces: ["packages/*"] },
    ],
    [
      "bundled by the project, which fetches it",
      npm({ name: "b", inBundle: true }),
      ["node_modules/a registry a ^1.0.0"],
    ],
    [
      "a link to a workspace",
      npm({ resolved: "packages/a", link: true }).replace(
        '{"dependencies"',
        '{"workspaces":["packages/*"],"dependencies"',
      ),
      ["node_modules/a link"],
      { workspaces: ["packages/*"] },
    ],
    [
      "a link that is asked for",
      npm({ resolved: "packages/a", link: true }, { a: "file:packages/a" }),
      ["node_modules/a link"],
    ],
    ["a link to another folder", npm({ resolved: "vendor/a", link: true }), ["node_modules/a link a ^1.0.0"]],
    [
      "an escaped specifier",
      npm({ resolved: "file:a.tgz" }).replace('"^1.0.0"', '"^1\\u002e0.0"'),
      ["node_modules/a file a ^1.0.0"],
    ],
  ])("%s", (_what, text, expected, manifest = {}) => {
    expect(marked(text, manifest)).toEqual(expected);
  });

  it("says nothing where the manifest cannot be read whole, and so may override it", () => {
    const { packages, leansOnManifests } = read(npm({ resolved: "file:evil.tgz" }), '{ "overrides": {');
    expect(packages.map(({ insteadOf }) => insteadOf)).toEqual([null]);
    expect(leansOnManifests).toBe(true);
  });

  it("leans on the manifest only where it matters who asks", () => {
    expect(read(npm({}), "{}").leansOnManifests).toBe(false);
    expect(read(npm({ name: "b" }, { a: "npm:b@1" }), "{}").leansOnManifests).toBe(true);
    expect(read(npm({ resolved: "file:a.tgz" }), "{}").leansOnManifests).toBe(true);
  });

  it("of lockfileVersion 1", () => {
    const v1 = (a: object, requires = "^1.0.0"): string =>
      JSON.stringify({
        lockfileVersion: 1,
        requires: true,
        dependencies: { a, t: { version: "1.0.0", requires: { a: requires } } },
      });
    expect(marked(v1({ version: "1.0.1", resolved: "https://evil.example/a-1.0.1.tgz" }))).toEqual([
      "node_modules/a registry a ^1.0.0",
    ]);
    expect(marked(v1({ version: "git+https://evil.example/a.git#0" }))).toEqual(["node_modules/a git a ^1.0.0"]);
    expect(marked(v1({ version: "https://evil.example/a.tgz" }))).toEqual(["node_modules/a tarball a ^1.0.0"]);
    expect(marked(v1({ version: "github:u/a#0" }, "u/a"))).toEqual(["node_modules/a git"]);
    expect(marked(v1({ version: "git+https://example.com/a.git#0" }), { dependencies: { a: "u/a" } })).toEqual([
      "node_modules/a git",
    ]);
    expect(marked(v1({ version: "file:packages/a" }))).toEqual(["node_modules/a file"]);
  });

  it("of lockfileVersion 1, for a folder that is no workspace", () => {
    const v1 = JSON.stringify({
      lockfileVersion: 1,
      requires: true,
      dependencies: { a: { version: "file:vendor/a" } },
    });
    const dependencies = { a: "^1.0.0" };
    expect(marked(v1, { dependencies })).toEqual(["node_modules/a file a ^1.0.0"]);
    expect(marked(v1, { dependencies, workspaces: ["vendor/*"] })).toEqual(["node_modules/a file"]);
    expect(marked(v1, { dependencies: { a: "file:vendor/a" } })).toEqual(["node_modules/a file"]);
  });

  it("of lockfileVersion 1, where nobody is known to ask: a plain version is a registry's all the same", () => {
    const alone = (a: object, head: object = { lockfileVersion: 1, requires: true }): string =>
      JSON.stringify({ ...head, dependencies: { a } });
    const resolved = "https://npm.fury.io/acme/~/d/a/a-1.0.1";
    expect(marked(alone({ version: "1.0.1", resolved }))).toEqual(["node_modules/a registry a 1.0.1"]);
    expect(marked(alone({ version: "npm:b@1.0.1", resolved }))).toEqual(["node_modules/a registry b 1.0.1"]);
    expect(marked(alone({ version: resolved }))).toEqual(["node_modules/a tarball"]);
    // Before npm 5 the version of everything was plain.
    expect(marked(alone({ version: "1.0.1", resolved }, {}))).toEqual(["node_modules/a tarball"]);
  });
});

describe("yarn.lock of Yarn 1", () => {
  const classic = (key: string, resolved: string): string =>
    `# yarn lockfile v1\n\n\n${key}:\n  version "1.0.1"\n  resolved "${resolved}"\n`;
  const other = "https://registry.yarnpkg.com/b/-/b-1.0.1.tgz#0";

  it.each<[string, string, readonly string[], object?]>([
    [
      "a host that may be a mirror",
      classic("a@^1.0.0", "https://mirror.example/a-1.0.1.tgz"),
      ["a@^1.0.0 registry a ^1.0.0"],
    ],
    [
      "an archive of GitHub",
      classic("a@^1.0.0", "https://codeload.github.com/u/a/tar.gz/0"),
      ["a@^1.0.0 tarball a ^1.0.0"],
    ],
    ["git", classic("a@^1.0.0", "git+https://evil.example/a.git#0"), ["a@^1.0.0 git a ^1.0.0"]],
    ["another package", classic("a@^1.0.0", other), ["a@^1.0.0 registry a ^1.0.0"], {}],
    [
      "a resolution",
      classic("a@^1.0.0", "https://codeload.github.com/u/a/tar.gz/0"),
      ["a@^1.0.0 tarball"],
      { resolutions: { "**/a": "u/a" } },
    ],
    ["a resolution to another package", classic("a@^1.0.0", other), [], { resolutions: { a: "npm:b@1.0.1" } }],
    ["another package, without a manifest", classic("a@^1.0.0", other), []],
    ["an alias", classic('"a@npm:b@^1.0.0"', other), [], {}],
    [
      "asked for as it is by one of two",
      classic('a@^1.0.0, "a@git+https://example.com/a.git"', "git+https://example.com/a.git#0"),
      ["a@^1.0.0, a@git+https://example.com/a.git git"],
      { dependencies: { a: "git+https://example.com/a.git" } },
    ],
    [
      "with a descriptor that the project does not ask for",
      classic('a@^1.0.0, "a@git+https://evil.example/a.git"', "git+https://evil.example/a.git#0"),
      ["a@^1.0.0, a@git+https://evil.example/a.git git a ^1.0.0"],
      { dependencies: { a: "^1.0.0" } },
    ],
    [
      "overrides, which Yarn ignores",
      classic("a@^1.0.0", "git+https://example.com/u/a.git#0"),
      ["a@^1.0.0 git a ^1.0.0"],
      { overrides: { a: "git+https://example.com/u/a.git" } },
    ],
    [
      "a resolution below a package that does not ask for it",
      classic("a@^1.0.0", "git+https://example.com/u/a.git#0"),
      ["a@^1.0.0 git a ^1.0.0"],
      { resolutions: { "t/a": "git+https://example.com/u/a.git" } },
    ],
  ])("%s", (_what, text, expected, manifest) => {
    expect(marked(text, manifest, "yarn-lock")).toEqual(expected);
  });
});

describe("yarn.lock of Yarn 2 and up", () => {
  const berry = (key: string, resolution: string): string =>
    `__metadata:\n  version: 8\n\n"${key}":\n  version: 1.0.1\n  resolution: "${resolution}"\n  linkType: hard\n`;

  it.each<[string, string, string, readonly string[]]>([
    ["a URL", "a@npm:^1.0.0", "a@https://evil.example/a-1.0.1.tgz", ["a@npm:^1.0.0 tarball a ^1.0.0"]],
    ["a URL for a tag", "a@npm:next", "a@https://evil.example/a-1.0.1.tgz", ["a@npm:next tarball a next"]],
    ["another package", "a@npm:^1.0.0", "b@npm:1.0.1", ["a@npm:^1.0.0 registry a ^1.0.0"]],
    ["an alias", "a@npm:b@^1.0.0", "b@npm:1.0.1", []],
    ["an alias and a name", "a@npm:b@^1.0.0, b@npm:^1.0.0", "b@npm:1.0.1", []],
    [
      "asked for as it is",
      "a@https://example.com/a.tgz",
      "a@https://example.com/a.tgz",
      ["a@https://example.com/a.tgz tarball"],
    ],
    [
      "a workspace",
      "a@^1.0.0, a@workspace:packages/a",
      "a@workspace:packages/a",
      ["a@^1.0.0, a@workspace:packages/a workspace"],
    ],
    ["a patch", "a@patch:a@npm%3A^1.0.0#./a.patch", "a@patch:a@npm%3A1.0.1#./a.patch::version=1.0.1&hash=0", []],
    ["a portal", "a@portal:../a::locator=x", "a@portal:../a::locator=x", ["a@portal:../a::locator=x link"]],
  ])("%s", (_what, key, resolution, expected) => {
    expect(marked(berry(key, resolution), {}, "yarn-lock")).toEqual(expected);
  });
});

describe("the address behind a resolution of Yarn 2 and up", () => {
  const berry = (resolution: string) =>
    read(
      `__metadata:\n  version: 8\n\n"a@npm:^1.0.0":\n  version: 1.0.1\n  resolution: "${resolution}"\n  linkType: hard\n`,
      "{}",
      "yarn-lock",
    );
  const archive = "http%3A%2F%2Fevil.example%2Fa.tgz";

  it.each<[string, string]>([
    ["as Yarn writes it", `a@npm:1.0.1::__archiveUrl=${archive}`],
    ["with an escape in its name", `a@npm:1.0.1::x=1&%5F_archive%55rl=${archive}`],
    [
      "of what is patched",
      `a@patch:a@npm%3A1.0.1%3A%3A__archiveUrl=${encodeURIComponent(archive)}#./a.patch::version=1.0.1&hash=0`,
    ],
  ])("%s", (_what, resolution) => {
    const { packages, problems } = berry(resolution);
    expect(
      packages.map(({ name, version, source, resolved }) => `${name} ${version} ${source} ${resolved ?? ""}`),
    ).toEqual(["a 1.0.1 registry http://evil.example/a.tgz"]);
    expect(problems).toEqual([]);
  });

  it("reads a plus sign as a blank, as in any query string", () => {
    expect(berry("a@npm:1.0.1::__archiveUrl=a+b").packages.map(({ resolved }) => resolved)).toEqual(["a b"]);
  });

  it("is a problem where it is stated twice", () => {
    const { problems } = berry(`a@npm:1.0.1::__archiveUrl=x&__archive%55rl=${archive}`);
    expect(problems.map(({ message }) => message)).toEqual(["a resolution with two archives"]);
  });

  it("is that of the package which is patched, whatever the name of the patch", () => {
    const { packages } = berry("a@patch:b@npm%3A1.0.1#./a.patch::version=1.0.1&hash=0");
    expect(packages.map(({ name, version, insteadOf }) => ({ name, version, insteadOf }))).toEqual([
      { name: "b", version: "1.0.1", insteadOf: { name: "a", range: "^1.0.0" } },
    ]);
  });
});

describe("pnpm-lock.yaml", () => {
  const nine = (specifier: string, version: string, key: string, resolution: string, rest = ""): string =>
    `lockfileVersion: '9.0'\n${rest}\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: ${specifier}\n        version: ${version}\n\npackages:\n  ${key}:\n    resolution: ${resolution}\n    version: 1.0.1\n\nsnapshots:\n  ${key}: {}\n`;
  const url = "https://evil.example/a.tgz";

  const link = (specifier: string, to: string): string =>
    `lockfileVersion: '9.0'\n\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: ${specifier}\n        version: ${to}\n\n  x: {}\n`;
  const catalogs = (raw: string): LockfileContext => ({
    catalogs: readCatalogs(readConfig("pnpm-workspace", `catalog:\n  a: ${raw}\n`).root),
  });
  const workspaces: LockfileContext = {
    workspaceNames: new Map([
      ["packages/a", "a"],
      ["packages/b", "b"],
    ]),
  };

  it.each<[string, string, readonly string[], LockfileContext?]>([
    ["a link", link("^1.0.0", "link:x"), ["a@link:x link a ^1.0.0"], workspaces],
    ["a link, where no workspaces are known", link("^1.0.0", "link:x"), ["a@link:x link a ^1.0.0"]],
    ["a link that is asked for", link("link:x", "link:x"), [], workspaces],
    ["a link to a workspace by its protocol", link("workspace:*", "link:packages/a"), [], workspaces],
    ["a link to a workspace of its name", link("^1.0.0", "link:packages/a"), ["a@link:packages/a link"], workspaces],
    [
      "a link to a workspace by another name",
      link("^1.0.0", "link:packages/b"),
      ["a@link:packages/b link a ^1.0.0"],
      workspaces,
    ],
    ["an alias of a workspace", link("npm:b@^1.0.0", "link:packages/b"), ["a@link:packages/b link"], workspaces],
    ["a link for a registry with a name", link("work:^1.0.0", "link:x"), ["a@link:x link a ^1.0.0"], workspaces],
    ["a link for a catalog's range", link("'catalog:'", "link:x"), ["a@link:x link a ^1.0.0"], catalogs("^1.0.0")],
    [
      "a link, in 5.4",
      `lockfileVersion: 5.4\n\nspecifiers:\n  a: ^1.0.0\n\ndependencies:\n  a: link:x\n`,
      ["a@link:x link a ^1.0.0"],
    ],
    [
      "a folder that is copied in and is no workspace",
      nine("^1.0.0", "file:x", "a@file:x", "{directory: x, type: directory}"),
      ["a@file:x file a ^1.0.0"],
      workspaces,
    ],
    [
      "a folder other than the key says",
      nine("^1.0.0", "file:packages/a", "a@file:packages/a", "{directory: x, type: directory}"),
      ["a@file:packages/a file a ^1.0.0"],
      workspaces,
    ],
    ["a URL", nine("^1.0.0", url, `a@${url}`, `{tarball: ${url}}`), [`a@${url} tarball a ^1.0.0`]],
    ["a file", nine("^1.0.0", "file:a.tgz", "a@file:a.tgz", "{tarball: file:a.tgz}"), ["a@file:a.tgz file a ^1.0.0"]],
    ["another package", nine("^1.0.0", "b@1.0.1", "b@1.0.1", "{integrity: sha512-0}"), ["b@1.0.1 registry a ^1.0.0"]],
    [
      "git behind a registry's key",
      nine("^1.0.0", "1.0.1", "a@1.0.1", "{type: git, repo: 'git@evil.example:a.git', commit: '0'}"),
      ["a@1.0.1 registry a 1.0.1"],
    ],
    [
      "another type behind a registry's key",
      nine("^1.0.0", "1.0.1", "a@1.0.1", "{type: 'custom:x'}"),
      ["a@1.0.1 registry a 1.0.1"],
    ],
    ["an alias", nine("npm:b@^1.0.0", "b@1.0.1", "b@1.0.1", "{integrity: sha512-0}"), []],
    ["asked for as it is", nine(url, url, `a@${url}`, `{tarball: ${url}}`), [`a@${url} tarball`]],
    [
      "overridden",
      nine("^1.0.0", url, `a@${url}`, `{tarball: ${url}}`, `\noverrides:\n  a: ${url}\n`),
      [`a@${url} tarball`],
    ],
    [
      "an injected workspace",
      nine("^1.0.0", "file:packages/a", "a@file:packages/a", "{directory: packages/a, type: directory}"),
      ["a@file:packages/a file"],
      workspaces,
    ],
    [
      "asked for as it is by another importer",
      nine("^1.0.0", url, `a@${url}`, `{tarball: ${url}}`).replace(
        "\npackages:",
        `\n  packages/x:\n    dependencies:\n      a:\n        specifier: ${url}\n        version: ${url}\n\npackages:`,
      ),
      [`a@${url} tarball a ^1.0.0`],
    ],
    ["a catalog", nine("'catalog:'", url, `a@${url}`, `{tarball: ${url}}`), [`a@${url} tarball`], catalogs(url)],
    [
      "a URL for a catalog's range",
      nine("'catalog:'", url, `a@${url}`, `{tarball: ${url}}`),
      [`a@${url} tarball a ^1.0.0`],
      catalogs("^1.0.0"),
    ],
    [
      "a URL, in 5.4",
      `lockfileVersion: 5.4\n\nspecifiers:\n  a: ^1.0.0\n\ndependencies:\n  a: '@evil.example/a.tgz'\n\npackages:\n\n  '@evil.example/a.tgz':\n    resolution: {tarball: ${url}}\n    name: a\n    version: 1.0.1\n    dev: false\n`,
      ["@evil.example/a.tgz tarball a ^1.0.0"],
    ],
  ])("%s", (_what, text, expected, around) => {
    expect(marked(text, {}, "pnpm-lock", around)).toEqual(expected);
  });
});

describe("bun.lock", () => {
  const bun = (declared: string, tuple: unknown[], rest: object = {}): string =>
    JSON.stringify({
      lockfileVersion: 1,
      workspaces: { "": { dependencies: { a: declared } } },
      ...rest,
      packages: { a: tuple },
    });
  const url = "https://evil.example/a.tgz";
  const ofWorkspace = (name: string, tuple: unknown[], declared = "^1.0.0"): string =>
    bun(declared, tuple, { workspaces: { "": { dependencies: { a: declared } }, "packages/w": { name } } });
  const own = { workspaces: ["packages/*"] };

  it.each<[string, string, readonly string[], object?]>([
    ["a URL", bun("^1.0.0", [`a@${url}`, {}]), ["a tarball a ^1.0.0"]],
    ["git", bun("^1.0.0", ["a@git+https://evil.example/a.git#0", {}, "0"]), ["a git a ^1.0.0"]],
    ["another package", bun("^1.0.0", ["b@1.0.1", "", {}, ""]), ["a registry a ^1.0.0"]],
    ["an alias", bun("npm:b@1", ["b@1.0.1", "", {}, ""]), []],
    ["asked for as it is", bun(url, [`a@${url}`, {}]), ["a tarball"]],
    ["overridden", bun("^1.0.0", [`a@${url}`, {}], { overrides: { a: url } }), ["a tarball"]],
    [
      "overridden below a package that does not lead to it",
      bun("^1.0.0", [`a@${url}`, {}], { overrides: { t: { a: url } } }),
      ["a tarball a ^1.0.0"],
    ],
    [
      "asked for as it is by the lockfile, by a range by the manifest",
      bun(url, [`a@${url}`, {}]),
      ["a tarball a ^1.0.0"],
      { dependencies: { a: "^1.0.0" } },
    ],
    [
      "overridden by its range",
      bun("^1.0.0", [`a@${url}`, {}], { overrides: { "a@^1": { ".": url } } }),
      ["a tarball"],
    ],
    [
      "another one overridden below it",
      bun("^1.0.0", [`a@${url}`, {}], { overrides: { a: { b: url } } }),
      ["a tarball a ^1.0.0"],
    ],
    ["overridden in the manifest", bun("^1.0.0", [`a@${url}`, {}]), ["a tarball"], { resolutions: { a: url } }],
    ["a link", bun("^1.0.0", ["a@link:./x", {}]), ["a link a ^1.0.0"]],
    ["a link that is asked for", bun("link:./x", ["a@link:./x", {}]), ["a link"]],
    ["a workspace of its name", ofWorkspace("a", ["a@workspace:packages/w"]), ["a workspace"], own],
    ["a workspace by its protocol", ofWorkspace("b", ["b@workspace:packages/w"], "workspace:*"), ["a workspace"], own],
    ["a workspace of another name", ofWorkspace("b", ["a@workspace:packages/w"]), ["a workspace a ^1.0.0"], own],
    ["another workspace by name", ofWorkspace("b", ["b@workspace:packages/w"]), ["a workspace a ^1.0.0"], own],
    [
      "a workspace that only the lockfile names",
      ofWorkspace("a", ["a@workspace:packages/w"]),
      ["a workspace a ^1.0.0"],
      {},
    ],
    ["the project itself", bun("^1.0.0", ["a@root:", {}]), ["a workspace a ^1.0.0"], { name: "r" }],
  ])("%s", (_what, text, expected, manifest) => {
    expect(marked(text, manifest, "bun-lock")).toEqual(expected);
  });

  it("a dependency of a dependency", () => {
    const text = JSON.stringify({
      lockfileVersion: 1,
      workspaces: { "": { dependencies: { t: "1" } } },
      packages: { a: [`a@${url}`, {}], t: ["t@1.0.0", "", { optionalDependencies: { a: "~1.0.0" } }, ""] },
    });
    expect(marked(text, {}, "bun-lock")).toEqual(["a tarball a ~1.0.0"]);
    expect(marked(text, { overrides: { t: { a: url } } }, "bun-lock")).toEqual(["a tarball"]);
  });
});

it("has what a workspace needs in lockfileVersion 1 for direct", () => {
  const lock = {
    lockfileVersion: 1,
    requires: true,
    dependencies: {
      a: { version: "1.0.0" },
      b: { version: "1.0.0" },
      own: { version: "file:packages/own", requires: { a: "^1.0.0" } },
      folder: { version: "file:folder", requires: { b: "1" } },
    },
  };
  const lockfile = read(
    JSON.stringify(lock),
    JSON.stringify({ workspaces: ["packages/*"], dependencies: { folder: "file:folder" } }),
  );
  expect(importers(lockfile)).toEqual({
    "": ["dependencies folder -> node_modules/folder"],
    "packages/own": ["dependencies a -> node_modules/a"],
  });
});
