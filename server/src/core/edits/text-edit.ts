import type { Span } from "../util/text.ts";

/** A replacement of one stretch of a text. */
export interface Edit {
  readonly span: Span;
  readonly newText: string;
}

/** Applies edits that do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { span, newText } of [...edits].sort((a, b) => b.span.start - a.span.start)) {
    result = result.slice(0, span.start) + newText + result.slice(span.end);
  }
  return result;
}

/** The one smallest edit that turns `before` into `after`; null when they are the same. */
export function smallestEdit(before: string, after: string): Edit | null {
  if (before === after) return null;
  const limit = Math.min(before.length, after.length);
  let head = 0;
  while (head < limit && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < limit - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { span: { start: head, end: before.length - tail }, newText: after.slice(head, after.length - tail) };
}
