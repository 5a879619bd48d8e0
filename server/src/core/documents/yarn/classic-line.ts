import { Line } from "./line.ts";

const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const DASH = 45;
const SLASH = 47;
const COLON = 58;

/**
 * Reads the words of one line of a classic lockfile, as Yarn 1 takes them apart (`tokenise` in @yarnpkg/lockfile): a
 * JSON string, a number, true or false, or a run of anything but space, comma and colon that begins with a letter, a
 * slash or a dash.
 */
export class ClassicLine extends Line {
  /**
   * The words so far are as Yarn writes them. It reads others too, which npm and Bun take for something else where they
   * follow its lockfile: npm decodes no escapes, and ignores the whole file for two spaces in a row (lib/yarn-lock.js of
   * @npmcli/arborist).
   */
  isAsWritten = true;

  override enter(start: number, end: number): void {
    super.enter(start, end);
    this.isAsWritten = true;
  }

  /** Takes a word and the spaces behind it; false when none stands here. */
  word(): boolean {
    const isThere = this.#word();
    if (isThere && this.hasNeedlessEscape) this.isAsWritten = false;
    return isThere;
  }

  protected override skipSpaces(): void {
    const { text } = this;
    if (this.at >= this.lineEnd || text.charCodeAt(this.at) !== SPACE) return;
    this.at++;
    if (text.charCodeAt(this.at) !== SPACE) return;
    super.skipSpaces();
    this.isAsWritten = false;
  }

  #word(): boolean {
    const { text, lineEnd } = this;
    const first = this.at < lineEnd ? text.charCodeAt(this.at) : 0;
    if (first === QUOTE) return this.quoted();
    let at = this.at;
    for (; at < lineEnd; at++) {
      const unit = text.charCodeAt(at);
      if (unit > COLON) continue;
      if (unit === SPACE || unit === COLON || unit === COMMA) break;
      // Yarn would take it, and never writes it.
      if (unit === QUOTE) return this.fail("a quote within a word");
    }
    if (at === this.at)
      return this.fail(at === lineEnd ? "the line ends where a value is expected" : "expected a word or a string");
    this.bare(at);
    this.skipSpaces();
    return this.#isWord(first) || this.fail("expected a word or a string");
  }

  /** Takes a word that names something: it is not empty, and where it is bare, no number, nor true or false. */
  key(): boolean {
    if (!this.word()) return false;
    if (this.start === this.end) return this.fail("an empty key");
    if (this.text.charCodeAt(this.end) === QUOTE) return true;
    const isLiteral = isDigit(this.text.charCodeAt(this.start)) || this.is("true") || this.is("false");
    return !isLiteral || this.fail("expected a key");
  }

  comma(): boolean {
    return this.#sign(COMMA);
  }

  colon(): boolean {
    return this.#sign(COLON);
  }

  #isWord(first: number): boolean {
    const lower = first | 32;
    if (lower >= 97 && lower <= 122) return (lower !== 116 && lower !== 102) || !this.#isGlued();
    if (first === DASH || first === SLASH) return true;
    for (let at = this.start; at < this.end; at++) {
      if (!isDigit(this.text.charCodeAt(at))) return false;
    }
    return true;
  }

  /** Yarn takes `trueish` for true and a word behind it, which no line may hold. */
  #isGlued(): boolean {
    const length = this.end - this.start;
    return (
      (length > 4 && this.text.startsWith("true", this.start)) ||
      (length > 5 && this.text.startsWith("false", this.start))
    );
  }

  #sign(unit: number): boolean {
    if (this.at >= this.lineEnd || this.text.charCodeAt(this.at) !== unit) return false;
    this.at++;
    this.skipSpaces();
    return true;
  }
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}
