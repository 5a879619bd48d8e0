import { oneLine } from "../util/sanitize.ts";
import { earlierReleases } from "../facts/earlier.ts";
import type { Publisher } from "../facts/package.ts";
import { releaseOf } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import { isYoung } from "./fresh.ts";
import type { Rule } from "./rule.ts";

export const publisherChanged: Rule = {
  meta: {
    id: "publisher-changed",
    says: "published by an account, or through a trusted publisher, that published none of the earlier releases",
    severity: "information",
  },
  fixes: [changeVersion],
  isOfServed: true,
  check: (subject, context) => {
    if (!isYoung(subject, context)) return [];
    const release = releaseOf(subject);
    const publisher = release.known ? release.value.publisher : null;
    if (publisher === null) return [];
    const earlier = earlierReleases(subject, context.cooldown.ms).flatMap(({ release: { publisher: by } }) => by ?? []);
    const [last] = earlier;
    const clause = last === undefined ? null : change(publisher, earlier, last);
    if (clause === null) return [];
    return [
      {
        message: `${subject.name} ${subject.version} was ${clause}.`,
        signal: { kind: "publisher", weight: 2, clause },
      },
    ];
  },
};

/**
 * Many share the name of a trusted publisher ("GitHub Actions"), and an account may have it too: accounts are known by
 * their names, trusted publishers by their configurations, and the one is never the other.
 */
function change(publisher: Publisher, earlier: readonly Publisher[], last: Publisher): string | null {
  const { name, trustedPublisher } = publisher;
  if (trustedPublisher === null) {
    if (earlier.some((other) => other.name === name && other.trustedPublisher === null)) return null;
    const isNamesake = earlier.some((other) => other.name === name && other.trustedPublisher !== null);
    const who = `${isNamesake ? "an account called " : ""}${oneLine(name, 60)}`;
    const how = last.trustedPublisher === null ? "by" : "through the trusted publisher";
    return `published by ${who}, who published no earlier release (the last was ${how} ${oneLine(last.name, 60)})`;
  }
  const known = earlier.flatMap((other) => other.trustedPublisher ?? []);
  // Its first time through a trusted publisher is a step up.
  if (known.length === 0 || known.includes(trustedPublisher)) return null;
  return `published through another ${oneLine(name, 60)} configuration than earlier releases`;
}
