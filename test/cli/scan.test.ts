/** `scan`: exit statuses, streams, options. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText, specifierIn } from "../setup/projects.ts";
import { run, scanned, shell, start } from "./cli.ts";
import { CliWorld } from "./world.ts";

let world: CliWorld;
beforeEach(async () => {
  world = await CliWorld.create();
  const { registry, osv } = world;
  registry.publish("fine", "1.0.0", { at: ago({ days: 400 }) });
  registry.publish("fresh", "1.0.0", { at: ago({ days: 400 }) });
  registry.publish("fresh", "1.1.0", { at: ago({ days: 2 }) });
  registry.publish("bad", "1.0.0", { at: ago({ days: 300 }) });
  registry.publish("bad", "1.0.1", { at: ago({ days: 100 }) });
  osv.add(malware("MAL-2099-1", "bad", ["1.0.1"], { published: ago({ days: 90 }) }));
});
afterEach(() => world.end());

describe("exit status", () => {
  test.each([
    ["a variable that is not set", ".npmrc", "registry=${NOT_SET_HERE}\n"],
    [
      "a scope that only another package manager's file sends elsewhere",
      ".yarnrc.yml",
      "npmScopes:\n  corp:\n    npmRegistryServer: http://127.0.0.1:9\n",
    ],
  ])("nobody may be asked, for %s: 2", async (_why, file, text) => {
    world.write(file, text);
    world.write("package.json", { packageManager: "npm@12.2.0", dependencies: { "@corp/thing": "1.0.0" } });
    const outcome = await run(world, ["scan", "--osv", world.osv.url]);
    expect(outcome.stdout).toContain("@corp/thing 1.0.0 could not be looked up: ");
    expect(outcome.status).toBe(2);
  });

  test("names that stay with their private registry, which has no advisories of its own: 0", async () => {
    world.registry.bulkStatus = 404;
    world.write(".npmrc", `@corp:registry=${world.registry.url}\n`);
    world.registry.publish("@corp/thing", "1.0.0", { at: ago({ days: 400 }) });
    world.write("package.json", { packageManager: "npm@12.2.0", dependencies: { "@corp/thing": "1.0.0" } });
    const outcome = await run(world, ["scan", "--osv", world.osv.url]);
    expect(outcome.stdout).toContain("are not sent to advisory services, and it has no advisories of its own");
    expect(outcome.status).toBe(0);
    world.registry.fail(({ kind }) => kind === "bulk", { kind: "status", status: 403 });
    expect(await run(world, ["scan", "--osv", world.osv.url, "--no-cache"])).toMatchObject({ status: 2 });
  });

  test("0 when nothing is found, with a summary on standard output and nothing on standard error", async () => {
    world.write("package.json", manifestText({ fine: "^1.0.0" }));
    expect(await world.run("scan")).toEqual({
      status: 0,
      signal: null,
      stdout: "1 package in 1 file: no errors or warnings.\n",
      stderr: "",
    });
  });

  test.each([
    ["error", 0],
    ["warning", 1],
    ["information", 1],
    ["never", 0],
  ])("a warning with --fail-on %s: %i", async (failOn, status) => {
    world.write("package.json", manifestText({ fresh: "1.1.0" }));
    expect(await world.run("scan", "--fail-on", failOn)).toMatchObject({ status });
  });

  test.each([
    [[], 1],
    [["--fail-on", "warning"], 1],
    [["--fail-on", "never"], 0],
  ])("an error with %j: %i", async (args, status) => {
    world.write("package.json", manifestText({ bad: "1.0.1" }));
    expect(await world.run("scan", ...args)).toMatchObject({ status });
  });

  test("2 when something could not be checked, below --fail-on; 1 stands over it", async () => {
    world.registry.fail("fine", { kind: "status", status: 403 });
    world.write("package.json", manifestText({ fine: "1.0.0" }));
    const outcome = await world.run("scan", "--format", "json");
    expect(outcome.status).toBe(2);
    expect(scanned(outcome)).toMatchObject({
      summary: { information: 1, unchecked: 1 },
      findings: [{ rule: "unchecked", severity: "information", package: "fine", version: "1.0.0" }],
    });
    expect(await world.run("scan", "--fail-on", "never")).toMatchObject({ status: 2 });
    expect(await world.run("scan", "--fail-on", "information")).toMatchObject({ status: 1 });
    world.write("package.json", manifestText({ fine: "1.0.0", bad: "1.0.1" }));
    expect(await world.run("scan")).toMatchObject({ status: 1 });
  });

  test("offline, what was left unasked does not count, and is told", async () => {
    world.write("package.json", manifestText({ fine: "1.0.0" }));
    const outcome = await world.run("scan", "--offline", "--no-cache", "--format", "json");
    expect(outcome.status).toBe(0);
    expect(scanned(outcome).summary).toMatchObject({ unchecked: 1, information: 1 });
    expect(world.registry.requests).toEqual([]);
    expect(world.osv.requests).toEqual([]);
    // But a file that cannot be read whole still does.
    world.write("package.json", '{ "dependencies": { "fine": "1.0.0" }');
    expect(await world.run("scan", "--offline", "--no-cache")).toMatchObject({ status: 2 });
  });

  test("OSV down: 2, and the registry's facts are still judged", async () => {
    world.osv.fail("*", { kind: "status", status: 403 });
    world.registry.bulkStatus = 404;
    world.write("package.json", manifestText({ fresh: "1.1.0" }));
    const outcome = await world.run("scan", "--format", "json");
    expect(outcome.status).toBe(2);
    expect(
      scanned(outcome)
        .findings.map(({ rule }) => rule)
        .sort(),
    ).toEqual(["fresh-release", "unchecked"]);
  });
});

describe("arguments", () => {
  test.each([
    [[]],
    [["nonsense"]],
    [["scan", "--nonsense"]],
    [["scan", "--format", "xml"]],
    [["scan", "--fail-on", "hint"]],
    [["scan", "--min-age", "soon"]],
    [["scan", "--as-of", "yesterday"]],
    [["scan", "--registry", "ftp://x"]],
    [["scan", "--osv", "x"]],
    [["list"]],
    [["list", "a", "b"]],
    [["explain"]],
  ])("%j is a usage error: 2, said on standard error, without a stack trace", async (args: string[]) => {
    const { status, stdout, stderr } = await run(world, args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).not.toBe("");
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("--help and --version are answers: 0, on standard output", async () => {
    const help = await run(world, ["--help"]);
    expect(help).toMatchObject({ status: 0, stderr: "" });
    for (const command of ["scan", "list", "explain"]) expect(help.stdout).toContain(command);
    const scanHelp = await run(world, ["scan", "--help"]);
    for (const option of [
      "--format",
      "--output",
      "--offline",
      "--registry",
      "--osv",
      "--min-age",
      "--as-of",
      "--cache-dir",
      "--no-cache",
      "--fail-on",
    ])
      expect(scanHelp.stdout).toContain(option);
    expect(await run(world, ["--version"])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    });
  });

  test("--output writes the file and nothing else; where it cannot, 2", async () => {
    world.write("package.json", manifestText({ fresh: "1.1.0" }));
    const file = join(world.folder, "out.json");
    expect(await world.run("scan", "--format", "json", "--output", file)).toEqual({
      status: 0,
      signal: null,
      stdout: "",
      stderr: "",
    });
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ schemaVersion: 1, summary: { warning: 1 } });
    const failed = await world.run("scan", "--output", join(world.folder, "no", "such", "folder.txt"));
    expect(failed).toMatchObject({ status: 2, stdout: "" });
    expect(failed.stderr).toContain("could not be written");
  });

  test("--min-age is the cooldown", async () => {
    world.write("package.json", manifestText({ fresh: "1.1.0" }));
    const rules = async (...args: string[]) =>
      scanned(await world.run("scan", "--format", "json", ...args)).findings.map(({ rule }) => rule);
    expect(await rules()).toEqual(["fresh-release"]);
    expect(await rules("--min-age", "1d")).toEqual([]);
    expect(await rules("--min-age", "1w")).toEqual(["fresh-release"]);
    expect(await rules("--min-age", "0")).toEqual([]);
  });

  test("--as-of judges by what was known then", async () => {
    world.write("package.json", manifestText({ bad: "^1.0.0" }));
    const then = scanned(await world.run("scan", "--format", "json", "--as-of", ago({ days: 99 })));
    expect(then.findings.map(({ rule, version }) => [rule, version])).toEqual([["fresh-release", "1.0.1"]]);
    const before = scanned(await world.run("scan", "--format", "json", "--as-of", ago({ days: 200 })));
    expect(before.findings).toEqual([]);
    const now = scanned(await world.run("scan", "--format", "json"));
    expect(now.findings).toMatchObject([
      { rule: "compromised", version: "1.0.1", range: specifierIn(manifestText({ bad: "^1.0.0" }), "bad") },
    ]);
  });

  test("--cache-dir keeps facts there, --no-cache keeps none", async () => {
    world.write("package.json", manifestText({ fine: "1.0.0" }));
    await world.run("scan", "--no-cache");
    await world.run("scan", "--no-cache");
    expect(world.registry.countOf("fine")).toBe(2);
    const kept = join(world.folder, "kept");
    const { stderr } = await world.run("scan", "--cache-dir", kept);
    // Node calls its SQLite experimental.
    expect(stderr).not.toContain("Warning");
    await world.run("scan", "--cache-dir", kept);
    expect(world.registry.countOf("fine")).toBe(3);
    expect(scanned(await world.run("scan", "--cache-dir", kept, "--offline", "--format", "json")).findings).toEqual([]);
  });
});

describe("streams", () => {
  test("piped, the text has no colours; on a terminal it has, and progress shows and goes", async () => {
    world.write("package.json", manifestText({ bad: "1.0.1" }));
    expect((await world.run("scan")).stdout).not.toContain("\u001b");
    const { stdout } = await shell(world, `script -qec "$CLI scan ${world.online.join(" ")}" /dev/null`);
    expect(stdout).toContain("\u001b[31merror");
    expect(stdout).toContain("bad 1.0.1 is compromised");
    expect(stdout).toContain("Checking");
    const json = await shell(
      world,
      `script -qec "$CLI scan --format json --output '${join(world.folder, "out.json")}' ${world.online.join(" ")}" /dev/null`,
    );
    expect(json.stdout).not.toContain("schemaVersion");
    expect(readFileSync(join(world.folder, "out.json"), "utf8")).not.toContain("\u001b");
  });

  test("a reader that leaves is no error", async () => {
    world.write(
      "package-lock.json",
      lockfileText(
        {},
        Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`p${index}`, { version: "1.0.0" }])),
      ),
    );
    const list = await shell(world, "$CLI list package-lock.json | head -1; echo ${PIPESTATUS[0]}");
    expect(list.stderr).toBe("");
    expect(list.stdout.split("\n")).toEqual([expect.stringContaining("p0 1.0.0"), "0", ""]);
    const both = await shell(world, "$CLI scan no-such-path 2>&1 >/dev/null | true; echo ${PIPESTATUS[0]}");
    expect(both).toMatchObject({ stdout: "2\n", stderr: "" });
  });

  test("SIGINT ends a run that waits for a registry", async () => {
    world.registry.fail("*", { kind: "hang" });
    world.osv.fail("*", { kind: "hang" });
    world.write("package.json", manifestText({ fine: "1.0.0" }));
    const { child, outcome } = start(world, ["scan", ...world.online]);
    while (world.registry.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const asked = performance.now();
    child.kill("SIGINT");
    expect(await outcome).toMatchObject({ status: 130, signal: null, stdout: "" });
    // No measure of speed: a registry is given up after 30 seconds.
    expect(performance.now() - asked).toBeLessThan(15_000);
  });
});
