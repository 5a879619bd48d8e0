import picomatch from "picomatch/posix";
import { lt, satisfies, validRange } from "semver";
import { scalarAt, scalarsAt, type ConfigScalar } from "../../documents/config/tree.ts";
import { settingsIn, type Age, type Cooldown, type PolicyFile } from "./cooldown.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const DAY = 86_400_000;
const FIRST_WITH_DEFAULT = "4.15.0";

/**
 * Yarn, from 4.10: `npmMinimalAgeGate`, a number with a unit, or of minutes; one of its own for each scope in `npmScopes`;
 * `npmPreapprovedPackages` of names, globs, and names with a range. https://yarnpkg.com/configuration/yarnrc#npmMinimalAgeGate
 */
export function yarnCooldown(files: readonly PolicyFile[], version: string | null): Cooldown | null {
  const settings = settingsIn(files, "yarnrc");
  const base =
    duration(settings === null ? null : scalarAt(settings, "npmMinimalAgeGate"), "npmMinimalAgeGate in .yarnrc.yml") ??
    (version !== null && !lt(version, FIRST_WITH_DEFAULT) ? { ms: DAY, origin: "Yarn's default" } : null);
  if (base === null) return null;
  const approved = settings === null ? [] : scalarsAt(settings, "npmPreapprovedPackages").map(({ text }) => text);
  return {
    base,
    of: (name, release) => {
      if (approved.some((pattern) => isApproved(pattern, name, release))) return { ms: 0, origin: "npmPreapprovedPackages in .yarnrc.yml" };
      const scope = /^@([^/]+)\//.exec(name)?.[1];
      const own = settings === null || scope === undefined ? null : duration(scalarAt(settings, "npmScopes", scope, "npmMinimalAgeGate"), `npmMinimalAgeGate of @${scope} in .yarnrc.yml`);
      return own ?? base;
    },
  };
}

function duration(scalar: ConfigScalar | null, origin: string): Age | null {
  const [, number, unit = "m"] = /^(\d*\.?\d+)(ms|s|m|h|d|w)?$/.exec(scalar?.text ?? "") ?? [];
  return number === undefined ? null : { ms: Number(number) * (UNITS[unit] ?? 0), origin };
}

function isApproved(pattern: string, name: string, version: string): boolean {
  const at = pattern.indexOf("@", 1);
  const own = at === -1 ? pattern : pattern.slice(0, at);
  if (own !== name && !picomatch.isMatch(name, own)) return false;
  const range = at === -1 ? null : validRange(pattern.slice(at + 1).replace(/^npm:/, ""));
  return at === -1 || (range !== null && satisfies(version, range));
}
