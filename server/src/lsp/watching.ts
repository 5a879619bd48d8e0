/** Changes on disk: which to be told of, and which projects they concern. */
import { FileChangeType, WatchKind } from "vscode-languageserver";
import type { FileEvent, FileSystemWatcher } from "vscode-languageserver";
import { configKind, CONFIG_NAMES } from "../core/documents/config/index.ts";
import { documentKind, LOCKFILE_NAMES } from "../core/documents/index.ts";
import { filesOf } from "../core/project/project.ts";
import type { Project } from "../core/project/project.ts";
import { fileNameOf, folderOf, relativePath } from "../core/util/uri.ts";
import type { WorkspaceFolders } from "./workspace-folders.ts";

export const WATCHERS: readonly FileSystemWatcher[] = [
  { globPattern: `**/{package.json,pnpm-lock.*.yaml,${[...LOCKFILE_NAMES, ...CONFIG_NAMES].join(",")}}` },
  // Of a folder that is deleted an editor may tell the folder alone, which has any name.
  { globPattern: "**/*", kind: WatchKind.Delete },
];

/**
 * Whether a document is one that is checked: a file, by its name. Under other schemes editors show what a file was once,
 * or what is no file yet (`git:`, `diffview:`, `untitled:`).
 */
export function isRead(uri: string): boolean {
  if (!/^file:/i.test(uri)) return false;
  const name = fileNameOf(uri);
  return documentKind(name) !== null || configKind(name) !== null;
}

/** What a batch of changes on disk comes to. */
export class DiskChanges {
  /** Changed files that are read, or say where to ask. */
  readonly files: readonly string[];
  readonly #folders: ReadonlySet<string>;
  readonly #deleted: ReadonlySet<string>;

  constructor(changes: readonly FileEvent[], folders: WorkspaceFolders, isShown: (uri: string) => boolean) {
    // What package managers put there is no project of the person's, and changes by the thousand.
    const told = changes.filter(({ uri }) => !isInstalled(uri, folders) || isShown(uri));
    this.files = [...new Set(told.map(({ uri }) => uri).filter((uri) => isRead(uri)))];
    this.#folders = new Set(this.files.map(folderOf));
    this.#deleted = new Set(told.filter(({ type }) => type === FileChangeType.Deleted).map(({ uri }) => uri));
  }

  /** What a file says may hold for its folder and all below; a file that comes or goes changes how those beside it belong together. */
  concerns(project: Project): boolean {
    if (this.#folders.size === 0 && this.#deleted.size === 0) return false;
    const isNamed = (folder: string): boolean => this.#folders.has(folder) || this.#deleted.has(folder);
    return (
      [project.folder, ...foldersAbove(project.folder)].some(isNamed) ||
      filesOf(project).some(
        (uri) => this.#folders.has(folderOf(uri)) || foldersAbove(uri).some((folder) => this.#deleted.has(folder)),
      )
    );
  }
}

function isInstalled(uri: string, folders: WorkspaceFolders): boolean {
  const folder = folders.outermost(uri);
  return folder !== null && relativePath(folder, uri)?.split("/").includes("node_modules") === true;
}

function foldersAbove(uri: string): readonly string[] {
  const folders: string[] = [];
  for (let at = folderOf(uri); at !== ""; at = folderOf(at)) folders.push(at);
  return folders;
}
