import { lt, valid } from "semver";
import { DAY, HOUR, MINUTE } from "../../util/duration.ts";
import { isPlainName } from "../../util/glob.ts";
import { layersOf, type Layer, type PolicyFile } from "../../config/layers.ts";
import { exclusionList, globMatcher, type Dialect, type Exclusion, type Exclusions } from "../exclusions.ts";
import { placed, yarnScalar } from "../../config/yarn-settings.ts";
import type { Age, Cooldown } from "./cooldown.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };
const FIRST_WITH_DEFAULT = "4.15.0";
/** Over an older lockfile Yarn writes a gate of 0 into `.yarnrc.yml`, so that nothing changes for that project. */
const FIRST_FORMAT_WITH_DEFAULT = 10;

/**
 * Yarn, from 4.10: `npmMinimalAgeGate`, a number with a unit, or of minutes; one of its own for each scope in `npmScopes`;
 * `npmPreapprovedPackages` of names, globs, and names with a range, which add up over all files. A scope that has any
 * settings of its own has a gate of its own too: what it does not state is Yarn's default, and not the project's.
 * https://yarnpkg.com/configuration/yarnrc#npmMinimalAgeGate; packages/plugin-npm/sources/npmConfigUtils.ts (`getMinimalAgeGate`)
 */
export function yarnCooldown(
  files: readonly PolicyFile[],
  version: string | null,
  lockfileVersion: string | null,
  exclusions: Exclusions,
): Cooldown | null {
  const layers = layersOf(files, "yarnrc");
  const base = gate(layers, ["npmMinimalAgeGate"], "npmMinimalAgeGate in") ?? defaultOf(version, lockfileVersion);
  const approvals = placed(layers, APPROVED).map(({ layer, value }) => {
    const items = value.kind === "list" ? value.items : [value];
    const entries = (): readonly Exclusion[] =>
      items.flatMap((item) => (item.kind === "scalar" ? [approvalOf(item.text)] : []));
    const place = { kind: "yarnrc" as const, file: layer.name, path: [APPROVED] };
    return {
      isExempt: exclusions.exemption(place, () => exclusionList(value, GLOBS, entries)),
      origin: `${APPROVED} in ${layer.name}`,
    };
  });
  const scopes = placed(layers, "npmScopes");
  if (base === null && approvals.length === 0 && scopes.length === 0) return null;
  return {
    base,
    of: (name, release) => {
      const exact = valid(release) ?? release;
      const approval = approvals.find(({ isExempt }) => isExempt(name, exact));
      if (approval !== undefined) return { ms: 0, origin: approval.origin };
      const scope = /^@([^/]+)\//.exec(name)?.[1];
      if (scope === undefined || !scopes.some(({ value }) => value.kind === "map" && value.entries.has(scope)))
        return base;
      return (
        gate(layers, ["npmScopes", scope, "npmMinimalAgeGate"], `npmMinimalAgeGate of @${scope} in`) ??
        defaultOf(version, null) ??
        base
      );
    },
  };
}

function defaultOf(version: string | null, lockfileVersion: string | null): Age | null {
  const isKept = lockfileVersion !== null && Number.parseFloat(lockfileVersion) < FIRST_FORMAT_WITH_DEFAULT;
  return version === null || isKept || lt(version, FIRST_WITH_DEFAULT) ? null : { ms: DAY, origin: "Yarn's default" };
}

function gate(layers: readonly Layer[], path: readonly string[], origin: string): Age | null {
  const found = yarnScalar(layers, ...path);
  const ms = found === null ? null : yarnDuration(found.layer.filled(found.value.text) ?? "");
  return found === null || ms === null ? null : { ms, origin: `${origin} ${found.layer.name}` };
}

/** In ms; null for what is not a length of time. https://yarnpkg.com/configuration/yarnrc#npmMinimalAgeGate */
export function yarnDuration(text: string): number | null {
  const [, number, unit = "m"] = /^(\d+(?:\.\d+)?|\.\d+)(ms|s|m|h|d|w)?$/.exec(text) ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit] ?? 0);
}

const APPROVED = "npmPreapprovedPackages";

const GLOBS: Dialect = { compile: (pattern) => globMatcher(pattern, {}), countsFirst: false };

function approvalOf(text: string): Exclusion {
  const at = text.indexOf("@", 1);
  const name = at === -1 ? text : text.slice(0, at);
  const pattern = isPlainName(name) ? null : name;
  if (at === -1) return { name, pattern, versions: null };
  const range = text.slice(at + 1);
  const exact = valid(range);
  return { name, pattern, versions: exact === null ? { exact: [], range } : { exact: [exact], range: null } };
}
