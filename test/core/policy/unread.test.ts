/** A policy file that is not read as its owner reads it may say anything: nothing is judged more mildly by any policy then. */
import { describe, expect, it } from "vitest";
import { readManifestConfig } from "../../../server/src/core/documents/config/json.ts";
import { readConfig, type ConfigKind } from "../../../server/src/core/documents/config/index.ts";
import { DAY } from "../../../server/src/core/util/duration.ts";
import { approvalsOf } from "../../../server/src/core/policy/approvals/index.ts";
import { cooldownOf } from "../../../server/src/core/policy/cooldown/index.ts";
import type { PolicyFile } from "../../../server/src/core/config/layers.ts";
import type { Manager } from "../../../server/src/core/project/manager.ts";
import { trustPolicyOf } from "../../../server/src/core/policy/trust.ts";
import { inspect } from "../world/inspect.ts";
import { testPorts } from "../world/ports.ts";

const NOW = Date.parse("2026-06-10T00:00:00Z");

function own(kind: ConfigKind, text: string): PolicyFile {
  return { kind, model: readConfig(kind, text), env: {} };
}

function persons(kind: ConfigKind, text: string): PolicyFile {
  return { ...own(kind, text), name: "~/file" };
}

const ROWS: readonly (readonly [what: string, manager: Manager, unread: PolicyFile, beside: readonly PolicyFile[]])[] =
  [
    [
      "a lone carriage return",
      { kind: "pnpm", version: "11.28.10" },
      own("pnpm-workspace", "minimumReleaseAge: 20160\n# x\rdangerouslyAllowAllBuilds: true\n"),
      [persons("pnpm-workspace", "minimumReleaseAge: 1440\n")],
    ],
    [
      "more values than are read",
      { kind: "pnpm", version: "12.21.0" },
      own("pnpm-workspace", `allowBuilds: {built: false}\na: &a [${"1,".repeat(1000)}]\nb: [${"*a,".repeat(60)}]\n`),
      [persons("pnpm-workspace", "ignoreScripts: true\n")],
    ],
    [
      "a key that is there twice",
      { kind: "pnpm", version: "10.34.9" },
      own("pnpm-workspace", "ignoreScripts: true\nignoreScripts: false\n"),
      [persons("npmrc", "ignore-scripts=true\n")],
    ],
    [
      "a lockfile's first line",
      { kind: "yarn-berry", version: "4.18.1" },
      own("yarnrc", "# yarn lockfile v1\nenableScripts: false\n"),
      [persons("yarnrc", "enableScripts: false\nnpmMinimalAgeGate: 0\n")],
    ],
    [
      "a value that is a list in quotes",
      { kind: "npm", version: "12.2.0" },
      own("npmrc", "ignore-scripts=true\nmin-release-age-exclude='[\"*\"]'\n"),
      [persons("npmrc", "ignore-scripts=true\n")],
    ],
    [
      "a name of a setting with a variable",
      { kind: "npm", version: "12.2.0" },
      own("npmrc", "${X?}dangerously-allow-all-scripts=true\n"),
      [persons("npmrc", "min-release-age=0\n")],
    ],
    [
      "TOML that Bun does not read",
      { kind: "bun", version: "1.4.4" },
      own("bunfig", "# x\r[install]\nignoreScripts = true\n"),
      [persons("npmrc", "ignore-scripts=true\n")],
    ],
    [
      "a manifest beyond the bounds",
      { kind: "bun", version: "1.4.4" },
      {
        kind: "package-json",
        model: readManifestConfig(`{"trustedDependencies": ${"[".repeat(70)}${"]".repeat(70)}}`),
      },
      [],
    ],
  ];

describe.each(ROWS)("where a policy file has %s", (_what, manager, unread, beside) => {
  const files = [unread, ...beside];

  it("there is a problem", () => {
    expect(unread.model.problems).toHaveLength(1);
  });

  it.each([true, false])("no script is held back, approved or denied (trusted: %s)", (trusted) => {
    const approval = approvalsOf({ manager, files, lockfiles: [] }, trusted).of({
      name: "built",
      version: "1.0.0",
      isVersionProven: true,
    });
    expect(approval).toEqual({
      runs: null,
      given: "none",
      origin: expect.stringMatching(/, which could not be read whole$/) as string,
    });
  });

  it.each([true, false])("no cooldown is taken from it, nor from what it may override (trusted: %s)", (trusted) => {
    expect(cooldownOf(manager, files, NOW, trusted)).toBeNull();
  });

  it("no release is exempt from a policy of trust, or refused by one", () => {
    expect(trustPolicyOf(manager, files, true)).toBeNull();
  });
});

describe("a longer cooldown of the person's own", () => {
  const manager = { kind: "npm", version: "12.2.0" } as const;
  const broken = own("npmrc", "a='[1]'\n");

  it.each([true, false])(
    "holds in spite of a file that cannot be read, without exceptions (trusted: %s)",
    (trusted) => {
      const cooldown = cooldownOf(
        manager,
        [broken, persons("npmrc", "min-release-age=7\nmin-release-age-exclude[]=**\n")],
        NOW,
        trusted,
      );
      expect([cooldown?.base?.ms, cooldown?.of("a", "1.0.0")?.ms]).toEqual([7 * DAY, 7 * DAY]);
    },
  );

  it("is not hidden by a workspace that is not trusted and names a package manager without cooldowns", () => {
    expect(
      cooldownOf({ kind: "npm", version: "6.0.0" }, [persons("npmrc", "min-release-age=7\n")], NOW, false)?.base?.ms,
    ).toBe(7 * DAY);
  });
});

describe("settings that pnpm takes for true", () => {
  it.each(["yes", "1", "'false'", "[false]", "{a: 1}", "TRUE", "|\n  true"])(
    "dangerouslyAllowAllBuilds: %s lets every script run",
    (value) => {
      const files = [own("pnpm-workspace", `dangerouslyAllowAllBuilds: ${value}\n`)];
      for (const version of ["10.34.9", "11.28.10", "12.21.0"]) {
        expect(
          approvalsOf({ manager: { kind: "pnpm", version }, files, lockfiles: [] }, true).of({
            name: "a",
            version: "1.0.0",
            isVersionProven: true,
          }).runs,
        ).toBe(true);
      }
    },
  );

  it.each(["false", "", "0", "''", "null"])("dangerouslyAllowAllBuilds: %s does not", (value) => {
    const files = [own("pnpm-workspace", `dangerouslyAllowAllBuilds: ${value}\n`)];
    expect(
      approvalsOf({ manager: { kind: "pnpm", version: "11.28.10" }, files, lockfiles: [] }, true).of({
        name: "a",
        version: "1.0.0",
        isVersionProven: true,
      }).runs,
    ).toBe(false);
  });

  it("may come by a merge, which gives way to the map's own", () => {
    const runs = (text: string) =>
      approvalsOf(
        { manager: { kind: "pnpm", version: "11.28.10" }, files: [own("pnpm-workspace", text)], lockfiles: [] },
        true,
      ).of({ name: "a", version: "1.0.0", isVersionProven: true }).runs;
    expect(runs("x: &m {dangerouslyAllowAllBuilds: true}\n<<: *m\n")).toBe(true);
    expect(runs("<<: [{dangerouslyAllowAllBuilds: true}, {dangerouslyAllowAllBuilds: false}]\n")).toBe(true);
    expect(runs("dangerouslyAllowAllBuilds: false\n<<: {dangerouslyAllowAllBuilds: true}\n")).toBe(false);
    expect(runs("x: &k dangerouslyAllowAllBuilds\n*k : true\n")).toBe(true);
  });
});

describe("settings that may stand for either", () => {
  it.each([
    ["npm", "npmrc", "dangerously-allow-all-scripts[]=true\n"],
    ["npm", "npmrc", "dangerously-allow-all-scripts=${X}\n"],
    ["yarn-berry", "yarnrc", "enableScripts: ${X:-true}\n"],
    ["yarn-berry", "yarnrc", "enableScripts:\n  onConflict: reset\n  value: true\n"],
  ] as const)("of %s, %s: %j lets scripts run", (kind, file, text) => {
    const version = kind === "npm" ? "12.2.0" : "4.18.1";
    expect(
      approvalsOf({ manager: { kind, version }, files: [own(file, text)], lockfiles: [] }, true).of({
        name: "a",
        version: "1.0.0",
        isVersionProven: true,
      }).runs,
    ).toBe(true);
  });

  it.each(["ignore-scripts[]=true\n", "ignore-scripts=${X?}\n"])(
    ".npmrc: %j holds none back, whatever the person's own file says",
    (text) => {
      const files = [own("npmrc", text), persons("npmrc", "ignore-scripts=true\n")];
      expect(
        approvalsOf({ manager: { kind: "npm", version: "11.19.1" }, files, lockfiles: [] }, true).of({
          name: "a",
          version: "1.0.0",
          isVersionProven: true,
        }).runs,
      ).toBe(true);
    },
  );
});

describe("a new install script", () => {
  const world = {
    packages: {
      alpha: { "1.0.0": "2025-01-01", "1.0.1": { at: "2026-06-09", scripts: { postinstall: "node x.js" } } },
    },
  };
  const LOCK =
    "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      alpha: {specifier: 1.0.1, version: 1.0.1}\npackages:\n  alpha@1.0.1:\n    resolution: {integrity: sha512-a}\nsnapshots:\n  alpha@1.0.1: {}\n";
  const found = async (settings: string, more = "", others: Readonly<Record<string, string>> = {}) => {
    const files = {
      ...others,
      "package.json": `{"engines": {"pnpm": ">=11"}, "dependencies": {"alpha": "1.0.1"}${more}}`,
      "pnpm-lock.yaml": LOCK,
      "pnpm-workspace.yaml": settings,
    };
    const { report } = await inspect(
      testPorts({ now: "2026-06-10T00:00:00Z", world, files: new Map(Object.entries(files)) }),
    );
    return report.findings.map(({ rule, severity }) => `${rule} ${severity}`);
  };

  it("is a hint where pnpm does not run it", async () => {
    expect(await found("allowBuilds: {}\n")).toContain("new-install-script hint");
  });

  it.each(["allowBuilds: {}\n# x\rdangerouslyAllowAllBuilds: true\n", "allowBuilds: {}\nallowBuilds: {alpha: true}\n"])(
    "is an error where that is not known, beside the problem of the file: %j",
    async (settings) => {
      const all = await found(settings);
      expect(all).toContain("new-install-script error");
      expect(all).toContain("unchecked information");
    },
  );

  it("is an error where the manifest states policy twice, beside the problem of the manifest", async () => {
    const all = await found("allowBuilds: {}\n", ', "pnpm": {"neverBuiltDependencies": []}, "pnpm": {}');
    expect(all).toContain("new-install-script error");
    expect(all).toContain("unchecked information");
  });

  it.each([
    [".pnpmfile.cjs", "module.exports = { hooks: { updateConfig: (c) => c } };"],
    [".pnpmfile.cjs", 'module.exports = require("./hooks.js");'],
    [".pnpmfile.mjs", "export const hooks = { updateConfig: (c) => c };"],
    [".pnpmfile.cjs", 'module.exports = { hooks: { ["update" + "Config"]: (c) => c } };'],
    [".pnpmfile.cjs", 'const [a, b] = ["update", "Config"]; exports.hooks = {}; exports.hooks[a + b] = (c) => c;'],
    [".pnpmfile.cjs", 'exports.hooks = { [`update${"Config"}`](c) { return c; } };'],
  ])("is an error where a pnpmfile may change settings: %s: %s", async (name, text) => {
    expect(await found("allowBuilds: {}\n", "", { [name]: text })).toContain("new-install-script error");
  });

  it.each(["pnpmfile: hooks.js\n", "configDependencies: {pnpm-plugin-x: 1.0.0+sha512-a}\n"])(
    "is an error where a setting brings a pnpmfile in: %j",
    async (settings) => {
      expect(await found(settings)).toContain("new-install-script error");
    },
  );

  it("is an error where package.json brings a pnpmfile in", async () => {
    const more = ', "pnpm": {"configDependencies": {"pnpm-plugin-x": "1.0.0+sha512-a"}}';
    expect(await found("allowBuilds: {}\n", more)).toContain("new-install-script error");
  });

  it("is a hint where the pnpmfile has other hooks only", async () => {
    const text =
      'module.exports = { hooks: { readPackage: (pkg) => { pkg.dependencies["a"] = "1.0.0"; delete pkg.dependencies.b; return pkg; } } };';
    expect(await found("allowBuilds: {}\n", "", { ".pnpmfile.cjs": text })).toContain("new-install-script hint");
  });
});

describe("a file that the package manager loads beside its settings", () => {
  const world = {
    packages: {
      alpha: { "1.0.0": "2025-01-01", "1.0.1": { at: "2026-06-09", scripts: { postinstall: "node x.js" } } },
    },
  };
  const BUN = {
    "package.json": '{"dependencies": {"alpha": "1.0.1"}, "trustedDependencies": []}',
    "bun.lock": `{"lockfileVersion": 1, "workspaces": {"": {"dependencies": {"alpha": "1.0.1"}}},
      "packages": {"alpha": ["alpha@1.0.1", "", {}, "sha512-a"]}}`,
  };
  const YARN = {
    "package.json": '{"packageManager": "yarn@4.18.1", "workspaces": ["a"], "dependencies": {"alpha": "1.0.1"}}',
    "yarn.lock": `__metadata:
  version: 10
  cacheKey: 10c0

"alpha@npm:1.0.1":
  version: 1.0.1
  resolution: "alpha@npm:1.0.1"
  checksum: 10c0/a
  languageName: node
  linkType: hard

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    alpha: "npm:1.0.1"
  languageName: unknown
  linkType: soft
`,
  };
  const NPM = {
    "package.json": '{"dependencies": {"alpha": "1.0.1"}}',
    "package-lock.json": JSON.stringify({
      lockfileVersion: 3,
      packages: { "": { dependencies: { alpha: "1.0.1" } }, "node_modules/alpha": { version: "1.0.1" } },
    }),
  };
  const PNPM = {
    "package.json": '{"engines": {"pnpm": ">=10"}, "dependencies": {"alpha": "1.0.1"}}',
    "pnpm-workspace.yaml": "packages: [a]\n",
    "pnpm-lock.yaml": `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      alpha:
        specifier: 1.0.1
        version: 1.0.1

packages:

  alpha@1.0.1:
    resolution: {integrity: sha512-a}

snapshots:

  alpha@1.0.1: {}
`,
  };
  const VARIABLE = 'enableScripts: "${X:-false}"\n';

  it.each([
    ["hint", NPM, { ".npmrc": "ignore-scripts=true\n" }],
    ["error", NPM, { ".npmrc": "ignore-scripts=true\nuserconfig=./x\n" }],
    ["hint", BUN, {}],
    ["hint", BUN, { ".env": "PORT=3000\n" }],
    ["error", BUN, { ".env": "BUN_CONFIG_REGISTRY=https://registry.example/\n" }],
    ["error", BUN, { ".env.local": "export npm_config_registry=https://registry.example/\n" }],
    ["hint", YARN, { ".yarnrc.yml": VARIABLE }],
    ["hint", YARN, { ".yarnrc.yml": "enableScripts: false\n", ".env.yarn": "X=true\n" }],
    ["error", YARN, { ".yarnrc.yml": VARIABLE, ".env.yarn": "X=true\n" }],
    ["error", YARN, { ".yarnrc.yml": `${VARIABLE}injectEnvironmentFiles: [ci.env]\n` }],
    ["hint", YARN, { ".yarnrc.yml": "injectEnvironmentFiles: [ci.env]\n" }],
    ["error", YARN, { ".yarnrc.yml": "plugins:\n  - ./plugin.cjs\n" }],
    ["hint", YARN, { ".yarnrc.yml": "plugins: []\n" }],
    ["hint", YARN, { ".yarnrc.yml": "enableScripts: false\n", "a/package.json": "{}" }],
    [
      "error",
      YARN,
      { ".yarnrc.yml": "enableScripts: false\n", "a/package.json": "{}", "a/.yarnrc.yml": "enableScripts: true\n" },
    ],
    ["error", PNPM, { "a/package.json": "{}", "a/.npmrc": "dangerously-allow-all-builds=true\n" }],
    ["hint", PNPM, { "a/package.json": "{}", "a/.npmrc": "registry=https://registry.example/\n" }],
    ["warning", YARN, { ".yarnrc.yml": "yarnPath: .yarn/releases/yarn-4.18.1.cjs\n" }],
    ["error", YARN, { ".yarnrc.yml": "yarnPath: ./yarn.cjs\n" }],
    ["hint", YARN, { ".yarnrc.yml": "yarnPath: null\n" }],
  ])(
    "gives a new install script, which the settings alone hold back, the severity %s: case %#",
    async (severity, project, more) => {
      const files = new Map<string, string>(Object.entries({ ...project, ...more }));
      const { report } = await inspect(testPorts({ now: "2026-06-10T00:00:00Z", world, files }));
      const scripts = report.findings.filter(({ rule }) => rule === "new-install-script");
      expect(new Set(scripts.map((finding) => finding.severity))).toEqual(new Set([severity]));
    },
  );
});
