/** `explain`: one release by itself. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago } from "../setup/projects.ts";
import { run } from "./cli.ts";
import { CliWorld } from "./world.ts";

let world: CliWorld;
beforeEach(async () => {
  world = await CliWorld.create();
  const { registry, osv } = world;
  registry.publish("@scope/thing", "1.0.0", { at: "2024-01-02T03:04:05Z", publisher: { name: "ann" } });
  registry.publish("@scope/thing", "1.1.0", {
    at: ago({ hours: 2 }),
    publisher: { name: "bob" },
    scripts: { postinstall: "node \u001b[2J x.js" },
  });
  osv.add(
    malware("MAL-2099-1", "@scope/thing", ["1.1.0"], {
      published: ago({ hours: 1 }),
      summary: "Malicious code in @scope/thing (npm)",
    }),
  );
});
afterEach(() => world.end());

test("JSON: dates, publisher, scripts, advisories, findings, the safe version", async () => {
  const outcome = await world.run("explain", "@scope/thing@1.1.0", "--format", "json");
  expect(outcome).toMatchObject({ status: 1, stderr: "" });
  expect(JSON.parse(outcome.stdout)).toMatchObject({
    schemaVersion: 1,
    package: "@scope/thing",
    version: "1.1.0",
    publisher: "bob",
    safeVersion: "1.0.0",
    advisories: [{ id: "MAL-2099-1", summary: "Malicious code in @scope/thing (npm)" }],
    findings: [
      { rule: "compromised", severity: "error" },
      { rule: "suspicious-release", severity: "error" },
      { rule: "new-install-script", severity: "error" },
      { rule: "fresh-release", severity: "warning" },
      { rule: "publisher-changed", severity: "information" },
    ],
  });
});

test("text: a registry's control characters do not reach the terminal", async () => {
  const { status, stdout } = await world.run("explain", "@scope/thing@1.1.0");
  expect(status).toBe(1);
  expect(stdout).toContain("@scope/thing 1.1.0\n");
  expect(stdout).toContain("publisher  bob");
  expect(stdout).toContain("script     postinstall: node [2J x.js");
  expect(stdout).toContain("Safe version: 1.0.0.");
  expect(stdout).not.toContain("\u001b");
});

test("a range, a tag and a bare name stand for the version that they take today", async () => {
  for (const [what, version, status] of [
    ["@scope/thing@^1.0.0", "1.1.0", 1],
    ["@scope/thing", "1.1.0", 1],
    ["@scope/thing@1.0.0", "1.0.0", 0],
    ["@scope/thing@<1.1.0", "1.0.0", 0],
  ] as const) {
    const outcome = await world.run("explain", what, "--format", "json");
    expect(outcome.status).toBe(status);
    expect(JSON.parse(outcome.stdout)).toMatchObject({ version });
  }
});

test("npm: before it changes nothing", async () => {
  for (const what of ["@scope/thing@1.1.0", "@scope/thing@^1.0.0", "@scope/thing"])
    expect(await world.run("explain", `npm:${what}`)).toEqual(await world.run("explain", what));
  expect(await world.run("explain", "npm:")).toMatchObject({ status: 2, stdout: "" });
  expect(await world.run("explain", "npm:npm:@scope/thing@1.0.0")).toMatchObject({ status: 2, stdout: "" });
});

test("outside of a project nothing is said of its policy; inside, from each of its folders, it is", async () => {
  world.registry.publish("scripted", "1.0.0", { at: ago({ days: 400 }), scripts: { postinstall: "node x.js" } });
  mkdirSync(join(world.project, "src"));
  const rulesIn = async (folder: string): Promise<readonly string[]> => {
    const args = ["explain", "scripted@1.0.0", "--format", "json", "--no-cache", ...world.online];
    const { status, stdout } = await run(world, args, { cwd: join(world.project, folder) });
    expect(status).toBe(0);
    return (JSON.parse(stdout) as { findings: readonly { rule: string }[] }).findings.map(({ rule }) => rule);
  };
  for (const folder of ["", "src"]) expect(await rulesIn(folder)).toEqual([]);
  world.write("package.json", { packageManager: "pnpm@11.28.10" });
  for (const folder of ["", "src"]) expect(await rulesIn(folder)).toEqual(["unapproved-install-script"]);
  // One that cannot be read is a project still.
  world.write("package.json", "{");
  expect(await rulesIn("")).toEqual(["unapproved-install-script"]);
});

test("its help names the exit statuses, and so does that of the others", async () => {
  for (const command of ["scan", "list", "explain"]) {
    const { status, stdout } = await run(world, [command, "--help"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Exit status:\n {2}0 {2}.+\n(?: {2}1 {2}.+\n)? {2}2 {2}.+$/m);
  }
});

test("what cannot be told: 2, and why", async () => {
  for (const [what, why] of [
    ["nothing-such@^1.0.0", "404"],
    ["@scope/thing@^9.0.0", "no version fits"],
    ["x@file:../y", "give a package as name@version"],
  ] as const) {
    const outcome = await world.run("explain", what);
    expect(outcome).toMatchObject({ status: 2, stdout: "" });
    expect(outcome.stderr).toContain(why);
    expect(outcome.stderr).not.toMatch(/\n\s+at /);
  }
  expect(await world.run("explain", "nothing-such@1.0.0")).toMatchObject({ status: 2 });
});

test("--fail-on holds here too", async () => {
  expect(await world.run("explain", "@scope/thing@1.1.0", "--fail-on", "never")).toMatchObject({ status: 0 });
});

test("it is judged as the project of the current folder would judge it", async () => {
  world.registry.publish("calm", "1.0.0", { at: ago({ days: 5 }) });
  const told = async () => (await world.run("explain", "calm@1.0.0")).stdout;
  expect(await told()).not.toContain("fresh-release");
  world.write("package.json", { packageManager: "pnpm@11.28.10" });
  world.write("pnpm-workspace.yaml", "minimumReleaseAge: 10080\n");
  expect(await told()).toContain("within the cooldown of 7 days (minimumReleaseAge in pnpm-workspace.yaml)");
});

test("what to do is what each finding says, also where that is no other version", async () => {
  world.registry.publish("loadsh", "1.0.0", { at: ago({ days: 20 }) });
  const { stdout } = await world.run("explain", "loadsh@1.0.0");
  expect(stdout).toContain("If lodash was meant, replace it.");
  expect(stdout).not.toContain("No safe version is known.");
});

test("a version that the registry does not list: that is said, and no age, however old the package's document is", async () => {
  world.registry.publish("old", "1.0.0", { at: ago({ days: 700 }) });
  const outcome = await world.run("explain", "old@9.9.9");
  expect(outcome).toMatchObject({ status: 2 });
  expect(outcome.stdout).toMatch(/^published {2}not known: \S+ does not list this version$/m);
  expect(outcome.stdout).toMatch(
    /^information {2}old 9\.9\.9 could not be looked up: \S+ does not list this version\. {2}unchecked$/m,
  );
  expect(outcome.stdout).not.toContain("ago");
});
