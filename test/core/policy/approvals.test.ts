/** What each package manager's own settings make of an install script: configuration and release on the left, what is said of it and what comes of it on the right. */
import { WORKSPACE_MANIFEST } from "../../../server/src/core/config/sources.ts";
import { describe, expect, it } from "vitest";
import { configKind, readConfig } from "../../../server/src/core/documents/config/index.ts";
import { readManifestConfig } from "../../../server/src/core/documents/config/json.ts";
import { approvalsOf, type ApprovalFacts, type Approvals } from "../../../server/src/core/policy/approvals/index.ts";
import { environmentPolicy, type PolicyFile } from "../../../server/src/core/config/layers.ts";
import type { Manager } from "../../../server/src/core/project/manager.ts";

/** Text by name; a file of the person's own has its name as `~/…`, a workspace's manifest its path. */
type Files = Readonly<Record<string, string | object>>;

function fileOf(name: string, content: string | object): PolicyFile {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  if (name.endsWith("package.json"))
    return { kind: name === "package.json" ? "package-json" : WORKSPACE_MANIFEST, model: readManifestConfig(text) };
  const kind = configKind(name.replace(/^~\//, ""));
  if (kind === null) throw new Error(`${name} is no policy file`);
  return { kind, model: readConfig(kind, text), ...(name.startsWith("~/") ? { name } : {}) };
}

const filesOf = (files: Files): readonly PolicyFile[] =>
  Object.entries(files).map(([name, content]) => fileOf(name, content));
const manager = (kind: Manager["kind"], version: string | null = null): Manager => ({ kind, version });

/** `runs`, `does not run` or `not known`, what was said, and by whom. */
function answer(approvals: Approvals, release: string, isVersionProven = true): string {
  const at = release.lastIndexOf("@");
  const { runs, given, origin } = approvals.of({
    name: release.slice(0, at),
    version: release.slice(at + 1),
    isVersionProven,
  });
  return `${runs === null ? "not known" : runs ? "runs" : "does not run"}, ${given}: ${origin}`;
}

const json = (manifest: object): Files => ({ "package.json": manifest });
const allow = (allowScripts: unknown): Files => json({ allowScripts });
const npmrc = (text: string): Files => ({ ".npmrc": text });
const workspace = (text: string): Files => ({ "pnpm-workspace.yaml": text });
const yarnrc = (text: string): Files => ({ ".yarnrc.yml": text });

const LISTED = "allowScripts in package.json";
const BUILDS = "allowBuilds in pnpm-workspace.yaml";
const META = "dependenciesMeta in package.json";
const TRUSTED = "trustedDependencies in package.json";

type Row = readonly [files: Files, release: string, answer: string];

const NPM_11: readonly Row[] = [
  [{}, "a@1.0.0", "runs, none: npm's default"],
  [allow({ a: true }), "a@1.0.0", `runs, name: ${LISTED}`],
  [allow({ a: true }), "ab@1.0.0", "runs, none: npm's default"],
  [allow({ "@s/a": true }), "@s/a@1.0.0", `runs, name: ${LISTED}`],
  [allow({ "@s/a@1.0.0": true }), "@s/a@1.0.0", `runs, version: ${LISTED}`],
  [allow({ a: true, "a@1.0.0": true }), "a@1.0.0", `runs, version: ${LISTED}`],
  [allow({ "a@1.0.0 || 1.0.1": true }), "a@1.0.1", `runs, version: ${LISTED}`],
  [allow({ "a@1.0.0": true }), "a@1.0.1", "runs, none: npm's default"],
  [allow({ a: false }), "a@1.0.0", `does not run, denied: ${LISTED}`],
  [allow({ a: true, "a@1.0.0": false }), "a@1.0.0", `does not run, denied: ${LISTED}`],
  [allow({ __proto__: true, constructor: true }), "toString@1.0.0", "runs, none: npm's default"],
  [{ "package.json": '{ "allowScripts": { "__proto__": true } }' }, "__proto__@1.0.0", `runs, name: ${LISTED}`],
  [allow(["a"]), "a@1.0.0", "runs, none: npm's default"],
  [npmrc("strict-allow-scripts"), "a@1.0.0", "does not run, none: strict-allow-scripts in .npmrc"],
  [npmrc("ignore-scripts=true"), "a@1.0.0", "does not run, denied: ignore-scripts in .npmrc"],
  [npmrc("ignore-scripts=${IGNORE}"), "a@1.0.0", "runs, none: npm's default"],
  [npmrc("ignore-scripts=undefined"), "a@1.0.0", "runs, none: npm's default"],
  [npmrc("ignore-scripts=0"), "a@1.0.0", "runs, none: npm's default"],
  [npmrc("strict-allow-scripts=undefined"), "a@1.0.0", "runs, none: npm's default"],
  [{ ...npmrc("ignore-scripts=undefined"), "~/.npmrc": "ignore-scripts=true" }, "a@1.0.0", "runs, none: npm's default"],
  [{ ...npmrc("ignore-scripts=false"), "~/.npmrc": "ignore-scripts=true" }, "a@1.0.0", "runs, none: npm's default"],
  [{ "~/.npmrc": "ignore-scripts=true" }, "a@1.0.0", "does not run, denied: ignore-scripts in ~/.npmrc"],
  [
    { ...allow({ a: false }), "~/.npmrc": "dangerously-allow-all-scripts=true" },
    "a@1.0.0",
    "runs, none: dangerously-allow-all-scripts in ~/.npmrc",
  ],
  [{ ...allow({ a: true }), ...npmrc("dangerously-allow-all-scripts=true") }, "a@1.0.0", `runs, name: ${LISTED}`],
  [{ "packages/a/package.json": { allowScripts: { a: false } } }, "a@1.0.0", "runs, none: npm's default"],
];
const NPM_12: readonly Row[] = [
  [npmrc("allow-scripts=b"), "a@1.0.0", "does not run, none: allow-scripts in .npmrc"],
  [npmrc("allow-scripts="), "a@1.0.0", "does not run, none: npm's default"],
  [{}, "a@1.0.0", "does not run, none: npm's default"],
  [allow({ "a@1.0.0": true }), "a@1.0.0", `runs, version: ${LISTED}`],
  [allow({ "a@1.0.0": true }), "a@1.0.1", "does not run, none: npm's default"],
  [allow({ "a@~1.0.0": true }), "a@1.0.0", "does not run, none: npm's default"],
  [allow({ "a@v1.0.0": true }), "a@1.0.0", "does not run, none: npm's default"],
  [allow({ "a@v1.0.0 || v1.0.1": true }), "a@1.0.0", `runs, version: ${LISTED}`],
  [
    { ...allow({ "git+https://example.com/b.git": true }), ...npmrc("allow-scripts=a") },
    "a@1.0.0",
    "does not run, none: npm's default",
  ],
  [{ ...allow({}), ...npmrc("allow-scripts=b,a@1.0.0") }, "a@1.0.0", "runs, version: allow-scripts in .npmrc"],
  [{ "~/.npmrc": "allow-scripts=a" }, "a@1.0.0", "runs, name: allow-scripts in ~/.npmrc"],
];
const NPM_10: readonly Row[] = [
  [{}, "a@1.0.0", "runs, none: npm's default"],
  [allow({ a: false }), "a@1.0.0", "runs, none: npm's default"],
  [npmrc("ignore-scripts=true"), "a@1.0.0", "does not run, denied: ignore-scripts in .npmrc"],
];
const NPM_SOME: readonly Row[] = [
  [{}, "a@1.0.0", "not known, none: npm's version"],
  [allow({ a: true }), "a@1.0.0", `runs, name: ${LISTED}`],
  [allow({ a: false }), "a@1.0.0", `not known, denied: ${LISTED}`],
  [allow({ b: true }), "a@1.0.0", "not known, none: npm's version"],
  [npmrc("ignore-scripts=true"), "a@1.0.0", "does not run, denied: ignore-scripts in .npmrc"],
];

const PNPM_9: readonly Row[] = [
  [{}, "a@1.0.0", "runs, none: pnpm's default"],
  [workspace("neverBuiltDependencies: [a]"), "a@1.0.0", "runs, none: pnpm's default"],
  [
    json({ pnpm: { onlyBuiltDependencies: ["a"] } }),
    "b@1.0.0",
    "does not run, none: pnpm.onlyBuiltDependencies in package.json",
  ],
  [
    json({ pnpm: { onlyBuiltDependencies: ["a"] } }),
    "a@1.0.0",
    "runs, name: pnpm.onlyBuiltDependencies in package.json",
  ],
  [
    json({ pnpm: { neverBuiltDependencies: ["a"] } }),
    "a@1.0.0",
    "does not run, denied: pnpm.neverBuiltDependencies in package.json",
  ],
];
const PNPM_10_4: readonly Row[] = [
  [workspace("onlyBuiltDependencies: [a]"), "a@1.0.0", "does not run, none: pnpm's default"],
  [
    json({ pnpm: { onlyBuiltDependencies: ["a@1.0.0"] } }),
    "a@1.0.0",
    "does not run, none: pnpm.onlyBuiltDependencies in package.json",
  ],
  [json({ pnpm: { allowBuilds: { a: true } } }), "a@1.0.0", "does not run, none: pnpm's default"],
];
const PNPM_10: readonly Row[] = [
  [{}, "a@1.0.0", "does not run, none: pnpm's default"],
  [
    workspace("onlyBuiltDependencies: [a@1.0.0]"),
    "a@1.0.0",
    "runs, version: onlyBuiltDependencies in pnpm-workspace.yaml",
  ],
  [
    workspace("onlyBuiltDependencies: [a@1.0.0]"),
    "a@1.0.1",
    "does not run, none: onlyBuiltDependencies in pnpm-workspace.yaml",
  ],
  [
    workspace("onlyBuiltDependencies: [a@^1.0.0]"),
    "a@1.0.1",
    "does not run, none: onlyBuiltDependencies in pnpm-workspace.yaml",
  ],
  [
    workspace("ignoredBuiltDependencies: [a]"),
    "a@1.0.0",
    "does not run, denied: ignoredBuiltDependencies in pnpm-workspace.yaml",
  ],
  [
    workspace("onlyBuiltDependencies:\n  - '@s/a'"),
    "@s/a@1.0.0",
    "runs, name: onlyBuiltDependencies in pnpm-workspace.yaml",
  ],
  [
    workspace("dangerouslyAllowAllBuilds: true"),
    "a@1.0.0",
    "runs, none: dangerouslyAllowAllBuilds in pnpm-workspace.yaml",
  ],
  [json({ pnpm: { onlyBuiltDependenciesFile: "only.json" } }), "a@1.0.0", "not known, none: onlyBuiltDependenciesFile"],
];
const PNPM_11: readonly Row[] = [
  [{}, "a@1.0.0", "does not run, none: pnpm's default"],
  [workspace("allowBuilds: { a: true }"), "a@1.0.0", `runs, name: ${BUILDS}`],
  [workspace("allowBuilds: { a: false }"), "a@1.0.0", `does not run, denied: ${BUILDS}`],
  [workspace("allowBuilds:\n  a@1.0.0 || 1.0.1: true"), "a@1.0.1", `runs, version: ${BUILDS}`],
  [workspace("allowBuilds:\n  a: set this to true or false"), "a@1.0.1", "does not run, none: pnpm's default"],
  [workspace("allowBuilds: [a]"), "a@1.0.0", "does not run, none: pnpm's default"],
  [json({ pnpm: { onlyBuiltDependencies: ["a"] } }), "a@1.0.0", "does not run, none: pnpm's default"],
  [{ "~/pnpm-workspace.yaml": "allowBuilds: { a: true }" }, "a@1.0.0", "does not run, none: pnpm's default"],
  [
    workspace("dangerouslyAllowAllBuilds: true\nallowBuilds: { a: false }"),
    "a@1.0.0",
    "runs, none: dangerouslyAllowAllBuilds in pnpm-workspace.yaml",
  ],
];
const PNPM_12: readonly Row[] = [
  ...["yes", "on", "y", "Y", "True"].map((word): Row => [
    workspace(`allowBuilds: { a: ${word} }`),
    "a@1.0.0",
    `runs, name: ${BUILDS}`,
  ]),
  [workspace("allowBuilds: { a: no }"), "a@1.0.0", "does not run, none: pnpm's default"],
  [workspace("allowBuilds: { a: set this to true or false }"), "a@1.0.0", "does not run, none: pnpm's default"],
];
const PNPM_SOME: readonly Row[] = [
  [{}, "a@1.0.0", "not known, none: pnpm's version"],
  [workspace("allowBuilds: { a: true }"), "a@1.0.0", `runs, name: ${BUILDS}`],
  [workspace("allowBuilds: { a: false }"), "a@1.0.0", `not known, denied: ${BUILDS}`],
  [workspace("allowBuilds: { a: yes }"), "a@1.0.0", `not known, name: ${BUILDS}`],
];

const YARN_4_18: readonly Row[] = [
  [{}, "a@1.0.0", "does not run, none: Yarn's default"],
  [yarnrc("enableScripts: true"), "a@1.0.0", "runs, none: enableScripts in .yarnrc.yml"],
  [json({ dependenciesMeta: { a: { built: true } } }), "a@1.0.0", `runs, name: ${META}`],
  [json({ dependenciesMeta: { "@s/a@1.0.0": { built: true } } }), "@s/a@1.0.0", `runs, version: ${META}`],
  [json({ dependenciesMeta: { "a@^1.0.0": { built: true } } }), "a@1.0.0", "does not run, none: Yarn's default"],
  [json({ dependenciesMeta: { a: { optional: true } } }), "a@1.0.0", "does not run, none: Yarn's default"],
  [
    { ...json({ dependenciesMeta: { a: { built: false } } }), ...yarnrc("enableScripts: true") },
    "a@1.0.0",
    `does not run, denied: ${META}`,
  ],
  [
    { ...yarnrc("nodeLinker: pnp"), "~/.yarnrc.yml": "enableScripts: true" },
    "a@1.0.0",
    "runs, none: enableScripts in ~/.yarnrc.yml",
  ],
];
const YARN_4_13: readonly Row[] = [
  [{}, "a@1.0.0", "runs, none: Yarn's default"],
  [yarnrc("enableScripts: false"), "a@1.0.0", "does not run, none: enableScripts in .yarnrc.yml"],
];

const BUN: readonly Row[] = [
  [{}, "a@1.0.0", "not known, none: Bun's own list"],
  [json({ trustedDependencies: ["a"] }), "a@1.0.0", `runs, name: ${TRUSTED}`],
  [json({ trustedDependencies: ["b"] }), "a@1.0.0", `does not run, none: ${TRUSTED}`],
  [
    { ...json({ name: "root" }), "one/package.json": { trustedDependencies: ["a"] } },
    "a@1.0.0",
    `runs, name: ${TRUSTED}`,
  ],
  [
    { ...json({ trustedDependencies: ["a"] }), "bunfig.toml": "[install]\nignoreScripts = true" },
    "a@1.0.0",
    "does not run, denied: ignoreScripts in bunfig.toml",
  ],
  ...["undefined", "0", "FALSE", ""].map((value): Row => [
    { ...json({ trustedDependencies: ["a"] }), ...npmrc(`ignore-scripts=${value}`) },
    "a@1.0.0",
    `runs, name: ${TRUSTED}`,
  ]),
];

const TABLES: readonly (readonly [string, Manager, readonly Row[]])[] = [
  ["npm 10", manager("npm", "10.9.4"), NPM_10],
  ["npm 11", manager("npm", "11.19.1"), NPM_11],
  ["npm 12", manager("npm", "12.2.0"), NPM_12],
  ["npm of some version", manager("npm"), NPM_SOME],
  ["pnpm 9", manager("pnpm", "9.15.9"), PNPM_9],
  ["pnpm 10.4", manager("pnpm", "10.4.1"), PNPM_10_4],
  ["pnpm 10", manager("pnpm", "10.34.9"), PNPM_10],
  ["pnpm 11", manager("pnpm", "11.28.10"), PNPM_11],
  ["pnpm 12", manager("pnpm", "12.21.0"), PNPM_12],
  ["pnpm of some version", manager("pnpm"), PNPM_SOME],
  ["Yarn 4.18", manager("yarn-berry", "4.18.1"), YARN_4_18],
  ["Yarn 4.13", manager("yarn-berry", "4.13.0"), YARN_4_13],
  [
    "Yarn 1",
    manager("yarn-classic", "1.22.22"),
    [[{ ...npmrc("ignore-scripts=true"), ...allow({ a: false }) }, "a@1.0.0", "runs, none: Yarn's default"]],
  ],
  ["Bun", manager("bun", "1.4.4"), BUN],
];

const facts = (which: Manager | null, files: Files, lockfiles: ApprovalFacts["lockfiles"] = []): ApprovalFacts => ({
  manager: which,
  files: filesOf(files),
  lockfiles,
});

describe.each(TABLES)("%s", (_name, which, rows) => {
  it.each(rows)("%j: %s: %s", (files, release, expected) => {
    expect(answer(approvalsOf(facts(which, files), true), release)).toBe(expected);
  });
});

describe("npm, where the lockfile does not say where a package is from", () => {
  it.each([
    [{ "a@1.0.0": true }, "does not run, none: npm's default"],
    [{ a: true }, `runs, name: ${LISTED}`],
    [{ a: true, "a@2.0.0": false }, `does not run, denied: ${LISTED}`],
  ])("%j: %s", (list, expected) => {
    expect(answer(approvalsOf(facts(manager("npm", "12.2.0"), allow(list)), true), "a@1.0.0", false)).toBe(expected);
  });
});

describe("a lockfile", () => {
  it.each([
    ["yarn-berry", "9", manager("yarn-berry"), "does not run, none: Yarn's default"],
    ["yarn-berry", "8", manager("yarn-berry"), "runs, none: Yarn's default"],
    ["yarn-berry", "8", manager("yarn-berry", "4.18.1"), "runs, none: Yarn's default"],
    ["yarn-classic", "1", manager("yarn-berry", "4.18.1"), "runs, none: Yarn's default"],
    ["pnpm", "6.0", manager("pnpm"), "runs, none: pnpm's default"],
    ["pnpm", "9.0", manager("pnpm"), "not known, none: pnpm's version"],
    ["npm", "3", null, "not known, none: npm's version"],
  ] as const)("of %s, format %s, tells: %o: %s", (format, formatVersion, which, expected) => {
    expect(answer(approvalsOf(facts(which, {}, [{ format, formatVersion }]), true), "a@1.0.0")).toBe(expected);
  });
});

describe("an install script inside a tarball", () => {
  it.each([
    [manager("npm", "11.15.0"), {}, "runs, none: npm's default"],
    [manager("npm", "11.19.1"), allow({ a: false, "a@1.0.0": false }), "runs, none: npm's default"],
    [manager("npm", "11.19.1"), allow({ a: true }), "runs, none: npm's default"],
    [manager("npm", "11.19.1"), npmrc("strict-allow-scripts=true"), "runs, none: npm's default"],
    [manager("npm", "11.19.1"), npmrc("ignore-scripts=true"), "does not run, denied: ignore-scripts in .npmrc"],
    [manager("npm", "12.2.0"), allow({ "a@1.0.0": true }), "does not run, none: npm's default"],
    [
      manager("npm", "12.2.0"),
      { ...allow({ a: false }), ...npmrc("dangerously-allow-all-scripts=true") },
      "runs, none: dangerously-allow-all-scripts in .npmrc",
    ],
    [manager("npm"), {}, "not known, none: npm's version"],
    [manager("pnpm", "9.15.9"), {}, "does not run, none: pnpm's default"],
    [manager("pnpm", "11.28.10"), workspace("dangerouslyAllowAllBuilds: true"), "does not run, none: pnpm's default"],
    [manager("yarn-classic", "1.22.22"), {}, "does not run, none: Yarn's default"],
    [manager("yarn-berry", "4.18.1"), yarnrc("enableScripts: true"), "does not run, none: Yarn's default"],
    [manager("bun"), json({ trustedDependencies: ["a"] }), "does not run, none: Bun's default"],
  ])("%o, %j: %s", (which, files, expected) => {
    const { runs, given, origin } = approvalsOf(facts(which, files), true).of({
      name: "a",
      version: "1.0.0",
      isVersionProven: true,
      isInTarball: true,
    });
    expect(`${runs === null ? "not known" : runs ? "runs" : "does not run"}, ${given}: ${origin}`).toBe(expected);
  });
});

describe("approvals are wanted", () => {
  it.each([
    [manager("npm", "10.9.4"), {}, false],
    [manager("npm", "11.15.0"), allow({ a: true }), false],
    [manager("npm", "11.16.0"), {}, true],
    [manager("npm", "12.2.0"), {}, true],
    [manager("npm"), {}, true],
    [null, {}, true],
    [null, allow({ a: true }), true],
    [manager("npm"), allow({ a: true }), true],
    [manager("pnpm", "9.15.9"), {}, false],
    [manager("pnpm", "9.15.9"), json({ pnpm: { neverBuiltDependencies: ["a"] } }), true],
    [manager("pnpm", "10.0.0"), {}, true],
    [manager("pnpm"), {}, true],
    [manager("pnpm"), workspace("allowBuilds: { a: true }"), true],
    [manager("yarn-classic", "1.22.22"), {}, false],
    [manager("yarn-berry", "4.13.0"), {}, false],
    [manager("yarn-berry", "4.13.0"), yarnrc("enableScripts: false"), true],
    [manager("yarn-berry", "4.13.0"), json({ dependenciesMeta: { a: { built: false } } }), true],
    [manager("yarn-berry", "4.18.1"), {}, true],
    [manager("bun"), {}, true],
  ])("%o, %j: %s", (which, files, expected) => {
    const approvals = approvalsOf(facts(which, files), true);
    const { given } = approvals.of({ name: "z", version: "1.0.0", isVersionProven: true });
    expect({ given, isTold: approvals.areWanted }).toEqual({ given: "none", isTold: expected });
  });
});

describe("a workspace that is not trusted", () => {
  const UNTRUSTED = "not known, none: this workspace, which is not trusted";
  it.each([
    [manager("npm", "12.2.0"), allow({ a: true }), `runs, none: ${LISTED}`],
    [manager("npm", "12.2.0"), allow({ a: false }), UNTRUSTED],
    [manager("npm", "12.2.0"), {}, UNTRUSTED],
    [manager("npm", "11.19.1"), npmrc("ignore-scripts=true"), UNTRUSTED],
    [
      manager("npm", "11.19.1"),
      { "~/.npmrc": "ignore-scripts=true" },
      "does not run, denied: ignore-scripts in ~/.npmrc",
    ],
    [
      manager("npm", "11.19.1"),
      { ...npmrc("ignore-scripts=false"), "~/.npmrc": "ignore-scripts=true" },
      "runs, none: npm's default",
    ],
    [manager("npm", "12.2.0"), { "~/.npmrc": "allow-scripts=a" }, "runs, name: allow-scripts in ~/.npmrc"],
    [
      manager("npm", "12.2.0"),
      { ...allow({ "a@1.0.0": true }), "~/.npmrc": "allow-scripts=a" },
      "runs, name: allow-scripts in ~/.npmrc",
    ],
    [manager("pnpm", "11.28.10"), workspace("allowBuilds: { a: false }"), UNTRUSTED],
    [manager("yarn-berry", "4.18.1"), yarnrc("enableScripts: false"), UNTRUSTED],
    [manager("bun"), json({ trustedDependencies: ["a"] }), `runs, none: ${TRUSTED}`],
  ])("%o, %j: %s", (which, files, expected) => {
    expect(answer(approvalsOf(facts(which, files), false), "a@1.0.0")).toBe(expected);
  });
});

it("leaves out what another package manager alone reads", () => {
  const files: readonly PolicyFile[] = [
    { ...fileOf("~/.npmrc", "ignore-scripts=true"), readers: [{ manager: "pnpm" }] },
  ];
  expect(answer(approvalsOf({ manager: manager("npm", "11.19.1"), files, lockfiles: [] }, true), "a@1.0.0")).toBe(
    "runs, none: npm's default",
  );
  expect(answer(approvalsOf({ manager: manager("pnpm", "9.15.9"), files, lockfiles: [] }, true), "a@1.0.0")).toBe(
    "does not run, denied: ignore-scripts in ~/.npmrc",
  );
});

it("heeds the environment", () => {
  const files = [...environmentPolicy({ npm_config_ignore_scripts: "true" }), ...filesOf(allow({ a: true }))];
  expect(answer(approvalsOf({ manager: manager("npm", "12.2.0"), files, lockfiles: [] }, true), "a@1.0.0")).toBe(
    "does not run, denied: ignore-scripts in the environment",
  );
  const yarn = environmentPolicy({ YARN_ENABLE_SCRIPTS: "1" });
  expect(
    answer(approvalsOf({ manager: manager("yarn-berry", "4.18.1"), files: yarn, lockfiles: [] }, true), "a@1.0.0"),
  ).toBe("runs, none: enableScripts in the environment");
});
