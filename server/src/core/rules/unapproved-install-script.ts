import { approveScripts } from "../fixes/approval/approve-scripts.ts";
import type { ReleaseApproval } from "../policy/combined.ts";
import { approvalOf } from "./approval.ts";
import type { Rule } from "./rule.ts";

export const unapprovedInstallScript: Rule = {
  meta: {
    id: "unapproved-install-script",
    says: "has an install script that the project has not approved",
    severity: "hint",
  },
  fixes: [approveScripts],
  check: (subject, context) => {
    const approval = isBundled(subject.locked) ? null : approvalOf(subject, context);
    if (approval?.given !== "none" || !approval.areWanted) return [];
    return [
      {
        message: `${subject.name} ${subject.version} has an install script that ${outcome(approval)}`,
        advice: null,
        isMinor: true,
      },
    ];
  },
};

function outcome({ runs, origin, manager, heldOnlyBy }: ReleaseApproval): string {
  if (heldOnlyBy !== null)
    return `${heldOnlyBy.manager} will not run until it is approved (${heldOnlyBy.origin}); another version may run it.`;
  if (runs === null) return `is not approved; whether ${manager} runs it depends on ${origin}.`;
  return runs
    ? `${manager} will run (${origin}) although nobody approved it.`
    : `${manager} will not run until it is approved (${origin}).`;
}

/** What comes inside another package's tarball cannot be approved by itself. */
function isBundled(locked: readonly { readonly isBundled: boolean }[]): boolean {
  return locked.length > 0 && locked.every((place) => place.isBundled);
}
