import { surelyFirstPublished } from "../facts/package.ts";
import { NPMJS_HOSTS } from "../facts/places.ts";
import type { Subject } from "../facts/subject.ts";
import { describeDay } from "../util/duration.ts";
import { changeVersion } from "../fixes/change-version.ts";
import type { Rule, Verdict } from "./rule.ts";

export const removedVersion: Rule = {
  meta: {
    id: "removed-version",
    says: "the version is no longer on its registry, the name has changed hands since it was locked, or npm holds it for security",
    severity: "error",
    forbidsToRun: "hint",
    foldsInto: "compromised",
  },
  fixes: [changeVersion],
  check: (subject, { isAsOf }) => {
    if (!subject.package.known) return [];
    const { name, version, registryHost } = subject;
    const { unpublishedAt, securityHolder, releases, times } = subject.package.value;
    if (securityHolder) {
      const fate = releases.has(version) ? `${version} is that placeholder.` : `${version} is no longer served.`;
      return [
        { message: `${name} was taken down: ${registryHost} holds the name with a security placeholder. ${fate}` },
      ];
    }
    if (unpublishedAt !== null) {
      return [{ message: `${name} was unpublished from ${registryHost} on ${describeDay(unpublishedAt)}.` }];
    }
    const changed = changedHands(subject);
    if (changed !== null) return [changed];
    const publishedAt = times.get(version);
    // When one version was taken away is written nowhere, so at an earlier moment it may still have been there.
    if (releases.has(version) || publishedAt === undefined || isAsOf) return [];
    return [
      {
        message: `${name} ${version} is no longer on ${registryHost}. It was published on ${describeDay(publishedAt)} and has since been removed.`,
      },
    ];
  },
};

/** What the registry has of the name began only after the lockfile held this version: null where that is not known. */
function changedHands({
  name,
  version,
  registryHost,
  direct,
  package: facts,
  lockedBeforeFirst,
}: Subject): Verdict | null {
  const first = facts.known ? surelyFirstPublished(facts.value) : null;
  if (first === null || lockedBeforeFirst === null) return null;
  const found =
    `${name} ${version} is not on ${registryHost}, whose oldest release of ${name} came out on ${describeDay(first)}; ` +
    `the lockfile held ${version} on ${describeDay(lockedBeforeFirst)} already.`;
  const changed = "the name has changed hands, and an update would take the new owner's code";
  return {
    message: NPMJS_HOSTS.has(registryHost)
      ? `${found} So ${changed}.`
      : `${found} Either ${changed}, or ${registryHost} has lost its earlier releases.`,
    // Every other version is the new owner's.
    advice: direct ? "Remove it, or replace it by a package that you trust." : "Remove or replace what brings it in.",
  };
}
