/** The command line in an environment as `npm run` makes it. With the real package managers: test/package-managers/scripts.test.ts. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { run, type ScanJson } from "../cli/cli.ts";
import { ATTEMPTS, rulesOf, ScriptWorld } from "./script-world.ts";

let world: ScriptWorld;
beforeEach(async () => {
  world = await ScriptWorld.create();
});
afterEach(() => world.end());

/** Scans a folder below the project; `exported`: what its `.npmrc` files say, as npm exports it. */
async function scanned(exported: Readonly<Record<string, string>>, folder = ""): Promise<ScanJson> {
  const cwd = join(world.project, folder);
  const settings = Object.entries(exported).map(([key, value]) => [`npm_config_${key.replaceAll("-", "_")}`, value]);
  const env = {
    ...world.env,
    ...(Object.fromEntries(settings) as Record<string, string>),
    npm_command: "run",
    npm_lifecycle_event: "scan",
    npm_config_local_prefix: cwd,
    npm_config_user_agent: "npm/11.19.1 node/v24.0.0 linux x64 workspaces/false",
  };
  const { stderr } = await run(world, world.scan, { cwd, env });
  expect(stderr).not.toContain("private-");
  return JSON.parse(await readFile(world.result, "utf8")) as ScanJson;
}

describe("a project does not get", () => {
  test.each(Object.entries(ATTEMPTS))("%s", async (_title, { write, exported }) => {
    write(world);
    // What is sent to whom, the fakes check.
    const { summary } = await scanned(exported(world));
    expect(summary["packages"]).toBe(1);
  });
});

test("what came through a project's proxy is not taken for another project", async () => {
  world.writePersonal(`registry=${world.registry.url}\n`);
  world.fill("shaping");
  world.fill("other");
  world.write("shaping/.npmrc", `proxy=${world.proxy.origin}\n`);
  const registry = { registry: world.registry.url };
  expect(rulesOf(await scanned({ ...registry, proxy: world.proxy.origin }, "shaping"))).not.toContain("fresh-release");
  expect(rulesOf(await scanned(registry, "other"))).toContain("fresh-release");
});

test("a registry that may be the person's, and is not the files': nobody else hears its names, and the finding says why", async () => {
  world.write(".npmrc", `registry=${world.registry.url}\n`);
  const { findings } = await scanned({ registry: world.own.url });
  expect(findings.filter(({ rule }) => rule === "unchecked").map(({ message }) => message)).toEqual([
    expect.stringContaining("set the variable in capitals (NPM_CONFIG_…)"),
  ]);
  expect(world.registry.requests).toEqual([]);
  expect(world.own.requests).toEqual([]);
});
