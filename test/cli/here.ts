/** Runs the command line in this thread, as `dist/cli.js` does in a process of its own: ten times as fast. */
import { known } from "../../server/src/core/facts/fact.ts";
import { run } from "../../server/src/cli/main.ts";
import { printedLine, printedLines } from "../../server/src/cli/printed.ts";
import type { CliShell } from "../../server/src/cli/world.ts";
import { createWorld } from "../../server/src/cli-world.ts";
import { VERSION } from "../../server/src/io/version.ts";
import { PACKUMENT_WORKER, type Sandbox } from "../setup/sandbox.ts";
import type { Outcome } from "./cli.ts";

/** @param columns of a terminal, to which lines are wrapped; null: standard output is a pipe */
export async function runHere(
  sandbox: Sandbox,
  args: readonly string[],
  columns: number | null = null,
): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  const shell: CliShell = {
    version: VERSION,
    stdout: {
      hasColors: false,
      columns,
      write: (text) => {
        stdout += text;
        return Promise.resolve(known(null));
      },
    },
    stderr: {
      showsProgress: false,
      line: (text) => (stderr += printedLine(text)),
      lines: (text) => (stderr += printedLines(text)),
    },
    onInterrupt: () => undefined,
  };
  const surroundings = { cwd: sandbox.project, env: sandbox.env, packumentWorker: PACKUMENT_WORKER };
  const status = await run(args, shell, () => Promise.resolve(createWorld(shell, surroundings)));
  return { status, signal: null, stdout, stderr };
}
