/** What `scan` and `list` find on disk: many projects, no files, odd files. */
import { execFileSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ago, lockfileText, manifestText, versionIn } from "../setup/projects.ts";
import { run, scanned } from "./cli.ts";
import { CliWorld } from "./world.ts";

const MANIFEST = manifestText({ fresh: "^1.0.0" });
const LOCKFILE = lockfileText({ fresh: "^1.0.0" }, { fresh: { version: "1.1.0" } });

let world: CliWorld;
beforeEach(async () => {
  world = await CliWorld.create();
  world.registry.publish("fresh", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("fresh", "1.1.0", { at: ago({ days: 1 }) });
});
afterEach(() => world.end());

/** The paths of the files that a scan names, each finding's among them. */
async function named(...paths: readonly string[]): Promise<readonly string[]> {
  const { files, findings } = scanned(await world.run("scan", ...paths, "--format", "json"));
  const found = files.map(({ path }) => path);
  expect(findings.filter(({ file }) => !found.includes(file))).toEqual([]);
  return found.sort();
}

describe("paths", () => {
  test("several projects below one folder; node_modules is not entered", async () => {
    for (const folder of ["a", "b/c"]) {
      world.write(`${folder}/package.json`, MANIFEST);
      world.write(`${folder}/package-lock.json`, LOCKFILE);
      world.write(`${folder}/.npmrc`, "min-release-age=3\n");
    }
    world.write("a/node_modules/fresh/package.json", MANIFEST);
    const json = scanned(await world.run("scan", "--format", "json"));
    expect(json.files.map(({ path }) => path)).toEqual([
      "a/package.json",
      "a/package-lock.json",
      "b/c/package.json",
      "b/c/package-lock.json",
    ]);
    expect(json.findings.map(({ file }) => file)).toEqual([
      "a/package-lock.json",
      "a/package.json",
      "b/c/package-lock.json",
      "b/c/package.json",
    ]);
  });

  test("a workspace's manifest is judged by the lockfile above it", async () => {
    world.write(".npmrc", "min-release-age=3\n");
    world.write("package.json", manifestText({}, { workspaces: ["packages/*"] }));
    world.write("packages/one/package.json", MANIFEST);
    world.write("package-lock.json", {
      lockfileVersion: 3,
      packages: {
        "": { workspaces: ["packages/*"] },
        "node_modules/fresh": { version: "1.0.0" },
        "node_modules/one": { resolved: "packages/one", link: true },
        "packages/one": { name: "app", version: "1.0.0", dependencies: { fresh: "^1.0.0" } },
      },
    });
    const json = scanned(await world.run("scan", "--format", "json"));
    expect(json.files.map(({ path, packages }) => [path, packages])).toEqual([
      ["package.json", 0],
      ["packages/one/package.json", 1],
      ["package-lock.json", 1],
    ]);
    expect(json.findings).toEqual([]);
  });

  test("several paths are relative to the current folder; one stands by itself", async () => {
    world.write("x/a/package.json", MANIFEST);
    world.write("x/b/package.json", MANIFEST);
    world.write("x/c/package.json", MANIFEST);
    expect(await named("x/a", "x/b")).toEqual(["x/a/package.json", "x/b/package.json"]);
    expect(await named("x/a", "x/b/package.json")).toEqual(["x/a/package.json", "x/b/package.json"]);
    expect(await named("x/c/package.json")).toEqual(["package.json"]);
    expect(await named("x/c")).toEqual(["package.json"]);
    expect(scanned(await world.run("scan", "x/a", "x/a/package.json", "x/a", "--format", "json")).files).toHaveLength(
      1,
    );
  });

  test("several paths, however they are written: below the current folder as from it, outside of it absolute", async () => {
    const outside = join(world.folder, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "package.json"), MANIFEST);
    world.write("a/package.json", MANIFEST);
    world.write("..b/package.json", MANIFEST);
    world.write("c/package.json", MANIFEST);
    symlinkSync(world.project, join(world.folder, "link"));
    expect(
      await named(join(world.project, "a"), join(world.folder, "link", "c"), "../project/..b/", "../outside"),
    ).toEqual(["..b/package.json", "a/package.json", "c/package.json", `${outside}/package.json`].sort());
    expect(await named(outside, outside)).toEqual([`${outside}/package.json`]);
  });

  test("what settings suppress is named by the same paths", async () => {
    world.write("x/a/package.json", MANIFEST);
    world.write("x/b/package.json", MANIFEST);
    world.write("x/.vscode/settings.json", { "depwarden.rules": { "fresh-release": "off" } });
    const outcome = await world.run("scan", "x/a", "x/b", "--format", "json");
    expect(scanned(outcome).suppressed.map(({ by }) => by)).toEqual(["x/.vscode/settings.json"]);
    expect(outcome.stderr).toBe(
      "x/.vscode/settings.json suppresses: fresh-release off. --no-workspace-settings leaves it unread.\n",
    );
    expect(scanned(await world.run("scan", "x", "--format", "json")).suppressed.map(({ by }) => by)).toEqual([
      ".vscode/settings.json",
    ]);
  });

  test("a path outside of the current folder is shown whole", async () => {
    world.write("package.json", MANIFEST);
    mkdirSync(join(world.folder, "elsewhere"));
    const outcome = await run(world, ["scan", world.project, "--no-cache", ...world.online], {
      cwd: join(world.folder, "elsewhere"),
    });
    expect(outcome.stdout).toContain(`${join(world.project, "package.json")}:5:15\n`);
    const json = await run(world, ["scan", "../project", "--no-cache", "--format", "json", ...world.online], {
      cwd: join(world.folder, "elsewhere"),
    });
    expect(scanned(json).files.map(({ path }) => path)).toEqual(["package.json"]);
  });

  test("one folder by two paths, one of them a link, is judged once", async () => {
    world.write("app/package.json", manifestText({ bad: "1.0.1" }));
    symlinkSync(join(world.project, "app"), join(world.project, "link"));
    const outcome = await world.run("scan", "app", "link", "--format", "json");
    expect(scanned(outcome).files.map(({ path }) => path)).toEqual(["app/package.json"]);
  });

  test("a folder in node_modules that a link of the project leads to", async () => {
    world.write("vendor/node_modules/api/package.json", MANIFEST);
    world.write("vendor/node_modules/api/package-lock.json", LOCKFILE);
    world.write("vendor/node_modules/other/package.json", MANIFEST);
    mkdirSync(join(world.project, "services"));
    symlinkSync("../vendor/node_modules/api", join(world.project, "services", "api"));
    symlinkSync("../../../services", join(world.project, "vendor", "node_modules", "api", "round"));
    symlinkSync("../vendor/node_modules", join(world.project, "services", "all"));
    const { files, findings } = scanned(await world.run("scan", "--format", "json"));
    expect(files.map(({ path }) => path)).toEqual(["services/api/package.json", "services/api/package-lock.json"]);
    expect(findings.map(({ rule }) => rule)).toContain("fresh-release");
  });

  test("names with spaces and signs", async () => {
    world.write("a b/ü#%20/package.json", MANIFEST);
    expect(scanned(await world.run("scan", "--format", "json")).findings.map(({ file }) => file)).toEqual([
      "a b/ü#%20/package.json",
    ]);
    expect((await world.run("scan")).stdout).toContain("a b/ü#%20/package.json:5:15\n");
  });

  test("an allow entry that is over, or that covers nothing, is told by file and line", async () => {
    world.write("package.json", MANIFEST);
    world.write("package-lock.json", LOCKFILE);
    world.write(".npmrc", "min-release-age=3\n");
    world.write(
      ".vscode/settings.json",
      [
        "{",
        "  // ours",
        '  "depwarden.allow": [',
        '    { "package": "fresh", "versions": "1.1.0", "reason": "read it" },',
        '    { "package": "fresh", "versions": "1.0.0", "reason": "read it" },',
        '    { "package": "gone", "reason": "read it", "until": "2020-01-01" },',
        "  ],",
        "}",
      ].join("\n"),
    );
    const outcome = await world.run("scan");
    expect(outcome.status).toBe(0);
    expect(outcome.stderr).toBe(
      ".vscode/settings.json:5: The entry for fresh 1.0.0 matches nothing here; remove it.\n.vscode/settings.json:6: The entry for gone ended on 1 January 2020. Remove it, or give it a new end date.\n.vscode/settings.json suppresses: allow: fresh 1.1.0: fresh-release (2 findings): read it. --no-workspace-settings leaves it unread.\n",
    );
    // One file is not the whole folder: elsewhere the entry may be of use.
    expect((await world.run("scan", "package.json")).stderr).toBe(
      ".vscode/settings.json:6: The entry for gone ended on 1 January 2020. Remove it, or give it a new end date.\n.vscode/settings.json suppresses: allow: fresh 1.1.0: fresh-release (2 findings): read it. --no-workspace-settings leaves it unread.\n",
    );
  });

  test("the project's own settings hold: allow, exclude, rules", async () => {
    world.write("package.json", MANIFEST);
    world.write("vendor/package.json", MANIFEST);
    world.write(
      ".vscode/settings.json",
      '{\n  // with a comment\n  "depwarden.exclude": ["vendor"],\n  "depwarden.rules": { "fresh-release": "error" },\n}\n',
    );
    const strict = await world.run("scan", "--format", "json");
    expect(strict.status).toBe(1);
    expect(scanned(strict).findings).toMatchObject([
      { rule: "fresh-release", severity: "error", file: "package.json" },
    ]);
    world.write(".vscode/settings.json", {
      "depwarden.exclude": ["vendor"],
      "depwarden.allow": [{ package: "fresh", versions: "1.1.0", reason: "read it" }],
    });
    expect(scanned(await world.run("scan", "--format", "json")).findings).toEqual([]);
    world.write(".vscode/settings.json", {
      "depwarden.exclude": ["vendor"],
      "depwarden.allow": [{ package: "fresh", reason: "read it", until: "2020-01-01" }],
      "depwarden.registry": "http://127.0.0.1:1/",
      "depwarden.offline": false,
    });
    expect(scanned(await world.run("scan", "--format", "json")).findings).toHaveLength(1);
    // It chooses no host, but it may ask that fewer are asked.
    world.write(".vscode/settings.json", { "depwarden.exclude": ["vendor"], "depwarden.offline": true });
    const offline = await world.run("scan", "--format", "json", "--no-cache");
    expect(scanned(offline).findings).toMatchObject([{ rule: "unchecked" }]);
    world.write(
      ".vscode/settings.json",
      '{ "depwarden.rules": { "fresh-release": "off" }, "depwarden.allow": [ { "package": ',
    );
    expect((await world.run("scan")).stderr).toContain(
      ".vscode/settings.json: line 1 cannot be read; what could be read of it holds.",
    );
    world.write(".vscode/settings.json", { "depwarden.allow": [{ package: "fresh" }] });
    expect((await world.run("scan")).stderr).toContain("depwarden.allow: entry 1");
  });
});

describe("what cannot be read", () => {
  test("no such path: 2, named on standard error", async () => {
    expect(await world.run("scan", "nowhere")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("nowhere: there is no such file") as string,
    });
  });

  test("an empty folder: 2, said, and no summary that reads as if all were well", async () => {
    const outcome = await world.run("scan");
    const stderr = "Nothing was scanned: there is no package.json and no lockfile.\n";
    expect(outcome).toMatchObject({ status: 2, stderr, stdout: "" });
  });

  test("a file that is none of those that are read", async () => {
    const file = world.write("notes.txt", "x");
    expect(await world.run("scan", file)).toMatchObject({
      status: 2,
      stderr: "notes.txt: not a file that Depwarden reads\n",
    });
  });

  test.each([
    ["not JSON", "package-lock.json", "\u0000\u0001\u0002"],
    ["YAML", "package.json", "name: app\ndependencies:\n  fresh: 1.1.0\n"],
    ["cut off", "package-lock.json", LOCKFILE.slice(0, -30)],
    ["empty", "package.json", ""],
    ["another JSON", "package-lock.json", '{ "hello": "world" }'],
  ])("%s: 2, with the file's error, and the other file is read", async (_name, file, text) => {
    world.write("package.json", MANIFEST);
    world.write("package-lock.json", LOCKFILE);
    world.write(file, text);
    const outcome = await world.run("scan", "--format", "json");
    expect(outcome.status).toBe(2);
    const json = scanned(outcome);
    expect(json.files.filter(({ error }) => error !== null).map(({ path }) => path)).toEqual([file]);
    expect(json.findings.filter(({ rule }) => rule === "unchecked").map(({ file: at }) => at)).toEqual([file]);
    expect(json.findings.some(({ rule, file: at }) => rule === "fresh-release" && at !== file)).toBe(true);
  });

  test("a FIFO, a folder, and links that lead round, under a name that is read", async () => {
    mkdirSync(join(world.project, "fifo"));
    execFileSync("mkfifo", [join(world.project, "fifo", "package.json")]);
    mkdirSync(join(world.project, "folder", "package.json"), { recursive: true });
    mkdirSync(join(world.project, "loop"));
    symlinkSync("package.json", join(world.project, "loop", "package.json"));
    symlinkSync("..", join(world.project, "loop", "up"));
    symlinkSync("nowhere", join(world.project, "package-lock.json"));
    world.write("good/package.json", MANIFEST);
    const outcome = await world.run("scan", "--format", "json");
    expect(outcome.status).toBe(2);
    const json = scanned(outcome);
    expect(json.files.map(({ path, error }) => [path, error])).toEqual([
      ["package-lock.json", "there is no such file"],
      ["fifo/package.json", "it is not a plain file"],
      ["good/package.json", null],
      ["loop/package.json", "it is a symbolic link that leads nowhere"],
    ]);
    const text = (await world.run("scan")).stdout;
    expect(text).toContain("fifo/package.json");
    expect(text).toContain("it is not a plain file");
    expect(text.match(/loop\/package\.json/g)?.length).toBe(1);
  });

  test("a file without permission, and a folder without", async () => {
    world.write("open/package.json", MANIFEST);
    world.write("shut/package.json", MANIFEST);
    world.write("closed/package.json", MANIFEST);
    // Root reads all the same, so it is asked as somebody else.
    const outcome = await world.runUnprivileged(["shut/package.json", "closed"], "scan", "--format", "json");
    expect(outcome.status).toBe(2);
    expect(outcome.stderr).toContain("closed: permission was denied");
    expect(scanned(outcome).files.map(({ path, error }) => [path, error])).toEqual([
      ["open/package.json", null],
      ["shut/package.json", "permission was denied"],
    ]);
  });

  test("a file of 100 MB is told of, not read", async () => {
    const file = openSync(join(world.project, "package-lock.json"), "w");
    writeSync(file, LOCKFILE);
    ftruncateSync(file, 100 * 1024 * 1024);
    closeSync(file);
    world.write("package.json", MANIFEST);
    const outcome = await world.run("scan", "--format", "json");
    expect(outcome.status).toBe(2);
    const json = scanned(outcome);
    expect(json.files.find(({ path }) => path === "package-lock.json")?.error).toContain(
      "more than the 50 million that are read",
    );
    expect(json.findings.map(({ rule, file: at }) => `${rule} ${at}`)).toEqual([
      "unchecked package-lock.json",
      "fresh-release package.json",
    ]);
    const list = await world.run("list", "package-lock.json");
    expect(list).toMatchObject({ status: 2 });
    expect(list.stderr).toContain("more than the 50 million that are read");
  });
});

describe("list", () => {
  const TREE = lockfileText(
    { fresh: "^1.0.0" },
    {
      fresh: { version: "1.1.0" },
      tool: { version: "2.0.0", dev: true },
      "tool/node_modules/fresh": { version: "1.0.0", dev: true },
      forked: {
        version: "3.0.0",
        resolved: "git+ssh://git@example.com/x.git#0123456789012345678901234567890123456789",
      },
    },
  );

  test("JSON: one entry for each place that locks a registry package", async () => {
    world.write("package-lock.json", TREE);
    const outcome = await world.run("list", "package-lock.json", "--format", "json");
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    const from = (name: string, version: string) => `https://registry.npmjs.org/${name}/-/${name}-${version}.tgz`;
    expect(JSON.parse(outcome.stdout)).toEqual([
      {
        name: "fresh",
        version: "1.1.0",
        range: versionIn(TREE, "fresh", "1.1.0"),
        resolved: from("fresh", "1.1.0"),
        integrity: null,
        direct: true,
        dev: false,
      },
      {
        name: "tool",
        version: "2.0.0",
        range: versionIn(TREE, "tool", "2.0.0"),
        resolved: from("tool", "2.0.0"),
        integrity: null,
        direct: false,
        dev: true,
      },
      {
        name: "fresh",
        version: "1.0.0",
        range: versionIn(TREE, "tool/node_modules/fresh", "1.0.0"),
        resolved: from("fresh", "1.0.0"),
        integrity: null,
        direct: false,
        dev: true,
      },
    ]);
    expect(world.registry.requests).toEqual([]);
  });

  test("text: line, name, version", async () => {
    world.write("package-lock.json", TREE);
    const { stdout } = await world.run("list", "package-lock.json");
    expect(stdout).toBe("    15  fresh 1.1.0  direct\n    19  tool 2.0.0  dev\n    24  fresh 1.0.0  dev\n3 packages\n");
  });

  test("a file that cannot be read whole: 2, and what could be read is printed", async () => {
    world.write("package-lock.json", TREE.slice(0, TREE.indexOf('"node_modules/tool"') + 30));
    const outcome = await world.run("list", "package-lock.json", "--format", "json");
    expect(outcome.status).toBe(2);
    expect(JSON.parse(outcome.stdout)).toMatchObject([{ name: "fresh", version: "1.1.0" }]);
    expect(outcome.stderr).toMatch(/^package-lock\.json:\d+:\d+: the file ends inside/);
  });

  test.each([
    ["nowhere/package-lock.json", "there is no such file"],
    ["package.json", "a manifest locks nothing"],
    ["other.json", "not a lockfile that Depwarden reads"],
  ])("%s: 2, and why", async (file, why) => {
    world.write("package.json", MANIFEST);
    world.write("other.json", "{}");
    const outcome = await world.run("list", file, "--format", "json");
    expect(outcome).toMatchObject({ status: 2, stdout: "" });
    expect(outcome.stderr).toContain(why);
  });
});
