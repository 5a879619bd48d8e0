import { releaseOf } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import { oneLine } from "../util/sanitize.ts";
import type { Rule } from "./rule.ts";

export const deprecated: Rule = {
  meta: {
    id: "deprecated",
    says: "the registry marks it as deprecated",
    severity: "hint",
    deprecatedTag: true,
    isNeverSafe: true,
    foldsInto: "compromised",
  },
  fixes: [changeVersion],
  check: (subject) => {
    const release = releaseOf(subject);
    if (!release.known || release.value.deprecated === null) return [];
    const reason = oneLine(release.value.deprecated);
    return [{ message: `${subject.name} ${subject.version} is deprecated${reason === "" ? "." : `: ${reason}`}` }];
  },
};
