import { lt } from "semver";
import { scalarAt, scalarsAt } from "../../documents/config/tree.ts";
import { MINUTE } from "../../duration.ts";
import { layersOf, type Layer, type PolicyFile } from "../layers.ts";
import { pnpmMatcher } from "../pnpm-pattern.ts";
import { cooldown, type Age, type Cooldown } from "./cooldown.ts";

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
  const patterns = layers.flatMap(({ layer: { settings }, exclude }) => scalarsAt(settings, exclude));
  return cooldown(age, patterns.length === 0 ? null : pnpmMatcher(patterns.map(({ text }) => text)), "minimumReleaseAgeExclude in pnpm-workspace.yaml");
}

function minutes({ name, settings, filled }: Layer, key: string): Age | null {
  const text = filled(scalarAt(settings, key)?.text ?? "") ?? "";
  const value = text === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? { ms: value * MINUTE, origin: `${key} in ${name}` } : null;
}
