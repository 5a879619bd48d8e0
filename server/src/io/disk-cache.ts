/**
 * Texts on disk, shared by every process of this user: cacache keeps contents by digest, writes them beside and moves
 * them into place, and reads nothing whose digest is wrong, so a kill at any moment leaves a hit or a miss.
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import cacache from "cacache";
import pLimit from "p-limit";
import type { Logger } from "../core/ports.ts";

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
  readonly #folder: string | null;
  readonly #log: Logger;
  readonly #writes = pLimit(WRITES_AT_ONCE);
  readonly #reads = pLimit(READS_AT_ONCE);
  readonly #pending = new Set<Promise<void>>();
  #complained = false;

  /** `folder`: null keeps nothing. */
  constructor(folder: string | null, log: Logger) {
    this.#folder = folder === null ? null : join(folder, LAYOUT);
    this.#log = log;
  }

  /** Null: not there, or not readable. */
  async get(key: string): Promise<CachedText | null> {
    const folder = this.#folder;
    if (folder === null) return null;
    return this.#reads(async () => {
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
    const folder = this.#folder;
    if (folder === null) return;
    const write = this.#writes(async () => {
      try {
        await cacache.put(folder, key, text, { metadata });
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
    if (this.#folder === null) return;
    const folder = this.#folder;
    try {
      // Only what cacache makes: the folder may be one that somebody named by mistake.
      const names = (await readdir(folder)).filter((name) => CACACHE_ENTRY.test(name));
      await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
    } catch (error) {
      if (codeOf(error) !== "ENOENT") this.#complain("cleared", error);
    }
  }

  /** Drops what is old or broken, when that was not done for a day. Slow: never on the path of a look-up. */
  async maintain(): Promise<void> {
    if (this.#folder === null) return;
    try {
      const last = await cacache.verify.lastRun(this.#folder).catch(() => null);
      if (last !== null && Date.now() - last.getTime() < DAY) return;
      const isKept = (entry: { time: number }) => Date.now() - entry.time < KEPT;
      // @types/cacache has `filter` as a string; it is a function (cacache, lib/verify.js).
      await cacache.verify(this.#folder, { filter: isKept as unknown as string });
    } catch (error) {
      this.#complain("cleaned up", error);
    }
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

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : String(error);
}
