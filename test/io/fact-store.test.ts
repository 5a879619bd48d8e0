import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultCacheDir } from "../../server/src/io/cache-dir.ts";
import { FactStore, type FactStoreOptions } from "../../server/src/io/fact-store.ts";
import { ownerOn } from "../../server/src/io/private-folder.ts";
import { loadSqlite, type Sqlite } from "../../server/src/io/sqlite.ts";
import { World } from "./world.ts";

const DAY = 24 * 60 * 60 * 1000;

let world: World;
const log = { info: () => undefined, warn: (message: string) => world.warnings.push(message) };
/** Each test's own: what was said to a log is not said to it again. */
let logOfTest = { ...log };
const opened: FactStore[] = [];
beforeEach(() => {
  world = new World();
  logOfTest = { ...log };
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.settled()));
  await world.remove();
});

function store(options: FactStoreOptions = {}, folder: string | null = world.cacheDir): FactStore {
  const made = new FactStore(folder, logOfTest, options);
  opened.push(made);
  return made;
}

async function filled(options: FactStoreOptions = {}): Promise<FactStore> {
  const made = store(options);
  for (const key of ["a", "b", "c"]) made.put(key, `text of ${key}`);
  await made.settled();
  return made;
}

function sqlite(): Sqlite {
  const loaded = loadSqlite();
  if (loaded === null) throw new Error("this Node has no node:sqlite");
  return loaded;
}

const file = (name = "facts.db") => join(world.cacheDir, "facts", name);

/** Changes the database as another program might. */
function tamper(sql: string): void {
  const database = new (sqlite().DatabaseSync)(file());
  database.exec(sql);
  database.close();
}

const textOf = async (from: FactStore, key: string) => (await from.get(key))?.text ?? null;

describe("the fact store", () => {
  it("gives back what was put, in another process too", async () => {
    const first = store();
    first.put("a", "text ä", { etag: '"1"' });
    expect((await first.get("a"))?.text).toBe("text ä");
    await first.settled();
    expect(await store().get("a")).toEqual({ text: "text ä", metadata: { etag: '"1"' } });
    expect(await store().get("b")).toBeNull();
    expect(await store().get("__proto__")).toBeNull();
  });

  it.each([0, 1, 1023, 1024, 100_000, 131_072, 3_000_000])("keeps a text of %d characters", async (length) => {
    const text = "ab€d".repeat(length / 4 + 1).slice(0, length);
    const first = store();
    first.put("a", text);
    await first.settled();
    expect((await store().get("a"))?.text === text).toBe(true);
  });

  it("keeps the newest of what is put for one key", async () => {
    const first = store();
    for (const text of ["one", "two", "three"]) first.put("a", text);
    await first.settled();
    first.put("a", "four");
    await first.settled();
    expect(await textOf(store(), "a")).toBe("four");
  });

  it("does not take one key for another that SQLite writes in the same way", async () => {
    const first = store();
    for (const key of ["a\0b", "a\ud800"]) first.put(key, "wrong");
    first.put("a\ufffd", "right");
    await first.settled();
    const keys = ["a", "a\0", "a\0b", "a\ud800", "a\udfff", "a\ufffd"];
    expect(await Promise.all(keys.map((key) => textOf(store(), key)))).toEqual([null, null, null, null, null, "right"]);
  });

  it("is not there without a folder", async () => {
    const none = store({}, null);
    none.put("a", "text");
    await none.settled();
    expect(await none.get("a")).toBeNull();
    await none.clear();
    await none.maintain();
  });

  it("is emptied by clear, and nothing else is", async () => {
    const first = store();
    for (let key = 0; key < 200; key++) first.put(`${key}`, randomText(10_000));
    await first.settled();
    const mine = world.write("cache/mine.txt", "keep");
    const full = statSync(file()).size;
    await first.clear();
    expect(await first.get("1")).toBeNull();
    expect(statSync(file()).size).toBeLessThan(full / 10);
    expect(statSync(mine).size).toBe(4);
    first.put("1", "again");
    await first.settled();
    expect(await textOf(store(), "1")).toBe("again");
  });
});

describe("how often the fact store goes to the disk", () => {
  /** SQLite, and the keys of each query for rows. */
  function watched(): { readonly sqlite: () => Sqlite; readonly queries: string[][] } {
    const queries: string[][] = [];
    const { DatabaseSync, ...rest } = sqlite();
    class Watched extends DatabaseSync {
      override prepare(sql: string) {
        const statement = super.prepare(sql);
        if (!sql.includes("json_each")) return statement;
        const iterate = statement.iterate.bind(statement) as (...values: unknown[]) => unknown;
        statement.iterate = ((day: unknown, keys: string) => {
          queries.push(JSON.parse(keys) as string[]);
          return iterate(day, keys);
        }) as typeof statement.iterate;
        return statement;
      }
    }
    return { sqlite: () => ({ ...rest, DatabaseSync: Watched }), queries };
  }
  const keys = (count: number) => Array.from({ length: count }, (_, index) => `key ${index}`);

  it("asks for all that is wanted at once in one query", async () => {
    await filled();
    const { queries, ...options } = watched();
    const second = store(options);
    const found = await Promise.all(["a", "b", "missing", "a", "c"].map((key) => textOf(second, key)));
    expect(found).toEqual(["text of a", "text of b", null, "text of a", "text of c"]);
    expect(queries).toEqual([["a", "b", "missing", "c"]]);
  });

  it("divides what is large, and lets others have their turn between", async () => {
    const first = store();
    for (const key of keys(40)) first.put(key, key.padEnd(100_000, "."));
    await first.settled();
    const { queries, ...options } = watched();
    const second = store(options);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const found = await Promise.all(keys(40).map((key) => textOf(second, key)));
    clearInterval(timer);
    expect(found.map((text) => text?.trimEnd().slice(0, 6))).toEqual(
      keys(40).map((key) => key.padEnd(6, ".").slice(0, 6)),
    );
    expect(queries.length).toBeGreaterThan(4);
    expect(queries.length).toBeLessThan(20);
    expect(turns).toBeGreaterThan(1);
  });

  it("does not look again for what is not there, until another process has written", async () => {
    const { queries, ...options } = watched();
    const first = store(options);
    for (let keystroke = 0; keystroke < 3; keystroke++)
      expect(await Promise.all(keys(50).map((key) => first.get(key)))).toEqual(keys(50).map(() => null));
    expect(queries).toHaveLength(1);
    first.put("key 1", "own");
    await first.settled();
    expect(await textOf(first, "key 1")).toBe("own");
    expect(queries.slice(1)).toEqual([["key 1"]]);
    const other = store();
    other.put("key 2", "other");
    await other.settled();
    expect(await textOf(first, "key 2")).toBe("other");
  });
});

/** Letters that do not compress. */
function randomText(length: number): string {
  return Array.from({ length }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join("");
}

describe("what the fact store drops", () => {
  it("is what was not used for 60 days, once a day", async () => {
    let now = 1000 * DAY;
    const made = await filled({ now: () => now });
    now += 40 * DAY;
    expect(await textOf(made, "a")).toBe("text of a");
    await made.settled();
    now += 30 * DAY;
    made.put("d", "new");
    await made.settled();
    await made.maintain();
    const left = async () => Promise.all(["a", "b", "c", "d"].map((key) => textOf(store({ now: () => now }), key)));
    expect(await left()).toEqual(["text of a", null, null, "new"]);
    tamper("UPDATE facts SET used = 0");
    await made.maintain();
    expect(await textOf(store(), "a")).toBe("text of a");
    expect(world.warnings).toEqual([]);
  });

  it("is what was used least recently, where it is too much; the file shrinks, too", async () => {
    let now = 1000 * DAY;
    const mostBytes = 1_000_000;
    const made = store({ now: () => now, mostBytes });
    for (let key = 0; key < 60; key++) made.put(`old ${key}`, randomText(10_000));
    await made.settled();
    now += DAY;
    expect(await textOf(made, "old 0")).not.toBeNull();
    await made.settled();
    for (let key = 0; key < 60; key++) made.put(`new ${key}`, randomText(10_000));
    await made.settled();
    expect(statSync(file()).size).toBeLessThanOrEqual(mostBytes);
    const kept = async (name: string) => {
      const texts = await Promise.all(Array.from({ length: 60 }, async (_, key) => textOf(made, `${name} ${key}`)));
      return texts.filter((text) => text !== null).length;
    };
    expect(await kept("new")).toBe(60);
    expect(await kept("old")).toBeGreaterThan(5);
    expect(await textOf(made, "old 0")).not.toBeNull();
    expect(world.warnings).toEqual([]);
  });

  it("is never the newest, where one text alone is too much", async () => {
    const made = store({ mostBytes: 100_000 });
    for (let key = 0; key < 3; key++) made.put(`${key}`, randomText(300_000));
    await made.settled();
    expect(statSync(file()).size).toBeLessThan(1_000_000);
    made.put("small", "text");
    await made.settled();
    expect(await textOf(store(), "small")).toBe("text");
  });

  it("is what earlier versions kept, and nothing else", async () => {
    const old = ["v1/content-v2/sha512/aa/bb/cc", "v1/index-v5/aa/bb/cc", "v1/tmp/x", "v1/_lastverified"];
    for (const path of old) world.write(`cache/${path}`, "old");
    const mine = world.write("cache/v1/mine.txt", "keep");
    const made = await filled();
    await made.maintain();
    expect(readdirSync(join(world.cacheDir, "v1"))).toEqual(["mine.txt"]);
    rmSync(mine);
    await made.maintain();
    expect(readdirSync(world.cacheDir)).toEqual(["facts"]);
    expect(await textOf(made, "a")).toBe("text of a");
  });
});

describe("what the fact store finds in its file", () => {
  it.each([
    ["bytes that are cut short", "UPDATE facts SET row = substr(row, 1, 20) WHERE key = 'a'"],
    ["no bytes", "UPDATE facts SET row = x'' WHERE key = 'a'"],
    [
      "other bytes",
      "UPDATE facts SET row = CAST(substr(row, 1, 15) || x'00' || substr(row, 17) AS BLOB) WHERE key = 'a'",
    ],
    ["the row of another key", "UPDATE facts SET row = (SELECT row FROM facts WHERE key = 'b') WHERE key = 'a'"],
    [
      "a length of 4 GB",
      "UPDATE facts SET row = CAST(substr(row, 1, 5) || x'ffffffff' || substr(row, 10) AS BLOB) WHERE key = 'a'",
    ],
  ])("is a miss where it holds %s, and is taken anew", async (_, sql) => {
    const first = await filled();
    tamper(sql);
    expect(await textOf(first, "a")).toBeNull();
    expect(await textOf(store(), "b")).toBe("text of b");
    first.put("a", "whole");
    await first.settled();
    expect(await textOf(store(), "a")).toBe("whole");
    expect(world.warnings).toEqual([]);
  });

  const anew = ["The disk cache was damaged; it begins anew."];

  it.each([
    ["garbage", Buffer.from("no database ".repeat(2000))],
    ["a short text", Buffer.from("damaged")],
    ["zeros", Buffer.alloc(20_000)],
  ])("is moved aside where it is %s", async (_, content) => {
    await filled();
    for (const name of readdirSync(dirname(file()))) writeFileSync(file(name), content);
    const made = store();
    expect(await textOf(made, "a")).toBeNull();
    made.put("a", "new");
    await made.settled();
    expect(await textOf(store(), "a")).toBe("new");
    expect(world.warnings).toEqual(anew);
    expect(readFileSync(file("facts.db-damaged")).equals(content)).toBe(true);
    await made.maintain();
    expect(existsSync(file("facts.db-damaged"))).toBe(false);
  });

  it("is moved aside where it is damaged while it is in use", async () => {
    const first = store();
    for (let key = 0; key < 100; key++) first.put(`${key}`, randomText(5000));
    await first.settled();
    const bytes = readFileSync(file());
    bytes.fill(0xee, 8192);
    writeFileSync(file(), bytes);
    const made = store();
    await Promise.all(Array.from({ length: 100 }, async (_, key) => made.get(`${key}`)));
    made.put("1", "new");
    await made.settled();
    expect(await textOf(made, "1")).toBe("new");
    expect(world.warnings).toEqual(anew);
  });

  it.each([
    ["others", "CREATE TRIGGER more AFTER INSERT ON facts BEGIN DELETE FROM facts; END"],
    ["of other types", "DROP TABLE facts; CREATE TABLE facts (id INTEGER PRIMARY KEY, key TEXT, row TEXT, used TEXT)"],
  ])("is moved aside where its tables are %s", async (_, sql) => {
    await filled();
    tamper(sql);
    const made = await filled();
    expect(await textOf(made, "a")).toBe("text of a");
    expect(world.warnings).toEqual(anew);
  });

  it("stays as it is where a later version made it, and that is said once", async () => {
    await filled();
    tamper("PRAGMA user_version = 2; ALTER TABLE facts ADD COLUMN more TEXT; DROP TABLE maintenance");
    const made = await filled();
    await filled();
    expect(await made.get("a")).toBeNull();
    await made.maintain();
    await made.clear();
    tamper("UPDATE facts SET more = 'kept'");
    expect(world.warnings).toHaveLength(1);
    expect(world.warnings[0]).toContain("a later version of Depwarden");
  });
});

describe("without a database the fact store loses speed alone", () => {
  it("where this Node has no SQLite, and says which has", async () => {
    const made = await filled({ sqlite: () => null });
    expect(await made.get("a")).toBeNull();
    await filled({ sqlite: () => null });
    await made.maintain();
    await made.clear();
    expect(world.warnings).toEqual([
      `Facts are kept in memory only: Node.js ${process.versions.node} has no node:sqlite, which comes with 22.13 and later.`,
    ]);
  });

  it("where its folder cannot be made", async () => {
    const blocked = world.write("blocked", "a file where the folder should be");
    const none = store({}, blocked);
    none.put("a", "text");
    none.put("b", "text");
    await none.settled();
    expect(await none.get("a")).toBeNull();
    expect(world.warnings).toHaveLength(1);
    expect(world.warnings[0]).toContain("going on without it");
  });

  /** SQLite on a disk where writing ends with this result code. */
  function failing(errcode: number): () => Sqlite {
    const { DatabaseSync, ...rest } = sqlite();
    class Failing extends DatabaseSync {
      override exec(sql: string): void {
        if (sql === "COMMIT") throw Object.assign(new Error("cannot write"), { errcode });
        super.exec(sql);
      }
    }
    return () => ({ ...rest, DatabaseSync: Failing });
  }

  it.each([
    ["read-only", 8],
    ["full", 13],
    ["failing", 10],
  ])("where its disk is %s: it still reads", async (_, errcode) => {
    await filled();
    const made = store({ sqlite: failing(errcode) });
    made.put("a", "new");
    made.put("d", "new");
    await made.settled();
    made.put("e", "new");
    await made.settled();
    expect(await Promise.all(["a", "d", "e"].map((key) => textOf(made, key)))).toEqual(["text of a", null, null]);
    expect(world.warnings).toEqual([
      `The disk cache could not be written (SQLite ${errcode}: cannot write); going on without it.`,
    ]);
  });

  it("where another process holds it for a while: it waits, and the thread goes on", async () => {
    await filled();
    const holder = new (sqlite().DatabaseSync)(file());
    holder.exec("BEGIN IMMEDIATE");
    setTimeout(() => holder.exec("COMMIT"), 300);
    const made = store();
    made.put("a", "new");
    await made.settled();
    expect(await textOf(store(), "a")).toBe("new");
    holder.close();
    expect(world.warnings).toEqual([]);
  });
});

const hasModes = ownerOn(process.platform, process.getuid?.bind(process)) !== null;

describe.runIf(hasModes)("what others can reach of the fact store", () => {
  /** What is kept below a folder, with its mode where others can reach it. */
  function reachable(folder: string): string[] {
    const names = ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })];
    return names
      .map((name) => join(folder, name))
      .flatMap((path) => {
        const mode = lstatSync(path).mode & 0o777;
        return (mode & 0o077) === 0 ? [] : [`${path} ${mode.toString(8)}`];
      });
  }
  /** As an earlier version left it. */
  function loosen(folder: string): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      chmodSync(path, entry.isDirectory() ? 0o755 : 0o644);
      if (entry.isDirectory()) loosen(path);
    }
    chmodSync(folder, 0o755);
  }
  const refusal = (reason: string) => [`The disk cache is off: ${reason}. Remove it, or use another folder.`];

  it("is nothing, when it is new, cleaned up or emptied", async () => {
    const made = await filled();
    expect(readdirSync(dirname(file())).sort()).toEqual(["facts.db", "facts.db-shm", "facts.db-wal"]);
    expect(reachable(world.cacheDir)).toEqual([]);
    await made.maintain();
    expect(reachable(world.cacheDir)).toEqual([]);
    await made.clear();
    await filled();
    expect(reachable(world.cacheDir)).toEqual([]);
  });

  it("is nothing, when it was readable before, and it is read all the same", async () => {
    await filled();
    loosen(world.cacheDir);
    expect(await textOf(store(), "a")).toBe("text of a");
    expect(reachable(world.cacheDir)).toEqual([]);
  });

  it("is not its contents, when the folder is deleted while it is in use", async () => {
    const made = await filled();
    rmSync(world.cacheDir, { recursive: true });
    made.put("d", "text");
    await made.settled();
    expect(reachable(world.cacheDir)).toEqual([]);
    expect(await textOf(store(), "d")).toBe("text");
    expect(world.warnings).toEqual([]);
  });

  it("is no more than before of a folder that holds other things, too", async () => {
    const others = world.write("cache/mine.txt", "keep");
    chmodSync(others, 0o644);
    chmodSync(world.cacheDir, 0o755);
    await filled();
    expect(reachable(world.cacheDir)).toEqual([`${world.cacheDir} 755`, `${others} 644`]);
    chmodSync(world.cacheDir, 0o777);
    expect(await store().get("a")).toBeNull();
    expect(world.warnings).toEqual(refusal(`others can write to ${world.cacheDir}`));
  });

  it.each(["", "facts", "facts/facts.db", "facts/facts.db-wal"])(
    "is not followed where it is a symbolic link: cache/%s",
    async (below) => {
      const place = join(world.cacheDir, below);
      const elsewhere = join(world.folder, "elsewhere");
      mkdirSync(elsewhere);
      mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
      symlinkSync(elsewhere, place);
      const mine = world.write("elsewhere/v1/content-v2/mine.txt", "keep");
      const made = await filled();
      expect(await made.get("a")).toBeNull();
      await made.maintain();
      await made.clear();
      expect(readdirSync(elsewhere)).toEqual(["v1"]);
      expect(statSync(mine).size).toBe(4);
      expect(world.warnings).toEqual(refusal(`${place} is a symbolic link`));
    },
  );

  // Only root can give a folder away; elsewhere the store is made to look for another owner.
  const ANOTHER = 54_321;
  const asRoot = it.runIf(process.getuid?.() === 0);
  asRoot.each(["", "facts", "facts/facts.db", "facts/facts.db-wal"])(
    "is not used where it belongs to another user: cache/%s",
    async (below) => {
      await filled();
      const place = join(world.cacheDir, below);
      chownSync(place, ANOTHER, ANOTHER);
      expect(await store().get("a")).toBeNull();
      expect(world.warnings).toEqual(refusal(`${place} belongs to another user`));
    },
  );

  it("is not used where its owner is not who runs this", async () => {
    await filled();
    expect(await store({ owner: ANOTHER }).get("a")).toBeNull();
    expect(world.warnings).toEqual(refusal(`${world.cacheDir} belongs to another user`));
  });

  it("is left to the system where it has neither user ids nor modes", async () => {
    const owners = [ownerOn("win32", () => 0), ownerOn("linux", () => 7), ownerOn("darwin", undefined)];
    expect(owners).toEqual([null, 7, null]);
    await filled();
    loosen(world.cacheDir);
    expect(await textOf(store({ owner: null }), "a")).toBe("text of a");
    expect(reachable(world.cacheDir)).toContain(`${world.cacheDir} 755`);
    expect(world.warnings).toEqual([]);
  });
});

describe("the default folder", () => {
  it("follows the platform", () => {
    expect(defaultCacheDir({ XDG_CACHE_HOME: "/x" }, "/", "linux")).toBe("/x/depwarden");
    expect(defaultCacheDir({ XDG_CACHE_HOME: "relative" }, "/", "linux")).toMatch(/\/\.cache\/depwarden$/);
    expect(defaultCacheDir({}, "/", "darwin")).toMatch(/\/Library\/Caches\/depwarden$/);
    expect(defaultCacheDir({ LOCALAPPDATA: "/local" }, "/", "win32")).toBe("/local/depwarden/Cache");
  });
});
