import type { Unknown } from "../facts/fact.ts";
import { releaseOf } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import type { Rule, Verdict } from "./rule.ts";

export const unchecked: Rule = {
  meta: {
    id: "unchecked",
    says: "could not be checked, and why",
    severity: "information",
  },
  check: (subject) => {
    return [...packageGaps(subject), ...subject.advisories.missing.map((missing) => gap(subject, "could not be checked against advisories", missing))];
  },
};

function packageGaps(subject: Subject): readonly Verdict[] {
  if (!subject.package.known) return [gap(subject, "could not be looked up", subject.package)];
  const { securityHolder, unpublishedAt, times } = subject.package.value;
  if (securityHolder || unpublishedAt !== null) return [];
  const release = releaseOf(subject);
  if (!release.known) return times.has(subject.version) ? [] : [gap(subject, "could not be looked up", release)];
  const gaps: Verdict[] = [];
  if (!subject.published.known) gaps.push(gap(subject, "could not be dated", subject.published));
  if (release.value.scripts === null && mayRunScripts(subject, release.value.hasInstallScript)) {
    gaps.push(gap(subject, "could not be checked for install scripts", { known: false, code: "not-stated", reason: `${subject.registryHost} does not state them` }));
  }
  return gaps;
}

function mayRunScripts(subject: Subject, stated: boolean | null): boolean {
  return stated === true || subject.lockedInstallScript === true || (stated === null && subject.lockedInstallScript === null);
}

function gap(subject: Subject, what: string, { code, reason }: Unknown): Verdict {
  const clause = `${what}: ${reason}`;
  return { unknown: { code, clause }, message: `${subject.name} ${subject.version} ${clause}.` };
}
