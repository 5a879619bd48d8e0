import { scalarsAt, type ConfigMap, type ConfigScalar } from "../../documents/config/tree.ts";
import { DAY } from "../../util/duration.ts";
import { isPlainName } from "../../util/glob.ts";
import { filledIn, type Environment } from "../../config/variables.ts";
import { layersOf, nearest, type Layer, type PolicyFile } from "../../config/layers.ts";
import { exclusionList, globMatcher, type Dialect, type ExclusionList, type Exclusions } from "../exclusions.ts";
import { cooldown, type Age, type Cooldown } from "./cooldown.ts";

/**
 * npm, from 11.10: `min-release-age` in days, `before` as a date, which wins over it in the same file, and
 * `min-release-age-exclude[]` of names and globs, several of them with commas between. A value that is no number makes npm
 * stop, and is none here; one below zero is a date in the future. An empty age, and a `before` of null, turn off what
 * stands further off. https://docs.npmjs.com/cli/v11/using-npm/config#min-release-age; @npmcli/config, definitions.js; @npmcli/arborist, release-age-exclude.js
 */
export function npmCooldown(files: readonly PolicyFile[], now: number, exclusions: Exclusions): Cooldown | null {
  const layers = layersOf(files, "npmrc");
  const age = nearest(layers, (layer) => before(layer, now) ?? days(layer));
  const excluded = nearest(layers, ({ name, settings }) => {
    const path = ["min-release-age-exclude"];
    const written = scalarsAt(settings, ...path);
    if (written.length === 0) return null;
    const listOf = (): ExclusionList =>
      exclusionList(settings, GLOBS, () =>
        written
          .flatMap(({ text }) => text.split(","))
          .map((text) => text.trim())
          .map((text) => ({ name: text, pattern: isPlainName(text) ? null : text, versions: null })),
      );
    const isExempt = exclusions.exemption({ kind: "npmrc", file: name, path }, listOf);
    return { isExempt, origin: `min-release-age-exclude in ${name}` };
  });
  return cooldown(age, excluded?.isExempt ?? null, excluded?.origin ?? "");
}

const GLOBS: Dialect = { compile: (pattern) => globMatcher(pattern, { nonegate: true }), countsFirst: false };

function days({ name, settings, env }: Layer): Age | null {
  const scalar = npmScalar(settings, "min-release-age");
  const value = scalar === null ? null : daysIn(scalar, env);
  return value === null || !Number.isFinite(value)
    ? null
    : { ms: Math.max(0, value) * DAY, origin: `min-release-age in ${name}` };
}

function before({ name, settings, env }: Layer, now: number): Age | null {
  const scalar = npmScalar(settings, "before");
  if (scalar === null) return null;
  const at = isNoDate(scalar) ? now : beforeDate(filledIn("npmrc", scalar.text, env));
  return at === null ? null : { ms: Math.max(0, now - at), origin: `before in ${name}` };
}

/** The one value of a setting: npm takes a list of one for it, and stops at more. */
export function npmScalar(settings: ConfigMap, key: string): ConfigScalar | null {
  const [scalar, ...others] = scalarsAt(settings, key);
  return scalar === undefined || others.length > 0 ? null : scalar;
}

/**
 * What a value comes to in days: NaN for what is no number, and null where the setting is left to what stands further off,
 * or a variable is not known. Nothing is no days.
 */
export function daysIn({ value, text }: ConfigScalar, env: Environment | undefined): number | null {
  if (value === null) return null;
  const filled = filledIn("npmrc", text, env);
  return filled === null ? null : typeof value === "boolean" ? Number(value) : Number(filled);
}

/** A `before` that turns off what is further off: npm reads `undefined` as no value. @npmcli/config, parse-field.js */
export function isNoDate({ value }: ConfigScalar): boolean {
  return value === null || value === false || value === "undefined";
}

/** As nopt takes dates; ms since epoch, null for what is none. */
export function beforeDate(text: string | null): number | null {
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
