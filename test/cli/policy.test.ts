/** Whose rules hold for what is scanned: the project's own package manager's, wherever they stand. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ago, manifestText } from "../setup/projects.ts";
import { scanned } from "./cli.ts";
import { CliWorld } from "./world.ts";

let world: CliWorld;
beforeEach(async () => {
  world = await CliWorld.create();
  world.registry.publish("calm", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("calm", "1.1.0", { at: ago({ days: 5 }) });
});
afterEach(() => world.end());

const fresh = async (...args: readonly string[]): Promise<readonly string[]> =>
  scanned(await world.run("scan", "--format", "json", ...args)).findings.filter(({ rule }) => rule === "fresh-release").map(({ message }) => /cooldown of [^(]*\(([^)]*)\)/.exec(message)?.[1] ?? message);
const weak = async (...args: readonly string[]): Promise<readonly string[]> => scanned(await world.run("scan", "--format", "json", ...args)).findings.filter(({ rule }) => rule === "weak-cooldown").map(({ file, message }) => `${file}: ${message}`);

describe("one of several workspaces", () => {
  beforeEach(() => {
    world.write("package.json", { packageManager: "npm@12.2.0", workspaces: ["packages/*"] });
    world.write(".npmrc", "min-release-age=7\n");
    world.write("packages/ui/package.json", manifestText({ calm: "1.1.0" }));
  });

  test.each([[[]], [["packages/ui"]], [["packages/ui/package.json"]]])("scanned as %j is held to its root's cooldown", async (args) => {
    expect(await fresh(...args)).toEqual(["min-release-age in .npmrc"]);
  });

  test("a weakness of the root is told where the root is scanned", async () => {
    world.write(".npmrc", "min-release-age=0\n");
    expect(await weak()).toEqual([".npmrc: min-release-age=0 lets npm install releases of any age."]);
    expect(await weak("packages/ui")).toEqual([]);
  });

  test("a folder that is none of them is not held to it", async () => {
    world.write("other/package.json", manifestText({ calm: "1.1.0" }));
    expect(await fresh("other")).toEqual([]);
  });
});

test.each([
  ["pnpm-workspace.yaml", "minimumReleaseAge: 10080\n", "minimumReleaseAge in pnpm-workspace.yaml"],
  [".yarnrc.yml", "npmMinimalAgeGate: 7d\n", "npmMinimalAgeGate in .yarnrc.yml"],
  ["bunfig.toml", "[install]\nminimumReleaseAge = 604800\n", "minimumReleaseAge in bunfig.toml"],
  [".npmrc", "min-release-age=7\n", "min-release-age in .npmrc"],
])("%s holds where nothing else names a package manager", async (file, text, origin) => {
  world.write("package.json", manifestText({ calm: "1.1.0" }));
  world.write(file, text);
  expect(await fresh()).toEqual([origin]);
});

describe("of a policy file that cannot be read", () => {
  test.each([
    ["broken", () => world.write("pnpm-workspace.yaml", "minimumReleaseAge: 4320\n  broken: [\n")],
    ["a folder", () => mkdirSync(join(world.project, "pnpm-workspace.yaml"))],
    ["far too large", () => world.write("pnpm-workspace.yaml", `# ${"x".repeat(1_000_000)}\nminimumReleaseAge: 4320\n`)],
  ])("%s: that is told, and not that it says nothing", async (_what, make) => {
    world.write("package.json", { packageManager: "pnpm@10.20.0" });
    make();
    const { findings } = scanned(await world.run("scan", "--format", "json"));
    expect(findings.map(({ rule, file }) => `${rule} ${file}`)).toEqual(["unchecked pnpm-workspace.yaml"]);
  });
});
