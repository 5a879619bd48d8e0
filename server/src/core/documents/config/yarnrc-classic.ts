import type { DocumentProblem } from "../../model.ts";
import type { Span } from "../../util/text.ts";
import { DEEPEST, LARGEST_CONFIG, tooLarge } from "../limits.ts";
import { EMPTY_MAP, type ConfigEntry, type ConfigScalar, type ConfigTree, type ConfigValue } from "./tree.ts";
import { readYarnConfig } from "./yaml.ts";

/**
 * Reads `.yarnrc` as Yarn 1.22 does, by the syntax of its lockfile: src/lockfile/parse.js. Settings need no line of their
 * own, several keys may share a value (`a, b "x"`), and what follows an indented line at the top is ignored. What that
 * syntax does not admit, Yarn 1.22 reads as YAML. Variables are not filled in. Never throws: what is neither, or is read
 * otherwise than it looks, is in `problems`.
 */
export function readYarnrcClassicConfig(text: string): ConfigTree {
  const problem = tooLarge(text, LARGEST_CONFIG);
  if (problem !== null) return { type: "config", root: EMPTY_MAP, problems: [problem] };
  if (CONFLICT.every((mark) => text.includes(mark))) {
    const start = text.indexOf(CONFLICT[0]);
    const conflict = { kind: "conflict", message: "a merge conflict", span: { start, end: start + 7 } } as const;
    return { type: "config", root: EMPTY_MAP, problems: [conflict] };
  }
  const parser = new Parser(text);
  const entries = parser.entries(0);
  if (entries === null) {
    const tree = readYarnConfig(text);
    return tree.problems.length > 0
      ? { type: "config", root: EMPTY_MAP, problems: [notRead(parser.span)] }
      : { ...tree, problems: hiddenOptions(tree.root.entries) };
  }
  const root = { kind: "map" as const, entries, span: { start: 0, end: text.length } };
  return { type: "config", root, problems: hiddenOptions(entries) };
}

/** Yarn merges both sides of one. */
const CONFLICT = ["<<<<<<<", "=======", ">>>>>>>"] as const;

function notRead(span: Span): DocumentProblem {
  return { kind: "syntax", message: "Yarn cannot read this", span };
}

/** Yarn 1.22 puts a key that begins with `--` and its value among its arguments as they are: tried. */
function hiddenOptions(entries: ReadonlyMap<string, ConfigEntry>): readonly DocumentProblem[] {
  return [...entries.values()].flatMap(({ key, value }): readonly DocumentProblem[] => {
    if (!key.startsWith("--") || value.kind !== "scalar") return [];
    if (!/[=\s]/.test(key) && !value.text.startsWith("-")) return [];
    return [{ kind: "syntax", message: "one option hides another one", span: value.span }];
  });
}

type Token =
  | { readonly kind: "newline" | "colon" | "comma" | "invalid" | "end"; readonly span: Span }
  | { readonly kind: "indent"; readonly levels: number; readonly span: Span }
  /** Only text can be a key. */
  | { readonly kind: "value"; readonly value: string | number | boolean; readonly text: string; readonly span: Span };

/** A version of the lockfile's format that Yarn does not know makes it stop. */
const NEWER_LOCKFILE = /^\s*yarn lockfile v(?!1\s*$)\d+\s*$/;

class Parser {
  readonly #text: string;
  #at: number;
  #isAfterNewline = false;
  #token: Token;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.startsWith("\ufeff") ? 1 : 0;
    this.#token = this.#read();
  }

  /** Of what was read last. */
  get span(): Span {
    return this.#token.span;
  }

  /** Down to the next line with less indentation; null where Yarn stops. */
  entries(depth: number): ReadonlyMap<string, ConfigEntry> | null {
    const entries = new Map<string, ConfigEntry>();
    if (depth > DEEPEST) return null;
    for (;;) {
      const token = this.#token;
      switch (token.kind) {
        case "end":
          return entries;
        case "newline": {
          const next = this.#next();
          if (depth === 0) break;
          if (next.kind !== "indent" || next.levels !== depth) return entries;
          this.#next();
          break;
        }
        case "indent":
          if (token.levels !== depth) return entries;
          this.#next();
          break;
        case "value": {
          const keys = this.#keys();
          const value = keys === null ? null : this.#value(depth);
          if (keys === null || value === null) return null;
          for (const { key, keySpan } of keys) entries.set(key, { key, keySpan, value });
          if (value.kind === "map" && depth > 0 && this.#token.kind !== "indent") return entries;
          break;
        }
        case "colon":
        case "comma":
        case "invalid":
          return null;
      }
    }
  }

  #keys(): readonly Pick<ConfigEntry, "key" | "keySpan">[] | null {
    const keys: Pick<ConfigEntry, "key" | "keySpan">[] = [];
    for (;;) {
      const token = this.#token;
      if (token.kind !== "value" || typeof token.value !== "string" || token.value === "") return null;
      keys.push({ key: token.value, keySpan: token.span });
      if (this.#next().kind !== "comma") return keys;
      this.#next();
    }
  }

  #value(depth: number): ConfigValue | null {
    const hasColon = this.#token.kind === "colon";
    const token = hasColon ? this.#next() : this.#token;
    if (token.kind === "value") {
      const { value, text, span } = token;
      const scalar: ConfigScalar = { kind: "scalar", value, text, span, isReplaceable: false };
      this.#next();
      return scalar;
    }
    const entries = hasColon ? this.entries(depth + 1) : null;
    return entries === null ? null : { kind: "map", entries, span: { start: token.span.start, end: this.#at } };
  }

  #next(): Token {
    this.#token = this.#read();
    return this.#token;
  }

  #read(): Token {
    for (;;) {
      const start = this.#at;
      const character = this.#text.charAt(start);
      const isAfterNewline = this.#isAfterNewline;
      this.#isAfterNewline = false;
      if (character === "") return { kind: "end", span: { start, end: start } };
      if (character === "\n" || character === "\r") {
        const isPair = this.#text.charAt(start + 1) === "\n";
        this.#isAfterNewline = character === "\n" || isPair;
        return this.#to("newline", start + (isPair ? 2 : 1));
      }
      if (character === "#") {
        const end = this.#text.indexOf("\n", start);
        this.#at = end === -1 ? this.#text.length : end;
        if (NEWER_LOCKFILE.test(this.#text.slice(start + 1, this.#at))) return this.#to("invalid", this.#at);
      } else if (character === " ") {
        if (isAfterNewline) return this.#indent();
        this.#at += 1;
      } else if (character === ":") return this.#to("colon", start + 1);
      else if (character === ",") return this.#to("comma", start + 1);
      else return character === '"' ? this.#quoted() : this.#bare();
    }
  }

  #to(kind: "newline" | "colon" | "comma" | "invalid", end: number): Token {
    const span = { start: this.#at, end };
    this.#at = end;
    return { kind, span };
  }

  #indent(): Token {
    const start = this.#at;
    const spaces = this.#endOf(" ", start) - start;
    if (spaces % 2 !== 0) return this.#to("invalid", start + spaces);
    this.#at += spaces;
    return { kind: "indent", levels: spaces / 2, span: { start, end: this.#at } };
  }

  #quoted(): Token {
    const start = this.#at;
    let end = start + 1;
    // As Yarn does: what is before the character before is not looked at further.
    while (end < this.#text.length && !this.#endsAt(end)) end += 1;
    const isClosed = end < this.#text.length;
    const written = this.#text.slice(start, isClosed ? end + 1 : end);
    const value = parsed(written);
    if (value === null) return this.#to("invalid", start + written.length);
    this.#at = start + written.length;
    return { kind: "value", value, text: value, span: { start: start + 1, end } };
  }

  #endsAt(end: number): boolean {
    return (
      this.#text.charAt(end) === '"' && !(this.#text.charAt(end - 1) === "\\" && this.#text.charAt(end - 2) !== "\\")
    );
  }

  #bare(): Token {
    const start = this.#at;
    const truth = ["true", "false"].find((word) => this.#text.startsWith(word, start));
    const isNumber = DIGITS.includes(this.#text.charAt(start));
    const end = isNumber ? this.#endOf(DIGITS, start) : this.#endOfWord(start);
    const text = truth ?? this.#text.slice(start, end);
    if (truth === undefined && !isNumber && !/^[a-zA-Z/.-]/.test(text)) return this.#to("invalid", start + 1);
    this.#at += text.length;
    const value = isNumber ? Number(text) : truth === undefined ? text : truth === "true";
    return { kind: "value", value, text, span: { start, end: this.#at } };
  }

  /** Where others than these characters begin. */
  #endOf(characters: string, start: number): number {
    let end = start;
    while (end < this.#text.length && characters.includes(this.#text.charAt(end))) end += 1;
    return end;
  }

  #endOfWord(start: number): number {
    let end = start;
    while (end < this.#text.length && !": \n\r,".includes(this.#text.charAt(end))) end += 1;
    return end;
  }
}

const DIGITS = "0123456789";

/** null for what is no text in JSON. */
function parsed(written: string): string | null {
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}
