/** Colours and the progress line: on a terminal that can show them, and nowhere that they were not asked for. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hasColors, showsProgress } from "../../server/src/cli/terminal.ts";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { shell } from "./cli.ts";
import { CliWorld } from "./world.ts";

const ESCAPE = "\u001b";
// eslint-disable-next-line no-control-regex
const COLOUR = /\u001b\[[\d;]*m/;

describe("by the environment", () => {
  test.each<[Readonly<Record<string, string>>, boolean, boolean]>([
    [{}, true, false],
    [{ TERM: "xterm-256color" }, true, false],
    [{ TERM: "dumb" }, false, false],
    [{ NO_COLOR: "1" }, false, false],
    [{ NO_COLOR: "0" }, false, false],
    [{ NO_COLOR: "" }, true, false],
    [{ FORCE_COLOR: "1" }, true, true],
    [{ FORCE_COLOR: "3", TERM: "dumb" }, true, true],
    [{ FORCE_COLOR: "" }, true, false],
    [{ FORCE_COLOR: "0" }, false, false],
    [{ FORCE_COLOR: "false" }, false, false],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, false, false],
    [{ FORCE_COLOR: "1", NO_COLOR: "" }, true, true],
    [{ CI: "true", GITHUB_ACTIONS: "true" }, true, false],
  ])("%j: colours on a terminal: %s, in a pipe: %s", (env, terminal, pipe) => {
    expect(hasColors({ isTerminal: true, env })).toBe(terminal);
    expect(hasColors({ isTerminal: false, env })).toBe(pipe);
  });

  test("progress: only on a terminal that can write over a line, and not in CI", () => {
    expect(showsProgress({ isTerminal: true, env: { TERM: "xterm", NO_COLOR: "1" } })).toBe(true);
    expect(showsProgress({ isTerminal: true, env: { TERM: "dumb" } })).toBe(false);
    expect(showsProgress({ isTerminal: true, env: { CI: "true" } })).toBe(false);
    expect(showsProgress({ isTerminal: false, env: { FORCE_COLOR: "1" } })).toBe(false);
  });
});

describe("of the program", () => {
  let world: CliWorld;
  beforeEach(async () => {
    world = await CliWorld.create();
    world.registry.publish("bad", "1.0.1", { at: ago({ days: 100 }) });
    world.osv.add(malware("MAL-2099-1", "bad", ["1.0.1"], { published: ago({ days: 90 }) }));
    world.write("package.json", manifestText({ bad: "1.0.1" }));
    world.write("package-lock.json", lockfileText({ bad: "1.0.1" }, { bad: { version: "1.0.1" } }));
  });
  afterEach(() => world.end());

  const COMMANDS = ["scan", "list package-lock.json", "explain bad@1.0.1"];

  /** What a terminal gets, of both streams. */
  async function onTerminal(env: string, command: string): Promise<string> {
    const args = `${command} --no-cache ${world.online.join(" ")}`;
    return (await shell(world, `${env} script -qec "$CLI ${args}" /dev/null`)).stdout;
  }

  async function inPipe(env: string, command: string): Promise<string> {
    const args = `${command} --no-cache ${world.online.join(" ")}`;
    return (await shell(world, `${env} $CLI ${args} 2>&1 | cat`)).stdout;
  }

  test.each(COMMANDS)("%s: colours on a terminal, none in a pipe, in CI either", async (command) => {
    expect(await onTerminal("TERM=xterm", command)).toMatch(COLOUR);
    expect(await onTerminal("TERM=xterm CI=true", command)).toMatch(COLOUR);
    for (const env of ["TERM=xterm", "CI=true GITHUB_ACTIONS=true TERM=xterm", "CI=1 FORCE_COLOR=0"])
      expect(await inPipe(env, command)).not.toContain(ESCAPE);
    expect(await inPipe("FORCE_COLOR=1", command)).toMatch(COLOUR);
  });

  test.each(COMMANDS)("%s: no colours where they are refused", async (command) => {
    for (const [env, options] of [
      ["TERM=xterm NO_COLOR=1", ""],
      ["TERM=xterm NO_COLOR=1 FORCE_COLOR=1", ""],
      ["TERM=xterm FORCE_COLOR=0", ""],
      ["TERM=xterm", "--no-color"],
      ["TERM=xterm FORCE_COLOR=1", "--no-color"],
    ] as const) {
      const shown = await onTerminal(env, `${command} ${options}`);
      expect(shown).toContain("bad");
      expect(shown).not.toMatch(COLOUR);
    }
  });

  test("a dumb terminal, and one in CI, get no command at all but colours", async () => {
    expect(await onTerminal("TERM=dumb", "scan")).not.toContain(ESCAPE);
    expect(await onTerminal("TERM=xterm CI=true NO_COLOR=1", "scan")).not.toContain(ESCAPE);
    expect(await onTerminal("TERM=dumb", "scan")).not.toContain("Checking");
    expect(await onTerminal("TERM=xterm", "scan")).toContain("Checking");
  });

  test("a file and JSON never have colours, though they are forced", async () => {
    const file = join(world.project, "out.txt");
    for (const command of COMMANDS) {
      await inPipe("FORCE_COLOR=1", `${command} --output out.txt`);
      expect(readFileSync(file, "utf8")).toContain("bad");
      expect(readFileSync(file, "utf8")).not.toContain(ESCAPE);
      expect(await inPipe("FORCE_COLOR=1", `${command} --format json`)).not.toContain(ESCAPE);
    }
  });

  test("help and usage errors have none", async () => {
    for (const args of ["--help", "scan --help", "scan --nonsense"])
      expect((await shell(world, `TERM=xterm script -qec "$CLI ${args}" /dev/null`)).stdout).not.toContain(ESCAPE);
  });
});
