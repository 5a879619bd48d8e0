/** Whether an advisory names a version: https://ossf.github.io/osv-schema/#evaluation */
import { parse, type SemVer } from "semver";
import type { AffectedRange, AffectedVersions } from "./advisory.ts";

/** A version that is not semver is affected only where the list of versions holds it. Prereleases count as any other. */
export function affects(affected: AffectedVersions, version: string): boolean {
  if (affected.versions.includes(version)) return true;
  const parsed = parse(version);
  return parsed !== null && affected.ranges.some((range) => within(range, parsed));
}

function within(range: AffectedRange, version: SemVer): boolean {
  if (range.introduced !== "0") {
    const introduced = parse(range.introduced);
    if (introduced === null || version.compare(introduced) < 0) return false;
  }
  if (range.fixed !== null) {
    const fixed = parse(range.fixed);
    if (fixed === null || version.compare(fixed) >= 0) return false;
  }
  if (range.lastAffected !== null) {
    const last = parse(range.lastAffected);
    if (last === null || version.compare(last) > 0) return false;
  }
  return true;
}
