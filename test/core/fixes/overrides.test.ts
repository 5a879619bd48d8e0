/** What is edited for a lockfile and a manifest, without a package manager. */
import { describe, expect, it } from "vitest";
import { readConfig } from "../../../server/src/core/documents/config/index.ts";
import { readLockfile } from "../../../server/src/core/documents/index.ts";
import { readManifest } from "../../../server/src/core/documents/manifest.ts";
import { runWhole } from "../../../server/src/core/task.ts";
import { findDependents } from "../../../server/src/core/fixes/dependents.ts";
import { pnpmLocations } from "../../../server/src/core/fixes/override/pnpm-locations.ts";
import { covers } from "../../../server/src/core/fixes/override/covers.ts";
import { overrideLocations } from "../../../server/src/core/fixes/override/locations.ts";
import { existingOverrides } from "../../../server/src/core/fixes/override/existing.ts";
import type { ProjectTexts } from "../../../server/src/core/fixes/project-texts.ts";
import { LineIndex } from "../../../server/src/core/util/text.ts";
import type { LockedPackage, LockfileFormat } from "../../../server/src/core/model.ts";

function textsOf(manifest: object, workspaceFile: string | null, format: LockfileFormat = "pnpm"): ProjectTexts {
  const text = JSON.stringify(manifest);
  const root = { uri: "file:///package.json", text, model: readManifest(text), importer: "" };
  return {
    root,
    manifests: [root],
    configs: [
      {
        uri: "file:///pnpm-workspace.yaml",
        kind: "pnpm-workspace",
        text: workspaceFile,
        tree: readConfig("pnpm-workspace", workspaceFile ?? ""),
      },
    ],
    formats: [format],
  };
}

describe("where pnpm's overrides go", () => {
  const [MANIFEST, FILE, BOTH] = [
    { inManifest: true, inWorkspaceFile: false },
    { inManifest: false, inWorkspaceFile: true },
    { inManifest: true, inWorkspaceFile: true },
  ];
  const used = { pnpm: { overrides: { a: "1" } } };

  it.each([
    ["pnpm 9", { packageManager: "pnpm@9.15.9" }, null, "9.0", MANIFEST],
    ["pnpm 10.4", { packageManager: "pnpm@10.4.1" }, null, "9.0", MANIFEST],
    ["pnpm 10.5", { packageManager: "pnpm@10.5.0+sha512.x" }, null, "9.0", FILE],
    ["pnpm 10 with some in the manifest", { packageManager: "pnpm@10.34.9", ...used }, null, "9.0", MANIFEST],
    ["pnpm 10 with some in both", { packageManager: "pnpm@10.34.9", ...used }, "overrides:\n  a: 1\n", "9.0", BOTH],
    ["pnpm 11 with some in the manifest", { packageManager: "pnpm@11.0.0", ...used }, null, "9.0", FILE],
    ["pnpm 10 with resolutions", { packageManager: "pnpm@10.34.9", resolutions: { a: "1" } }, null, "9.0", MANIFEST],
    ["pnpm 11 with resolutions", { packageManager: "pnpm@11.0.0", resolutions: { a: "1" } }, null, "9.0", FILE],
    ["resolutions", { resolutions: { a: "1" } }, null, "9.0", BOTH],
    ["nothing", {}, null, "9.0", BOTH],
    ["an old lockfile", {}, null, "6.0", MANIFEST],
    ["engines of 9", { engines: { pnpm: ">=9 <10" } }, null, "9.0", MANIFEST],
    ["engines of 9 and up", { engines: { pnpm: ">=9" } }, null, "9.0", BOTH],
    ["engines of 11 and up", { engines: { pnpm: ">=11" } }, null, "9.0", FILE],
    ["engines that are not a range", { engines: { pnpm: "new" } }, null, "9.0", BOTH],
    ["devEngines of 9", { devEngines: { packageManager: { name: "pnpm", version: "^9.0.0" } } }, null, "9.0", MANIFEST],
    ["some in the manifest", used, null, "9.0", MANIFEST],
    ["a file with packages and catalogs", {}, "packages: []\ncatalog: {}\n", "9.0", BOTH],
    ["a file without packages", {}, "catalog: {}\n", "9.0", FILE],
    ["a file with settings of newer versions", {}, "packages: []\nminimumReleaseAge: 10\n", "9.0", FILE],
    ["a file with overrides", {}, "packages: []\noverrides:\n  a: 1\n", "9.0", FILE],
  ])("%s", (_of, manifest, file, lockfile, locations) => {
    expect(pnpmLocations(textsOf(manifest, file), lockfile)).toEqual(locations);
  });
});

describe("an override that stands", () => {
  const wanted = { name: "inner", from: "1.0.1", to: "1.0.0", style: "exact" } as const;
  const span = { start: 0, end: 0 };
  const alpha: LockedPackage = {
    id: 0,
    key: "alpha",
    alias: "zed",
    name: "alpha",
    version: "1.0.0",
    source: "registry",
    versionSpan: span,
    nameSpan: span,
    resolved: null,
    integrity: null,
    insteadOf: null,
    hasInstallScript: null,
    dev: false,
    optional: false,
    bundled: false,
  };
  const covered = (format: LockfileFormat, manifest: object, file: string | null = null, isDirect = true): boolean => {
    const texts = textsOf(manifest, file, format);
    const existing = existingOverrides(texts, format, overrideLocations(texts, format, format === "bun" ? "2" : "9.0"));
    return existing.some((each) =>
      covers(each, "inner", { locked: alpha, isDirect, range: null }, { format, places: [] }, wanted),
    );
  };

  it.each<[boolean, LockfileFormat, object]>([
    [true, "npm", { overrides: { inner: "^1.0.0" } }],
    [true, "npm", { overrides: { inner: "1.0.0" } }],
    [true, "npm", { overrides: { "inner@^1.0.0": "1.0.1" } }],
    [true, "npm", { overrides: { zed: { inner: "^1.0.0" } } }],
    [true, "npm", { overrides: { inner: { ".": "^1.0.0", x: "1" } } }],
    [true, "npm", { overrides: { inner: "$inner" }, dependencies: { inner: "^1.0.0" } }],
    [false, "npm", { overrides: { inner: "$lone" }, dependencies: { lone: "^1.0.0" } }],
    [false, "npm", { overrides: { alpha: { inner: "^1.0.0" } } }],
    [false, "npm", { overrides: { "zed@2": { inner: "^1.0.0" } } }],
    [false, "npm", { overrides: { zed: { x: { inner: "^1.0.0" } } } }],
    [false, "npm", { overrides: { "inner@^2.0.0": "2.0.0" } }],
    [false, "npm", { overrides: { other: "^1.0.0" } }],
    [false, "npm", { resolutions: { inner: "^1.0.0" } }],
    [true, "bun", { resolutions: { inner: "^1.0.0" } }],
    [false, "bun", { resolutions: { inner: "^1.0.0" }, overrides: {} }],
    [true, "bun", { overrides: { alpha: { inner: "^1.0.0" } } }],
    [false, "bun", { overrides: { zed: { inner: "^1.0.0" } } }],
    [false, "bun", { packageManager: "bun@1.3.14", overrides: { alpha: { inner: "^1.0.0" } } }],
    [false, "bun", { packageManager: "bun@1.3.14", overrides: { "inner@^1.0.0": "1.0.0" } }],
    [true, "yarn-berry", { resolutions: { "zed/inner": "^1.0.0" } }],
    [true, "yarn-berry", { resolutions: { "zed@npm:1.0.0/inner": "1.0.1" } }],
    [true, "yarn-berry", { resolutions: { "zed@npm:1.0.0/inner@npm:^1.0.0": "npm:1.0.1" } }],
    [false, "yarn-berry", { resolutions: { "zed@npm:2.0.0/inner": "1.0.1" } }],
    [true, "yarn-classic", { resolutions: { "**/zed/inner": "^1.0.0" } }],
    [true, "yarn-berry", { resolutions: { inner: "patch:inner@npm%3A1.0.1#./p.patch" } }],
    [false, "yarn-berry", { resolutions: { inner: "file:./inner" } }],
    [true, "pnpm", { packageManager: "pnpm@10.34.9", pnpm: { overrides: { "alpha@1>inner": "1.0.1" } } }],
    [false, "pnpm", { packageManager: "pnpm@10.34.9", pnpm: { overrides: { "zed>inner": "1.0.1" } } }],
    [false, "pnpm", { packageManager: "pnpm@11.0.0", pnpm: { overrides: { inner: "1.0.1" } } }],
  ])("covers what is below another package (%s): %s, %j", (expected, format, manifest) => {
    expect(covered(format, manifest)).toBe(expected);
  });

  it("in pnpm's workspace file covers where its value can be set", () => {
    expect(covered("pnpm", {}, "overrides:\n  'alpha>inner': ^1.0.0\n")).toBe(true);
    expect(covered("pnpm", {}, "overrides:\n  inner: |\n    1.0.1\n")).toBe(false);
    expect(covered("pnpm", {}, "overrides:\n  inner: '-'\n")).toBe(false);
    expect(covered("pnpm", { dependencies: { inner: "^1.0.0" } }, "overrides:\n  inner: $inner\n")).toBe(true);
    expect(covered("pnpm", {}, "overrides:\n  inner: $inner\n")).toBe(false);
    expect(covered("pnpm", {}, "catalog:\n  inner: 1.0.1\noverrides:\n  inner: 'catalog:'\n")).toBe(true);
  });

  it("by a path of Yarn 1 begins at the project's own dependencies, unless stars are before it", () => {
    expect(covered("yarn-classic", { resolutions: { "zed/inner": "^1.0.0" } }, null, true)).toBe(true);
    expect(covered("yarn-classic", { resolutions: { "zed/inner": "^1.0.0" } }, null, false)).toBe(false);
  });
});

describe("who holds a release", () => {
  const LOCK = `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      alpha: {specifier: ^1.0.0, version: 1.0.0}
      inner: {specifier: ^1.0.0, version: 1.0.1}
packages:
  alpha@1.0.0: {resolution: {integrity: sha512-a}}
  inner@1.0.1: {resolution: {integrity: sha512-a}}
  peerer@1.0.0: {resolution: {integrity: sha512-a}}
  withalias@1.0.0: {resolution: {integrity: sha512-a}}
snapshots:
  alpha@1.0.0:
    dependencies:
      inner: 1.0.1
      peerer: 1.0.0(inner@1.0.1)
      withalias: 1.0.0
  inner@1.0.1: {}
  peerer@1.0.0(inner@1.0.1):
    dependencies:
      inner: 1.0.1
  withalias@1.0.0:
    dependencies:
      inner-cjs: inner@1.0.1
`;

  it("in pnpm's lockfile is told by the name that each asks for it by, without those that have it as a peer", () => {
    const model = runWhole(readLockfile("pnpm-lock", LOCK));
    const uri = "file:///pnpm-lock.yaml";
    const locked = model.packages
      .filter(({ name }) => name === "inner")
      .map((each) => ({ uri, locked: each, format: model.format, usualHosts: new Set<string>(), comparison: null }));
    const target = {
      release: { name: "inner", version: "1.0.1", registry: { url: "https://registry.npmjs.org/", isPublic: true } },
      direct: true,
      lockedInstallScript: null,
      range: null,
      locked,
      declared: [],
    };
    const dependents = findDependents(
      target,
      [{ uri, kind: "pnpm-lock", text: LOCK, model, lines: () => new LineIndex(LOCK) }],
      null,
      [],
    );
    expect(
      dependents?.aliases.map(({ alias, parents }) => [alias, parents.map(({ locked: { name } }) => name)]),
    ).toEqual([
      ["inner", ["alpha"]],
      ["inner-cjs", ["withalias"]],
    ]);
  });
});
