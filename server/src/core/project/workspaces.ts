/** The workspaces of a root, found by the patterns that it has for them. */
import type { LockfileFormat } from "../model.ts";
import type { Cancellation, Files } from "../ports.ts";
import { join } from "../util/uri.ts";
import { isUnreadManifest } from "../documents/index.ts";
import { WorkspaceMatcher } from "../documents/workspace-globs.ts";

/** How deep below the root workspaces are looked for, and how many folders are looked into. */
const LEVELS = 8;
const MOST_FOLDERS = 2000;

export interface WorkspacePaths {
  /** Below the root folder. */
  readonly paths: readonly string[];
  /** Manifests in workspaces that are not read, and that pnpm may read: their paths below the root folder. */
  readonly unreadManifests: readonly string[];
  /** False where there may be more, in folders that were not looked into. */
  readonly isWhole: boolean;
}

/** The patterns that a folder (a URI) has; empty where it has none. */
export type GlobsOf = (folder: string) => Promise<readonly string[]>;

/** Paths of workspaces that have a manifest, below the root folder (a URI). Those of Yarn 2 and up have workspaces too. */
export async function workspacePaths(
  root: string,
  manager: LockfileFormat | null,
  globsOf: GlobsOf,
  files: Pick<Files, "list">,
  cancel: Cancellation,
): Promise<WorkspacePaths> {
  const search: Search = { seen: new Set([root]), left: MOST_FOLDERS, files, cancel };
  const found = await pathsBelow(root, await globsOf(root), manager, search);
  if (manager !== "yarn-berry") return found;
  let { isWhole } = found;
  // The list grows while it is walked.
  const paths = [...found.paths];
  for (const path of paths) {
    const folder = join(root, path);
    if (search.seen.has(folder)) continue;
    search.seen.add(folder);
    const nested = await pathsBelow(folder, await globsOf(folder), manager, search);
    isWhole &&= nested.isWhole;
    for (const below of nested.paths) if (!paths.includes(`${path}/${below}`)) paths.push(`${path}/${below}`);
  }
  return { paths, unreadManifests: found.unreadManifests, isWhole };
}

interface Search {
  /** Folders whose patterns were followed. */
  readonly seen: Set<string>;
  /** Folders that may still be looked into. */
  left: number;
  readonly files: Pick<Files, "list">;
  readonly cancel: Cancellation;
}

async function pathsBelow(
  root: string,
  globs: readonly string[],
  manager: LockfileFormat | null,
  search: Search,
): Promise<WorkspacePaths> {
  const paths: string[] = [];
  const unreadManifests: string[] = [];
  let isWhole = true;
  if (globs.length === 0) return { paths, unreadManifests, isWhole };
  const matcher = new WorkspaceMatcher(globs, manager);
  // The list grows while it is walked.
  const folders = [{ path: "", level: 0 }];
  for (const { path, level } of folders) {
    const entries = await search.files.list(path === "" ? root : join(root, path), search.cancel);
    search.cancel.throwIfAborted();
    if (!entries.known) continue;
    const hasManifest = entries.value.some(({ name, isFolder }) => name === "package.json" && !isFolder);
    const unread = entries.value.filter(({ name, isFolder }) => !isFolder && isUnreadManifest(name));
    if (path !== "" && (hasManifest || unread.length > 0) && matcher.has(path)) {
      if (hasManifest) paths.push(path);
      for (const { name } of unread) unreadManifests.push(`${path}/${name}`);
    }
    for (const { name, isFolder } of entries.value) {
      const below = path === "" ? name : `${path}/${name}`;
      if (!isFolder || name.startsWith(".")) continue;
      const mayLead = name === "node_modules" ? matcher.mayLeadInto(below) : matcher.mayLeadTo(below);
      if (!mayLead) continue;
      if (level >= LEVELS || search.left <= 0) isWhole = false;
      else {
        search.left--;
        folders.push({ path: below, level: level + 1 });
      }
    }
  }
  return { paths, unreadManifests, isWhole: isWhole && matcher.isWhole };
}
