/** What the rules know of a project beside its releases: its moment, its cooldown, its approvals. */
import type { Lockfile } from "../model.ts";
import { projectApprovals, projectCooldown, projectTrust } from "../policy/combined.ts";
import type { Clock } from "../ports.ts";
import type { RuleContext } from "../rules/rule.ts";
import { DEFAULT_SETTINGS } from "../settings/settings.ts";
import type { Settings } from "../settings/settings.ts";
import type { ProjectPolicy } from "./policy.ts";

export interface ContextParts {
  readonly policy: ProjectPolicy;
  /** Those beside the root manifest. */
  readonly lockfiles: readonly Pick<Lockfile, "format" | "formatVersion">[];
  readonly settings: Settings;
  /** The workspace is trusted: its policy may ask for less caution than the default. */
  readonly trusted: boolean;
}

/** The user's own cooldown holds over the project's. */
export function contextOf(
  { policy: { installers, files }, lockfiles, settings, trusted }: ContextParts,
  clock: Pick<Clock, "now" | "asOf">,
): RuleContext {
  const now = clock.now();
  const facts = { installers, files, lockfiles, trusted };
  const base = {
    now,
    isAsOf: clock.asOf !== null,
    isOffline: settings.offline,
    cooldown: settings.cooldown,
    closeInspectionMs: settings.closeInspectionMs,
    approvals: projectApprovals(facts),
    trust: projectTrust(facts),
  };
  if (settings.cooldown.isDefault !== true) return base;
  const own = projectCooldown(facts, settings.cooldown, now);
  return { ...base, cooldown: own.base, cooldownOf: (name, version, lockedBy) => own.of(name, version, lockedBy) };
}

/** The cooldown that would hold without `depwarden.minimumReleaseAge`. */
export function projectCooldownOf(parts: ContextParts, clock: Pick<Clock, "now" | "asOf">): RuleContext["cooldown"] {
  return contextOf({ ...parts, settings: { ...parts.settings, cooldown: DEFAULT_SETTINGS.cooldown } }, clock).cooldown;
}

/** How old a release has to be before the project's package manager takes it for a range, ms. */
export function ageTaken(
  { policy: { installers, files }, lockfiles, settings, trusted }: ContextParts,
  clock: Pick<Clock, "now">,
): (name: string, version: string) => number {
  const facts = { installers, files, lockfiles, trusted };
  const own = projectCooldown(facts, settings.cooldown, clock.now());
  return (name, version) => own.takenFrom(name, version);
}
