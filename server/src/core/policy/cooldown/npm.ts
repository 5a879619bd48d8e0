import picomatch from "picomatch/posix";
import { scalarAt, scalarsAt } from "../../documents/config/tree.ts";
import { DAY } from "../../duration.ts";
import { cooldown, settingsIn, type Cooldown, type PolicyFile } from "./cooldown.ts";

/**
 * npm, from 11.10: `min-release-age` in days, `before` as a date, which wins over it in the same file, and
 * `min-release-age-exclude[]` of names and globs. A value that is no number makes npm stop, and is none here.
 * https://docs.npmjs.com/cli/v11/using-npm/config#min-release-age; @npmcli/config, definitions.js; @npmcli/arborist, release-age-exclude.js
 */
export function npmCooldown(files: readonly PolicyFile[], now: number): Cooldown | null {
  const settings = settingsIn(files, "npmrc");
  if (settings === null) return null;
  const age = before(scalarAt(settings, "before")?.text, now) ?? days(scalarAt(settings, "min-release-age")?.text);
  if (age === null) return null;
  const patterns = scalarsAt(settings, "min-release-age-exclude").map(({ text }) => text);
  const isExempt = (name: string): boolean => patterns.some((pattern) => name === pattern || picomatch.isMatch(name, pattern, { nonegate: true, noext: true }));
  return cooldown(age, isExempt, "min-release-age-exclude in .npmrc");
}

function days(text: string | undefined): Cooldown["base"] | null {
  if (text === undefined || text === "" || !Number.isFinite(Number(text)) || Number(text) < 0) return null;
  return { ms: Number(text) * DAY, origin: "min-release-age in .npmrc" };
}

function before(text: string | undefined, now: number): Cooldown["base"] | null {
  const at = text === undefined || !/^\d{4}-/.test(text) ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : { ms: Math.max(0, now - at), origin: "before in .npmrc" };
}
