/** Offline nothing at all is sent, and online nothing to anyone but the hosts that are configured. The process itself is watched, not the servers. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { run, scanned } from "../cli/cli.ts";
import { rangeOf } from "../setup/projects.ts";
import { says } from "./says.ts";
import { Sends } from "./sends.ts";
import { PrivateProject } from "./world.ts";
import { SERVER } from "../setup/sandbox.ts";

let project: PrivateProject;
let sends: Sends;
beforeEach(async () => {
  project = await PrivateProject.create("scope");
  sends = new Sends(project.world);
  // A repository, so that git is asked what it holds.
  execFileSync("git", ["init", "--quiet"], { cwd: project.world.project, env: project.world.env });
});
afterEach(() => project.end());

const cli = (command: string, ...args: readonly string[]) =>
  run(project.world, [command, ...args, ...project.options], { env: sends.env });
const hosts = () =>
  [project.own.url, project.world.registry.url, project.world.osv.url].map((url) => new URL(url).host).sort();

describe("online", () => {
  test("the command line reaches the configured hosts and no others, and starts git alone", async () => {
    await cli("scan", "--no-cache");
    expect(sends.hosts).toEqual(hosts());
    expect(sends.programs.map((program) => basename(program))).toEqual(["git"]);
  });

  test("a git in node_modules/.bin, which npm run puts first on PATH, is not the one that runs", async () => {
    const { world } = project;
    const path = world.write("node_modules/.bin/git", "#!/bin/sh\n");
    chmodSync(path, 0o755);
    const env = { ...sends.env, PATH: `${dirname(path)}:${world.env["PATH"] ?? ""}` };
    await run(world, ["scan", "--no-cache", ...project.options], { env });
    expect(sends.programs.map((program) => basename(program))).toEqual(["git"]);
    expect(sends.programs).not.toContain(path);
  });

  test("so does the server, from its start to its end", async () => {
    const { world, manifest } = project;
    const client = await world.start({ program: SERVER, env: sends.env });
    const uri = await world.open(client, "package.json", manifest);
    await client.diagnostics(uri, (found) => found.some(({ code }) => code === "suspicious-release"));
    await client.hover(uri, rangeOf(manifest, '"open-new"').end);
    await client.execute("depwarden.scanWorkspace");
    await client.stop();
    expect(sends.hosts).toEqual(hosts());
    expect(sends.programs.map((program) => basename(program))).toEqual(["git"]);
  });

  test("a mistake in the options, --help, --version and list reach nobody", async () => {
    for (const args of [["--help"], ["--version"], ["scan", "--nonsense"], ["list", "package-lock.json"]])
      await run(project.world, args, { env: sends.env });
    expect(sends.all).toEqual([]);
  });
});

describe("offline", () => {
  test("scan sends nothing and says once what that leaves unknown", async () => {
    const outcome = await cli("scan", "--offline", "--no-cache", "--format", "json");
    expect(sends.network).toEqual([]);
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    const told = scanned(outcome).findings.filter(({ severity }) => severity !== "hint");
    expect(told).toMatchObject([{ rule: "unchecked", severity: "information" }]);
    expect(told[0]?.message).toMatch(
      /^\d+ packages could be checked only against cached data and the bundled catalogue \(offline\): /,
    );
  });

  test("scan with what an earlier run kept sends nothing either", async () => {
    const kept = join(project.world.folder, "kept");
    await cli("scan", "--cache-dir", kept);
    const before = sends.network.length;
    expect(before).toBeGreaterThan(0);
    const outcome = await cli("scan", "--offline", "--cache-dir", kept, "--format", "json");
    expect(sends.network).toHaveLength(before);
    expect(scanned(outcome).findings.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(["suspicious-release", "unchecked"]),
    );
  });

  test.each(["@private-corp/core@1.1.0", "open-new@1.1.0"])("explain %s sends nothing and says so", async (what) => {
    const outcome = await cli("explain", what, "--offline", "--no-cache");
    expect(sends.network).toEqual([]);
    expect(outcome.stdout).toContain("(offline)");
  });

  test("explain of a range says why it cannot tell", async () => {
    const outcome = await cli("explain", "open-new@^1.0.0", "--offline", "--no-cache");
    expect(sends.network).toEqual([]);
    expect(outcome).toMatchObject({ status: 2, stdout: "" });
    expect(outcome.stderr).toContain("was not asked for open-new");
  });

  test("the server sends nothing, whatever it is asked, and says so once", async () => {
    const { world, manifest, lockfile } = project;
    const client = await world.start({ program: SERVER, env: sends.env, settings: { offline: true } });
    const uri = await world.open(client, "package.json", manifest);
    const diagnostics = (await client.diagnostics(uri)).filter(({ severity }) => severity !== 4);
    expect(diagnostics).toMatchObject([{ code: "unchecked", severity: 3 }]);
    expect(diagnostics[0]?.message).toContain("(offline)");
    await client.open(world.uri("package-lock.json"), lockfile);
    for (const name of ["open-new", "@private-corp/core", "another-name"])
      await client.hover(uri, rangeOf(manifest, `"${name}"`).end);
    for (const diagnostic of diagnostics) await client.codeActions(uri, [diagnostic]);
    await client.atVersion(uri, await client.change(uri, manifest.replace('"open-old"', '"open-other"')));
    await client.execute("depwarden.scanWorkspace");
    await client.execute("depwarden.clearCache");
    await client.filesChanged(world.uri(".npmrc"));
    await client.settingsChanged();
    await client.idle(client.statuses.length);
    await client.stop();
    expect(sends.network).toEqual([]);
    expect(sends.programs).toEqual([]);
  });

  test("switched off in one folder, another is still looked up", async () => {
    const { world, manifest } = project;
    mkdirSync(join(world.project, "quiet"));
    const quiet = world.uri("quiet");
    const client = await world.start({
      program: SERVER,
      folders: [world.uri("packages/ui"), quiet],
      configuration: (scope) => ({ ...world.settings, offline: scope.startsWith(quiet) }),
    });
    const offline = await world.open(client, "quiet/package.json", manifest.replaceAll("open-new", "open-quiet"));
    await client.diagnostics(offline);
    const online = await world.open(client, "packages/ui/package.json", manifest);
    await client.diagnostics(online, (found) => found.some((one) => says(one, "@private-corp/lodahs")));
    expect(project.sentToPublic).toContain("open-new");
    expect(project.sentToPublic).not.toContain("open-quiet");
  });
});

describe("the watch itself", () => {
  test.each([
    ["TCP", "require('node:net').connect(9, '127.0.0.1').on('error', () => {})", "connect 127.0.0.1:9"],
    ["TLS", "require('node:tls').connect({ host: '127.0.0.1', port: 9 }).on('error', () => {})", "tls 127.0.0.1:9"],
    ["fetch", "fetch('http://127.0.0.1:64999/').catch(() => {})", "connect 127.0.0.1:64999"],
    ["a name", "require('node:dns').lookup('localhost', () => {})", "dns localhost"],
    [
      "a name, through a promise",
      "require('node:dns/promises').resolve4('localhost').catch(() => {})",
      "dns localhost",
    ],
    [
      "a datagram",
      "const s = require('node:dgram').createSocket('udp4'); s.send('x', 9, '127.0.0.1', () => s.close())",
      "datagram 9 127.0.0.1",
    ],
    ["a program", "require('node:child_process').spawn('true')", "program true"],
  ])("sees %s", (_what, code, line) => {
    execFileSync(process.execPath, ["-e", code], { env: sends.env });
    expect(sends.all).toContain(line);
  });
});
