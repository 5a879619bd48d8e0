/** Which lockfile speaks for a workspace: what the real package managers write, beside what Depwarden says. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { DocumentStore } from "../../server/src/core/project/document-store.ts";
import { ProjectLocator } from "../../server/src/core/project/locate.ts";
import { createClock } from "../../server/src/io/clock.ts";
import { createFiles } from "../../server/src/io/files.ts";
import { ago, manifestText } from "../setup/projects.ts";
import { casesToRun } from "./share.ts";
import { fetchTools, runTool, TOOLS, type Tool } from "./tools.ts";
import { Workbench } from "./workbench.ts";

/** How the workspaces of a root are written, and where a lockfile then is. "" is the root. */
interface Case {
  readonly title: string;
  readonly of: (tool: Tool) => boolean;
  readonly files: Readonly<Record<string, string>>;
  readonly workspace: string;
  readonly lockedIn: string;
}

const isPnpm = ({ name }: Tool): boolean => name.startsWith("pnpm");
const isNew = ({ version }: Tool): boolean => Number.parseInt(version, 10) >= 10;
const reads = ({ name }: Tool): boolean => !name.startsWith("pnpm");
const PACKAGE_A = manifestText({ aa: "^1.0.0" }, { name: "a" });
const rootWith = (workspaces: readonly string[]): string => JSON.stringify({ name: "root", private: true, workspaces });
const PNPM_ROOT = JSON.stringify({ name: "root", private: true });

const CASES: readonly Case[] = [
  ...["packages/*", "./packages/*", "packages/a"].map((glob): Case => ({
    title: `workspaces ${JSON.stringify(glob)}`,
    // Yarn 1 has a workspace by `./packages/*` where it runs at the root, and none where it runs in the workspace.
    of: (tool) => reads(tool) && !(tool.name === "Yarn 1" && glob.startsWith("./")),
    files: { "package.json": rootWith([glob]), "packages/a/package.json": PACKAGE_A },
    workspace: "packages/a",
    lockedIn: "",
  })),
  {
    title: "pnpm-workspace.yaml",
    of: isPnpm,
    files: {
      "package.json": PNPM_ROOT,
      "pnpm-workspace.yaml": "packages: [packages/*]\n",
      "packages/a/package.json": PACKAGE_A,
    },
    workspace: "packages/a",
    lockedIn: "",
  },
  {
    title: "pnpm-workspace.yaml without a manifest beside it",
    of: isPnpm,
    files: { "pnpm-workspace.yaml": "packages: [packages/*]\n", "packages/a/package.json": PACKAGE_A },
    workspace: "packages/a",
    lockedIn: "",
  },
  {
    title: "sharedWorkspaceLockfile: false",
    of: (tool) => isPnpm(tool) && isNew(tool),
    files: {
      "package.json": PNPM_ROOT,
      "pnpm-workspace.yaml": "packages: [packages/*]\nsharedWorkspaceLockfile: false\n",
      "packages/a/package.json": PACKAGE_A,
    },
    workspace: "packages/a",
    lockedIn: "packages/a",
  },
  {
    title: "a folder that no workspace is",
    of: reads,
    files: { "package.json": rootWith(["packages/*"]), "tools/x/package.json": PACKAGE_A },
    workspace: "tools/x",
    lockedIn: "tools/x",
  },
];

const REAL = casesToRun(
  "where a workspace's lockfile is",
  CASES.flatMap((one) => TOOLS.filter((tool) => one.of(tool)).map((tool) => ({ ...one, tool }))),
  ({ title, tool }) => ({ scenario: title, tool: tool.name, outcome: null, kind: title }),
);

let tools: string;
beforeAll(async () => {
  tools = await fetchTools();
}, 600_000);

async function rootOf(folder: string): Promise<string> {
  const files = createFiles();
  const store = new DocumentStore({ files, clock: createClock(null), userSettings: { places: null, env: {} } }, true);
  const cancel = new AbortController().signal;
  const locator = new ProjectLocator({ store, files, limit: null, opened: [], cancel });
  return (await locator.locate(folder)).root;
}

describe.concurrent("the lockfile of a workspace is where its package manager writes it", () => {
  test.each(REAL)("$tool.name: $title", async ({ tool, files, workspace, lockedIn }) => {
    const bench = await Workbench.create(tool, tools);
    const { world } = bench;
    try {
      world.registry.publish("aa", "1.0.0", { at: ago({ days: 400 }) });
      for (const [path, text] of Object.entries(files)) world.write(path, text);
      const own = join(world.project, workspace);
      // Yarn 2 and up takes a folder for a project where it finds a lockfile.
      if (tool.name === "Yarn 4") world.write(join(lockedIn, "yarn.lock"), "");
      const { code, output } = await runTool(tools, tool, tool.lock, own, bench.env);
      expect(code, output).toBe(0);
      const holding = ["", workspace].filter((folder) => {
        const lockfile = join(world.project, folder, tool.lockfile);
        return existsSync(lockfile) && readFileSync(lockfile, "utf8").includes("1.0.0");
      });
      expect(holding, output).toEqual([lockedIn]);
      expect(await rootOf(world.uri(workspace))).toBe(
        lockedIn === "" ? world.uri("").replace(/\/$/, "") : world.uri(lockedIn),
      );
    } finally {
      await bench.end();
    }
  });
});
