import { lt, valid } from "semver";
import { Wildcard } from "../util/wildcard.ts";
import { exclusionList, type Dialect, type Exclusion, type ExclusionList, type NameMatcher } from "./exclusions.ts";

/** Until then only the first entry that a name is like counts, whatever its versions. */
const FIRST_WITH_ALL = "11.0.0";

/**
 * A list of pnpm's: names, patterns with `*`, `!` before what is not meant, and names with exact versions
 * (`name@1.0.0 || 1.0.1`). At a range, or a pattern with versions, pnpm stops: such an entry exempts nothing.
 * pnpm: config/version-policy, createPackageVersionPolicy
 * `value`: of the list, as read. `pnpm`: its version; null where that is not known.
 */
export function pnpmExclusions(value: object, texts: () => readonly string[], pnpm: string | null): ExclusionList {
  const dialect = pnpm !== null && lt(pnpm, FIRST_WITH_ALL) ? FIRST_COUNTS : ALL_COUNT;
  return exclusionList(value, dialect, () => texts().flatMap((text) => exclusionOf(text) ?? []));
}

const ALL_COUNT: Dialect = { compile, countsFirst: false };
const FIRST_COUNTS: Dialect = { compile, countsFirst: true };

function compile(text: string): NameMatcher {
  const isNegated = text.startsWith("!");
  const wildcard = new Wildcard(isNegated ? text.slice(1) : text);
  return { matches: (name) => wildcard.matches(name) !== isNegated, cost: (name) => wildcard.cost(name) };
}

function exclusionOf(text: string): Exclusion | null {
  const at = text.indexOf("@", 1);
  const own = at === -1 ? text : text.slice(0, at);
  const versions =
    at === -1
      ? []
      : text
          .slice(at + 1)
          .split("||")
          .map((one) => valid(one));
  const exact = versions.filter((version) => version !== null);
  if (exact.length < versions.length || (at !== -1 && own.includes("*"))) return null;
  const isName = !own.startsWith("!") && !own.includes("*");
  return {
    name: isName ? own : null,
    pattern: isName ? null : own,
    versions: at === -1 ? null : { exact, range: null },
  };
}
