import { gte } from "semver";
import { entryAt, scalarsAt } from "../../documents/config/tree.ts";
import { MINUTE } from "../../util/duration.ts";
import { nearest, type Layer, type PolicyFile } from "../../config/layers.ts";
import { pnpmLayers } from "../../config/pnpm-layers.ts";
import type { Exclusions } from "../exclusions.ts";
import { pnpmExclusions } from "../pnpm-pattern.ts";
import { cooldown, type Age, type Cooldown } from "./cooldown.ts";

/** Its default from pnpm 11 on, in minutes. */
const DEFAULT = 1440;
export const FIRST_WITH_DEFAULT = "11.0.0";
/** It stops at what is no number, where older ones reckon on with what JavaScript makes of it. */
const FIRST_STRICT = "12.0.0";

/**
 * pnpm, from 10.16: `minimumReleaseAge` in minutes, and `minimumReleaseAgeExclude` of names, patterns with `*`, and names
 * with exact versions, in `pnpm-workspace.yaml`; until pnpm 10 also in `.npmrc`, in kebab case. A value takes the place of
 * those further off, and so does a list. https://pnpm.io/settings#minimumreleaseage; pnpm: config/version-policy
 */
export function pnpmCooldown(
  files: readonly PolicyFile[],
  version: string | null,
  exclusions: Exclusions,
): Cooldown | null {
  const layers = pnpmLayers(files, version);
  const stated = nearest(layers, ({ layer, isIni }) => age(layer, isIni, version));
  const byDefault =
    version !== null && gte(version, FIRST_WITH_DEFAULT) ? { ms: DEFAULT * MINUTE, origin: "pnpm's default" } : null;
  const excluded = nearest(layers, ({ layer, isIni }) => exceptions(layer, isIni, version, exclusions));
  return cooldown(stated ?? byDefault, excluded?.isExempt ?? null, excluded?.origin ?? "");
}

function age({ name, settings, filled }: Layer, isIni: boolean, version: string | null): Age | null {
  const key = isIni ? "minimum-release-age" : "minimumReleaseAge";
  // JavaScript takes a list of one number for that number.
  const [scalar, ...others] = scalarsAt(settings, key);
  if (scalar === undefined || others.length > 0 || (scalar.value === null && passesOverNull(version))) return null;
  // In `.npmrc`, `undefined` is no value: nothing is held back, whatever a file further off says.
  const isNothing = scalar.value === null || (isIni && scalar.value === "undefined");
  const text = isNothing ? "" : filled(scalar.text);
  const minutes = text === null ? null : minutesIn(text, version);
  return minutes === null ? null : { ms: minutes * MINUTE, origin: `${key} in ${name}` };
}

/** An entry without a value is none, where older ones take it for one that says nothing. */
export function passesOverNull(version: string | null): boolean {
  return version !== null && gte(version, FIRST_STRICT);
}

/** null for what is no number, at which pnpm stops. What is empty or lies in the future holds nothing back, as pnpm 11 has it of all that is no number. */
export function minutesIn(text: string, version: string | null): number | null {
  const value = Number(text === "false" ? "" : text);
  if (version !== null && gte(version, FIRST_STRICT))
    return text !== "" && text !== "false" && value >= 0 && Number.isFinite(value) ? value : null;
  if (Number.isFinite(value)) return Math.max(0, value);
  return version !== null && gte(version, FIRST_WITH_DEFAULT) ? 0 : null;
}

/** null where this layer leaves it to those further off. Until pnpm 10 one text is no list; from pnpm 12 on an empty entry is none. */
function exceptions(
  { name, settings }: Layer,
  isIni: boolean,
  version: string | null,
  exclusions: Exclusions,
): Exceptions | null {
  const key = isIni ? "minimum-release-age-exclude" : "minimumReleaseAgeExclude";
  const value = entryAt(settings, key)?.value;
  if (value === undefined || value.kind === "map") return null;
  const isNothing = value.kind === "scalar" && value.value === null;
  if (isNothing && passesOverNull(version)) return null;
  const takesOne = version !== null && gte(version, FIRST_WITH_DEFAULT);
  const patterns = isNothing || (value.kind === "scalar" && !takesOne) ? [] : scalarsAt(settings, key);
  const place = { kind: isIni ? ("npmrc" as const) : ("pnpm-workspace" as const), file: name, path: [key] };
  const isExempt =
    patterns.length === 0
      ? null
      : exclusions.exemption(place, () => pnpmExclusions(value, () => patterns.map(({ text }) => text), version));
  return { isExempt, origin: `${key} in ${name}` };
}

interface Exceptions {
  /** null for an empty list. */
  readonly isExempt: ((name: string, version: string) => boolean) | null;
  readonly origin: string;
}
