/** Settings, as a client gives them and changes them. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { ago, manifestText } from "../setup/projects.ts";
import { summary } from "./client.ts";
import { World } from "./world.ts";

const TEXT = manifestText({ fresh: "1.1.0" });

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.registry.publish("fresh", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("fresh", "1.1.0", { at: ago({ days: 2 }) });
});
afterEach(() => world.end());

test("capabilities are those of the contract", async () => {
  const client = await world.start();
  expect(client.initialized?.serverInfo?.name).toBe("depwarden");
  expect(client.initialized?.capabilities).toMatchObject({
    hoverProvider: true,
    codeActionProvider: { codeActionKinds: ["quickfix", "source.fixAll.depwarden"] },
    executeCommandProvider: { commands: expect.arrayContaining(["depwarden.scanWorkspace"]) as string[] },
  });
});

test("they are pulled by resource, and a change of them checks again", async () => {
  const settings: Record<string, unknown> = { ...world.settings };
  const client = await world.start({ configuration: () => settings });
  const uri = await world.open(client, "package.json", TEXT);
  expect(summary(await client.atVersion(uri, 1))).toEqual(["fresh-release 4:14-19"]);
  expect(new Set(client.asked)).toEqual(new Set([world.uri()]));

  settings["minimumReleaseAge"] = "1d";
  let from = client.published.length;
  await client.settingsChanged();
  expect(await client.diagnostics(uri, () => true, from)).toEqual([]);

  settings["minimumReleaseAge"] = "7d";
  settings["rules"] = { "fresh-release": "error" };
  from = client.published.length;
  await client.settingsChanged();
  expect((await client.diagnostics(uri, () => true, from)).map(({ code, severity }) => [code, severity])).toEqual([
    ["fresh-release", 1],
  ]);

  settings["allow"] = [{ package: "fresh", versions: "1.1.0", reason: "read it" }];
  from = client.published.length;
  await client.settingsChanged();
  expect(await client.diagnostics(uri, () => true, from)).toEqual([]);
});

test("two folders may differ", async () => {
  const [strict, lax] = ["strict", "lax"];
  const client = await world.start({
    folders: [world.uri(strict), world.uri(lax)],
    configuration: (scope) => ({ ...world.settings, minimumReleaseAge: scope === world.uri(lax) ? "1h" : "30d" }),
  });
  const [one, other] = [
    await world.open(client, `${strict}/package.json`, TEXT),
    await world.open(client, `${lax}/package.json`, TEXT),
  ];
  expect(summary(await client.atVersion(one, 1))).toEqual(["fresh-release 4:14-19"]);
  expect(summary(await client.atVersion(other, 1))).toEqual([]);
});

test("a client that cannot be asked gives them when it starts, and may push them later", async () => {
  const client = await world.start({
    configuration: null,
    initializationOptions: { settings: { ...world.settings, minimumReleaseAge: "1d" } },
  });
  const uri = await world.open(client, "package.json", TEXT);
  expect(summary(await client.atVersion(uri, 1))).toEqual([]);
  const from = client.published.length;
  await client.settingsChanged({ depwarden: world.settings });
  expect(summary(await client.diagnostics(uri, () => true, from))).toEqual(["fresh-release 4:14-19"]);
});

test("a wrong entry is told, and the others hold", async () => {
  const client = await world.start({
    settings: {
      minimumReleaseAge: "soon",
      rules: { "fresh-release": "hint", nonsense: "error" },
      allow: [{ package: "fresh" }],
    },
  });
  const uri = await world.open(client, "package.json", TEXT);
  expect((await client.atVersion(uri, 1)).map(({ code, severity }) => [code, severity])).toEqual([
    ["fresh-release", 4],
  ]);
  const told = client.log.join("\n");
  expect(told).toContain("depwarden.minimumReleaseAge");
  expect(told).toContain('"nonsense"');
  expect(told).toContain("depwarden.allow: entry 1");
});

test("a client that fails to answer once is asked again", async () => {
  let failures = 1;
  const client = await world.start({
    configuration: () => {
      if (failures-- > 0) throw new Error("not now");
      return world.settings;
    },
  });
  await client.until(
    () => client.log.find((line) => line.includes("answered workspace/configuration with an error")),
    () => "the failure was not told",
  );
  const uri = await world.open(client, "package.json", TEXT);
  await client.change(uri, `\n${TEXT}`);
  expect(summary(await client.atVersion(uri, 2))).toEqual(["fresh-release 5:14-19"]);
});

test("a file changed on disk is checked again", async () => {
  const client = await world.start();
  const lockfile = (version: string) =>
    JSON.stringify({
      lockfileVersion: 3,
      packages: { "": { dependencies: { fresh: "^1.0.0" } }, "node_modules/fresh": { version } },
    });
  world.write("package-lock.json", lockfile("1.0.0"));
  const uri = await world.open(client, "package.json", manifestText({ fresh: "^1.0.0" }));
  expect(summary(await client.atVersion(uri, 1))).toEqual([]);
  expect(client.registrations).toContain("workspace/didChangeWatchedFiles");
  world.write("package-lock.json", lockfile("1.1.0"));
  const from = client.published.length;
  await client.filesChanged(world.uri("package-lock.json"));
  expect(summary(await client.diagnostics(uri, () => true, from))).toEqual(["fresh-release 4:14-20"]);
});
