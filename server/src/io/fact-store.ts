/**
 * Texts on disk, in one SQLite database that all processes of this user share. What goes wrong with it costs speed and
 * nothing else: a look-up that fails is a miss, and a text that cannot be written is dropped. Only this user can read
 * it: it holds names of private packages.
 */
import { lstat, readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import pRetry from "p-retry";
import type { Logger } from "../core/ports.ts";
import { FactDatabase, isBusy, isDamaged, NewerLayout } from "./fact-database.ts";
import { decodeRow, encodeRow, type StoredText } from "./fact-row.ts";
import {
  claimFolder,
  makePrivate,
  makePrivateFile,
  ownerOn,
  RefusedFolder,
  unlessGone,
  type Owner,
} from "./private-folder.ts";
import { loadSqlite, WITHOUT_SQLITE, type Sqlite } from "./sqlite.ts";

export interface FactStoreOptions {
  /** Whom the folder has to belong to; without: who runs this. */
  readonly owner?: Owner;
  /** How large the rows may become together, in bytes; without: 512 MB. */
  readonly mostBytes?: number;
  /** Loads the SQLite module, by default Node's own. Returns null if Node has no such module. */
  readonly sqlite?: () => Sqlite | null;
  /** The time, ms since epoch; without: the computer's. */
  readonly now?: () => number;
}

const FOLDER = "facts";
const FILE = "facts.db";
/** Where a file that was no database is moved to, until the next clean-up. */
const DAMAGED_FILE = "facts.db-damaged";
const OWN_FILE = /^facts\.db(-wal|-shm|-journal|-damaged)?$/;
/** Where versions before this layout kept texts, and what they kept there. */
const OLD_FOLDER = "v1";
const OLD_ENTRY = /^((content|index)-v\d+|tmp|_lastverified)$/;

const DAY = 24 * 60 * 60 * 1000;
/** What was not used for so many days is dropped at the daily clean-up. */
const KEPT_DAYS = 60;
const MOST_BYTES = 512 * 1024 * 1024;
/** What is left of the bound when it was exceeded, so that this does not happen again at once. */
const LEFT = 0.9;
/** Texts are read and written so many, or so many bytes, at a time: unpacking and decoding them takes about 10 ms. */
const ROWS_AT_ONCE = 1000;
const BYTES_AT_ONCE = 256 * 1024;
/** The first query is for so many keys, the next ones for about as many as are read at a time. */
const FEWEST_KEYS = 64;
/** What is put is written after this time, ms. */
const WRITTEN_AFTER = 50;
/** What is put while so many characters wait to be written is dropped. */
const MOST_WAITING = 64 * 1024 * 1024;
const MOST_MISSES = 200_000;
/** About four seconds in all. */
const RETRIES = { retries: 14, minTimeout: 5, maxTimeout: 500, factor: 2, randomize: true };
const MOST_REPLACED = 3;

interface Question {
  readonly answer: Promise<StoredText | null>;
  readonly resolve: (stored: StoredText | null) => void;
}

/** An open database, and which file it was: somebody may delete or replace it. */
interface Opened {
  readonly database: FactDatabase;
  readonly inode: bigint;
}

/** What was told to a log, so that several stores of one process do not repeat each other. */
const TOLD = new WeakMap<Logger, Set<string>>();

export class FactStore {
  readonly #root: string | null;
  readonly #log: Logger;
  readonly #owner: Owner;
  readonly #mostBytes: number;
  readonly #loadSqlite: () => Sqlite | null;
  readonly #now: () => number;
  #opened: Promise<Opened | null> | null = null;
  /** What `opened` came to. */
  #current: Opened | null = null;
  /** The folders are private ones of their owner. */
  #isClaimed = false;
  #replaced = 0;
  /** Look-ups that are not answered, by key. */
  readonly #questions = new Map<string, Question>();
  #reading: Promise<void> | null = null;
  /** Keys that have no row, as long as nobody else changes the database: those are not looked for again. */
  readonly #misses = new Set<string>();
  #missesAt = -1;
  /** What is not on disk yet, by key. */
  readonly #waiting = new Map<string, StoredText>();
  #charactersWaiting = 0;
  /** Keys that were used today for the first time. */
  readonly #used = new Set<string>();
  #writing: Promise<void> | null = null;
  /** Since `settled` was last called. */
  #hasWritten = false;
  #hurry: () => void = () => undefined;

  /** `folder`: null keeps nothing. */
  constructor(folder: string | null, log: Logger, options: FactStoreOptions = {}) {
    this.#root = folder;
    this.#log = log;
    this.#owner =
      options.owner === undefined ? ownerOn(process.platform, process.getuid?.bind(process)) : options.owner;
    this.#mostBytes = options.mostBytes ?? MOST_BYTES;
    this.#loadSqlite = options.sqlite ?? loadSqlite;
    this.#now = options.now ?? Date.now;
  }

  /** Texts are kept on disk, as long as nothing goes wrong. */
  get keeps(): boolean {
    return this.#root !== null;
  }

  /** What is asked for in one turn of the event loop is looked for together. Null: not there, or not readable. */
  async get(key: string): Promise<StoredText | null> {
    if (this.#root === null || !isKeepable(key)) return null;
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) return waiting;
    const asked = this.#questions.get(key);
    if (asked !== undefined) return asked.answer;
    const { promise: answer, resolve } = promiseAndResolve<StoredText | null>();
    this.#questions.set(key, { answer, resolve });
    this.#reading ??= this.#answerAll().finally(() => {
      this.#reading = null;
    });
    return answer;
  }

  /** Returns at once; `settled` waits for it. */
  put(key: string, text: string, metadata: unknown = null): void {
    if (this.#root === null || !isKeepable(key)) return;
    const characters = this.#charactersWaiting + text.length - (this.#waiting.get(key)?.text.length ?? 0);
    if (characters > MOST_WAITING) return;
    this.#charactersWaiting = characters;
    this.#waiting.set(key, { text, metadata });
    this.#write();
  }

  /** All that was put so far is on disk, or has failed. */
  async settled(): Promise<void> {
    while (this.#reading !== null || this.#writing !== null) {
      this.#hurry();
      await Promise.all([this.#reading, this.#writing]);
    }
    if (!this.#hasWritten) return;
    this.#hasWritten = false;
    await this.#use("written", ({ database }) => patiently(() => database.checkpoint()));
  }

  /** Settles, and lets go of the file. It is opened anew where the store is used again. */
  async close(): Promise<void> {
    await this.settled();
    const opened = await this.#opened;
    if (opened !== null) this.#close(opened.database);
  }

  /** Drops all that is kept. */
  async clear(): Promise<void> {
    await this.settled();
    try {
      await this.#removeOld();
      await this.#use("cleared", async ({ database }) => {
        await patiently(() => database.dropAll());
        await this.#shrink(database);
      });
    } catch (error) {
      this.#complain("cleared", error);
    }
  }

  /** Drops what is old, when that was not done today. Takes a while, but never holds the thread for long. */
  async maintain(): Promise<void> {
    try {
      await this.#removeOld();
      await this.#use("cleaned up", async ({ database }) => {
        const today = this.#day();
        if (!(await patiently(() => database.beginMaintenance(today)))) return;
        while (await patiently(() => database.dropUnused(today - KEPT_DAYS))) await nextTurn();
        await this.#dropBeyond(database);
        await this.#shrink(database);
      });
    } catch (error) {
      this.#complain("cleaned up", error);
    }
  }

  async #answerAll(): Promise<void> {
    await nextTurn();
    for (let count = FEWEST_KEYS; this.#questions.size > 0;) {
      const keys = firstOf(this.#questions.keys(), count);
      const answers = await this.#look(keys);
      count = Math.min(Math.max(2 * answers.size, FEWEST_KEYS), ROWS_AT_ONCE);
      for (const [key, stored] of answers) {
        this.#questions.get(key)?.resolve(stored);
        this.#questions.delete(key);
      }
      await nextTurn();
    }
  }

  /** An answer for the first of the keys at least. */
  async #look(keys: readonly string[]): Promise<ReadonlyMap<string, StoredText | null>> {
    const found = await this.#use("read", async ({ database }) => {
      const version = await patiently(() => database.version);
      if (version !== this.#missesAt || this.#misses.size > MOST_MISSES) this.#misses.clear();
      this.#missesAt = version;
      const open = keys.filter((key) => !this.#misses.has(key));
      const answers = new Map<string, StoredText | null>();
      for (const key of keys) if (this.#misses.has(key)) answers.set(key, null);
      if (open.length === 0) return answers;
      const { rows, answered, unused } = await patiently(() => database.read(open, BYTES_AT_ONCE, this.#day()));
      for (const key of open.slice(0, answered)) {
        answers.set(key, null);
        // At once: later a text may have been put.
        if (!rows.has(key)) this.#misses.add(key);
      }
      for (const key of unused) this.#used.add(key);
      if (unused.length > 0) this.#write();
      for (const [key, row] of rows) answers.set(key, await decodeRow(key, row));
      return answers;
    });
    return found ?? new Map(keys.map((key) => [key, null]));
  }

  #write(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
  }

  async #writeAll(): Promise<void> {
    const { promise: hurried, resolve } = promiseAndResolve<null>();
    const timer = setTimeout(() => resolve(null), WRITTEN_AFTER);
    this.#hurry = () => resolve(null);
    await hurried;
    clearTimeout(timer);
    await this.#reopenIfReplaced();
    while (this.#waiting.size > 0 || this.#used.size > 0) {
      const texts = this.#firstWaiting();
      const used = firstOf(this.#used, ROWS_AT_ONCE);
      await this.#use("written", (opened) => this.#writeSome(opened, texts, used));
      for (const key of used) this.#used.delete(key);
      for (const [key, stored] of texts) {
        // Another text may have been put meanwhile.
        if (this.#waiting.get(key) !== stored) continue;
        this.#waiting.delete(key);
        this.#charactersWaiting -= stored.text.length;
      }
      await nextTurn();
    }
  }

  async #writeSome(
    { database }: Opened,
    texts: readonly (readonly [string, StoredText])[],
    used: readonly string[],
  ): Promise<void> {
    const rows: [string, Uint8Array][] = [];
    for (const [key, stored] of texts) {
      const row = await encodeRow(key, stored);
      if (row !== null) rows.push([key, row]);
    }
    const today = this.#day();
    if (used.length > 0) await patiently(() => database.use(used, today));
    if (rows.length > 0) await patiently(() => database.write(rows, today));
    this.#hasWritten = true;
    for (const [key] of rows) this.#misses.delete(key);
    await this.#dropBeyond(database);
  }

  #firstWaiting(): readonly (readonly [string, StoredText])[] {
    const texts: [string, StoredText][] = [];
    let characters = 0;
    for (const [key, stored] of this.#waiting) {
      texts.push([key, stored]);
      characters += stored.text.length;
      if (characters >= BYTES_AT_ONCE || texts.length >= ROWS_AT_ONCE) break;
    }
    return texts;
  }

  /** Drops what was used least recently, where there is more than may be kept. */
  async #dropBeyond(database: FactDatabase): Promise<void> {
    if (database.size <= this.#mostBytes) return;
    while (database.size > this.#mostBytes * LEFT && (await patiently(() => database.dropOldest()))) await nextTurn();
    await this.#shrink(database);
  }

  async #shrink(database: FactDatabase): Promise<void> {
    while (await patiently(() => database.shrink())) await nextTurn();
    await patiently(() => database.checkpoint());
  }

  /** What `action` gives; null where there is no database, or it failed. */
  async #use<T>(what: string, action: (opened: Opened) => Promise<T>): Promise<T | null> {
    const opened = await this.#open();
    if (opened === null) return null;
    try {
      return await action(opened);
    } catch (error) {
      // Closed meanwhile, because the file is damaged or gone.
      if (this.#current !== opened) return null;
      if (isDamaged(error)) await this.#replace(opened);
      else this.#complain(what, error);
      return null;
    }
  }

  /** Null where nothing is kept. */
  async #open(): Promise<Opened | null> {
    if (this.#root === null) return null;
    this.#opened ??= this.#claim(this.#root);
    return this.#opened;
  }

  async #claim(root: string): Promise<Opened | null> {
    try {
      await claimFolder(root, (name) => name === FOLDER || name === OLD_FOLDER, this.#owner);
      const folder = join(root, FOLDER);
      const own = await claimFolder(folder, (name) => OWN_FILE.test(name), this.#owner);
      for (const name of own) await makePrivate(join(folder, name), this.#owner);
      this.#isClaimed = true;
      const sqlite = this.#loadSqlite();
      if (sqlite === null) {
        this.#tell(WITHOUT_SQLITE);
        return null;
      }
      this.#current = await this.#openFile(sqlite, join(folder, FILE));
      return this.#current;
    } catch (error) {
      if (error instanceof RefusedFolder)
        this.#tell(`The disk cache is off: ${error.message}. Remove it, or use another folder.`);
      else if (error instanceof NewerLayout)
        this.#tell(`The disk cache is off: a later version of Depwarden has made the one in ${root}.`);
      else this.#complain("opened", error);
      return null;
    }
  }

  async #openFile(sqlite: Sqlite, file: string): Promise<Opened> {
    for (;;) {
      // SQLite gives its other files the mode of this one.
      makePrivateFile(file);
      const { ino: inode } = await lstat(file, { bigint: true });
      try {
        return { database: await patiently(() => FactDatabase.open(sqlite, file)), inode };
      } catch (error) {
        if (!isDamaged(error) || this.#replaced >= MOST_REPLACED) throw error;
        await this.#moveAside(file, inode);
      }
    }
  }

  /** Closes a broken database, and begins a new one. */
  async #replace({ database, inode }: Opened): Promise<void> {
    this.#close(database);
    if (this.#root === null) return;
    if (this.#replaced >= MOST_REPLACED) {
      this.#opened = Promise.resolve(null);
      return;
    }
    await this.#moveAside(join(this.#root, FOLDER, FILE), inode).catch((error: unknown) => {
      this.#complain("replaced", error);
    });
  }

  /** Only the file that was found broken: another process may have put a new one in its place. */
  async #moveAside(file: string, inode: bigint): Promise<void> {
    this.#replaced++;
    this.#tell(`The disk cache was damaged; it begins anew.`);
    const present = await lstat(file, { bigint: true }).catch(unlessGone);
    if (present?.ino !== inode) return;
    await rename(file, join(dirname(file), DAMAGED_FILE)).catch(unlessGone);
    for (const suffix of ["-wal", "-shm", "-journal"]) await rm(`${file}${suffix}`, { force: true });
  }

  /** Somebody may have deleted the folder: what is written to a file without a name is lost. */
  async #reopenIfReplaced(): Promise<void> {
    const opened = await this.#open();
    if (opened === null || this.#root === null) return;
    const present = await lstat(join(this.#root, FOLDER, FILE), { bigint: true }).catch(() => null);
    if (present?.ino === opened.inode) return;
    this.#close(opened.database);
  }

  /** The next use opens it anew. */
  #close(database: FactDatabase): void {
    this.#opened = null;
    this.#current = null;
    this.#misses.clear();
    this.#missesAt = -1;
    try {
      database.close();
    } catch (error) {
      this.#complain("closed", error);
    }
  }

  /** What earlier layouts and damage have left. */
  async #removeOld(): Promise<void> {
    await this.#open();
    if (this.#root === null || !this.#isClaimed) return;
    await rm(join(this.#root, FOLDER, DAMAGED_FILE), { force: true });
    const old = join(this.#root, OLD_FOLDER);
    const stat = await lstat(old).catch(unlessGone);
    if (stat?.isDirectory() !== true) return;
    // Only what was made there: the folder may be one that somebody named by mistake.
    const names = await readdir(old);
    const own = names.filter((name) => OLD_ENTRY.test(name));
    await Promise.all(own.map((name) => rm(join(old, name), { recursive: true, force: true })));
    if (own.length === names.length) await rmdir(old).catch(unlessGone);
  }

  #day(): number {
    return Math.floor(this.#now() / DAY);
  }

  #complain(what: string, error: unknown): void {
    this.#tell(`The disk cache could not be ${what} (${codeOf(error)}); going on without it.`, "trouble");
  }

  /** Once. `about`: what it is about, where it has several wordings. */
  #tell(message: string, about = message): void {
    const told = TOLD.get(this.#log) ?? new Set();
    TOLD.set(this.#log, told);
    if (told.has(about)) return;
    told.add(about);
    this.#log.warn(message);
  }
}

/** Tries again, for a while, as long as another process holds the database. */
async function patiently<T>(action: () => T): Promise<T> {
  return pRetry(action, { ...RETRIES, shouldRetry: ({ error }) => isBusy(error) });
}

/** SQLite cuts a key at a zero and changes lone surrogates, so another key could take its place. */
function isKeepable(key: string): boolean {
  return !key.includes("\0") && !/\p{Surrogate}/u.test(key);
}

function firstOf<T>(all: Iterable<T>, most: number): readonly T[] {
  const first: T[] = [];
  for (const one of all) {
    if (first.length >= most) break;
    first.push(one);
  }
  return first;
}

function promiseAndResolve<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("errcode" in error && typeof error.errcode === "number") return `SQLite ${error.errcode}: ${error.message}`;
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
