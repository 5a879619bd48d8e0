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
  isHeldBack: (version: string) => boolean = () => false,
): string | null {
  const old = [...facts.releases.values()].filter(({ version }) => !isHeldBack(version));
  return (
    (old.length < facts.releases.size ? picked(specifier, facts, old) : null) ??
    picked(specifier, facts, [...facts.releases.values()])
  );
}

function picked(
  { range, tag }: RegistrySpecifier,
  facts: PackageFacts,
  releases: readonly ReleaseFacts[],
): string | null {
  const versions: Record<string, { name: string; version: string; deprecated?: string }> = Object.create(
    null,
  ) as Record<string, never>;
  for (const { version, deprecated } of releases) {
    versions[version] = { name: facts.name, version, ...(deprecated === null ? {} : { deprecated }) };
  }
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
