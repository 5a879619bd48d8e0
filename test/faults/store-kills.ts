/** Four processes that use one fact store and are killed at random moments; what is then found wrong. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { FactStore } from "../../server/src/io/fact-store.ts";
import { loadSqlite } from "../../server/src/io/sqlite.ts";
import { random as seeded } from "../setup/random.ts";
import { MOST_BYTES, MOST_ON_DISK } from "./store-bounds.ts";
import { KEYS, textFor, whatIsWrong } from "./store-texts.ts";

const PROCESSES = 4;
/** A process starts, opens and uses the store in this time, ms. */
const LONGEST_LIFE = 600;

export interface KillOptions {
  /** Holds the store, and the program that uses it. */
  readonly folder: string;
  readonly kills: number;
  readonly seed: number;
  readonly onKill?: (count: number) => void;
}

export interface KillReport {
  readonly kills: number;
  /** Kills after which a new process found texts of the killed ones. */
  readonly hits: number;
  /** The most bytes that the store had on disk. */
  readonly bytes: number;
  readonly files: number;
  /** Wrong answers, corruption, growth, and what the processes said. Empty: all is well. */
  readonly problems: readonly string[];
}

export async function killWriters({ folder, kills, seed, onKill }: KillOptions): Promise<KillReport> {
  const script = join(folder, "writer.cjs");
  const cache = join(folder, "store");
  const random = seeded(seed);
  const problems = new Set<string>();
  buildSync({
    entryPoints: [fileURLToPath(new URL("store-writer.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    outfile: script,
    logLevel: "silent",
  });
  let started = 0;
  const start = (): ChildProcess => {
    const child = spawn(process.execPath, [script, cache, String(seed * 1_000_003 + started++)], {
      stdio: ["pipe", "ignore", "pipe"],
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => problems.add(text.trim()));
    return child;
  };
  const writers = Array.from({ length: PROCESSES }, start);
  let hits = 0;
  let bytes = 0;
  try {
    for (let count = 1; count <= kills; count++) {
      await pause((random() * LONGEST_LIFE) / PROCESSES);
      const index = Math.floor(random() * PROCESSES);
      const killed = writers[index];
      if (killed === undefined) throw new Error("there is no such process");
      await kill(killed, problems);
      writers[index] = start();
      if (await readAll(cache, problems)) hits++;
      bytes = Math.max(bytes, sizeOf(cache));
      onKill?.(count);
    }
  } finally {
    await Promise.all(writers.map((writer) => kill(writer, problems)));
  }
  await checkAtRest(cache, problems);
  if (bytes > MOST_ON_DISK) problems.add(`the store had ${bytes} bytes on disk`);
  const files = readdirSync(cache, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
  return { kills, hits, bytes, files, problems: [...problems] };
}

async function kill(child: ChildProcess, problems: Set<string>): Promise<void> {
  if (child.exitCode !== null) problems.add(`a process ended by itself, with ${child.exitCode}`);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** As another process reads them while the others write. True: there was something. */
async function readAll(cache: string, problems: Set<string>): Promise<boolean> {
  const warn = (message: string) => void problems.add(message);
  const store = new FactStore(cache, { info: warn, warn }, { mostBytes: MOST_BYTES });
  const keys = Array.from({ length: KEYS }, (_, key) => key);
  const found = await Promise.all(keys.map((key) => store.get(`key ${key}`)));
  for (const [key, stored] of found.entries()) {
    const wrong = stored === null ? null : whatIsWrong(key, stored);
    if (wrong !== null) problems.add(wrong);
  }
  await store.close();
  return found.some((stored) => stored !== null);
}

/** When no process is left: the file is sound, and the store works. */
async function checkAtRest(cache: string, problems: Set<string>): Promise<void> {
  const sqlite = loadSqlite();
  if (sqlite === null) throw new Error("this Node has no node:sqlite");
  const database = new sqlite.DatabaseSync(join(cache, "facts", "facts.db"));
  const [verdict] = Object.values(database.prepare("PRAGMA integrity_check").get() ?? {});
  if (verdict !== "ok") problems.add(`integrity_check: ${String(verdict)}`);
  database.close();
  const warn = (message: string) => void problems.add(message);
  const store = new FactStore(cache, { info: warn, warn }, { mostBytes: MOST_BYTES });
  const text = textFor(1, 0, 0);
  store.put("key 1", text, { mark: "1:0:0;" });
  await store.settled();
  await store.maintain();
  if ((await store.get("key 1"))?.text !== text) problems.add("a text that was put afterwards is not there");
  await store.close();
}

function sizeOf(cache: string): number {
  return readdirSync(cache, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}
