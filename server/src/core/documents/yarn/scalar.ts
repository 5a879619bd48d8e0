/** Words and quoted strings on one line, for both formats: Yarn writes either a bare word or a JSON string. */

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Where a string in double quotes ends: the offset of its closing quote, or -1 when there is none before `end`.
 * @param start the offset behind the opening quote
 */
export function closingQuote(text: string, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at;
    if (unit === BACKSLASH) at++;
  }
  return -1;
}

/** The value of what stands between two quotes; null when its escapes are not those of JSON. */
export function unescaped(text: string, start: number, end: number): string | null {
  const written = text.slice(start, end);
  if (!written.includes("\\")) return written;
  try {
    const value: unknown = JSON.parse(`"${written}"`);
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}
