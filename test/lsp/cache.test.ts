/** The disk cache, as several servers share it. */
import { writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { summary } from "./client.ts";
import { World } from "./world.ts";

const NAMES = ["a", "b", "c", "d"];
const MANIFEST = manifestText(Object.fromEntries(NAMES.map((name) => [name, "1.0.0"])));
const LOCKFILE = lockfileText(
  Object.fromEntries(NAMES.map((name) => [name, "1.0.0"])),
  Object.fromEntries([...NAMES, "below"].map((name) => [name, { version: "1.0.0" }])),
);
const FINDINGS = ["compromised 5:10-15", "fresh-release 4:10-15"];

let world: World;
beforeEach(async () => {
  world = await World.create();
  for (const name of [...NAMES, "below"])
    world.registry.publish(name, "1.0.0", { at: ago(name === "a" ? { hours: 2 } : { days: 200 }) });
  world.osv.add(malware("MAL-2099-1", "b", ["1.0.0"], { published: ago({ days: 1 }) }));
  world.write("package-lock.json", LOCKFILE);
});
afterEach(() => world.end());

async function found(): Promise<readonly string[]> {
  const client = await world.start();
  const uri = await world.open(client, "package.json", MANIFEST);
  const diagnostics = summary(await client.atVersion(uri, 1));
  await client.stop();
  return diagnostics;
}

test("a second start asks the registry and OSV for nothing while what was kept is fresh", async () => {
  expect(await found()).toEqual(FINDINGS);
  expect(world.registry.requests.length).toBeGreaterThan(0);
  world.registry.clearRequests();
  world.osv.clearRequests();
  expect(await found()).toEqual(FINDINGS);
  expect(world.registry.requests).toEqual([]);
  expect(world.osv.requests).toEqual([]);
});

test("two servers at once share it, and both say the same", async () => {
  expect(await Promise.all([found(), found(), found()])).toEqual([FINDINGS, FINDINGS, FINDINGS]);
  world.registry.clearRequests();
  expect(await found()).toEqual(FINDINGS);
  expect(world.registry.requests.filter(({ kind }) => kind === "packument")).toEqual([]);
});

test("a cache that was damaged is a miss, not a wrong answer", async () => {
  await found();
  const files = await readdir(world.cacheDir, { recursive: true, withFileTypes: true });
  const contents = files.filter((entry) => entry.isFile());
  expect(contents.length).toBeGreaterThan(0);
  for (const { parentPath, name } of contents) writeFileSync(join(parentPath, name), "damaged");
  expect(await found()).toEqual(FINDINGS);
});
