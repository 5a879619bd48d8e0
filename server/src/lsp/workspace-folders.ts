import type { InitializeParams } from "vscode-languageserver";
import { pathBelow } from "../core/report/contract.ts";
import { fileNameOf, folderOf, relativePath } from "../core/util/uri.ts";

/** How this machine names files. All URIs that it gives are in the form in which they are compared. */
export interface FileNames {
  /** A URI as a client writes it, in the form in which URIs are compared. */
  normal(uri: string): string;
  /** The URI of an absolute path. */
  ofPath(path: string): string;
  /** A folder as the file system itself names it: links resolved, letters as they are there. null: there is no such folder. */
  real(folder: string): string | null;
}

interface Place {
  /** As the client writes it, without a final slash. */
  readonly spelling: string;
  /** By which it is compared. */
  readonly uri: string;
  /** As the file system names it. */
  readonly real: string;
}

/**
 * The folders that the editor has open, as URIs without a final slash, in its order. One may lie in another.
 *
 * What a client writes becomes the one URI of a file here (`identityOf`), and goes back as the client writes it
 * (`spelled`). A file below an open folder is named by that folder, whatever link or letters led to it; a link that leads
 * out of all of them is not followed, as package managers and scans see the files where the link is.
 */
export class WorkspaceFolders {
  readonly #names: FileNames;
  #spellings: readonly string[];
  #places: readonly Place[] = [];
  /** By folder, as the file system names it. */
  readonly #reals = new Map<string, string>();

  constructor(uris: readonly string[], names: FileNames) {
    this.#names = names;
    this.#spellings = uris.map(withoutSlash);
    this.#settle();
  }

  get all(): readonly string[] {
    return [...new Set(this.#places.map(({ uri }) => uri))];
  }

  /** @param added @param removed as the client writes them */
  change(added: readonly string[], removed: readonly string[]): void {
    const gone = new Set(removed.map((uri) => this.#names.normal(uri)));
    const kept = this.#spellings.filter((uri) => !gone.has(this.#names.normal(uri)));
    this.#spellings = [...kept, ...added.map(withoutSlash)];
    this.#settle();
  }

  /** The URI of a file by which it is compared. @param given as the client writes it */
  identityOf(given: string): string {
    const uri = this.#names.normal(given);
    const folder = folderOf(uri);
    const here = this.#places.find((place) => this.#names.normal(place.spelling) === uri);
    return here?.uri ?? `${this.#named(this.#places, folder)}${uri.slice(folder.length)}`;
  }

  /** The same of a folder. */
  folderIdentityOf(given: string): string {
    return this.#named(this.#places, this.#names.normal(given));
  }

  /** A file's URI as the client would write it: as it writes the folder around it. */
  spelled(uri: string): string {
    const around = this.#places.filter((place) => relativePath(place.uri, uri) !== null);
    const nearest = around.toSorted((a, b) => b.uri.length - a.uri.length)[0];
    return nearest === undefined ? uri : `${nearest.spelling}${uri.slice(nearest.uri.length)}`;
  }

  /** Links may lead elsewhere than before. */
  forgetLinks(): void {
    this.#reals.clear();
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
    return this.all.length === 1 ? pathBelow(folder, uri) : `${fileNameOf(folder)}/${pathBelow(folder, uri)}`;
  }

  /** Outermost first. */
  #around(uri: string): readonly string[] {
    return this.all.filter((folder) => relativePath(folder, uri) !== null).sort((a, b) => a.length - b.length);
  }

  /** Outer folders first, as they name those within. */
  #settle(): void {
    this.#reals.clear();
    const given = this.#spellings.map((spelling) => {
      const uri = this.#names.normal(spelling);
      return { spelling, uri, real: this.#real(uri) };
    });
    const settled: Place[] = [];
    for (const place of given.toSorted((a, b) => a.real.length - b.real.length))
      settled.push({ ...place, uri: this.#named(settled, place.uri) });
    this.#places = this.#spellings.flatMap((spelling) => settled.find((place) => place.spelling === spelling) ?? []);
  }

  /** A folder as the nearest of these places around it names it; itself where it is in none. */
  #named(places: readonly Place[], folder: string): string {
    const real = this.#real(folder);
    const around = places.filter((place) => relativePath(place.real, real) !== null);
    const nearest = around.toSorted((a, b) => b.real.length - a.real.length)[0];
    return nearest === undefined ? folder : `${nearest.uri}${real.slice(nearest.real.length)}`;
  }

  /** Of a folder that is not there, by the nearest above it that is. */
  #real(folder: string): string {
    const known = this.#reals.get(folder);
    if (known !== undefined) return known;
    const above = folderOf(folder);
    const isTop = !above.startsWith("file://");
    const real = this.#names.real(folder) ?? (isTop ? folder : `${this.#real(above)}${folder.slice(above.length)}`);
    this.#reals.set(folder, real);
    return real;
  }
}

function withoutSlash(uri: string): string {
  return uri.endsWith("/") ? folderOf(uri) : uri;
}

/** The folders that are open at the start, as URIs. Read defensively: clients leave out one or the other, or give null. */
export function foldersAtStart(
  params: Pick<InitializeParams, "workspaceFolders"> & { readonly rootUri?: unknown; readonly rootPath?: unknown },
  names: Pick<FileNames, "ofPath">,
): readonly string[] {
  const { workspaceFolders, rootUri, rootPath } = params;
  const folders: readonly unknown[] = Array.isArray(workspaceFolders) ? workspaceFolders : [];
  const uris = folders
    .map((folder) => (typeof folder === "object" && folder !== null && "uri" in folder ? folder.uri : null))
    .filter(isGiven);
  if (uris.length > 0) return uris;
  if (isGiven(rootUri)) return [rootUri];
  return isGiven(rootPath) ? [names.ofPath(rootPath)] : [];
}

function isGiven(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
