/** Finds the documents below folders. */
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";
import pLimit from "p-limit";
import { unknown, type Unknown } from "../core/facts/fact.ts";
import { boundedGlob } from "../core/util/glob.ts";
import type { Cancellation } from "../core/ports.ts";
import type { Excluded } from "../core/settings/suppressions.ts";
import { failureFrom } from "./files.ts";
import type * as GitIgnore from "./gitignore.ts";

export interface WalkOptions {
  /** Whether a file of this name is one to be read. Asked for files in folders, not for files that are named themselves. */
  readonly isDocument: (name: string) => boolean;
  /** Globs over paths relative to the named folder, with `/`; what is in a folder that one matches is left out too. */
  readonly exclude: readonly string[];
  /** Called once for each of these globs that left out any document, or may have. */
  readonly onExcluded?: (excluded: Excluded) => void;
  /** Called once, with what `.gitignore` files left out. Without, they are not heeded. */
  readonly onIgnored?: (ignored: Ignored) => void;
}

/** Paths that `.gitignore` files leave out of a search, and no path that was given. */
export interface Ignored {
  /** Not looked into. */
  readonly folders: readonly string[];
  /** Documents. */
  readonly files: readonly string[];
  /** `.gitignore` files that are not heeded whole, and why. */
  readonly unheeded: readonly { readonly path: string; readonly reason: string }[];
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
/** Folders looked into only to count what is left out. */
const MOST_COUNTED = 20_000;

/**
 * `paths`: files and folders. A folder behind a symbolic link is not entered, but for one that is named itself, and for
 * one inside a folder that is never entered: the link alone leads there.
 * Throws only for cancellation.
 */
export async function findDocuments(
  paths: readonly string[],
  options: WalkOptions,
  cancel: Cancellation,
): Promise<Walked> {
  const walk = new Walk(options, cancel);
  for (const path of paths) await walk.start(resolve(path));
  await walk.countExcluded();
  walk.tellIgnored();
  return walk.result();
}

/** A folder to look into, with what `.gitignore` files above it say. */
interface Open {
  readonly folder: string;
  readonly rules: GitIgnore.IgnoreRules | null;
}

/** A folder that is left out, and the first glob that says so. */
interface LeftOut {
  readonly folder: string;
  readonly glob: string;
}

class Walk {
  readonly #options: WalkOptions;
  readonly #cancel: Cancellation;
  readonly #limit = pLimit(FOLDERS_AT_ONCE);
  readonly #matchers: readonly { readonly glob: string; readonly matches: (path: string) => boolean }[];
  readonly #leftOut: LeftOut[] = [];
  /** Folders that links led to. */
  readonly #linked = new Set<string>();
  /** Documents that are left out, by glob. */
  readonly #excluded = new Map<string, Set<string>>();
  /** Loaded where it is asked for: a server starts without. */
  readonly #gitignore: Promise<typeof GitIgnore> | null;
  readonly #ignored = { folders: new Set<string>(), files: new Set<string>() };
  readonly #unheeded = new Map<string, string>();
  readonly #files = new Set<string>();
  readonly #entered = new Set<string>();
  readonly #problems: { path: string; failure: Unknown }[] = [];

  constructor(options: WalkOptions, cancel: Cancellation) {
    this.#options = options;
    this.#cancel = cancel;
    this.#gitignore = options.onIgnored === undefined ? null : import("./gitignore.ts");
    // They may stand in the settings of the very folder that is looked at.
    this.#matchers = options.exclude.flatMap((glob) => {
      const matches = boundedGlob(glob, { dot: true });
      return matches === null ? [] : [{ glob, matches }];
    });
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

  /** After all else: what one path leaves out, another may name. */
  async countExcluded(): Promise<void> {
    const { onExcluded } = this.#options;
    if (onExcluded === undefined) return;
    const seen = new Set<string>();
    let level: readonly LeftOut[] = this.#leftOut;
    while (level.length > 0 && seen.size < MOST_COUNTED) {
      this.#cancel.throwIfAborted();
      const fresh = level.filter(({ folder }) => !seen.has(folder) && !this.#entered.has(folder));
      for (const { folder } of fresh) seen.add(folder);
      level = (await Promise.all(fresh.map((one) => this.#limit(() => this.#countIn(one))))).flat();
    }
    const open = new Set(level.map(({ glob }) => glob));
    for (const glob of new Set([...this.#excluded.keys(), ...open])) {
      const files = [...(this.#excluded.get(glob) ?? [])].filter((path) => !this.#files.has(path)).length;
      if (files > 0 || open.has(glob)) onExcluded({ glob, files, isWhole: !open.has(glob) });
    }
  }

  /** After all else, likewise. */
  tellIgnored(): void {
    this.#options.onIgnored?.({
      folders: [...this.#ignored.folders].filter((path) => !this.#entered.has(path)),
      files: [...this.#ignored.files].filter((path) => !this.#files.has(path)),
      unheeded: [...this.#unheeded].map(([path, reason]) => ({ path, reason })),
    });
  }

  /** The folders below. One that cannot be looked into holds nothing that could be counted. */
  async #countIn({ folder, glob }: LeftOut): Promise<readonly LeftOut[]> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const folders: LeftOut[] = [];
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!NEVER_ENTERED.has(entry.name)) folders.push({ folder: path, glob });
      } else if (this.#options.isDocument(entry.name)) this.#leaveOut(path, glob);
    }
    return folders;
  }

  #leaveOut(path: string, glob: string): void {
    const present = this.#excluded.get(glob);
    if (present === undefined) this.#excluded.set(glob, new Set([path]));
    else present.add(path);
  }

  result(): Walked {
    return { files: [...this.#files].sort(), problems: this.#problems };
  }

  /** Level by level, so that memory holds folders' names and no stack of promises. */
  async #descend(root: string): Promise<void> {
    const gitignore = await this.#gitignore;
    const rules = gitignore === null ? null : await gitignore.rulesAbove(root, this.#onUnheeded, this.#cancel);
    let level: readonly Open[] = [{ folder: root, rules }];
    while (level.length > 0) {
      this.#cancel.throwIfAborted();
      const below = await Promise.all(level.map((open) => this.#limit(() => this.#enter(open, root))));
      level = below.flat();
    }
  }

  readonly #onUnheeded = (path: string, reason: string): void => void this.#unheeded.set(path, reason);

  async #enter(open: Open, root: string): Promise<readonly Open[]> {
    const { folder } = open;
    this.#cancel.throwIfAborted();
    if (this.#entered.has(folder)) return [];
    if (this.#entered.size >= MOST_FOLDERS) {
      if (this.#entered.size === MOST_FOLDERS) {
        this.#entered.add(folder);
        this.#problems.push({
          path: root,
          failure: unknown("malformed", "there are more than a million folders below it"),
        });
      }
      return [];
    }
    this.#entered.add(folder);
    const folders: Open[] = [];
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      const gitignore = await this.#gitignore;
      const rules =
        gitignore === null
          ? null
          : await gitignore.rulesIn(folder, entries, open.rules, this.#onUnheeded, this.#cancel);
      for (const entry of entries) {
        const path = join(folder, entry.name);
        if (NEVER_ENTERED.has(entry.name) && !entry.isFile()) continue;
        const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await this.#leadsToHidden(path, root)));
        if (!isFolder && !this.#options.isDocument(entry.name)) continue;
        const below = relative(root, path).split(sep).join("/");
        const glob = this.#matchers.find(({ matches }) => matches(below))?.glob;
        if (glob !== undefined) {
          if (isFolder) this.#leftOut.push({ folder: path, glob });
          else this.#leaveOut(path, glob);
          continue;
        }
        if (rules?.leavesOut(path, entry.isDirectory()) === true) {
          this.#ignored[isFolder ? "folders" : "files"].add(path);
          continue;
        }
        if (isFolder) folders.push({ folder: path, rules });
        else if (!entry.isSymbolicLink() || (await isFileBehind(path))) this.#files.add(path);
      }
    } catch (error) {
      this.#cancel.throwIfAborted();
      this.#problems.push({ path: folder, failure: failureFrom(error) });
    }
    return folders;
  }

  /** A link to a folder of the root that is inside one never entered, and that no link led to before. */
  async #leadsToHidden(link: string, root: string): Promise<boolean> {
    try {
      const [to, top] = await Promise.all([realpath(link), realpath(root)]);
      const below = relative(top, to);
      const isInside = below !== "" && !isAbsolute(below) && below.split(sep)[0] !== "..";
      const isHidden = !NEVER_ENTERED.has(basename(to)) && below.split(sep).some((name) => NEVER_ENTERED.has(name));
      if (!isInside || !isHidden || this.#linked.has(to) || !(await stat(to)).isDirectory()) return false;
      this.#linked.add(to);
      return true;
    } catch {
      // One that leads nowhere is reported where it has a document's name.
      return false;
    }
  }
}

/** A link that leads nowhere counts as a file, so that it is reported when it cannot be read. */
async function isFileBehind(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => !found.isDirectory(),
    () => true,
  );
}
