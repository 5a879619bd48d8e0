/** What a project's package manager makes of releases that prove less of their origin than earlier ones. */
import { gte } from "semver";
import { entryAt, scalarAt, scalarsAt } from "../documents/config/tree.ts";
import { MINUTE } from "../util/duration.ts";
import { nearest, unreadFile, type PolicyFile } from "../config/layers.ts";
import type { Manager } from "../project/manager.ts";
import { pnpmLayers } from "../config/pnpm-layers.ts";
import { exclusionsIn } from "./exclusions.ts";
import { pnpmExclusions } from "./pnpm-pattern.ts";

/** From this version on 0 minutes are over at once; before, they are no limit. */
const FIRST_WITH_ZERO = "12.0.0";

export interface TrustPolicy {
  /** The project takes it all the same. */
  isExempt(name: string, version: string): boolean;
  /** Whose word it is that one of this age (ms) is refused, for messages; null where it is taken. */
  refusedBy(age: number): string | null;
}

/**
 * pnpm's `trustPolicy`, `trustPolicyExclude`, and `trustPolicyIgnoreAfter` in minutes, after which it asks no more; null
 * where there is none of them, or a policy file cannot be read whole. A workspace that is not trusted exempts nothing. https://pnpm.io/settings#trustpolicy
 */
export function trustPolicyOf(
  manager: Manager | null,
  files: readonly PolicyFile[],
  trusted: boolean,
): TrustPolicy | null {
  if (manager?.kind !== "pnpm" || unreadFile(files, manager.kind) !== null) return null;
  const layers = pnpmLayers(files, manager.version)
    .filter(({ isIni }) => !isIni)
    .map(({ layer }) => layer);
  const policy = nearest(layers, ({ name, settings }) => {
    const text = scalarAt(settings, "trustPolicy")?.text;
    return text === undefined ? null : { isOn: text === "no-downgrade", origin: `trustPolicy in ${name}` };
  });
  const countsNothing = manager.version !== null && gte(manager.version, FIRST_WITH_ZERO);
  const minutes = nearest(layers, ({ settings, filled }) => {
    const text = filled(scalarAt(settings, "trustPolicyIgnoreAfter")?.text ?? "") ?? "";
    const value = text === "" ? Number.NaN : Number(text);
    return value > 0 || (value === 0 && countsNothing) ? value : null;
  });
  const isExempt = nearest(layers, ({ settings, name }) => {
    const key = "trustPolicyExclude";
    const value = entryAt(settings, key)?.value;
    if (value === undefined) return null;
    const texts = (): readonly string[] => scalarsAt(settings, key).map(({ text }) => text);
    const place = { kind: "pnpm-workspace" as const, file: name, path: [key] };
    return exclusionsIn(files).exemption(place, () => pnpmExclusions(value, texts, manager.version));
  });
  return {
    isExempt: (name, version) => trusted && isExempt?.(name, version) === true,
    refusedBy: (age) => (policy?.isOn !== true || (minutes !== null && age > minutes * MINUTE) ? null : policy.origin),
  };
}
