/** What a release depends on that the established version before it did not. */
import { parseSpecifier } from "../documents/specifier.ts";
import { DAY } from "../util/duration.ts";
import type { Specifier } from "../model.ts";
import type { Unknown } from "./fact.ts";
import type { ScriptName } from "./install-scripts.ts";
import { newestLower } from "./lower.ts";
import { firstPublished } from "./package.ts";
import type { PackageFacts, ReleaseFacts } from "./package.ts";
import { changedScripts } from "./script-effects.ts";

/** A package with no more releases than this, and younger than that (ms), is little known. */
export const FEW_RELEASES = 4;
export const LITTLE_KNOWN_AGE = 365 * DAY;

/** A package this young when it is taken up is hardly there by chance: plain-crypto-js was 18 hours old. */
const YOUNG_PACKAGE = 30 * DAY;

/**
 * How well a package was known at a moment: `young` by its age, `little-known` by its age and how few releases it has.
 * A package that nobody dates is taken as known.
 * @param takenUp ms since epoch
 */
export function renownOf(
  { firstPublished: first, releases }: Pick<AddedDependency, "firstPublished" | "releases">,
  takenUp: number,
): "young" | "little-known" | "known" {
  if (first === null) return "known";
  const age = takenUp - first;
  if (age < YOUNG_PACKAGE) return "young";
  return age < LITTLE_KNOWN_AGE && releases <= FEW_RELEASES ? "little-known" : "known";
}

/** A package that a release newly pulls in, itself or through what it newly depends on. */
export interface AddedDependency {
  /** From the release down, as aliases; its own last. */
  readonly path: readonly string[];
  /** The real package. */
  readonly name: string;
  /** What the range takes at the moment of judgement; null where nothing fits it. */
  readonly version: string | null;
  /** When the package's first release came out, ms since epoch; null when not stated. */
  readonly firstPublished: number | null;
  /** How many releases it had by then. */
  readonly releases: number;
  /** The chosen release; null where nothing fits. */
  readonly release: ReleaseFacts | null;
  /** When the chosen release came out, ms since epoch; null when not stated. */
  readonly published: number | null;
  /** Install scripts that do something else than those of the established release before it; empty without such a release. */
  readonly newScripts: readonly ScriptName[];
  /** Accounts that published any of its releases. */
  readonly accounts: readonly string[];
  /** Ids of malware advisories against the chosen release. */
  readonly malware: readonly string[];
}

/** A dependency that no registry serves: it comes from git, from an address, or from a folder. */
export interface ExoticDependency {
  /** From the release down, as aliases; its own last. */
  readonly path: readonly string[];
  readonly source: "git" | "tarball" | "file";
  /** As written. */
  readonly raw: string;
}

/** How well known a package is, from its packument: when its first release came out, and how many it has. */
export function renownFacts(facts: PackageFacts): Pick<AddedDependency, "firstPublished" | "releases"> {
  return { firstPublished: firstPublished(facts), releases: Math.max(facts.times.size, facts.releases.size) };
}

export interface AdditionGap {
  /** The package that it is of; null where it is of none alone. */
  readonly name: string | null;
  readonly unknown: Unknown;
}

export interface Additions {
  /** The version that was compared with. */
  readonly comparedWith: string;
  /** When the release came out that takes them up, ms since epoch. */
  readonly takenUp: number;
  /** Those that are not long established. */
  readonly dependencies: readonly AddedDependency[];
  readonly exotic: readonly ExoticDependency[];
  /** What of it could not be looked up. */
  readonly gaps: readonly AdditionGap[];
}

export interface NamedDependency {
  readonly alias: string;
  readonly raw: string;
  readonly specifier: Specifier;
}

export function dependenciesOf(release: ReleaseFacts): readonly NamedDependency[] {
  return [...release.dependencies].map(([alias, raw]) => ({ alias, raw, specifier: parseSpecifier(alias, raw) }));
}

/**
 * Those that `before` did not have under the same alias: another package, another kind of source, or from no registry and
 * written otherwise: another commit is other code, and on GitHub a fork's commit can be named by the original's address.
 * Without a `before`: all.
 */
export function newDependencies(release: ReleaseFacts, before: ReleaseFacts | null): readonly NamedDependency[] {
  return dependenciesOf(release).filter(({ alias, raw, specifier }) => {
    const earlier = before?.dependencies.get(alias);
    if (earlier === undefined) return true;
    return sourceOf(parseSpecifier(alias, earlier), earlier) !== sourceOf(specifier, raw);
  });
}

/** The package, or where else it comes from. */
function sourceOf(specifier: Specifier, raw: string): string {
  return specifier.source === "registry" ? specifier.name : raw.trim();
}

export function exoticOf({ alias, raw, specifier }: NamedDependency, path: readonly string[]): ExoticDependency | null {
  const { source } = specifier;
  return source === "git" || source === "tarball" || source === "file" ? { path: [...path, alias], source, raw } : null;
}

/** Install scripts that do what none of the established release before it did. Empty where none came before it, or it is not dated. */
export function newScripts(release: ReleaseFacts, facts: PackageFacts, cooldownMs: number): readonly ScriptName[] {
  const at = facts.times.get(release.version);
  const before = at === undefined ? null : newestLower(facts, release.version, at - cooldownMs, () => false);
  if (before === null) return [];
  return changedScripts(release, before).flatMap(({ name, isMild }) => (isMild ? [] : [name]));
}

/** Who published them, but for trusted publishers: many share the name of one ("GitHub Actions"), which no account can have. */
export function accountsOf(releases: Iterable<ReleaseFacts>): readonly string[] {
  const accounts = new Set<string>();
  for (const { publisher } of releases)
    if (publisher?.trustedPublisher === null && !publisher.name.includes(" ")) accounts.add(publisher.name);
  return [...accounts];
}
