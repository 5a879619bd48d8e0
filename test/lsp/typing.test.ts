/** Typing: the newest text wins, and nothing slow stands in its way. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ago, lockfileText, manifestText, specifierIn, versionIn } from "../setup/projects.ts";
import { summary } from "./client.ts";
import { World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.registry.publish("fresh", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("fresh", "1.1.0", { at: ago({ hours: 5 }) });
  world.registry.publish("other", "2.0.0", { at: ago({ days: 300 }) });
});
afterEach(() => world.end());

/** A text whose finding stands on a line of its own, and whose check has to ask for a package of its own: the version tells which. */
function textAt(version: number): string {
  return `${"\n".repeat(version)}${manifestText({ fresh: "1.1.0", [`slow-${version}`]: "1.0.0" })}`;
}

test("twenty quick changes: every publication is of the text whose version it names, none is of an older text, and the last one comes", async () => {
  for (let version = 1; version <= 21; version++)
    world.registry.publish(`slow-${version}`, "1.0.0", { at: ago({ days: 200 }) });
  // Now quicker than the next change, now slower.
  world.registry.fail(({ name }) => name?.startsWith("slow-") === true && Number(name.slice(5)) % 3 !== 0, {
    kind: "slow",
    delayMs: 250,
  });
  const client = await world.start();
  const uri = await world.open(client, "package.json", textAt(1));
  await client.atVersion(uri, 1);
  const known: { readonly version: number; readonly from: number }[] = [];
  // Bursts, and pauses in which a check begins, is under way, or is done.
  for (const pause of [0, 0, 1, 5, 0, 160, 0, 170, 10, 155, 200, 300, 200, 151, 450, 150, 200, 3, 165, 0]) {
    const version = await client.change(uri, textAt(client.version(uri) + 1));
    // Messages keep their order: once this is answered, the server has the text, and what it published before has come.
    await client.hover(uri, { line: 0, character: 0 });
    known.push({ version, from: client.published.length });
    await sleep(pause);
  }
  await client.atVersion(uri, 21);
  for (const { version, diagnostics } of client.published) {
    expect(diagnostics.map(({ range }) => range)).toEqual([specifierIn(textAt(version ?? 0), "fresh")]);
  }
  for (const { version, from } of known) {
    expect(client.published.slice(from).filter((entry) => (entry.version ?? 0) < version)).toEqual([]);
  }
  // How many lie between the first and the last is up to the machine.
  expect(client.published.length).toBeGreaterThan(1);
  expect(client.published.at(-1)?.version).toBe(21);
});

test("incremental changes count as the editor makes them", async () => {
  const client = await world.start();
  const uri = await world.open(client, "package.json", manifestText({ fresh: "1.0.0" }));
  expect(summary(await client.atVersion(uri, 1))).toEqual([]);
  await client.type(uri, '1.0.0"\n  }', '1.1.0"\n  }');
  const version = await client.type(uri, '"dependencies"', '\n\n  "dependencies"');
  const found = await client.atVersion(uri, version);
  expect(found.map(({ code, range }) => [code, range])).toEqual([
    ["fresh-release", specifierIn(client.text(uri), "fresh")],
  ]);
});

test("a package whose registry does not answer holds up neither the findings of others, nor their hover, nor later edits", async () => {
  world.registry.fail("stuck", { kind: "hang" });
  const client = await world.start();
  const text = manifestText({ stuck: "^1.0.0", fresh: "^1.0.0", other: "^2.0.0" });
  const uri = await world.open(client, "package.json", text);
  expect(await client.hoverText(uri, specifierIn(text, "other").start)).toContain("other");
  expect(summary(await client.diagnostics(uri))).toEqual(["fresh-release 5:14-20"]);

  const version = await client.type(uri, '"fresh": "^1.0.0"', '"fresh": "1.0.0"');
  expect(summary(await client.diagnostics(uri, (_diagnostics, entry) => entry.version === version))).toEqual([]);
  // Taken out, it is waited for no more: the answer is whole at once.
  const without = await client.change(uri, manifestText({ fresh: "1.1.0" }));
  expect(summary(await client.atVersion(uri, without))).toEqual(["fresh-release 4:14-19"]);
});

test("a hover that comes right after opening waits for the facts", async () => {
  world.registry.fail("fresh", { kind: "slow", delayMs: 200 });
  const client = await world.start();
  const manifest = manifestText({ fresh: "^1.0.0" });
  const lockfile = lockfileText({ fresh: "^1.0.0" }, { fresh: { version: "1.1.0" } });
  // Each opening starts a check of the same project, which takes the place of the one before.
  const [first, second] = [
    await world.open(client, "package.json", manifest),
    await world.open(client, "package-lock.json", lockfile),
  ];
  const [inManifest, inLockfile] = await Promise.all([
    client.hoverText(first, specifierIn(manifest, "fresh").start),
    client.hoverText(second, versionIn(lockfile, "fresh", "1.1.0").start),
  ]);
  expect(inManifest).toContain("**fresh 1\\.1\\.0**");
  expect(inLockfile).toContain("**fresh 1\\.1\\.0**");
});

test("a document that is closed before its check leaves nothing behind", async () => {
  const client = await world.start();
  const text = manifestText({ fresh: "1.1.0" });
  const uri = await world.open(client, "package.json", text);
  await client.atVersion(uri, 1);
  await client.change(uri, `\n${text}`);
  await client.close(uri);
  await client.diagnostics(uri, (diagnostics) => diagnostics.length === 0);
  // A check of the closed text would have begun, and ended, before this one.
  const other = await world.open(client, "other/package.json", text);
  await client.atVersion(other, 1);
  expect(client.shown(uri)).toEqual([]);
});

test("closing without saving: the file on disk counts again", async () => {
  const client = await world.start();
  const lockfile = lockfileText({ fresh: "^1.0.0" }, { fresh: { version: "1.1.0" } });
  const manifest = await world.open(client, "package.json", manifestText({ fresh: "^1.0.0" }));
  const uri = await world.open(client, "package-lock.json", lockfile);
  await client.atVersion(uri, 1);
  const changed = await client.change(uri, lockfileText({ fresh: "^1.0.0" }, { fresh: { version: "1.0.0" } }));
  expect(await client.atVersion(uri, changed)).toEqual([]);
  await client.close(uri);
  const found = await client.diagnostics(uri, (diagnostics) => diagnostics.length > 0, client.published.length);
  expect(found.map(({ range }) => range)).toEqual([versionIn(lockfile, "fresh", "1.1.0")]);
  expect(summary(client.shown(manifest) ?? [])).toEqual(["fresh-release 4:14-20"]);
});
