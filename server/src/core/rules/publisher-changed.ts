import { earlierReleases } from "../facts/earlier.ts";
import { publisherChange } from "../facts/publisher-change.ts";
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
    const release = releaseOf(subject);
    if (!release.known || !isYoung(subject, context)) return [];
    const change = publisherChange(release.value, earlierReleases(subject, context.cooldown.ms));
    if (change === null) return [];
    const { clause } = change;
    return [
      {
        message: `${subject.name} ${subject.version} was ${clause}.`,
        signal: { kind: "publisher", weight: 2, clause },
      },
    ];
  },
};
