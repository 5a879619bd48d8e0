/** The server in a process of its own, as an editor starts it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

export interface RunningServer {
  readonly input: Writable;
  readonly output: Readable;
  /** Null: it runs in the thread of the test. */
  readonly process: ChildProcess | null;
  readonly stderr: () => string;
  readonly isRunning: () => boolean;
  /** The exit status of a server that has been told to end; null: a signal ended it. */
  readonly ended: () => Promise<number | null>;
  readonly kill: () => void;
}

export function startProcess(program: string, env: Readonly<Record<string, string>>): RunningServer {
  const child = spawn(process.execPath, [program, "--stdio"], { env, stdio: "pipe" });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    input: child.stdin,
    output: child.stdout,
    process: child,
    stderr: () => stderr,
    isRunning,
    ended: async () => {
      if (isRunning()) await once(child, "exit");
      return child.exitCode;
    },
    kill: () => child.kill("SIGKILL"),
  };
}
