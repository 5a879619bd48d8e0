import { filesOf, projectAround } from "../core/engine/project.ts";
import type { Project } from "../core/engine/project.ts";
import { fileNameOf, folderOf } from "../core/engine/uri.ts";
import type { Cancellation, Files } from "../core/ports.ts";
import type { Environments } from "./environments.ts";
import type { OpenDocuments } from "./open-documents.ts";
import type { WorkspaceFolders } from "./workspace-folders.ts";

export interface Found {
  readonly project: Project;
  /** The file that it was found by. */
  readonly uri: string;
}

/** The projects that files belong to as they are now, on disk and open. Of files that are gone there are none. */
export async function regroup(
  uris: readonly string[],
  {
    environments,
    documents,
    folders,
  }: { readonly environments: Environments; readonly documents: OpenDocuments; readonly folders: WorkspaceFolders },
  cancel: Cancellation,
): Promise<readonly Found[]> {
  const projects: Found[] = [];
  const placed = new Set<string>();
  for (const uri of uris) {
    if (placed.has(uri)) continue;
    placed.add(uri);
    const { ports, store } = await environments.at(folderOf(uri));
    if (documents.version(uri) === null && (await isGone(uri, ports.files, cancel))) continue;
    const project = await projectAround(uri, folders.outermost(uri) ?? folderOf(uri), ports.files, store, cancel);
    for (const file of filesOf(project)) placed.add(file);
    projects.push({ project, uri });
  }
  return projects;
}

/** A folder that cannot be listed for another reason than that it is gone may still hold the file. */
async function isGone(uri: string, files: Files, cancel: Cancellation): Promise<boolean> {
  const entries = await files.list(folderOf(uri), cancel);
  if (!entries.known) return entries.code === "not-found";
  return !entries.value.some(({ name, isFolder }) => !isFolder && name === fileNameOf(uri));
}
