import { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Document, Node, Pair, Scalar } from "yaml";
import type { DocumentProblem } from "../../model.ts";
import { tooLarge } from "../limits.ts";
import { DEEPEST, EMPTY_MAP, LARGEST_CONFIG, MOST_VALUES, type ConfigEntry, type ConfigMap, type ConfigScalar, type ConfigTree, type ConfigValue } from "./tree.ts";

/** Reads `pnpm-workspace.yaml` or `.yarnrc.yml`. Never throws: what is wrong is in `problems`, with what could be read beside it. */
export function readYamlConfig(text: string): ConfigTree {
  const problem = tooLarge(text, LARGEST_CONFIG);
  if (problem !== null) return { type: "config", root: EMPTY_MAP, problems: [problem] };
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: "silent" });
  } catch {
    // Brackets without end: the parser calls itself for each.
    return broken("nested too deeply", 0);
  }
  const problems = document.errors.slice(0, 1).map(({ message, pos }): DocumentProblem => ({ kind: "syntax", message: clause(message), span: { start: pos[0], end: Math.max(pos[0], pos[1]) } }));
  const { contents } = document;
  if (contents === null) return { type: "config", root: EMPTY_MAP, problems };
  const value = new Walk(text, document).value(contents, 0);
  if (value?.kind === "map") return { type: "config", root: value, problems };
  return problems.length > 0 ? { type: "config", root: EMPTY_MAP, problems } : broken("not a mapping of settings", 0);
}

function broken(message: string, start: number): ConfigTree {
  return { type: "config", root: EMPTY_MAP, problems: [{ kind: "syntax", message, span: { start, end: start } }] };
}

/** The parser's messages, as one clause without a full stop. */
function clause(message: string): string {
  const line = (message.split("\n")[0] ?? "").replace(/\.$/, "").slice(0, 120);
  return line.charAt(0).toLowerCase() + line.slice(1);
}

class Walk {
  readonly #text: string;
  readonly #document: Document.Parsed;
  #left = MOST_VALUES;

  constructor(text: string, document: Document.Parsed) {
    this.#text = text;
    this.#document = document;
  }

  /** null for what lies beyond the bounds, and for a reference to nothing. */
  value(node: Node, depth: number): ConfigValue | null {
    if (depth > DEEPEST || this.#left-- <= 0) return null;
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      return target === undefined ? null : this.value(target, depth + 1);
    }
    if (isScalar(node)) return scalar(this.#text, node);
    const [start, end] = node.range ?? [0, 0];
    const span = { start, end };
    if (isSeq(node)) return { kind: "list", items: node.items.flatMap((item) => this.#child(item, depth)), span };
    if (isMap(node)) return { kind: "map", entries: this.#entries(node.items, depth), span };
    return null;
  }

  #child(item: unknown, depth: number): readonly ConfigValue[] {
    const value = isNode(item) ? this.value(item, depth + 1) : null;
    return value === null ? [] : [value];
  }

  #entries(pairs: readonly Pair[], depth: number): ConfigMap["entries"] {
    const entries = new Map<string, ConfigEntry>();
    for (const { key, value } of pairs) {
      if (!isScalar(key)) continue;
      const name = scalar(this.#text, key);
      const read = isNode(value) ? this.value(value, depth + 1) : NOTHING;
      if (read !== null) entries.set(name.text, { key: name.text, keySpan: name.span, value: read });
    }
    return entries;
  }
}

const NOTHING: ConfigScalar = { kind: "scalar", value: null, text: "", span: { start: 0, end: 0 }, isReplaceable: false };

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "range" in value;
}

function scalar(text: string, node: Scalar): ConfigScalar {
  const [from, to] = node.range ?? [0, 0];
  const isQuoted = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE";
  const span = isQuoted ? { start: from + 1, end: Math.max(from + 1, to - 1) } : { start: from, end: to };
  const written = text.slice(span.start, span.end);
  const { value } = node;
  const isKnown = typeof value === "string" || typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
  return {
    kind: "scalar",
    value: isKnown ? value : null,
    text: typeof value === "string" ? value : written,
    span,
    isReplaceable: to > from && !written.includes("\n") && (isQuoted || node.type === "PLAIN"),
  };
}
