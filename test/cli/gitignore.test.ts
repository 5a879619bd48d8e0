/** `scan` heeds `.gitignore`; `--no-ignore` does not. What git reads out of it: test/io/gitignore.test.ts. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { scanned } from "./cli.ts";
import { CliWorld } from "./world.ts";

const MANIFEST = manifestText({ fresh: "^1.0.0" });
const LOCKFILE = lockfileText({ fresh: "^1.0.0" }, { fresh: { version: "1.1.0" } });
const NOTE = "1 folder and 1 file left out, as .gitignore files say. --no-ignore looks into them too.\n";

let world: CliWorld;
beforeEach(async () => {
  world = await CliWorld.create();
  world.registry.publish("fresh", "1.1.0", { at: ago({ days: 1 }) });
  world.write(".npmrc", "min-release-age=3\n");
});
afterEach(() => world.end());

async function named(...args: readonly string[]): Promise<readonly string[]> {
  const outcome = await world.run("scan", "--format", "json", ...args);
  expect(outcome.stderr).toBe("");
  return scanned(outcome).files.map(({ path }) => path);
}

test("a folder that it names is not looked into, nor a file read; with --verbose that is said", async () => {
  world.write("package.json", MANIFEST);
  world.write("out/package.json", MANIFEST);
  world.write("old/package-lock.json", LOCKFILE);
  world.write(".gitignore", "out/\n/old/package-lock.json\n");
  expect(await named()).toEqual(["package.json"]);
  expect((await world.run("scan")).stderr).toBe("");
  const verbose = await world.run("scan", "--verbose", "--format", "json");
  expect(verbose.stderr).toContain(NOTE);
  expect(scanned(verbose).suppressed).toEqual([]);
  expect(await named("--no-ignore")).toEqual(["package.json", "old/package-lock.json", "out/package.json"]);
  expect((await world.run("scan", "--verbose", "--no-ignore")).stderr).not.toContain("left out");
});

test("what is named is read", async () => {
  world.write(".gitignore", "*\n");
  world.write("out/package.json", MANIFEST);
  expect(await named("out/package.json")).toEqual(["package.json"]);
  expect(await named("out")).toEqual(["package.json"]);
});

test("a lockfile and a workspace that git ignores are parts of the project that has them", async () => {
  world.write(".gitignore", "package-lock.json\npackages/made\n");
  world.write("package.json", manifestText({}, { workspaces: ["packages/*"] }));
  world.write("packages/made/package.json", MANIFEST);
  world.write("package-lock.json", {
    lockfileVersion: 3,
    packages: {
      "": { workspaces: ["packages/*"] },
      "node_modules/fresh": { version: "1.1.0" },
      "node_modules/made": { resolved: "packages/made", link: true },
      "packages/made": { name: "app", version: "1.0.0", dependencies: { fresh: "^1.0.0" } },
    },
  });
  const all = ["package.json", "packages/made/package.json", "package-lock.json"];
  expect(await named()).toEqual(all);
  expect(await named("--no-ignore")).toEqual(all);
  world.write(".vscode/settings.json", { "depwarden.exclude": ["packages"] });
  const outcome = await world.run("scan", "--format", "json");
  expect(scanned(outcome).files.map(({ path }) => path)).toEqual(["package.json", "package-lock.json"]);
});

test("where all is left out, nothing was scanned: 2, and why", async () => {
  world.write(".gitignore", "out\n");
  world.write("out/package.json", MANIFEST);
  expect(await world.run("scan")).toMatchObject({
    status: 2,
    stdout: "",
    stderr:
      "Nothing was scanned: there is no package.json and no lockfile, but for what .gitignore leaves out (1 folder).\n",
  });
});

test("one that cannot be heeded: more is scanned, and --verbose says why", async () => {
  world.write(".gitignore", `*\n!${"*a".repeat(9)}\n`);
  world.write("package.json", MANIFEST);
  expect(await named()).toEqual(["package.json"]);
  expect((await world.run("scan", "--verbose")).stderr).toContain(
    ".gitignore is not heeded, or not whole: a pattern with ! has more stars or letters than are looked at\n",
  );
});
