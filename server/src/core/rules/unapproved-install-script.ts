import { bundledScripts } from "../facts/subject.ts";
import { approveScripts } from "../fixes/approval/approve-scripts.ts";
import type { ReleaseApproval } from "../policy/combined.ts";
import { approvalInTarball, approvalOf, holdsScripts } from "./approval.ts";
import type { Rule } from "./rule.ts";

export const unapprovedInstallScript: Rule = {
  meta: {
    id: "unapproved-install-script",
    says: "has an install script that the project has not approved",
    severity: "hint",
  },
  fixes: [approveScripts],
  isOfServed: true,
  check: (subject, context) => {
    const own = approvalOf(subject, context);
    const inTarball = bundledScripts(subject);
    const clauses = [
      own?.given === "none" && own.areWanted ? `has an install script that ${outcome(own)}` : null,
      inTarball.length === 0 ? null : tarballClause(inTarball, approvalInTarball(subject, context)),
    ];
    return clauses.flatMap((clause) =>
      clause === null
        ? []
        : [{ message: `${subject.name} ${subject.version} ${clause}`, advice: null, isMinor: true as const }],
    );
  },
};

/** Null where there is nothing to do: what is in a tarball cannot be approved. */
function tarballClause(names: readonly string[], approval: ReleaseApproval | null): string | null {
  if (approval?.given !== "none" || !approval.areWanted || approval.runs === false) return null;
  const { runs, origin, manager, heldOnlyBy } = approval;
  const them = names.length === 1 ? "it" : "them";
  const holds = holdsScripts(names);
  if (heldOnlyBy !== null)
    return `${holds}; ${heldOnlyBy.manager} will not run ${them} (${heldOnlyBy.origin}); another version may run ${them}.`;
  if (runs === null)
    return `${holds}; whether ${manager} runs ${them} depends on ${origin}. No approval or denial covers ${them}.`;
  return `${holds}; ${manager} will run ${them} (${origin}), and no approval or denial covers ${them}.`;
}

function outcome({ runs, origin, manager, heldOnlyBy }: ReleaseApproval): string {
  if (heldOnlyBy !== null)
    return `${heldOnlyBy.manager} will not run until it is approved (${heldOnlyBy.origin}); another version may run it.`;
  if (runs === null) return `is not approved; whether ${manager} runs it depends on ${origin}.`;
  return runs
    ? `${manager} will run (${origin}) although nobody approved it.`
    : `${manager} will not run until it is approved (${origin}).`;
}
