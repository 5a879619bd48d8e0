/** Texts that are broken, empty, in conflict, large, or not files at all. */
import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ago, lockfileText, manifestText, specifierIn } from "../setup/projects.ts";
import { summary } from "./client.ts";
import { World } from "./world.ts";
import { SERVER } from "../setup/sandbox.ts";

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.registry.publish("fresh", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("fresh", "1.1.0", { at: ago({ hours: 5 }) });
  world.registry.publish("fresh", "1.2.0", { at: ago({ hours: 4 }) });
});
afterEach(() => world.end());

test("a merge conflict is named as one, and both sides are checked", async () => {
  const whole = lockfileText({ fresh: "^1.0.0" }, { fresh: { version: "1.1.0" } });
  const text = whole.replace(
    '      "version": "1.1.0",\n',
    '<<<<<<< HEAD\n      "version": "1.1.0",\n=======\n      "version": "1.2.0",\n>>>>>>> theirs\n',
  );
  expect(text).not.toBe(whole);
  const client = await world.start();
  const uri = await world.open(client, "package-lock.json", text);
  const diagnostics = await client.atVersion(uri, 1);
  const [gap, ...more] = diagnostics.filter(({ code }) => code === "unchecked");
  expect(more).toEqual([]);
  expect(gap?.message).toMatch(/^package-lock\.json could not be read whole: .*conflict/);
  expect(gap?.severity).toBe(3);
  const lines = text.split("\n");
  const fresh = diagnostics
    .filter(({ code }) => code === "fresh-release")
    .map(({ range }) => lines[range.start.line]?.slice(range.start.character, range.end.character));
  expect(fresh.sort()).toEqual(["1.1.0", "1.2.0"]);
});

test.each([
  ["an empty file", ""],
  ["white space", " \n\n"],
  ["no object", "[1, 2]"],
  ["YAML", "name: app\ndependencies:\n  fresh: 1.1.0\n"],
])("%s: one finding that says that it cannot be read", async (_name, text) => {
  const client = await world.start();
  const uris = [await world.open(client, "package.json", text), await world.open(client, "package-lock.json", text)];
  for (const uri of uris) {
    const diagnostics = await client.atVersion(uri, 1);
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([["unchecked", 3]]);
    expect(diagnostics[0]?.message).toContain("could not be read whole");
  }
  expect(await client.hover(uris[0] ?? "", { line: 0, character: 0 })).toBeNull();
});

test("broken off in the middle: what stands before it is checked", async () => {
  const text = manifestText({ fresh: "1.1.0", other: "1.0.0" });
  const client = await world.start();
  const uri = await world.open(client, "package.json", text.slice(0, text.indexOf('"other"') + 4));
  expect(summary(await client.atVersion(uri, 1)).map((entry) => entry.split(" ")[0])).toEqual([
    "fresh-release",
    "unchecked",
  ]);
});

test("names that are traps for objects are names like others", async () => {
  const text = manifestText({}).replace(
    '"dependencies": {}',
    '"dependencies": { "__proto__": "1.0.0", "constructor": "1.0.0", "fresh": "1.1.0", "../../etc": "1.0.0" }',
  );
  const client = await world.start();
  const uri = await world.open(client, "package.json", text);
  const diagnostics = await client.atVersion(uri, 1);
  expect(diagnostics.filter(({ code }) => code === "fresh-release").map(({ range }) => range)).toEqual([
    specifierIn(text, "fresh"),
  ]);
  expect(world.registry.requests.map(({ path }) => path).join()).not.toContain("etc");
});

test("a lockfile beside it that cannot be read is told of, not passed over", async () => {
  execFileSync("mkfifo", [join(world.project, "npm-shrinkwrap.json")]);
  symlinkSync("package-lock.json", join(world.project, "package-lock.json"));
  const client = await world.start();
  await world.open(client, "package.json", manifestText({ fresh: "1.0.0" }));
  const [shrinkwrap] = await client.diagnostics(world.uri("npm-shrinkwrap.json"));
  expect(shrinkwrap).toMatchObject({
    code: "unchecked",
    severity: 3,
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  });
  expect(shrinkwrap?.message).toBe("npm-shrinkwrap.json could not be read: it is not a plain file.");
  const [lockfile] = await client.diagnostics(world.uri("package-lock.json"));
  expect(lockfile?.message).toContain("package-lock.json could not be read: it is a symbolic link that leads nowhere");
});

test("a lockfile of 5 MB holds up no hover in another project", async () => {
  const large = lockfileText(
    {},
    Object.fromEntries(Array.from({ length: 33_000 }, (_, index) => [`package-${index}`, { version: "1.0.0" }])),
  );
  expect(large.length).toBeGreaterThan(5_000_000);
  const client = await world.start({ folders: [world.uri("small"), world.uri("large")] });
  const text = manifestText({ fresh: "1.1.0" });
  const small = await world.open(client, "small/package.json", text);
  await client.atVersion(small, 1);
  // It never gets its facts: its check is under way for as long as the test lasts.
  world.registry.fail("*", { kind: "hang" });
  await world.open(client, "large/package-lock.json", large);
  for (let round = 0; round < 20; round++) {
    expect(await client.hoverText(small, specifierIn(text, "fresh").start)).toContain("fresh");
  }
  expect(client.published.some(({ uri }) => uri === world.uri("large/package-lock.json"))).toBe(false);
});

test("files of other names are left alone", async () => {
  const client = await world.start();
  const uri = await world.open(client, "tsconfig.json", manifestText({ fresh: "1.1.0" }));
  expect(await client.hover(uri, { line: 4, character: 15 })).toBeNull();
  expect(await client.codeActions(uri, [], ["source.fixAll"])).toEqual([]);
  expect(client.published).toEqual([]);
});

test("an unsaved file is checked by its text alone; what is no file is not checked", async () => {
  const client = await world.start({ program: SERVER });
  const text = manifestText({ fresh: "1.1.0" });
  await client.open(world.uri("new/package.json"), text);
  expect(summary(await client.atVersion(world.uri("new/package.json"), 1))).toEqual(["fresh-release 4:14-19"]);
  const others = ["untitled:package.json", "vscode-vfs://github/owner/repo/package.json"];
  for (const uri of others) await client.open(uri, text);
  // What comes after them is checked by then.
  const version = await client.change(world.uri("new/package.json"), `\n${text}`);
  expect(summary(await client.atVersion(world.uri("new/package.json"), version))).toEqual(["fresh-release 5:14-19"]);
  expect(others.map((uri) => client.shown(uri))).toEqual([undefined, undefined]);
  expect(client.stderr).toBe("");
});

test("a root of workspaces that stops to be one: its open packages are checked as projects of their own", async () => {
  const root = manifestText({}).replace("{", '{ "workspaces": ["a"],');
  const client = await world.start();
  const text = manifestText({ fresh: "1.1.0" });
  const [above, below] = [
    await world.open(client, "package.json", root),
    await world.open(client, "a/package.json", text),
  ];
  await client.atVersion(above, 1);
  expect(summary(await client.atVersion(below, 1))).toEqual(["fresh-release 4:14-19"]);
  const from = client.published.length;
  await client.change(above, manifestText({}));
  expect(summary(await client.diagnostics(below, (all) => all.length > 0, from))).toEqual(["fresh-release 4:14-19"]);
});
