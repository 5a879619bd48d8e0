import { Code, isBlank } from "./scalars.ts";

const { carriageReturn: CARRIAGE_RETURN, hash: HASH, lineFeed: LINE_FEED, space: SPACE } = Code;

/** The lines of a YAML text that say something: neither empty nor a comment. */
export class Lines {
  /** Of the line that stands next: -1 for one that ends a document, and at the end of the text. */
  indent = 0;
  /** The line's content, from its first character to its last, without the line's end. */
  content = 0;
  end = 0;
  /** The line that stands next is known, and not taken. */
  isLooked = false;
  /** Where the line after that one begins. */
  after: number;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.after = text.charCodeAt(0) === Code.byteOrderMark ? 1 : 0;
  }

  /** Finds the next such line; false when none comes before the offset `limit`. */
  look(limit: number): boolean {
    const text = this.#text;
    let at = this.after;
    for (;;) {
      let content = at;
      while (text.charCodeAt(content) === SPACE) content++;
      const code = text.charCodeAt(content);
      const newline = code === LINE_FEED ? content : text.indexOf("\n", content);
      const after = newline === -1 ? text.length : newline + 1;
      const end =
        newline === -1 ? text.length : text.charCodeAt(newline - 1) === CARRIAGE_RETURN ? newline - 1 : newline;
      if (code !== HASH && content < end) {
        this.indent = content === at && isMarker(text, content) ? -1 : content - at;
        this.content = content;
        this.end = end;
        this.after = after;
        this.isLooked = true;
        return true;
      }
      at = after;
      this.after = after;
      if (at === text.length) {
        this.indent = -1;
        this.content = at;
        this.end = at;
        this.isLooked = true;
        return true;
      }
      if (at >= limit) return false;
    }
  }
}

/** `---` or `...` at the beginning of a line: a document begins or ends. */
function isMarker(text: string, at: number): boolean {
  if (!text.startsWith("---", at) && !text.startsWith("...", at)) return false;
  const code = text.charCodeAt(at + 3);
  return Number.isNaN(code) || isBlank(code) || code === LINE_FEED || code === CARRIAGE_RETURN;
}
