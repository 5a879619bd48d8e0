/** What git itself makes of the variables that it is given. */
import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, expect, it } from "vitest";
import { explicitRepositories } from "../../server/src/core/util/git-variables.ts";
import { World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.remove());

/** The configuration that git takes from variables. */
function configuration(env: Readonly<Record<string, string>>): string {
  const own = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", ...env };
  const options = { cwd: world.folder, encoding: "utf8", env: { ...own, ...explicitRepositories(env) } } as const;
  return execFileSync("git", ["config", "--list"], options);
}

const MINE = { GIT_CONFIG_KEY_0: "my.own", GIT_CONFIG_VALUE_0: "x" };

/** Before its own, the lines of what the environment gives already. */
it.each<[string, Readonly<Record<string, string>>, string]>([
  ["no others", {}, ""],
  ["an empty count", { GIT_CONFIG_COUNT: "" }, ""],
  ["a count of none", { GIT_CONFIG_COUNT: "0" }, ""],
  ["another", { GIT_CONFIG_COUNT: "1", ...MINE }, "my.own=x\n"],
  ["another, counted as C does", { GIT_CONFIG_COUNT: " +01", ...MINE }, "my.own=x\n"],
  [
    "another word on the same",
    { GIT_CONFIG_COUNT: "1", ...MINE, GIT_CONFIG_KEY_0: "safe.bareRepository" },
    "safe.barerepository=x\n",
  ],
  ["a count that is none", { GIT_CONFIG_COUNT: "1x", ...MINE }, ""],
])("git takes them beside %s", (_title, env, before) => {
  expect(configuration(env)).toBe(`${before}safe.barerepository=explicit\n`);
});
