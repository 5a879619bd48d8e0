/** Runs a package manager that a person has agreed to. */
import { run } from "./run.ts";
import { withoutPath } from "./programs.ts";

/** What it may take, ms: it may ask its registry for everything. */
const TIMEOUT = 10 * 60_000;

/** Of what it prints, bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface PackageManagerRun {
  /** Absolute. */
  readonly program: string;
  readonly args: readonly string[];
  /** In place of the same variables of this process's. */
  readonly env: Readonly<Record<string, string>>;
}

/** Gives why it failed, as a clause; null: it did not. Never rejects. @param folder absolute */
export async function runPackageManager(
  { program, args, env }: PackageManagerRun,
  folder: string,
  signal: AbortSignal,
): Promise<string | null> {
  const outcome = await run({
    program,
    args,
    cwd: folder,
    env: { ...withoutPath(process.env), ...env },
    timeout: TIMEOUT,
    mostBytes: MOST_BYTES,
    signal,
  });
  switch (outcome.end) {
    case "exit": {
      if (outcome.code === 0) return null;
      const [said = ""] = outcome.stderr.trim().split("\n");
      return `${program} ended with ${outcome.code === null ? "a signal" : `status ${outcome.code}`}${said === "" ? "" : `: ${said}`}`;
    }
    case "timeout":
      return `${program} did not end within ${TIMEOUT / 60_000} minutes`;
    case "too-large":
      return `${program} printed more than ${MOST_BYTES / 1024 / 1024} MB`;
    case "aborted":
      return `${program} was ended`;
    case "not-started":
      return `${program} could not be started`;
  }
}
