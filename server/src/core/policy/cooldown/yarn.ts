import { lt, satisfies, validRange } from "semver";
import { scalarAt, scalarsAt } from "../../documents/config/tree.ts";
import { DAY, HOUR, MINUTE } from "../../duration.ts";
import { boundedGlob } from "../../glob.ts";
import { layersOf, nearest, type Layer, type PolicyFile } from "../layers.ts";
import type { Age, Cooldown } from "./cooldown.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };
const FIRST_WITH_DEFAULT = "4.15.0";
/** Over an older lockfile Yarn writes a gate of 0 into `.yarnrc.yml`, so that nothing changes for that project. */
const FIRST_FORMAT_WITH_DEFAULT = 10;

/**
 * Yarn, from 4.10: `npmMinimalAgeGate`, a number with a unit, or of minutes; one of its own for each scope in `npmScopes`;
 * `npmPreapprovedPackages` of names, globs, and names with a range. https://yarnpkg.com/configuration/yarnrc#npmMinimalAgeGate
 */
export function yarnCooldown(files: readonly PolicyFile[], version: string | null, lockfileVersion: string | null): Cooldown | null {
  const layers = layersOf(files, "yarnrc");
  const base = nearest(layers, (layer) => gate(layer, ["npmMinimalAgeGate"], `npmMinimalAgeGate in ${layer.name}`)) ?? defaultOf(version, lockfileVersion);
  const approved = nearest(layers, ({ name, settings }) => {
    const patterns = scalarsAt(settings, "npmPreapprovedPackages").map(({ text }) => approvalOf(text));
    return patterns.length === 0 ? null : { patterns, origin: `npmPreapprovedPackages in ${name}` };
  });
  if (base === null && approved === null && !layers.some(({ settings }) => settings.entries.has("npmScopes"))) return null;
  return {
    base,
    of: (name, release) => {
      if (approved?.patterns.some((pattern) => pattern(name, release)) === true) return { ms: 0, origin: approved.origin };
      const scope = /^@([^/]+)\//.exec(name)?.[1];
      if (scope === undefined) return base;
      return nearest(layers, (layer) => gate(layer, ["npmScopes", scope, "npmMinimalAgeGate"], `npmMinimalAgeGate of @${scope} in ${layer.name}`)) ?? base;
    },
  };
}

function defaultOf(version: string | null, lockfileVersion: string | null): Age | null {
  const isKept = lockfileVersion !== null && Number.parseFloat(lockfileVersion) < FIRST_FORMAT_WITH_DEFAULT;
  return version === null || isKept || lt(version, FIRST_WITH_DEFAULT) ? null : { ms: DAY, origin: "Yarn's default" };
}

function gate({ settings, filled }: Layer, path: readonly string[], origin: string): Age | null {
  const ms = yarnDuration(filled(scalarAt(settings, ...path)?.text ?? "") ?? "");
  return ms === null ? null : { ms, origin };
}

/** In ms; null for what is no length of time. https://yarnpkg.com/configuration/yarnrc#npmMinimalAgeGate */
export function yarnDuration(text: string): number | null {
  const [, number, unit = "m"] = /^(\d*\.?\d+)(ms|s|m|h|d|w)?$/.exec(text) ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit] ?? 0);
}

function approvalOf(pattern: string): (name: string, version: string) => boolean {
  const at = pattern.indexOf("@", 1);
  const own = at === -1 ? pattern : pattern.slice(0, at);
  const matches = boundedGlob(own);
  const range = at === -1 ? "*" : validRange(pattern.slice(at + 1));
  return (name, version) => (name === own || matches?.(name) === true) && range !== null && (at === -1 || satisfies(version, range));
}
