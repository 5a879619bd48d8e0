/** The workspaces of a project, found by the globs that its root manifest names. */
import { boundedGlob } from "../glob.ts";
import type { Cancellation, Files } from "../ports.ts";
import { withoutTrailing } from "../text.ts";
import { join } from "./uri.ts";

/** How deep below the root workspaces are looked for, and how many folders are looked into. */
const LEVELS = 5;
const MOST_FOLDERS = 2000;

/** Whether a folder (its path below the root, with `/`) is a workspace. Globs: https://docs.npmjs.com/cli/v11/using-npm/workspaces */
export function workspaceMatcher(globs: readonly string[]): (path: string) => boolean {
  const cleaned = globs.map((glob) => withoutTrailing(glob.replace(/^(!?)\.\//, "$1"), "/"));
  const wanted = matchers(cleaned.filter((glob) => !glob.startsWith("!")));
  const unwanted = matchers(cleaned.filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1)));
  return (path) => wanted.some((matches) => matches(path)) && !unwanted.some((matches) => matches(path));
}

/** Globs in one list. */
const MOST_GLOBS = 500;

function matchers(globs: readonly string[]): readonly ((path: string) => boolean)[] {
  return globs.slice(0, MOST_GLOBS).flatMap((glob) => boundedGlob(glob) ?? []);
}

/** Paths of workspaces that have a manifest, below the root folder (a URI). */
export async function workspacePaths(root: string, globs: readonly string[], files: Files, cancel: Cancellation): Promise<readonly string[]> {
  const isWorkspace = workspaceMatcher(globs);
  const found: string[] = [];
  if (globs.length === 0) return found;
  // The list grows while it is walked.
  const folders = [{ path: "", level: 0 }];
  for (const { path, level } of folders) {
    const entries = await files.list(path === "" ? root : join(root, path), cancel);
    cancel.throwIfAborted();
    if (!entries.known) continue;
    if (path !== "" && isWorkspace(path) && entries.value.some(({ name, isFolder }) => name === "package.json" && !isFolder)) found.push(path);
    for (const { name, isFolder } of entries.value) {
      if (!isFolder || level >= LEVELS || name === "node_modules" || name.startsWith(".") || folders.length >= MOST_FOLDERS) continue;
      folders.push({ path: path === "" ? name : `${path}/${name}`, level: level + 1 });
    }
  }
  return found;
}
