/** The real package managers, each with what makes it write its lockfile and nothing else. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fetchPinned } from "../setup/pinned.ts";
import { COMPILE_CACHE } from "../setup/sandbox.ts";

export interface Tool {
  readonly name: string;
  readonly version: string;
  readonly lockfile: string;
  /** Arguments that write the lockfile without running a script; nothing is installed where the tool can do so. */
  readonly lock: readonly string[];
  /** Processor time of a small install, s; measured. */
  readonly seconds: number;
  /** The same as `lock` once a fix has changed how a package is asked for, where that takes more. */
  readonly relock?: (name: string) => readonly string[];
}

interface Pinned extends Tool {
  /** What runs it: a script of a Node, or a program. Paths below the tools' `node_modules`. */
  readonly run: { readonly script: string } | { readonly program: string };
}

const NPM_FLAGS = ["--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"];
const NPM = {
  lockfile: "package-lock.json",
  lock: ["install", ...NPM_FLAGS],
  // Where a workspace leads to the package, `npm install` keeps what is locked in spite of a new override.
  relock: (name: string) => ["update", name, ...NPM_FLAGS],
};
const PNPM = {
  lockfile: "pnpm-lock.yaml",
  lock: ["install", "--lockfile-only", "--ignore-scripts", "--no-frozen-lockfile"],
};
const PLATFORM = `${process.platform}-${process.arch}`;

/** Versions are those of tools/package.json. */
const PINNED = [
  { ...NPM, name: "npm 11", version: "11.19.1", seconds: 0.9, run: { script: "npm-11/bin/npm-cli.js" } },
  { ...NPM, name: "npm 12", version: "12.2.0", seconds: 0.9, run: { script: "npm-12/bin/npm-cli.js" } },
  {
    name: "Yarn 1",
    version: "1.22.22",
    seconds: 0.45,
    lockfile: "yarn.lock",
    lock: ["install", "--ignore-scripts", "--non-interactive"],
    run: { script: "yarn/bin/yarn.js" },
  },
  {
    name: "Yarn 4",
    version: "4.18.1",
    seconds: 0.75,
    lockfile: "yarn.lock",
    lock: ["install", "--mode=update-lockfile"],
    run: { script: "@yarnpkg/cli-dist/bin/yarn.js" },
  },
  { ...PNPM, name: "pnpm 9", version: "9.15.9", seconds: 0.95, run: { script: "pnpm-9/bin/pnpm.cjs" } },
  { ...PNPM, name: "pnpm 10", version: "10.34.9", seconds: 0.95, run: { script: "pnpm-10/bin/pnpm.cjs" } },
  { ...PNPM, name: "pnpm 11", version: "11.28.10", seconds: 1.6, run: { script: "pnpm-11/bin/pnpm.mjs" } },
  { ...PNPM, name: "pnpm 12", version: "12.21.0", seconds: 0.2, run: { program: `@pnpm/exe.${PLATFORM}/pnpm` } },
  {
    name: "Bun",
    version: "1.4.4",
    seconds: 0.1,
    lockfile: "bun.lock",
    lock: ["install", "--lockfile-only", "--ignore-scripts"],
    run: { program: `@oven/bun-${PLATFORM.replace("arm64", "aarch64")}/bin/bun` },
  },
] as const satisfies readonly Pinned[];

export type ToolName = (typeof PINNED)[number]["name"];

export const TOOLS: readonly Tool[] = PINNED;

const FOLDER = join(import.meta.dirname, "tools");

/** The folder of all tools, fetched if it is not there yet (about 470 MB). */
export async function fetchTools(): Promise<string> {
  return join(
    await fetchPinned({ title: "package managers, about 470 MB,", folder: FOLDER, name: "package-managers" }),
    "node_modules",
  );
}

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** How long a tool may take before it is given up, ms: no measure of speed, only an end to a hang. */
const PATIENCE = 120_000;

/**
 * Runs a tool in a folder, in an environment that holds nothing of this machine's. `isDone`: ends the tool as soon as
 * this holds, for one that does not end by itself.
 */
export async function runTool(
  tools: string,
  { name }: Pick<Tool, "name">,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  isDone?: () => boolean,
): Promise<Outcome> {
  const pinned: Pinned | undefined = PINNED.find((one) => one.name === name);
  if (pinned === undefined) throw new Error(`no tool ${name}`);
  const [program, ...before] = commandOf(pinned, tools);
  if (!existsSync(program)) throw new Error(`${name} is not to be had for ${PLATFORM}`);
  const child = spawn(program, [...before, ...args], {
    cwd,
    env: { ...env, NODE_COMPILE_CACHE: COMPILE_CACHE },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PATIENCE,
    killSignal: "SIGKILL",
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const watch = isDone && setInterval(() => isDone() && child.kill("SIGKILL"), 100);
  const [code] = (await once(child, "close")) as [number | null];
  clearInterval(watch);
  return { code, output };
}

/** The pinned Node runs the scripts: npm 12 and pnpm 11 want a newer one than the oldest that Depwarden runs on. */
function commandOf({ run }: Pinned, tools: string): readonly [string, ...string[]] {
  if ("program" in run) return [join(tools, run.program)];
  return [join(tools, `node-${PLATFORM}`, "bin/node"), join(tools, run.script)];
}
