import type { Problems } from "../problems.ts";
import { STRIDE } from "../../task.ts";
import type { Span } from "../../util/text.ts";
import { appearsTwice, SeenNames } from "../seen-names.ts";
import { readFlowPairs } from "./flow.ts";
import { beginsEntry, isIndicator, isNotPlain, isQuote, isSign, MARKS, MERGE_KEY, plainKeyEnd } from "./keys.ts";
import { Lines } from "./lines.ts";
import type { Pair } from "./pairs.ts";
import { isLink } from "./references.ts";
import { Code, isBlank, plainText, quotedEnd, unquoted } from "./scalars.ts";

const {
  ampersand: AMPERSAND,
  asterisk: ASTERISK,
  colon: COLON,
  dash: DASH,
  exclamation: EXCLAMATION,
  hash: HASH,
  openBrace: OPEN_BRACE,
  openBracket: OPEN_BRACKET,
  question: QUESTION,
  tab: TAB,
} = Code;

/** What `next` came to. `pause`: nothing yet, let other work run and ask again. */
export type Step = "entry" | "end" | "pause";

/** `[x64, arm64]`, as pnpm writes it. */
const PLAIN_LIST = /^\[[A-Za-z][\w.-]*(?:, [A-Za-z][\w.-]*)*\]$/;
/** One word or more, in which nothing has a meaning of its own. */
const PLAIN_TEXT = /^[A-Za-z\d/^~<=.](?:[^:#\t"]|:(?=[^\s:]))*$/;
const IN_SINGLE_QUOTES = /^'(?:[^']|'')*'$/;
const IN_DOUBLE_QUOTES = /^"[^"\\]*"$/;

function isPlainScalar(value: string): boolean {
  return (
    IN_SINGLE_QUOTES.test(value) || IN_DOUBLE_QUOTES.test(value) || (PLAIN_TEXT.test(value) && !value.endsWith(" "))
  );
}

/** Whether this sign stands for itself there: of a list, or of a long key. */
function isAlone(text: string, start: number, end: number, sign: number): boolean {
  return text.charCodeAt(start) === sign && (start + 1 === end || isBlank(text.charCodeAt(start + 1)));
}

const CONTINUED = "a value that goes on over several lines is not read";
const INDENTATION = "the indentation fits no line before it";
const NO_TEXT = "a text was expected here";
const NO_LIST = "a list was not expected here";

/**
 * Reads block maps from front to back, line by line, in the YAML that pnpm writes: js-yaml's `dump` with `lineWidth: -1`
 * and `noRefs` (pnpm: lockfile/fs/src/write.ts). Maps of several lines are blocks, told by their indentation; keys and
 * values are plain, or in single or double quotes, on one line; a key of more than 1,024 characters stands behind `? `;
 * short maps and lists may stand in brackets (over several lines where prettier went over the file).
 *
 * `next(level)` goes to the next entry of the map whose keys are indented by `level`; then `key` and `keySpan` are the
 * entry's, and its value may be read (`string`, `pairs`), entered (`enter` gives the level of its own entries), or taken
 * as lines (`takeLines`). A value that is left alone is skipped unseen, be it a list, a block scalar or anything else. Two
 * entries of one name in a map are reported: pnpm ignores or refuses such a file.
 *
 * Other YAML that would change what is read (anchors, tabs, a text over several lines) is told and not guessed at. What
 * follows a broken line is read on.
 */
export class BlockReader {
  readonly #text: string;
  readonly #problems: Problems;
  readonly #lines: Lines;
  #pauseAt = STRIDE;
  /** The entry that was taken: its indentation, its key, and its value, -1 where none stands on the key's line. */
  #level = 0;
  #keyStart = 0;
  #keyEnd = 0;
  #keyQuote = 0;
  #value = -1;
  #valueEnd = 0;
  /** Why nothing may be indented deeper than the entry that was taken; null where it may. */
  #whyNotDeeper: string | null = INDENTATION;
  /** By level: the keys of the map that is read there. */
  readonly #names = new Map<number, SeenNames>();
  readonly #pairNames = new SeenNames();

  constructor(text: string, problems: Problems) {
    this.#text = text;
    this.#problems = problems;
    this.#lines = new Lines(text);
    this.#begin(0);
  }

  get key(): string {
    const written = this.#text.slice(this.#keyStart, this.#keyEnd);
    if (this.#keyQuote === 0) return written;
    return unquoted(written, this.#keyQuote) ?? this.#odd("an escape in a key is not read", this.keySpan, written);
  }

  /** As written, without the quotes: longer than the key where that has escapes. */
  get keySpan(): Span {
    return { start: this.#keyStart, end: this.#keyEnd };
  }

  /** Nothing at all stands where the entry's value should. */
  get isEmpty(): boolean {
    return this.#value === -1 && this.#block() === -1;
  }

  /** The entry's value is written as nothing, or as a list that has no items. */
  get isWrittenEmpty(): boolean {
    if (this.#value === -1 || this.#text.charCodeAt(this.#value) === OPEN_BRACE) return false;
    return /^(?:\[\s*\]|~|null)\s*(?:#.*)?$/.test(this.#text.slice(this.#value, this.#valueEnd));
  }

  next(level: number): Step {
    const step = this.#lines.after < this.#pauseAt ? this.#step(level, this.#pauseAt) : "pause";
    if (step === "pause") this.#pauseAt = this.#lines.after + STRIDE;
    return step;
  }

  /** As `next`, within one entry of a larger map. */
  nextWithin(level: number): boolean {
    return this.#step(level, Infinity) === "entry";
  }

  /** Goes past the end of a document; false at the end of the text. */
  nextDocument(): boolean {
    while (this.#step(0, Infinity) === "entry");
    this.#begin(0);
    if (this.#lines.content >= this.#text.length) return false;
    const marker = this.#text.slice(this.#lines.content + 3, this.#lines.end).trim();
    if (marker !== "" && !marker.startsWith("#")) this.#report("text behind the beginning of a document is not read");
    this.#lines.isLooked = false;
    return true;
  }

  /** The level of the entry's own entries; -1 when it has none. */
  enter(): number {
    if (this.#value === -1) {
      const level = this.#block();
      if (this.#isListNext()) this.#report(NO_LIST);
      this.#begin(level);
      return level;
    }
    const value = this.#text.slice(this.#value, this.#valueEnd);
    if (!/^(?:\{\s*\}|\[\s*\]|~|null)\s*(?:#.*)?$/.test(value)) {
      this.#report("a map that is not written as a block is not read", { start: this.#value, end: this.#valueEnd });
    }
    return -1;
  }

  /** The entry's value if it is a text on one line, else null. */
  string(): string | null {
    // Nearly all are plain, and their places are not asked for.
    const code = this.#value === -1 ? NaN : this.#text.charCodeAt(this.#value);
    return Number.isNaN(code) || isQuote(code) ? (this.scalar()?.value ?? null) : this.#plain();
  }

  /** As `string`, with its place, without the quotes. */
  scalar(): { readonly value: string; readonly span: Span } | null {
    if (this.#value === -1 && !this.#takeLineBelow()) {
      return this.#isAbsent() ? null : this.#odd(NO_TEXT, this.keySpan, null);
    }
    const start = this.#value;
    const code = this.#text.charCodeAt(start);
    if (isQuote(code)) return this.#quoted(start, code);
    const value = this.#plain();
    return value === null ? null : { value, span: { start, end: start + value.length } };
  }

  #plain(): string | null {
    this.#whyNotDeeper = CONTINUED;
    const span = { start: this.#value, end: this.#valueEnd };
    if (isNotPlain(this.#text, span.start)) return this.#odd(NO_TEXT, span, null);
    const value = plainText(this.#text, span.start, span.end);
    const colon = value.indexOf(":");
    if (colon === -1 || !(value.endsWith(":") || value.includes(": ", colon))) return value;
    return this.#odd("a key within a value", span, null);
  }

  /** The entry's value if it is a map of texts, as a block or in braces; null where there is none. */
  pairs(): readonly Pair[] | null {
    if (this.#value === -1) {
      const level = this.#block();
      if (this.#isListNext()) this.#report(NO_LIST);
      if (level === -1) return null;
      if (!this.#takeLineBelow()) return this.#blockPairs(level);
    }
    if (this.#text.charCodeAt(this.#value) !== OPEN_BRACE) return null;
    const { pairs, end, problem } = readFlowPairs(this.#text, this.#value, this.#level);
    if (problem !== null) this.#report(problem, { start: this.#value, end: Math.max(end, this.#value + 1) });
    this.#pairNames.clear();
    for (const { key } of pairs) if (this.#pairNames.isRepeated(key)) this.#report(appearsTwice(key), this.keySpan);
    this.#whyNotDeeper = INDENTATION;
    if (end > this.#valueEnd) this.#goOnBehind(end);
    return pairs;
  }

  /** As `pairs`, where the entry's value can be nothing else. */
  map(): readonly Pair[] {
    return this.pairs() ?? this.#odd("a map was expected here", this.keySpan, []);
  }

  /** As `map`, where no value can be a map or a list. */
  texts(): readonly Pair[] {
    const pairs = this.map();
    if (pairs.some(({ value }) => value === null)) this.#report(NO_TEXT, this.keySpan);
    return pairs;
  }

  /**
   * Of what kind the entry's value is, which is then taken; `block` for a map of several lines, which is not; null where
   * that takes a closer look, and nothing or a part of the value is taken.
   */
  plainKind(): "text" | "flag" | "list" | "map" | "nothing" | "block" | null {
    if (this.#value === -1) {
      if (this.#isListNext()) return this.#takesPlainList() ? "list" : null;
      if (this.#block() === -1) return "nothing";
      const { content, end } = this.#lines;
      return beginsEntry(this.#text, content, end) || isAlone(this.#text, content, end, QUESTION) ? "block" : null;
    }
    const value = this.#text.slice(this.#value, this.#valueEnd);
    if (this.#block() !== -1 || this.#isListNext()) return null;
    if (value.startsWith("{")) return this.#isPlainMap() ? "map" : null;
    if (PLAIN_LIST.test(value)) return "list";
    if (!isPlainScalar(value)) return null;
    return value === "null" || value === "~" ? "nothing" : value === "true" || value === "false" ? "flag" : "text";
  }

  /** The lines of the entry, from that of its key on. They are behind the reader then. */
  takeLines(): string {
    const text = this.#text;
    const isBelow = this.#value === -1;
    if (!this.#lines.isLooked) this.#lines.look(Infinity);
    while (this.#lines.indent > this.#level || (isBelow && this.#lines.indent === this.#level && this.#isListNext())) {
      this.#lines.isLooked = false;
      this.#lines.look(Infinity);
    }
    const { content, indent } = this.#lines;
    this.#whyNotDeeper = INDENTATION;
    return text.slice(text.lastIndexOf("\n", this.#keyStart - 1) + 1, content - Math.max(indent, 0));
  }

  #isPlainMap(): boolean {
    const { pairs, end, problem } = readFlowPairs(this.#text, this.#value, this.#level);
    this.#pairNames.clear();
    return (
      problem === null &&
      end >= this.#valueEnd &&
      pairs.every(({ key, value }) => value !== null && !this.#pairNames.isRepeated(key))
    );
  }

  /** Takes the items of a list of several lines; false at one that is no plain scalar. */
  #takesPlainList(): boolean {
    const { indent } = this.#lines;
    do {
      if (this.#lines.indent !== indent) return false;
      const { content, end } = this.#lines;
      if (!isPlainScalar(this.#text.slice(content + 2, end))) return false;
      this.#lines.isLooked = false;
    } while (this.#isListNext());
    return this.#lines.indent < indent || (this.#lines.indent === indent && indent === this.#level);
  }

  /** A map begins whose keys are indented by so much. */
  #begin(level: number): void {
    const names = this.#names.get(level);
    if (names === undefined) this.#names.set(level, new SeenNames());
    else names.clear();
  }

  /** The lines of an entry whose value was just read, from that of its key on, and where they begin. */
  linesOf(key: Span): { readonly text: string; readonly start: number } {
    const startOfLine = (at: number): number => this.#text.lastIndexOf("\n", at - 1) + 1;
    const start = startOfLine(key.start);
    const end = this.#lines.isLooked ? startOfLine(this.#lines.content) : this.#lines.after;
    return { text: this.#text.slice(start, end), start };
  }

  #blockPairs(level: number): readonly Pair[] {
    this.#begin(level);
    const pairs: Pair[] = [];
    while (this.nextWithin(level)) {
      const { key } = this;
      const at = this.#value;
      const value = this.#isNested() ? null : this.string();
      const link = this.#linkAt(at, value);
      pairs.push(link === null ? { key, value } : { key, value, link });
    }
    return pairs;
  }

  /** Where the value of the entry is, which was just read; null where it is no link. */
  link(value: string | null): Span | null {
    return this.#linkAt(this.#value, value);
  }

  #linkAt(at: number, value: string | null): Span | null {
    if (at === -1 || value === null || !isLink(value)) return null;
    const start = this.#text.indexOf(value, at);
    return start === -1 || start > at + 1 ? null : { start, end: start + value.length };
  }

  /** The entry's value is a map, a list, or nothing. */
  #isNested(): boolean {
    if (this.#value === -1) return this.#block() === -1 || this.#isNestedNext();
    const code = this.#text.charCodeAt(this.#value);
    return code === OPEN_BRACE || code === OPEN_BRACKET;
  }

  #step(level: number, limit: number): Step {
    for (;;) {
      if (!this.#lines.isLooked && !this.#lines.look(limit)) return "pause";
      if (this.#lines.indent <= level && this.#text.charCodeAt(this.#lines.content) === TAB) {
        if (this.#text.slice(this.#lines.content, this.#lines.end).trim() !== "")
          this.#report("a tab in the indentation");
        this.#lines.isLooked = false;
        continue;
      }
      if (this.#lines.indent < level) {
        this.#whyNotDeeper = INDENTATION;
        return "end";
      }
      if (this.#lines.indent > level) {
        if (this.#whyNotDeeper !== null) this.#report(this.#whyNotDeeper);
        this.#whyNotDeeper = null;
      } else if (this.#take()) {
        if (this.#names.get(level)?.isRepeated(this.key) === true) this.#report(appearsTwice(this.key), this.keySpan);
        return "entry";
      }
      this.#lines.isLooked = false;
      if (this.#lines.after >= limit) return "pause";
    }
  }

  /** Takes the line that stands next as an entry; false when it is none. */
  #take(): boolean {
    const text = this.#text;
    const start = this.#lines.content;
    if (isAlone(text, start, this.#lines.end, DASH)) {
      // A list may be indented as little as the key that it belongs to.
      if (this.#value !== -1) this.#report(NO_LIST);
      return false;
    }
    if (isAlone(text, start, this.#lines.end, QUESTION)) return this.#takeLongKey();
    if (!this.#readKey(start, this.#lines.end)) return false;
    this.#open(this.#lines.indent);
    return true;
  }

  #open(level: number): void {
    this.#level = level;
    this.#lines.isLooked = false;
    this.#whyNotDeeper = null;
  }

  /** Reads `key:` and finds the value behind it. */
  #readKey(start: number, end: number): boolean {
    const text = this.#text;
    const code = text.charCodeAt(start);
    const isQuoted = isQuote(code);
    if (!isQuoted && isIndicator(code)) return this.#no("expected a key", start, end);
    let colon: number;
    if (isQuoted) {
      const close = quotedEnd(text, start, end);
      if (close === -1) return this.#no("a quote is not closed", start, end);
      this.#keyStart = start + 1;
      this.#keyEnd = close;
      colon = close + 1;
      while (isBlank(text.charCodeAt(colon))) colon++;
    } else {
      colon = plainKeyEnd(text, start, end);
      if (colon === start) return this.#no("expected a key", start, end);
      this.#keyStart = start;
      this.#keyEnd = colon;
      while (isBlank(text.charCodeAt(this.#keyEnd - 1))) this.#keyEnd--;
    }
    if (colon >= end || text.charCodeAt(colon) !== COLON) return this.#no("expected a key and a colon", start, end);
    this.#keyQuote = isQuoted ? code : 0;
    const isMerge = this.#keyEnd - this.#keyStart === MERGE_KEY.length && text.startsWith(MERGE_KEY, this.#keyStart);
    if (isMerge) this.#no(MARKS, start, end);
    this.#readValue(colon + 1, end);
    return true;
  }

  #readValue(start: number, end: number): void {
    const text = this.#text;
    let at = start;
    while (at < end && isBlank(text.charCodeAt(at))) at++;
    const code = text.charCodeAt(at);
    const isNone = at >= end || (code === HASH && at > start);
    this.#value = isNone ? -1 : at;
    this.#valueEnd = end;
    if (!isNone && (code === AMPERSAND || code === ASTERISK || code === EXCLAMATION)) {
      this.#report(MARKS, { start: at, end });
    }
  }

  /** `? key`, then `: value` or `: first entry of the value`, on a line of its own. */
  #takeLongKey(): boolean {
    const text = this.#text;
    const level = this.#lines.indent;
    let start = this.#lines.content + 1;
    while (isBlank(text.charCodeAt(start))) start++;
    let end = this.#lines.end;
    const quote = text.charCodeAt(start);
    const isQuoted = isQuote(quote);
    if (isQuoted) {
      const close = quotedEnd(text, start, end);
      if (close === -1) return this.#no("a quote is not closed", start, end);
      const rest = text.slice(close + 1, end).trim();
      if (rest !== "" && !rest.startsWith("#")) return this.#no("text behind a closing quote", start, end);
      start++;
      end = close;
    } else {
      const isKey = start < end && !isNotPlain(text, start) && plainKeyEnd(text, start, end) === end;
      if (!isKey) return this.#no("expected a key", start, end);
      end = start + plainText(text, start, end).length;
    }
    this.#lines.look(Infinity);
    const at = this.#lines.content;
    if (
      this.#lines.indent !== level ||
      text.charCodeAt(at) !== COLON ||
      !(at + 1 === this.#lines.end || isBlank(text.charCodeAt(at + 1)))
    ) {
      this.#report("expected a colon below a long key", { start, end });
      // The line that was looked at stays the next one.
      this.#value = -1;
      this.#open(level);
      this.#lines.isLooked = true;
    } else {
      this.#readValue(at + 1, this.#lines.end);
      this.#open(level);
      this.#divideLine(at);
    }
    this.#keyStart = start;
    this.#keyEnd = end;
    this.#keyQuote = isQuoted ? quote : 0;
    return true;
  }

  /** Behind the colon of a long key may stand the first entry of a block: then it is the next line. */
  #divideLine(colon: number): void {
    const start = this.#value;
    if (start === -1 || !beginsEntry(this.#text, start, this.#lines.end)) return;
    this.#value = -1;
    this.#lines.indent = this.#level + start - colon;
    this.#lines.content = start;
    this.#lines.isLooked = true;
  }

  /** The level of what is indented deeper than the entry's key; -1 when nothing is. */
  #block(): number {
    if (!this.#lines.isLooked) this.#lines.look(Infinity);
    return this.#lines.indent > this.#level ? this.#lines.indent : -1;
  }

  /** The entry's value is a list: its lines may be indented as little as the key. */
  #isListNext(): boolean {
    if (!this.#lines.isLooked) this.#lines.look(Infinity);
    const { indent, content } = this.#lines;
    return indent >= this.#level && this.#text.charCodeAt(content) === DASH && isSign(this.#text, content);
  }

  #isAbsent(): boolean {
    return this.#block() === -1 && !this.#isListNext();
  }

  /** What stands next is a list or an entry, and no text. */
  #isNestedNext(): boolean {
    const { content, end } = this.#lines;
    return beginsEntry(this.#text, content, end) || isSign(this.#text, content);
  }

  /** Takes the line below the key as the value; false when there is none, or when it is an entry. */
  #takeLineBelow(): boolean {
    if (this.#block() === -1 || this.#isNestedNext()) return false;
    this.#value = this.#lines.content;
    this.#valueEnd = this.#lines.end;
    this.#lines.isLooked = false;
    return true;
  }

  #quoted(start: number, quote: number): { readonly value: string; readonly span: Span } | null {
    this.#whyNotDeeper = CONTINUED;
    const close = quotedEnd(this.#text, start, this.#valueEnd);
    if (close === -1) return this.#odd("a quote is not closed on its line", { start, end: this.#valueEnd }, null);
    const span = { start: start + 1, end: close };
    const rest = this.#text.slice(close + 1, this.#valueEnd).trim();
    if (rest !== "" && !rest.startsWith("#"))
      return this.#odd("text behind a closing quote", { start, end: this.#valueEnd }, null);
    const value = unquoted(this.#text.slice(span.start, span.end), quote);
    return value === null ? this.#odd("an escape in a value is not read", span, null) : { value, span };
  }

  /** After brackets over several lines. */
  #goOnBehind(end: number): void {
    const newline = this.#text.indexOf("\n", end);
    this.#lines.after = newline === -1 ? this.#text.length : newline + 1;
    this.#lines.isLooked = false;
  }

  #no(message: string, start: number, end: number): false {
    this.#report(message, { start, end });
    return false;
  }

  #odd<T>(message: string, span: Span, instead: T): T {
    this.#report(message, span);
    return instead;
  }

  #report(
    message: string,
    span?: Span,
    kind: "syntax" | "unsupported" = message === MARKS ? "unsupported" : "syntax",
  ): void {
    const at = span ?? { start: this.#lines.content, end: this.#lines.end };
    // pnpm ignores what is no YAML; what is not read here may be some.
    if (kind === "syntax") this.#problems.addOfFile(kind, message, at);
    else this.#problems.add(kind, message, at);
  }
}
