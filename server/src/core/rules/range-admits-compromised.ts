import { changeVersion } from "../fixes/change-version.ts";
import { rcompare, satisfies } from "semver";
import { oneLine } from "../util/sanitize.ts";
import { listed } from "../util/words.ts";
import type { Rule } from "./rule.ts";

export const rangeAdmitsCompromised: Rule = {
  meta: {
    id: "range-admits-compromised",
    says: "the range would also take a compromised version that is still served",
    severity: "warning",
  },
  fixes: [changeVersion],
  check: (subject) => {
    if (!subject.package.known) return [];
    const bad = [...subject.package.value.releases.keys()].filter(
      (version) => version !== subject.version && subject.isCompromised(version),
    );
    return subject.asked.flatMap((place) => {
      const taken = bad.filter((version) => satisfies(version, place.range)).sort(rcompare);
      if (taken.length === 0) return [];
      const verb = taken.length === 1 ? "which is compromised" : "which are compromised";
      return [
        {
          message: `${oneLine(place.range, 60)} also takes ${subject.name} ${listed(taken, MOST_NAMED)}, ${verb} and still served. ${subject.version} is what it stands for now.`,
          at: [place],
          advice: "Ask for a range that leaves it out.",
        },
      ];
    });
  },
};

const MOST_NAMED = 3;
