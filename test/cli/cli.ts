/** Runs `node dist/cli.js` as a process. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { CLI, type Sandbox } from "../setup/sandbox.ts";

export interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Folder to run in; the sandbox's project when left out. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: dist/cli.js. */
  readonly program?: string;
  /** Run as this user, which only root may ask for, with a Node that this user can reach. */
  readonly as?: { readonly uid: number; readonly node: string };
}

export async function run(sandbox: Sandbox, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { child, outcome } = start(sandbox, args, options);
  child.stdin?.end();
  return outcome;
}

/** A run under way, to be interrupted. */
export function start(
  sandbox: Sandbox,
  args: readonly string[],
  { cwd = sandbox.project, env = sandbox.env, program = CLI, as }: RunOptions = {},
): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(as?.node ?? process.execPath, [program, ...args], {
    cwd,
    env,
    stdio: "pipe",
    ...(as === undefined ? {} : { uid: as.uid, gid: as.uid }),
  });
  return { child, outcome: outcomeOf(child) };
}

/** Runs a line of bash in which `$CLI` stands for the command. */
export async function shell(
  sandbox: Sandbox,
  line: string,
  { cwd = sandbox.project }: RunOptions = {},
): Promise<Outcome> {
  const command = `${quoted(process.execPath)} ${quoted(CLI)}`;
  const child = spawn("bash", ["-c", line.replaceAll("$CLI", () => command)], { cwd, env: sandbox.env, stdio: "pipe" });
  child.stdin.end();
  return outcomeOf(child);
}

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [status, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { status, signal, stdout, stderr };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

export interface FindingJson {
  readonly rule: string;
  readonly severity: string;
  readonly package: string;
  readonly version: string;
  readonly file: string;
  readonly range: unknown;
  readonly message: string;
  readonly advisories: readonly string[];
  readonly safeVersion: string | null;
  readonly path: readonly string[];
}

export interface ScanJson {
  readonly schemaVersion: number;
  readonly tool: unknown;
  readonly asOf: string;
  readonly files: readonly { path: string; kind: string; packages: number; error: string | null }[];
  readonly suppressed: readonly { by: string; what: string; detail: string }[];
  readonly summary: Readonly<Record<string, number>>;
  readonly findings: readonly FindingJson[];
}

export function scanned({ stdout }: Outcome): ScanJson {
  return JSON.parse(stdout) as ScanJson;
}
