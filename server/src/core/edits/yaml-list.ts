import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Document, YAMLSeq } from "yaml";
import { tooDeepInYaml } from "../documents/nesting.ts";
import type { Edit } from "./text-edit.ts";
import { appendAt, columnOf, endOf, scalar } from "./yaml-edit.ts";

/**
 * Adds a string to the list at a key of the outermost mapping, and leaves every other character of the text alone. A list
 * that is not there is made. null where the text cannot be edited so.
 */
export function addToYamlList(text: string, key: string, item: string): readonly Edit[] | null {
  if (tooDeepInYaml(text) !== null) return null;
  const document = parseDocument(text, { uniqueKeys: false });
  if (document.errors.length > 0) return null;
  const list: unknown = document.get(key, true);
  const edit = isSeq(list)
    ? append(text, list, item)
    : isMissing(list)
      ? insert(text, document, key, list, item)
      : null;
  return edit !== null && holds(text, edit, key, item) ? [edit] : null;
}

function isMissing(node: unknown): boolean {
  return node === undefined || (isScalar(node) && node.value === null);
}

function append(text: string, list: YAMLSeq, item: string): Edit | null {
  if (list.flow === true) {
    const bracket = (list.range?.[1] ?? 0) - 1;
    if (text[bracket] !== "]") return null;
    const end = text.slice(0, bracket).trimEnd().length;
    return {
      span: { start: end, end: list.items.length === 0 ? bracket : end },
      newText: `${list.items.length === 0 ? "" : ", "}${scalar(item)}`,
    };
  }
  const start = list.range?.[0];
  const end = endOf(text, list);
  if (start === undefined || end === null) return null;
  const column = start - (text.lastIndexOf("\n", start - 1) + 1);
  return appendAt(text, end, `${" ".repeat(column)}- ${scalar(item)}${eolOf(text)}`, eolOf(text));
}

function insert(text: string, document: Document, key: string, empty: unknown, item: string): Edit | null {
  const eol = eolOf(text);
  if (isScalar(empty))
    return empty.range === undefined || empty.range === null
      ? null
      : appendAt(text, empty.range[0], `  - ${scalar(item)}${eol}`, eol);
  const { contents } = document;
  const lines = (indent: string): string => `${indent}${scalar(key)}:${eol}${indent}  - ${scalar(item)}${eol}`;
  if (contents === null) return appendAt(text, text.length, lines(""), eol);
  if (!isMap(contents) || contents.flow === true) return null;
  const column = columnOf(text, contents);
  const end = endOf(text, contents);
  return column === null || end === null ? null : appendAt(text, end, lines(" ".repeat(column)), eol);
}

function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function holds(text: string, { span, newText }: Edit, key: string, item: string): boolean {
  const after = parseDocument(text.slice(0, span.start) + newText + text.slice(span.end), { uniqueKeys: false });
  const list: unknown = after.get(key, true);
  const last = isSeq(list) ? list.items.at(-1) : undefined;
  return after.errors.length === 0 && isScalar(last) && last.value === item;
}
