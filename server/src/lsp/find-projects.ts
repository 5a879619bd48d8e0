import { ProjectLocator } from "../core/project/locate.ts";
import { filesOf, projectsOf } from "../core/project/project.ts";
import type { Project } from "../core/project/project.ts";
import { fileNameOf, folderOf } from "../core/util/uri.ts";
import type { Cancellation, Files } from "../core/ports.ts";
import type { Environment, Environments } from "./environments.ts";
import type { OpenDocuments } from "./open-documents.ts";
import type { WorkspaceFolders } from "./workspace-folders.ts";

export interface Found {
  readonly project: Project;
  /** The file that it was found by. */
  readonly uri: string;
}

export interface FindProjectsParts {
  readonly environments: Environments;
  readonly documents: OpenDocuments;
  readonly folders: WorkspaceFolders;
}

/** The projects that files belong to as they are now, on disk and open. Of files that are gone there are none. */
export async function findProjects(
  uris: readonly string[],
  { environments, documents, folders }: FindProjectsParts,
  cancel: Cancellation,
): Promise<readonly Found[]> {
  const groups = new Map<
    string,
    { readonly environment: Environment; readonly limit: string | null; uris: string[] }
  >();
  for (const uri of uris) {
    const folder = folderOf(uri);
    const environment = await environments.at(folder);
    if (documents.version(uri) === null && (await isGone(uri, environment.ports.files, cancel))) continue;
    const limit = environments.trusted ? null : (folders.outermost(uri) ?? folder);
    const key = `${environment.key} ${limit ?? ""}`;
    const group = groups.get(key) ?? { environment, limit, uris: [] };
    groups.set(key, group);
    group.uris.push(uri);
  }
  const found: Found[] = [];
  for (const { environment, limit, uris: own } of groups.values()) {
    const { store, ports } = environment;
    const projects = await projectsOf(
      own,
      new ProjectLocator({ store, files: ports.files, limit, opened: folders.all, cancel }),
    );
    for (const project of projects) {
      const files = new Set(filesOf(project));
      const uri = own.find((each) => files.has(each)) ?? own.find((each) => folderOf(each) === project.folder);
      if (uri !== undefined && !found.some((other) => other.project.folder === project.folder))
        found.push({ project, uri });
    }
  }
  return found;
}

/** A folder that cannot be listed for another reason than that it is gone may still hold the file. */
async function isGone(uri: string, files: Files, cancel: Cancellation): Promise<boolean> {
  const entries = await files.list(folderOf(uri), cancel);
  if (!entries.known) return entries.code === "not-found";
  return !entries.value.some(({ name, isFolder }) => !isFolder && name === fileNameOf(uri));
}
