/**
 * A project that a real package manager has locked on a bad version is mended by Depwarden's own edit and locked anew by
 * the same tool, with scripts disabled: the bad version is gone, and nothing else has changed.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago } from "../setup/projects.ts";
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
  /** The fix that is taken, where it differs from tool to tool: by tool. */
  readonly fix: string | Partial<Record<ToolName, string>>;
  /** What the files hold afterwards, beside the lockfile. */
  readonly holds?: (tool: Tool, text: (path: string) => string) => void;
}

const PNPM: readonly ToolName[] = ["pnpm 9", "pnpm 10", "pnpm 11", "pnpm 12"];
const WORKSPACE_FILE = "# Ours.\npackages:\n  - packages/* # all\n";

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
    tools: TOOLS.map(({ name }) => name as ToolName).filter((name) => name !== "Bun"),
    before: ["alpha@1.0.0", "beta@1.0.0", "inner@1.0.1", "inner@2.0.0"],
    after: ["alpha@1.0.0", "beta@1.0.0", "inner@1.0.0", "inner@2.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
  },
  {
    title: "one of two versions, where all go",
    manifest: { dependencies: { alpha: "^1.0.0", beta: "^1.0.0" } },
    tools: ["Bun"],
    before: ["alpha@1.0.0", "beta@1.0.0", "inner@1.0.1", "inner@2.0.0"],
    after: ["alpha@1.0.0", "beta@1.0.0", "inner@1.0.0"],
    fix: "Override every version of inner with 1.0.0 (previous good version)",
  },
  {
    title: "a dependency of a workspace",
    manifest: { private: true, workspaces: ["packages/*"], dependencies: { alpha: "^1.0.0" } },
    files: { "packages/web/package.json": { name: "web", version: "1.0.0", dependencies: { lone: "^1.0.0" } }, "pnpm-workspace.yaml": WORKSPACE_FILE },
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
    files: { "packages/web/package.json": { name: "web", version: "1.0.0", dependencies: { alpha: "^1.0.0" } }, "pnpm-workspace.yaml": WORKSPACE_FILE },
    before: ["alpha@1.0.0", "inner@1.0.1"],
    after: ["alpha@1.0.0", "inner@1.0.0"],
    fix: "Override inner with 1.0.0 (previous good version)",
    holds: ({ name }, text) => {
      const file = text("pnpm-workspace.yaml");
      if (["pnpm 10", "pnpm 11", "pnpm 12"].includes(name)) expect(file).toBe(`${WORKSPACE_FILE}overrides:\n  inner: 1.0.0\n`);
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
];

const CASES = SCENARIOS.flatMap((scenario) => TOOLS.filter(({ name }) => scenario.tools?.includes(name as ToolName) ?? true).map((tool) => ({ scenario, tool, title: `${tool.name}: ${scenario.title}` })));

let tools: string;
beforeAll(async () => {
  tools = await fetchTools();
}, 300_000);

describe.concurrent("locked on a bad version, mended and locked again", () => {
  test.each(CASES)("$title", { timeout: 120_000 }, async ({ scenario, tool }) => {
    const bench = await Workbench.create(tool, tools);
    try {
      publish(bench);
      // pnpm 12 would first fetch the version stated, although it is that version.
      const stated = tool.name.startsWith("pnpm") && tool.name !== "pnpm 12" ? { packageManager: `pnpm@${tool.version}` } : {};
      bench.world.write("package.json", { name: "app", version: "1.0.0", ...stated, ...scenario.manifest });
      for (const [path, content] of Object.entries(scenario.files ?? {})) bench.world.write(path, content);
      await bench.lock();
      expect(bench.locked()).toEqual(scenario.before);

      const wanted = scenario.before.find((release) => !scenario.after.includes(release))?.split("@")[0] ?? "";
      accuse(bench, wanted);
      const { title } = await bench.mend(wanted);
      expect(title).toBe(typeof scenario.fix === "string" ? scenario.fix : scenario.fix[tool.name as ToolName]);

      await bench.lock(tool.relock?.(wanted) ?? tool.lock);
      expect(bench.locked()).toEqual(scenario.after);
      scenario.holds?.(tool, (path) => bench.text(path));
    } finally {
      await bench.end();
    }
  });
});

function publish({ world: { registry } }: Workbench): void {
  registry.publish("alpha", "1.0.0", { at: ago({ days: 400 }), dependencies: { inner: "^1.0.0" } });
  registry.publish("beta", "1.0.0", { at: ago({ days: 400 }), dependencies: { inner: "^2.0.0" } });
  registry.publish("inner", "1.0.0", { at: ago({ days: 400 }) });
  registry.publish("inner", "1.0.1", { at: ago({ days: 100 }) });
  registry.publish("inner", "2.0.0", { at: ago({ days: 90 }) });
  registry.publish("lone", "1.0.0", { at: ago({ days: 400 }) });
  registry.publish("lone", "1.0.1", { at: ago({ days: 100 }) });
}

function accuse({ world: { osv } }: Workbench, name: string): void {
  osv.add(malware("MAL-2099-1", name, ["1.0.1"], { published: ago({ days: 1 }) }));
}
