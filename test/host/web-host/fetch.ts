/**
 * Fetches VS Code's server and web workbench, and the Node that they run on, into a cache folder.
 * Everything comes from the npm registry, pinned with its integrity in this folder's lockfile, and
 * no install script runs, so neither a compiler nor a system package is needed.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rename, rm, symlink } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";

/** Where the parts of a fetched host are, as absolute paths. */
export interface WebHost {
  /** Script of VS Code's server, to be run by {@link WebHost.node}. */
  readonly serverMain: string;
  /** Executable of the Node that code-server names in its `engines`. */
  readonly node: string;
}

/** Built-in extensions that ask the network by themselves: npm's about every dependency pointed at. */
const askingTheNetwork = ["copilot", "npm"];

const recipe = import.meta.dirname;
const cache = join(recipe, "../../../.vscode-test/web-host");

/**
 * The web host of this checkout's lockfile, fetched if it is not there yet (about 170 MB).
 * Throws when this platform has no such Node package or npm fails, with npm's words.
 */
export async function fetchWebHost(): Promise<WebHost> {
  const nodePackage = `node-${process.platform}-${process.arch}`;
  const manifest = await readFile(join(recipe, "package.json"), "utf8");
  if (!manifest.includes(`"${nodePackage}"`)) {
    throw new Error(`VS Code's web host is for Linux on x64 and arm64, not ${process.platform}-${process.arch}. Set DEPWARDEN_VSCODE to a desktop VS Code.`);
  }
  const folder = join(cache, await fingerprint());
  if (!existsSync(folder)) await install(folder);
  return {
    serverMain: join(folder, "node_modules/code-server/lib/vscode/out/server-main.js"),
    node: join(folder, "node_modules", nodePackage, "bin/node"),
  };
}

/** Names what would be installed: everything that goes into the folder, and the platform. */
async function fingerprint(): Promise<string> {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}`);
  const files = await readdir(join(recipe, "shims"), { recursive: true, withFileTypes: true });
  const shims = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  const paths = ["package.json", "package-lock.json", "fetch.ts"].map((name) => join(recipe, name));
  for (const path of [...paths, ...shims].sort()) hash.update(path.slice(recipe.length)).update(await readFile(path));
  return hash.digest("hex").slice(0, 16);
}

/**
 * Installs beside the folder and renames last: what stands under the final name is whole, and of
 * two processes that fetch at once the first to finish wins.
 */
async function install(folder: string): Promise<void> {
  await removeLeftovers();
  const attempt = `${folder}.${process.pid}`;
  await mkdir(attempt, { recursive: true });
  try {
    for (const name of ["package.json", "package-lock.json"]) await cp(join(recipe, name), join(attempt, name));
    const start = Date.now();
    process.stderr.write("Fetching VS Code's web host from the npm registry (once, about 170 MB)…\n");
    await npmCi(attempt);
    await cp(join(recipe, "shims"), join(attempt, "node_modules"), { recursive: true });
    // The workbench's page loads its modules by URL from here.
    await symlink("../../..", join(attempt, "node_modules/code-server/lib/vscode/node_modules"));
    for (const name of askingTheNetwork) {
      await rm(join(attempt, "node_modules/code-server/lib/vscode/extensions", name), { recursive: true });
    }
    await rename(attempt, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
    process.stderr.write(`Fetched in ${Math.round((Date.now() - start) / 1000)} s.\n`);
  } finally {
    await rm(attempt, { recursive: true, force: true });
  }
}

async function npmCi(folder: string): Promise<void> {
  // The host's Node is not the one that npm runs on here, hence the engine warnings to leave out.
  const npm = spawn("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  npm.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  npm.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(npm, "close")) as [number | null];
  if (code !== 0) throw new Error(`npm ci for VS Code's web host failed (${String(code)}):\n${output}`);
}

/** Removes attempts whose process was killed before it could clean up. */
async function removeLeftovers(): Promise<void> {
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
