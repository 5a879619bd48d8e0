/** What a scan has shown, without a document open: it is mended or goes as files, folders and settings change. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { heldAnswer } from "../fakes/failures.ts";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { type Client, summary } from "./client.ts";
import { World } from "./world.ts";

const SCAN = "depwarden.scanWorkspace";
const FRESH = manifestText({ fresh: "1.1.0" });
const OLD = manifestText({ fresh: "1.0.0" });
const FOUND = ["fresh-release 4:14-19"];

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.registry.publish("fresh", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("fresh", "1.1.0", { at: ago({ hours: 5 }) });
});
afterEach(() => world.end());

function remove(path: string): void {
  rmSync(join(world.project, path), { recursive: true });
}

const shows = (client: Client, path: string, from = 0): Promise<readonly unknown[]> =>
  client.diagnostics(world.uri(path), (all) => all.length > 0, from);
const showsNothing = (client: Client, path: string, from: number): Promise<readonly unknown[]> =>
  client.diagnostics(world.uri(path), (all) => all.length === 0, from);

/** Writes package.json files and has them scanned. */
async function scanned(...folders: readonly string[]): Promise<Client> {
  for (const folder of folders) world.write(join(folder, "package.json"), FRESH);
  const client = await world.start();
  await client.execute(SCAN);
  for (const folder of folders)
    expect(summary(client.shown(world.uri(join(folder, "package.json"))) ?? [])).toEqual(FOUND);
  return client;
}

test("a file that is mended on disk", async () => {
  const client = await scanned("a", "b");
  const from = client.published.length;
  world.write("a/package.json", OLD);
  await client.filesChanged(world.uri("a/package.json"));
  await showsNothing(client, "a/package.json", from);
  expect(summary(client.shown(world.uri("b/package.json")) ?? [])).toEqual(FOUND);
  world.write("a/package.json", FRESH);
  await client.filesChanged(world.uri("a/package.json"));
  await shows(client, "a/package.json", client.published.length);
});

test("a file that is deleted, and one that comes back", async () => {
  const client = await scanned("a");
  const from = client.published.length;
  remove("a/package.json");
  await client.filesDeleted(world.uri("a/package.json"));
  await showsNothing(client, "a/package.json", from);
  world.write("a/package.json", FRESH);
  await client.filesChanged(world.uri("a/package.json"));
  await shows(client, "a/package.json", client.published.length);
});

test("a folder that is deleted, of which the editor tells no file", async () => {
  const client = await scanned("below/a", "below/b", "other");
  const from = client.published.length;
  remove("below");
  await client.filesDeleted(world.uri("below"));
  await showsNothing(client, "below/a/package.json", from);
  await showsNothing(client, "below/b/package.json", from);
  expect(summary(client.shown(world.uri("other/package.json")) ?? [])).toEqual(FOUND);
});

test("a lockfile that is deleted takes its findings along, and the manifest's stay", async () => {
  world.write("package-lock.json", lockfileText({ fresh: "1.1.0" }, { fresh: { version: "1.1.0" } }));
  const client = await scanned("");
  expect(client.shown(world.uri("package-lock.json"))).toHaveLength(1);
  const from = client.published.length;
  remove("package-lock.json");
  await client.filesDeleted(world.uri("package-lock.json"));
  await showsNothing(client, "package-lock.json", from);
  expect(summary(await client.diagnostics(world.uri("package.json"), () => true, from))).toEqual(FOUND);
});

test("a root of workspaces that is deleted leaves its packages as projects of their own", async () => {
  world.write("packages/a/package.json", FRESH);
  world.write("packages/b/package.json", FRESH);
  world.write("package.json", OLD.replace("{", '{ "workspaces": ["packages/*"],'));
  const client = await world.start();
  await client.execute(SCAN);
  const from = client.published.length;
  remove("package.json");
  world.write("packages/b/package.json", OLD);
  await client.filesDeleted(world.uri("package.json"));
  await shows(client, "packages/a/package.json", from);
  await showsNothing(client, "packages/b/package.json", from);
  // Each by itself from then on.
  const later = client.published.length;
  world.write("packages/a/package.json", OLD);
  await client.filesChanged(world.uri("packages/a/package.json"));
  await showsNothing(client, "packages/a/package.json", later);
});

test("a policy file above it that comes", async () => {
  const client = await scanned("a");
  const from = client.published.length;
  world.write("a/.npmrc", "min-release-age=0\n");
  await client.filesChanged(world.uri("a/.npmrc"));
  await showsNothing(client, "a/package.json", from);
});

test("a workspace folder that is removed takes its findings along; what is open stays; one that is added is prepared", async () => {
  world.write("one/package.json", FRESH);
  world.write("two/package.json", FRESH);
  const client = await world.start({ folders: [world.uri("one"), world.uri("two")] });
  await client.execute(SCAN);
  const open = await world.open(client, "one/inner/package.json", FRESH);
  await client.atVersion(open, 1);
  const from = client.published.length;
  await client.foldersChanged([world.uri("three")], [world.uri("one")]);
  await showsNothing(client, "one/package.json", from);
  expect(summary(client.shown(open) ?? [])).toEqual(FOUND);
  expect(summary(client.shown(world.uri("two/package.json")) ?? [])).toEqual(FOUND);
  await client.until(
    () => (client.asked.includes(world.uri("three")) ? true : undefined),
    () => "the added folder's settings were not asked for",
  );
  const result = (await client.execute(SCAN)) as { files: { path: string }[] };
  expect(result.files.map(({ path }) => path)).toEqual(["two/package.json"]);
});

test("settings that change: another cooldown, and folders left out", async () => {
  world.write("a/package.json", FRESH);
  world.write("b/package.json", FRESH);
  const settings: Record<string, unknown> = { ...world.settings, rules: { "weak-cooldown": "off" } };
  const client = await world.start({ configuration: () => settings });
  await client.execute(SCAN);
  let from = client.published.length;
  settings["exclude"] = ["a/**"];
  await client.settingsChanged();
  await showsNothing(client, "a/package.json", from);
  expect(summary(client.shown(world.uri("b/package.json")) ?? [])).toEqual(FOUND);
  from = client.published.length;
  settings["minimumReleaseAge"] = "1h";
  await client.settingsChanged();
  await showsNothing(client, "b/package.json", from);
});

test("a cache that is cleared", async () => {
  const client = await scanned("a");
  world.osv.add(malware("MAL-2099-1", "fresh", ["1.1.0"], { published: ago({ hours: 1 }) }));
  await client.execute("depwarden.clearCache");
  await client.diagnostics(world.uri("a/package.json"), (all) => all.some(({ code }) => code === "compromised"));
});

test("a file that changes while the scan is under way", async () => {
  world.write("a/package.json", FRESH);
  world.write("b/package.json", manifestText({ slow: "1.0.0" }));
  world.registry.publish("slow", "1.0.0", { at: ago({ days: 400 }) });
  const { failure, release } = heldAnswer();
  world.registry.fail("slow", failure);
  const client = await world.start();
  const scan = client.execute(SCAN);
  await client.until(
    () => (world.registry.countOf("slow") > 0 ? true : undefined),
    () => "the scan did not come to b",
  );
  world.write("b/package.json", FRESH);
  await client.filesChanged(world.uri("b/package.json"));
  // Messages keep their order: once this is answered, the server has heard of the change.
  await client.hover(world.uri("a/package.json"), { line: 0, character: 0 });
  release();
  await scan;
  await shows(client, "b/package.json");
});

test("what .gitignore names is left out, but for the parts of a project that is found", async () => {
  world.write(".gitignore", "made/\npackage-lock.json\n");
  world.write("made/package.json", FRESH);
  world.write("app/package.json", FRESH);
  world.write("app/package-lock.json", lockfileText({ fresh: "1.1.0" }, { fresh: { version: "1.1.0" } }));
  const client = await world.start();
  const { files } = (await client.execute(SCAN)) as { files: readonly { path: string }[] };
  expect(files.map(({ path }) => path)).toEqual(["app/package.json", "app/package-lock.json"]);
  expect(client.shown(world.uri("app/package-lock.json"))).toHaveLength(1);
  expect(client.shown(world.uri("made/package.json")) ?? []).toEqual([]);
  // A document that is opened is judged all the same.
  await client.open(world.uri("made/package.json"), FRESH);
  await shows(client, "made/package.json");
});
