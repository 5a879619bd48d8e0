/** Programs as a person starts them: how long they take, and the most memory that they have had. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Sandbox } from "../test/setup/sandbox.ts";
import { peakMemory } from "./memory.ts";

export interface ProgramRun {
  /** From the start of the process to its end, ms. */
  readonly time: number;
  /** Of all its threads, ms. It says more than the time where others use the machine, too. */
  readonly processor: number;
  /** MB; NaN where the system does not tell. */
  readonly memory: number;
  readonly stdout: string;
}

export interface ProgramOptions {
  /** Exit codes that are as they should be. */
  readonly codes: readonly number[];
  /** The moment at which the program's clock stands still, ms since epoch; without: the computer's. */
  readonly now?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const HOOK = fileURLToPath(new URL("child-hook.cjs", import.meta.url));

/** Runs `node ARGS` in the sandbox's project. Throws with the program's words when it ends otherwise than it should. */
export async function runNode(
  sandbox: Sandbox,
  args: readonly string[],
  { codes, now, env = {} }: ProgramOptions,
): Promise<ProgramRun> {
  const cost = join(sandbox.folder, "cost");
  rmSync(cost, { force: true });
  // A person has no such cache.
  const own = Object.entries(sandbox.env).filter(([name]) => name !== "NODE_COMPILE_CACHE");
  const start = performance.now();
  const child = spawn(process.execPath, ["--require", HOOK, ...args], {
    cwd: sandbox.project,
    env: {
      ...Object.fromEntries(own),
      ...env,
      DEPWARDEN_BENCH_COST: cost,
      ...(now === undefined ? {} : { DEPWARDEN_BENCH_NOW: String(now) }),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  const time = performance.now() - start;
  if (code === null || !codes.includes(code))
    throw new Error(`node ${args.join(" ")} ended with ${String(code)}:\n${stderr}\n${stdout.slice(0, 2000)}`);
  const { microseconds, status } = JSON.parse(readFileSync(cost, "utf8")) as { microseconds: number; status: string };
  return { time, processor: microseconds / 1000, memory: peakMemory(status), stdout };
}
