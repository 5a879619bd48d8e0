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
  scanned(await world.run("scan", "--format", "json", ...args))
    .findings.filter(({ rule }) => rule === "fresh-release")
    .map(({ message }) => /cooldown of [^(]*\(([^)]*)\)/.exec(message)?.[1] ?? message);
const weak = async (...args: readonly string[]): Promise<readonly string[]> =>
  scanned(await world.run("scan", "--format", "json", ...args))
    .findings.filter(({ rule }) => rule === "weak-cooldown")
    .map(({ file, message }) => `${file}: ${message}`);

describe("one of several workspaces", () => {
  beforeEach(() => {
    world.write("package.json", { packageManager: "npm@12.2.0", workspaces: ["packages/*"] });
    world.write(".npmrc", "min-release-age=7\n");
    world.write("packages/ui/package.json", manifestText({ calm: "1.1.0" }));
  });

  test.each([[[]], [["packages/ui"]], [["packages/ui/package.json"]]])(
    "scanned as %j is held to its root's cooldown",
    async (args) => {
      expect(await fresh(...args)).toEqual(["min-release-age in .npmrc"]);
    },
  );

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
    [
      "far too large",
      () => world.write("pnpm-workspace.yaml", `# ${"x".repeat(1_000_000)}\nminimumReleaseAge: 4320\n`),
    ],
  ])("%s: that is told, and not that it says nothing", async (_what, make) => {
    world.write("package.json", { packageManager: "pnpm@10.20.0" });
    make();
    const { findings } = scanned(await world.run("scan", "--format", "json"));
    expect(findings.map(({ rule, file }) => `${rule} ${file}`)).toEqual(["unchecked pnpm-workspace.yaml"]);
  });
});

describe("a package manager that is stated and does not own the lockfile", () => {
  const LOCKFILE = {
    lockfileVersion: 3,
    packages: {
      "": { workspaces: ["packages/*"], dependencies: { scripted: "1.1.0" } },
      "node_modules/scripted": { version: "1.1.0", hasInstallScript: true },
    },
  };

  interface OfScript {
    readonly status: number | null;
    readonly severities: readonly string[];
    readonly contradictions: readonly string[];
  }

  const ofScript = async (...args: readonly string[]): Promise<OfScript> => {
    const outcome = await world.run("scan", "--format", "json", ...args);
    const { findings } = scanned(outcome);
    return {
      status: outcome.status,
      severities: findings.filter(({ rule }) => rule === "new-install-script").map(({ severity }) => severity),
      contradictions: findings
        .filter(({ rule }) => rule === "unchecked")
        .map(({ file, message }) => `${file}: ${message.split(". ")[0] ?? ""}`),
    };
  };

  beforeEach(() => {
    world.registry.publish("scripted", "1.0.0", { at: ago({ days: 400 }) });
    world.registry.publish("scripted", "1.1.0", { at: ago({ days: 1 }), scripts: { postinstall: "node a.js" } });
    const dependencies = { scripted: "1.1.0" };
    world.write("package.json", { packageManager: "pnpm@10.34.9", workspaces: ["packages/*"], dependencies });
    world.write("packages/ui/package.json", manifestText({ scripted: "1.1.0" }));
  });

  test("lowers no severity, and is told once", async () => {
    world.write("package-lock.json", LOCKFILE);
    const { status, severities, contradictions } = await ofScript();
    expect(status).toBe(1);
    expect(new Set(severities)).toEqual(new Set(["error"]));
    const told = "package.json states pnpm@10.34.9, but the lockfile here is of npm";
    expect(contradictions).toEqual([`package.json: ${told}`]);
  });

  test("lowers none for a workspace that is scanned by itself", async () => {
    world.write("package-lock.json", LOCKFILE);
    expect(await ofScript("packages/ui")).toEqual({ status: 1, severities: ["error"], contradictions: [] });
  });

  test("by itself it is no failure of a scan", async () => {
    const dependencies = { calm: "1.0.0" };
    world.write("package.json", { packageManager: "pnpm@10.34.9", dependencies });
    world.write("packages/ui/package.json", {});
    const packages = { "": { dependencies }, "node_modules/calm": { version: "1.0.0" } };
    world.write("package-lock.json", { lockfileVersion: 3, packages });
    const { status, contradictions } = await ofScript();
    expect(status).toBe(0);
    expect(contradictions).toEqual([expect.stringContaining("states pnpm@10.34.9")]);
  });

  test("lowers it to a warning where nothing contradicts it, and to a hint where pnpm itself enforces it", async () => {
    world.write("pnpm-workspace.yaml", "packages: [packages/*]\n");
    expect(await ofScript("packages/ui")).toEqual({ status: 0, severities: ["warning"], contradictions: [] });
    world.write("package.json", { packageManager: "pnpm@10.34.9", engines: { pnpm: ">=10" } });
    expect(await ofScript("packages/ui")).toEqual({ status: 0, severities: ["hint"], contradictions: [] });
  });
});
