/** Whether a package that a release newly depends on is a part of the same project, split off and published along with it. */
import { accountsOf, dependenciesOf } from "../facts/added.ts";
import type { AddedDependency } from "../facts/added.ts";
import { earlierReleases } from "../facts/earlier.ts";
import { establishedBaseline } from "../facts/established.ts";
import { releaseOf } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import { DAY } from "../util/duration.ts";

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

/** How far apart the releases of one family come out, ms. */
const TOGETHER = DAY;

/**
 * Whether an optional package is another of those that the project publishes for each platform: beside others in its
 * scope, or with their prefix, that the baseline takes already, published at the same time by the same account, which
 * published earlier releases of the project too. Where the registry names no publishers, the scope alone vouches for it:
 * only its owners publish there.
 */
export function isOfFamily(
  { path, name, published, release }: Pick<AddedDependency, "path" | "name" | "published" | "release">,
  takenUp: number,
  subject: Subject,
  cooldownMs: number,
): boolean {
  const adding = releaseOf(subject);
  const baseline = establishedBaseline(subject, cooldownMs);
  const [alias = "", ...below] = path;
  if (!adding.known || baseline === null || below.length > 0 || !adding.value.optional.has(alias)) return false;
  if (published === null || Math.abs(takenUp - published) > TOGETHER) return false;
  const kin = dependenciesOf(baseline).flatMap(({ alias: other, specifier }) =>
    baseline.optional.has(other) && specifier.source === "registry" ? [specifier.name] : [],
  );
  const isInScope = kin.some((other) => scopeOf(other) !== null && scopeOf(other) === scopeOf(name));
  if (!isInScope && !kin.some((other) => prefixOf(other) !== null && prefixOf(other) === prefixOf(name))) return false;
  const by = adding.value.publisher;
  const itsOwn = release?.publisher ?? null;
  if (by === null && itsOwn === null) return isInScope;
  if (by === null || itsOwn === null) return false;
  const earlier = earlierReleases(subject, cooldownMs).flatMap(({ release: { publisher } }) => publisher ?? []);
  // Each package has a configuration of its own, and its first release comes from an account: the scope vouches for it.
  if (by.trustedPublisher !== null)
    return isInScope && earlier.some(({ trustedPublisher }) => trustedPublisher === by.trustedPublisher);
  return (
    itsOwn.trustedPublisher === null &&
    itsOwn.name === by.name &&
    earlier.some((other) => other.trustedPublisher === null && other.name === by.name)
  );
}

/** `turbo-` of turbo-linux-64; null for names in a scope and those of one part. */
function prefixOf(name: string): string | null {
  return /^[^@-][^-]*-/.exec(name)?.[0] ?? null;
}

function scopeOf(name: string): string | null {
  return /^@[^/]+(?=\/)/.exec(name)?.[0] ?? null;
}
