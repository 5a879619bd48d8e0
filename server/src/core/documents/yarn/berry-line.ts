import { Line } from "./line.ts";

const TAB = 9;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const DASH = 45;
const COLON = 58;
const QUESTION = 63;

/** What no plain scalar may begin with (YAML 1.2, 7.3.3, in block context); `-`, `?` and `:` may before a non-space. */
const INDICATORS = "[]{},#&*!|>'\"%@`";

/**
 * Reads one line of a Berry lockfile: `key:` or `key: value`, each side a JSON string or a plain YAML scalar, which is
 * what its writer makes (`stringifySyml` in @yarnpkg/parsers). The rest of YAML is told as something that Yarn does not
 * write.
 */
export class BerryLine extends Line {
  /** Takes a `?`, `:` or `-` that stands for itself: of a key that was too long for one line, or of a list. */
  sign(unit: number): boolean {
    if (this.text.charCodeAt(this.at) !== unit) return false;
    if (this.at + 1 < this.lineEnd && this.text.charCodeAt(this.at + 1) !== SPACE) return false;
    this.at++;
    this.skipSpaces();
    return true;
  }

  /** Takes a key, its colon, and the spaces behind. */
  key(): boolean {
    if (!this.scalar(true)) return false;
    if (this.at >= this.lineEnd || this.text.charCodeAt(this.at) !== COLON)
      return this.fail("expected a colon behind the key");
    this.at++;
    if (this.at < this.lineEnd && this.text.charCodeAt(this.at) !== SPACE)
      return this.fail("expected a space behind the colon");
    this.skipSpaces();
    return true;
  }

  /** Takes a value that goes to the line's end. */
  last(): boolean {
    return this.scalar(false) && (this.isOver || this.fail("expected one value"));
  }

  /** Whether the rest of the line is this, and a word: what needs no closer look to be passed over. */
  isWordBehind(key: string): boolean {
    const { text, lineEnd } = this;
    const start = this.at + key.length;
    if (
      !text.startsWith(key, this.at) ||
      !isLetterOrDigit(text.charCodeAt(start)) ||
      text.charCodeAt(lineEnd - 1) === COLON
    )
      return false;
    const space = text.indexOf(" ", start);
    return space === -1 || space >= lineEnd;
  }

  /** `[]`, which is how a list without items is written. */
  emptyList(): boolean {
    return this.at + 2 === this.lineEnd && this.text.startsWith("[]", this.at);
  }

  /** Takes a scalar and the spaces behind it. In a plain one, a colon before a space ends a key, and no value. */
  scalar(isKey: boolean): boolean {
    const { text, lineEnd } = this;
    const first = this.at < lineEnd ? text.charCodeAt(this.at) : SPACE;
    if (first === QUOTE) return this.quoted();
    if (!this.#mayBegin(first)) return this.fail("not as Yarn writes it");
    let at = this.at;
    for (; at < lineEnd; at++) {
      const unit = text.charCodeAt(at);
      if (unit > COLON) continue;
      if (unit === COLON) {
        const next = at + 1 < lineEnd ? text.charCodeAt(at + 1) : SPACE;
        if (next !== SPACE && next !== TAB) continue;
        if (isKey) break;
        return this.fail("expected one value");
      }
      const before = text.charCodeAt(at - 1);
      if (unit === HASH && (before === SPACE || before === TAB)) break;
    }
    const behind = at;
    while (at > this.at && text.charCodeAt(at - 1) === SPACE) at--;
    if (text.charCodeAt(at - 1) === TAB) return this.fail("not as Yarn writes it");
    this.bare(at);
    this.at = behind;
    return true;
  }

  #mayBegin(first: number): boolean {
    if (isLetterOrDigit(first)) return true;
    if (first === COLON || first === QUESTION || first === DASH) {
      return this.at + 1 < this.lineEnd && this.text.charCodeAt(this.at + 1) !== SPACE;
    }
    return first > SPACE && !INDICATORS.includes(String.fromCharCode(first));
  }
}

function isLetterOrDigit(unit: number): boolean {
  const lower = unit | 32;
  return (lower >= 97 && lower <= 122) || (unit >= 48 && unit <= 57);
}
