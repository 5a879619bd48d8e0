/** Counts and lists, as sentences have them. */

/** "1 package", "2,400 packages". */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? noun : plural}`;
}

/** "a, b and 3 more": the first `most` of them, and how many are left. @param between two that are named */
export function listed(all: readonly string[], most: number, between = ", "): string {
  const left = all.length - most;
  return `${all.slice(0, most).join(between)}${left > 0 ? ` and ${left.toLocaleString("en-US")} more` : ""}`;
}
