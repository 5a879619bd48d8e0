/** The sample of the axios compromise, in the editor: live (relative to now) and a day after. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DiagnosticSeverity } from "vscode-languageserver/node";
import { axiosWorld, sampleWorld } from "../fakes/incidents.ts";
import { ago } from "../setup/projects.ts";
import { SAMPLE, SERVER } from "../setup/sandbox.ts";
import { summary } from "./client.ts";
import { World } from "./world.ts";

const MANIFEST = readFileSync(join(SAMPLE, "package.json"), "utf8");
const LOCKFILE = readFileSync(join(SAMPLE, "package-lock.json"), "utf8");
// Line 13 and 56 and 353 of the files, as an editor numbers them.
const AXIOS_IN_MANIFEST = { start: { line: 12, character: 14 }, end: { line: 12, character: 21 } };
const AXIOS_IN_LOCKFILE = { start: { line: 55, character: 18 }, end: { line: 55, character: 24 } };
const DROPPER_IN_LOCKFILE = { start: { line: 352, character: 18 }, end: { line: 352, character: 23 } };

let world: World;
beforeEach(async () => {
  world = await World.create();
  sampleWorld(world.registry);
  world.write("package.json", MANIFEST);
  world.write("package-lock.json", LOCKFILE);
});
afterEach(() => world.end());

test("after: both versions are compromised and gone, at their exact places in both files", async () => {
  axiosWorld(world.registry, world.osv, { moment: "after" });
  const client = await world.start({ program: SERVER });
  await client.open(world.uri("package.json"), MANIFEST);
  await client.open(world.uri("package-lock.json"), LOCKFILE);
  const inLockfile = await client.atVersion(world.uri("package-lock.json"), 1);
  const inManifest = await client.atVersion(world.uri("package.json"), 1);

  // That they were removed is shown in these, in the hover.
  expect(summary(inManifest)).toEqual(["compromised 12:14-21"]);
  expect(summary(inLockfile)).toEqual(["compromised 352:18-23", "compromised 55:18-24"]);

  const found = inManifest.find(({ code }) => code === "compromised");
  expect(found).toEqual({
    range: AXIOS_IN_MANIFEST,
    severity: DiagnosticSeverity.Error,
    source: "depwarden",
    code: "compromised",
    codeDescription: { href: "https://github.com/depwarden/depwarden/blob/main/docs/rules/compromised.md" },
    data: { rule: "compromised", package: "axios", version: "1.14.1" },
    message: "axios 1.14.1 is compromised: it is named as malware by MAL-2026-2307. Safe version: 1.14.0.",
    relatedInformation: [
      {
        location: { uri: world.uri("package-lock.json"), range: AXIOS_IN_LOCKFILE },
        message: "axios 1.14.1 is locked here",
      },
    ],
  });
  const locked = inLockfile.find(({ code, range }) => code === "compromised" && range.start.line === 55);
  expect(locked?.relatedInformation).toEqual([
    {
      location: { uri: world.uri("package.json"), range: AXIOS_IN_MANIFEST },
      message: "axios is asked for here, in package.json",
    },
  ]);
  const dropper = inLockfile.find(({ code, range }) => code === "compromised" && range.start.line === 352);
  expect(dropper).toMatchObject({
    range: DROPPER_IN_LOCKFILE,
    severity: DiagnosticSeverity.Error,
    data: { rule: "compromised", package: "plain-crypto-js", version: "4.2.1" },
  });
  expect(dropper?.relatedInformation).toBeUndefined();
});

test("live: fresh, and a new install script under it, before any service names them", async () => {
  axiosWorld(world.registry, world.osv, { moment: "live" });
  // As if it were happening now.
  const dependencies = {
    "follow-redirects": "^1.15.11",
    "form-data": "^4.0.5",
    "plain-crypto-js": "^4.2.1",
    "proxy-from-env": "^2.1.0",
  };
  world.registry.publish("axios", "1.14.1", { at: ago({ hours: 2 }), dependencies });
  world.registry.publish("plain-crypto-js", "4.2.0", { at: ago({ hours: 20 }) });
  world.registry.publish("plain-crypto-js", "4.2.1", {
    at: ago({ hours: 2, minutes: 22 }),
    scripts: { postinstall: "node setup.js" },
  });
  const client = await world.start({ program: SERVER });
  await client.open(world.uri("package-lock.json"), LOCKFILE);
  const inLockfile = await client.atVersion(world.uri("package-lock.json"), 1);
  const inManifest = await client.diagnostics(world.uri("package.json"));

  // The bundled catalogue knows this attack, so it is also named at once.
  // What adds up to an unusual release is told once; its parts, the age among them, are folded into it.
  expect(summary(inManifest)).toEqual(["compromised 12:14-21", "suspicious-release 12:14-21"]);
  expect(summary(inLockfile)).toEqual([
    "compromised 352:18-23",
    "compromised 55:18-24",
    "fresh-release 352:18-23",
    "new-install-script 352:18-23",
    "suspicious-release 55:18-24",
  ]);
  const script = inLockfile.find(({ code }) => code === "new-install-script");
  expect(script).toMatchObject({ severity: DiagnosticSeverity.Error, range: DROPPER_IN_LOCKFILE });
  expect(script?.message).toContain("node setup.js");
  const unusual = inLockfile.find(({ code }) => code === "suspicious-release");
  expect(unusual).toMatchObject({ severity: DiagnosticSeverity.Error, range: AXIOS_IN_LOCKFILE });
  expect(unusual?.message).toContain(
    "axios 1.14.1 is unusual: published 2 hours ago; adds plain-crypto-js 4.2.1, named as malware by MAL-2026-2306, first published 20 hours ago, which runs a postinstall script",
  );
  // package.json is not open: what stands in it has no version of a text.
  expect(client.published.filter(({ uri }) => uri === world.uri("package.json")).map(({ version }) => version)).toEqual(
    [undefined],
  );
});

test("pin, and the manifest is mended while the lockfile still says so", async () => {
  axiosWorld(world.registry, world.osv, { moment: "after" });
  const client = await world.start({ program: SERVER });
  const manifest = world.uri("package.json");
  await client.open(manifest, MANIFEST);
  const before = await client.atVersion(manifest, 1);
  const actions = await client.codeActions(
    manifest,
    before.filter(({ code }) => code === "compromised"),
  );
  const pin = actions.find(({ isPreferred }) => isPreferred === true);
  expect(pin?.title).toBe("Pin axios to 1.14.0");
  await client.apply(pin?.edit);
  expect(client.text(manifest)).toBe(MANIFEST.replace('"axios": "^1.14.0"', '"axios": "1.14.0"'));

  expect(summary(await client.atVersion(manifest, 2))).toEqual([]);
  expect(summary(client.shown(world.uri("package-lock.json")) ?? [])).toContain("compromised 55:18-24");
});

test("a deprecated version carries the tag that editors strike through", async () => {
  axiosWorld(world.registry, world.osv, { moment: "after" });
  world.registry.deprecate("mustache", "4.2.0", "use handlebars");
  const client = await world.start({ program: SERVER });
  await client.open(world.uri("package-lock.json"), LOCKFILE);
  const found = (await client.atVersion(world.uri("package-lock.json"), 1)).filter(({ code }) => code === "deprecated");
  expect(found).toMatchObject([
    {
      severity: DiagnosticSeverity.Hint,
      tags: [2],
      message: "mustache 4.2.0 is deprecated: use handlebars",
      data: { rule: "deprecated", package: "mustache", version: "4.2.0" },
    },
  ]);
});
