/** How what a lockfile says of a release differs from what its registry says: package managers install by the lockfile. */
import { satisfies, validRange } from "semver";
import { LONGEST_SPECIFIER } from "../documents/limits.ts";
import { overrideTarget } from "../documents/override-key.ts";
import type { PackageExtension } from "../documents/package-extensions.ts";
import { leadsTo } from "../documents/replacements.ts";
import { parseSpecifier } from "../documents/specifier.ts";
import type { LockedPackage, Lockfile, StatedDependency } from "../model.ts";
import { isKnownExtension } from "./known-extensions.ts";
import type { ReleaseFacts } from "./package.ts";

export interface EntryDifference {
  /** `dependency`: the entry depends on something else; `bundled`: its tarball is said to hold it. */
  readonly kind: "dependency" | "bundled";
  readonly alias: string;
  /** What the lockfile has: a version, an alias' package and version, or a specifier; "" where it has none of these. */
  readonly locked: string;
  /** What the registry states for that name; null for nothing. */
  readonly stated: string | null;
}

const NO_DIFFERENCES: readonly EntryDifference[] = [];

/** What the project adds to packages that it installs (`packageExtensions`). */
export type Extension = Pick<PackageExtension, "extended" | "range" | "alias" | "raw">;

/** Compares the entries of one lockfile. */
export class EntryComparison {
  readonly #overridden: ReadonlySet<string>;
  readonly #extensions = new Map<string, Extension[]>();
  /** By range and version. */
  readonly #satisfied = new Map<string, boolean>();
  #direct: ReadonlySet<string> | null = null;
  /** The lockfile says whether a hook of the project ran: pnpm writes that in lockfileVersion 9. */
  readonly isHookTold: boolean;
  /** Equal where nothing but the lockfile's entries can make a difference. */
  readonly key: string;

  /**
   * @param extensions those that the package manager of the lockfile reads
   * @param runsHooks pnpm runs the pnpmfiles of the project, and so installs by no lockfile that says otherwise of them
   */
  constructor(
    readonly lockfile: Lockfile,
    extensions: readonly Extension[],
    private readonly runsHooks: boolean,
  ) {
    const overrides = lockfile.overrides ?? [];
    const nameIn = (key: string): string =>
      lockfile.format === "pnpm" ? overrideTarget("pnpm.overrides", key).name : key;
    this.#overridden = new Set(overrides.map(({ keys }) => nameIn(keys.at(lockfile.format === "pnpm" ? 0 : -1) ?? "")));
    const added = extensions.map(({ extended, range, alias, raw }) => [extended, range, alias, raw]);
    this.isHookTold = lockfile.format !== "pnpm" || !/^[56](?:\.|$)/.test(lockfile.formatVersion);
    this.key = JSON.stringify([lockfile.format, runsHooks, [...this.#overridden], added]);
    for (const extension of extensions) {
      const known = this.#extensions.get(extension.extended);
      if (known === undefined) this.#extensions.set(extension.extended, [extension]);
      else known.push(extension);
    }
  }

  /**
   * What the entry of a package has that its registry does not state: further names, and what no range of the registry's
   * leads to. Names that the entry lacks install nothing, and package managers leave out some.
   */
  of(locked: LockedPackage, release: ReleaseFacts): readonly EntryDifference[] {
    // What its parent's tarball holds may be another manifest than the one that was published.
    if (locked.source !== "registry" || locked.bundled || locked.insteadOf !== null) return NO_DIFFERENCES;
    const { dependencies, bundled, isHooked } = this.lockfile.statedBy(locked.id);
    // A checksum or an override that the project has not: pnpm refuses the lockfile, or resolves it anew. Tried: pnpm 9 to 12.
    if (isHooked === true && this.runsHooks) return NO_DIFFERENCES;
    const found: EntryDifference[] = [];
    for (const dependency of dependencies) {
      const difference = this.#differenceOf(dependency, locked, release);
      if (difference !== null) found.push(difference);
    }
    for (const alias of bundled)
      if (!release.bundled.has(alias)) found.push({ kind: "bundled", alias, locked: "", stated: null });
    return found.length === 0 ? NO_DIFFERENCES : found;
  }

  /** Whether two entries say the same of their package. */
  isSame(id: number, other: EntryComparison, otherId: number): boolean {
    if (this.key !== other.key) return false;
    const [own, its] = [this.lockfile.statedBy(id), other.lockfile.statedBy(otherId)];
    return (
      own.dependencies.length === its.dependencies.length &&
      own.isHooked === its.isHooked &&
      own.bundled.join("\n") === its.bundled.join("\n") &&
      own.dependencies.every(({ alias, raw, target }, nth) => {
        const theirs = its.dependencies[nth];
        return alias === theirs?.alias && raw === theirs.raw && this.#isSameTarget(target, other, theirs.target);
      })
    );
  }

  #differenceOf(dependency: StatedDependency, locked: LockedPackage, release: ReleaseFacts): EntryDifference | null {
    const { alias, raw, target } = dependency;
    const { format, packages } = this.lockfile;
    const to = target === null ? null : (packages[target] ?? null);
    // Reported as what it brings in.
    if (to !== null && to.source !== "registry") return null;
    if (raw === null && to === null) return null;
    if (format === "pnpm" && this.#overridden.has(alias)) return null;
    const peer = release.peers.get(alias);
    const own = release.dependencies.get(alias);
    const stated = [own, peer, ...this.#addedTo(locked, alias)].filter((specifier) => specifier !== undefined);
    if (isAddedByYarn(this.lockfile, dependency)) return null;
    if (raw === null && to?.name === alias && isKnownExtension(locked.name, alias)) return null;
    const written = raw === null ? null : format === "yarn-berry" ? withoutNpm(raw) : raw;
    const isAsStated = written !== null && stated.some((specifier) => isAlike(specifier, written));
    // Bun installs what the entry leads to, whatever range it has beside that: tried, 1.4.
    const isByRange = format !== "bun" || to === null || peer !== undefined || this.#overridden.has(alias);
    if (isAsStated && isByRange) return null;
    if (to !== null && stated.some((specifier) => this.#leadsTo(alias, specifier, to))) return null;
    // Whoever installs it brings its peers, of whatever version.
    if (raw === null && to !== null && peer !== undefined && this.#isBrought(alias, to)) return null;
    return {
      kind: "dependency",
      alias,
      locked: to === null ? (raw ?? "") : shown(alias, to),
      stated: own ?? peer ?? null,
    };
  }

  #addedTo({ name, version }: LockedPackage, alias: string): readonly string[] {
    const all = this.#extensions.get(name) ?? [];
    return all.flatMap((one) =>
      one.alias === alias && (one.range === "" || this.#satisfies(version, one.range)) ? [one.raw] : [],
    );
  }

  #leadsTo(alias: string, raw: string, to: LockedPackage): boolean {
    if (raw.length > LONGEST_SPECIFIER) return true;
    const specifier = parseSpecifier(alias, raw);
    // Nothing that a package manager could follow outside of the repository that it was published from.
    if (specifier.source === "invalid" || specifier.source === "catalog" || specifier.source === "workspace")
      return to.name === alias;
    if (specifier.source !== "registry") return leadsTo({ raw, specifier }, to);
    if (to.name !== specifier.name) return false;
    return specifier.tag || this.#satisfies(to.version, specifier.range);
  }

  #isBrought(alias: string, { id, name }: LockedPackage): boolean {
    if (name === alias) return true;
    this.#direct ??= new Set(
      this.lockfile.importers.flatMap(({ dependencies }) =>
        dependencies.map((one) => `${one.alias} ${one.target ?? ""}`),
      ),
    );
    return this.#direct.has(`${alias} ${id}`);
  }

  #satisfies(version: string, range: string): boolean {
    const key = `${range} ${version}`;
    const known = this.#satisfied.get(key) ?? satisfies(version, range, { loose: true, includePrerelease: true });
    this.#satisfied.set(key, known);
    return known;
  }

  #isSameTarget(target: number | null, other: EntryComparison, otherTarget: number | null): boolean {
    if (target === null || otherTarget === null) return target === otherTarget;
    const [to, its] = [this.lockfile.packages[target], other.lockfile.packages[otherTarget]];
    return to?.name === its?.name && to?.version === its?.version && to?.source === its?.source;
  }
}

function shown(alias: string, { name, version }: LockedPackage): string {
  return name === alias ? version : `${name} ${version}`;
}

function withoutNpm(range: string): string {
  return range.startsWith("npm:") && !range.includes("@", "npm:@".length) ? range.slice("npm:".length) : range;
}

/** Yarn 2 and up adds node-gyp where a script names it: `normalizePackage` and `Manifest.load` of @yarnpkg/core. */
function isAddedByYarn({ format }: Lockfile, { alias, raw }: StatedDependency): boolean {
  return format === "yarn-berry" && alias === "node-gyp" && raw !== null && /^(?:npm:)?(?:latest|\*)$/.test(raw);
}

function isAlike(one: string, other: string): boolean {
  if (one.trim() === other.trim()) return true;
  if (one.length > LONGEST_SPECIFIER || other.length > LONGEST_SPECIFIER) return false;
  const range = validRange(one, { loose: true });
  return range !== null && range === validRange(other, { loose: true });
}
