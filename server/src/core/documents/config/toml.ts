import { parseTOML, type AST } from "toml-eslint-parser";
import type { DocumentProblem } from "../../model.ts";
import type { Span } from "../../util/text.ts";
import { DEEPEST, LARGEST_CONFIG, tooLarge } from "../limits.ts";
import { tooDeepInToml } from "../nesting.ts";
import {
  EMPTY_MAP,
  type ConfigEntry,
  type ConfigMap,
  type ConfigScalar,
  type ConfigTree,
  type ConfigValue,
} from "./tree.ts";

/** Reads `bunfig.toml`. Never throws; of broken TOML nothing is read, for Bun does not read it either. */
export function readTomlConfig(text: string): ConfigTree {
  const problem = tooLarge(text, LARGEST_CONFIG);
  if (problem !== null) return { type: "config", root: EMPTY_MAP, problems: [problem] };
  const tooDeep = tooDeepInToml(text);
  if (tooDeep !== null) {
    const span = { start: tooDeep, end: tooDeep };
    return { type: "config", root: EMPTY_MAP, problems: [{ kind: "syntax", message: "nested too deeply", span }] };
  }
  const walk = new Walk(text);
  try {
    // The parser gives a 0 at the very end of a text no length.
    const [{ body }] = parseTOML(`${text}\n`).body;
    for (const node of body) {
      if (node.type === "TOMLKeyValue") walk.set(walk.root, node);
      else {
        const table = walk.tableAt(node);
        if (table !== null) for (const pair of node.body) walk.set(table, pair);
      }
    }
  } catch (error) {
    return { type: "config", root: EMPTY_MAP, problems: [problemOf(error, text)] };
  }
  const carriageReturn = text.search(/\r(?!\n)/);
  if (carriageReturn !== -1)
    walk.problem("a carriage return without a line feed, which Bun refuses", {
      start: carriageReturn,
      end: carriageReturn + 1,
    });
  return { type: "config", root: walk.root, problems: walk.problems };
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
  const message = isSyntax
    ? `${error.message.charAt(0).toLowerCase()}${error.message.slice(1, 120)}`
    : "nested too deeply";
  return { kind: "syntax", message, span: { start, end: start } };
}

type Key = AST.TOMLKey["keys"][number];

/** TOML's integers are those of 64 bits: Bun refuses others. */
const LARGEST_INTEGER = 2n ** 63n - 1n;
const SMALLEST_INTEGER = -(2n ** 63n);

class Walk {
  readonly root: Table;
  readonly #text: string;
  #problem: DocumentProblem | null = null;

  constructor(text: string) {
    this.#text = text;
    this.root = { kind: "map", entries: new Map(), span: { start: 0, end: text.length } };
  }

  get problems(): readonly DocumentProblem[] {
    return this.#problem === null ? [] : [this.#problem];
  }

  /** Keeps the first. */
  problem(message: string, span: Span): null {
    this.#problem ??= { kind: "syntax", message, span };
    return null;
  }

  /** `[a.b]`. A table of an array (`[[a]]`) holds nothing that Bun takes a policy from. */
  tableAt({ kind, key }: AST.TOMLTable): Table | null {
    return kind === "array" ? null : this.#descend(this.root, key.keys);
  }

  set(table: Table, { key, value }: AST.TOMLKeyValue): void {
    const last = key.keys.at(-1);
    const parent = this.#descend(table, key.keys.slice(0, -1));
    if (last === undefined || parent === null) return;
    const { name, span } = this.#keyOf(last);
    parent.entries.set(name, { key: name, keySpan: span, value: this.#valueOf(value) });
  }

  /** The table at a dotted key, created if absent; null if the key holds another kind of value. */
  #descend(from: Table, keys: readonly Key[]): Table | null {
    let at = from;
    const [first] = keys;
    if (keys.length > DEEPEST && first !== undefined) return this.problem(TOO_DEEP, this.#keyOf(first).span);
    for (const key of keys) {
      const { name, span } = this.#keyOf(key);
      const present = at.entries.get(name)?.value;
      if (present !== undefined && !isTable(present)) return null;
      const table: Table = present ?? { kind: "map", entries: new Map(), span };
      if (present === undefined) at.entries.set(name, { key: name, keySpan: span, value: table });
      at = table;
    }
    return at;
  }

  #keyOf(key: Key): { readonly name: string; readonly span: Span } {
    const [start, end] = key.range;
    if (key.type === "TOMLBare") return { name: this.#text.slice(start, end), span: { start, end } };
    return { name: key.value, span: { start: start + 1, end: end - 1 } };
  }

  /** A text whose values nest deeper than is read was refused before it was parsed. */
  #valueOf(node: AST.TOMLContentNode): ConfigValue {
    const [start, end] = node.range;
    const span = { start, end };
    if (node.type === "TOMLArray")
      return { kind: "list", items: node.elements.map((element) => this.#valueOf(element)), span };
    if (node.type === "TOMLValue") return this.#scalar(node);
    const table: Table = { kind: "map", entries: new Map(), span };
    for (const pair of node.body) this.set(table, pair);
    return table;
  }

  #scalar(node: AST.TOMLValue): ConfigScalar {
    const [from, to] = node.range;
    if (node.kind === "string") {
      const inset = node.multiline ? 3 : 1;
      return {
        kind: "scalar",
        value: node.value,
        text: node.value,
        span: { start: from + inset, end: to - inset },
        isReplaceable: !node.multiline,
      };
    }
    const span = { start: from, end: to };
    if (node.kind === "integer" && (node.bigint > LARGEST_INTEGER || node.bigint < SMALLEST_INTEGER))
      this.problem("a number of more than 64 bits", span);
    const value = node.kind === "integer" || node.kind === "float" || node.kind === "boolean" ? node.value : null;
    return { kind: "scalar", value, text: this.#text.slice(from, to), span, isReplaceable: true };
  }
}

const TOO_DEEP = `values nest more than ${DEEPEST} deep`;
