/** Texts of which one can tell that they are whole, and whose they are. */
import { createHash } from "node:crypto";
import type { StoredText } from "../../server/src/io/fact-row.ts";

export const KEYS = 60;

/** About a third of it does not compress. */
export function textFor(key: number, writer: number, round: number): string {
  const mark = `${key}:${writer}:${round};`;
  // From one page of the database to dozens.
  const length = (key % 7) * (key % 7) * 1500;
  const noise = createHash("shake256", { outputLength: length + 1 })
    .update(mark)
    .digest("hex");
  return mark + noise;
}

/** Null: it is one whole text for this key. */
export function whatIsWrong(key: number, { text, metadata }: StoredText): string | null {
  const mark = /^(\d+):(\d+):(\d+);/.exec(text);
  if (mark === null || Number(mark[1]) !== key) return `key ${key} has the text ${text.slice(0, 40)}`;
  if (text !== textFor(key, Number(mark[2]), Number(mark[3]))) return `key ${key} has a text that is not whole`;
  return JSON.stringify(metadata) === JSON.stringify({ mark: mark[0] }) ? null : `key ${key} has other metadata`;
}
