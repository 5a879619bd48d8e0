/** Fetches VS Code's server and web workbench, and the Node that they run on: neither a compiler nor a system package is needed. */
import { readdirSync } from "node:fs";
import { cp, readFile, rm, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { fetchPinned } from "../../setup/pinned.ts";

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

/**
 * The web host of this checkout's lockfile, fetched if it is not there yet (about 170 MB).
 * Throws when this platform has no such Node package or npm fails, with npm's words.
 */
export async function fetchWebHost(): Promise<WebHost> {
  const nodePackage = `node-${process.platform}-${process.arch}`;
  const manifest = await readFile(join(recipe, "package.json"), "utf8");
  if (!manifest.includes(`"${nodePackage}"`)) {
    throw new Error(
      `VS Code's web host is for Linux on x64 and arm64, not ${process.platform}-${process.arch}. Set DEPWARDEN_VSCODE to a desktop VS Code.`,
    );
  }
  const folder = await fetchPinned({
    title: "VS Code's web host, about 170 MB,",
    folder: recipe,
    alsoFrom: ["fetch.ts", ...shims()],
    name: "web-host",
    finish,
  });
  return {
    serverMain: join(folder, "node_modules/code-server/lib/vscode/out/server-main.js"),
    node: join(folder, "node_modules", nodePackage, "bin/node"),
  };
}

function shims(): readonly string[] {
  const files = readdirSync(join(recipe, "shims"), { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  return files.map((file) => relative(recipe, join(file.parentPath, file.name)));
}

async function finish(folder: string): Promise<void> {
  await cp(join(recipe, "shims"), join(folder, "node_modules"), { recursive: true });
  // The workbench's page loads its modules by URL from here.
  await symlink("../../..", join(folder, "node_modules/code-server/lib/vscode/node_modules"));
  for (const name of askingTheNetwork)
    await rm(join(folder, "node_modules/code-server/lib/vscode/extensions", name), { recursive: true });
}
