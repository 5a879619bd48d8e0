/** What a project's package manager makes of releases that prove less of their origin than earlier ones. */
import { scalarAt, scalarsAt } from "../documents/config/tree.ts";
import { layersOf, nearest, type PolicyFile } from "./layers.ts";
import type { Manager } from "./manager.ts";
import { pnpmMatcher } from "./pnpm-pattern.ts";

export interface TrustPolicy {
  /** The project takes it all the same. */
  isExempt(name: string, version: string): boolean;
  /** Whose word it is that they are refused, for messages; null where they are taken. */
  readonly refusedBy: string | null;
}

/**
 * pnpm's `trustPolicy` and `trustPolicyExclude`; null where there is neither. A workspace that is not trusted exempts
 * nothing. https://pnpm.io/settings#trustpolicy
 */
export function trustPolicyOf(manager: Manager | null, files: readonly PolicyFile[], trusted: boolean): TrustPolicy | null {
  if (manager?.kind !== "pnpm") return null;
  const layers = layersOf(files, "pnpm-workspace");
  const policy = nearest(layers, ({ name, settings }) => {
    const text = scalarAt(settings, "trustPolicy")?.text;
    return text === undefined ? null : { isOn: text === "no-downgrade", origin: `trustPolicy in ${name}` };
  });
  const patterns = trusted ? layers.flatMap(({ settings }) => scalarsAt(settings, "trustPolicyExclude").map(({ text }) => text)) : [];
  return { isExempt: pnpmMatcher(patterns, manager.version), refusedBy: policy?.isOn === true ? policy.origin : null };
}
