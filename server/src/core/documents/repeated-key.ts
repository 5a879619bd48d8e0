import type { DocumentProblem } from "../model.ts";
import { JsonCursor } from "./json.ts";
import { DEEPEST } from "./limits.ts";
import { appearsTwice } from "./seen-names.ts";
import { STRIDE, type Task } from "../task.ts";

/**
 * The first key that appears twice in one object with different values, at any depth below the top-level members that
 * `isRead` accepts; null if there is none. npm takes the last value, Bun the first.
 */
export function* repeatedKey(text: string, isRead: (member: string) => boolean): Task<DocumentProblem | null> {
  const cursor = new JsonCursor(text);
  const search = new Search(text, cursor);
  yield* search.object(0, isRead);
  return cursor.problem === null ? search.found : null;
}

class Search {
  found: DocumentProblem | null = null;
  #pause = STRIDE;

  constructor(
    private readonly text: string,
    private readonly cursor: JsonCursor,
  ) {}

  *object(depth: number, isRead: (member: string) => boolean = () => true): Task<void> {
    const { cursor } = this;
    if (!cursor.enterObject()) return;
    const values = new Map<string, string>();
    while (cursor.nextMember()) {
      if (this.#isPauseDue()) yield;
      const { key, keySpan } = cursor;
      if (!isRead(key)) continue;
      const { start, end } = cursor.valueSpan;
      const isWhole = cursor.kind === "object" || cursor.kind === "array";
      if (isWhole) yield* this.#value(depth + 1);
      else cursor.skipValue();
      const value = this.text.slice(start, isWhole ? cursor.leftAt : end);
      const earlier = values.get(key);
      if (earlier !== undefined && earlier !== value) {
        this.found ??= { kind: "syntax", message: appearsTwice(key), span: keySpan };
      }
      values.set(key, value);
    }
  }

  #isPauseDue(): boolean {
    const isDue = this.cursor.offset > this.#pause;
    if (isDue) this.#pause = this.cursor.offset + STRIDE;
    return isDue;
  }

  *#value(depth: number): Task<void> {
    if (this.#isPauseDue()) yield;
    const { cursor } = this;
    if (depth > DEEPEST) cursor.skipValue();
    else if (cursor.kind === "object") yield* this.object(depth);
    else if (cursor.enterArray()) while (cursor.nextElement()) yield* this.#value(depth + 1);
    else cursor.skipValue();
  }
}
