import { scalarAt, scalarsAt } from "../../documents/config/tree.ts";
import { DAY } from "../../duration.ts";
import { boundedGlob } from "../../glob.ts";
import { layersOf, nearest, type Layer, type PolicyFile } from "../layers.ts";
import { cooldown, type Age, type Cooldown } from "./cooldown.ts";

/**
 * npm, from 11.10: `min-release-age` in days, `before` as a date, which wins over it in the same file, and
 * `min-release-age-exclude[]` of names and globs, several of them with commas between. A value that is no number makes npm
 * stop, and is none here; one below zero is a date in the future.
 * https://docs.npmjs.com/cli/v11/using-npm/config#min-release-age; @npmcli/config, definitions.js; @npmcli/arborist, release-age-exclude.js
 */
export function npmCooldown(files: readonly PolicyFile[], now: number): Cooldown | null {
  const layers = layersOf(files, "npmrc");
  const age = nearest(layers, (layer) => before(layer, now) ?? days(layer));
  const excluded = nearest(layers, ({ name, settings }) => {
    const patterns = scalarsAt(settings, "min-release-age-exclude").flatMap(({ text }) => text.split(",").map((pattern) => pattern.trim()));
    return patterns.length === 0 ? null : { patterns: patterns.map((pattern) => ({ pattern, matches: boundedGlob(pattern, { nonegate: true }) })), origin: `min-release-age-exclude in ${name}` };
  });
  const isExempt = excluded === null ? null : (name: string): boolean => excluded.patterns.some(({ pattern, matches }) => name === pattern || matches?.(name) === true);
  return cooldown(age, isExempt, excluded?.origin ?? "");
}

function days({ name, settings, filled }: Layer): Age | null {
  const text = filled(scalarAt(settings, "min-release-age")?.text ?? "") ?? "";
  if (text === "" || !Number.isFinite(Number(text))) return null;
  return { ms: Math.max(0, Number(text)) * DAY, origin: `min-release-age in ${name}` };
}

function before({ name, settings, filled }: Layer, now: number): Age | null {
  const at = beforeDate(filled(scalarAt(settings, "before")?.text ?? ""));
  return at === null ? null : { ms: Math.max(0, now - at), origin: `before in ${name}` };
}

/** As nopt takes dates; ms since epoch, null for what is none. */
export function beforeDate(text: string | null): number | null {
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
