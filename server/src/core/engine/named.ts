/** Where only some files of a project were named: what is looked at for them, and where it is shown. */
import { configKind } from "../documents/config/index.ts";
import type { Lockfile } from "../model.ts";
import { EMPTY_SPAN } from "../util/text.ts";
import type { Document } from "../project/document-store.ts";
import { fileNameOf, folderOf, pathBetween, relativePath } from "../util/uri.ts";
import { oneLine } from "../util/sanitize.ts";
import type { FileReport, Finding } from "./finding.ts";
import type { ReadProject } from "./read.ts";

/** What was named to be looked at. What else a project has only says what holds for it. */
export interface Named {
  /** Manifests and lockfiles, by themselves or found in the folders (URIs). */
  readonly files: ReadonlySet<string>;
  /** Folders that were looked through (URIs). */
  readonly folders: readonly string[];
}

/** The packages of a lockfile that the named files have anything to do with, by id; null: all. */
export function packagesFor(
  { uri, model }: Document<Lockfile>,
  { manifests, folder }: Pick<ReadProject, "manifests" | "folder">,
  named: Named | null,
): ReadonlySet<number> | null {
  if (named === null || named.files.has(uri)) return null;
  // The other manifests do not use a lockfile that is inside a workspace.
  if (!uri.startsWith(`${folder}/`) || uri.slice(folder.length + 1).includes("/")) return new Set();
  const importers = new Set(
    manifests.filter(({ document }) => named.files.has(document.uri)).map(({ importer }) => importer),
  );
  const found = new Set<number>();
  for (const { path, dependencies } of model.importers) {
    if (!importers.has(path)) continue;
    for (const { target } of dependencies) if (target !== null) found.add(target);
  }
  // A set that grows while it is walked.
  for (const id of found) for (const target of model.dependenciesOf(id)) found.add(target);
  return found;
}

export interface Shown {
  readonly files: readonly FileReport[];
  readonly findings: readonly Finding[];
  /** Those in files that are not shown. */
  readonly hidden: readonly Finding[];
}

/** What is said of a file that is not shown and could not be read is shown at the start of the first that is. */
export function shownOf(
  files: readonly FileReport[],
  findings: readonly Finding[],
  { manifests, lockfiles }: Pick<ReadProject, "manifests" | "lockfiles">,
  named: Named | null,
): Shown {
  if (named === null) return { files, findings, hidden: [] };
  const isInside = (uri: string): boolean => named.folders.some((folder) => relativePath(folder, uri) !== null);
  const isOfFolder = [...manifests.map(({ document }) => document), ...lockfiles].some(({ uri }) => isInside(uri));
  const isShown = (uri: string): boolean => {
    if (named.files.has(uri)) return true;
    if (configKind(fileNameOf(uri)) !== null) return isInside(uri);
    // What a lockfile above holds for a folder has no other place.
    return isOfFolder && lockfiles.some((lockfile) => lockfile.uri === uri && !isInside(uri));
  };
  const shown = files.filter(({ file }) => isShown(file));
  const [first] = shown;
  const moved = findings.map((finding): Finding => {
    const isOfFile = finding.package === "" && finding.unknown !== null;
    if (!isOfFile || first === undefined || isShown(finding.file)) return finding;
    const name = fileNameOf(finding.file);
    const path = oneLine(pathBetween(folderOf(first.file), finding.file), 200);
    const message = finding.message.startsWith(name)
      ? `${path}${finding.message.slice(name.length)}`
      : `${path}: ${finding.message}`;
    return { ...finding, message, file: first.file, span: EMPTY_SPAN };
  });
  return {
    files: shown,
    findings: moved.filter(({ file }) => isShown(file)),
    hidden: moved.filter(({ file }) => !isShown(file)),
  };
}
