import { isMap, isPair, isScalar, isSeq, parseDocument } from "yaml";
import type { Document, Node, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { tooDeepInYaml } from "../documents/nesting.ts";
import { applyEdits, type Edit } from "./text-edit.ts";

export type YamlScalar = string | number | boolean;

/**
 * Sets one scalar at a path of mappings, and leaves every other character of the text alone: comments, order, quotes.
 * Mappings that are not there yet are added. null where the text cannot be edited so: it does not parse, or something
 * other than a mapping stands in the way.
 */
export function setInYaml(text: string, path: readonly string[], value: YamlScalar): readonly Edit[] | null {
  if (tooDeepInYaml(text) !== null) return null;
  const document = parseDocument(text, { uniqueKeys: false });
  if (document.errors.length > 0) return null;
  const edit = replaceScalar(document, path, value) ?? insert(text, document, path, value);
  return edit !== null && holds(text, edit, path, value) ? [edit] : null;
}

/**
 * Likewise, of several keys in the mapping at a path, read and written once.
 * @returns the text with all of them in it
 */
export function setAllInYaml(
  text: string,
  path: readonly string[],
  entries: readonly (readonly [key: string, value: YamlScalar])[],
): string | null {
  const [first, ...rest] = new Map(entries);
  if (first === undefined) return text;
  const [key, value] = first;
  const begun = setInYaml(text, [...path, key], value);
  if (begun === null) return null;
  const withFirst = applyEdits(text, begun);
  if (rest.length === 0) return withFirst;
  const parent = mapIn(withFirst, path);
  if (parent === null) return null;
  const before = scalarsOf(parent);
  const edits: Edit[] = [];
  const added: (readonly [string, YamlScalar])[] = [];
  for (const [name, wanted] of rest) {
    if (!before.has(name)) added.push([name, wanted]);
    else {
      const edit = replacement(before.get(name), wanted);
      if (edit === null) return null;
      edits.push(edit);
    }
  }
  const addition = added.length === 0 ? null : addedTo(withFirst, parent, added);
  if (addition === null && added.length > 0) return null;
  const whole = applyEdits(withFirst, addition === null ? edits : [...edits, addition]);
  const written = mapIn(whole, path);
  if (written === null) return null;
  const after = scalarsOf(written);
  return [first, ...rest].every(([name, wanted]) => {
    const node = after.get(name);
    return isScalar(node) && node.value === wanted;
  })
    ? whole
    : null;
}

function mapIn(text: string, path: readonly string[]): YAMLMap | null {
  const document = parseDocument(text, { uniqueKeys: false });
  const node = document.errors.length > 0 ? null : document.getIn(path, true);
  return isMap(node) ? node : null;
}

/** By key, of two equal ones the first, as `getIn` has it. */
function scalarsOf({ items }: YAMLMap): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  for (const { key, value } of items) {
    const name = isScalar(key) ? String(key.value) : null;
    if (name !== null && !found.has(name)) found.set(name, value);
  }
  return found;
}

function addedTo(text: string, parent: YAMLMap, added: readonly (readonly [string, YamlScalar])[]): Edit | null {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  if (parent.flow === true) return addToFlow(text, parent, added);
  const [column, end] = [columnOf(text, parent), endOf(text, parent)];
  if (column === null || end === null) return null;
  const written = added.map(([key, value]) => lines([key], value, " ".repeat(column), eol)).join("");
  return appendAt(text, end, written, eol);
}

function replaceScalar(document: Document, path: readonly string[], value: YamlScalar): Edit | null {
  return replacement(document.getIn(path, true), value);
}

function replacement(node: unknown, value: YamlScalar): Edit | null {
  if (!isScalar(node) || node.range === undefined || node.range === null) return null;
  const [start, end] = node.range;
  // Nothing stands behind the colon, not even a space.
  return { span: { start, end }, newText: `${start === end ? " " : ""}${scalar(value)}` };
}

/** Adds a line, or the missing mappings and a line, behind the last entry of the innermost mapping that is there. */
function insert(text: string, document: Document, path: readonly string[], value: YamlScalar): Edit | null {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  let depth = path.length - 1;
  while (depth > 0 && !document.hasIn(path.slice(0, depth))) depth--;
  const parent = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
  if (parent === null) return appendAt(text, text.length, lines(path, value, "", eol), eol);
  if (isScalar(parent) && parent.value === null) return fillEmpty(text, parent, path.slice(depth), value, eol);
  if (!isMap(parent)) return null;
  if (parent.flow === true) return insertIntoFlow(text, parent, path.slice(depth), value);
  const column = columnOf(text, parent);
  const end = endOf(text, parent);
  return column === null || end === null
    ? null
    : appendAt(text, end, lines(path.slice(depth), value, " ".repeat(column), eol), eol);
}

/** `{ a: 1 }`: one entry more, inside the braces. */
function insertIntoFlow(text: string, parent: YAMLMap, rest: readonly string[], value: YamlScalar): Edit | null {
  const [key] = rest;
  return key === undefined || rest.length !== 1 ? null : addToFlow(text, parent, [[key, value]]);
}

function addToFlow(text: string, parent: YAMLMap, added: readonly (readonly [string, YamlScalar])[]): Edit | null {
  if (parent.range === undefined || parent.range === null) return null;
  const brace = parent.range[1] - 1;
  if (text[brace] !== "}") return null;
  const entry = added.map(([key, value]) => `${scalar(key)}: ${scalar(value)}`).join(", ");
  if (parent.items.length === 0) return { span: { start: brace, end: brace }, newText: ` ${entry} ` };
  const end = text.slice(0, brace).trimEnd().length;
  return { span: { start: end, end }, newText: `, ${entry}` };
}

/** `overrides:` with nothing behind it: the entry goes on the next line. */
function fillEmpty(text: string, empty: Node, rest: readonly string[], value: YamlScalar, eol: string): Edit | null {
  if (empty.range === undefined || empty.range === null) return null;
  return appendAt(text, empty.range[0], lines(rest, value, "  ", eol), eol);
}

export function appendAt(text: string, offset: number, added: string, eol: string): Edit {
  const lineEnd = text.indexOf("\n", offset);
  const at = lineEnd === -1 ? text.length : lineEnd + 1;
  const before = at > 0 && text[at - 1] !== "\n" ? eol : "";
  return { span: { start: at, end: at }, newText: `${before}${added}` };
}

export function columnOf(text: string, map: YAMLMap): number | null {
  const key = map.items[0]?.key;
  const start = isScalar(key) ? key.range?.[0] : undefined;
  return start === undefined ? null : start - (text.lastIndexOf("\n", start - 1) + 1);
}

/** Inside the last line that the own content of a mapping or a list takes, before any comment or blank line that follows. */
export function endOf(text: string, { items }: YAMLMap | YAMLSeq): number | null {
  const last = items.at(-1);
  const value = isPair(last) ? (last.value ?? last.key) : last;
  const range = typeof value === "object" && value !== null && "range" in value ? (value as Node).range : null;
  if (range === null || range === undefined) return null;
  const end = text.slice(0, range[1]).trimEnd().length;
  const block = lastBlock(value);
  if (block === null) return end;
  // What is appended would give the last line an end.
  if (range[1] === text.length && !text.endsWith("\n")) return null;
  const isOfBlock = header(text, block).includes("+") || /[ \t]/.test(text.slice(end, range[1]));
  return isOfBlock ? range[1] - 1 : end;
}

/** The text in a block (`|`, `>`) that a value ends with: blank lines behind it may belong to it. */
function lastBlock(node: unknown): Scalar | null {
  if (isMap(node) || isSeq(node)) {
    const last = node.items.at(-1);
    return lastBlock(isPair(last) ? last.value : last);
  }
  return isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED") ? node : null;
}

/** `|+`, `>2-`. */
function header(text: string, { range }: Scalar): string {
  return /[|>][-+\d]*/.exec(text.slice(range?.[0] ?? 0))?.[0] ?? "";
}

function lines(path: readonly string[], value: YamlScalar, indent: string, eol: string): string {
  return path
    .map(
      (key, depth) =>
        `${indent}${"  ".repeat(depth)}${scalar(key)}:${depth === path.length - 1 ? ` ${scalar(value)}` : ""}${eol}`,
    )
    .join("");
}

/** A string is plain where YAML reads it back as this very string, else in single quotes. */
export function scalar(text: YamlScalar): string {
  if (typeof text !== "string") return String(text);
  const isPlain = /^[A-Za-z][\w./-]*(@[\w./^~-]+)?$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  const isDuration = /^\d+(ms|[smhdw])$/.test(text);
  const isVersion = /^\d+\.\d+\.\d[\w.-]*$/.test(text);
  return isPlain || isVersion || isDuration ? text : `'${text.replaceAll("'", "''")}'`;
}

function holds(text: string, { span, newText }: Edit, path: readonly string[], value: YamlScalar): boolean {
  const after = parseDocument(text.slice(0, span.start) + newText + text.slice(span.end), { uniqueKeys: false });
  return after.errors.length === 0 && after.getIn(path) === value;
}
