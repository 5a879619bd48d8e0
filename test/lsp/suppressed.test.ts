/** What the settings file of a workspace folder turns off is said in the status, and in the JSON of a scan. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { ago, manifestText } from "../setup/projects.ts";
import type { ScanJson } from "../cli/cli.ts";
import type { Client } from "./client.ts";
import { World } from "./world.ts";

const FILE = ".vscode/settings.json";

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.registry.publish("fresh", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("fresh", "1.1.0", { at: ago({ days: 1 }) });
  world.write("package.json", manifestText({ fresh: "1.1.0" }));
});
afterEach(() => world.end());

const said = (client: Client, wanted: readonly string[]): Promise<unknown> =>
  client.until(
    () => (JSON.stringify(client.statuses.at(-1)?.suppressed) === JSON.stringify(wanted) ? wanted : undefined),
    () => `the last status says ${JSON.stringify(client.statuses.at(-1)?.suppressed)}`,
  );

test("a rule that the file turns off is said from the start, and no more once it is taken out", async () => {
  const settings: Record<string, unknown> = { ...world.settings, rules: { compromised: "off" } };
  world.write(FILE, { "depwarden.rules": { compromised: "off" } });
  const client = await world.start({ configuration: () => settings });
  await said(client, [`compromised off in ${FILE}`]);
  settings["rules"] = {};
  world.write(FILE, {});
  await client.settingsChanged();
  await said(client, []);
});

test("a person's own settings are their own choice", async () => {
  const client = await world.start({ settings: { rules: { compromised: "off" }, minimumReleaseAge: "0" } });
  const { suppressed } = (await client.execute("depwarden.scanWorkspace")) as ScanJson;
  expect(suppressed).toEqual([]);
  await said(client, []);
});

test("what the file says and the client does not take, suppresses nothing", async () => {
  world.write(FILE, { "depwarden.rules": { compromised: "off" }, "depwarden.offline": true });
  const client = await world.start();
  const { suppressed } = (await client.execute("depwarden.scanWorkspace")) as ScanJson;
  expect(suppressed).toEqual([]);
});

test("hosts that the file has asked are said, and no more once it is taken out", async () => {
  const [registry, url] = [world.registry.url, world.osv.url];
  const settings: Record<string, unknown> = { registry, osv: { enabled: true, url } };
  world.write(FILE, { "depwarden.registry": registry, "depwarden.osv.url": url });
  const client = await world.start({ configuration: () => settings });
  const asked = `${new URL(registry).origin} is asked instead of the registry that is configured`;
  const advisories = `${new URL(url).origin} is asked for advisories instead of https://api.osv.dev`;
  await said(client, [`registry in ${FILE}: ${asked}`, `osv.url in ${FILE}: ${advisories}`]);
  const { suppressed } = (await client.execute("depwarden.scanWorkspace")) as ScanJson;
  expect(suppressed).toEqual([
    { by: FILE, what: "registry", detail: asked },
    { by: FILE, what: "osv.url", detail: advisories },
  ]);
  // The same, as a person's own.
  world.write(FILE, {});
  await client.settingsChanged();
  await said(client, []);
});

test("what the file says is said however VS Code is told it", async () => {
  const { registry, osv } = world.settings;
  const rules = { compromised: "off" };
  world.write(FILE, { depwarden: { rules, registry: "https://r.example" }, "depwarden.registry": registry });
  const client = await world.start({ configuration: () => ({ registry, osv, rules }) });
  const asked = `${new URL(world.registry.url).origin} is asked instead of the registry that is configured`;
  await said(client, [`compromised off in ${FILE}`, `registry in ${FILE}: ${asked}`]);
});

test("a scan says what was allowed and left out", async () => {
  const own = { allow: [{ package: "fresh", reason: "read it" }], exclude: ["vendor"] };
  world.write("vendor/package.json", manifestText({ fresh: "1.1.0" }));
  world.write(FILE, { "depwarden.allow": own.allow, "depwarden.exclude": own.exclude });
  const client = await world.start({ settings: own });
  const { suppressed } = (await client.execute("depwarden.scanWorkspace")) as ScanJson;
  expect(suppressed).toEqual([
    { by: FILE, what: "allow", detail: "fresh 1.1.0: fresh-release (1 finding): read it" },
    { by: FILE, what: "exclude", detail: "vendor (1 file)" },
  ]);
  await said(client, [
    `allow in ${FILE}: fresh 1.1.0: fresh-release (1 finding): read it`,
    `exclude in ${FILE}: vendor (1 file)`,
  ]);
});

test("of several folders, each file speaks for its own", async () => {
  world.write("a/package.json", manifestText({ fresh: "1.1.0" }));
  world.write("b/package.json", manifestText({ fresh: "1.1.0" }));
  world.write(`b/${FILE}`, { "depwarden.rules": { typosquat: "off" } });
  const settings = (scope: string): unknown => ({
    ...world.settings,
    rules: scope.endsWith("/b") ? { typosquat: "off" } : {},
  });
  const client = await world.start({ folders: [world.uri("a"), world.uri("b")], configuration: settings });
  const { suppressed } = (await client.execute("depwarden.scanWorkspace")) as ScanJson;
  expect(suppressed).toEqual([{ by: `b/${FILE}`, what: "rules", detail: "typosquat off" }]);
});

test("a login in a project's file keeps names from OSV, and that is said", async () => {
  world.write(".npmrc", `//${new URL(world.registry.url).host}/:_authToken=abc\n`);
  const client = await world.start();
  const detail = "1 package not checked against OSV: its registry has a login in .npmrc";
  const { suppressed } = (await client.execute("depwarden.scanWorkspace")) as ScanJson;
  expect(suppressed).toEqual([{ by: ".npmrc", what: "advisories", detail }]);
  await said(client, [`advisories in .npmrc: ${detail}`]);
});
