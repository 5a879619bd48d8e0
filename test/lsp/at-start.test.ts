/** What is in the folders that are open is checked without a document being open, where the client asks for it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { summary } from "./client.ts";
import { World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.registry.publish("bad", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("bad", "1.1.0", { at: ago({ days: 300 }) });
  world.osv.add(malware("MAL-2099-1", "bad", ["1.1.0"], { published: ago({ days: 1 }) }));
  for (const folder of ["", "example/"]) {
    world.write(`${folder}package.json`, manifestText({ bad: "^1.0.0" }));
    world.write(`${folder}package-lock.json`, lockfileText({ bad: "^1.0.0" }, { bad: { version: "1.1.0" } }));
  }
});
afterEach(() => world.end());

const isBad = (found: readonly { readonly code?: unknown }[]): boolean =>
  found.some(({ code }) => code === "compromised");

test("the project in the folder itself, and no other below; it follows the files", async () => {
  const client = await world.start({ initializationOptions: { trusted: true, checksFolders: true } });
  await client.diagnostics(world.uri("package-lock.json"), isBad);
  expect(isBad(client.shown(world.uri("package.json")) ?? [])).toBe(true);
  expect(client.published.map(({ uri }) => uri).filter((uri) => uri.includes("example"))).toEqual([]);
  const from = client.published.length;
  world.write("package-lock.json", lockfileText({ bad: "^1.0.0" }, { bad: { version: "1.0.0" } }));
  await client.filesChanged(world.uri("package-lock.json"));
  await client.diagnostics(world.uri("package-lock.json"), (found) => !isBad(found), from);
});

test("nor what settings leave out", async () => {
  const client = await world.start({
    settings: { exclude: ["package*.json"] },
    initializationOptions: { trusted: true, checksFolders: true },
  });
  const uri = await world.open(client, "example/package.json", manifestText({ bad: "1.0.0" }));
  await client.diagnostics(uri);
  expect(client.published.map((entry) => entry.uri)).not.toContain(world.uri("package-lock.json"));
});

test("a document that is open is not checked twice", async () => {
  const client = await world.start({ initializationOptions: { trusted: true, checksFolders: true } });
  const uri = await world.open(client, "package.json", manifestText({ bad: "^1.0.0" }));
  await client.diagnostics(world.uri("package-lock.json"), isBad);
  await client.idle();
  expect(summary(client.shown(uri) ?? [])).toEqual(["compromised 4:12-18"]);
  expect(world.registry.countOf("bad")).toBe(1);
});

test("without that, nothing", async () => {
  const client = await world.start();
  const uri = await world.open(client, "example/package.json", manifestText({ bad: "1.0.0" }));
  await client.diagnostics(uri);
  expect(client.published.map((entry) => entry.uri)).not.toContain(world.uri("package.json"));
});
