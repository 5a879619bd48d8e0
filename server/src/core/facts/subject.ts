import { known, unknown } from "./fact.ts";
import type { Fact } from "./fact.ts";
import type { Additions } from "./added.ts";
import type { AdvisoryFacts } from "./advisory.ts";
import type { Address, AskedFacts, LockedFacts } from "./places.ts";
import type { LockfileFormat } from "../model.ts";
import type { OwnName } from "./own-name.ts";
import type { Distribution, PackageFacts, ReleaseFacts } from "./package.ts";

/** When a release came out: the time itself, or a proof that it is no younger than some time. Ms since epoch. */
export type Publication =
  { readonly exact: true; readonly at: number } | { readonly exact: false; readonly notAfter: number };

/** One release under judgement, with every fact that the rules may ask for. */
export interface Subject {
  readonly name: string;
  /** As the lockfile or the registry has it: it may be no semver, or empty. */
  readonly version: string;
  /** The registry's host, for messages. */
  readonly registryHost: string;
  /** Of the registry that it resolves from; null where that is not known. */
  readonly registryAddress: Address | null;
  /** Nobody told whether the host that a lockfile has it from is its registry's, and so its registry is not asked for it. */
  readonly isHostUntold: boolean;
  /** Names of its registry are no secret, as that has no login and is not for a scope alone. */
  readonly isRegistryPublic: boolean;
  /** A manifest of the project names it. */
  readonly direct: boolean;
  /** What the lockfile says of install scripts; null when it does not say. */
  readonly lockedInstallScript: boolean | null;
  readonly package: Fact<PackageFacts>;
  /** Null where the release's own entry is not known. */
  readonly distribution: Distribution | null;
  readonly published: Fact<Publication>;
  readonly advisories: AdvisoryFacts;
  /** Why this version is held to be clean although an advisory names it. */
  readonly disputed: string | null;
  /** Whether another version of the package is known to be compromised. */
  isCompromised(version: string): boolean;
  /** Where lockfiles lock it. */
  readonly locked: readonly LockedFacts[];
  /** Where manifests and catalogs ask for it by a range. */
  readonly asked: readonly AskedFacts[];
  /** What it newly depends on; null where that was not looked into: old releases have had their days in the open. */
  readonly added: Additions | null;
  /** The version that the commit checked out locks at the same place; null when none or the same. */
  readonly committedVersion: string | null;
  /**
   * Manifests ask for it, and neither they nor the lockfile had the package in the commit checked out. Looked into for
   * packages that are new or little known; null for others, and where that is not known.
   */
  readonly isNewlyTaken: boolean | null;
  /**
   * When a lockfile of the repository locked this version although the registry's package of that name had no release yet,
   * ms since epoch: that package is another one. Looked for where the registry neither lists nor dates the version; null
   * for others, and where that is not known.
   */
  readonly lockedBeforeFirst: number | null;
  /** The package of the project that has its name, where it stands in the place of that; null for all others. */
  readonly ownName: OwnName | null;
}

/** Formats of the lockfiles that hold it, each once. */
export function lockedBy({ locked }: Pick<Subject, "locked">): readonly LockfileFormat[] {
  return [...new Set(locked.map(({ format }) => format))];
}

/** The release's own entry in the packument. */
export function releaseOf(subject: Subject): Fact<ReleaseFacts> {
  if (!subject.package.known) return subject.package;
  const release = subject.package.value.releases.get(subject.version);
  return release === undefined ? unknown("not-stated", notListed(subject.registryHost)) : known(release);
}

/** As a lockfile says, or the registry; false also where neither does. */
export function hasInstallScript(subject: Subject): boolean {
  const release = releaseOf(subject);
  return subject.lockedInstallScript === true || (release.known && release.value.hasInstallScript === true);
}

/** It is there only inside other packages' tarballs: what its registry serves under that name and version is not installed. */
export function isOnlyBundled({ locked, direct }: Pick<Subject, "locked" | "direct">): boolean {
  return !direct && locked.length > 0 && locked.every((place) => place.isBundled);
}

/** What its tarball brings along that a lockfile marks as running an install script, each name once. */
export function bundledScripts({ locked }: Pick<Subject, "locked">): readonly string[] {
  return [...new Set(locked.flatMap((place) => place.bundledScripts))];
}

/** Why nothing is known of a version that is not in its package's document, as a clause. */
export function notListed(registryHost: string): string {
  return `${registryHost} does not list this version`;
}

/** Age in ms at `now`; the least that it can be where only a proof of age is known. */
export function leastAge(publication: Publication, now: number): number {
  return now - (publication.exact ? publication.at : publication.notAfter);
}
