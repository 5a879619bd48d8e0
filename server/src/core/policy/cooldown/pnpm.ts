import { lt, valid } from "semver";
import { scalarAt, scalarsAt, type ConfigScalar } from "../../documents/config/tree.ts";
import { cooldown, settingsIn, type Age, type Cooldown, type PolicyFile } from "./cooldown.ts";

const MINUTE = 60_000;
/** Its default from pnpm 11 on, in minutes. */
const DEFAULT = 1440;
const FIRST_WITH_DEFAULT = "11.0.0";

/**
 * pnpm, from 10.16: `minimumReleaseAge` in minutes, and `minimumReleaseAgeExclude` of names, patterns with `*`, and names
 * with exact versions, in `pnpm-workspace.yaml`; until pnpm 10 also in `.npmrc`, in kebab case.
 * https://pnpm.io/settings#minimumreleaseage; pnpm: config/version-policy, createPackageVersionPolicy
 */
export function pnpmCooldown(files: readonly PolicyFile[], version: string | null): Cooldown | null {
  const isOld = version === null || lt(version, FIRST_WITH_DEFAULT);
  const workspace = settingsIn(files, "pnpm-workspace");
  const npmrc = isOld ? settingsIn(files, "npmrc") : null;
  const age =
    minutes(workspace === null ? null : scalarAt(workspace, "minimumReleaseAge"), "minimumReleaseAge in pnpm-workspace.yaml") ??
    minutes(npmrc === null ? null : scalarAt(npmrc, "minimum-release-age"), "minimum-release-age in .npmrc") ??
    (version !== null && !isOld ? { ms: DEFAULT * MINUTE, origin: "pnpm's default" } : null);
  if (age === null) return null;
  const patterns = [...(workspace === null ? [] : scalarsAt(workspace, "minimumReleaseAgeExclude")), ...(npmrc === null ? [] : scalarsAt(npmrc, "minimum-release-age-exclude"))];
  const rules = patterns.map(({ text }) => ruleOf(text));
  return cooldown(age, (name, release) => isExcluded(rules, name, release), "minimumReleaseAgeExclude in pnpm-workspace.yaml");
}

function minutes(scalar: ConfigScalar | null, origin: string): Age | null {
  if (scalar === null || scalar.text === "") return null;
  const value = Number(scalar.text);
  return Number.isFinite(value) && value >= 0 ? { ms: value * MINUTE, origin } : null;
}

interface Rule {
  readonly name: RegExp;
  readonly isNegated: boolean;
  /** Empty: every version. */
  readonly versions: readonly string[];
}

function ruleOf(text: string): Rule {
  const at = text.indexOf("@", 1);
  const pattern = at === -1 ? text : text.slice(0, at);
  const versions = at === -1 ? [] : text.slice(at + 1).split("||").flatMap((one) => valid(one) ?? []);
  const isNegated = pattern.startsWith("!");
  const escaped = (isNegated ? pattern.slice(1) : pattern).replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return { name: new RegExp(`^${escaped}$`), isNegated, versions };
}

function isExcluded(rules: readonly Rule[], name: string, version: string): boolean {
  return rules.some((rule) => rule.name.test(name) !== rule.isNegated && (rule.versions.length === 0 || rule.versions.includes(version)));
}
