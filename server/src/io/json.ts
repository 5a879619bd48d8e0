/** Bodies in JSON from hosts that may be hostile. */
import { known, unknown, type Fact } from "../core/facts/fact.ts";

/**
 * Values in one body. An empty one takes three bytes as text and up to 60 in memory, so that the size alone bounds little.
 * Among the largest full packuments are next with 760 000 in 20 MB and typescript with 370 000 in 10 MB (November 2026).
 */
const MOST_VALUES = 3_000_000;

/** The value that a body in JSON holds. @param host who sent it, for the reason of a failure */
export function jsonOf(body: Buffer, host: string): Fact<unknown> {
  if (hasMoreValuesThan(MOST_VALUES, body))
    return unknown("malformed", `${host} answered with more than ${MOST_VALUES / 1_000_000} million values`);
  const value = parseJson(body);
  return value === undefined ? unknown("malformed", `${host} answered with something that is not JSON`) : known(value);
}

/** The value that a text of our own holds; undefined when it is not JSON. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

const [QUOTE, BACKSLASH, COMMA, BRACKET, BRACE] = [0x22, 0x5c, 0x2c, 0x5b, 0x7b];

/** Every value but the first follows one of `,`, `[` and `{`. None of these bytes is part of another character in UTF-8. */
function hasMoreValuesThan(most: number, body: Buffer): boolean {
  // No byte begins more than one: a shorter body needs no count, which takes half as long as parsing it.
  if (body.length < most) return false;
  let count = 1;
  let isInText = false;
  for (let at = 0; at < body.length && count <= most; at++) {
    const byte = body[at];
    if (isInText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isInText = false;
    } else if (byte === QUOTE) isInText = true;
    else if (byte === COMMA || byte === BRACKET || byte === BRACE) count++;
  }
  return count > most;
}
