import type { DocumentProblem } from "../model.ts";
import { JsonCursor } from "./json.ts";
import { DEEPEST } from "./limits.ts";
import { appearsTwice } from "./seen-names.ts";

/**
 * The first key that appears twice in one object with different values, at any depth below the top-level members that
 * `isRead` accepts; null if there is none. npm takes the last value, Bun the first.
 */
export function repeatedKey(text: string, isRead: (member: string) => boolean): DocumentProblem | null {
  const cursor = new JsonCursor(text);
  const search = new Search(text, cursor);
  search.object(0, isRead);
  return cursor.problem === null ? search.found : null;
}

class Search {
  found: DocumentProblem | null = null;

  constructor(
    private readonly text: string,
    private readonly cursor: JsonCursor,
  ) {}

  object(depth: number, isRead: (member: string) => boolean = () => true): void {
    const { cursor } = this;
    if (!cursor.enterObject()) return;
    const values = new Map<string, string>();
    while (cursor.nextMember()) {
      const { key, keySpan } = cursor;
      if (!isRead(key)) continue;
      const { start, end } = cursor.valueSpan;
      const isWhole = cursor.kind === "object" || cursor.kind === "array";
      this.#value(depth + 1);
      const value = this.text.slice(start, isWhole ? cursor.leftAt : end);
      const earlier = values.get(key);
      if (earlier !== undefined && earlier !== value) {
        this.found ??= { kind: "syntax", message: appearsTwice(key), span: keySpan };
      }
      values.set(key, value);
    }
  }

  #value(depth: number): void {
    const { cursor } = this;
    if (depth > DEEPEST) cursor.skipValue();
    else if (cursor.kind === "object") this.object(depth);
    else if (cursor.enterArray()) while (cursor.nextElement()) this.#value(depth + 1);
    else cursor.skipValue();
  }
}
