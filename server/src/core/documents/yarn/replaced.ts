import { PASS_STRIDE, type Task } from "../../task.ts";
import { appearsTwice } from "../seen-names.ts";
import type { Body } from "./body.ts";

/**
 * The entries, by index, that later ones of the same key replace, as for the parsers: in classic descriptor by
 * descriptor, in Berry by the whole key. Yarn writes each once and sorted; what is written twice came from a bad merge.
 */
export function* replacedEntries(body: Body): Task<ReadonlySet<number>> {
  const last = new Map<string, number>();
  const count = new Map<number, number>();
  const replaced = new Set<number>();
  let work = 0;
  for (const [id, entry] of body.entries.entries()) {
    const keys =
      body.flavour === "classic" ? new Set(body.descriptorsOf(entry)) : [body.text.slice(entry.keyStart, entry.keyEnd)];
    for (const key of keys) {
      const before = last.get(key);
      last.set(key, id);
      count.set(id, (count.get(id) ?? 0) + 1);
      if (before !== undefined) {
        body.syntax(appearsTwice(key), entry.keyStart, entry.keyEnd);
        const left = (count.get(before) ?? 0) - 1;
        count.set(before, left);
        if (left === 0) replaced.add(before);
      }
      if (++work % PASS_STRIDE === 0) yield;
    }
  }
  return replaced;
}
