/** Where a release stands in the project's files, as far as rules go by it. */

export interface PlaceRef {
  /** URI. */
  readonly uri: string;
  /** Offset of the version, or of the range, in the text. */
  readonly start: number;
}

/** One registry under two names: npm takes its own in a lockfile for whichever registry is configured (`replace-registry-host`). */
export const NPMJS_HOSTS: ReadonlySet<string> = new Set(["registry.npmjs.org", "registry.yarnpkg.com"]);

/** One place of a lockfile. */
export interface LockedFacts extends PlaceRef {
  /** Subresource integrity as the lockfile writes it. */
  readonly integrity: string | null;
  readonly resolved: string | null;
  /** Shipped inside its parent's tarball. */
  readonly isBundled: boolean;
  /** Hosts that the greater part of the lockfile comes from. */
  readonly usualHosts: ReadonlySet<string>;
}

/** One range of a manifest, or of a catalog, that takes the release. */
export interface AskedFacts extends PlaceRef {
  readonly range: string;
}
