import { isNewerThanOwn, isPublishedAs, type OwnName } from "../facts/own-name.ts";
import type { Subject } from "../facts/subject.ts";
import { oneLine } from "../util/sanitize.ts";
import type { Rule, Verdict } from "./rule.ts";

export const dependencyConfusion: Rule = {
  meta: {
    id: "dependency-confusion",
    says: "a registry's package takes the place of a package of the project that has the same name",
    severity: "error",
    falls: "warning where the range asks for another version than the project's own",
    forbidsToRun: "warning",
  },
  // Every version that a registry has is the same stranger's.
  fixes: [],
  isOfServed: true,
  check: (subject, { now }) => {
    const { ownName, version, isRegistryPublic } = subject;
    if (ownName === null) return [];
    const facts = subject.package.known ? subject.package.value : null;
    // What stands in its very place is no release of it either, whoever published that.
    const isOwn = ownName.way === "place" ? false : isPublishedAs(ownName, facts, isRegistryPublic, now);
    if (isOwn !== false) return [];
    if (ownName.way !== "apart")
      return [{ message: inItsPlace(subject, ownName), advice: adviceFor(subject, ownName) }];
    return isNewerThanOwn(ownName, version) ? [apart(subject, ownName)] : [];
  },
};

const LONGEST_FOLDER = 120;
const LONGEST_RANGE = 60;

function inItsPlace({ name, version, registryHost, locked }: Subject, { folder, lockfile }: OwnName): string {
  // Yarn 1 itself takes the project's own; what takes over its lockfile does not.
  const takes = locked.every(({ format }) => format === "yarn-classic") ? "has" : "takes";
  const release = `${name} ${version} from ${registryHost}`;
  return `${oneLine(folder, LONGEST_FOLDER)} is called ${name}, and ${lockfile ?? "an install"} ${takes} ${release} in its place.`;
}

/** npm and Yarn 1 have no other words for a package of the project. */
function adviceFor({ locked }: Subject, { way }: OwnName): string {
  const isByRange = way === "place" || locked.every(({ format }) => format === "npm" || format === "yarn-classic");
  return isByRange ? "Remove the entry and lock it again." : "Ask for it as workspace:* and lock it again.";
}

function apart({ name, version, registryHost }: Subject, { folder, version: own, range }: OwnName): Verdict {
  const asked = oneLine(range ?? "", LONGEST_RANGE);
  const its = own === null ? "without a version" : `in version ${oneLine(own, LONGEST_RANGE)}`;
  return {
    severity: "warning",
    message:
      `${oneLine(folder, LONGEST_FOLDER)} is called ${name} too, ${its}, which ${asked} does not admit: ` +
      `${name} ${version} comes from ${registryHost}.`,
    advice: "If the project's own is meant, ask for its version.",
  };
}
