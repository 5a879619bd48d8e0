/** Which packages many projects depend on or download, by the npm-high-impact package. */
import { npmHighImpact } from "npm-high-impact";

let names: ReadonlySet<string> | null = null;

export function isWidelyUsed(name: string): boolean {
  names ??= new Set(npmHighImpact);
  return names.has(name);
}
