const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const BACKSLASH = 92;

/** An escape, behind escapes of a quote or a backslash: those may be needed. */
const NEEDLESS = /^(?:[^\\]|\\["\\])*\\[^"\\]/;

export const ODD_INDENT = "not indented as Yarn does";

/**
 * Takes one line apart, scalar by scalar: what both formats have in common. Yarn writes a scalar bare or as a JSON
 * string, and what stands behind one may be a comment.
 */
export abstract class Line {
  /** The scalar last read, without its quotes. */
  start = 0;
  end = 0;
  /** Why the last scalar could not be read. */
  reason = "";
  protected readonly text: string;
  protected at = 0;
  protected lineEnd = 0;
  #escaped = false;

  constructor(text: string) {
    this.text = text;
  }

  enter(start: number, end: number): void {
    this.at = start;
    this.lineEnd = end;
  }

  /** Where the next scalar or sign stands. */
  get offset(): number {
    return this.at;
  }

  /** The value of the scalar last read; null when its escapes are not JSON's. */
  get value(): string | null {
    return valueOf(this.text, this.start, this.end);
  }

  /** Whether the scalar last read is quoted. */
  get isQuoted(): boolean {
    return this.text.charCodeAt(this.end) === QUOTE;
  }

  /** Whether the scalar last read has an escape that no writer of JSON has a cause to write here: `\u0061`, `\/`. */
  get hasNeedlessEscape(): boolean {
    return this.#escaped && NEEDLESS.test(this.text.slice(this.start, this.end));
  }

  /** Whether the scalar last read stands for this word, with or without escapes. */
  is(word: string): boolean {
    if (this.#escaped) return this.value === word;
    return this.end - this.start === word.length && this.text.startsWith(word, this.start);
  }

  /** Whether nothing but a comment is left. */
  get isOver(): boolean {
    return this.at >= this.lineEnd || this.text.charCodeAt(this.at) === HASH;
  }

  /** Takes the string whose opening quote stands here, and the spaces behind it. */
  protected quoted(): boolean {
    const { text, lineEnd } = this;
    this.#escaped = false;
    this.start = this.at + 1;
    for (let at = this.start; at < lineEnd; at++) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) {
        this.end = at;
        this.at = at + 1;
        this.skipSpaces();
        return !this.#escaped || this.value !== null || this.fail("a string with an escape that JSON does not have");
      }
      if (unit < SPACE) return this.fail("a string with a control character");
      if (unit !== BACKSLASH) continue;
      this.#escaped = true;
      at++;
    }
    return this.fail("a string without its closing quote");
  }

  /** Takes a bare scalar, up to `end`. */
  protected bare(end: number): true {
    this.#escaped = false;
    this.start = this.at;
    this.end = end;
    this.at = end;
    return true;
  }

  protected skipSpaces(): void {
    while (this.at < this.lineEnd && this.text.charCodeAt(this.at) === SPACE) this.at++;
  }

  protected fail(reason: string): false {
    this.reason = reason;
    return false;
  }
}

/** The value of a scalar that stands from `start` to `end`, without its quotes; null when its escapes are not JSON's. */
export function valueOf(text: string, start: number, end: number): string | null {
  const written = text.slice(start, end);
  if (text.charCodeAt(end) !== QUOTE || !written.includes("\\")) return written;
  try {
    const value: unknown = JSON.parse(`"${written}"`);
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}
