/** `summary.packages`, `summary.unchecked` and `files[].packages`: distinct releases, counted by one rule. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { scanned } from "./cli.ts";
import { CliWorld } from "./world.ts";

let world: CliWorld;
beforeEach(async () => {
  world = await CliWorld.create();
  world.registry.publish("fine", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("other", "1.0.0", { at: ago({ days: 400 }) });
});
afterEach(() => world.end());

async function counted(...args: readonly string[]) {
  const { summary, files } = scanned(await world.run("scan", "--format", "json", ...args));
  return {
    packages: summary["packages"],
    unchecked: summary["unchecked"],
    files: Object.fromEntries(files.map(({ path, packages }) => [path, packages])),
  };
}

test("a package of which no version could be told counts among the packages, as it does among the unchecked", async () => {
  world.write("package.json", manifestText({ fine: "1.0.0", none: "^1.0.0", nowhere: "latest" }));
  expect(await counted()).toEqual({ packages: 3, unchecked: 2, files: { "package.json": 3 } });
});

test("a release of two projects counts once, and so does a range", async () => {
  for (const folder of ["a", "b"]) {
    world.write(`${folder}/package.json`, manifestText({ fine: "1.0.0", none: "^1.0.0" }));
    world.write(`${folder}/package-lock.json`, lockfileText({ fine: "1.0.0" }, { fine: { version: "1.0.0" } }));
  }
  world.write("b/package.json", manifestText({ fine: "1.0.0", none: "^2.0.0" }));
  expect(await counted()).toEqual({
    packages: 3,
    unchecked: 2,
    files: { "a/package.json": 2, "a/package-lock.json": 1, "b/package.json": 2, "b/package-lock.json": 1 },
  });
});

test("one that could not be checked in one of two projects counts once, as unchecked", async () => {
  world.registry.fail("fine", { kind: "status", status: 403 });
  for (const folder of ["a", "b"]) world.write(`${folder}/package.json`, manifestText({ fine: "1.0.0" }));
  expect(await counted()).toMatchObject({ packages: 1, unchecked: 1 });
});

test("offline, all are unchecked and none is counted twice", async () => {
  world.write("package.json", manifestText({ fine: "1.0.0", none: "^1.0.0", other: "1.0.0" }));
  world.write("a/package.json", manifestText({ fine: "1.0.0", none: "^1.0.0" }));
  expect(await counted("--offline")).toEqual({
    packages: 3,
    unchecked: 3,
    files: { "package.json": 3, "a/package.json": 2 },
  });
});

test("the summary in words says the same", async () => {
  world.write("package.json", manifestText({ none: "^1.0.0" }));
  const { stdout } = await world.run("scan");
  expect(stdout).toContain("1 package in 1 file");
  expect(stdout).toContain("1 package could not be checked");
});
