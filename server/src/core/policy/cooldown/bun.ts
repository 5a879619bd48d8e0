import { scalarAt, scalarsAt, type ConfigScalar } from "../../documents/config/tree.ts";
import { DAY, HOUR, MINUTE } from "../../util/duration.ts";
import { layersOf, nearest, type PolicyFile } from "../../config/layers.ts";
import { exclusionList, type Dialect, type Exclusion, type ExclusionList, type Exclusions } from "../exclusions.ts";
import { cooldown, type Cooldown } from "./cooldown.ts";

/**
 * Bun, from 1.3: `minimumReleaseAge` in seconds and `minimumReleaseAgeExcludes` of names, and names with exact versions, under `[install]` in
 * `bunfig.toml`. https://bun.com/docs/runtime/bunfig#install-minimumreleaseage
 */
export function bunCooldown(files: readonly PolicyFile[], exclusions: Exclusions): Cooldown | null {
  const layers = layersOf(files, "bunfig");
  const age = nearest(layers, ({ name, settings }) => {
    const ms = bunDuration(scalarAt(settings, "install", "minimumReleaseAge"));
    return ms === null ? null : { ms, origin: `minimumReleaseAge in ${name}` };
  });
  const excluded = nearest(layers, ({ name, settings }) => {
    const path = ["install", "minimumReleaseAgeExcludes"];
    const names = scalarsAt(settings, ...path);
    if (names.length === 0) return null;
    const listOf = (): ExclusionList =>
      exclusionList(settings, NAMES, () => names.map(({ text }) => exclusionOf(text)));
    const isExempt = exclusions.exemption({ kind: "bunfig", file: name, path }, listOf);
    return { isExempt, origin: `minimumReleaseAgeExcludes in ${name}` };
  });
  return cooldown(age, excluded?.isExempt ?? null, excluded?.origin ?? "");
}

const NAMES: Dialect = { compile: () => null, countsFirst: false };

/** `name`, and `name@1.0.0 || 1.0.1` (seen in 1.4). A range, or a pattern, exempts nothing. */
function exclusionOf(text: string): Exclusion {
  const at = text.indexOf("@", 1);
  if (at === -1) return { name: text, pattern: null, versions: null };
  const exact = text
    .slice(at + 1)
    .split("||")
    .map((version) => version.trim());
  return { name: text.slice(0, at), pattern: null, versions: { exact, range: null } };
}

const SECOND = 1000;
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(s|secs?|seconds?)?$/, SECOND],
  [/^(m|mins?|minutes?)$/, MINUTE],
  [/^(h|hrs?|hours?)$/, HOUR],
  [/^(d|days?)$/, DAY],
  [/^(w|weeks?)$/, 7 * DAY],
];

/** A number of seconds, or a text such as `3d` or `36 hours` (as Bun 1.4 takes them), in ms; null for what is neither. */
export function bunDuration(scalar: ConfigScalar | null): number | null {
  const value = scalar?.value;
  if (typeof value === "number") return value >= 0 && Number.isFinite(value) ? value * SECOND : null;
  const [, number, unit = ""] =
    /^((?:\d+(?:\.\d*)?|\.\d+)(?:e\d+)?)\s*([a-z]*)$/.exec(typeof value === "string" ? value : "") ?? [];
  const size = UNITS.find(([pattern]) => pattern.test(unit))?.[1];
  return number === undefined || size === undefined ? null : Number(number) * size;
}
