import { Exclusions } from "../../server/src/core/policy/exclusions.ts";
import { pnpmExclusions } from "../../server/src/core/policy/pnpm-pattern.ts";

const PLACE = { kind: "pnpm-workspace", file: "pnpm-workspace.yaml", path: ["minimumReleaseAgeExclude"] } as const;

/** Whether a list of pnpm's has a release, for a pnpm whose version is not known. */
export function pnpmExempts(patterns: readonly string[]): (name: string, version: string) => boolean {
  return new Exclusions().exemption(PLACE, () => pnpmExclusions(patterns, () => patterns, null));
}
