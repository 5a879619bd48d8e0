/**
 * What a registry says of a package, cut down from its packument to what rules use. Hashes are apart: they are most of it,
 * and rules want those of few releases.
 * Shapes: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md
 */

/** The lifecycle scripts that run when a package is installed from a registry, as text. */
export interface InstallScripts {
  readonly preinstall?: string;
  readonly install?: string;
  readonly postinstall?: string;
}

export interface Publisher {
  /** npm account name, or `GitHub Actions` and the like for a trusted publisher. */
  readonly name: string;
  /**
   * Identity of the trusted publisher (`_npmUser.trustedPublisher.oidcConfigId`), "" where the registry names none of its
   * configurations; null when published by an account.
   */
  readonly trustedPublisher: string | null;
  /** Somebody approved the release before it went out (`_npmUser.approver`, npm's staged publishing). */
  readonly approved: boolean;
}

export interface ReleaseFacts {
  readonly version: string;
  /** The deprecation message; null when not deprecated. */
  readonly deprecated: string | null;
  /** Whether installing it runs a script; null when the registry does not say (abbreviated form of a poor mirror). */
  readonly hasInstallScript: boolean | null;
  /** The scripts' text; null when only the abbreviated form was read. */
  readonly scripts: InstallScripts | null;
  /** Other scripts that these run by name (`npm run setup`), with their texts; empty when only the abbreviated form was read. */
  readonly calledScripts: ReadonlyMap<string, string>;
  /** The scripts are longer than what is kept of them, or run more others than are kept: what is kept is a beginning. */
  readonly scriptsCut: boolean;
  /** Ships a binding.gyp, so npm runs `node-gyp rebuild` (`gypfile: true`); null when not stated. */
  readonly gypfile: boolean | null;
  /** null when not stated. */
  readonly publisher: Publisher | null;
  /** Carries a provenance attestation (`dist.attestations.provenance`); null when only the abbreviated form was read. */
  readonly provenance: boolean | null;
  /** `dependencies`, `optionalDependencies` and the `peerDependencies` that are not optional together, alias → specifier as written. */
  readonly dependencies: ReadonlyMap<string, string>;
  /** Those of `dependencies` that are `optionalDependencies`: an install goes on without them. Aliases. */
  readonly optional: ReadonlySet<string>;
  /** `peerDependencies`, optional ones too, and peers that only `peerDependenciesMeta` names, as `*`. */
  readonly peers: ReadonlyMap<string, string>;
  /** Names of what its tarball holds in its own `node_modules` (`bundleDependencies`). */
  readonly bundled: ReadonlySet<string>;
  /** Names of the commands that it brings (`bin`); null where it only names a folder of them (`directories.bin`). */
  readonly bin: ReadonlySet<string> | null;
  /**
   * What its manifest tells the tools that fetch binaries in install scripts, by field: `binary.host` → the text as
   * written. Empty where it runs none, and when only the abbreviated form was read.
   */
  readonly binarySources: ReadonlyMap<string, string>;
}

/** Where a release's tarball is and what its hashes are: the `dist` of its manifest. Each is null when not stated. */
export interface Distribution {
  /** Its address. */
  readonly tarball: string | null;
  /** Subresource integrity. */
  readonly integrity: string | null;
  /** SHA-1, 40 hex digits. */
  readonly shasum: string | null;
}

/** When the first release of a package came out, ms since epoch; null if no release has a date. */
export function firstPublished({ times }: Pick<PackageFacts, "times">): number | null {
  let first: number | null = null;
  for (const at of times.values()) first = Math.min(at, first ?? at);
  return first;
}

/** As `firstPublished`; null also where a release that is served has no date, as that may be the first. */
export function surelyFirstPublished(facts: Pick<PackageFacts, "times" | "releases">): number | null {
  for (const version of facts.releases.keys()) if (!facts.times.has(version)) return null;
  return firstPublished(facts);
}

export interface PackageFacts {
  readonly name: string;
  /** Which form of the packument was read. */
  readonly detail: "abbreviated" | "full";
  /** When the registry gave (or last confirmed) this, ms since epoch. */
  readonly fetchedAt: number;
  /** When anything of the package last changed, ms since epoch; null when not stated. */
  readonly modified: number | null;
  /** dist-tag → version. */
  readonly distTags: ReadonlyMap<string, string>;
  /** The versions that the registry serves today. */
  readonly releases: ReadonlyMap<string, ReleaseFacts>;
  /** Publish times by version, ms since epoch, removed versions included. Empty in the abbreviated form of npmjs. */
  readonly times: ReadonlyMap<string, number>;
  /** The whole package was unpublished at this time, ms since epoch; null when it was not. */
  readonly unpublishedAt: number | null;
  /** npm holds the name to keep it from being taken again after an attack. */
  readonly securityHolder: boolean;
}

/** The package document of a registry. */
export interface Packument {
  readonly facts: PackageFacts;
  /** By version: of each release that the registry serves. */
  readonly distributions: ReadonlyMap<string, Distribution>;
}
