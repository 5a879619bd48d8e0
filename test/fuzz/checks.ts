/** What has to hold of everything that is read from a text. */
import { isDeepStrictEqual } from "node:util";

/** @throws with `what` where it does not hold */
export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/**
 * Every span in what was read lies inside the text, and does not end before it begins.
 * @throws naming the member with the first that does not
 */
export function checkSpans(value: unknown, text: string, path = "it"): void {
  if (typeof value !== "object" || value === null) return;
  if ("start" in value && "end" in value) {
    const { start, end } = value;
    const isInside =
      Number.isInteger(start) &&
      Number.isInteger(end) &&
      0 <= Number(start) &&
      Number(start) <= Number(end) &&
      Number(end) <= text.length;
    must(isInside, `${path} is the span ${String(start)} to ${String(end)} of a text of ${text.length}`);
    return;
  }
  const members: Iterable<readonly [unknown, unknown]> =
    value instanceof Map ? (value as Map<unknown, unknown>) : Object.entries(value);
  for (const [key, member] of members) checkSpans(member, text, `${path}.${String(key)}`);
}

/** @throws where two readings differ; functions are not compared */
export function checkSame(first: unknown, second: unknown): void {
  must(isDeepStrictEqual(first, second), "two readings of one text differ");
}

/** @throws where something read has become a member of every object */
export function checkPrototypes(): void {
  for (const key in {}) {
    Reflect.deleteProperty(Object.prototype, key);
    must(false, `every object has a member ${key}`);
  }
}
