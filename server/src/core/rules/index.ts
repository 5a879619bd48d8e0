/** Every rule, in the order in which a person should read their findings. */
import { compromised } from "./compromised.ts";
import type { PolicyFixer, ReleaseFixer } from "../fixes/fix.ts";
import { dependencyConfusion } from "./dependency-confusion.ts";
import { deprecated } from "./deprecated.ts";
import { exoticDependency } from "./exotic-dependency.ts";
import { freshRelease } from "./fresh-release.ts";
import { lockfileTampering } from "./lockfile-tampering.ts";
import { managerContradiction } from "./manager-contradiction.ts";
import { newInstallScript } from "./new-install-script.ts";
import { newDependency } from "./new-dependency.ts";
import { publisherChanged } from "./publisher-changed.ts";
import { rangeAdmitsCompromised } from "./range-admits-compromised.ts";
import { removedVersion } from "./removed-version.ts";
import type { ProjectRule, Rule, RuleMeta } from "./rule.ts";
import { runtimeOrigin } from "./runtime-origin.ts";
import { shadowedCommand } from "./shadowed-command.ts";
import { suspiciousRelease } from "./suspicious-release.ts";
import { trustDowngrade } from "./trust-downgrade.ts";
import { typosquat } from "./typosquat.ts";
import { unclaimedName } from "./unclaimed-name.ts";
import { unapprovedInstallScript } from "./unapproved-install-script.ts";
import { unchecked } from "./unchecked.ts";
import { unusedLockfile } from "./unused-lockfile.ts";
import { unverifiedContent } from "./unverified-content.ts";
import { weakCooldown } from "./weak-cooldown.ts";

export const RULES: readonly Rule[] = [
  compromised,
  removedVersion,
  lockfileTampering,
  dependencyConfusion,
  suspiciousRelease,
  newInstallScript,
  newDependency,
  exoticDependency,
  shadowedCommand,
  trustDowngrade,
  typosquat,
  unclaimedName,
  freshRelease,
  rangeAdmitsCompromised,
  publisherChanged,
  unapprovedInstallScript,
  deprecated,
  unchecked,
];

/** Those about a project's policy, and not about a release. */
export const PROJECT_RULES: readonly ProjectRule[] = [
  runtimeOrigin,
  unverifiedContent,
  weakCooldown,
  managerContradiction,
  unusedLockfile,
];

/** What a person may configure. */
export const RULE_METAS: readonly RuleMeta[] = [...new Set([...RULES, ...PROJECT_RULES].map(({ meta }) => meta))];

/** Every kind of fix for a release, in the order in which a person should see them. */
export const RELEASE_FIXERS: readonly ReleaseFixer[] = [...new Set(RULES.flatMap(({ fixes }) => fixes))];

/** What rules offer for their findings of one release, each once, in that order. */
export function releaseFixersOf(ids: ReadonlySet<string>): readonly ReleaseFixer[] {
  const offered = new Set(RULES.filter(({ meta }) => ids.has(meta.id)).flatMap(({ fixes }) => fixes));
  return RELEASE_FIXERS.filter((fixer) => offered.has(fixer));
}

/** What rules about a project's policy offer; none for another rule. */
export function policyFixersOf(id: string): readonly PolicyFixer[] {
  return [...new Set(PROJECT_RULES.filter(({ meta }) => meta.id === id).flatMap(({ fixes }) => fixes))];
}

const REPOSITORY = "https://github.com/depwarden/depwarden";

/** The rule's page. */
export function ruleDocs(id: string): string {
  return `${REPOSITORY}/blob/main/docs/rules/${id}.md`;
}
