/** Finds the documents below folders. */
import { readdir, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import pLimit from "p-limit";
import { unknown, type Unknown } from "../core/facts/fact.ts";
import { boundedGlob } from "../core/glob.ts";
import type { Cancellation } from "../core/ports.ts";
import { failureFrom } from "./files.ts";

export interface WalkOptions {
  /** Whether a file of this name is one to be read. Asked for files in folders, not for files that are named themselves. */
  readonly isDocument: (name: string) => boolean;
  /** Globs over paths relative to the named folder, with `/`; a folder that one matches is not entered. */
  readonly exclude: readonly string[];
}

export interface Walked {
  /** Absolute paths, sorted, each once. */
  readonly files: readonly string[];
  /** Paths that could not be looked into, and why. */
  readonly problems: readonly { readonly path: string; readonly failure: Unknown }[];
}

const NEVER_ENTERED = new Set(["node_modules", ".git"]);
const FOLDERS_AT_ONCE = 16;
const MOST_FOLDERS = 1_000_000;

/**
 * `paths`: files and folders. A folder behind a symbolic link is not entered, but for one that is named itself.
 * Throws only for cancellation.
 */
export async function findDocuments(paths: readonly string[], options: WalkOptions, cancel: Cancellation): Promise<Walked> {
  const walk = new Walk(options, cancel);
  for (const path of paths) await walk.start(resolve(path));
  return walk.result();
}

class Walk {
  readonly #options: WalkOptions;
  readonly #cancel: Cancellation;
  readonly #limit = pLimit(FOLDERS_AT_ONCE);
  readonly #excluded: (path: string) => boolean;
  readonly #files = new Set<string>();
  readonly #entered = new Set<string>();
  readonly #problems: { path: string; failure: Unknown }[] = [];

  constructor(options: WalkOptions, cancel: Cancellation) {
    this.#options = options;
    this.#cancel = cancel;
    // They may stand in the settings of the very folder that is looked at.
    const matchers = options.exclude.flatMap((glob) => boundedGlob(glob, { dot: true }) ?? []);
    this.#excluded = (path) => matchers.some((matches) => matches(path));
  }

  async start(path: string): Promise<void> {
    this.#cancel.throwIfAborted();
    try {
      const found = await stat(path);
      if (found.isDirectory()) await this.#descend(path);
      else this.#files.add(path);
    } catch (error) {
      this.#cancel.throwIfAborted();
      this.#problems.push({ path, failure: failureFrom(error) });
    }
  }

  result(): Walked {
    return { files: [...this.#files].sort(), problems: this.#problems };
  }

  /** Level by level, so that memory holds folders' names and no stack of promises. */
  async #descend(root: string): Promise<void> {
    let level = [root];
    while (level.length > 0) {
      this.#cancel.throwIfAborted();
      const below = await Promise.all(level.map((folder) => this.#limit(() => this.#enter(folder, root))));
      level = below.flat();
    }
  }

  async #enter(folder: string, root: string): Promise<string[]> {
    this.#cancel.throwIfAborted();
    if (this.#entered.has(folder)) return [];
    if (this.#entered.size >= MOST_FOLDERS) {
      if (this.#entered.size === MOST_FOLDERS) {
        this.#entered.add(folder);
        this.#problems.push({ path: root, failure: unknown("malformed", "there are more than a million folders below it") });
      }
      return [];
    }
    this.#entered.add(folder);
    const folders: string[] = [];
    try {
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (NEVER_ENTERED.has(entry.name) && !entry.isFile()) continue;
        if (!entry.isDirectory() && !this.#options.isDocument(entry.name)) continue;
        if (this.#excluded(relative(root, path).split(sep).join("/"))) continue;
        if (entry.isDirectory()) folders.push(path);
        else if (!entry.isSymbolicLink() || (await isFileBehind(path))) this.#files.add(path);
      }
    } catch (error) {
      this.#problems.push({ path: folder, failure: failureFrom(error) });
    }
    return folders;
  }
}

/** A link that leads nowhere counts as a file, so that it is reported when it cannot be read. */
async function isFileBehind(path: string): Promise<boolean> {
  return stat(path).then((found) => !found.isDirectory(), () => true);
}
