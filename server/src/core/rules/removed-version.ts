import { describeDay } from "../util/duration.ts";
import { changeVersion } from "../fixes/change-version.ts";
import type { Rule } from "./rule.ts";

export const removedVersion: Rule = {
  meta: {
    id: "removed-version",
    says: "the version is no longer on its registry, or npm holds the name for security",
    severity: "error",
    forbidsToRun: "hint",
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
