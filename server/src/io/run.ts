/** Runs a program to its end, or ends it and all that it started. */
import { spawn, type ChildProcess } from "node:child_process";

export interface Run {
  /** Absolute: it is not looked for. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of the environment. */
  readonly env: NodeJS.ProcessEnv;
  /** ms. */
  readonly timeout: number;
  /** Of standard output, bytes. */
  readonly mostBytes: number;
  /** null: only the timeout ends it. */
  readonly signal: AbortSignal | null;
}

export type Outcome =
  | { readonly end: "exit"; readonly code: number | null; readonly stdout: Buffer; readonly stderr: string }
  | { readonly end: "timeout" | "too-large" | "aborted" | "not-started" };

/** Characters of standard error that are kept. */
const MOST_STDERR = 4096;

/** Never rejects. */
export function run({ program, args, cwd, env, timeout, mostBytes, signal }: Run): Promise<Outcome> {
  return new Promise((resolve) => {
    // A process group of its own, so that what it started ends with it. Windows has none, and would open a console.
    const detached = process.platform !== "win32";
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached, windowsHide: true });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let stderr = "";
    const finish = (outcome: Outcome): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      process.off("exit", kill);
      resolve(outcome);
    };
    const kill = (): void => endGroup(child);
    const stop = (end: "timeout" | "too-large" | "aborted"): void => {
      kill();
      // Whoever left the group may hold the pipes open for ever: they are not waited for.
      child.stdout.destroy();
      child.stderr.destroy();
      finish({ end });
    };
    const abort = (): void => stop("aborted");
    const timer = setTimeout(() => stop("timeout"), timeout);
    process.on("exit", kill);
    signal?.addEventListener("abort", abort);
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) stop("too-large");
      else chunks.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr = (stderr + chunk.toString("utf8")).slice(0, MOST_STDERR);
    });
    child.on("error", () => finish({ end: "not-started" }));
    child.on("close", (code) => finish({ end: "exit", code, stdout: Buffer.concat(chunks), stderr }));
    if (signal?.aborted === true) abort();
  });
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || process.platform === "win32") {
    child.kill("SIGKILL");
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has just ended.
  }
}
