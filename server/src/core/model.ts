/** What a project's files say, with the place of everything that can carry a finding. */
import type { Span } from "./util/text.ts";

/** Where a package's content comes from. Only `registry` packages have facts to look up by name and version. */
export type PackageSource = "registry" | "workspace" | "link" | "file" | "git" | "tarball";

export type DependencySection = "dependencies" | "devDependencies" | "optionalDependencies" | "peerDependencies";

export const LOCKFILE_FORMATS = ["npm", "yarn-classic", "yarn-berry", "pnpm", "bun"] as const;

export type LockfileFormat = (typeof LOCKFILE_FORMATS)[number];

/** Why a text could not be read whole. What could be read stands beside it, in the model. */
export interface DocumentProblem {
  /** `binary`: nothing of it is text. */
  readonly kind: "syntax" | "conflict" | "unsupported" | "too-large" | "unreadable" | "binary";
  /** One short sentence for a person, without the file's name and without a final full stop. */
  readonly message: string;
  readonly span: Span;
}

/**
 * What the right-hand side of a dependency asks for, after npm-package-arg.
 * - `registry`: `name` from a registry; `range` is a semver range, an exact version, or (when `tag`) a dist-tag.
 * - others: no version on a registry stands behind it.
 */
export type Specifier =
  | { readonly source: "registry"; readonly name: string; readonly range: string; readonly tag: boolean }
  /** pnpm's `work:^1.0.0`: as `registry`, but from the one that the project's configuration calls `registryName`. */
  | {
      readonly source: "named-registry";
      readonly registryName: string;
      readonly name: string;
      readonly range: string;
      readonly tag: boolean;
    }
  | { readonly source: Exclude<PackageSource, "registry"> }
  /** `catalog:` (pnpm, bun, Yarn): the range stands in a named catalog elsewhere ("" is the default catalog). */
  | { readonly source: "catalog"; readonly catalog: string }
  | { readonly source: "invalid"; readonly reason: string };

/** What asks for a release of some registry. */
export type RegistrySpecifier = Extract<Specifier, { readonly source: "registry" | "named-registry" }>;

/** One entry of a dependency section in `package.json`. */
export interface DeclaredDependency {
  readonly section: DependencySection;
  /** The name it is installed under: the key. Differs from `specifier.name` for an npm alias. */
  readonly alias: string;
  /** The value as written, unescaped. */
  readonly raw: string;
  readonly specifier: Specifier;
  /** A peer that `peerDependenciesMeta` calls optional: no package manager installs it of its own accord. Left out for all others. */
  readonly isOptionalPeer?: true;
  /** The key, without its quotes. */
  readonly nameSpan: Span;
  /** The value, without its quotes. */
  readonly specSpan: Span;
}

/** One entry of `overrides`, `resolutions` or `pnpm.overrides`. */
export interface DeclaredOverride {
  readonly field: "overrides" | "resolutions" | "pnpm.overrides";
  /** The chain of keys from the field down, e.g. `["foo", "bar@^1"]` for npm's nested form. */
  readonly keys: readonly string[];
  /** The package that is overridden, without range or parent. */
  readonly name: string;
  readonly raw: string;
  readonly specifier: Specifier;
  readonly nameSpan: Span;
  readonly specSpan: Span;
}

/** One entry of a catalog: the range that `catalog:` stands for. */
export interface CatalogEntry {
  /** "" is the default catalog. */
  readonly catalog: string;
  /** The name that dependencies have it under; an alias where the specifier names another package. */
  readonly name: string;
  readonly raw: string;
  readonly specifier: Specifier;
  readonly nameSpan: Span;
  readonly specSpan: Span;
  /** Its value may be replaced by another as it stands. */
  readonly isReplaceable: boolean;
}

export interface Manifest {
  readonly type: "manifest";
  readonly name: string | null;
  readonly version: string | null;
  /** `private`: it is not to be published. */
  readonly isPrivate: boolean;
  readonly dependencies: readonly DeclaredDependency[];
  readonly overrides: readonly DeclaredOverride[];
  /** Workspace globs as written (`workspaces`, or `workspaces.packages`). */
  readonly workspaces: readonly string[];
  /** `packageManager`, as written (`pnpm@10.1.0+sha512…`). */
  readonly packageManager: string | null;
  readonly problems: readonly DocumentProblem[];
}

/** One place in a lockfile that locks one package. */
export interface LockedPackage {
  /** Its index in `Lockfile.packages`. */
  readonly id: number;
  /** The place as the lockfile names it: `node_modules/a/node_modules/b`, `/foo/1.0.0`, `foo@^1.0.0`. */
  readonly key: string;
  /** The name it is installed under. Differs from `name` for an npm alias. */
  readonly alias: string;
  /** Further names that the same place is installed under, where the format has one place for all of them. */
  readonly otherAliases?: readonly string[];
  /** The real package. */
  readonly name: string;
  readonly version: string;
  readonly source: PackageSource;
  /** What the project's configuration calls the registry that it is from, where the lockfile says that (pnpm's `foo@work:1.0.0`). */
  readonly registryName?: string;
  /** The version as written, without quotes; inside the key where the key holds it. */
  readonly versionSpan: Span;
  /** The package's name as written in the key, without quotes. */
  readonly nameSpan: Span;
  readonly resolved: string | null;
  /** Subresource integrity as the lockfile writes it. */
  readonly integrity: string | null;
  /** Another version that its entry states beside the one that is installed. Left out where there is none. */
  readonly otherVersion?: string;
  /** A range that its own entry is for, and that the version is not in. Left out where there is none. */
  readonly outOf?: string;
  /** Whether the lockfile says that it runs an install script; null where the format does not say. */
  readonly hasInstallScript: boolean | null;
  readonly dev: boolean;
  readonly optional: boolean;
  /** Shipped inside its parent's tarball (`inBundle`, `bundled`), so not fetched under its own name. */
  readonly bundled: boolean;
  /**
   * Names of what its tarball brings along that the lockfile marks as running an install script. Left out where there is
   * none, and where the format does not say.
   */
  readonly bundledScripts?: readonly string[];
  /**
   * What is asked for in its place, where nobody asks for what is locked: a package of a registry (a range or a tag of
   * it), and what is locked is another package, or from an address that no registry is known to serve from. Null for
   * all others, and where the lockfile does not say who asks.
   */
  readonly insteadOf: { readonly name: string; readonly range: string } | null;
  /**
   * It is from no registry, and nothing that was read asks for it: whether the project wants it is not known. Left out
   * for all others.
   */
  readonly isUnasked?: true;
  /**
   * What it depends on that is from no registry, where neither the project nor a workspace asks for that: the lockfile
   * alone says so, and may be forged. Left out where there is none.
   */
  readonly brings?: readonly Brought[];
}

/** What a package brings in from elsewhere than a registry. */
export type Brought = Pick<LockedPackage, "alias" | "name" | "source" | "version" | "resolved">;

/**
 * What a lockfile has downloaded from an address of its own, and which is no package of a registry: pnpm's archives of a
 * runtime, one for each platform.
 */
export interface LockedDownload {
  readonly name: string;
  readonly version: string;
  /** What it says to be, `runtime` for `node@runtime:22.0.0`; null where it does not say that. */
  readonly kind: "runtime" | null;
  /** As written; null where it could not be read. */
  readonly address: string | null;
  /** Of the address; of the entry's key where that is null. */
  readonly span: Span;
}

/** An entry for which a lockfile of Yarn 1 states archives that Yarn packed after the package's scripts (`prebuiltVariants`). */
export interface PrebuiltPackage {
  readonly name: string;
  readonly version: string;
  /** Of the word `prebuiltVariants`. */
  readonly span: Span;
}

/** An entry for which a lockfile of npm states commands (`scripts`): npm runs them in place of the package's own. */
export interface ScriptedPackage {
  readonly name: string;
  /** "" where the entry states none. */
  readonly version: string;
  /** Of the word `scripts`. */
  readonly span: Span;
}

/** One thing that the entry of a package says it depends on. */
export interface StatedDependency {
  readonly alias: string;
  /** The specifier as written; null where the lockfile has none, only what it came to. */
  readonly raw: string | null;
  /** Index in `Lockfile.packages` of what it leads to; null where the lockfile holds none, or holds it apart (a link). */
  readonly target: number | null;
}

/** What the entry of a package says of that package, and its registry should say too. */
export interface StatedManifest {
  readonly dependencies: readonly StatedDependency[];
  /** Names of what its tarball is said to hold in its own `node_modules`. */
  readonly bundled: readonly string[];
  /** A hook of the project (pnpm's `readPackage`) may have changed what it depends on. Left out where none did. */
  readonly isHooked?: true;
}

/** An override that a lockfile says it was written with. */
export type LockedOverride = Pick<DeclaredOverride, "keys" | "raw">;

/** A project or workspace package whose dependencies the lockfile resolves. */
export interface Importer {
  /** Folder relative to the lockfile's, with `/`; "" is the lockfile's own folder. */
  readonly path: string;
  readonly dependencies: readonly ImporterDependency[];
}

export interface ImporterDependency {
  readonly alias: string;
  readonly section: DependencySection;
  /** Index into `Lockfile.packages` of the package that it resolves to; null when the lockfile holds none. */
  readonly target: number | null;
}

/** Nodes of a graph, of which several may be one package. */
export interface PackageVariants {
  /** By node: the package's index. */
  readonly places: readonly number[];
  /** By node: the nodes that it depends on. */
  readonly edges: readonly (readonly number[])[];
  /** What importers ask for. */
  readonly direct: readonly { readonly section: DependencySection; readonly node: number }[];
}

export interface Lockfile {
  readonly type: "lockfile";
  readonly format: LockfileFormat;
  /** As the file states it: "3", "9.0", "1". */
  readonly formatVersion: string;
  readonly packages: readonly LockedPackage[];
  readonly importers: readonly Importer[];
  /** Left out where there are none, and where the format does not say. */
  readonly overrides?: readonly LockedOverride[];
  /** Left out where there are none. */
  readonly downloads?: readonly LockedDownload[];
  /** Left out where there are none. */
  readonly prebuilt?: readonly PrebuiltPackage[];
  /** Left out where there are none. */
  readonly scripted?: readonly ScriptedPackage[];
  /**
   * Which ways there are to each package, where that is more than its dependencies tell: pnpm has a package once for each
   * set of peers, and each of these depends on something else. Left out for other formats.
   */
  readonly variants?: PackageVariants;
  /** The packages that package `id` depends on and that this lockfile holds, by index. */
  dependenciesOf(id: number): readonly number[];
  /** What the entry of package `id` says of it. */
  statedBy(id: number): StatedManifest;
  /** Whether package `id` has `target` as a peer, which whoever installs it brings; left out where the format does not tell. */
  isPeer?(id: number, target: number): boolean;
  /**
   * The names by which package `id` depends on `target`, where `target` has `otherAliases`; empty for other packages.
   * Left out where the format does not have one place for several names, or does not tell.
   */
  aliasesBetween?(id: number, target: number): readonly string[];
  /**
   * Whether what a manifest asks a registry for leads to package `id`, by the specifier as written (a catalog's in the
   * place of `catalog:`); left out where the format locks names, and a version that fits is taken whatever was written.
   * @param importer the name of the package that asks; "" for one without
   */
  isLockedFor?(alias: string, raw: string, id: number, importer: string): boolean;
  /**
   * The package that the words of the project itself lead to, by index; null where they lead to none. Left out where the
   * format locks names, and not words.
   */
  lockedBy?(alias: string, raw: string): number | null;
  /** What was read also hangs on the manifests beside the lockfile, and not on the lockfile alone. */
  readonly leansOnManifests: boolean;
  /** The package manager may ignore the whole file for a problem in it, and install by ranges. Left out where it does not. */
  readonly mayBeIgnored?: true;
  readonly problems: readonly DocumentProblem[];
}
