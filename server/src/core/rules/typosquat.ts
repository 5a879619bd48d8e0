import { DAY } from "../util/duration.ts";
import { slipOf, type Slip } from "../popular/slip.ts";
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
    says: "a young or little known package whose name or scope is one slip away from a widely used one",
    severity: "warning",
  },
  fixes: [changeVersion],
  check: (subject, { now }) => {
    if (mayBeEstablished(subject, now)) return [];
    const slip = slipOf(subject.name);
    if (slip === null) return [];
    const clause = clauseFor(slip);
    return [
      {
        message: `${subject.name} ${subject.version} ${clause}.`,
        advice: `If ${slip.kind === "scope typo" ? `a package of ${slip.scope}` : slip.meant} was meant, replace it.`,
        signal: { kind: "name", weight: 3, clause },
      },
    ];
  },
};

function clauseFor(slip: Slip): string {
  switch (slip.kind) {
    case "typo":
      return `has a name that is one typo away from ${slip.meant}, which is widely used`;
    case "scope typo":
      return `has a scope that is one typo away from ${slip.scope}, which is widely used`;
    case "part added":
      return `has the name of ${slip.meant}, which is widely used, with ${slip.part} added`;
    case "part left out":
      return slip.typo
        ? `has a name that is one typo away from that of ${slip.meant}, which is widely used, without ${slip.part}`
        : `has the name of ${slip.meant}, which is widely used, without ${slip.part}`;
  }
}

/** True for all but a package that is known to be young: one that could not be looked up, or that nobody dates, may be of any age. */
function mayBeEstablished({ package: facts }: Subject, now: number): boolean {
  if (!facts.known) return true;
  const { releases, times } = facts.value;
  const first = firstPublished(facts.value);
  if (first === null || Math.max(releases.size, times.size) >= ESTABLISHED_RELEASES) return true;
  return now - first >= ESTABLISHED_AGE;
}
