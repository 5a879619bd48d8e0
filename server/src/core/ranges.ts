import pickManifest from "npm-pick-manifest";
import { Range, satisfies, SemVer, validRange } from "semver";
import type { PackageFacts, ReleaseFacts } from "./facts/package.ts";
import type { RegistrySpecifier } from "./model.ts";

/**
 * The version that a package manager would take for a specifier; null where none fits. After npm-pick-manifest, npm's own
 * choice. `isHeldBack`: by the manager's cooldown. Where all that fit are, the choice is made among all of them: some
 * managers then fail, others take one.
 */
export function versionTaken(
  specifier: RegistrySpecifier,
  facts: PackageFacts,
  isHeldBack: ((version: string) => boolean) | null = null,
): string | null {
  const old = isHeldBack === null ? null : [...facts.releases.values()].filter(({ version }) => !isHeldBack(version));
  const taken =
    old === null || old.length === facts.releases.size ? null : picked(specifier, facts, versionsOf(facts.name, old));
  return taken ?? picked(specifier, facts, allVersions(facts));
}

type Versions = Readonly<
  Record<string, { readonly name: string; readonly version: string; readonly deprecated?: string }>
>;

const known = new WeakMap<PackageFacts, Versions>();

/** Made once: a project may ask for one package by thousands of ranges. */
function allVersions(facts: PackageFacts): Versions {
  const all = known.get(facts) ?? versionsOf(facts.name, facts.releases.values());
  known.set(facts, all);
  return all;
}

function versionsOf(name: string, releases: Iterable<ReleaseFacts>): Versions {
  const versions = Object.create(null) as Record<string, Versions[string]>;
  for (const { version, deprecated } of releases)
    versions[version] = { name, version, ...(deprecated === null ? {} : { deprecated }) };
  return versions;
}

function picked({ range, tag }: RegistrySpecifier, facts: PackageFacts, versions: Versions): string | null {
  const tags = [...facts.distTags].filter(([, version]) => version in versions);
  const tagged = tag ? facts.distTags.get(range) : undefined;
  // A tag on a version that is held back stands for the newest before it.
  const wanted = tagged === undefined || tagged in versions ? range : `<=${tagged}`;
  try {
    return pickManifest({ name: facts.name, versions, "dist-tags": Object.fromEntries(tags) }, wanted).version;
  } catch {
    // It throws for "none fits" (ETARGET, ENOVERSIONS) and for a specifier that it cannot read (EINVALIDTAGNAME).
    return null;
  }
}

/** Whether a version still fits what a manifest asks for. A dist-tag fits whatever it was resolved to. */
export function fits(specifier: RegistrySpecifier, version: string): boolean {
  return specifier.tag || satisfies(version, specifier.range, { loose: true });
}

/** The range itself names a prerelease, so prereleases are welcome. */
export function takesPrereleases(range: string): boolean {
  if (validRange(range) === null) return false;
  // semver writes the end of `^1.0.0` as `<2.0.0-0`: a bound, not a prerelease that anyone asked for.
  return new Range(range).set.some((all) =>
    all.some(
      ({ operator, semver }) => semver instanceof SemVer && semver.prerelease.length > 0 && !operator.startsWith("<"),
    ),
  );
}
