/** Which folder's `.npmrc` is the project's for a manifest, as npm finds it (@npmcli/config, loadLocalPrefix). */
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { recordOf } from "../core/facts/raw.ts";

const LARGEST_MANIFEST = 5 * 1024 * 1024;

/**
 * The nearest folder with a package.json or node_modules; where it lies below a workspace root and has no `.npmrc` of
 * its own, that root. A workspace's own `.npmrc` stands although npm would pass over it for the root's: pnpm reads both.
 */
export async function npmRoot(folder: string): Promise<string> {
  const above = foldersAbove(folder);
  let root: string | null = null;
  for (const candidate of above) {
    const hasManifest = await isFile(join(candidate, "package.json"));
    if (root === null) {
      if (!hasManifest && !(await isFolder(join(candidate, "node_modules")))) continue;
      root = candidate;
      if (await isFile(join(candidate, ".npmrc"))) return candidate;
    } else if (hasManifest && (await isWorkspaceRoot(candidate))) {
      return candidate;
    }
  }
  return root ?? folder;
}

function foldersAbove(folder: string): string[] {
  const folders = [folder];
  for (let at = folder; dirname(at) !== at; at = dirname(at)) folders.push(dirname(at));
  return folders;
}

async function isWorkspaceRoot(folder: string): Promise<boolean> {
  if (await isFile(join(folder, "pnpm-workspace.yaml"))) return true;
  const manifest = join(folder, "package.json");
  try {
    if ((await stat(manifest)).size > LARGEST_MANIFEST) return false;
    const raw = recordOf(JSON.parse(await readFile(manifest, "utf8")));
    return raw !== null && Object.hasOwn(raw, "workspaces");
  } catch {
    return false;
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isFile(), () => false);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isDirectory(), () => false);
}
