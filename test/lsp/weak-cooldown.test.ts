/** A cooldown that is missing or mistaken, told in the editor and mended by a quick fix. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Diagnostic } from "vscode-languageserver/node";
import { manifestText } from "../setup/projects.ts";
import type { Client } from "./client.ts";
import { World } from "./world.ts";

const ON = { rules: {} };

let world: World;
beforeEach(async () => {
  world = await World.create();
});
afterEach(() => world.end());

const weak = (all: readonly Diagnostic[]): readonly Diagnostic[] => all.filter(({ code }) => code === "weak-cooldown");

async function shownWeak(client: Client, uri: string): Promise<readonly Diagnostic[]> {
  return weak(await client.diagnostics(uri, (all) => weak(all).length > 0));
}

test("none is set: told once, at the start of the root's manifest, and the fix makes the file", async () => {
  const client = await world.start({ settings: ON });
  const manifest = await world.open(client, "package.json", manifestText({}, { packageManager: "npm@11.19.1" }));
  const [found] = await shownWeak(client, manifest);
  expect(found).toMatchObject({
    severity: 3,
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    message:
      "npm has no cooldown here and takes releases of any age. min-release-age=3 in .npmrc makes it wait for 3 days (npm 11.10 and up).",
    data: { rule: "weak-cooldown", package: "", version: "" },
  });
  const actions = await client.codeActions(manifest, found === undefined ? [] : [found]);
  expect(actions.map(({ title }) => title)).toEqual(["Set a cooldown of 3 days: min-release-age=3 in .npmrc"]);
  expect(actions[0]?.edit?.documentChanges).toEqual([
    { kind: "create", uri: world.uri(".npmrc"), options: { ignoreIfExists: true } },
    {
      textDocument: { uri: world.uri(".npmrc"), version: null },
      edits: [
        { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, newText: "min-release-age=3\n" },
      ],
    },
  ]);
});

test("a mistaken unit: told at the value as it is typed, mended from the text as it then stands", async () => {
  const client = await world.start({ settings: ON });
  await world.open(client, "package.json", manifestText({}, { packageManager: "yarn@4.18.1" }));
  const config = await world.open(client, ".yarnrc.yml", "# ours\nnpmMinimalAgeGate: 7d\n");
  await client.atVersion(config, 1);
  expect(weak(client.shown(config) ?? [])).toEqual([]);
  await client.change(config, "# ours\nnpmMinimalAgeGate: 7 # days\n");
  const [found] = await shownWeak(client, config);
  expect(found).toMatchObject({
    range: { start: { line: 1, character: 19 }, end: { line: 1, character: 20 } },
    message: "npmMinimalAgeGate: 7 is 7 minutes: without a unit Yarn counts in minutes.",
  });
  const [action] = await client.codeActions(config, found === undefined ? [] : [found]);
  await client.apply(action?.edit);
  expect(client.text(config)).toBe("# ours\nnpmMinimalAgeGate: 3d # days\n");
  await client.diagnostics(config, (all) => weak(all).length === 0);
  // One that was mended in the meantime has nothing to be mended.
  expect(await client.codeActions(config, found === undefined ? [] : [found])).toEqual([]);
});

test("a diagnostic that is older than the text mends the place where the finding is now", async () => {
  const client = await world.start({ settings: ON });
  await world.open(client, "package.json", manifestText({}, { packageManager: "yarn@4.18.1" }));
  const config = await world.open(client, ".yarnrc.yml", "npmMinimalAgeGate: 7\n");
  const [stale] = await shownWeak(client, config);
  await client.change(config, "# one\n# two\nenableTelemetry: 0\nnpmMinimalAgeGate: 7\n");
  const [action] = await client.codeActions(config, stale === undefined ? [] : [stale]);
  await client.apply(action?.edit);
  expect(client.text(config)).toBe("# one\n# two\nenableTelemetry: 0\nnpmMinimalAgeGate: 3d\n");
});

test("the person's own cooldown is one", async () => {
  world.write("../home/.npmrc", "min-release-age=7\n");
  const client = await world.start({ settings: ON });
  const manifest = await world.open(client, "package.json", manifestText({}, { packageManager: "npm@11.19.1" }));
  await client.atVersion(manifest, 1);
  expect(client.shown(manifest)).toEqual([]);
});

test("a file that is written on disk mends it", async () => {
  const client = await world.start({ settings: ON });
  const manifest = await world.open(client, "package.json", manifestText({}, { packageManager: "npm@11.19.1" }));
  await shownWeak(client, manifest);
  world.write(".npmrc", "min-release-age=3\n");
  await client.filesChanged(world.uri(".npmrc"));
  await client.diagnostics(manifest, (all) => weak(all).length === 0);
});
