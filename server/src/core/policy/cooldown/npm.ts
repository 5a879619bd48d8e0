import { scalarAt, scalarsAt } from "../../documents/config/tree.ts";
import { DAY } from "../../duration.ts";
import { boundedGlob } from "../../glob.ts";
import { layersOf, nearest, type Layer, type PolicyFile } from "../layers.ts";
import { cooldown, type Age, type Cooldown } from "./cooldown.ts";

/**
 * npm, from 11.10: `min-release-age` in days, `before` as a date, which wins over it in the same file, and
 * `min-release-age-exclude[]` of names and globs. A value that is no number makes npm stop, and is none here.
 * https://docs.npmjs.com/cli/v11/using-npm/config#min-release-age; @npmcli/config, definitions.js; @npmcli/arborist, release-age-exclude.js
 */
export function npmCooldown(files: readonly PolicyFile[], now: number): Cooldown | null {
  const layers = layersOf(files, "npmrc");
  const age = nearest(layers, (layer) => before(layer, now) ?? days(layer));
  if (age === null) return null;
  const excluded = nearest(layers, ({ name, settings }) => {
    const patterns = scalarsAt(settings, "min-release-age-exclude").map(({ text }) => text);
    return patterns.length === 0 ? null : { patterns: patterns.map((pattern) => ({ pattern, matches: boundedGlob(pattern, { nonegate: true }) })), origin: `min-release-age-exclude in ${name}` };
  });
  const isExempt = (name: string): boolean => excluded?.patterns.some(({ pattern, matches }) => name === pattern || matches?.(name) === true) === true;
  return cooldown(age, isExempt, excluded?.origin ?? "");
}

function days({ name, settings }: Layer): Age | null {
  const text = scalarAt(settings, "min-release-age")?.text ?? "";
  if (text === "" || !Number.isFinite(Number(text)) || Number(text) < 0) return null;
  return { ms: Number(text) * DAY, origin: `min-release-age in ${name}` };
}

function before({ name, settings }: Layer, now: number): Age | null {
  const text = scalarAt(settings, "before")?.text ?? "";
  const at = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : { ms: Math.max(0, now - at), origin: `before in ${name}` };
}
