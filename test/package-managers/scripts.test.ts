/** The command line in scripts of the real package managers, which export a project's settings as variables. */
import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { run, type ScanJson } from "../cli/cli.ts";
import { ATTEMPTS, rulesOf, ScriptWorld } from "../privacy/script-world.ts";
import { fetchTools, runTool, type ToolName } from "./tools.ts";

interface Runner {
  readonly title: string;
  readonly tool: ToolName | null;
  readonly args: readonly string[];
}

const RUNNERS: readonly Runner[] = [
  { title: "on its own", tool: null, args: [] },
  { title: "npm 11 run", tool: "npm 11", args: ["run", "--silent", "scan"] },
  { title: "npm 12 exec", tool: "npm 12", args: ["exec", "-c", "npm_run_scan"] },
  { title: "pnpm 10 run", tool: "pnpm 10", args: ["run", "scan"] },
  { title: "Yarn 1 run", tool: "Yarn 1", args: ["run", "scan"] },
];

let tools: string;
beforeAll(async () => {
  tools = await fetchTools();
});
let world: ScriptWorld;
beforeEach(async () => {
  world = await ScriptWorld.create();
});
afterEach(() => world.end());

async function scannedBy({ tool, args }: Runner, cwd: string, env = world.env): Promise<ScanJson> {
  rmSync(world.result, { force: true });
  const script = [process.execPath, world.cli, ...world.scan].join(" ");
  const told =
    tool === null
      ? (await run(world, world.scan, { cwd, env })).stderr
      : (
          await runTool(
            tools,
            { name: tool },
            args.map((arg) => arg.replace("npm_run_scan", script)),
            cwd,
            env,
          )
        ).output;
  return JSON.parse(
    await readFile(world.result, "utf8").catch((error: unknown) => {
      throw new Error(told, { cause: error });
    }),
  ) as ScanJson;
}

describe.each(RUNNERS)("$title", (runner) => {
  test.each(Object.entries(ATTEMPTS))("a project does not get: %s", async (_title, { write }) => {
    write(world);
    // What is sent to whom, the fakes check.
    const { files } = await scannedBy(runner, world.project);
    expect(files.map(({ path, error }) => ({ path, error }))).toContainEqual({
      path: "package-lock.json",
      error: null,
    });
  });

  test("what came through a project's proxy is not taken for another project", async () => {
    world.writePersonal(`registry=${world.registry.url}\n`);
    world.fill("other");
    world.fill("shaping");
    world.write("shaping/.npmrc", `proxy=${world.proxy.origin}\nhttps-proxy=${world.proxy.origin}\n`);
    const shaped = await scannedBy(runner, join(world.project, "shaping"));
    expect(rulesOf(shaped)).not.toContain("fresh-release");
    expect(world.proxy.requests.length).toBeGreaterThan(0);
    expect(rulesOf(await scannedBy(runner, join(world.project, "other")))).toContain("fresh-release");
  });

  test("an ordinary project is checked as it is otherwise", async () => {
    world.writePersonal(`registry=${world.own.url}\n${world.login}`);
    world.write(".npmrc", "min-release-age=3\nsave-exact=true\n");
    const { summary, findings } = await scannedBy(runner, world.project);
    expect(summary["unchecked"]).toBe(0);
    expect(findings.map(({ rule }) => rule)).toContain("fresh-release");
    expect(world.own.countOf("open-new")).toBeGreaterThan(0);
  });

  // Yarn 1 puts its own default registry in the place of the person's.
  if (runner.tool === "Yarn 1") return;
  test("a registry that the person exports is asked", async () => {
    world.writePersonal(world.login);
    world.write(".npmrc", "min-release-age=3\n");
    const env = { ...world.env, npm_config_registry: world.own.url };
    const { findings } = await scannedBy(runner, world.project, env);
    expect(findings.map(({ rule }) => rule)).toContain("fresh-release");
  });
});

describe("variables that a project has Yarn set", () => {
  const YARN_1: Runner = { title: "Yarn 1 run", tool: "Yarn 1", args: ["run", "scan"] };
  const YARN_4: Runner = { title: "Yarn 4 run", tool: "Yarn 4", args: ["run", "scan"] };
  const YARN_1_HOME = (folder: string): string => `env:\n  HOME "${folder}"\n`;
  const YARN_1_USER = (folder: string): string => `env:\n  NPM_CONFIG_USERCONFIG "${folder}/.npmrc"\n`;
  const YARN_4_HOME = (folder: string): string => `HOME=${folder}\n`;

  test.each([
    ["Yarn 1: the home folder", YARN_1, ".yarnrc", YARN_1_HOME],
    ["Yarn 1: the person's npm settings", YARN_1, ".yarnrc", YARN_1_USER],
    ["Yarn 4: the home folder", YARN_4, ".env.yarn", YARN_4_HOME],
  ])("%s: they lead to no secret", async (_title, runner, file, text) => {
    const folder = join(world.project, "elsewhere");
    const host = world.registry.url.replace("http:", "");
    world.write("elsewhere/.npmrc", `registry=${world.registry.url}\n${host}:_authToken=\${AWS_SECRET_ACCESS_KEY}\n`);
    world.fill("inner");
    rmSync(join(world.project, "package-lock.json"));
    const scan = `cd inner && "${process.execPath}" "${world.cli}" ${world.scan.join(" ")}`;
    world.write("package.json", { name: "app", private: true, scripts: { scan } });
    if (runner === YARN_4) {
      world.write("yarn.lock", "");
      await runTool(tools, { name: "Yarn 4" }, ["install"], world.project, world.env);
    }
    world.write("inner/.npmrc", `registry=${world.registry.url}\n`);
    world.write(file, text(folder));
    // What is sent to whom, the fakes check.
    const { files } = await scannedBy(runner, world.project);
    expect(files.map(({ path, error }) => [path, error])).toContainEqual(["package-lock.json", null]);
  });
});
