/** Names in messages. */
const SHOWN = 80;

/** Of what a lockfile refers to and does not hold; at least one. */
export function missing(lacking: ReadonlySet<string>): string {
  const [first = ""] = lacking;
  return `it refers to packages that it does not contain (${named(first, lacking.size)}), and may end early`;
}

/** The first of several names, and how many there are beside it. */
export function named(first: string, count: number): string {
  const name = first.length > SHOWN ? `${first.slice(0, SHOWN)}…` : first;
  return count === 1 ? name : `${name} and ${count - 1} more`;
}
