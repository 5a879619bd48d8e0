/**
 * Fetches a set of npm packages that tests run, into a cache folder of this checkout. Everything comes from the npm
 * registry, pinned with its integrity in a lockfile of its own, and no install script runs.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./sandbox.ts";

export interface Recipe {
  /** What it is, for people who wait. */
  readonly title: string;
  /** Folder that holds `package.json` and `package-lock.json`. */
  readonly folder: string;
  /** Other files below the folder that what is made depends on. */
  readonly alsoFrom?: readonly string[];
  /** Name of its folder in the cache. */
  readonly name: string;
  /** Works on the folder after `npm ci`, before it is taken into use. */
  readonly finish?: (folder: string) => Promise<void>;
}

/** The folder that holds the recipe's `node_modules`, fetched if it is not there yet. Throws with npm's words when npm fails. */
export async function fetchPinned(recipe: Recipe): Promise<string> {
  const cache = join(ROOT, ".vscode-test", recipe.name);
  const folder = join(cache, await fingerprint(recipe));
  if (!existsSync(folder)) await install(recipe, cache, folder);
  return folder;
}

/** Names what would be installed: everything that goes into the folder, and the platform. */
async function fingerprint({ folder, alsoFrom = [] }: Recipe): Promise<string> {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}`);
  for (const path of ["package.json", "package-lock.json", ...alsoFrom].sort())
    hash.update(path).update(await readFile(join(folder, path)));
  return hash.digest("hex").slice(0, 16);
}

/**
 * Installs beside the folder and renames last: what stands under the final name is whole, and of
 * two processes that fetch at once the first to finish wins.
 */
async function install(recipe: Recipe, cache: string, folder: string): Promise<void> {
  await removeLeftovers(cache);
  const attempt = `${folder}.${process.pid}`;
  await mkdir(attempt, { recursive: true });
  try {
    for (const name of ["package.json", "package-lock.json"]) await cp(join(recipe.folder, name), join(attempt, name));
    const start = Date.now();
    process.stderr.write(`Fetching ${recipe.title} from the npm registry (once)…\n`);
    await npmCi(recipe, attempt);
    await recipe.finish?.(attempt);
    await rename(attempt, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
    process.stderr.write(`Fetched in ${Math.round((Date.now() - start) / 1000)} s.\n`);
  } finally {
    await rm(attempt, { recursive: true, force: true });
  }
}

async function npmCi({ title }: Recipe, folder: string): Promise<void> {
  // Some of them run on another Node than npm does here, hence the engine warnings to leave out.
  const npm = spawn("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  npm.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  npm.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(npm, "close")) as [number | null];
  if (code !== 0) throw new Error(`npm ci for ${title} failed (${String(code)}):\n${output}`);
}

/** Removes attempts whose process was killed before it could clean up. */
async function removeLeftovers(cache: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  for (const name of await readdir(cache)) {
    const pid = /\.(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(cache, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
