/** What a scanned folder's own settings keep from being found is said, on standard error and in the JSON. */
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago, manifestText } from "../setup/projects.ts";
import { run, scanned } from "./cli.ts";
import { CliWorld } from "./world.ts";

const SETTINGS = ".vscode/settings.json";

let world: CliWorld;
beforeEach(async () => {
  world = await CliWorld.create();
  world.registry.publish("bad-lib", "4.0.0", { at: ago({ days: 300 }) });
  world.registry.publish("bad-lib", "4.0.1", { at: ago({ days: 100 }) });
  world.registry.publish("fresh", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("fresh", "1.1.0", { at: ago({ days: 2 }) });
  world.osv.add(malware("MAL-2099-1", "bad-lib", ["4.0.1"], { published: ago({ days: 90 }) }));
  world.write("package.json", manifestText({ "bad-lib": "4.0.1", fresh: "1.1.0" }));
  world.write("packages/one/package.json", manifestText({ "bad-lib": "4.0.1" }));
});
afterEach(() => world.end());

test.each<[string, object, string, string]>([
  ["a rule that is off", { rules: { compromised: "off" } }, "rules", "compromised off"],
  ["a rule that is lowered", { rules: { compromised: "hint" } }, "rules", "compromised lowered from error to hint"],
  [
    "an allow entry",
    { allow: [{ package: "bad-lib", versions: "4.0.1", rules: ["compromised"], reason: "reason" }] },
    "allow",
    "bad-lib 4.0.1: compromised (2 findings): reason",
  ],
  ["a glob that leaves out files", { exclude: ["packages"] }, "exclude", "packages (1 file)"],
  ["a cooldown of nothing", { minimumReleaseAge: "0" }, "minimumReleaseAge", "none instead of 3 days (the default)"],
  ["no close inspection", { closeInspectionAge: "0" }, "closeInspectionAge", "none instead of 4 weeks"],
  ["offline", { offline: true }, "offline", "nothing is sent"],
])("%s", async (_why, own, what, detail) => {
  world.write(
    SETTINGS,
    Object.fromEntries(Object.entries(own).map(([name, value]) => [`depwarden.${name}`, value as unknown])),
  );
  const outcome = await world.run("scan", "--format", "json");
  expect(scanned(outcome).suppressed).toEqual([{ by: SETTINGS, what, detail }]);
  expect(outcome.stderr).toBe(
    `${SETTINGS} suppresses: ${what === "rules" ? "" : `${what}: `}${detail}. --no-workspace-settings leaves it unread.\n`,
  );
});

test("what nests without end beside it takes nothing away from that", async () => {
  const deep = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
  world.write(SETTINGS, `{"x": ${deep},\n"depwarden.rules": {"compromised": "off"}, "depwarden.exclude": [${deep}]}`);
  const outcome = await world.run("scan", "--format", "json");
  const { suppressed, findings } = scanned(outcome);
  expect(suppressed).toEqual([{ by: SETTINGS, what: "rules", detail: "compromised off" }]);
  expect(findings.map(({ rule }) => rule)).toContain("fresh-release");
  expect(outcome.stderr).toContain(`${SETTINGS}: line 1 nests more than 64 deep; what could be read of it holds.\n`);
});

test("OSV turned off", async () => {
  world.write(SETTINGS, { "depwarden.osv.enabled": false });
  const outcome = await run(world, ["scan", "--format", "json", "--no-cache", "--registry", world.registry.url]);
  expect(scanned(outcome).suppressed).toEqual([
    { by: SETTINGS, what: "osv.enabled", detail: "OSV is not asked for advisories" },
  ]);
});

test("several are one line", async () => {
  world.write(SETTINGS, {
    "depwarden.rules": { compromised: "off", typosquat: "off" },
    "depwarden.exclude": ["packages/**"],
  });
  expect((await world.run("scan")).stderr).toBe(
    `${SETTINGS} suppresses: compromised off; typosquat off; exclude: packages/** (1 file). --no-workspace-settings leaves it unread.\n`,
  );
});

test.each<[string, object]>([
  ["no settings", {}],
  [
    "settings that ask for more, or cover nothing here",
    {
      "depwarden.rules": { "fresh-release": "error" },
      "depwarden.minimumReleaseAge": "30d",
      "depwarden.exclude": ["none"],
    },
  ],
])("%s: an empty list, and nothing on standard error", async (_why, own) => {
  world.write(SETTINGS, own);
  const outcome = await world.run("scan", "--format", "json");
  expect(scanned(outcome).suppressed).toEqual([]);
  expect(outcome.stderr).toBe("");
});

describe("--no-workspace-settings leaves the file unread", () => {
  beforeEach(() => {
    world.write(SETTINGS, {
      "depwarden.rules": { compromised: "off" },
      "depwarden.exclude": ["packages"],
      "depwarden.minimumReleaseAge": "0",
    });
  });

  test("by scan", async () => {
    expect(await world.run("scan")).toMatchObject({ status: 0 });
    const outcome = await world.run("scan", "--no-workspace-settings", "--format", "json");
    expect(outcome).toMatchObject({ status: 1, stderr: "" });
    expect(scanned(outcome).suppressed).toEqual([]);
    expect(scanned(outcome).findings.map(({ rule, file }) => `${file} ${rule}`)).toEqual(
      expect.arrayContaining([
        "package.json compromised",
        "package.json fresh-release",
        "packages/one/package.json compromised",
      ]),
    );
  });

  test("by explain, which otherwise says what it turns off", async () => {
    const silenced = await world.run("explain", "bad-lib@4.0.1");
    expect(silenced.status).toBe(0);
    expect(silenced.stderr).toBe(
      `${SETTINGS} suppresses: compromised off; minimumReleaseAge: none instead of 3 days (the default). --no-workspace-settings leaves it unread.\n`,
    );
    expect(await world.run("explain", "bad-lib@4.0.1", "--no-workspace-settings")).toMatchObject({
      status: 1,
      stderr: "",
    });
  });
});

describe("offline in the scanned folder's settings", () => {
  beforeEach(() => {
    world.write(SETTINGS, { "depwarden.offline": true });
  });

  test("is nobody's choice who runs the scan: what was not asked counts as unchecked", async () => {
    expect(await world.run("scan")).toMatchObject({ status: 2 });
    expect(await world.run("explain", "fresh@1.0.0")).toMatchObject({ status: 2 });
  });

  test("is no suppression beside --offline", async () => {
    const outcome = await world.run("scan", "--offline", "--format", "json");
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    expect(scanned(outcome).suppressed).toEqual([]);
  });
});

describe("what is not known fails a scan, whatever the scanned folder's settings hide", () => {
  const offline = { "depwarden.offline": true };

  test.each<[string, object]>([
    ["the rule is off", { "depwarden.rules": { unchecked: "off" } }],
    [
      "the packages are allowed by entries that do not name the rule",
      { "depwarden.allow": ["bad-lib", "fresh"].map((name) => ({ package: name, reason: "x" })) },
    ],
  ])("%s", async (_what, settings) => {
    world.write(SETTINGS, { ...offline, ...settings });
    const outcome = await world.run("scan", "--format", "json", "--no-cache");
    expect(outcome.status).toBe(2);
    expect(scanned(outcome).summary["unchecked"]).toBeGreaterThan(0);
  });

  test("an entry that names the rule accepts it, and is named", async () => {
    const allow = ["bad-lib", "fresh"].map((name) => ({ package: name, rules: ["unchecked"], reason: "x" }));
    world.write(SETTINGS, { ...offline, "depwarden.allow": allow });
    const outcome = await world.run("scan", "--format", "json", "--no-cache");
    expect(outcome.status).toBe(0);
    expect(outcome.stderr).toContain("bad-lib 4.0.1: unchecked");
  });

  test("by explain too", async () => {
    world.write(SETTINGS, { ...offline, "depwarden.rules": { unchecked: "off" } });
    expect(await world.run("explain", "bad-lib@4.0.1", "--no-cache")).toMatchObject({ status: 2 });
  });

  test("nothing is left to scan", async () => {
    world.write(SETTINGS, { "depwarden.exclude": ["**"] });
    const { status, stdout, stderr } = await world.run("scan");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Nothing was scanned: depwarden.exclude leaves out 2 files.\n");
  });
});

test("of several paths, the folder that they share says what holds", async () => {
  world.write("packages/two/package.json", manifestText({ "bad-lib": "4.0.1" }));
  world.write("packages/.vscode/settings.json", { "depwarden.rules": { compromised: "hint" } });
  world.write("packages/one/.vscode/settings.json", { "depwarden.rules": { compromised: "off" } });
  const outcome = await world.run("scan", "packages/one", "packages/two", "--format", "json");
  expect(
    scanned(outcome)
      .findings.filter(({ rule }) => rule === "compromised")
      .map(({ severity }) => severity),
  ).toEqual(["hint", "hint"]);
  expect(outcome.stderr).toContain(
    "packages/.vscode/settings.json suppresses: compromised lowered from error to hint.",
  );
  const one = await world.run("scan", "packages/one", "--format", "json");
  expect(one.stderr).toContain("packages/one/.vscode/settings.json suppresses: compromised off.");
});

describe("names that a file of the project makes private are not checked against OSV, which is said", () => {
  const host = (): string => new URL(world.registry.url).host;
  /** What the scan says of it, with who was asked. */
  async function scan(npmrc: string, args: readonly string[] = []) {
    world.write(".npmrc", npmrc);
    const outcome = await world.run("scan", "--format", "json", ...args);
    return { ...outcome, suppressed: scanned(outcome).suppressed, osv: world.osv.requests.length };
  }

  beforeEach(() => world.write("packages/one/package.json", manifestText({})));

  test("a login for the default registry", async () => {
    expect(await scan(`registry=${world.registry.url}\n//${host()}/:_authToken=abc\n`)).toMatchObject({
      osv: 0,
      suppressed: [
        {
          by: ".npmrc",
          what: "advisories",
          detail: "2 packages not checked against OSV: their registry has a login in .npmrc",
        },
      ],
      stderr:
        ".npmrc suppresses: advisories: 2 packages not checked against OSV: their registry has a login in .npmrc.\n",
    });
  });

  test("a registry of a scope", async () => {
    world.registry.publish("@s/x", "1.0.0", { at: ago({ days: 400 }) });
    world.write("package.json", manifestText({ "@s/x": "1.0.0" }));
    expect(await scan(`@s:registry=${world.registry.url}scoped/\n`)).toMatchObject({
      osv: 0,
      suppressed: [
        {
          by: ".npmrc",
          what: "advisories",
          detail: "1 package not checked against OSV: it has a registry of its own in .npmrc",
        },
      ],
    });
  });

  test("by explain too", async () => {
    world.write(".npmrc", `//${host()}/:_authToken=abc\n`);
    expect((await world.run("explain", "bad-lib@4.0.1")).stderr).toBe(
      ".npmrc suppresses: advisories: 1 package not checked against OSV: its registry has a login in .npmrc.\n",
    );
    expect(world.osv.requests).toEqual([]);
  });

  test("not where nothing is asked, nor where the login is a person's own", async () => {
    const login = `//${host()}/:_authToken=abc\n`;
    expect(await scan(login, ["--offline"])).toMatchObject({ suppressed: [], stderr: "" });
    writeFileSync(world.userConfig, login);
    expect(await scan(login)).toMatchObject({ suppressed: [], stderr: "", osv: 0 });
  });
});
