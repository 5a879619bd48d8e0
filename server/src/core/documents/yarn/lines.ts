const SPACE = 32;
const RETURN = 13;

/**
 * The longest line that is looked into, in UTF-16 code units. Keys of real lockfiles, which name every range that asks
 * for a package, stay below 20,000; the bound keeps the work between two pauses short for a file made to be hard.
 */
const LONGEST = 1 << 17;

/** Goes through a text line by line, keeping offsets and nothing else. Line ends are LF and CRLF; a BOM is passed over. */
export class Lines {
  readonly text: string;
  /** Spaces before the content. */
  indent = 0;
  /** The content: without indentation, trailing spaces and the line's end. Empty for a blank line. */
  start = 0;
  end = 0;
  /** Spaces stand behind the content. */
  isFollowed = false;
  /** Longer than is looked into: the content then ends behind its first character. */
  tooLong = false;
  /** Where the next line starts. */
  offset: number;

  constructor(text: string) {
    this.text = text;
    this.offset = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  next(): boolean {
    const { text } = this;
    const begin = this.offset;
    if (begin >= text.length) return false;
    const newline = text.indexOf("\n", begin);
    let end = newline === -1 ? text.length : newline;
    this.offset = end + 1;
    this.tooLong = end - begin > LONGEST;
    if (this.tooLong) end = begin + 1;
    let start = begin;
    while (start < end && text.charCodeAt(start) === SPACE) start++;
    const lineEnd = end > start && text.charCodeAt(end - 1) === RETURN ? end - 1 : end;
    while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
    this.isFollowed = end < lineEnd;
    this.indent = start - begin;
    this.start = start;
    this.end = end;
    return true;
  }
}

function isBlank(unit: number): boolean {
  return unit === SPACE || unit === RETURN;
}
