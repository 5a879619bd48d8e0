import type { Span } from "../../util/text.ts";

/** A name with a text, of a map of texts. The value is null for what is no text. */
export interface Pair {
  readonly key: string;
  readonly value: string | null;
  /** Where the value is, without quotes; only of one that is a link, as no entry stands for that. */
  readonly link?: Span;
}

/** The text that a map has under a name; null where it has none. These maps are short: few have more than three names. */
export function textOf(pairs: readonly Pair[], name: string): string | null {
  let text: string | null = null;
  for (const { key, value } of pairs) if (key === name) text = value;
  return text;
}
