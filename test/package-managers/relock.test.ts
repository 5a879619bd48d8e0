/**
 * A project that a real package manager has locked on a bad version is mended by Depwarden's own edit and locked anew by
 * the same tool, with scripts disabled: the bad version is gone, and nothing else has changed.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago } from "../setup/projects.ts";
import { casesToRun } from "./share.ts";
import { fetchTools, TOOLS, type Tool, type ToolName } from "./tools.ts";
import { Workbench } from "./workbench.ts";

interface Scenario {
  readonly title: string;
  readonly manifest: object;
  /** Other files of the project. */
  readonly files?: Readonly<Record<string, string | object>>;
  /** The tools that know what it is about; all of them when left out. */
  readonly tools?: readonly ToolName[];
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** No version of pnpm is stated. */
  readonly isUnstated?: boolean;
  /** The lockfile whose finding is mended, where it is not the tool's own. */
  readonly askedFrom?: string;
  /** The fix that is taken, where it differs from tool to tool: by tool; null where there is none. */
  readonly fix: string | Partial<Record<ToolName, string>> | null;
  /** What the files hold afterwards, beside the lockfile. */
  readonly holds?: (tool: Tool, text: (path: string) => string) => void;
}

const ALL = TOOLS.map(({ name }) => name as ToolName);
const ALL_BUT_BUN = ALL.filter((name) => name !== "Bun");
const NPM: readonly ToolName[] = ["npm 11", "npm 12"];
const PNPM: readonly ToolName[] = ["pnpm 9", "pnpm 10", "pnpm 11", "pnpm 12"];
const PNPM_10: readonly ToolName[] = PNPM.filter((name) => name !== "pnpm 9");
const WORKSPACE_FILE = "# Ours.\npackages:\n  - packages/* # all\n";

/** npm and Bun give others the project's own version where their range allows it. */
const FOLLOWERS: Partial<Record<ToolName, string>> = Object.fromEntries(
  [...NPM, "Bun"].map((name) => [name, "Pin inner to 1.0.0 (previous good version)"]),
);

function byTool(fix: string): Partial<Record<ToolName, string>> {
  return Object.fromEntries(ALL.map((name) => [name, fix]));
}

function overridesAre(lines: string): NonNullable<Scenario["holds"]> {
  return (_tool, text) => {
    expect(text("pnpm-workspace.yaml")).toBe(`${WORKSPACE_FILE}overrides:\n${lines}`);
  };
}

const STALE = {
  name: "app",
  version: "1.0.0",
  lockfileVersion: 3,
  packages: {
    "": { name: "app", version: "1.0.0", dependencies: { alpha: "^1.0.0" } },
    "node_modules/alpha": { version: "1.0.0", dependencies: { inner: "^1.0.0" } },
    "node_modules/inner": { version: "1.0.1" },
  },
};

const SCENARIOS: readonly Scenario[] = [
  {
    title: "a direct dependency",
    manifest: { dependencies: { inner: "^1.0.0" } },
    before: ["inner@1.0.1"],
    after: ["inner@1.0.0"],
    fix: "Pin inner to 1.0.0 (previous good version)",
  },
  {
    title: "a dependency under another name",
    manifest: { dependencies: { mine: "npm:inner@^1.0.0" } },
    before: ["inner@1.0.1"],
    after: ["inner@1.0.0"],
    fix: "Pin inner to 1.0.0 (previous good version)",
  },
  {
    title: "a dependency of a dependency",
    manifest: { dependencies: { alpha: "^1.0.0" } },
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
  },
  {
    title: "one of two versions",
    manifest: { dependencies: { alpha: "^1.0.0", beta: "^1.0.0" } },
    before: ["alpha@1.0.0", "beta@1.0.0", "inner@1.0.1", "inner@2.0.0"],
    after: ["alpha@1.0.0", "beta@1.0.0", "inner@1.0.0", "inner@2.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
  },
  {
    title: "one of two versions, where an older Bun is stated, which overrides all",
    manifest: { packageManager: "bun@1.3.14", dependencies: { alpha: "^1.0.0", beta: "^1.0.0" } },
    tools: ["Bun"],
    before: ["alpha@1.0.0", "beta@1.0.0", "inner@1.0.1", "inner@2.0.0"],
    after: ["alpha@1.0.0", "beta@1.0.0", "inner@1.0.0"],
    fix: "Override every version of inner with 1.0.0 (previous good version)",
  },
  {
    title: "one of two versions, beside resolutions",
    manifest: { dependencies: { alpha: "^1.0.0", beta: "^1.0.0", lonely: "^1.0.0" }, resolutions: { lone: "1.0.0" } },
    tools: ["Bun", "Yarn 1", "Yarn 4", "pnpm 9", "pnpm 10"],
    before: ["alpha@1.0.0", "beta@1.0.0", "inner@1.0.1", "inner@2.0.0", "lone@1.0.0", "lonely@1.0.0"],
    after: ["alpha@1.0.0", "beta@1.0.0", "inner@1.0.0", "inner@2.0.0", "lone@1.0.0", "lonely@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
    holds: ({ name }, text) => {
      if (name === "Bun")
        expect((JSON.parse(text("package.json")) as { overrides?: unknown }).overrides).toBeUndefined();
    },
  },
  {
    title: "what a package brings, beside a workspace of the same name that the project asks for",
    manifest: { private: true, workspaces: ["packages/*"], dependencies: { inner: "workspace:*", alpha: "^1.0.0" } },
    files: {
      "packages/inner/package.json": { name: "inner", version: "5.0.0" },
      "pnpm-workspace.yaml": WORKSPACE_FILE,
    },
    tools: [...PNPM, "Yarn 4", "Bun"],
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
    holds: ({ name, lockfile }, text) => {
      if (name.startsWith("pnpm")) expect(text(lockfile)).toContain("link:packages/inner");
      else expect(text(lockfile)).toMatch(/inner@workspace:/);
    },
  },
  {
    title: "what a package brings, beside a workspace of the same name",
    manifest: { private: true, workspaces: ["packages/*"], dependencies: { alpha: "^1.0.0" } },
    files: {
      "packages/inner/package.json": { name: "inner", version: "5.0.0" },
      "packages/web/package.json": { name: "web", version: "1.0.0", dependencies: { inner: "5.0.0" } },
      "pnpm-workspace.yaml": WORKSPACE_FILE,
    },
    tools: [...NPM, "Yarn 1", "Yarn 4", "Bun"],
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
  },
  {
    title: "what a package brings, beside a folder of the same name",
    manifest: { dependencies: { inner: "file:./loc", alpha: "^1.0.0" } },
    files: { "loc/package.json": { name: "inner", version: "5.0.0" } },
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
    holds: ({ lockfile, name }, text) => {
      expect(text(lockfile)).toMatch(name.startsWith("npm") ? /"resolved": "loc"/ : /file:(\.\/)?loc/);
    },
  },
  {
    title:
      "what a package brings, beside a folder of the same name, where an older Bun is stated, which would override both",
    manifest: { packageManager: "bun@1.3.14", dependencies: { inner: "file:./loc", alpha: "^1.0.0" } },
    files: { "loc/package.json": { name: "inner", version: "5.0.0" } },
    tools: ["Bun"],
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.1"],
    fix: null,
  },
  {
    title: "a resolution that newer versions of pnpm pass over, with no version stated",
    manifest: { dependencies: { alpha: "^1.0.0" }, resolutions: { inner: "1.0.1" } },
    tools: PNPM,
    isUnstated: true,
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
    holds: (_tool, text) => {
      expect((JSON.parse(text("package.json")) as { resolutions: unknown }).resolutions).toEqual({ inner: "1.0.0" });
    },
  },
  {
    title: "a resolution below one version of a package",
    manifest: { dependencies: { alpha: "^1.0.0" }, resolutions: { "alpha@npm:1.0.0/inner": "1.0.1" } },
    tools: ["Yarn 4"],
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
    holds: (_tool, text) => {
      expect((JSON.parse(text("package.json")) as { resolutions: unknown }).resolutions).toEqual({
        "alpha@npm:1.0.0/inner": "1.0.0",
      });
    },
  },
  {
    title: "a resolution of one range below one version of a package",
    manifest: { dependencies: { alpha: "^1.0.0" }, resolutions: { "alpha@npm:1.0.0/inner@npm:^1.0.0": "npm:1.0.1" } },
    tools: ["Yarn 4"],
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
  },
  {
    title: "an override of a workspace's own, which no package manager goes by",
    manifest: { private: true, workspaces: ["packages/*"] },
    files: {
      "packages/web/package.json": {
        name: "web",
        version: "1.0.0",
        dependencies: { alpha: "^1.0.0" },
        overrides: { inner: "1.0.1" },
      },
      "pnpm-workspace.yaml": WORKSPACE_FILE,
    },
    tools: ["npm 12", "Bun"],
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
  },
  {
    title: "a resolution that Bun ignores for other overrides",
    manifest: { dependencies: { alpha: "^1.0.0" }, overrides: { lone: "1.0.0" }, resolutions: { inner: "1.0.1" } },
    tools: ["Bun"],
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
  },
  {
    title: "an override below one package, for Bun",
    manifest: { dependencies: { alpha: "^1.0.0" }, overrides: { alpha: { inner: "1.0.1" } } },
    tools: ["Bun"],
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
    holds: (_tool, text) => {
      expect(JSON.parse(text("package.json"))).toMatchObject({ overrides: { alpha: { inner: "1.0.0" } } });
    },
  },
  {
    title: "a peer dependency of a workspace from a catalog",
    manifest: { private: true },
    files: {
      "packages/web/package.json": { name: "web", version: "1.0.0", peerDependencies: { inner: "catalog:" } },
      "pnpm-workspace.yaml": `${WORKSPACE_FILE}catalog:\n  inner: ^1.0.0\n`,
    },
    tools: PNPM,
    before: ["inner@1.0.1"],
    after: ["inner@1.0.0"],
    fix: "Add inner 1.0.0 to devDependencies (previous good version)",
    holds: (_tool, text) => {
      expect(JSON.parse(text("packages/web/package.json"))).toMatchObject({
        peerDependencies: { inner: "catalog:" },
        devDependencies: { inner: "1.0.0" },
      });
    },
  },
  {
    title: "an override that refers to a catalog",
    manifest: { dependencies: { alpha: "^1.0.0" } },
    files: {
      "pnpm-workspace.yaml": `${WORKSPACE_FILE}overrides:\n  inner: 'catalog:'\ncatalog:\n  inner: 1.0.1 # why\n`,
    },
    tools: PNPM_10,
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
    holds: overridesAre("  inner: 'catalog:'\ncatalog:\n  inner: 1.0.0 # why\n"),
  },
  {
    title: "an override that refers to a direct dependency",
    manifest: { dependencies: { inner: "^1.0.0", alpha: "^1.0.0" } },
    files: { "pnpm-workspace.yaml": `${WORKSPACE_FILE}overrides:\n  inner: $inner\n` },
    tools: PNPM_10,
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Pin inner to 1.0.0 (previous good version)",
    holds: overridesAre("  inner: $inner\n"),
  },
  {
    title: "a dependency of a workspace",
    manifest: { private: true, workspaces: ["packages/*"], dependencies: { alpha: "^1.0.0" } },
    files: {
      "packages/web/package.json": { name: "web", version: "1.0.0", dependencies: { lone: "^1.0.0" } },
      "pnpm-workspace.yaml": WORKSPACE_FILE,
    },
    before: ["alpha@1.0.0", "inner@1.0.1", "lone@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.1", "lone@1.0.0"],
    fix: "Pin lone to 1.0.0",
    holds: (_tool, text) => {
      expect(JSON.parse(text("packages/web/package.json"))).toMatchObject({ dependencies: { lone: "1.0.0" } });
    },
  },
  {
    title: "a dependency of a workspace's dependency",
    manifest: { private: true, workspaces: ["packages/*"] },
    files: {
      "packages/web/package.json": { name: "web", version: "1.0.0", dependencies: { alpha: "^1.0.0" } },
      "pnpm-workspace.yaml": WORKSPACE_FILE,
    },
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
    holds: ({ name }, text) => {
      const file = text("pnpm-workspace.yaml");
      if (["pnpm 10", "pnpm 11", "pnpm 12"].includes(name))
        expect(file).toBe(`${WORKSPACE_FILE}overrides:\n  inner: 1.0.0\n`);
      else expect(file).toBe(WORKSPACE_FILE);
    },
  },
  {
    title: "a dependency from a catalog of pnpm",
    manifest: { dependencies: { inner: "catalog:" } },
    files: { "pnpm-workspace.yaml": `${WORKSPACE_FILE}catalog:\n  # Everywhere.\n  inner: ^1.0.0 # why\n` },
    tools: PNPM,
    before: ["inner@1.0.1"],
    after: ["inner@1.0.0"],
    fix: "Pin inner to 1.0.0 (previous good version)",
    holds: (_tool, text) => {
      expect(text("pnpm-workspace.yaml")).toBe(`${WORKSPACE_FILE}catalog:\n  # Everywhere.\n  inner: 1.0.0 # why\n`);
    },
  },
  {
    title: "a dependency from a catalog of Yarn",
    manifest: { dependencies: { inner: "catalog:old" } },
    files: { ".yarnrc.yml": "# Ours.\ncatalogs:\n  old:\n    inner: ^1.0.0 # why\n" },
    tools: ["Yarn 4"],
    before: ["inner@1.0.1"],
    after: ["inner@1.0.0"],
    fix: "Pin inner to 1.0.0 (previous good version)",
    holds: (_tool, text) => {
      expect(text(".yarnrc.yml")).toBe("# Ours.\ncatalogs:\n  old:\n    inner: 1.0.0 # why\n");
    },
  },
  {
    title: "a dependency from a catalog of Bun",
    manifest: { workspaces: { packages: ["packages/*"], catalog: { inner: "^1.0.0" } } },
    files: { "packages/web/package.json": { name: "web", version: "1.0.0", dependencies: { inner: "catalog:" } } },
    tools: ["Bun"],
    before: ["inner@1.0.1"],
    after: ["inner@1.0.0"],
    fix: "Pin inner to 1.0.0 (previous good version)",
  },
  {
    title: "a dependency that another one has too",
    manifest: { dependencies: { inner: "^1.0.0", alpha: "^1.0.0" } },
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: { ...byTool("Pin inner to 1.0.0, also below alpha (previous good version)"), ...FOLLOWERS },
  },
  {
    title: "a dependency that another one has by its exact version",
    manifest: { dependencies: { inner: "^1.0.0", exact: "^1.0.0" } },
    before: ["exact@1.0.0", "inner@1.0.1"],
    after: ["exact@1.0.0", "inner@1.0.0"],
    fix: "Pin inner to 1.0.0, also below exact (previous good version)",
  },
  {
    title: "a dependency of one workspace that another's dependency has too",
    manifest: { private: true, workspaces: ["packages/*"] },
    files: {
      "packages/api/package.json": { name: "api", version: "1.0.0", dependencies: { inner: "^1.0.0" } },
      "packages/web/package.json": { name: "web", version: "1.0.0", dependencies: { alpha: "^1.0.0" } },
      "pnpm-workspace.yaml": WORKSPACE_FILE,
    },
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: {
      ...byTool("Pin inner to 1.0.0, also below alpha (previous good version)"),
      Bun: "Pin inner to 1.0.0 (previous good version)",
    },
  },
  {
    title: "a dependency of a workspace and of another one, beside the root's of another version",
    manifest: { private: true, workspaces: ["packages/*"], dependencies: { inner: "^2.0.0" } },
    files: {
      "packages/web/package.json": { name: "web", version: "1.0.0", dependencies: { inner: "^1.0.0", alpha: "1.0.0" } },
      "pnpm-workspace.yaml": WORKSPACE_FILE,
    },
    before: ["alpha@1.0.0", "inner@1.0.1", "inner@2.0.0"],
    after: ["alpha@1.0.0", "inner@1.0.0", "inner@2.0.0"],
    fix: {
      ...byTool("Pin inner to 1.0.0, also below alpha (previous good version)"),
      Bun: "Pin inner to 1.0.0 (previous good version)",
    },
  },
  {
    title: "a dependency from a catalog of pnpm that another one has too",
    manifest: { dependencies: { inner: "catalog:", alpha: "^1.0.0" } },
    files: { "pnpm-workspace.yaml": `${WORKSPACE_FILE}catalog:\n  inner: ^1.0.0 # why\n` },
    tools: PNPM,
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Pin inner to 1.0.0, also below alpha (previous good version)",
  },
  {
    title: "a dependency from a catalog of Yarn that another one has too",
    manifest: { dependencies: { inner: "catalog:", alpha: "^1.0.0" } },
    files: { ".yarnrc.yml": "catalog:\n  inner: ^1.0.0 # why\n" },
    tools: ["Yarn 4"],
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Pin inner to 1.0.0, also below alpha (previous good version)",
  },
  {
    title: "a dependency's dependency under another name",
    manifest: { dependencies: { withalias: "^1.0.0" } },
    tools: ALL_BUT_BUN,
    before: ["inner@1.0.1", "withalias@1.0.0"],
    after: ["inner@1.0.0", "withalias@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
  },
  {
    title: "a dependency's dependency under another name, beside another version under its own",
    manifest: { dependencies: { withalias: "^1.0.0", beta: "^1.0.0" } },
    tools: ALL_BUT_BUN,
    before: ["beta@1.0.0", "inner@1.0.1", "inner@2.0.0", "withalias@1.0.0"],
    after: ["beta@1.0.0", "inner@1.0.0", "inner@2.0.0", "withalias@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
  },
  {
    title: "one version under its own name and under another",
    manifest: { dependencies: { withalias: "^1.0.0", alpha: "^1.0.0" } },
    tools: ALL_BUT_BUN,
    before: ["alpha@1.0.0", "inner@1.0.1", "withalias@1.0.0"],
    after: ["alpha@1.0.0", "inner@1.0.0", "withalias@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
  },
  {
    title: "what an alias stands for, which Bun overrides by no name",
    manifest: { dependencies: { withalias: "^1.0.0" } },
    tools: ["Bun"],
    before: ["inner@1.0.1", "withalias@1.0.0"],
    after: ["inner@1.0.1", "withalias@1.0.0"],
    fix: null,
  },
  {
    title: "a direct dependency under an override of a range in the workspace file",
    manifest: { dependencies: { inner: "^1.0.0" } },
    files: { "pnpm-workspace.yaml": `${WORKSPACE_FILE}overrides:\n  inner: ^1.0.0 # why\n` },
    tools: PNPM_10,
    before: ["inner@1.0.1"],
    after: ["inner@1.0.0"],
    fix: "Pin inner to 1.0.0 (previous good version)",
    holds: overridesAre("  inner: 1.0.0 # why\n"),
  },
  {
    title: "a direct dependency that is pinned well, under an override that is not",
    manifest: { dependencies: { inner: "1.0.0", alpha: "^1.0.0" } },
    files: { "pnpm-workspace.yaml": `${WORKSPACE_FILE}overrides:\n  inner: ~1.0.1 # why\n` },
    tools: PNPM_10,
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0",
    holds: overridesAre("  inner: 1.0.0 # why\n"),
  },
  {
    title: "an override below one package in the workspace file",
    manifest: { dependencies: { alpha: "^1.0.0" } },
    files: { "pnpm-workspace.yaml": `${WORKSPACE_FILE}overrides:\n  'alpha>inner': 1.0.1\n` },
    tools: PNPM_10,
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
    holds: overridesAre("  'alpha>inner': 1.0.0\n"),
  },
  {
    title: "an override of a range in the workspace file",
    manifest: { dependencies: { alpha: "^1.0.0" } },
    files: { "pnpm-workspace.yaml": `${WORKSPACE_FILE}overrides:\n  inner@^1.0.0: 1.0.1\n` },
    tools: PNPM_10,
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
    holds: overridesAre("  inner@^1.0.0: 1.0.0\n"),
  },
  {
    title: "an override of a range below one package",
    manifest: { dependencies: { alpha: "^1.0.0" }, overrides: { alpha: { inner: "^1.0.0" } } },
    tools: NPM,
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
    holds: (_tool, text) => {
      expect(JSON.parse(text("package.json"))).toMatchObject({ overrides: { alpha: { inner: "1.0.0" } } });
    },
  },
  {
    title: "an override that refers to a direct dependency of another name",
    manifest: { dependencies: { lone: "1.0.1", alpha: "^1.0.0" }, overrides: { inner: "$lone" } },
    tools: NPM,
    before: ["alpha@1.0.0", "inner@1.0.1", "lone@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0", "lone@1.0.1"],
    fix: "Override inner with 1.0.0 (previous good version)",
  },
  {
    title: "a resolution of a range below one package",
    manifest: { dependencies: { alpha: "^1.0.0" }, resolutions: { "alpha/inner": "^1.0.0" } },
    tools: ["Yarn 1", "Yarn 4"],
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
    holds: (_tool, text) => {
      expect((JSON.parse(text("package.json")) as { resolutions: unknown }).resolutions).toEqual({
        "alpha/inner": "1.0.0",
      });
    },
  },
  {
    title: "a dependency of a dependency, with no version of pnpm stated",
    manifest: { dependencies: { alpha: "^1.0.0" } },
    tools: PNPM,
    isUnstated: true,
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
  },
  {
    title: "a dependency of a dependency, with a range of pnpm 9 stated in engines",
    manifest: { engines: { pnpm: ">=9 <10" }, dependencies: { alpha: "^1.0.0" } },
    tools: ["pnpm 9"],
    isUnstated: true,
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
    holds: (_tool, text) => {
      expect(JSON.parse(text("package.json"))).toMatchObject({ pnpm: { overrides: { inner: "1.0.0" } } });
      expect(() => text("pnpm-workspace.yaml")).toThrow("ENOENT");
    },
  },
  {
    title: "one of two versions, where a direct dependency's range takes both",
    manifest: { dependencies: { inner: ">=1.0.0", alpha: "^1.0.0" } },
    tools: ALL_BUT_BUN,
    before: ["alpha@1.0.0", "inner@1.0.1", "inner@2.0.0"],
    after: ["alpha@1.0.0", "inner@1.0.0", "inner@2.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
  },
  {
    title: "one of two versions, where a package that takes the other would take this one",
    manifest: { dependencies: { star: "^1.0.0", exact: "^1.0.0" } },
    tools: PNPM,
    before: ["exact@1.0.0", "inner@1.0.1", "inner@2.0.0", "star@1.0.0"],
    after: ["exact@1.0.0", "inner@1.0.0", "inner@2.0.0", "star@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
  },
  {
    title: "a peer dependency of the project that nothing else brings",
    manifest: { peerDependencies: { inner: "^1.0.0" } },
    tools: ALL.filter((name) => !name.startsWith("Yarn")),
    before: ["inner@1.0.1"],
    after: ["inner@1.0.0"],
    fix: "Add inner 1.0.0 to devDependencies (previous good version)",
    holds: (_tool, text) => {
      expect(JSON.parse(text("package.json"))).toMatchObject({
        peerDependencies: { inner: "^1.0.0" },
        devDependencies: { inner: "1.0.0" },
      });
    },
  },
  {
    title: "what another manager's stale lockfile holds too",
    manifest: { packageManager: "yarn@1.22.22", dependencies: { alpha: "^1.0.0" } },
    files: { "package-lock.json": STALE },
    tools: ["Yarn 1"],
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    askedFrom: "package-lock.json",
    fix: "Override inner with 1.0.0 (previous good version)",
  },
];

const MATRIX = SCENARIOS.flatMap((scenario) =>
  TOOLS.filter(({ name }) => scenario.tools?.includes(name as ToolName) ?? true).map((tool) => ({
    scenario,
    tool,
    title: `${tool.name}: ${scenario.title}`,
  })),
);
/** An outcome is the kind of fix; a kind is whether the project has workspaces or files of its own that the fix has to heed. */
const CASES = casesToRun("fixes that are locked again", MATRIX, ({ scenario, tool }) => ({
  scenario: "",
  tool: tool.name,
  outcome: fixOf(scenario, tool)?.split(" ")[0] ?? "no fix",
  kind: scenario.files === undefined ? "" : "beside other files",
}));

function fixOf({ fix }: Scenario, tool: Tool): string | null {
  return typeof fix === "string" || fix === null ? fix : (fix[tool.name as ToolName] ?? null);
}

let tools: string;
beforeAll(async () => {
  tools = await fetchTools();
}, 300_000);

test("every kind of fix is among the cases that run, with each tool", () => {
  for (const verb of ["Pin", "Override"]) {
    const tools = CASES.filter(({ scenario, tool }) => fixOf(scenario, tool)?.startsWith(verb)).map(
      ({ tool }) => tool.name,
    );
    expect([...new Set(tools)].sort(), verb).toEqual([...ALL].sort());
  }
});

describe.concurrent("locked on a bad version, mended and locked again", () => {
  test.each(CASES)("$title", async ({ scenario, tool }) => {
    const bench = await Workbench.create(tool, tools);
    try {
      publish(bench);
      // pnpm 12 would first fetch the version stated, although it is that version.
      const stated =
        tool.name.startsWith("pnpm") && tool.name !== "pnpm 12" && scenario.isUnstated !== true
          ? { packageManager: `pnpm@${tool.version}` }
          : {};
      bench.world.write("package.json", { name: "app", version: "1.0.0", ...stated, ...scenario.manifest });
      for (const [path, content] of Object.entries(scenario.files ?? {})) bench.world.write(path, content);
      await bench.lock();
      expect(bench.locked()).toEqual(scenario.before);

      const wanted = scenario.before.find((release) => !scenario.after.includes(release))?.split("@")[0] ?? "inner";
      accuse(bench, wanted);
      if (scenario.fix === null) {
        await expect(bench.mend(wanted)).rejects.toThrow(`no fix for ${wanted}: []`);
        return;
      }
      const { title } = await bench.mend(wanted, scenario.askedFrom);
      expect(title).toBe(fixOf(scenario, tool));

      await bench.lock(tool.relock?.(wanted) ?? tool.lock);
      expect(bench.locked()).toEqual(scenario.after);
      scenario.holds?.(tool, (path) => bench.text(path));
    } finally {
      await bench.end();
    }
  });
});

test.concurrent.each(
  casesToRun(
    "two bad versions of one package",
    titled(ALL, "two bad versions of one package, mended at once"),
    ({ tool }) => ({ scenario: "", tool: tool.name, outcome: null, kind: "two versions" }),
  ),
)("$title", async ({ tool }) => {
  const bench = await Workbench.create(tool, tools);
  try {
    publish(bench);
    bench.world.registry.publish("inner", "2.0.1", { at: ago({ days: 80 }) });
    bench.world.write("package.json", {
      name: "app",
      version: "1.0.0",
      dependencies: { alpha: "^1.0.0", beta: "^1.0.0" },
    });
    await bench.lock();
    expect(bench.locked()).toEqual(["alpha@1.0.0", "beta@1.0.0", "inner@1.0.1", "inner@2.0.1"]);
    bench.world.osv.add(malware("MAL-2099-1", "inner", ["1.0.1", "2.0.1"], { published: ago({ days: 1 }) }));
    // npm brings one version in line in each run: the offer names the package once for each.
    const offered = await bench.mendAll();
    // Yarn 1 cannot write its lockfile alone, and so nothing is offered.
    for (const name of offered.length === 0 ? ["inner"] : offered) await bench.lock(tool.relock?.(name) ?? tool.lock);
    expect(bench.locked()).toEqual(["alpha@1.0.0", "beta@1.0.0", "inner@1.0.0", "inner@2.0.0"]);
  } finally {
    await bench.end();
  }
});

test.concurrent.each(
  casesToRun(
    "a patch of the bad version",
    titled(PNPM_10, "a patch of the bad version has to be taken out too, and the title says so"),
    ({ tool }) => ({ scenario: "", tool: tool.name, outcome: null, kind: "patch" }),
  ),
)("$title", async ({ tool }) => {
  const bench = await Workbench.create(tool, tools);
  try {
    publish(bench);
    const overrides = "overrides:\n  inner: 1.0.0\n";
    bench.world.write("package.json", { name: "app", version: "1.0.0", dependencies: { alpha: "^1.0.0" } });
    bench.world.write("p.patch", PATCH);
    bench.world.write("pnpm-workspace.yaml", "packages: []\npatchedDependencies:\n  inner@1.0.1: p.patch\n");
    await bench.lock();
    accuse(bench, "inner");
    const { title } = await bench.mend("inner");
    expect(title).toBe("Override inner with 1.0.0 (previous good version; remove the patch for 1.0.1 first)");
    await expect(bench.lock()).rejects.toThrow("ERR_PNPM_UNUSED_PATCH");
    bench.world.write("pnpm-workspace.yaml", `packages: []\n${overrides}`);
    await bench.lock();
    expect(bench.locked()).toEqual(["alpha@1.0.0", "inner@1.0.0"]);
  } finally {
    await bench.end();
  }
});

function titled(names: readonly ToolName[], title: string): readonly { readonly tool: Tool; readonly title: string }[] {
  return TOOLS.filter(({ name }) => names.includes(name as ToolName)).map((tool) => ({
    tool,
    title: `${tool.name}: ${title}`,
  }));
}

const PATCH = "diff --git a/new.js b/new.js\nnew file mode 100644\n--- /dev/null\n+++ b/new.js\n@@ -0,0 +1,1 @@\n+x\n";

function publish({ world: { registry } }: Workbench): void {
  registry.publish("alpha", "1.0.0", { at: ago({ days: 400 }), dependencies: { inner: "^1.0.0" } });
  registry.publish("beta", "1.0.0", { at: ago({ days: 400 }), dependencies: { inner: "^2.0.0" } });
  registry.publish("exact", "1.0.0", { at: ago({ days: 400 }), dependencies: { inner: "1.0.1" } });
  registry.publish("star", "1.0.0", { at: ago({ days: 400 }), dependencies: { inner: ">=1.0.0" } });
  registry.publish("withalias", "1.0.0", { at: ago({ days: 400 }), dependencies: { "inner-cjs": "npm:inner@^1.0.0" } });
  registry.publish("inner", "1.0.0", { at: ago({ days: 400 }) });
  registry.publish("inner", "1.0.1", { at: ago({ days: 100 }) });
  registry.publish("inner", "2.0.0", { at: ago({ days: 90 }) });
  registry.publish("lone", "1.0.0", { at: ago({ days: 400 }) });
  registry.publish("lone", "1.0.1", { at: ago({ days: 100 }) });
  registry.publish("lonely", "1.0.0", { at: ago({ days: 400 }), dependencies: { lone: "^1.0.0" } });
}

function accuse({ world: { osv } }: Workbench, name: string): void {
  osv.add(malware("MAL-2099-1", name, ["1.0.1"], { published: ago({ days: 1 }) }));
}
