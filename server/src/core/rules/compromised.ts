import { DAY } from "../util/duration.ts";
import type { Advisory } from "../facts/advisory.ts";
import { firstPublished } from "../facts/package.ts";
import type { Subject } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import type { Rule, Verdict } from "./rule.ts";

const LONG_LIVED = 365 * DAY;

export const compromised: Rule = {
  meta: {
    id: "compromised",
    says: "a malware advisory names this version",
    severity: "error",
    forbidsToRun: "hint",
  },
  fixes: [changeVersion],
  check: (subject, { now }) => {
    const named = subject.advisories.found.filter((advisory) => advisory.malware);
    if (named.length === 0) return [];
    const advisories = [...new Set(named.flatMap((advisory) => [advisory.id, ...advisory.aliases]))];
    const release = `${subject.name} ${subject.version}`;
    const ids = named.map((advisory) => advisory.id).join(", ");
    return [{ advisories, ...confidence(subject, named, release, ids, now) }];
  },
};

/**
 * An advisory over every version of a package that has been served for long is often a name mix-up or a mistake
 * (as with stylus in July 2025), and some named versions are known to be clean: both are told with less weight.
 */
function confidence(
  subject: Subject,
  named: readonly Advisory[],
  release: string,
  ids: string,
  now: number,
): Pick<Verdict, "severity" | "message"> {
  if (subject.disputed !== null) {
    return {
      severity: "warning",
      message: `${release} is named by ${ids}, but that is disputed: ${subject.disputed}.`,
    };
  }
  if (named.every((advisory) => namesEveryVersion(advisory, subject.version)) && isLongLived(subject, now)) {
    return {
      severity: "warning",
      message: `${release}: ${ids} names every version of this package, which has been served for over a year. It may be a mistake; read the advisory.`,
    };
  }
  return { message: `${release} is compromised: it is named as malware by ${ids}.` };
}

function namesEveryVersion({ affected }: Advisory, version: string): boolean {
  return (
    !affected.versions.includes(version) &&
    affected.ranges.some(
      (range) => /^0(\.0\.0(-0)?)?$/.test(range.introduced) && range.fixed === null && range.lastAffected === null,
    )
  );
}

function isLongLived(subject: Subject, now: number): boolean {
  if (!subject.package.known) return false;
  const { releases, securityHolder, unpublishedAt } = subject.package.value;
  if (securityHolder || unpublishedAt !== null || !releases.has(subject.version)) return false;
  const first = firstPublished(subject.package.value);
  return first !== null && now - first > LONG_LIVED;
}
