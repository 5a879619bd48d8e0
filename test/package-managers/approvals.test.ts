/** Which install scripts the real package managers run, under which approvals, beside what Depwarden says of it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openCatalogue } from "../../server/src/core/catalogue/catalogue.ts";
import { DocumentStore } from "../../server/src/core/project/document-store.ts";
import { policyOf } from "../../server/src/core/engine/policy.ts";
import { ProjectLocator } from "../../server/src/core/project/locate.ts";
import { projectAround } from "../../server/src/core/project/project.ts";
import { readProject } from "../../server/src/core/engine/read.ts";
import type { LockfileFormat } from "../../server/src/core/model.ts";
import { approvalsOf, type Approval } from "../../server/src/core/policy/approvals/index.ts";
import { createPorts } from "../../server/src/io/ports.ts";
import { casesToRun, kindOf } from "./share.ts";
import { fetchTools, TOOLS, type Outcome, type Tool, type ToolName } from "./tools.ts";
import { Workbench, write } from "./workbench.ts";

type Files = Readonly<Record<string, string>>;
type Manifest = Readonly<Record<string, unknown>>;

/**
 * Tools, members of the manifest, files beside it, and what became of the script. "unknown" and "taken to run" are
 * Depwarden's answer where it is not the tool's, which comes behind it.
 */
type Row = readonly [
  tools: readonly ToolName[],
  manifest: Manifest,
  files: Files,
  answer: "ran" | "did not run" | "unknown: ran" | "unknown: did not run" | "taken to run: did not run",
];

const NPM: readonly ToolName[] = ["npm 11", "npm 12"];
const PNPM: readonly ToolName[] = ["pnpm 10", "pnpm 11", "pnpm 12"];
const NEW_PNPM: readonly ToolName[] = ["pnpm 11", "pnpm 12"];
const OLD_PNPM: readonly ToolName[] = ["pnpm 9", "pnpm 10"];

const allow = (allowScripts: Manifest): Manifest => ({ allowScripts });
const pnpm = (settings: Manifest): Manifest => ({ pnpm: settings });
const meta = (dependenciesMeta: Manifest): Manifest => ({ dependenciesMeta });
const trust = (...trustedDependencies: string[]): Manifest => ({ trustedDependencies });
const npmrc = (text: string): Files => ({ ".npmrc": text });
const workspace = (text: string): Files => ({ "pnpm-workspace.yaml": `packages: []\n${text}` });
const yarnrc = (text: string): Files => ({ ".yarnrc.yml": text });
const bunfig = (text: string): Files => ({ "bunfig.toml": `[install]\n${text}` });
const yarnLock = (version: number): Files => ({
  "yarn.lock": `__metadata:\n  version: ${version}\n  cacheKey: 10c0\n`,
});

const ALLOWS_BUILDS = `module.exports = { hooks: { updateConfig: (config) =>
  Object.assign(config, { onlyBuiltDependencies: ["built"], allowBuilds: { built: true } }) } };`;
const TRUSTED_TWICE = `{ "name": "app", "version": "1.0.0", "dependencies": { "built": "1.0.0" },
  "trustedDependencies": ["built"], "trustedDependencies": [] }`;

const ROWS: readonly Row[] = [
  [["npm 11"], {}, {}, "ran"],
  [["npm 12"], {}, {}, "did not run"],
  [NPM, allow({ built: true }), {}, "ran"],
  [NPM, allow({ "built@1.0.0": true }), {}, "ran"],
  [NPM, allow({ "built@0.9.0 || 1.0.0": true }), {}, "ran"],
  [NPM, allow({ "built@*": true }), {}, "ran"],
  [["npm 11"], allow({ "built@1.0.1": true }), {}, "ran"],
  [["npm 12"], allow({ "built@1.0.1": true }), {}, "did not run"],
  [["npm 12"], allow({ "built@^1.0.0": true }), {}, "did not run"],
  [["npm 12"], allow({ "built@latest": true }), {}, "did not run"],
  [["npm 12"], allow({ "built@v1.0.0": true }), {}, "did not run"],
  [["npm 12"], allow({ "built@v1.0.0 || v1.0.1": true }), {}, "ran"],
  [["npm 12"], allow({ built: "1.0.0" }), {}, "did not run"],
  [["npm 11"], allow({ built: "1.0.0" }), {}, "ran"],
  [NPM, allow({ built: false }), {}, "did not run"],
  [NPM, allow({ "built@1.0.0": false }), {}, "did not run"],
  [NPM, allow({ built: true, "built@1.0.0": false }), {}, "did not run"],
  [NPM, allow({ built: false, "built@1.0.0": true }), {}, "did not run"],
  [NPM, allow({ built: true, "built@1.0.1": false }), {}, "ran"],
  [NPM, {}, npmrc("allow-scripts=built"), "ran"],
  [["npm 12"], {}, npmrc("allow-scripts=other, built@1.0.0"), "ran"],
  [["npm 12"], {}, npmrc("allow-scripts[]=other\nallow-scripts[]=built"), "ran"],
  [["npm 12"], allow({ other: true }), npmrc("allow-scripts=built"), "did not run"],
  [["npm 12"], allow({ "other@^1.0.0": true }), npmrc("allow-scripts=built"), "ran"],
  [NPM, allow({ built: false }), npmrc("dangerously-allow-all-scripts=true"), "ran"],
  [NPM, allow({ built: true }), npmrc("ignore-scripts=true"), "did not run"],
  [NPM, allow({ built: true }), npmrc("ignore-scripts"), "did not run"],
  [NPM, allow({ built: true }), npmrc("ignore-scripts=0"), "taken to run: did not run"],
  [["npm 11"], {}, npmrc("ignore-scripts=undefined"), "ran"],
  [NPM, allow({ built: true }), npmrc("ignore-scripts=undefined"), "ran"],
  [NPM, allow({ built: true }), npmrc("ignore-scripts=false"), "ran"],
  [NPM, {}, npmrc("ignore-scripts=true\ndangerously-allow-all-scripts=true"), "did not run"],
  [NPM, {}, npmrc("dangerously-allow-all-scripts[]=true"), "ran"],
  [["npm 12"], {}, npmrc('"dangerously-allow-all\\u002dscripts" ; c = true'), "did not run"],
  [["npm 12"], {}, npmrc('"dangerously-allow-all\\u002dscripts" = true ; c'), "ran"],
  [["npm 12"], {}, npmrc(" [x]\ndangerously-allow-all-scripts=true"), "ran"],
  [["npm 12"], {}, npmrc("\ufeff[x]\ndangerously-allow-all-scripts=true"), "unknown: ran"],
  [["npm 12"], {}, npmrc("${X?}dangerously-allow-all-scripts=true"), "unknown: ran"],
  [["npm 12"], {}, npmrc("allow-scripts='[\"built\"]'"), "unknown: ran"],
  [["npm 12"], {}, npmrc("ignore-scripts=true\u2028\ndangerously-allow-all-scripts"), "unknown: ran"],
  [NPM, {}, npmrc("strict-allow-scripts=true"), "did not run"],
  [NPM, allow({ built: true }), npmrc("strict-allow-scripts=true"), "ran"],

  [["pnpm 9"], {}, {}, "ran"],
  [PNPM, {}, {}, "did not run"],
  [PNPM, {}, workspace("strictDepBuilds: false"), "did not run"],
  [PNPM, {}, workspace("allowBuilds:\n  built: true"), "ran"],
  [PNPM, {}, workspace("allowBuilds:\n  built: false"), "did not run"],
  [PNPM, {}, workspace("allowBuilds:\n  built@1.0.0: true"), "ran"],
  [PNPM, {}, workspace("allowBuilds:\n  built@0.9.0 || 1.0.0: true"), "ran"],
  [PNPM, {}, workspace("allowBuilds:\n  built@1.0.1: true"), "did not run"],
  [PNPM, {}, workspace("allowBuilds:\n  built: set this to true or false"), "did not run"],
  [PNPM, {}, workspace("allowBuilds:\n  'b*': true"), "did not run"],
  [["pnpm 12"], {}, workspace("allowBuilds:\n  built: yes"), "ran"],
  [["pnpm 12"], {}, workspace("allowBuilds:\n  built: oN"), "ran"],
  [["pnpm 12"], {}, workspace("allowBuilds:\n  built: Y"), "ran"],
  [["pnpm 12"], {}, workspace("allowBuilds:\n  built: tRue"), "ran"],
  [["pnpm 12"], {}, workspace("allowBuilds:\n  built@1.0.0: yes"), "ran"],
  [["pnpm 12"], {}, workspace("allowBuilds:\n  built: 'yes'"), "taken to run: did not run"],
  [["pnpm 12"], {}, workspace("allowBuilds:\n  built: no"), "did not run"],
  [["pnpm 10", "pnpm 11"], {}, workspace("allowBuilds:\n  built: yes"), "did not run"],
  [["pnpm 10"], {}, workspace("allowBuilds:\n  built: false\n  built@1.0.0: true"), "ran"],
  [NEW_PNPM, {}, workspace("allowBuilds:\n  built: false\n  built@1.0.0: true"), "did not run"],
  [["pnpm 10"], {}, workspace("allowBuilds:\n  built: true\n  built@1.0.0: false"), "ran"],
  [NEW_PNPM, {}, workspace("allowBuilds:\n  built: true\n  built@1.0.0: false"), "did not run"],
  [PNPM, {}, workspace("dangerouslyAllowAllBuilds: true"), "ran"],
  [PNPM, {}, workspace("dangerouslyAllowAllBuilds: TRUE"), "ran"],
  [PNPM, {}, workspace("dangerouslyAllowAllBuilds: yes"), "ran"],
  [["pnpm 10", "pnpm 11"], {}, workspace("dangerouslyAllowAllBuilds: 'false'"), "ran"],
  [PNPM, {}, workspace("x: &m\n  dangerouslyAllowAllBuilds: true\n<<: *m"), "ran"],
  [PNPM, {}, workspace("dangerouslyAllowAllBuilds: false\n<<: {dangerouslyAllowAllBuilds: true}"), "did not run"],
  [PNPM, {}, workspace("x: &k dangerouslyAllowAllBuilds\n*k : true"), "ran"],
  [PNPM, {}, workspace("# c\rdangerouslyAllowAllBuilds: true"), "unknown: ran"],
  [["pnpm 11"], {}, workspace("dangerouslyAllowAllBuilds: true\nallowBuilds:\n  built: false"), "ran"],
  [["pnpm 12"], {}, workspace("dangerouslyAllowAllBuilds: true\nallowBuilds:\n  built: false"), "did not run"],
  [
    ["pnpm 10"],
    {},
    workspace("dangerouslyAllowAllBuilds: true\nonlyBuiltDependencies: [built]"),
    "unknown: did not run",
  ],
  [["pnpm 10"], {}, workspace("onlyBuiltDependencies: [built]"), "ran"],
  [["pnpm 10"], {}, workspace("onlyBuiltDependencies: [built@1.0.0]"), "ran"],
  [["pnpm 10"], {}, workspace("onlyBuiltDependencies: [built@1.0.1]"), "did not run"],
  [["pnpm 10"], {}, workspace("onlyBuiltDependencies: [built]\nignoredBuiltDependencies: [built]"), "ran"],
  [["pnpm 10"], {}, workspace("ignoredBuiltDependencies: [built]"), "did not run"],
  [["pnpm 10"], {}, workspace("neverBuiltDependencies: [built]"), "did not run"],
  [["pnpm 10"], {}, workspace("neverBuiltDependencies: [other]"), "ran"],
  [["pnpm 10"], {}, workspace("neverBuiltDependencies: []"), "ran"],
  [
    ["pnpm 10"],
    {},
    workspace("onlyBuiltDependencies: [built]\nneverBuiltDependencies: [other]"),
    "unknown: did not run",
  ],
  [["pnpm 9"], {}, workspace("neverBuiltDependencies: [built]"), "ran"],
  [NEW_PNPM, {}, workspace("onlyBuiltDependencies: [built]"), "did not run"],
  [OLD_PNPM, pnpm({ onlyBuiltDependencies: ["built"] }), {}, "ran"],
  [OLD_PNPM, pnpm({ onlyBuiltDependencies: ["other"] }), {}, "did not run"],
  [OLD_PNPM, pnpm({ neverBuiltDependencies: ["built"] }), {}, "did not run"],
  [OLD_PNPM, pnpm({ neverBuiltDependencies: ["other"] }), {}, "ran"],
  [["pnpm 9"], pnpm({ onlyBuiltDependencies: ["built@1.0.0"] }), {}, "did not run"],
  [["pnpm 10"], pnpm({ onlyBuiltDependencies: ["built@1.0.0"] }), {}, "ran"],
  [["pnpm 9"], pnpm({ ignoredBuiltDependencies: ["built"] }), {}, "ran"],
  [["pnpm 10"], pnpm({ ignoredBuiltDependencies: ["built"] }), {}, "did not run"],
  [["pnpm 10"], pnpm({ allowBuilds: { built: true } }), {}, "ran"],
  [NEW_PNPM, pnpm({ allowBuilds: { built: true }, onlyBuiltDependencies: ["built"] }), {}, "did not run"],
  [["pnpm 10"], pnpm({ dangerouslyAllowAllBuilds: true }), {}, "did not run"],
  [["pnpm 10"], pnpm({ onlyBuiltDependencies: ["built"] }), workspace("onlyBuiltDependencies: [other]"), "ran"],
  [["pnpm 10"], pnpm({ onlyBuiltDependencies: ["other"] }), workspace("allowBuilds:\n  built: true"), "did not run"],
  [OLD_PNPM, pnpm({ onlyBuiltDependenciesFile: "only.json" }), { "only.json": '["built"]' }, "unknown: ran"],
  [OLD_PNPM, pnpm({ onlyBuiltDependencies: ["built"] }), npmrc("ignore-scripts=true"), "did not run"],
  [["pnpm 9"], {}, npmrc("ignore-scripts=undefined"), "ran"],
  [OLD_PNPM, pnpm({ onlyBuiltDependencies: ["built"] }), npmrc("ignore-dep-scripts=true"), "did not run"],
  [
    ["pnpm 10"],
    {},
    { ...workspace("onlyBuiltDependencies: [built]\nignoreScripts: false"), ...npmrc("ignore-scripts=true") },
    "ran",
  ],
  [NEW_PNPM, {}, { ...workspace("allowBuilds:\n  built: true"), ...npmrc("ignore-scripts=true") }, "ran"],
  [PNPM, {}, workspace("allowBuilds:\n  built: true\nignoreScripts: true"), "did not run"],
  [["pnpm 10"], {}, npmrc("dangerously-allow-all-builds=true"), "ran"],
  [NEW_PNPM, {}, npmrc("dangerously-allow-all-builds=true"), "did not run"],
  [["pnpm 10"], {}, npmrc("only-built-dependencies[]=built"), "ran"],

  [["pnpm 10", "pnpm 11"], {}, { ...workspace(""), ".pnpmfile.cjs": ALLOWS_BUILDS }, "unknown: ran"],
  [PNPM, {}, { ".pnpmfile.cjs": "module.exports = { hooks: { readPackage: (pkg) => pkg } };" }, "did not run"],
  [["Yarn 4"], {}, { ...yarnrc('enableScripts: "${X:-false}"'), ".env.yarn": "X=true" }, "unknown: ran"],
  [["Yarn 4"], {}, { ...yarnrc("enableScripts: false"), ".env.yarn": "X=true" }, "did not run"],

  [["Yarn 1"], {}, {}, "ran"],
  [["Yarn 1"], meta({ built: { built: false } }), npmrc("ignore-scripts=true"), "ran"],
  [["Yarn 4"], {}, {}, "did not run"],
  [["Yarn 4"], {}, yarnrc("enableScripts: true"), "ran"],
  [["Yarn 4"], {}, yarnrc("enableScripts: 1"), "ran"],
  [["Yarn 4"], {}, yarnrc("enableScripts: false"), "did not run"],
  [["Yarn 4"], {}, yarnrc("enableScripts: ${X:-true}"), "ran"],
  [["Yarn 4"], {}, yarnrc("enableScripts:\n  onConflict: reset\n  value: true"), "ran"],
  [["Yarn 4"], {}, yarnrc("enableScripts: false\nenableScripts: true"), "ran"],
  [["Yarn 4"], {}, yarnrc("# yarn lockfile v1\nenableScripts true"), "unknown: ran"],
  [["Yarn 4"], {}, yarnLock(8), "ran"],
  [["Yarn 4"], {}, yarnLock(9), "did not run"],
  [["Yarn 4"], {}, { "yarn.lock": "# yarn lockfile v1\n" }, "ran"],
  [["Yarn 4"], {}, { ...yarnLock(8), ...yarnrc("enableScripts: false") }, "did not run"],
  [["Yarn 4"], meta({ built: { built: true } }), {}, "ran"],
  [["Yarn 4"], meta({ built: { built: "true" } }), {}, "did not run"],
  [["Yarn 4"], meta({ "built@1.0.0": { built: true } }), {}, "ran"],
  [["Yarn 4"], meta({ "built@1.0.1": { built: true } }), {}, "did not run"],
  [["Yarn 4"], meta({ built: { built: false }, "built@1.0.0": { built: true } }), {}, "ran"],
  [["Yarn 4"], meta({ built: { built: true }, "built@1.0.0": { built: false } }), {}, "did not run"],
  [["Yarn 4"], meta({ built: { built: true }, "built@1.0.0": { unplugged: true } }), {}, "did not run"],
  [["Yarn 4"], meta({ built: { built: false } }), yarnrc("enableScripts: true"), "did not run"],
  [["Yarn 4"], meta({ "built@1.0.0": { built: false } }), yarnrc("enableScripts: true"), "did not run"],
  [["Yarn 4"], meta({ "built@1.0.1": { built: false } }), yarnrc("enableScripts: true"), "ran"],
  [["Yarn 4"], meta({ built: { built: true } }), npmrc("ignore-scripts=true"), "ran"],

  [["Bun"], {}, {}, "unknown: did not run"],
  [["Bun"], trust("built"), {}, "ran"],
  [["Bun"], trust("other"), {}, "did not run"],
  [["Bun"], trust(), {}, "did not run"],
  [["Bun"], trust("built@1.0.0"), {}, "did not run"],
  [["Bun"], {}, { "package.json": TRUSTED_TWICE }, "unknown: ran"],
  [["Bun"], trust("built"), npmrc("ignore-scripts=false\nignore-scripts=true"), "did not run"],
  [["Bun"], trust("built"), npmrc("ignore-scripts=true\nignore-scripts=false"), "ran"],
  [
    ["Bun"],
    { ...trust("other"), packageManager: "bun@1.4.4", workspaces: ["one"] },
    { "one/package.json": '{ "name": "one", "version": "1.0.0", "trustedDependencies": ["built"] }' },
    "ran",
  ],
  [["Bun"], trust("built"), bunfig("ignoreScripts = true"), "did not run"],
  [["Bun"], trust("built"), npmrc("ignore-scripts=true"), "did not run"],
  [["Bun"], trust("built"), npmrc("ignore-scripts=undefined"), "ran"],
  [["Bun"], trust("built"), npmrc("ignore-scripts=0"), "ran"],
  [["Bun"], trust("built"), npmrc('ignore-scripts="true"'), "did not run"],
  [["Bun"], trust("built"), npmrc("ignore-scripts"), "did not run"],
  [["Bun"], trust("built"), npmrc("ignore-scripts=TRUE"), "taken to run: did not run"],
  [["Bun"], trust("built"), npmrc("ignore-scripts=true ; c"), "did not run"],
  [
    ["Bun"],
    trust("built"),
    { ...bunfig('ignoreScripts = "x"'), ...npmrc("ignore-scripts=true") },
    "taken to run: did not run",
  ],
  [["Bun"], trust("built"), { ...bunfig("ignoreScripts = false"), ...npmrc("ignore-scripts=true") }, "ran"],
];

/** The same with files of the person's own and variables; paths from the test's folder. */
type PersonalRow = readonly [
  tools: readonly ToolName[],
  manifest: Manifest,
  files: Files,
  env: Readonly<Record<string, string>>,
  answer: "ran" | "did not run",
];

const PERSONAL: readonly PersonalRow[] = [
  [["npm 11", "pnpm 9"], {}, { "../home/.npmrc": "ignore-scripts=true" }, {}, "did not run"],
  [
    NPM,
    allow({ built: true }),
    { "../home/.npmrc": "ignore-scripts=true", ".npmrc": "ignore-scripts=false" },
    {},
    "ran",
  ],
  [
    NPM,
    allow({ built: true }),
    { "../home/.npmrc": "ignore-scripts=true", ".npmrc": "ignore-scripts=undefined" },
    {},
    "ran",
  ],
  [NPM, allow({ built: true }), {}, { npm_config_ignore_scripts: "true" }, "did not run"],
  [["npm 12"], {}, { "../home/.npmrc": "allow-scripts=built" }, {}, "ran"],
  [["npm 12"], {}, { "../home/.npmrc": "allow-scripts=built", ".npmrc": "allow-scripts=other" }, {}, "did not run"],
  [["npm 12"], {}, { "../home/.npmrc": "dangerously-allow-all-scripts=true" }, {}, "ran"],
  [
    ["pnpm 10"],
    pnpm({ onlyBuiltDependencies: ["built"] }),
    { "../xdg-config/pnpm/rc": "ignore-scripts=true" },
    {},
    "did not run",
  ],
  [["pnpm 10"], pnpm({ onlyBuiltDependencies: ["built"] }), {}, { npm_config_ignore_scripts: "true" }, "did not run"],
  [NPM, allow({ built: true }), { "../xdg-config/pnpm/rc": "ignore-scripts=true" }, {}, "ran"],
  [["Bun"], trust("built"), { "../xdg-config/pnpm/rc": "ignore-scripts=true" }, {}, "ran"],
  [["Bun"], trust("built"), {}, { npm_config_ignore_scripts: "true" }, "did not run"],
  [["pnpm 10"], {}, { "../xdg-config/pnpm/config.yaml": "dangerouslyAllowAllBuilds: true" }, {}, "did not run"],
  [
    ["pnpm 10"],
    pnpm({ onlyBuiltDependencies: ["built"] }),
    { "../xdg-config/pnpm/config.yaml": "ignoreScripts: true" },
    {},
    "ran",
  ],
  [["pnpm 10"], pnpm({ onlyBuiltDependencies: ["built"] }), {}, { pnpm_config_ignore_scripts: "true" }, "ran"],
  [["pnpm 10"], {}, { "../home/.npmrc": "only-built-dependencies[]=built" }, {}, "ran"],
  [NEW_PNPM, {}, { "../xdg-config/pnpm/config.yaml": "dangerouslyAllowAllBuilds: true" }, {}, "ran"],
  [
    NEW_PNPM,
    {},
    {
      "../xdg-config/pnpm/config.yaml": "dangerouslyAllowAllBuilds: true",
      ...workspace("allowBuilds:\n  other: true"),
    },
    {},
    "ran",
  ],
  [NEW_PNPM, {}, { "../xdg-config/pnpm/config.yaml": "allowBuilds:\n  built: true" }, {}, "did not run"],
  [
    NEW_PNPM,
    {},
    { "../xdg-config/pnpm/config.yaml": "ignoreScripts: true", ...workspace("allowBuilds:\n  built: true") },
    {},
    "did not run",
  ],
  [NEW_PNPM, {}, workspace("allowBuilds:\n  built: true"), { pnpm_config_ignore_scripts: "true" }, "did not run"],
  [["Yarn 4"], {}, { "../home/.yarnrc.yml": "enableScripts: true" }, {}, "ran"],
  [
    ["Yarn 4"],
    {},
    { "../home/.yarnrc.yml": "enableScripts: true", ...yarnrc("enableScripts: false") },
    {},
    "did not run",
  ],
  [["Yarn 4"], {}, yarnrc("enableScripts: false"), { YARN_ENABLE_SCRIPTS: "1" }, "ran"],
  [["Bun"], trust("built"), { "../xdg-config/.bunfig.toml": "[install]\nignoreScripts = true" }, {}, "did not run"],
  [["Bun"], trust("built"), { "../home/.npmrc": "ignore-scripts=true" }, {}, "did not run"],
];

const PERSONAL_CASES = casesToRun(
  "install scripts by what the person and the environment say",
  PERSONAL.flatMap(([tools, ...row]) =>
    TOOLS.filter(({ name }) => tools.includes(name as ToolName)).map((tool) => [tool.name, ...row, tool] as const),
  ),
  ([tool, manifest, files, env, answer]) => kindOf(tool, answer, manifest, files, env),
);

const KINDS: Readonly<Record<string, LockfileFormat>> = {
  npm: "npm",
  pnpm: "pnpm",
  "Yarn 1": "yarn-classic",
  "Yarn 4": "yarn-berry",
  Bun: "bun",
};
const INSTALL: Readonly<Record<LockfileFormat, readonly string[]>> = {
  npm: ["install", "--no-audit", "--no-fund"],
  pnpm: ["install", "--no-frozen-lockfile"],
  "yarn-classic": ["install", "--non-interactive"],
  "yarn-berry": ["install"],
  bun: ["install"],
};

const ALL_CASES = ROWS.flatMap(([tools, ...row]) =>
  TOOLS.filter(({ name }) => tools.includes(name as ToolName)).map((tool) => [tool.name, ...row, tool] as const),
);
const CASES = casesToRun("install scripts by what the project says", ALL_CASES, ([tool, manifest, files, answer]) =>
  kindOf(tool, answer, manifest, files),
);

let tools: string;
beforeAll(async () => {
  tools = await fetchTools();
}, 300_000);

describe.concurrent("an install script", () => {
  test.each(CASES)("%s, %j, %j: it %s", async (_name, manifest, files, answer, tool) => {
    await using scene = await Scene.create(tool, "built", manifest, files);
    const approval = await scene.approval("built", "1.0.0");
    await scene.install();
    const [said, expected = said] = answer.split(": ");
    expect(scene.hasRun ? "ran" : "did not run").toBe(expected);
    const taken = approval.runs === null ? "unknown" : approval.runs ? "ran" : "did not run";
    expect(taken).toBe(said === "taken to run" ? "ran" : said);
  });

  test.each(PERSONAL_CASES)("%s, %j, %j, %j: it %s", async (_name, manifest, files, env, answer, tool) => {
    await using scene = await Scene.create(tool, "built", manifest, files, env);
    const approval = await scene.approval("built", "1.0.0");
    await scene.install();
    expect(scene.hasRun ? "ran" : "did not run").toBe(answer);
    expect(approval).toMatchObject({ runs: answer === "ran" });
  });

  test("rows enough to tell", () => {
    expect(ALL_CASES.length).toBeGreaterThanOrEqual(100);
  });
});

describe.concurrent("what else npm and Bun go by", () => {
  // npm 12 does not take the version from the package itself.
  test.each([
    ["npm 11", true, "ran"],
    ["npm 12", true, "did not run"],
    ["npm 11", false, "did not run"],
    ["npm 12", false, "did not run"],
  ] as const)(
    "%s: %s for the version, where the lockfile does not say where it is from: it %s",
    async (name, isAllowed, answer) => {
      await using scene = await Scene.create(
        toolNamed(name),
        "built",
        allow({ "built@1.0.0": isAllowed }),
        npmrc("omit-lockfile-registry-resolved=true"),
      );
      await scene.bench.lock();
      const approval = await scene.approval("built", "1.0.0", false);
      await scene.install(["ci", "--no-audit", "--no-fund"]);
      expect(scene.hasRun ? "ran" : "did not run").toBe(answer);
      expect(approval.runs ? "ran" : "did not run").toBe(answer);
    },
  );

  test.each([
    [{}, "unknown: ran"],
    [trust(), "did not run"],
    [trust("other"), "did not run"],
  ] as const)("Bun, a package of its own list, %j: it %s", async (manifest, answer) => {
    await using scene = await Scene.create(toolNamed("Bun"), "better-sqlite3", manifest, {});
    const approval = await scene.approval("better-sqlite3", "1.0.0");
    await scene.install();
    const ran = scene.hasRun ? "ran" : "did not run";
    expect(approval.runs === null ? `unknown: ${ran}` : ran).toBe(answer);
    expect(approval.runs).toBe(answer.startsWith("unknown") ? null : scene.hasRun);
  });
});

describe.concurrent("an install script inside a tarball", () => {
  const both = { built: true, holder: true };
  const rows: readonly (readonly [ToolName, Manifest, Files, "ran" | "did not run"])[] = [
    ["npm 11", {}, {}, "ran"],
    ["npm 11", allow({ built: false, holder: false }), npmrc("strict-allow-scripts=true"), "ran"],
    ["npm 11", {}, npmrc("ignore-scripts=true"), "did not run"],
    ["npm 12", allow(both), {}, "did not run"],
    ["npm 12", allow({ built: false }), npmrc("dangerously-allow-all-scripts=true"), "ran"],
    ["pnpm 9", {}, {}, "did not run"],
    ["pnpm 12", {}, workspace("dangerouslyAllowAllBuilds: true"), "did not run"],
    ["Yarn 1", {}, {}, "did not run"],
    ["Yarn 4", {}, yarnrc("enableScripts: true"), "did not run"],
    ["Bun", trust("built", "holder"), {}, "did not run"],
  ];

  test.each(rows)("%s, %j, %j: it %s", async (name, manifest, files, answer) => {
    await using scene = await Scene.create(toolNamed(name), "holder", manifest, files, {}, "built");
    const approval = await scene.approval("holder", "1.0.0", true, true);
    await scene.install();
    expect(scene.hasRun ? "ran" : "did not run").toBe(answer);
    expect(approval.runs).toBe(answer === "ran");
  });
});

describe.concurrent("a quick fix", () => {
  const tools = [
    "npm 11",
    "npm 12",
    "pnpm 10",
    "pnpm 11",
    "pnpm 12",
    "Yarn 4",
    "Bun",
  ] as const satisfies readonly ToolName[];
  const asked = tools.flatMap(
    (name) => [[name, "Approve", true], ...(name === "Bun" ? [] : [[name, "Deny", false]])] as const,
  ) as readonly (readonly [ToolName, string, boolean])[];

  test.each(asked)("%s: %s, and the tool does as it says", async (name, verb, runs) => {
    await using scene = await Scene.create(toolNamed(name), "built", {}, {});
    await scene.mend(verb);
    const { code, output } = await scene.install();
    expect(code, output).toBe(0);
    expect(scene.hasRun).toBe(runs);
    expect((await scene.approval("built", "1.0.0")).runs).toBe(runs);
  });
});

function toolNamed(name: ToolName): Tool {
  const found = TOOLS.find((tool) => tool.name === name);
  if (found === undefined) throw new Error(`no tool ${name}`);
  return found;
}

/** A project that depends on a package whose install script does nothing but leave a mark. */
class Scene {
  private constructor(
    readonly bench: Workbench,
    private readonly kind: LockfileFormat,
    private readonly mark: string,
  ) {}

  static async create(
    tool: Tool,
    name: string,
    manifest: Manifest,
    files: Files,
    env: Readonly<Record<string, string>> = {},
    bundled: string | null = null,
  ): Promise<Scene> {
    const kind = KINDS[tool.name] ?? KINDS[tool.name.split(" ")[0] ?? ""];
    if (kind === undefined) throw new Error(`nothing is known of ${tool.name}`);
    const bench = await Workbench.create(tool, tools, env);
    const mark = join(bench.world.folder, "mark");
    const scripted = {
      scripts: { postinstall: "node mark.js" },
      files: { "mark.js": `require("node:fs").writeFileSync(${JSON.stringify(mark)}, "");\n` },
    };
    if (bundled === null) bench.world.registry.publish(name, "1.0.0", { at: "2024-01-01T00:00:00Z", ...scripted });
    else {
      // The registry has no script for it.
      bench.world.registry.publish(bundled, "1.0.0", { at: "2024-01-01T00:00:00Z" });
      bench.world.registry.publish(name, "1.0.0", {
        at: "2024-01-01T00:00:00Z",
        dependencies: { [bundled]: "1.0.0" },
        bundleDependencies: [bundled],
        files: {
          [`node_modules/${bundled}/mark.js`]: scripted.files["mark.js"],
          [`node_modules/${bundled}/package.json`]: JSON.stringify({
            name: bundled,
            version: "1.0.0",
            scripts: scripted.scripts,
          }),
        },
      });
    }
    bench.world.write("package.json", {
      name: "app",
      version: "1.0.0",
      private: true,
      dependencies: { [name]: "1.0.0" },
      ...manifest,
    });
    for (const [path, text] of Object.entries(files)) bench.world.write(path, `${text}\n`);
    return new Scene(bench, kind, mark);
  }

  /** Some tools end with an error where a script is not approved: the mark tells what was run. */
  install(args: readonly string[] = INSTALL[this.kind]): Promise<Outcome> {
    return this.bench.run(args);
  }

  /** Takes the quick fix whose title begins so, and writes its edit to disk. */
  async mend(verb: string): Promise<void> {
    const { world, tool } = this.bench;
    const stated = `\n  "packageManager": "${this.kind.replace(/-.*/, "")}@${tool.version}",`;
    const text = this.bench.text("package.json").replace("{", `{${stated}`);
    const client = await world.start();
    const uri = await world.open(client, "package.json", text);
    const shown = await client.diagnostics(uri, (all) => all.some(({ code }) => code === "unapproved-install-script"));
    const actions = await client.codeActions(
      uri,
      shown.filter(({ code }) => code === "unapproved-install-script"),
    );
    const fix = actions.find(({ title }) => title.startsWith(verb));
    if (fix?.edit === undefined)
      throw new Error(`no such fix among ${JSON.stringify(actions.map(({ title }) => title))}`);
    write(fix.edit);
    // pnpm would look for itself in the registry.
    world.write("package.json", this.bench.text("package.json").replace(stated, ""));
  }

  get hasRun(): boolean {
    return existsSync(this.mark);
  }

  /** As the engine reads it from the project's files, through the real ports. */
  async approval(name: string, version: string, isVersionProven = true, isInTarball = false): Promise<Approval> {
    const ports = createPorts({
      cacheDir: null,
      offline: true,
      registry: null,
      osv: { enabled: false, url: "" },
      trusted: true,
      folders: () => [],
      asOf: null,
      log: NO_LOG,
      catalogue: openCatalogue(),
      env: this.bench.env,
    });
    const cancel = new AbortController().signal;
    const store = new DocumentStore(ports, true);
    const locator = new ProjectLocator({
      store,
      files: ports.files,
      limit: this.bench.world.uri(),
      opened: [],
      cancel,
    });
    const around = await projectAround(this.bench.world.uri("package.json"), locator);
    const manifests = [
      ...around.manifests,
      ...(existsSync(join(this.bench.world.project, "one"))
        ? [{ uri: this.bench.world.uri("one/package.json"), importer: "one" }]
        : []),
    ];
    const reading = await readProject({ ...around, manifests }, store, cancel);
    const { files } = await policyOf(reading, ports.userSettings, store, cancel, true);
    const manager = { kind: this.kind, version: this.bench.tool.version };
    return approvalsOf({ manager, files, lockfiles: reading.lockfiles.map(({ model }) => model) }, true).of({
      name,
      version,
      isVersionProven,
      ...(isInTarball ? { isInTarball } : {}),
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.bench.end();
  }
}

const NO_LOG = { info: () => undefined, warn: () => undefined };
