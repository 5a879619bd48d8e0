/** Whether a package that a release newly depends on is a part of the same project, split off and published along with it. */
import { accountsOf } from "../facts/added.ts";
import type { AddedDependency } from "../facts/added.ts";
import { earlierReleases } from "../facts/earlier.ts";
import type { Subject } from "../facts/subject.ts";

/**
 * Within one scope npm lets only its owners publish. Otherwise the name has to follow the release's own, and one account
 * has to have published both: anybody can take a name that begins like another. Where the registry names no publishers,
 * only the scope that is called as the package, and names behind its own with a hyphen, are taken for its parts.
 */
export function isFirstParty(
  { name, accounts }: Pick<AddedDependency, "name" | "accounts">,
  subject: Subject,
  cooldownMs: number,
): boolean {
  const [own, other] = [scopeOf(subject.name), scopeOf(name)];
  if (own !== null && own === other) return true;
  const isCalledAfter = other === `@${subject.name}` || name.startsWith(`${subject.name}-`);
  const isAlike = isCalledAfter || other?.startsWith(own ?? `@${subject.name}`) === true;
  if (!isAlike) return false;
  // Not the release's own publisher: whoever took the account over may have published both.
  const known = accountsOf(earlierReleases(subject, cooldownMs).map(({ release }) => release));
  if (known.length === 0 && accounts.length === 0) return isCalledAfter;
  return accounts.some((account) => known.includes(account));
}

function scopeOf(name: string): string | null {
  return /^@[^/]+(?=\/)/.exec(name)?.[0] ?? null;
}
