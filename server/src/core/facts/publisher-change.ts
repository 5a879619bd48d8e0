/** Whether a release came from other hands than those before it. */
import { oneLine } from "../util/sanitize.ts";
import type { EarlierRelease } from "./earlier.ts";
import type { Publisher, ReleaseFacts } from "./package.ts";

export interface PublisherChange {
  /** Behind the release's name and "was": `published by mallory, who published no earlier release (the last was by alice)`. */
  readonly clause: string;
  /** An account, and no trusted publisher. */
  readonly isAccount: boolean;
}

/**
 * Null where its publisher published earlier ones too, and where that is not known. Many share the name of a trusted
 * publisher ("GitHub Actions"), and an account may have it too: accounts are known by their names, trusted publishers by
 * their configurations, and the one is never the other.
 * @param earlier newest first
 */
export function publisherChange(
  { publisher }: ReleaseFacts,
  earlier: readonly EarlierRelease[],
): PublisherChange | null {
  const before = earlier.flatMap(({ release: { publisher: by } }) => by ?? []);
  const [last] = before;
  if (publisher === null || last === undefined) return null;
  return publisher.trustedPublisher === null
    ? newAccount(publisher, before, last)
    : newConfiguration(publisher.name, publisher.trustedPublisher, before);
}

function newAccount({ name }: Publisher, earlier: readonly Publisher[], last: Publisher): PublisherChange | null {
  if (earlier.some((other) => other.name === name && other.trustedPublisher === null)) return null;
  const isNamesake = earlier.some((other) => other.name === name && other.trustedPublisher !== null);
  const who = `${isNamesake ? "an account called " : ""}${oneLine(name, 60)}`;
  const how = last.trustedPublisher === null ? "by" : "through the trusted publisher";
  return {
    clause: `published by ${who}, who published no earlier release (the last was ${how} ${oneLine(last.name, 60)})`,
    isAccount: true,
  };
}

function newConfiguration(name: string, configuration: string, earlier: readonly Publisher[]): PublisherChange | null {
  const known = earlier.flatMap((other) => other.trustedPublisher ?? []);
  // Its first time through a trusted publisher is a step up.
  if (known.length === 0 || known.includes(configuration)) return null;
  return {
    clause: `published through another ${oneLine(name, 60)} configuration than earlier releases`,
    isAccount: false,
  };
}
