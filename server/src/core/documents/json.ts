import type { DocumentProblem } from "../model.ts";
import type { Span } from "../util/text.ts";
import { JsonTokens, Token, type JsonDialect } from "./json-tokens.ts";
import { appearsTwice, SeenNames } from "./seen-names.ts";
import { STRIDE, type Task } from "../task.ts";

export interface JsonString {
  /** Unescaped. */
  readonly value: string;
  /** As written, without the quotes: longer than the value where there are escapes. */
  readonly span: Span;
}

/** What stands where a value is expected. `none`: nothing that could be one. */
export type JsonKind = "object" | "array" | "string" | "number" | "boolean" | "null" | "none";

const OBJECT = 1;
const ARRAY = 2;

/**
 * Reads a JSON text from front to back, value by value, keeping offsets and nothing else.
 *
 * After `enterObject()` call `nextMember()` until it is false; after each true one, `key` and `keySpan` are the
 * member's, and its value may be read, entered, or left alone, in which case it is skipped. Arrays likewise.
 *
 * Tolerant, as jsonc-parser's `visit` is: what can be made sense of is given, and the first error is kept in `problem`.
 * A string that is broken off is never given as a value, and neither is one with a colon behind it: that is the next
 * member's name, where somebody is about to type a member above it. Duplicate names are all given, in order: for a reader that
 * assigns, the last one wins, as with JSON.parse; the first one that is met is kept in `repeated`. Depth is bounded by
 * memory only (one byte a level).
 */
export class JsonCursor {
  /** The name of the member that stands next; null until it is asked for, which it mostly is not where values are skipped. */
  #key: string | null = null;
  #keyStart = 0;
  #keyEnd = 0;
  readonly #tokens: JsonTokens;
  #frames = new Uint8Array(64);
  #depth = 0;
  readonly #open = [0, 0, 0];
  /** A value stands next that nobody has taken yet. */
  #pending = true;
  /** A member that is no member (`{ {…} }`): its value is to be skipped. */
  #stray = false;
  /** The member's value is missing: what stands next is the name of the next one. */
  #missing = false;
  #before: "start" | "comma" | "value" = "start";
  #leftAt = 0;
  /** By depth: the names of the object that was entered there. */
  readonly #names: SeenNames[] = [];
  #repeated: DocumentProblem | null = null;

  constructor(text: string, dialect: JsonDialect = "json") {
    this.#tokens = new JsonTokens(text, dialect);
  }

  /** Where the next token starts. */
  get offset(): number {
    return this.#tokens.start;
  }

  /** Where the object or array that was left last ends: behind its bracket, or where it is broken off. */
  get leftAt(): number {
    return this.#leftAt;
  }

  get problem(): DocumentProblem | null {
    return this.#tokens.problem;
  }

  /** The first name that an object has twice, of the objects that were entered: not of what was skipped. */
  get repeated(): DocumentProblem | null {
    return this.#repeated;
  }

  /** The name of the member that the cursor stands at. */
  get key(): string {
    this.#key ??= this.#tokens.text.slice(this.#keyStart, this.#keyEnd);
    return this.#key;
  }

  /** As written, without the quotes: longer than the key where that has escapes. */
  get keySpan(): Span {
    return { start: this.#keyStart, end: this.#keyEnd };
  }

  get kind(): JsonKind {
    if (this.#missing) return "none";
    switch (this.#tokens.kind) {
      case Token.openBrace:
        return "object";
      case Token.openBracket:
        return "array";
      case Token.string:
        return "string";
      case Token.number:
        return "number";
      case Token.true:
      case Token.false:
        return "boolean";
      case Token.null:
        return "null";
      default:
        return "none";
    }
  }

  /** The next value's first token: the whole value unless it is an object or an array. A string's is without quotes. */
  get valueSpan(): Span {
    const { start, span } = this.#tokens;
    return this.#missing ? { start, end: start } : span;
  }

  enterObject(): boolean {
    if (!this.#enter(Token.openBrace, OBJECT)) return false;
    (this.#names[this.#depth] ??= new SeenNames()).clear();
    return true;
  }

  enterArray(): boolean {
    return this.#enter(Token.openBracket, ARRAY);
  }

  nextMember(): boolean {
    while (this.#next()) {
      if (!this.#stray) {
        if (this.#repeated === null && this.#names[this.#depth]?.isRepeated(this.key) === true)
          this.#repeated = { kind: "syntax", message: appearsTwice(this.key), span: this.keySpan };
        return true;
      }
      this.skipValue();
    }
    return false;
  }

  nextElement(): boolean {
    while (this.#next()) {
      if (!this.#stray) return true;
      this.skipValue();
    }
    return false;
  }

  /** The next value if it is a whole string, else null. The value is taken either way. */
  readString(): JsonString | null {
    const tokens = this.#tokens;
    const string = this.kind === "string" && !tokens.broken ? { value: tokens.value, span: tokens.span } : null;
    this.skipValue();
    return string;
  }

  /** As `readString`, for a value whose place does not matter. */
  readText(): string | null {
    const text = this.kind === "string" && !this.#tokens.broken ? this.#tokens.value : null;
    this.skipValue();
    return text;
  }

  /** The next value if it is true or false, else null. The value is taken either way. */
  readBoolean(): boolean | null {
    const kind = this.#tokens.kind;
    this.skipValue();
    return kind === Token.true ? true : kind === Token.false ? false : null;
  }

  /** The next value as written if it is a number, else null. The value is taken either way. */
  readNumber(): string | null {
    const number = this.#tokens.kind === Token.number && !this.#tokens.broken ? this.#tokens.value : null;
    this.skipValue();
    return number;
  }

  skipValue(): void {
    const floor = this.#depth;
    this.#takeOrEnter();
    while (this.#depth > floor) if (this.#next()) this.#takeOrEnter();
  }

  /** As `skipValue`, for values that may be megabytes long. */
  *skipInSlices(): Task<void> {
    const floor = this.#depth;
    let pause = this.offset + STRIDE;
    this.#takeOrEnter();
    while (this.#depth > floor) {
      if (this.#next()) this.#takeOrEnter();
      if (this.offset < pause) continue;
      yield;
      pause = this.offset + STRIDE;
    }
  }

  /** After the outermost value: nothing may follow it. */
  finish(): void {
    if (this.#tokens.kind !== Token.end) this.#tokens.report("text after the end of the JSON value");
  }

  #enter(token: number, frame: number): boolean {
    if (this.#tokens.kind !== token || !this.#pending) return false;
    if (this.#depth === this.#frames.length) {
      const larger = new Uint8Array(this.#depth * 2);
      larger.set(this.#frames);
      this.#frames = larger;
    }
    this.#frames[this.#depth++] = frame;
    this.#count(frame, 1);
    this.#pending = false;
    this.#before = "start";
    this.#tokens.advance();
    return true;
  }

  #count(frame: number, by: number): void {
    this.#open[frame] = (this.#open[frame] ?? 0) + by;
  }

  #leave(frame: number, end: number): false {
    this.#leftAt = end;
    this.#depth--;
    this.#count(frame, -1);
    this.#before = "value";
    return false;
  }

  /** Takes a value of one token; an object or array is only entered. */
  #takeOrEnter(): void {
    if (!this.#pending || this.#enter(Token.openBrace, OBJECT) || this.enterArray()) return;
    this.#pending = false;
    this.#before = "value";
    if (this.#missing) {
      this.#missing = false;
      return;
    }
    switch (this.#tokens.kind) {
      case Token.end:
      case Token.comma:
      case Token.closeBrace:
      case Token.closeBracket:
        this.#tokens.report(
          this.#tokens.kind === Token.end ? "the file ends where a value is expected" : "expected a value",
        );
        return;
      default:
        if (this.kind === "none") this.#tokens.report("expected a value");
        this.#tokens.advance();
    }
  }

  /** Goes to the next member or element of the innermost object or array; false at its end. */
  #next(): boolean {
    if (this.#pending) this.skipValue();
    const frame = this.#frames[this.#depth - 1];
    if (frame === undefined) return false;
    const tokens = this.#tokens;
    this.#stray = false;
    for (;;) {
      switch (tokens.kind) {
        case Token.end:
          tokens.report(`the file ends inside ${frame === OBJECT ? "an object" : "an array"}`);
          return this.#leave(frame, tokens.start);
        case Token.comma:
          if (this.#before !== "value") tokens.report("a comma too many");
          this.#before = "comma";
          tokens.advance();
          continue;
        case Token.closeBrace:
        case Token.closeBracket: {
          const closes = tokens.kind === Token.closeBrace ? OBJECT : ARRAY;
          if (closes === frame) {
            if (this.#before === "comma" && tokens.dialect === "json")
              tokens.report("a comma before the closing bracket");
            const { end } = tokens;
            tokens.advance();
            return this.#leave(frame, end);
          }
          tokens.report(
            `expected ${frame === OBJECT ? "}" : "]"} to close ${frame === OBJECT ? "an object" : "an array"}`,
          );
          // The bracket may be the end of something further out; else it belongs to nothing.
          if ((this.#open[closes] ?? 0) > 0) return this.#leave(frame, tokens.start);
          tokens.advance();
          continue;
        }
        default:
          if (this.#before === "value")
            tokens.report(`expected a comma between ${frame === OBJECT ? "members" : "elements"}`);
          if (frame === OBJECT) this.#readKey();
          this.#pending = true;
          return true;
      }
    }
  }

  #readKey(): void {
    const tokens = this.#tokens;
    if (tokens.kind !== Token.string || tokens.broken) {
      tokens.report("expected a name in double quotes");
      this.#stray = true;
      return;
    }
    this.#key = tokens.plain ? null : tokens.value;
    this.#keyStart = tokens.start + 1;
    this.#keyEnd = tokens.end - 1;
    const after = tokens.advance();
    if (after === Token.colon) tokens.advance();
    else
      tokens.report(
        after === Token.end ? "the file ends after a member's name" : "expected a colon after a member's name",
      );
    this.#missing = tokens.isName;
    if (this.#missing) tokens.report("expected a value");
  }
}
