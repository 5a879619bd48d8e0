import { lt, validRange } from "semver";
import { LONGEST_SPECIFIER } from "../../documents/limits.ts";
import { DAY, HOUR, MINUTE } from "../../util/duration.ts";
import { boundedGlob, isPlainName } from "../../util/glob.ts";
import { layersOf, type Layer, type PolicyFile } from "../../config/layers.ts";
import { NameIndex, type NamePattern } from "../name-index.ts";
import { VersionSet } from "../../util/version-set.ts";
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
): Cooldown | null {
  const layers = layersOf(files, "yarnrc");
  const base = gate(layers, ["npmMinimalAgeGate"], "npmMinimalAgeGate in") ?? defaultOf(version, lockfileVersion);
  const approved = placed(layers, "npmPreapprovedPackages").flatMap(({ layer, value }) => {
    const own = value.kind === "list" ? value.items : [value];
    return own.flatMap((item) =>
      item.kind === "scalar" ? [approvalOf(item.text, `npmPreapprovedPackages in ${layer.name}`)] : [],
    );
  });
  const scopes = placed(layers, "npmScopes");
  if (base === null && approved.length === 0 && scopes.length === 0) return null;
  const approvals = new NameIndex(approved);
  const byName = new Map<string, readonly Approvals[]>();
  const approvalsOf = (name: string): readonly Approvals[] => {
    const own = byName.get(name) ?? grouped(approvals.of(name));
    byName.set(name, own);
    return own;
  };
  return {
    base,
    of: (name, release) => {
      const approval = approvalsOf(name).find(({ all, versions }) => all || versions.has(release));
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

interface PreapprovedPackage {
  /** null: every version. */
  readonly range: string | null;
  /** Whose word it is, for messages. */
  readonly origin: string;
}

/** What one file approves of one package. */
interface Approvals {
  readonly origin: string;
  /** Every version. */
  readonly all: boolean;
  readonly versions: VersionSet;
}

function grouped(approved: readonly PreapprovedPackage[]): readonly Approvals[] {
  const byOrigin = new Map<string, (string | null)[]>();
  for (const { origin, range } of approved) {
    const ranges = byOrigin.get(origin);
    if (ranges === undefined) byOrigin.set(origin, [range]);
    else ranges.push(range);
  }
  return [...byOrigin].map(([origin, ranges]) => ({
    origin,
    all: ranges.includes(null),
    versions: new VersionSet(ranges.filter((range) => range !== null)),
  }));
}

function approvalOf(pattern: string, origin: string): NamePattern<PreapprovedPackage> {
  const at = pattern.indexOf("@", 1);
  const own = at === -1 ? pattern : pattern.slice(0, at);
  // One that is too long to be read may be of any version.
  const stated = at === -1 || pattern.length > LONGEST_SPECIFIER ? null : pattern.slice(at + 1);
  const range = validRange(stated);
  const entry = { range, origin };
  // What is behind the name is no range: it approves nothing.
  if (stated !== null && range === null) return { entry, name: null, matches: null };
  return { entry, name: own, matches: isPlainName(own) ? null : boundedGlob(own) };
}
