/** A half-open stretch of a text, in UTF-16 code units from its start: the unit of JavaScript strings and of LSP. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place in a text as LSP counts it: line and UTF-16 character, both from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export const EMPTY_SPAN: Span = { start: 0, end: 0 };

/** A text without the run of one character (a UTF-16 code unit) at its end, in time in proportion to the run. */
export function withoutTrailing(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text.charAt(end - 1) === character) end--;
  return text.slice(0, end);
}

export function contains(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}

/**
 * Turns offsets into positions and back. Everything inside the core speaks in offsets; this stands at its edge.
 * Line ends are LF, CRLF and lone CR, as in LSP (PositionEncodingKind utf-16).
 */
export class LineIndex {
  readonly #starts: Uint32Array;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.#starts = lineStarts(text);
  }

  positionAt(offset: number): Position {
    const at = Math.min(Math.max(offset, 0), this.#text.length);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    const start = this.#starts[low] ?? 0;
    return { line: low, character: this.#beforeLineEnd(at, start) - start };
  }

  offsetAt(position: Position): number {
    if (position.line < 0) return 0;
    const start = this.#starts[position.line];
    if (start === undefined) return this.#text.length;
    const next = this.#starts[position.line + 1] ?? this.#text.length;
    return this.#beforeLineEnd(Math.min(start + Math.max(position.character, 0), next), start);
  }

  /** A character beyond the line's is its last: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#position */
  #beforeLineEnd(offset: number, start: number): number {
    let at = offset;
    while (at > start && (this.#text.charCodeAt(at - 1) === 10 || this.#text.charCodeAt(at - 1) === 13)) at--;
    return at;
  }

  rangeOf(span: Span): Range {
    return { start: this.positionAt(span.start), end: this.positionAt(span.end) };
  }
}

function lineStarts(text: string): Uint32Array {
  const starts = [0];
  // One native search per line is far cheaper than a look at each code unit of a large lockfile.
  if (!text.includes("\r")) {
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    return Uint32Array.from(starts);
  }
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || (unit === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  return Uint32Array.from(starts);
}
