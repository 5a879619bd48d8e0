/** The command line over a made-up project of npm. */
import type { ScanJson } from "../test/cli/cli.ts";
import { CLI, type Sandbox } from "../test/setup/sandbox.ts";
import { runNode, type ProgramRun } from "./program.ts";
import { DIRECT, lockfileOf, manifestOf } from "./projects.ts";

export interface ScanOptions {
  /** So many packages the project has. */
  readonly count: number;
  /** The arguments after `scan`. */
  readonly options: readonly string[];
  /** The moment at which the program's clock stands still, ms since epoch; without: the computer's. */
  readonly now?: number;
  /** So many of the packages are known to be compromised. */
  readonly compromised?: number;
  /** Nothing may be asked, and nothing is kept: most of it stays unchecked. */
  readonly isUnchecked?: boolean;
}

/**
 * Its lockfile is indented by tabs, as npm leaves it where somebody has it so: with spaces one of 100,000 packages has more
 * than the 50 million characters that are read. `registry`: base URL, ending in "/".
 */
export function writeProject(sandbox: Sandbox, count: number, registry: string): void {
  const { text, names } = lockfileOf(count, registry);
  sandbox.write("package.json", manifestOf(names.slice(0, DIRECT)));
  sandbox.write(
    "package-lock.json",
    text.replace(/^(?: {2})+/gm, (indent) => "\t".repeat(indent.length / 2)),
  );
}

/** Throws when it has not checked every package: a fast scan that leaves some out would win. */
export async function runScan(
  sandbox: Sandbox,
  { count, options, now, compromised = 0, isUnchecked = false }: ScanOptions,
): Promise<ProgramRun> {
  const run = await runNode(sandbox, [CLI, "scan", "--format", "json", "--fail-on", "never", ...options], {
    codes: [0],
    ...(now === undefined ? {} : { now }),
  });
  const { summary, findings } = JSON.parse(run.stdout) as ScanJson;
  const found = findings.filter(({ rule, file }) => rule === "compromised" && file === "package-lock.json").length;
  const isWhole = isUnchecked || (summary["unchecked"] === 0 && found === compromised);
  if (summary["packages"] !== count || !isWhole)
    throw new Error(`${found} compromised of ${count} packages: ${JSON.stringify(summary)}`);
  return run;
}

/** The start of the program, and nothing else. */
export function runVersion(sandbox: Sandbox): Promise<ProgramRun> {
  return runNode(sandbox, [CLI, "--version"], { codes: [0] });
}
