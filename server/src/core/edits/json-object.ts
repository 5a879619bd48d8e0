/** Adds members to objects of a JSON text and leaves every other character as it is. */
import { JsonCursor } from "../documents/json.ts";
import type { JsonKind } from "../documents/json.ts";
import type { Span } from "../util/text.ts";
import type { Edit } from "./text-edit.ts";

/** An object as it stands in a text. */
export interface JsonObject {
  /** Offsets of its braces. */
  readonly open: number;
  readonly close: number;
  readonly members: readonly JsonMember[];
}

export interface JsonMember {
  readonly key: string;
  readonly keySpan: Span;
  readonly kind: JsonKind;
  /** The value; a string's is without its quotes, an object's is its opening brace. */
  readonly span: Span;
  /** Where the value is an object that was to be read. */
  readonly object: JsonObject | null;
}

/** Reads a text's outermost object, and those at the paths that `wants` names; null when it is none. */
export function readObject(text: string, wants: (path: readonly string[]) => boolean): JsonObject | null {
  return objectAt(new JsonCursor(text), text, [], wants);
}

function objectAt(
  cursor: JsonCursor,
  text: string,
  path: readonly string[],
  wants: (path: readonly string[]) => boolean,
): JsonObject | null {
  const open = cursor.offset;
  if (!cursor.enterObject()) return null;
  const members: JsonMember[] = [];
  while (cursor.nextMember()) {
    const { key, keySpan, kind, valueSpan: span } = cursor;
    const inner = [...path, key];
    members.push({ key, keySpan, kind, span, object: wants(inner) ? objectAt(cursor, text, inner, wants) : null });
  }
  return { open, close: cursor.leftAt - 1, members };
}

/** A scalar, a list of strings, or an object of such. */
export type NewValue = string | boolean | readonly string[] | { readonly [key: string]: NewValue };

/** Adds a member behind the object's last, in the manner in which the text is written. */
export function addMember(text: string, { open, close, members }: JsonObject, key: string, value: NewValue): Edit {
  const end = open + 1 + text.slice(open + 1, close).trimEnd().length;
  const at = { start: end, end: members.length === 0 ? close : end };
  const { unit, eol } = styleOf(text);
  const [first] = members;
  const outer = indentAt(text, open);
  const isSpread = first === undefined ? outer.isSpread : text.slice(open, first.keySpan.start).includes("\n");
  if (!isSpread)
    return {
      span: at,
      newText: `${first === undefined ? " " : ", "}${written(key, value, null)}${first === undefined ? " " : ""}`,
    };
  const indent = first === undefined ? outer.indent + unit : indentAt(text, first.keySpan.start).indent;
  const separator = first === undefined ? "" : ",";
  const closing = first === undefined ? eol + outer.indent : "";
  return { span: at, newText: `${separator}${eol}${indent}${written(key, value, { indent, unit, eol })}${closing}` };
}

/** Puts a value in the place of a member's `null`, which means as much as no member. */
export function replaceNull(text: string, { key, keySpan, span }: JsonMember, value: NewValue): Edit {
  const { unit, eol } = styleOf(text);
  const { indent, isSpread } = indentAt(text, keySpan.start);
  const newText = written(key, value, isSpread ? { indent, unit, eol } : null);
  return { span: { start: keySpan.start - 1, end: span.end }, newText };
}

interface Spread {
  readonly indent: string;
  readonly unit: string;
  readonly eol: string;
}

function written(key: string, value: NewValue, spread: Spread | null): string {
  if (typeof value !== "object") return `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
  if (isList(value)) return `${JSON.stringify(key)}: [${value.map((item) => JSON.stringify(item)).join(", ")}]`;
  const inner = spread === null ? null : { ...spread, indent: spread.indent + spread.unit };
  const members = Object.entries(value).map(([name, each]) => written(name, each, inner));
  if (spread === null || inner === null) return `${JSON.stringify(key)}: { ${members.join(", ")} }`;
  const lines = members.map((member) => `${inner.eol}${inner.indent}${member}`).join(",");
  return `${JSON.stringify(key)}: {${lines}${spread.eol}${spread.indent}}`;
}

function isList(value: NewValue): value is readonly string[] {
  return Array.isArray(value);
}

/** The file's own indentation and line ends. */
export function styleOf(text: string): { readonly unit: string; readonly eol: string } {
  return { unit: /\n([ \t]+)"/.exec(text)?.[1] ?? "  ", eol: text.includes("\r\n") ? "\r\n" : "\n" };
}

/** The white space that the line begins with, and whether the text has more than this line. */
export function indentAt(text: string, offset: number): { readonly indent: string; readonly isSpread: boolean } {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return { indent: /^[ \t]*/.exec(line)?.[0] ?? "", isSpread: text.trimEnd().includes("\n") };
}
