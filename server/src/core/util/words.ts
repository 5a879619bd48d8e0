/** Counts and lists, as sentences have them. */

/** "999", "2,400". */
export function grouped(n: number): string {
  // Small numbers need no locale data, whose first use takes 25 ms: a tenth of a start.
  return n < 1000 ? String(n) : n.toLocaleString("en-US");
}

/** "1 package", "2,400 packages". */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(n)} ${n === 1 ? noun : plural}`;
}

/** "a, b and 3 more": the first `most` of them, and how many are left. @param between two that are named */
export function listed(all: readonly string[], most: number, between = ", "): string {
  const left = all.length - most;
  return `${all.slice(0, most).join(between)}${left > 0 ? ` and ${grouped(left)} more` : ""}`;
}
