import { type GitIgnored, ignoredText } from "../project/left-out.ts";
import type { Excluded } from "../settings/suppressions.ts";
import { count } from "../util/words.ts";

/**
 * What is said where a scan found nothing to look at: it must not read as if all were well. One sentence.
 * @param excluded what `depwarden.exclude` left out; `ignored`: what `.gitignore` files did
 */
export function nothingScanned(excluded: readonly Excluded[], ignored: GitIgnored): string {
  const left = ignoredText(ignored);
  if (excluded.length === 0) {
    const but = left === null ? "" : `, but for what .gitignore leaves out (${left})`;
    return `Nothing was scanned: there is no package.json and no lockfile${but}.`;
  }
  const files = excluded.reduce((sum, one) => sum + one.files, 0);
  const atLeast = excluded.every(({ isWhole }) => isWhole) ? "" : "at least ";
  return `Nothing was scanned: depwarden.exclude leaves out ${atLeast}${count(files, "file")}.`;
}
