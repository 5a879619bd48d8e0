import { closingQuote, unescaped } from "./scalar.ts";

const TAB = 9;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const COLON = 58;

/** What no plain scalar may begin with (YAML 1.2, 7.3.3, in block context); `-`, `?` and `:` may before a non-space. */
const INDICATORS = "[]{},#&*!|>'\"%@`";

/**
 * Reads one line of a Berry lockfile: `key:` or `key: value`, each side a JSON string or a plain YAML scalar, which is
 * what its writer makes (`stringifySyml` in @yarnpkg/parsers). The rest of YAML is told as something that Yarn does not
 * write.
 */
export class BerryLine {
  /** The key or value last read, without its quotes. */
  start = 0;
  end = 0;
  /** Why the last one could not be read. */
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

  /** The value of what was last read; null when its escapes are not those of JSON. */
  get value(): string | null {
    return this.#quoted ? unescaped(this.#text, this.start, this.end) : this.#text.slice(this.start, this.end);
  }

  is(word: string): boolean {
    return this.end - this.start === word.length && this.#text.startsWith(word, this.start);
  }

  /** A `?`, `:` or `-` that stands for itself: of a key that was too long for one line, or of a list. */
  sign(unit: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== unit) return false;
    if (this.#at + 1 < this.#end && this.#text.charCodeAt(this.#at + 1) !== SPACE) return false;
    this.#at++;
    this.#skipSpaces();
    return true;
  }

  /** Takes a key, its colon, and the spaces behind. */
  key(): boolean {
    if (!this.scalar(true)) return false;
    if (this.#at >= this.#end || this.#text.charCodeAt(this.#at) !== COLON) return this.#fail("expected a colon behind the key");
    this.#at++;
    if (this.#at < this.#end && this.#text.charCodeAt(this.#at) !== SPACE) return this.#fail("expected a space behind the colon");
    this.#skipSpaces();
    return true;
  }

  /** Takes a value that goes to the line's end. */
  last(): boolean {
    if (!this.scalar(false)) return false;
    return this.isOver || this.#fail("expected one value");
  }

  /** Whether nothing but a comment is left. */
  get isOver(): boolean {
    return this.#at >= this.#end || this.#text.charCodeAt(this.#at) === HASH;
  }

  scalar(isKey: boolean): boolean {
    const text = this.#text;
    const end = this.#end;
    const first = this.#at < end ? text.charCodeAt(this.#at) : SPACE;
    this.#quoted = first === QUOTE;
    if (this.#quoted) {
      this.start = this.#at + 1;
      this.end = closingQuote(text, this.start, end);
      if (this.end === -1) return this.#fail("a string without its closing quote");
      this.#at = this.end + 1;
      this.#skipSpaces();
      return true;
    }
    this.start = this.#at;
    if (!this.#mayBegin(first)) return this.#fail("not as Yarn writes it");
    let at = this.#at;
    for (; at < end; at++) {
      const unit = text.charCodeAt(at);
      if (unit === COLON) {
        const next = at + 1 < end ? text.charCodeAt(at + 1) : SPACE;
        if (next !== SPACE && next !== TAB) continue;
        if (isKey) break;
        this.end = at;
        return this.#fail("expected one value");
      }
      if (unit === HASH && text.charCodeAt(at - 1) === SPACE) break;
    }
    this.#at = at;
    while (at > this.start && text.charCodeAt(at - 1) === SPACE) at--;
    this.end = at;
    return true;
  }

  #mayBegin(first: number): boolean {
    const lower = first | 32;
    if ((lower >= 97 && lower <= 122) || (first >= 48 && first <= 57)) return true;
    if (first === COLON || first === 63 || first === 45) {
      return this.#at + 1 < this.#end && this.#text.charCodeAt(this.#at + 1) !== SPACE;
    }
    return first > SPACE && !INDICATORS.includes(String.fromCharCode(first));
  }

  #skipSpaces(): void {
    while (this.#at < this.#end && this.#text.charCodeAt(this.#at) === SPACE) this.#at++;
  }

  #fail(reason: string): false {
    this.reason = reason;
    return false;
  }
}
