/**
 * Texts on disk, shared by every process of this user: cacache keeps contents by digest, writes them beside and moves
 * them into place, and reads nothing whose digest is wrong, so a kill at any moment leaves a hit or a miss. Only this
 * user can read it: it holds names of private packages.
 */
import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import cacache from "cacache";
import contentPath from "cacache/lib/content/path.js";
import index from "cacache/lib/entry-index.js";
import pLimit from "p-limit";
import type { Logger } from "../core/ports.ts";
import {
  claimFolder,
  makePrivate,
  ownerOn,
  PRIVATE_FILE,
  PRIVATE_FOLDER,
  RefusedFolder,
  unlessGone,
  type Owner,
} from "./private-folder.ts";

export interface CachedText {
  readonly text: string;
  /** What `put` was given beside the text, as JSON carries it. */
  readonly metadata: unknown;
}

/** Raised when what is stored changes its shape. */
const LAYOUT = "v1";
const DAY = 24 * 60 * 60 * 1000;
/** What was not written again for so long is dropped at the daily clean-up. */
const KEPT = 60 * DAY;
const WRITES_AT_ONCE = 8;
const READS_AT_ONCE = 32;
const CACACHE_ENTRY = /^((content|index)-v\d+|tmp|_lastverified)$/;

export class DiskCache {
  readonly #root: string | null;
  readonly #log: Logger;
  readonly #owner: Owner;
  readonly #writes = pLimit(WRITES_AT_ONCE);
  readonly #reads = pLimit(READS_AT_ONCE);
  readonly #pending = new Set<Promise<void>>();
  /** Folders below that this process has made private. */
  readonly #private = new Set<string>();
  #opened: Promise<string | null> | null = null;
  #complained = false;

  /** `folder`: null keeps nothing. `owner`: whom it has to belong to. */
  constructor(
    folder: string | null,
    log: Logger,
    owner: Owner = ownerOn(process.platform, process.getuid?.bind(process)),
  ) {
    this.#root = folder;
    this.#log = log;
    this.#owner = owner;
  }

  /** Null: not there, or not readable. */
  async get(key: string): Promise<CachedText | null> {
    if (this.#root === null) return null;
    return this.#reads(async () => {
      const folder = await this.#open();
      if (folder === null) return null;
      try {
        const entry = await cacache.get(folder, key);
        return { text: entry.data.toString("utf8"), metadata: entry.metadata as unknown };
      } catch (error) {
        await this.#forgiveRead(folder, error);
        return null;
      }
    });
  }

  /** Returns at once; `settled` waits for it. */
  put(key: string, text: string, metadata: unknown = null): void {
    if (this.#root === null) return;
    const write = this.#writes(async () => {
      const folder = await this.#open();
      if (folder === null) return;
      try {
        // Somebody may have deleted it: cacache would make it anew, for all to read.
        await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
        const integrity = await cacache.put(folder, key, text, { metadata });
        await this.#makePrivate(folder, [index.bucketPath(folder, key), contentPath(folder, integrity)]);
      } catch (error) {
        this.#complain("written", error);
      }
    });
    this.#pending.add(write);
    void write.finally(() => this.#pending.delete(write));
  }

  /** All that was put so far is on disk, or has failed. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Drops all that is cached. */
  async clear(): Promise<void> {
    await this.settled();
    const folder = await this.#open();
    if (folder === null) return;
    try {
      // Only what cacache makes: the folder may be one that somebody named by mistake.
      const names = (await readdir(folder)).filter((name) => CACACHE_ENTRY.test(name));
      await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
      this.#private.clear();
    } catch (error) {
      if (codeOf(error) !== "ENOENT") this.#complain("cleared", error);
    }
  }

  /** Drops what is old or broken, when that was not done for a day. Slow: never on the path of a look-up. */
  async maintain(): Promise<void> {
    const folder = await this.#open();
    if (folder === null) return;
    try {
      const last = await cacache.verify.lastRun(folder).catch(() => null);
      if (last !== null && Date.now() - last.getTime() < DAY) return;
      const isKept = (entry: { time: number }) => Date.now() - entry.time < KEPT;
      // @types/cacache has `filter` as a string; it is a function (cacache, lib/verify.js).
      await cacache.verify(folder, { filter: isKept as unknown as string });
      await makePrivate(join(folder, "_lastverified"), this.#owner);
    } catch (error) {
      this.#complain("cleaned up", error);
    }
  }

  /** The folder of this layout, which is then nobody else's; null where nothing is kept. */
  async #open(): Promise<string | null> {
    if (this.#root === null) return null;
    this.#opened ??= this.#claim(this.#root);
    return this.#opened;
  }

  async #claim(root: string): Promise<string | null> {
    const folder = join(root, LAYOUT);
    try {
      await claimFolder(root, (name) => name === LAYOUT, this.#owner);
      const own = await claimFolder(folder, (name) => CACACHE_ENTRY.test(name), this.#owner);
      for (const name of own) await makePrivate(join(folder, name), this.#owner);
      return folder;
    } catch (error) {
      if (!(error instanceof RefusedFolder)) this.#complain("opened", error);
      else this.#log.warn(`The disk cache is off: ${error.message}. Remove it, or use another folder.`);
      return null;
    }
  }

  /** What cacache has written there: it leaves modes to the process, whose umask is for other files, too. */
  async #makePrivate(folder: string, files: readonly string[]): Promise<void> {
    if (this.#owner === null) return;
    const around = [join(folder, "tmp"), ...files.flatMap((file) => foldersBetween(folder, file))];
    const fresh = around.filter((path) => !this.#private.has(path));
    for (const path of fresh) this.#private.add(path);
    await Promise.all([
      ...fresh.map((path) => chmod(path, PRIVATE_FOLDER).catch(unlessGone)),
      ...files.map((path) => chmod(path, PRIVATE_FILE).catch(unlessGone)),
    ]);
  }

  async #forgiveRead(folder: string, error: unknown): Promise<void> {
    const code = codeOf(error);
    if (code === "ENOENT") return;
    if (code === "EINTEGRITY") {
      // A later write of the same content would otherwise find the broken one in place and keep it.
      const { sri } = error as { sri?: { toString(): string } };
      if (sri !== undefined) await cacache.rm.content(folder, sri.toString()).catch(() => undefined);
      return;
    }
    this.#complain("read", error);
  }

  #complain(what: string, error: unknown): void {
    if (this.#complained) return;
    this.#complained = true;
    this.#log.warn(`The disk cache could not be ${what} (${codeOf(error)}); going on without it.`);
  }
}

/** The folders that a file is in, below this one. */
function foldersBetween(folder: string, file: string): readonly string[] {
  const parent = dirname(file);
  return parent === folder || parent === file ? [] : [parent, ...foldersBetween(folder, parent)];
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : String(error);
}
