/** What is left out of a search: by `.gitignore` files, and by globs of `depwarden.exclude`. */
import { boundedGlob } from "../util/glob.ts";
import { relativePath } from "../util/uri.ts";
import { count } from "../util/words.ts";
import type { Project } from "./project.ts";

/** By `.gitignore` files (URIs). */
export interface GitIgnored {
  /** Not looked into. */
  readonly folders: readonly string[];
  /** Manifests and lockfiles. */
  readonly files: readonly string[];
}

export const NOTHING_IGNORED: GitIgnored = { folders: [], files: [] };

/** Manifests and lockfiles of projects that are left out: what a project is made of is looked at with it. */
export function ignoredParts(
  projects: readonly Project[],
  ignored: GitIgnored,
  isExcluded: (uri: string) => boolean,
): readonly string[] {
  const isIgnored = isIgnoredBy(ignored);
  return projects
    .flatMap(({ manifests, lockfiles }) => [...manifests.map(({ uri }) => uri), ...lockfiles])
    .filter((uri) => isIgnored(uri) && !isExcluded(uri));
}

/** Whether a file (a URI) is left out, by itself or with its folder. */
export function isIgnoredBy({ folders, files }: GitIgnored): (uri: string) => boolean {
  const left = new Set([...folders, ...files]);
  return (uri) => {
    for (let end = uri.length; end > 0; end = uri.lastIndexOf("/", end - 1))
      if (left.has(uri.slice(0, end))) return true;
    return false;
  };
}

/** Whether globs leave out a file (a URI) of these folders, by itself or with a folder; also one that is in none of them. */
export function isExcludedBy(globs: readonly string[], folders: readonly string[]): (uri: string) => boolean {
  const matchers = globs.map((glob) => boundedGlob(glob, { dot: true })).filter((matches) => matches !== null);
  return (uri) =>
    folders.every((folder) => {
      const below = relativePath(folder, uri);
      if (below === null) return true;
      const names = below.split("/");
      const paths = names.map((_, at) => names.slice(0, at + 1).join("/"));
      return paths.some((path) => matchers.some((matches) => matches(path)));
    });
}

/** "2 folders and 1 file"; null for nothing. */
export function ignoredText({ folders, files }: GitIgnored): string | null {
  const said = [
    ...(folders.length > 0 ? [count(folders.length, "folder")] : []),
    ...(files.length > 0 ? [count(files.length, "file")] : []),
  ];
  return said.length === 0 ? null : said.join(" and ");
}
