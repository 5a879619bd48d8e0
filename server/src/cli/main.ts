/** The commands and their arguments, over a world that is given. */
import { setMaxListeners } from "node:events";
import { Command, CommanderError } from "commander";
import { print } from "./deliver.ts";
import { commonOptions, failOnOption, ignoreOption, workspaceSettingsOption } from "./options.ts";
import type { CliOptions } from "./options.ts";
import { printedLines } from "./printed.ts";
import type { ExitCode } from "./scan.ts";
import type { CliShell, CliWorld } from "./world.ts";

const SCAN_HELP = `
Examples:
  depwarden scan                                  the current folder
  depwarden scan --offline packages/web           nothing leaves the machine
  depwarden scan --json --output report.json      for other programs
  depwarden scan --fail-on warning --quiet        in CI

Exit status:
  0  nothing at or above --fail-on
  1  something at or above --fail-on
  2  nothing to scan, or something could not be read, checked or written`;

const LIST_HELP = `
Exit status:
  0  the file was read whole
  2  it is missing, could not be read whole, or the list could not be written`;

const EXPLAIN_HELP = `
Examples:
  depwarden explain axios@1.14.1                  this version
  depwarden explain npm:axios@^1.13.0             what the range takes today
  depwarden explain @types/node                   what latest stands for

Outside of a project, nothing is said of install scripts that are not approved.

Exit status:
  0  nothing at or above --fail-on
  1  something at or above --fail-on
  2  no such version, or something could not be checked or written`;

/**
 * Runs one command line (without node and script) and gives its exit status. Never throws. What a command needs is loaded
 * with it: help, the version and usage errors need none of it.
 */
export async function run(
  args: readonly string[],
  shell: CliShell,
  openWorld: () => Promise<CliWorld>,
): Promise<number> {
  const controller = new AbortController();
  // Every look-up under way listens to it.
  setMaxListeners(0, controller.signal);
  shell.onInterrupt(() => controller.abort());
  let status: ExitCode = 0;
  let answered = Promise.resolve(true);
  const program = new Command("depwarden")
    .description("Finds dependency versions that are compromised, freshly published, or newly carry install scripts.")
    .version(shell.version, "-V, --version", "print the version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        answered = answered.then(async (whole) => whole && (await print(printedLines(text), shell)));
      },
      writeErr: (text) => shell.stderr.lines(text),
      // It repeats an argument, which may be the name of a file.
      outputError: (text) => shell.stderr.line(text.trimEnd()),
    })
    .showHelpAfterError("(depwarden --help lists the commands and options)");
  const command = (name: string, description: string): Command => {
    const made = program.command(name).description(description).exitOverride().copyInheritedSettings(program);
    for (const option of commonOptions()) made.addOption(option);
    return made.addOption(failOnOption());
  };
  command("scan", "inspect files and folders")
    .argument("[path...]", "files and folders", ["."])
    .addHelpText("after", SCAN_HELP)
    .addOption(workspaceSettingsOption())
    .addOption(ignoreOption())
    .action(async (paths: string[], options: CliOptions) => {
      const [{ scan }, world] = await Promise.all([import("./scan.ts"), openWorld()]);
      status = await scan(paths, options, world, controller.signal);
    });
  command("list", "the locked packages of one file")
    .argument("<file>", "a lockfile")
    .addHelpText("after", LIST_HELP)
    .action(async (file: string, options: CliOptions) => {
      const [{ list }, world] = await Promise.all([import("./list.ts"), openWorld()]);
      status = await list(file, options, world, controller.signal);
    });
  command("explain", "what is known of one release")
    .argument("<name@version>", "a package and a version, range or tag; npm: before it is fine")
    .addHelpText("after", EXPLAIN_HELP)
    .addOption(workspaceSettingsOption())
    .action(async (what: string, options: CliOptions) => {
      const [{ explain }, world] = await Promise.all([import("./explain.ts"), openWorld()]);
      status = await explain(what, options, world, controller.signal);
    });
  try {
    await program.parseAsync([...args], { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 && (await answered) ? 0 : 2;
    if (controller.signal.aborted) return 130;
    shell.stderr.line(`depwarden: ${error instanceof Error ? error.message : String(error)}`);
    if (args.includes("--verbose") && error instanceof Error) shell.stderr.lines(`${error.stack ?? "no stack"}\n`);
    return 2;
  }
}
