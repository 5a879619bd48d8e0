import { lt, valid } from "semver";
import { scalarAt, scalarsAt } from "../../documents/config/tree.ts";
import { layersOf, type Layer, type PolicyFile } from "../layers.ts";
import { cooldown, type Age, type Cooldown } from "./cooldown.ts";

const MINUTE = 60_000;
/** Its default from pnpm 11 on, in minutes. */
const DEFAULT = 1440;
export const FIRST_WITH_DEFAULT = "11.0.0";

/**
 * pnpm, from 10.16: `minimumReleaseAge` in minutes, and `minimumReleaseAgeExclude` of names, patterns with `*`, and names
 * with exact versions, in `pnpm-workspace.yaml`; until pnpm 10 also in `.npmrc`, in kebab case.
 * https://pnpm.io/settings#minimumreleaseage; pnpm: config/version-policy, createPackageVersionPolicy
 */
export function pnpmCooldown(files: readonly PolicyFile[], version: string | null): Cooldown | null {
  const isOld = version === null || lt(version, FIRST_WITH_DEFAULT);
  const layers = [
    ...layersOf(files, "pnpm-workspace").map((layer) => ({ layer, age: "minimumReleaseAge", exclude: "minimumReleaseAgeExclude" })),
    ...(isOld ? layersOf(files, "npmrc") : []).map((layer) => ({ layer, age: "minimum-release-age", exclude: "minimum-release-age-exclude" })),
  ];
  const stated = layers.flatMap(({ layer, age }) => minutes(layer, age) ?? []);
  const age = stated[0] ?? (version !== null && !isOld ? { ms: DEFAULT * MINUTE, origin: "pnpm's default" } : null);
  if (age === null) return null;
  const patterns = layers.flatMap(({ layer: { settings }, exclude }) => scalarsAt(settings, exclude));
  const rules = patterns.map(({ text }) => ruleOf(text));
  return cooldown(age, (name, release) => isExcluded(rules, name, release), "minimumReleaseAgeExclude in pnpm-workspace.yaml");
}

function minutes({ name, settings }: Layer, key: string): Age | null {
  const text = scalarAt(settings, key)?.text ?? "";
  const value = text === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? { ms: value * MINUTE, origin: `${key} in ${name}` } : null;
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
