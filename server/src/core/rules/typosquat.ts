import { DAY } from "../util/duration.ts";
import { slipOf } from "../popular/slip.ts";
import { firstPublished } from "../facts/package.ts";
import type { Subject } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import type { Rule } from "./rule.ts";

/** A name that has stood this long, with this many releases, is a project of its own. */
const ESTABLISHED_AGE = 365 * DAY;
const ESTABLISHED_RELEASES = 10;

export const typosquat: Rule = {
  meta: {
    id: "typosquat",
    says: "a young or little known package whose name is one typo away from a widely used one",
    severity: "warning",
  },
  fixes: [changeVersion],
  check: (subject, { now }) => {
    if (mayBeEstablished(subject, now)) return [];
    const meant = slipOf(subject.name);
    if (meant === null) return [];
    const clause = `has a name that is one typo away from ${meant}, which is widely used`;
    return [
      {
        message: `${subject.name} ${subject.version} ${clause}.`,
        advice: `If ${meant} was meant, replace it.`,
        signal: { kind: "name", weight: 3, clause },
      },
    ];
  },
};

/** True for all but a package that is known to be young: one that could not be looked up, or that nobody dates, may be of any age. */
function mayBeEstablished({ package: facts }: Subject, now: number): boolean {
  if (!facts.known) return true;
  const { releases, times } = facts.value;
  const first = firstPublished(facts.value);
  if (first === null || Math.max(releases.size, times.size) >= ESTABLISHED_RELEASES) return true;
  return now - first >= ESTABLISHED_AGE;
}
