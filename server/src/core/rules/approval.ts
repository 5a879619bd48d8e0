import { releaseOf } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import { scriptedRelease } from "../policy/approvals/scripted-release.ts";
import type { ReleaseApproval } from "../policy/combined.ts";
import type { RuleContext } from "./rule.ts";

/** What the project's package manager does with the install scripts of a release; null where it has none, or neither is known. */
export function approvalOf(
  subject: Subject,
  { approvals = null }: Pick<RuleContext, "approvals">,
): ReleaseApproval | null {
  if (approvals === null || !hasInstallScript(subject)) return null;
  return approvals.of(scriptedRelease(subject));
}

/** As a lockfile says, or the registry; false also where neither does. */
export function hasInstallScript(subject: Subject): boolean {
  const release = releaseOf(subject);
  return subject.lockedInstallScript === true || (release.known && release.value.hasInstallScript === true);
}
