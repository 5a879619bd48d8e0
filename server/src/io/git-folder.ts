/**
 * What git reads of a repository before it looks for an object, and reads to the end whatever it is: a device in place of
 * one of these takes memory without end. https://git-scm.com/docs/gitrepository-layout
 */
import { statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { readPlainFile } from "./registries/plain-file.ts";

/** Large repositories have some 10 MB of packed refs. */
const LARGEST = 64 * 1024 * 1024;
/** git follows so many references from one to the next. */
const MOST_REFERENCES = 5;

const OF_WORKTREE = ["HEAD", "commondir", "config.worktree", "shallow"];
const SHARED = ["HEAD", "config", "packed-refs", "shallow", "info/grafts"];
const ALTERNATES = "info/alternates";
/** git follows folders of objects from one to the next so often; in each of these are no more than a few. */
const MOST_ALTERNATES = 20;

/** The first file of the repository in a folder that is there and no plain file; null where all are as they should be. */
export function oddGitFile(repository: string): string | null {
  const dotGit = join(repository, ".git");
  let folder = dotGit;
  if (kindOf(dotGit) !== "folder") {
    // In a worktree and a submodule it is a file that names the folder.
    if (kindOf(dotGit) === "odd") return ".git";
    folder = named(repository, dotGit, /^gitdir: (.+)/) ?? dotGit;
  }
  const odd = (base: string, names: readonly string[]): string | null =>
    names.find((name) => kindOf(join(base, name)) === "odd") ?? null;
  const own = odd(folder, OF_WORKTREE);
  if (own !== null) return own;
  const shared = named(folder, join(folder, "commondir"), /^(.+)/) ?? folder;
  return odd(shared, SHARED) ?? oddReference(folder, shared) ?? oddAlternates(join(shared, "objects"));
}

/** Other folders of objects, which may name others in their turn. More than a few are odd too. */
function oddAlternates(objects: string): string | null {
  const folders = [objects];
  for (const folder of folders) {
    const file = join(folder, ALTERNATES);
    if (folders.length > MOST_ALTERNATES || kindOf(file) === "odd") return `objects/${ALTERNATES}`;
    const text = kindOf(file) === "file" ? textOf(file) : "";
    // One that is too long to be read names too many.
    if (text === null) return `objects/${ALTERNATES}`;
    for (const line of text.split("\n").filter((each) => each !== "" && !each.startsWith("#"))) {
      const named = isAbsolute(line) ? line : resolve(folder, line);
      if (!folders.includes(named)) folders.push(named);
    }
  }
  return null;
}

/** What `HEAD` names is read as it is, and may name another. */
function oddReference(folder: string, shared: string): string | null {
  let name = "HEAD";
  for (let turn = 0; turn < MOST_REFERENCES; turn++) {
    const places = [join(folder, name), join(shared, name)];
    if (places.some((path) => kindOf(path) === "odd")) return name;
    const next = places.map((path) => textOf(path)).find((text) => text !== null);
    const [, to] = /^ref:\s*(refs\/\S{1,1000})/.exec(next ?? "") ?? [];
    if (to === undefined) return null;
    name = to;
  }
  return null;
}

function named(base: string, file: string, pattern: RegExp): string | null {
  const [, path] = pattern.exec(textOf(file) ?? "") ?? [];
  if (path === undefined) return null;
  return isAbsolute(path.trim()) ? path.trim() : resolve(base, path.trim());
}

function textOf(path: string): string | null {
  const read = readPlainFile(path, 4096);
  return read.kind === "text" ? read.text : null;
}

/** What cannot be looked at is left to git, which cannot read it either. */
function kindOf(path: string): "file" | "folder" | "absent" | "odd" {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return "folder";
    return stat.isFile() && stat.size <= LARGEST ? "file" : "odd";
  } catch {
    return "absent";
  }
}
