import { parseTOML, type AST } from "toml-eslint-parser";
import type { DocumentProblem } from "../../model.ts";
import { tooLarge } from "../limits.ts";
import { DEEPEST, EMPTY_MAP, LARGEST_CONFIG, type ConfigEntry, type ConfigMap, type ConfigScalar, type ConfigTree, type ConfigValue } from "./tree.ts";

/** Reads `bunfig.toml`. Never throws; of broken TOML nothing is read, for Bun does not read it either. */
export function readTomlConfig(text: string): ConfigTree {
  const problem = tooLarge(text, LARGEST_CONFIG);
  if (problem !== null) return { type: "config", root: EMPTY_MAP, problems: [problem] };
  const root: Table = { kind: "map", entries: new Map(), span: { start: 0, end: text.length } };
  try {
    // The parser gives a 0 at the very end of a text no length.
    const [{ body }] = parseTOML(`${text}\n`).body;
    for (const node of body) {
      if (node.type === "TOMLKeyValue") set(root, node, text);
      else {
        const table = tableAt(root, node, text);
        if (table !== null) for (const pair of node.body) set(table, pair, text);
      }
    }
  } catch (error) {
    return { type: "config", root: EMPTY_MAP, problems: [problemOf(error, text)] };
  }
  return { type: "config", root, problems: [] };
}

interface Table extends ConfigMap {
  readonly entries: Map<string, ConfigEntry>;
}

function isTable(value: ConfigValue | undefined): value is Table {
  return value?.kind === "map";
}

/** A syntax error of the parser's has an offset; all else is an error by depth. */
function problemOf(error: unknown, text: string): DocumentProblem {
  const isSyntax = error instanceof Error && "index" in error && typeof error.index === "number";
  const start = isSyntax ? Math.min(Number(error.index), text.length) : 0;
  const message = isSyntax ? `${error.message.charAt(0).toLowerCase()}${error.message.slice(1, 120)}` : "nested too deeply";
  return { kind: "syntax", message, span: { start, end: start } };
}

/** `[a.b]`. A table of an array (`[[a]]`) holds nothing that Bun takes a policy from. */
function tableAt(root: Table, { kind, key }: AST.TOMLTable, text: string): Table | null {
  return kind === "array" ? null : descend(root, key.keys, text);
}

/** The table at a dotted key, made where there is none; null where something else stands there. */
function descend(from: Table, keys: readonly Key[], text: string): Table | null {
  let at = from;
  if (keys.length > DEEPEST) return null;
  for (const key of keys) {
    const { name, span } = keyOf(key, text);
    const present = at.entries.get(name)?.value;
    if (present !== undefined && !isTable(present)) return null;
    const table: Table = present ?? { kind: "map", entries: new Map(), span };
    if (present === undefined) at.entries.set(name, { key: name, keySpan: span, value: table });
    at = table;
  }
  return at;
}

type Key = AST.TOMLKey["keys"][number];

function set(table: Table, { key, value }: AST.TOMLKeyValue, text: string): void {
  const last = key.keys.at(-1);
  const parent = descend(table, key.keys.slice(0, -1), text);
  if (last === undefined || parent === null) return;
  const { name, span } = keyOf(last, text);
  parent.entries.set(name, { key: name, keySpan: span, value: valueOf(value, text, 0) });
}

function keyOf(key: Key, text: string): { readonly name: string; readonly span: { start: number; end: number } } {
  const [start, end] = key.range;
  if (key.type === "TOMLBare") return { name: text.slice(start, end), span: { start, end } };
  return { name: key.value, span: { start: start + 1, end: end - 1 } };
}

function valueOf(node: AST.TOMLContentNode, text: string, depth: number): ConfigValue {
  const [start, end] = node.range;
  const span = { start, end };
  if (depth > DEEPEST) return { kind: "list", items: [], span };
  if (node.type === "TOMLArray") return { kind: "list", items: node.elements.map((element) => valueOf(element, text, depth + 1)), span };
  if (node.type === "TOMLValue") return scalar(node, text);
  const table: Table = { kind: "map", entries: new Map(), span };
  for (const pair of node.body) set(table, pair, text);
  return table;
}

function scalar(node: AST.TOMLValue, text: string): ConfigScalar {
  const [from, to] = node.range;
  if (node.kind === "string") {
    const inset = node.multiline ? 3 : 1;
    return { kind: "scalar", value: node.value, text: node.value, span: { start: from + inset, end: to - inset }, isReplaceable: !node.multiline };
  }
  const value = node.kind === "integer" || node.kind === "float" || node.kind === "boolean" ? node.value : null;
  return { kind: "scalar", value, text: text.slice(from, to), span: { start: from, end: to }, isReplaceable: true };
}
