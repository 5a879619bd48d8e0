/** Releases that a project takes although they prove less of their origin than earlier ones. */
import { scalarsAt } from "../documents/config/tree.ts";
import { layersOf, type PolicyFile } from "./layers.ts";
import type { Manager } from "./manager.ts";
import { pnpmMatcher } from "./pnpm-pattern.ts";

export type TrustExemption = (name: string, version: string) => boolean;

/**
 * pnpm's `trustPolicyExclude`; null where there is none. A workspace that is not trusted exempts nothing.
 * https://pnpm.io/settings#trustpolicyexclude
 */
export function trustExemptionOf(manager: Manager | null, files: readonly PolicyFile[], trusted: boolean): TrustExemption | null {
  if (manager?.kind !== "pnpm" || !trusted) return null;
  const patterns = layersOf(files, "pnpm-workspace").flatMap(({ settings }) => scalarsAt(settings, "trustPolicyExclude").map(({ text }) => text));
  return patterns.length === 0 ? null : pnpmMatcher(patterns);
}
