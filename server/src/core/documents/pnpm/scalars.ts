export const Code = {
  tab: 9,
  lineFeed: 10,
  carriageReturn: 13,
  space: 32,
  exclamation: 33,
  doubleQuote: 34,
  hash: 35,
  ampersand: 38,
  singleQuote: 39,
  asterisk: 42,
  comma: 44,
  dash: 45,
  colon: 58,
  question: 63,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  openBrace: 123,
  closeBrace: 125,
  byteOrderMark: 0xfeff,
} as const;

const { backslash: BACKSLASH, doubleQuote: DOUBLE_QUOTE, singleQuote: SINGLE_QUOTE, space: SPACE, tab: TAB } = Code;

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** The closing quote of the scalar whose opening one stands at `start`; -1 when there is none before `end`. */
export function quotedEnd(text: string, start: number, end: number): number {
  const quote = text.charCodeAt(start);
  for (let at = start + 1; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH && quote === DOUBLE_QUOTE) at++;
    else if (code === quote) {
      if (quote === DOUBLE_QUOTE || text.charCodeAt(at + 1) !== quote) return at;
      at++;
    }
  }
  return -1;
}

/** What stands between quotes, unescaped; null for an escape that JSON does not have, which pnpm has no cause to write. */
export function unquoted(written: string, quote: number): string | null {
  if (quote === SINGLE_QUOTE) return written.includes("'") ? written.replaceAll("''", "'") : written;
  if (!written.includes("\\")) return written;
  try {
    return String(JSON.parse(`"${written}"`));
  } catch {
    return null;
  }
}

/** YAML's blanks only: other white space is part of a scalar. */
export function withoutBlanksBehind(text: string): string {
  let end = text.length;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

/** The plain scalar at `start`, without a comment and blanks behind it. */
export function plainText(text: string, start: number, end: number): string {
  const written = text.slice(start, end);
  const comment = written.includes("#") ? written.search(/[ \t]#/) : -1;
  return withoutBlanksBehind(comment === -1 ? written : written.slice(0, comment));
}
