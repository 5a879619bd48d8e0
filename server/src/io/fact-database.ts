/** The fact store's database: its layout, and each operation on it as one short transaction. All of it is synchronous. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { textLength } from "./fact-row.ts";
import type { Sqlite } from "./sqlite.ts";

/** Raised when the tables change. A database with a higher one is from a later version of this program. */
const LAYOUT = 1;
const SCHEMA = [
  "CREATE TABLE facts (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, row BLOB NOT NULL, used INTEGER NOT NULL) STRICT",
  "CREATE INDEX facts_used ON facts (used)",
  "CREATE TABLE maintenance (day INTEGER NOT NULL) STRICT",
];
/**
 * `synchronous`: after a power cut the newest facts may be gone, but the file is sound. `busy_timeout`: waiting holds the
 * thread, so it is short, and who calls tries again later. `trusted_schema`, `cell_size_check`: the file may hold
 * anything. `temp_store`: no names in temporary files.
 */
const PRAGMAS = [
  "busy_timeout = 5",
  "trusted_schema = OFF",
  "cell_size_check = ON",
  "temp_store = MEMORY",
  "auto_vacuum = INCREMENTAL",
  "journal_mode = WAL",
  "synchronous = NORMAL",
  "journal_size_limit = 4194304",
];
/** Pages that are given back to the file system at a time. */
const PAGES_AT_ONCE = 500;
const UNUSED_AT_ONCE = 200;
/** Few, because each may be large. */
const OLDEST_AT_ONCE = 20;

/** https://www.sqlite.org/rescode.html */
const BUSY = new Set([5, 6, 15]);
const DAMAGED = new Set([11, 26]);

/** The database is from a later version of this program. */
export class NewerLayout extends Error {
  override readonly name = "NewerLayout";
}

/** The database has other tables than this program makes. */
class OtherSchema extends Error {
  override readonly name = "OtherSchema";
}

/** Another process holds the database: trying again helps. */
export function isBusy(error: unknown): boolean {
  return BUSY.has(codeOf(error));
}

/** The file is no database of this program, or a broken one. */
export function isDamaged(error: unknown): boolean {
  return error instanceof OtherSchema || DAMAGED.has(codeOf(error));
}

/** The primary result code of SQLite; 0 for another error. */
function codeOf(error: unknown): number {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : 0;
}

export interface Answers {
  /** Row by key. */
  readonly rows: ReadonlyMap<string, Uint8Array>;
  /** How many of the keys, from the first, are answered: those without a row have none. */
  readonly answered: number;
  /** Keys that were last used on another day. */
  readonly unused: readonly string[];
}

/** Methods throw SQLite's errors: see `isBusy` and `isDamaged`. `day`: days since epoch. */
export class FactDatabase {
  readonly #database: DatabaseSync;
  readonly #read: StatementSync;
  readonly #write: StatementSync;
  readonly #use: StatementSync;
  readonly #dropUnused: StatementSync;
  readonly #dropOldest: StatementSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    // CROSS JOIN keeps this order of the tables, so that rows come in the order of the keys.
    this.#read = database.prepare(
      `SELECT asked.key AS position, facts.row AS row, facts.used <> ? AS unused
       FROM json_each(?) AS asked CROSS JOIN facts ON facts.key = asked.value`,
    );
    this.#write = database.prepare(
      `INSERT INTO facts (key, row, used) VALUES (?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET row = excluded.row, used = excluded.used`,
    );
    this.#use = database.prepare("UPDATE facts SET used = ? WHERE key = ? AND used <> ?");
    this.#dropUnused = database.prepare(
      `DELETE FROM facts WHERE id IN (SELECT id FROM facts WHERE used < ? LIMIT ${UNUSED_AT_ONCE})`,
    );
    this.#dropOldest = database.prepare(
      `DELETE FROM facts WHERE id IN (SELECT id FROM facts ORDER BY used, id LIMIT ${OLDEST_AT_ONCE})`,
    );
  }

  /** Opens the file, and makes the tables where it is empty. Throws NewerLayout, too. */
  static open({ DatabaseSync: Database }: Sqlite, file: string): FactDatabase {
    const database = new Database(file);
    try {
      const layout = numberOf(database, "PRAGMA user_version");
      if (layout > LAYOUT) throw new NewerLayout(`layout ${layout} is newer than ${LAYOUT}`);
      for (const pragma of PRAGMAS) database.exec(`PRAGMA ${pragma}`);
      if (isEmpty(database)) inTransaction(database, () => makeTables(database));
      return new FactDatabase(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Changes when another connection has changed something. */
  get version(): number {
    return numberOf(this.#database, "PRAGMA data_version");
  }

  /** Of all rows and what belongs to them, without what is free; in bytes. */
  get size(): number {
    const pages = this.#pragma("page_count") - this.#pragma("freelist_count");
    return pages * this.#pragma("page_size");
  }

  /** Stops when the texts reach `bytes`. */
  read(keys: readonly string[], bytes: number, day: number): Answers {
    const rows = new Map<string, Uint8Array>();
    const unused: string[] = [];
    let length = 0;
    for (const found of this.#read.iterate(day, JSON.stringify(keys))) {
      const { position, row } = found;
      const key = typeof position === "number" ? keys[position] : undefined;
      if (key === undefined || !(row instanceof Uint8Array)) continue;
      rows.set(key, row);
      if (found["unused"] === 1) unused.push(key);
      length += textLength(row);
      if (length >= bytes) return { rows, answered: Number(position) + 1, unused };
    }
    return { rows, answered: keys.length, unused };
  }

  write(rows: readonly (readonly [key: string, row: Uint8Array])[], day: number): void {
    inTransaction(this.#database, () => {
      for (const [key, row] of rows) this.#write.run(key, row, day);
    });
  }

  /** Notes that these were used. */
  use(keys: readonly string[], day: number): void {
    inTransaction(this.#database, () => {
      for (const key of keys) this.#use.run(day, key, day);
    });
  }

  /** Drops some rows that were last used before a day. False: there are no more. */
  dropUnused(before: number): boolean {
    return this.#dropUnused.run(before).changes !== 0;
  }

  /** Drops some of the rows that were used least recently. False: there are none. */
  dropOldest(): boolean {
    return this.#dropOldest.run().changes !== 0;
  }

  dropAll(): void {
    this.#database.exec("DELETE FROM facts");
  }

  /** Gives some free pages back to the file system. False: there are no more. */
  shrink(): boolean {
    this.#database.exec(`PRAGMA incremental_vacuum(${PAGES_AT_ONCE})`);
    return this.#pragma("freelist_count") > 0;
  }

  /** Moves all that is in the -wal file to the database, and empties it, where nobody else is at it. */
  checkpoint(): void {
    this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  /** True the first time on a day, for one of all processes. */
  beginMaintenance(day: number): boolean {
    return inTransaction(this.#database, () => {
      const last = this.#database.prepare("SELECT day FROM maintenance WHERE day = ?").get(day);
      if (last !== undefined) return false;
      this.#database.exec("DELETE FROM maintenance");
      this.#database.prepare("INSERT INTO maintenance (day) VALUES (?)").run(day);
      return true;
    });
  }

  close(): void {
    this.#database.close();
  }

  #pragma(name: "page_count" | "freelist_count" | "page_size"): number {
    return numberOf(this.#database, `PRAGMA ${name}`);
  }
}

/** Throws OtherSchema. */
function isEmpty(database: DatabaseSync): boolean {
  const present = database.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid").all();
  if (present.length === 0) return true;
  if (JSON.stringify(present.map(({ sql }) => sql)) === JSON.stringify(SCHEMA)) return false;
  throw new OtherSchema("the database has other tables");
}

/** In a transaction, so that of several processes one makes them. */
function makeTables(database: DatabaseSync): void {
  if (!isEmpty(database)) return;
  for (const sql of SCHEMA) database.exec(sql);
  database.exec(`PRAGMA user_version = ${LAYOUT}`);
}

function inTransaction<T>(database: DatabaseSync, action: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = action();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    try {
      database.exec("ROLLBACK");
    } catch {
      // After some errors SQLite has rolled it back already.
    }
    throw error;
  }
}

function numberOf(database: DatabaseSync, pragma: string): number {
  const [value] = Object.values(database.prepare(pragma).get() ?? {});
  return typeof value === "number" ? value : 0;
}
