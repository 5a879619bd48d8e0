import { createScanner, type JSONScanner } from "jsonc-parser";
import type { DocumentProblem } from "../model.ts";
import type { Span } from "../util/text.ts";

/** jsonc-parser's token codes (its `SyntaxKind` is an ambient const enum, out of reach of isolated modules). */
export const Token = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  null: 7,
  true: 8,
  false: 9,
  string: 10,
  number: 11,
  lineComment: 12,
  blockComment: 13,
  end: 17,
} as const;

/** `json`: as JSON.parse has it. `jsonc`: comments and trailing commas are part of the language. */
export type JsonDialect = "json" | "jsonc";

const UNCLOSED_COMMENT = 1;
const UNCLOSED_STRING = 2;
const UNFINISHED_NUMBER = 3;
const CONTROL_CHARACTER = 6;
const BYTE_ORDER_MARK = 0xfeff;
const QUOTE = 34;
const BACKSLASH = 92;

/** Line ends of JavaScript beside LF and CR: https://tc39.es/ecma262/#prod-LineTerminator */
const LINE_SEPARATOR = /[\u2028\u2029]/;

/** By code unit: the token that it begins, for tokens that are told by one look; 0 for all others. */
const MARKS = new Uint8Array(128);
for (const [mark, token] of Object.entries({
  "{": Token.openBrace,
  "}": Token.closeBrace,
  "[": Token.openBracket,
  "]": Token.closeBracket,
  ",": Token.comma,
  ":": Token.colon,
  '"': Token.string,
})) {
  MARKS[mark.charCodeAt(0)] = token;
}

/** The tokens of a JSON text, one at a time, with the first error met. Comments and white space are left out. */
export class JsonTokens {
  /** Code of the token that stands next. */
  kind = 0;
  start = 0;
  end = 0;
  /** The token is broken off or holds what JSON does not allow: its value is not to be trusted. */
  broken = false;
  /** A string without escapes: its value is the text between its quotes. */
  plain = false;
  readonly text: string;
  readonly dialect: JsonDialect;
  readonly #scanner: JSONScanner;
  #problem: DocumentProblem | null = null;

  constructor(text: string, dialect: JsonDialect) {
    this.text = text;
    this.dialect = dialect;
    this.#scanner = createScanner(text, false);
    if (text.charCodeAt(0) === BYTE_ORDER_MARK) this.end = 1;
    this.advance();
  }

  get problem(): DocumentProblem | null {
    return this.#problem;
  }

  /** The token is a string with a colon behind it: a member's name, wherever it stands. */
  get isName(): boolean {
    return this.kind === Token.string && !this.broken && this.text[afterWhiteSpace(this.text, this.end)] === ":";
  }

  /** The token's text, without quotes and escapes for a string. */
  get value(): string {
    return this.plain ? this.text.slice(this.start + 1, this.end - 1) : this.#scanner.getTokenValue();
  }

  /** The token's place; for a string, what is between its quotes. */
  get span(): Span {
    if (this.plain) return { start: this.start + 1, end: this.end - 1 };
    if (this.kind !== Token.string) return { start: this.start, end: this.end };
    return { start: this.start + 1, end: this.broken ? this.#contentEnd() : this.end - 1 };
  }

  /** Only the first is kept: what follows an error is mostly its echo. */
  report(message: string, span?: Span): void {
    this.#problem ??= { kind: "syntax", message, span: span ?? { start: this.start, end: this.end } };
  }

  /** Goes to the next token and gives its code. */
  advance(): number {
    for (;;) {
      const at = afterWhiteSpace(this.text, this.end);
      this.plain = false;
      // Brackets, commas and plain strings are nearly all of a lockfile. They need no more than this; the scanner, which
      // gathers each token and all white space into a string, takes twice as long for them.
      const mark = MARKS[this.text.charCodeAt(at)];
      const end =
        mark === undefined || mark === 0 ? -1 : mark === Token.string ? plainStringEnd(this.text, at) : at + 1;
      if (mark !== undefined && end !== -1) {
        this.kind = mark;
        this.start = at;
        this.end = end;
        this.broken = false;
        this.plain = mark === Token.string;
        return mark;
      }
      this.#scan(at);
      if (this.kind !== Token.lineComment && this.kind !== Token.blockComment) return this.kind;
      if (this.dialect === "json") this.report("JSON has no comments");
      else if (this.kind === Token.lineComment && LINE_SEPARATOR.test(this.text.slice(this.start, this.end))) {
        this.report("a comment holds a line separator, where Bun takes it to end");
      }
    }
  }

  #scan(at: number): void {
    this.#scanner.setPosition(at);
    this.kind = this.#scanner.scan();
    this.start = this.#scanner.getTokenOffset();
    // The scanner steps over the end of a text that ends in `/*` or in a backslash.
    this.end = Math.min(this.#scanner.getPosition(), this.text.length);
    const error: number = this.#scanner.getTokenError();
    this.broken = error !== 0;
    if (this.broken) this.report(this.#errorMessage(error));
  }

  /** A broken string may have its closing quote, or not. */
  #contentEnd(): number {
    return this.end > this.start + 1 && this.text.charCodeAt(this.end - 1) === QUOTE ? this.end - 1 : this.end;
  }

  #errorMessage(error: number): string {
    if (error === UNCLOSED_COMMENT) return "a comment is not closed";
    if (error === UNFINISHED_NUMBER) return "a number is not finished";
    if (error === CONTROL_CHARACTER) return "a string holds a control character";
    if (error !== UNCLOSED_STRING) return "a string holds an escape that JSON does not have";
    return this.end >= this.text.length ? "the file ends inside a string" : "a string is not closed on its line";
  }
}

function afterWhiteSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return at;
    at++;
  }
}

/** Past the closing quote of the string that begins here; -1 when it has escapes, or is broken. */
function plainStringEnd(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at + 1;
    // Past the text's end the unit is NaN, which is not above 31 either.
    if (unit === BACKSLASH || !(unit > 31)) return -1;
  }
}
