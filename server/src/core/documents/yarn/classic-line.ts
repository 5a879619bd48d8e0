import { closingQuote, unescaped } from "./scalar.ts";

const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const COMMA = 44;
const COLON = 58;

/**
 * Reads the words of one line of a classic lockfile, as Yarn 1 takes them apart (`tokenise` in @yarnpkg/lockfile): a
 * JSON string, a number, true or false, or a run of anything but space, comma and colon that begins with a letter, a
 * slash or a dash.
 */
export class ClassicLine {
  /** The word last read, without its quotes. */
  start = 0;
  end = 0;
  /** Why the last word could not be read. */
  reason = "";
  readonly #text: string;
  #at = 0;
  #end = 0;
  #quoted = false;

  constructor(text: string) {
    this.#text = text;
  }

  enter(start: number, end: number): void {
    this.#at = start;
    this.#end = end;
  }

  /** Where the next word or sign stands. */
  get offset(): number {
    return this.#at;
  }

  /** The value of the word last read; null when its escapes are not those of JSON. */
  get value(): string | null {
    return this.#quoted ? unescaped(this.#text, this.start, this.end) : this.#text.slice(this.start, this.end);
  }

  /** Whether the word last read is this one. */
  is(word: string): boolean {
    return this.end - this.start === word.length && this.#text.startsWith(word, this.start);
  }

  /** Takes a word and the spaces behind it; false when none stands here. */
  word(): boolean {
    const text = this.#text;
    const end = this.#end;
    const first = this.#at < end ? text.charCodeAt(this.#at) : 0;
    this.#quoted = first === QUOTE;
    if (this.#quoted) {
      this.start = this.#at + 1;
      this.end = closingQuote(text, this.start, end);
      if (this.end === -1) {
        this.reason = "a string without its closing quote";
        return false;
      }
      this.#at = this.end + 1;
    } else {
      let at = this.#at;
      for (; at < end; at++) {
        const unit = text.charCodeAt(at);
        if (unit === SPACE || unit === COLON || unit === COMMA) break;
      }
      this.start = this.#at;
      this.end = at;
      if (!this.#isWord(first)) {
        this.reason = this.start === end ? "the line ends where a value should stand" : "expected a word or a string";
        return false;
      }
      this.#at = at;
    }
    this.#skipSpaces();
    return true;
  }

  comma(): boolean {
    return this.#sign(COMMA);
  }

  colon(): boolean {
    return this.#sign(COLON);
  }

  /** Whether nothing but a comment is left. */
  get isOver(): boolean {
    return this.#at >= this.#end || this.#text.charCodeAt(this.#at) === HASH;
  }

  #isWord(first: number): boolean {
    const isDigit = first >= 48 && first <= 57;
    const lower = first | 32;
    if (!isDigit) return (lower >= 97 && lower <= 122 && !this.#isGlued()) || first === 45 || first === 47;
    for (let at = this.start; at < this.end; at++) {
      const unit = this.#text.charCodeAt(at);
      if (unit < 48 || unit > 57) return false;
    }
    return true;
  }

  /** Yarn takes `trueish` for true and a word behind it, which no line may hold. */
  #isGlued(): boolean {
    const length = this.end - this.start;
    return (length > 4 && this.#text.startsWith("true", this.start)) || (length > 5 && this.#text.startsWith("false", this.start));
  }

  #sign(unit: number): boolean {
    if (this.#at >= this.#end || this.#text.charCodeAt(this.#at) !== unit) return false;
    this.#at++;
    this.#skipSpaces();
    return true;
  }

  #skipSpaces(): void {
    while (this.#at < this.#end && this.#text.charCodeAt(this.#at) === SPACE) this.#at++;
  }
}
