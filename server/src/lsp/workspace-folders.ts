import type { InitializeParams } from "vscode-languageserver";
import { URI } from "vscode-uri";
import { pathBelow } from "../core/report/contract.ts";
import { fileNameOf, folderOf, relativePath } from "../core/util/uri.ts";

/** The folders that the editor has open, as URIs without a final slash, in its order. One may lie in another. */
export class WorkspaceFolders {
  #all: readonly string[];

  constructor(uris: readonly string[]) {
    this.#all = uris.map(folderUri);
  }

  get all(): readonly string[] {
    return this.#all;
  }

  change(added: readonly string[], removed: readonly string[]): void {
    const gone = new Set(removed.map(folderUri));
    this.#all = [...new Set([...this.#all.filter((folder) => !gone.has(folder)), ...added.map(folderUri)])];
  }

  /** The folder that a file or folder belongs to: the nearest around it; null where none is. */
  holding(uri: string): string | null {
    return this.#around(uri).at(-1) ?? null;
  }

  /** The folder up to which what belongs to a file is looked for: a package may be open beside the root of its workspaces. */
  outermost(uri: string): string | null {
    return this.#around(uri)[0] ?? null;
  }

  /** A file's path below its folder, for messages and the JSON; where several are open, the folder's name comes first. */
  pathOf(uri: string): string {
    const folder = this.holding(uri);
    if (folder === null) return uri;
    return this.#all.length === 1 ? pathBelow(folder, uri) : `${fileNameOf(folder)}/${pathBelow(folder, uri)}`;
  }

  /** Outermost first. */
  #around(uri: string): readonly string[] {
    return this.#all.filter((folder) => relativePath(folder, uri) !== null).sort((a, b) => a.length - b.length);
  }
}

/** A workspace folder's URI without a final slash. */
export function folderUri(uri: string): string {
  return uri.endsWith("/") ? folderOf(uri) : uri;
}

/** The folders that are open at the start, as URIs. Read defensively: clients leave out one or the other, or give null. */
export function foldersAtStart(
  params: Pick<InitializeParams, "workspaceFolders"> & { readonly rootUri?: unknown; readonly rootPath?: unknown },
): readonly string[] {
  const { workspaceFolders, rootUri, rootPath } = params;
  const folders: readonly unknown[] = Array.isArray(workspaceFolders) ? workspaceFolders : [];
  const uris = folders
    .map((folder) => (typeof folder === "object" && folder !== null && "uri" in folder ? folder.uri : null))
    .filter(isGiven);
  if (uris.length > 0) return uris;
  if (isGiven(rootUri)) return [rootUri];
  return isGiven(rootPath) ? [URI.file(rootPath).toString()] : [];
}

function isGiven(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
