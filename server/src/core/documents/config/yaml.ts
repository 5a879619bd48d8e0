import { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Alias, Node, Pair, Scalar } from "yaml";
import type { DocumentProblem } from "../../model.ts";
import type { Span } from "../../util/text.ts";
import { DEEPEST, LARGEST_CONFIG, MOST_VALUES, tooLarge } from "../limits.ts";
import { tooDeepInYaml } from "../nesting.ts";
import {
  EMPTY_MAP,
  type ConfigEntry,
  type ConfigMap,
  type ConfigScalar,
  type ConfigTree,
  type ConfigValue,
} from "./tree.ts";

/** What the parsers of two package managers make of the same YAML in different ways. */
interface Dialect {
  /** `<<` takes in the entries of other maps. */
  readonly merges: boolean;
  /** Numbers and the like are more than text. As keys, they are spelled as JavaScript spells them. */
  readonly isTyped: boolean;
  /** Of two equal keys the last holds; else they are an error. */
  readonly takesEqualKeys: boolean;
  /** Variables are filled in in the names of settings, so that they may be any. */
  readonly fillsNames: boolean;
  /** Why another reader than that for YAML takes the text; null where none does. */
  readonly otherwise: (text: string) => string | null;
}

/**
 * js-yaml's default schema. pnpm 12 reads with another parser, which is as strict: workspace/read-manifest. pnpm 10 and 11
 * fill names in: tried.
 */
const PNPM: Dialect = { merges: true, isTyped: true, takesEqualKeys: false, fillsNames: true, otherwise: () => null };

/** js-yaml's failsafe schema in its JSON mode, but for lockfiles of Yarn 1. packages/yarnpkg-parsers/sources/syml.ts */
const YARN: Dialect = {
  merges: false,
  isTyped: false,
  takesEqualKeys: true,
  fillsNames: false,
  otherwise: (text) => (/#\s+yarn\s+lockfile\s+v1/i.test(text) ? "Yarn takes it for a lockfile of Yarn 1" : null),
};

/**
 * Reads `pnpm-workspace.yaml`, and pnpm's `config.yaml`, as pnpm does. Never throws: what is wrong is in `problems`, with
 * what could be read beside it.
 */
export function readPnpmConfig(text: string): ConfigTree {
  return readYaml(text, PNPM);
}

/** Reads `.yarnrc.yml` as Yarn does. Never throws: see `readPnpmConfig`. */
export function readYarnConfig(text: string): ConfigTree {
  return readYaml(text, YARN);
}

function readYaml(text: string, dialect: Dialect): ConfigTree {
  const problem = tooLarge(text, LARGEST_CONFIG);
  if (problem !== null) return { type: "config", root: EMPTY_MAP, problems: [problem] };
  const tooDeep = tooDeepInYaml(text);
  if (tooDeep !== null) return { type: "config", root: EMPTY_MAP, problems: [syntax("nested too deeply", tooDeep)] };
  const { contents, errors, warnings } = parseDocument(text, {
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
  });
  const walk = new Walk(text, dialect);
  const value = contents === null ? null : walk.value(contents, 0);
  const found = [...errors, ...warnings].slice(0, 1).map(({ message, pos: [start, end] }) => {
    // What is missing at the end of the text is said to be behind it.
    const inside = Math.min(start, text.length);
    return syntax(clause(message), inside, Math.min(Math.max(inside, end), text.length));
  });
  const problems = [...found, ...oddities(text, dialect), ...walk.problems];
  if (value?.kind === "map")
    return { type: "config", root: value, problems: [...problems, ...(dialect.fillsNames ? variableName(value) : [])] };
  return {
    type: "config",
    root: EMPTY_MAP,
    problems: contents === null || problems.length > 0 ? problems : [syntax("not a mapping of settings", 0)],
  };
}

/** The first setting that may be any. */
function variableName({ entries }: ConfigMap): readonly DocumentProblem[] {
  const named = [...entries.values()].find(({ key }) => key.includes("${"));
  if (named === undefined) return [];
  const { start, end } = named.keySpan;
  return [syntax("a variable in the name of a setting", start, end)];
}

function syntax(message: string, start: number, end = start): DocumentProblem {
  return { kind: "syntax", message, span: { start, end } };
}

/** The parser's messages, as one clause without a full stop. */
function clause(message: string): string {
  const line = (message.split("\n")[0] ?? "").replace(/\.$/, "").slice(0, 120);
  return line.charAt(0).toLowerCase() + line.slice(1);
}

/** Characters that end a line for some parsers only, and those that some refuse. */
const ODD_CHARACTER =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]|(?<!^)\ufeff|\ufeff(?=[ \t])/;
/** `%YAML 1.1` has other booleans and numbers, and `---a` begins a document for some. */
const DIRECTIVE = /^(?:%|(?:---|\.\.\.)\S)/m;

/** What parsers of YAML read in different ways, or refuse, wherever in the text it is. */
function oddities(text: string, { otherwise }: Dialect): readonly DocumentProblem[] {
  const character = ODD_CHARACTER.exec(text);
  if (character !== null) {
    const code = text.charCodeAt(character.index).toString(16).toUpperCase().padStart(4, "0");
    return [syntax(`a character that parsers read in different ways (U+${code})`, character.index)];
  }
  const directive = DIRECTIVE.exec(text);
  if (directive !== null) return [syntax("a directive, which parsers read in different ways", directive.index)];
  const reason = otherwise(text);
  return reason === null ? [] : [syntax(reason, 0)];
}

/** Numbers and dates of YAML 1.1, which pnpm's parser still knows; all other plain texts are the same in both. */
const OLD_TYPE = /^(?:[-+]?0b[01]+|\d{4}-\d\d?-\d\d?(?:$|[Tt \t]))/;
/** Tags that say no more than what is there. */
const PLAIN_TAGS: ReadonlySet<string> = new Set([
  "tag:yaml.org,2002:str",
  "tag:yaml.org,2002:map",
  "tag:yaml.org,2002:seq",
]);

class Walk {
  readonly #text: string;
  readonly #dialect: Dialect;
  readonly #problems = new Map<string, DocumentProblem>();
  readonly #anchors = new Map<string, Node>();
  /** What a reference stands for where it is written: a later anchor of the same name changes nothing of it. */
  readonly #targets = new Map<Alias, Node>();
  /** References that are being followed. What is walked then has been walked before. */
  #following = 0;
  #left = MOST_VALUES;

  constructor(text: string, dialect: Dialect) {
    this.#text = text;
    this.#dialect = dialect;
  }

  /** The first of each kind. */
  get problems(): readonly DocumentProblem[] {
    return [...this.#problems.values()];
  }

  /** null for what has a problem. */
  value(node: Node, depth: number): ConfigValue | null {
    if (depth > DEEPEST) return this.#problem(`values nest more than ${DEEPEST} deep`, node);
    if (!this.#takes(node)) return null;
    if (isAlias(node)) {
      const target = this.#target(node);
      if (target === null) return null;
      this.#following++;
      const value = this.value(target, depth + 1);
      this.#following--;
      return value;
    }
    this.#note(node);
    if (isScalar(node)) return this.#scalar(node);
    const [start, end] = node.range ?? [0, 0];
    const span = { start, end };
    if (isSeq(node)) return { kind: "list", items: node.items.flatMap((item) => this.#child(item, depth)), span };
    if (isMap(node)) return { kind: "map", entries: this.#entries(node.items, depth), span };
    return this.#problem("a value of no known kind", node);
  }

  #problem(message: string, { range }: Placed): null {
    const [start, end] = range ?? [0, 0];
    if (!this.#problems.has(message)) this.#problems.set(message, syntax(message, start, end));
    return null;
  }

  /** Counts one more value. */
  #takes(node: Placed): boolean {
    if (this.#left-- > 0) return true;
    this.#problem(`more than ${MOST_VALUES} values`, node);
    return false;
  }

  /** Once for each node that is no reference, in the order of the text. */
  #note(node: Exclude<Node, Alias>): void {
    if (this.#following > 0) return;
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (node.tag !== undefined && !PLAIN_TAGS.has(node.tag))
      this.#problem("a tag, which parsers read in different ways", node);
  }

  #target(node: Alias): Node | null {
    const target = this.#targets.get(node) ?? this.#anchors.get(node.source);
    if (target === undefined) return this.#problem("a reference to nothing", node);
    this.#targets.set(node, target);
    return target;
  }

  #child(item: unknown, depth: number): readonly ConfigValue[] {
    const value = isNode(item) ? this.value(item, depth + 1) : null;
    return value === null ? [] : [value];
  }

  #entries(pairs: readonly Pair[], depth: number): ConfigMap["entries"] {
    const { merges, takesEqualKeys } = this.#dialect;
    const entries = new Map<string, ConfigEntry>();
    const merged = new Set<string>();
    for (const { key, value } of pairs) {
      const name = this.#key(key);
      const read = isNode(value) ? this.value(value, depth + 1) : NOTHING;
      if (name === null || read === null) continue;
      if (merges && name.isMerge) {
        this.#merge(read, entries, merged, isNode(value) ? value : name);
        continue;
      }
      // What is merged in gives way to the map's own entries, wherever they are.
      if (entries.has(name.text) && !merged.delete(name.text) && !takesEqualKeys)
        this.#problem("the same key twice", name);
      entries.set(name.text, { key: name.text, keySpan: name.span, value: read });
    }
    return entries;
  }

  /** https://yaml.org/type/merge.html: of several maps the first holds. */
  #merge(value: ConfigValue, entries: Map<string, ConfigEntry>, merged: Set<string>, at: Placed): void {
    for (const source of value.kind === "list" ? value.items : [value]) {
      if (source.kind !== "map") {
        this.#problem("a merge of what is no map", at);
        return;
      }
      for (const [key, entry] of source.entries) {
        if (!this.#takes(at)) return;
        if (entries.has(key)) continue;
        entries.set(key, entry);
        merged.add(key);
      }
    }
  }

  #key(node: unknown): Key | null {
    if (!isNode(node)) return this.#problem("a key that is no text", {});
    const target = isAlias(node) ? this.#target(node) : node;
    if (target === null) return null;
    if (!isAlias(node)) this.#note(node);
    if (!isScalar(target) || (target.value === null && target.source === ""))
      return this.#problem("a key that is no text", node);
    const { value, text, span } = this.#scalar(target);
    return {
      text: this.#dialect.isTyped && typeof value !== "string" ? String(value) : text,
      span,
      range: node.range,
      isMerge: isScalar(node) && node.type === "PLAIN" && node.value === "<<",
    };
  }

  #scalar(node: Scalar): ConfigScalar {
    const [from, to] = node.range ?? [0, 0];
    const isQuoted = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE";
    const span = isQuoted ? { start: from + 1, end: Math.max(from + 1, to - 1) } : { start: from, end: to };
    const written = this.#text.slice(span.start, span.end);
    const { value } = node;
    const isKnown =
      typeof value === "string" || typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
    if (this.#dialect.isTyped && node.type === "PLAIN" && typeof value === "string" && OLD_TYPE.test(value))
      this.#problem("a number or date that parsers read in different ways", node);
    return {
      kind: "scalar",
      value: isKnown ? value : null,
      text: typeof value === "string" ? value : written,
      span,
      isReplaceable: to > from && !written.includes("\n") && (isQuoted || node.type === "PLAIN"),
    };
  }
}

interface Placed {
  readonly range?: Node["range"];
}

interface Key extends Placed {
  readonly text: string;
  readonly span: Span;
  readonly isMerge: boolean;
}

const NOTHING: ConfigScalar = {
  kind: "scalar",
  value: null,
  text: "",
  span: { start: 0, end: 0 },
  isReplaceable: false,
};

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "range" in value;
}
