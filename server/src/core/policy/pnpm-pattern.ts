import { lt, valid } from "semver";
import { NameIndex, type NamePattern } from "./name-index.ts";

/** Until then only the first entry that a name is like counts, whatever its versions. */
const FIRST_WITH_ALL = "11.0.0";

/**
 * A list of pnpm's: names, patterns with `*`, `!` before what is not meant, and names with exact versions
 * (`name@1.0.0 || 1.0.1`). At a range, or a pattern with versions, pnpm stops: such an entry exempts nothing.
 * pnpm: config/version-policy, createPackageVersionPolicy
 * `pnpm`: its version; null where that is not known.
 */
export function pnpmMatcher(
  patterns: readonly string[],
  pnpm: string | null,
): (name: string, version: string) => boolean {
  const rules = new NameIndex(patterns.flatMap((pattern) => ruleOf(pattern) ?? []));
  const counted = pnpm !== null && lt(pnpm, FIRST_WITH_ALL) ? 1 : Infinity;
  return (name, version) =>
    rules
      .of(name)
      .slice(0, counted)
      .some((versions) => versions.size === 0 || versions.has(version));
}

/** The versions that are meant; empty: every version. */
type Versions = ReadonlySet<string>;

function ruleOf(text: string): NamePattern<Versions> | null {
  const at = text.indexOf("@", 1);
  const pattern = at === -1 ? text : text.slice(0, at);
  const versions =
    at === -1
      ? []
      : text
          .slice(at + 1)
          .split("||")
          .map((one) => valid(one));
  const exact = versions.filter((version) => version !== null);
  if (exact.length < versions.length || (at !== -1 && pattern.includes("*"))) return null;
  const isNegated = pattern.startsWith("!");
  // What stands between the stars. Several stars in a row are like one.
  const parts = (isNegated ? pattern.slice(1) : pattern).replace(/\*+/g, "*").split("*");
  const entry = new Set(exact);
  if (!isNegated && parts.length === 1) return { entry, name: pattern, matches: null };
  return { entry, name: null, matches: (name) => isLike(name, parts) !== isNegated };
}

/** By the parts one after the other: a regular expression of many stars could take for ever. */
function isLike(name: string, parts: readonly string[]): boolean {
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
