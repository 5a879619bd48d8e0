/** The Files port with a memory: a file or folder that has not changed is not opened again. */
import { stat } from "node:fs/promises";
import { LRUCache } from "lru-cache";
import { unknown, type Fact } from "../core/facts/fact.ts";
import type { Cancellation, FileEntry, Files } from "../core/ports.ts";
import { failureFrom } from "./files.ts";
import { pathOf } from "./uri.ts";

/** Text and names that are kept, in UTF-16 code units. */
const MOST_KEPT = 64_000_000;
/**
 * A change within this time of the last look, in ms, may leave size and times as they were: file systems count time in
 * steps. What is younger is read again.
 */
const SETTLED = 2_000;

interface Kept<T> {
  readonly print: string;
  readonly value: Fact<T>;
}

/** @param now ms since epoch, as file systems have it */
export function rememberingFiles(files: Files, now: () => number = Date.now): Files {
  const texts = new LRUCache<string, Kept<string>>({
    maxSize: MOST_KEPT,
    sizeCalculation: ({ value }) => 1 + (value.known ? value.value.length : 0),
  });
  const lists = new LRUCache<string, Kept<readonly FileEntry[]>>({
    maxSize: MOST_KEPT,
    sizeCalculation: ({ value }) => 1 + (value.known ? value.value.length * 32 : 0),
  });
  const look = async <T>(
    uri: string,
    kept: LRUCache<string, Kept<T>>,
    read: () => Promise<Fact<T>>,
    cancel: Cancellation,
  ): Promise<Fact<T>> => {
    const before = await printOf(uri);
    cancel.throwIfAborted();
    if (before === null) return read();
    if (before === "absent") return unknown("not-found", "there is no such file");
    const present = kept.get(uri);
    if (present?.print === before.print) return present.value;
    const value = await read();
    const isSettled = now() - before.changed >= SETTLED;
    if (value.known && isSettled) kept.set(uri, { print: before.print, value });
    else kept.delete(uri);
    return value;
  };
  return {
    read: (uri, cancel) => look(uri, texts, () => files.read(uri, cancel), cancel),
    list: (folder, cancel) => look(folder, lists, () => files.list(folder, cancel), cancel),
  };
}

/** What a change of the file or folder changes too, and when it last did (ms since epoch); null where that is not known. */
async function printOf(uri: string): Promise<{ readonly print: string; readonly changed: number } | "absent" | null> {
  const path = pathOf(uri);
  if (path === null) return null;
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, ...kind } = await stat(path, { bigint: true });
    const changed = Math.max(Number(mtimeNs / 1_000_000n), Number(ctimeNs / 1_000_000n));
    return { print: [dev, ino, size, mtimeNs, ctimeNs, kind.mode].join(" "), changed };
  } catch (error) {
    return failureFrom(error).code === "not-found" ? "absent" : null;
  }
}
