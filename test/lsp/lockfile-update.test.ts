/** What the client learns when a person asks to update a lockfile: the program, its arguments, and what of the project runs. */
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import type { StartOptions } from "./world.ts";
import { World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await World.create();
});
afterEach(() => world.end());

/** A program in a folder beside the project, unless the path leads into it; gives the folder. */
function program(folder: string, name: string): string {
  const path = world.write(join(folder, name), "#!/bin/sh\n");
  chmodSync(path, 0o755);
  return join(world.project, folder);
}

async function asked(format: string, path: readonly string[], options: StartOptions = {}): Promise<unknown> {
  const own = { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "http.proxy", GIT_CONFIG_VALUE_0: "http://p.example" };
  const env = { ...world.env, ...own, PATH: path.join(":") };
  const client = await world.start({ env, ...options });
  return client.connection.sendRequest("depwarden/lockfileUpdate", {
    folder: world.uri(),
    format,
    packages: ["inner", "inner"],
  });
}

test("the program is one outside the workspace, and finds others only there", async () => {
  const planted = [program("node_modules/.bin", "npm"), program("bin", "npm"), program("../node_modules/.bin", "npm")];
  const outside = program("../outside", "npm");
  symlinkSync(join(world.project, "bin"), join(world.folder, "link"));
  expect(await asked("npm", [...planted, "bin", "", join(world.folder, "link"), outside])).toEqual({
    program: join(world.folder, "outside/npm"),
    name: "npm",
    args: ["update", "inner", "--package-lock-only", "--ignore-scripts", "--git=git"],
    env: {
      PATH: join(world.folder, "outside"),
      NoDefaultCurrentDirectoryInExePath: "1",
      COREPACK_ENV_FILE: "0",
      GIT_CONFIG_COUNT: "2",
      GIT_CONFIG_KEY_1: "safe.bareRepository",
      GIT_CONFIG_VALUE_1: "explicit",
    },
    times: 2,
    runs: [],
  });
});

/** A project whose lockfile has `bad` 1.0.1 and whose manifest asks for a version of it, and the answer. */
async function askedOf(range: string, more: object, packages: readonly string[]): Promise<unknown> {
  world.registry.publish("bad", "1.0.0", { at: ago({ days: 300 }) });
  world.registry.publish("bad", "1.0.1", { at: ago({ days: 200 }) });
  world.registry.publish("parent", "1.0.0", { at: ago({ days: 300 }), dependencies: { bad: "^1.0.0" } });
  // What the editor shows is saved before npm runs; the file still says the opposite.
  const isPinned = range === "1.0.0" || Object.keys(more).length > 0;
  world.write("package.json", manifestText({ bad: isPinned ? "^1.0.0" : "1.0.0", parent: "^1.0.0" }));
  world.write(
    "package-lock.json",
    lockfileText(
      { bad: "^1.0.0", parent: "^1.0.0" },
      { bad: { version: "1.0.1" }, parent: { version: "1.0.0", dependencies: { bad: "^1.0.0" } } },
    ),
  );
  const env = { ...world.env, PATH: program("../outside", "npm") };
  const client = await world.start({ env });
  await client.open(world.uri("package.json"), manifestText({ bad: range, parent: "^1.0.0" }, more));
  return client.connection.sendRequest("depwarden/lockfileUpdate", { folder: world.uri(), format: "npm", packages });
}

test.each([
  ["a pin", "1.0.0", {}],
  ["an override", "^1.0.0", { overrides: { parent: { bad: "1.0.0" } } }],
])("%s that the editor shows is carried out", async (_what, range, more) => {
  expect(await askedOf(range, more, ["bad"])).toMatchObject({
    args: expect.arrayContaining(["update", "bad"]) as unknown,
  });
});

test("a pin that is undone is not carried out: npm would take the newest version that the range admits", async () => {
  expect(await askedOf("^1.0.0", {}, ["bad"])).toEqual({ outdated: true });
});

test("of two pins the one that is undone is left out; what no lockfile has is not", async () => {
  expect(await askedOf("1.0.0", {}, ["bad", "parent", "other"])).toMatchObject({
    args: ["update", "bad", "other", "--package-lock-only", "--ignore-scripts", "--git=git"],
  });
});

test("what runs is read from the files on disk, whatever the editor shows", async () => {
  const outside = program("../outside", "bun");
  world.write("bunfig.toml", '[install.security]\nscanner = "./s.js"\n');
  const client = await world.start({ env: { ...world.env, PATH: outside } });
  await client.open(world.uri("bunfig.toml"), "");
  const answer = await client.connection.sendRequest("depwarden/lockfileUpdate", {
    folder: world.uri(),
    format: "bun",
    packages: [],
  });
  expect(answer).toMatchObject({ runs: ["./s.js (bunfig.toml)"] });
});

test("Yarn's settings count in every folder above", async () => {
  const outside = program("../outside", "yarn");
  world.write("package.json", '{"packageManager": "yarn@4.18.1"}');
  world.write("../.yarnrc.yml", "plugins: [./p.cjs]\n");
  const answer = await asked("yarn-berry", [outside]);
  expect(answer).toMatchObject({ runs: ["yarn@4.18.1 (package.json)", "./p.cjs (../.yarnrc.yml)"] });
});

test("a manager that is not there is told with the command to run by hand", async () => {
  expect(await asked("bun", [program("bin", "bun")])).toEqual({
    problem:
      "No bun was found on PATH outside the workspace and node_modules. Run it by hand: bun install --lockfile-only --ignore-scripts",
  });
});

test.each(["yarn-classic", "yarn-berry", "cargo"])(
  "%s, which cannot be updated from here, is told as a problem",
  async (format) => {
    expect(await asked(format, [program("../outside", "yarn")])).toEqual({
      problem: expect.stringMatching(/\S/) as unknown,
    });
  },
);

test("nothing is planned in a workspace that is not trusted", async () => {
  const answer = await asked("npm", [program("../outside", "npm")], { initializationOptions: { trusted: false } });
  expect(answer).toEqual({ problem: "The lockfile is updated in a trusted workspace only." });
});
