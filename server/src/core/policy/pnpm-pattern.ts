import { valid } from "semver";

/**
 * A list of pnpm's: names, patterns with `*`, `!` before what is not meant, and names with exact versions
 * (`name@1.0.0 || 1.0.1`). pnpm: config/version-policy, createPackageVersionPolicy
 */
export function pnpmMatcher(patterns: readonly string[]): (name: string, version: string) => boolean {
  const rules = patterns.map(ruleOf);
  return (name, version) => rules.some((rule) => isLike(name, rule.parts) !== rule.isNegated && (rule.versions.length === 0 || rule.versions.includes(version)));
}

interface Rule {
  /** What stands between the stars. */
  readonly parts: readonly string[];
  readonly isNegated: boolean;
  /** Empty: every version. */
  readonly versions: readonly string[];
}

function ruleOf(text: string): Rule {
  const at = text.indexOf("@", 1);
  const pattern = at === -1 ? text : text.slice(0, at);
  const versions = at === -1 ? [] : text.slice(at + 1).split("||").flatMap((one) => valid(one) ?? []);
  const isNegated = pattern.startsWith("!");
  return { parts: (isNegated ? pattern.slice(1) : pattern).split("*"), isNegated, versions };
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
