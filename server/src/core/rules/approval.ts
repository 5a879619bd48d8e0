import { hasInstallScript } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import { scriptedRelease } from "../policy/approvals/scripted-release.ts";
import type { ReleaseApproval } from "../policy/combined.ts";
import { oneLine } from "../util/sanitize.ts";
import { listed } from "../util/words.ts";
import type { RuleContext } from "./rule.ts";

/** What the project's package manager does with the install scripts of a release; null where it has none, or neither is known. */
export function approvalOf(
  subject: Subject,
  { approvals = null }: Pick<RuleContext, "approvals">,
): ReleaseApproval | null {
  if (approvals === null || !hasInstallScript(subject)) return null;
  return approvals.of(scriptedRelease(subject));
}

/** What it does with those that come inside the tarball of a release; null where that is not known. */
export function approvalInTarball(
  subject: Subject,
  { approvals = null }: Pick<RuleContext, "approvals">,
): ReleaseApproval | null {
  return approvals === null ? null : approvals.of({ ...scriptedRelease(subject), isInTarball: true });
}

const MOST_NAMED = 3;

/** What a tarball brings along that the lockfile marks, as one clause. @param names at least one */
export function holdsScripts(names: readonly string[]): string {
  const shown = listed(
    names.map((name) => oneLine(name, 80)),
    MOST_NAMED,
  );
  return `holds ${shown} in its tarball, which the lockfile marks as running ${names.length === 1 ? "an install script" : "install scripts"}`;
}
