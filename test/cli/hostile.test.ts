/** Names, scripts, settings and paths that would drive a terminal or forge lines reach it as plain, visible text. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { expectPrintable, expectPrintableLines, HOSTILE } from "../setup/hostile.ts";
import { BROKEN, FOLDER, hostileProject, SETTINGS } from "../setup/hostile-project.ts";
import { scanned } from "./cli.ts";
import type { Outcome } from "./cli.ts";
import { CliWorld } from "./world.ts";

const NAMED = "[Retry now](command:workbench.action.files.newUntitledFile) $(error) ";

let world: CliWorld;
beforeEach(async () => {
  world = await CliWorld.create();
  hostileProject(world, world.registry, world.osv);
  world.write(`${FOLDER}/.vscode/settings.json`, SETTINGS);
});
afterEach(() => world.end());

/** Both outputs hold the hostile text, made visible, and no line that begins with what it holds after a line end. */
function expectFit({ stdout, stderr }: Outcome): void {
  for (const text of [stdout, stderr]) {
    expectPrintableLines(text);
    expect(text).not.toMatch(/^ *(error: forged|line)/m);
  }
}

test("scan, as text: the findings name it, and so do the problems on standard error", async () => {
  const outcome = await world.run("scan", FOLDER);
  expectFit(outcome);
  expect(outcome.stdout).toContain(NAMED);
  expect(outcome.stderr.trimEnd().split("\n")).toEqual([
    expect.stringMatching(/^depwarden\.rules names .*forged line", which is not a rule\.$/),
    expect.stringMatching(/^depwarden\.allow: entry 2 has .*\(command.*; it is ignored\.$/),
    expect.stringMatching(/^\[Retry now\].*settings\.json:\d+: The entry for .* ended on 1 January 2020\./),
  ]);
});

test("scan, as JSON: messages are one visible line each; names and paths are read back as they are", async () => {
  const outcome = await world.run("scan", FOLDER, "--format", "json");
  expectFit(outcome);
  const { findings, files } = scanned(outcome);
  for (const { message } of findings) expectPrintable(message);
  for (const { error } of files) expectPrintable(error ?? "");
  expect(files.map(({ path }) => path)).toContain(`${BROKEN}/yarn.lock`);
  // A version with a colon may be an address with a login, which is not passed on.
  expect(findings).toContainEqual(
    expect.objectContaining({ rule: "unchecked", package: HOSTILE, version: "", path: [HOSTILE] }),
  );
});

test("list: text and JSON, and what could not be read of a file", async () => {
  const [text, json, broken] = await Promise.all([
    world.run("list", `${FOLDER}/package-lock.json`),
    world.run("list", `${FOLDER}/package-lock.json`, "--format", "json"),
    world.run("list", `${FOLDER}/${BROKEN}/yarn.lock`),
  ]);
  [text, json, broken].forEach(expectFit);
  expect(text.stdout).toContain(NAMED);
  expect(JSON.parse(json.stdout)).toContainEqual(expect.objectContaining({ name: HOSTILE, version: HOSTILE }));
  expect(broken.stderr).toMatch(/^\[Retry now\][^\n]*yarn\.lock:1:1: [^\n]+\n$/);
});

test("explain: text and JSON, and a name that no package has", async () => {
  const [text, json, evil, none] = await Promise.all([
    world.run("explain", "scripted@1.1.0"),
    world.run("explain", "scripted@1.1.0", "--format", "json"),
    world.run("explain", "evil@1.1.0"),
    world.run("explain", HOSTILE),
  ]);
  [text, json, evil, none].forEach(expectFit);
  expect(text.stdout).toContain(`publisher  ${NAMED}`);
  expect(evil.stdout).toContain(`advisory   MAL-2099-1: ${NAMED}`);
  expect(none.stderr).toMatch(/^\[Retry now\][^\n]+\n$/);
  const explained = JSON.parse(json.stdout) as { readonly findings: readonly { readonly message: string }[] };
  expect(explained).toMatchObject({ publisher: HOSTILE, installScripts: { postinstall: HOSTILE } });
  for (const { message } of explained.findings) expectPrintable(message);
});

test("arguments that file names may have become are repeated in one line", async () => {
  const option = await world.run("scan", `--${HOSTILE}`);
  expectFit(option);
  expect(option.stderr).toContain(`unknown option '--${NAMED}`);
  const missing = await world.run("scan", `${HOSTILE}-missing`);
  expectFit(missing);
  expect(missing.stderr).toContain(NAMED);
});

test("a file for the result that cannot be written", async () => {
  const outcome = await world.run("scan", FOLDER, "--output", `nowhere-${HOSTILE}/out.txt`);
  expectFit(outcome);
  expect(outcome.stderr).toMatch(/^nowhere-\[Retry now\][^\n]* could not be written: [^\n]+$/m);
});
