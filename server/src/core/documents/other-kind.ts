import type { DocumentProblem } from "../model.ts";
import type { JsonCursor } from "./json.ts";

/** Says what a text is that should have been a JSON object: empty, HTML, another kind of JSON value, or none. */
export function notAnObject(cursor: JsonCursor, text: string): DocumentProblem {
  const span = cursor.valueSpan;
  const kind = cursor.kind;
  if (kind !== "none") {
    const found = kind === "null" ? "null" : kind === "array" ? "an array" : `a ${kind}`;
    return { kind: "unsupported", message: `expected a JSON object, found ${found}`, span };
  }
  if (cursor.offset >= text.length) return { kind: "syntax", message: "the file is empty", span };
  const message = text.startsWith("<", cursor.offset) ? "this is HTML or XML, not JSON" : "this is not JSON";
  return { kind: "syntax", message, span };
}
