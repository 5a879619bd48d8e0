import type { Pair } from "./pairs.ts";
import { isIndicator, isNotPlain, isQuote, MARKS, MERGE_KEY } from "./keys.ts";
import { Code, isBlank, quotedEnd, unquoted, withoutBlanksBehind } from "./scalars.ts";

const {
  carriageReturn: CARRIAGE_RETURN,
  closeBrace: CLOSE_BRACE,
  closeBracket: CLOSE_BRACKET,
  colon: COLON,
  comma: COMMA,
  hash: HASH,
  lineFeed: LINE_FEED,
  openBrace: OPEN_BRACE,
  openBracket: OPEN_BRACKET,
  space: SPACE,
} = Code;

export interface FlowPairs {
  readonly pairs: readonly Pair[];
  /** Past the closing brace, or where reading stopped. */
  readonly end: number;
  readonly problem: string | null;
}

/**
 * Reads a map of texts in braces, on one line or several: `{integrity: sha512-…, tarball: https://…}`. Values that are
 * no texts are null.
 *
 * @param start of the opening brace
 * @param level indentation of the entry whose value it is: a line that is not indented deeper ends it, closed or not
 */
export function readFlowPairs(text: string, start: number, level: number): FlowPairs {
  return new FlowReader(text, start, level).read();
}

const MORE = -1;

class FlowReader {
  readonly #text: string;
  readonly #level: number;
  #at: number;
  #problem: string | null = null;

  constructor(text: string, start: number, level: number) {
    this.#text = text;
    this.#level = level;
    this.#at = start + 1;
  }

  read(): FlowPairs {
    const pairs: Pair[] = [];
    let isSeparated = true;
    for (;;) {
      const code = this.#skipSpace();
      if (code === MORE || this.#isBroken()) return this.#stop(pairs, "a brace is not closed");
      if (code === CLOSE_BRACE) break;
      if (code === COMMA && !isSeparated) {
        this.#at++;
        isSeparated = true;
        continue;
      }
      if (!isSeparated || code === COMMA) return this.#stop(pairs, "expected a comma between entries in braces");
      isSeparated = false;
      const key = this.#scalar();
      if (key === MERGE_KEY) return this.#stop(pairs, MARKS);
      if (this.#skipSpace() !== COLON || key === null) return this.#stop(pairs, "expected a key and a colon in braces");
      this.#at++;
      const value = this.#value();
      // A value is whole once something stands behind it: a file may be cut within.
      if (this.#skipSpace() !== MORE && !this.#isBroken()) pairs.push({ key, value });
    }
    this.#at++;
    const { end, rest } = this.#restOfLine();
    if (rest !== "" && !rest.startsWith("#")) return this.#stop(pairs, "text behind a closing brace");
    return { pairs, end, problem: null };
  }

  #isBroken(): boolean {
    return this.#problem !== null;
  }

  #stop(pairs: readonly Pair[], message: string): FlowPairs {
    return { pairs, end: this.#restOfLine().end, problem: this.#problem ?? message };
  }

  #restOfLine(): { readonly end: number; readonly rest: string } {
    if (this.#text.charCodeAt(this.#at) === LINE_FEED) return { end: this.#at, rest: "" };
    const newline = this.#text.indexOf("\n", this.#at);
    const end = newline === -1 ? this.#text.length : newline;
    return { end, rest: this.#text.slice(this.#at, end).trim() };
  }

  /** The next character that says something, MORE when the map ends without being closed. */
  #skipSpace(): number {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (isBlank(code) || code === CARRIAGE_RETURN) this.#at++;
      else if (code === LINE_FEED) {
        if (!this.#goesOn()) return MORE;
      } else if (code === HASH && isBlank(text.charCodeAt(this.#at - 1))) {
        const newline = text.indexOf("\n", this.#at);
        this.#at = newline === -1 ? text.length : newline;
      } else return Number.isNaN(code) ? MORE : code;
    }
  }

  /** Goes to the next line's content, if that is indented deeper than the key. Stays before the line's end if not. */
  #goesOn(): boolean {
    const text = this.#text;
    let start = this.#at + 1;
    for (;;) {
      let at = start;
      while (text.charCodeAt(at) === SPACE) at++;
      const code = text.charCodeAt(at);
      if (code === LINE_FEED || (code === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED)) {
        start = code === LINE_FEED ? at + 1 : at + 2;
        continue;
      }
      if (Number.isNaN(code) || at - start <= this.#level) return false;
      this.#at = at;
      return true;
    }
  }

  #value(): string | null {
    const code = this.#skipSpace();
    if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      this.#skipNested();
      return null;
    }
    return code === COMMA || code === CLOSE_BRACE ? null : this.#scalar();
  }

  #scalar(): string | null {
    const text = this.#text;
    const start = this.#at;
    const code = text.charCodeAt(start);
    if (isQuote(code)) {
      const newline = text.indexOf("\n", start);
      const close = quotedEnd(text, start, newline === -1 ? text.length : newline);
      if (close === -1) {
        this.#problem = "a quote is not closed on its line";
        return null;
      }
      this.#at = close + 1;
      const value = unquoted(text.slice(start + 1, close), code);
      if (value === null) this.#problem = "an escape in braces is not read";
      return value;
    }
    if (isNotPlain(text, start)) {
      this.#problem = isIndicator(code) ? MARKS : "a long key or a list in braces is not read";
      return null;
    }
    let at = start;
    while (NEVER_ENDS[text.charCodeAt(at)] === 1 || !this.#endsPlain(at)) at++;
    this.#at = at;
    const value = withoutBlanksBehind(text.slice(start, at));
    return value === "" ? null : value;
  }

  #endsPlain(at: number): boolean {
    const code = this.#text.charCodeAt(at);
    if (Number.isNaN(code) || code === LINE_FEED || isFlowMark(code)) return true;
    const beside = this.#text.charCodeAt(at + 1);
    if (code === COLON) return Number.isNaN(beside) || beside <= SPACE || isFlowMark(beside);
    return code === HASH && isBlank(this.#text.charCodeAt(at - 1));
  }

  /** Passes over lists and maps within, by their brackets. */
  #skipNested(): void {
    let depth = 0;
    do {
      const code = this.#skipSpace();
      if (code === MORE) return;
      if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
      if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
      if (isFlowMark(code) || code === COLON) this.#at++;
      else this.#scalar();
      if (this.#isBroken()) return;
    } while (depth > 0);
  }
}

/** By code, 1 for letters, digits and what else stands in an integrity: a table, as no processor foresees base64. */
const NEVER_ENDS = new Uint8Array(128);
for (const mark of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-.")
  NEVER_ENDS[mark.charCodeAt(0)] = 1;

function isFlowMark(code: number): boolean {
  return (
    code === COMMA || code === OPEN_BRACKET || code === CLOSE_BRACKET || code === OPEN_BRACE || code === CLOSE_BRACE
  );
}
