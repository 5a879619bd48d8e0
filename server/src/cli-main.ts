/** The command line, as dist/cli.js starts it. */
import { isatty } from "node:tty";
import { run } from "./cli/main.ts";
import { printedLine, printedLines } from "./cli/printed.ts";
import { hasColors, showsProgress } from "./cli/terminal.ts";
import type { CliShell, CliWorld } from "./cli/world.ts";
import { writeToStream } from "./io/output.ts";
import { VERSION } from "./io/version.ts";
import { surroundings } from "./surroundings.ts";

/** Of a terminal that does not say how wide it is. */
const USUAL_COLUMNS = 80;

const { env } = surroundings();

const shell: CliShell = {
  version: VERSION,
  stdout: {
    hasColors: hasColors({ isTerminal: isatty(process.stdout.fd), env }),
    columns: process.stdout.isTTY ? process.stdout.columns || USUAL_COLUMNS : null,
    write: (text) => writeToStream(process.stdout, text),
  },
  stderr: {
    showsProgress: showsProgress({ isTerminal: isatty(process.stderr.fd), env }),
    line: (text) => void process.stderr.write(printedLine(text)),
    lines: (text) => void process.stderr.write(printedLines(text)),
  },
  onInterrupt: (stop) => {
    process.once("SIGINT", stop);
  },
};

// A write to standard output says itself how it ended; of standard error there is nobody left to tell.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const openWorld = async (): Promise<CliWorld> => (await import("./cli-world.ts")).createWorld(shell, surroundings());

void run(process.argv.slice(2), shell, openWorld).then((status) => {
  process.exitCode = status;
});
