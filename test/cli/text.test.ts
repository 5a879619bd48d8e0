/** What a person reads of a scan. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { runHere } from "./here.ts";
import { CliWorld } from "./world.ts";

let world: CliWorld;
beforeEach(async () => {
  world = await CliWorld.create();
  world.registry.publish("bad", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("bad", "1.0.1", { at: ago({ days: 300 }) });
  world.registry.publish("fresh", "1.0.0", { at: ago({ days: 300 }) });
  world.registry.publish("fresh", "1.1.0", { at: ago({ hours: 3 }) });
  world.registry.publish("old", "1.0.0", { at: ago({ days: 300 }), deprecated: "Use another one." });
  world.osv.add(malware("MAL-2099-1", "bad", ["1.0.1"], { published: ago({ days: 90 }) }));
});
afterEach(() => world.end());

const CLEAN = "1 package in 1 file: no errors or warnings.\n";

test("each release once with its places, errors first, files last; hints are counted", async () => {
  const asks = { bad: "1.0.1", fresh: "1.1.0", old: "1.0.0" };
  for (const folder of ["a", "b"]) world.write(`${folder}/package.json`, manifestText(asks));
  const { stdout } = await world.run("scan");
  expect(stdout.match(/^(?:error|warning|information|hint) +[\w ]+? \d\S+/gm)).toEqual([
    "error        bad 1.0.1",
    "warning      fresh 1.1.0",
  ]);
  for (const place of ["a/package.json:5:13", "b/package.json:5:13", "a/package.json:6:15", "b/package.json:6:15"])
    expect(stdout.split(` ${place}\n`)).toHaveLength(2);
  expect(stdout).toContain("files: 1 error, 1 warning.\n1 hint not shown: --verbose shows it.\n");
  expect(stdout).toMatch(/\nMend the errors before the next install\.\nMore: depwarden explain bad@1\.0\.1\n$/);
});

test("--verbose shows hints and every place, --quiet only errors", async () => {
  for (let at = 1; at <= 7; at++) world.write(`p${at}/package.json`, manifestText({ bad: "1.0.1", old: "1.0.0" }));
  const usual = (await world.run("scan")).stdout;
  expect(usual).toContain(" 2 more places (--verbose lists all)\n");
  expect(usual).not.toContain("p7/");
  const verbose = (await world.run("scan", "-v")).stdout;
  expect(verbose).toMatch(/^hint +old 1\.0\.0 is deprecated/m);
  expect(verbose).toContain("p7/package.json");
  const quiet = (await world.run("scan", "--quiet")).stdout;
  expect(quiet).toMatch(/^error +bad 1\.0\.1/);
  expect(quiet).not.toMatch(/hint|information/);
});

test("--quiet says nothing where there is no error", async () => {
  world.write("package.json", manifestText({ fresh: "1.1.0" }));
  expect((await world.run("scan", "-q")).stdout).toBe("");
});

test("a compromised version that was removed is one finding", async () => {
  world.osv.add(malware("MAL-2099-2", "fresh", ["1.0.5"], { published: ago({ days: 90 }) }));
  world.write("package.json", manifestText({ fresh: "^1.0.0" }));
  world.write("package-lock.json", lockfileText({ fresh: "^1.0.0" }, { fresh: { version: "1.0.5" } }));
  const { stdout } = await world.run("scan");
  expect(stdout.match(/^error/gm)).toHaveLength(1);
  expect(stdout).toContain("2 files: 1 error");
});

test("lines are wrapped to a terminal, but for addresses; in a pipe they are not", async () => {
  world.write("package.json", manifestText({ fresh: "1.1.0" }));
  const args = ["scan", ...world.online, "--no-cache"];
  const lines = (await runHere(world, args, 60)).stdout.split("\n");
  const isLong = (line: string): boolean => line.length > 60 && !line.includes("https://");
  expect(lines.filter(isLong)).toEqual([]);
  expect((await runHere(world, args)).stdout.split("\n").some(isLong)).toBe(true);
});

test("--json is --format json; nothing to say is one line", async () => {
  world.write("package.json", manifestText({ bad: "1.0.0" }));
  expect(JSON.parse((await world.run("scan", "--json")).stdout)).toMatchObject({ schemaVersion: 1 });
  world.write(".npmrc", "min-release-age=3\n");
  expect((await world.run("scan")).stdout).toBe(CLEAN);
});
