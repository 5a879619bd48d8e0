import type { Excluded } from "../settings/suppressions.ts";
import { count } from "../util/words.ts";

/**
 * What is said where a scan found nothing to look at: it must not read as if all were well. One sentence.
 * @param excluded what `depwarden.exclude` left out
 */
export function nothingScanned(excluded: readonly Excluded[]): string {
  if (excluded.length === 0) return "Nothing was scanned: there is no package.json and no lockfile.";
  const files = excluded.reduce((sum, one) => sum + one.files, 0);
  const atLeast = excluded.every(({ isWhole }) => isWhole) ? "" : "at least ";
  return `Nothing was scanned: depwarden.exclude leaves out ${atLeast}${count(files, "file")}.`;
}
