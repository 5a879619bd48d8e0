/** The workspaces of a project, found by the globs that its root manifest names. */
import { boundedGlob } from "../glob.ts";
import type { Cancellation, Files } from "../ports.ts";
import { withoutTrailing } from "../text.ts";
import { join } from "./uri.ts";

/** How deep below the root workspaces are looked for, and how many folders are looked into. */
const LEVELS = 8;
const MOST_FOLDERS = 2000;

/** Globs in one list. */
const MOST_GLOBS = 500;

/** Whether a folder (its path below the root, with `/`) is a workspace. Globs: https://docs.npmjs.com/cli/v11/using-npm/workspaces */
export function workspaceMatcher(globs: readonly string[]): (path: string) => boolean {
  const { wanted, unwanted } = matchersOf(globs);
  return (path) => wanted.some((matches) => matches(path)) && !unwanted.some((matches) => matches(path));
}

/** How many of the globs are not heeded: those that cannot be matched in bounded time, and all beyond the bound. */
export function globsLeftOut(globs: readonly string[]): number {
  const { wanted, unwanted } = matchersOf(globs);
  return globs.filter((glob) => cleaned(glob) !== "").length - wanted.length - unwanted.length;
}

type Matcher = (path: string) => boolean;

function matchersOf(globs: readonly string[]): {
  readonly wanted: readonly Matcher[];
  readonly unwanted: readonly Matcher[];
} {
  const own = globs.slice(0, MOST_GLOBS).map(cleaned);
  const bounded = (all: readonly string[]): readonly Matcher[] => all.flatMap((glob) => boundedGlob(glob) ?? []);
  return {
    wanted: bounded(own.filter((glob) => !glob.startsWith("!"))),
    unwanted: bounded(own.filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1))),
  };
}

function cleaned(glob: string): string {
  return withoutTrailing(glob.replace(/^(!?)\.\//, "$1"), "/");
}

export interface WorkspacePaths {
  /** Below the root folder. */
  readonly paths: readonly string[];
  /** False where there may be more, in folders that were not looked into. */
  readonly isWhole: boolean;
}

/** Paths of workspaces that have a manifest, below the root folder (a URI). */
export async function workspacePaths(
  root: string,
  globs: readonly string[],
  files: Files,
  cancel: Cancellation,
): Promise<WorkspacePaths> {
  const isWorkspace = workspaceMatcher(globs);
  const found: string[] = [];
  let isWhole = true;
  if (globs.length === 0) return { paths: found, isWhole };
  const deepest = Math.max(...globs.slice(0, MOST_GLOBS).map(depthOf));
  // The list grows while it is walked.
  const folders = [{ path: "", level: 0 }];
  for (const { path, level } of folders) {
    const entries = await files.list(path === "" ? root : join(root, path), cancel);
    cancel.throwIfAborted();
    if (!entries.known) continue;
    if (
      path !== "" &&
      isWorkspace(path) &&
      entries.value.some(({ name, isFolder }) => name === "package.json" && !isFolder)
    )
      found.push(path);
    if (level >= deepest) continue;
    for (const { name, isFolder } of entries.value) {
      if (!isFolder || name === "node_modules" || name.startsWith(".")) continue;
      if (level >= LEVELS || folders.length >= MOST_FOLDERS) isWhole = false;
      else folders.push({ path: path === "" ? name : `${path}/${name}`, level: level + 1 });
    }
  }
  return { paths: found, isWhole };
}

/** How many folders deep a glob can match. */
function depthOf(glob: string): number {
  return glob.includes("**") ? Infinity : cleaned(glob).split("/").length;
}
