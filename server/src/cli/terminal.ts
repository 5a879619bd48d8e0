/** What a stream may be given, by the conventions of terminals. */

export interface StreamSigns {
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * NO_COLOR (https://no-color.org) wins over FORCE_COLOR (https://force-color.org); empty, neither says anything. `0` and
 * `false` of FORCE_COLOR turn colours off, as they do in Node and most libraries. Otherwise a terminal has colours, unless
 * it says that it is a dumb one; that it runs in CI changes nothing.
 */
export function hasColors({ isTerminal, env }: StreamSigns): boolean {
  if (isSet(env["NO_COLOR"])) return false;
  const forced = env["FORCE_COLOR"];
  if (isSet(forced)) return forced !== "0" && forced !== "false";
  return isTerminal && env["TERM"] !== "dumb";
}

/** A line that is written over and over: only where somebody looks, and where it can be done. */
export function showsProgress({ isTerminal, env }: StreamSigns): boolean {
  return isTerminal && env["TERM"] !== "dumb" && env["CI"] === undefined;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
