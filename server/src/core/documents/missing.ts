/** Names in messages. */
const SHOWN = 80;

/** Of what a lockfile refers to and does not hold; at least one. */
export function missing(lacking: ReadonlySet<string>): string {
  const [first = ""] = lacking;
  const name = first.length > SHOWN ? `${first.slice(0, SHOWN)}…` : first;
  const rest = lacking.size === 1 ? "" : ` and ${lacking.size - 1} more`;
  return `it refers to packages that it does not hold (${name}${rest}), and may end early`;
}
