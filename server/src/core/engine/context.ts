/** What the rules know of a project beside its releases: its moment, its cooldown, its approvals. */
import type { Lockfile } from "../model.ts";
import { approvalsOf } from "../policy/approvals/index.ts";
import { cooldownOf } from "../policy/cooldown/index.ts";
import { trustPolicyOf } from "../policy/trust.ts";
import type { Clock } from "../ports.ts";
import type { RuleContext } from "../rules/rule.ts";
import { DEFAULT_SETTINGS } from "../settings.ts";
import type { Settings } from "../settings.ts";
import type { ProjectPolicy } from "./policy.ts";

export interface ContextParts {
  readonly policy: ProjectPolicy;
  readonly lockfiles: readonly Pick<Lockfile, "format" | "formatVersion">[];
  readonly settings: Settings;
  /** The workspace is trusted: its policy may ask for less caution than the default. */
  readonly trusted: boolean;
}

/** The user's own cooldown holds over the project's. */
export function contextOf({ policy: { manager, files }, lockfiles, settings, trusted }: ContextParts, clock: Pick<Clock, "now" | "asOf">): RuleContext {
  const now = clock.now();
  const base = {
    now,
    isAsOf: clock.asOf !== null,
    cooldown: settings.cooldown,
    closeInspectionMs: settings.closeInspectionMs,
    approvals: approvalsOf({ manager, files, lockfiles }, trusted),
    trust: trustPolicyOf(manager, files, trusted),
  };
  if (settings.cooldown.isDefault !== true) return base;
  const own = cooldownOf(manager, files, now, trusted, lockfiles);
  if (own === null) return base;
  const cooldown = own.base ?? base.cooldown;
  return { ...base, cooldown, cooldownOf: (name, version) => own.of(name, version) ?? cooldown };
}

/** The cooldown that would hold without `depwarden.minimumReleaseAge`. */
export function projectCooldownOf(parts: ContextParts, clock: Pick<Clock, "now" | "asOf">): RuleContext["cooldown"] {
  return contextOf({ ...parts, settings: { ...parts.settings, cooldown: DEFAULT_SETTINGS.cooldown } }, clock).cooldown;
}
