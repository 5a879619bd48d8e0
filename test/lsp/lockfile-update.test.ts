/** What the client learns when a person asks to update a lockfile: the program, its arguments, and what of the project runs. */
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
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
  const env = { ...world.env, PATH: path.join(":") };
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
    args: ["update", "inner", "--package-lock-only", "--ignore-scripts", "--git=git"],
    env: { PATH: join(world.folder, "outside"), NoDefaultCurrentDirectoryInExePath: "1" },
    times: 2,
    runs: [],
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
