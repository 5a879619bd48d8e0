/** Which folders a package manager looks in for a manifest, and which manager that is. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CONFIG_KINDS, configFileName } from "../../core/documents/config/index.ts";
import { readManifestConfig } from "../../core/documents/config/json.ts";
import { LOCKFILE_NAMES, documentKind, formatOf } from "../../core/documents/index.ts";
import { readManifest } from "../../core/documents/manifest.ts";
import { entryAt } from "../../core/documents/config/tree.ts";
import type { LockfileFormat } from "../../core/model.ts";
import { managerOf, type Manager } from "../../core/policy/manager.ts";
import { readPlainFile } from "./plain-file.ts";

export interface Project {
  /** The nearest folder with a package.json or node_modules. */
  readonly own: string;
  /** The workspace root above it; the same folder where there is none. */
  readonly root: string;
  readonly manager: Manager;
}

/** As npm finds them (@npmcli/config, loadLocalPrefix); pnpm's workspace file also makes a root. */
export async function projectOf(folder: string): Promise<Project> {
  let own: string | null = null;
  for (const candidate of foldersUp(folder)) {
    const hasManifest = await isFile(join(candidate, "package.json"));
    if (own === null && (hasManifest || (await isFolder(join(candidate, "node_modules"))))) own = candidate;
    if (own !== null && (await isWorkspaceRoot(candidate, hasManifest))) return { own, root: candidate, manager: await managerIn(candidate) };
  }
  own ??= folder;
  return { own, root: own, manager: await managerIn(own) };
}

/** The folder and those above it, nearest first. */
export function foldersUp(folder: string): readonly string[] {
  const folders = [folder];
  for (let at = folder; dirname(at) !== at; at = dirname(at)) folders.push(dirname(at));
  return folders;
}

async function isWorkspaceRoot(folder: string, hasManifest: boolean): Promise<boolean> {
  if (await isFile(join(folder, "pnpm-workspace.yaml"))) return true;
  const text = hasManifest ? textOf(join(folder, "package.json")) : null;
  return text !== null && entryAt(readManifestConfig(text).root, "workspaces") !== null;
}

async function managerIn(root: string): Promise<Manager> {
  const text = textOf(join(root, "package.json"));
  const manifest = text === null ? null : readManifest(text);
  const stated = managerOf(manifest, text === null ? null : readManifestConfig(text).root, []);
  return stated ?? { kind: await lockedBy(root), version: null };
}

async function lockedBy(root: string): Promise<LockfileFormat> {
  for (const name of LOCKFILE_NAMES) {
    const path = join(root, name);
    const kind = documentKind(name);
    if (kind === null || kind === "package-json" || !(await isFile(path))) continue;
    return kind === "yarn-lock" ? yarnOf(path) : formatOf(kind);
  }
  const configs = await Promise.all(CONFIG_KINDS.map(async (kind) => ((await isFile(join(root, configFileName(kind)))) ? kind : null)));
  const owner = managerOf(null, null, [], configs.filter((kind) => kind !== null));
  return owner?.kind ?? ((await isFile(join(root, ".yarnrc"))) ? "yarn-classic" : "npm");
}

/** Berry's lockfile is YAML and begins with `__metadata`. https://github.com/yarnpkg/berry/blob/master/packages/yarnpkg-core/sources/Project.ts */
function yarnOf(lockfile: string): LockfileFormat {
  const read = readPlainFile(lockfile, HEAD);
  return read.kind === "text" && /^__metadata:/m.test(read.text) ? "yarn-berry" : "yarn-classic";
}

const HEAD = 4096;

function textOf(path: string): string | null {
  const read = readPlainFile(path);
  return read.kind === "text" ? read.text : null;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isFile(), () => false);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isDirectory(), () => false);
}
