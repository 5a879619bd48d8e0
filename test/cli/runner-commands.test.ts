/** No name, path or setting becomes a command to the CI system whose log the output ends in. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { scanned, type Outcome } from "./cli.ts";
import { CliWorld } from "./world.ts";
import { printedRows, styled } from "../../server/src/cli/printed.ts";
import { asJson } from "../../server/src/core/util/sanitize.ts";

/** A line as the runners look at it: actions/runner (ActionCommand.cs), azure-pipelines-agent (Command.cs), TeamCity, GitLab. */
const RUNNERS: readonly ((line: string) => boolean)[] = [
  (line) => line.trimStart().startsWith("::"),
  (line) => line.includes("##["),
  (line) => line.includes("##vso["),
  (line) => line.includes("##teamcity["),
  // eslint-disable-next-line no-control-regex -- GitLab's sections have such characters
  (line) => /section_(start|end):\d+:[\w.-]+(\[.*\])?\r?\u001b\[0K/.test(line),
];

const COMMANDS = [
  "::stop-commands::x",
  " \u3000::add-mask::y",
  "##vso[task.prependpath]evil",
  "say ##[set-env name=PATH]evil",
  "###[error]forged",
  "##teamcity[setParameter name='env.PATH' value='evil']",
  "section_start:1:x\r\u001b[0K",
  "first\n::error::second",
];

let world: CliWorld;
beforeEach(async () => {
  world = await CliWorld.create();
});
afterEach(() => world.end());

function expectNoCommand({ stdout, stderr }: Outcome): void {
  const lines = `${stdout}\n${stderr}`.split(/\r\n|\r|\n|\u2028|\u2029/);
  expect(lines.filter((line) => RUNNERS.some((isCommand) => isCommand(line)))).toEqual([]);
}

/** A project of hostile names in a folder of one. */
function writeProject(folder: string): void {
  world.registry.publish("scripted", "1.0.0", { at: ago({ days: 400 }) });
  const [first = "", ...others] = COMMANDS;
  world.registry.publish("scripted", "1.1.0", {
    at: ago({ hours: 3 }),
    publisher: { name: first },
    scripts: { postinstall: others.join(" ") },
    dependencies: Object.fromEntries(COMMANDS.map((name) => [name, name])),
    deprecated: first,
  });
  const asked = { scripted: "^1.0.0", ...Object.fromEntries(COMMANDS.map((name) => [name, name])) };
  world.write(`${folder}/package.json`, manifestText(asked, { packageManager: first }));
  const packages = Object.fromEntries(COMMANDS.map((name) => [name, { version: name, resolved: name }]));
  world.write(`${folder}/package-lock.json`, lockfileText(asked, { ...packages, scripted: { version: "1.1.0" } }));
  world.write(`${folder}/bad/yarn.lock`, `${COMMANDS.join("\n")}\n`);
  const rules = Object.fromEntries(COMMANDS.map((name) => [name, "off"]));
  const allow = COMMANDS.map((name) => ({ package: name, reason: name, until: "2020-01-01", [name]: name }));
  world.write(`${folder}/.vscode/settings.json`, { "depwarden.rules": rules, "depwarden.allow": allow });
}

test("nothing that is printed of projects of such names is one", async () => {
  COMMANDS.forEach(writeProject);
  const [text, json] = [await world.run("scan", "."), await world.run("scan", ".", "--format", "json")];
  [text, json].forEach(expectNoCommand);
  // In JSON a name stays what it is.
  const { files, findings } = scanned(json);
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(COMMANDS.map((folder) => `${folder}/package-lock.json`)),
  );
  expect(new Set(findings.map(({ package: name }) => name))).toContain("::stop-commands::x");
  for (const folder of ["::stop-commands::x", "##vso[task.prependpath]evil"]) {
    const lockfile = `${folder}/package-lock.json`;
    const commands: readonly (readonly [string, ...string[]])[] = [
      ["list", lockfile],
      ["list", lockfile, "--format", "json"],
      ["list", `${folder}/bad/yarn.lock`],
      ["explain", folder],
      ["scan", `${folder}-missing`],
      ["scan", folder, "--output", `${folder}/none/out`],
      ["scan", `--${folder}`],
      [folder],
    ];
    for (const args of commands) expectNoCommand(await world.run(...args));
  }
  expectNoCommand(await world.run("explain", "scripted@1.1.0"));
  expectNoCommand(await world.run("explain", "scripted@1.1.0", "--format", "json"));
});

test("JSON that holds a command is read back as it was", () => {
  const value = { "##vso[x]": COMMANDS };
  expect(JSON.parse(asJson(value))).toEqual(value);
  expectNoCommand({ status: 0, signal: null, stdout: asJson(value), stderr: "" });
});

test("a command in parts of several colours, or behind one, is none", () => {
  const rows = printedRows([[styled("red", "::error::x")], ["#", "#vso[y]z"], ["a", styled("bold", "##[b]")]], true);
  // eslint-disable-next-line no-control-regex -- colours
  expectNoCommand({ status: 0, signal: null, stdout: rows.replaceAll(/\u001b\[\d+m/g, ""), stderr: "" });
});
