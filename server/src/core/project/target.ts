import type { EntryComparison } from "../facts/entry-differences.ts";
import type { OwnName } from "../facts/own-name.ts";
import type { Unknown } from "../facts/fact.ts";
import type { LockedPackage, LockfileFormat } from "../model.ts";
import { registryKey, type RegistryRef, type ReleaseRef } from "../ports.ts";
import type { Span } from "../util/text.ts";

/** One release to judge, with every place that names it. */
export interface Target {
  readonly release: ReleaseRef;
  /** A manifest of the project asks for it by name. */
  direct: boolean;
  /** What lockfiles say of install scripts: true when any does; null when none says. */
  lockedInstallScript: boolean | null;
  /** The range that a manifest asks for it by; null for a transitive one. */
  range: string | null;
  /** The version that the project's files ask for in its place, where only the lockfile still has this one for them. */
  instead?: string;
  /** The package of the project that has its name, where it stands in the place of that. */
  ownName?: OwnName;
  readonly locked: LockedPlace[];
  readonly declared: DeclaredPlace[];
}

export interface LockedPlace {
  readonly uri: string;
  readonly locked: LockedPackage;
  /** Of its lockfile. */
  readonly format: LockfileFormat;
  /** Hosts that the greater part of its lockfile comes from. */
  readonly usualHosts: ReadonlySet<string>;
  /** Of its lockfile's entries with what registries state; null where no lockfile holds it. */
  readonly comparison: EntryComparison | null;
}

export interface DeclaredPlace {
  readonly uri: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly alias: string;
  /** What it asks for, where that is a range and its own to ask: not a tag, not what a peer may be. */
  readonly range: string | null;
  /** The specifier as written, where it is not locked and stands for this version today. */
  readonly takes: string | null;
}

/** A package that a manifest names but for which no version could be told, and why. */
export interface Unresolved {
  readonly name: string;
  readonly range: string;
  readonly place: DeclaredPlace;
  readonly unknown: Unknown;
  /** The one that was asked; null where none was. */
  readonly registry: RegistryRef | null;
  /** The registry was asked and could not be; else it is the manifest, or what the registry said, that gives no version. */
  readonly isAsked: boolean;
}

export function releaseKey({ registry, name, version }: ReleaseRef): string {
  return `${registryKey(registry)} ${name}@${version}`;
}

/** As `releaseKey`, with the range in the place of a version. */
export function unresolvedKey({ registry, name, range }: Pick<Unresolved, "registry" | "name" | "range">): string {
  return `${registry === null ? "" : registryKey(registry)} ${name}@${range}`;
}

/** Collects targets, one for each release. */
export class TargetSet {
  readonly #targets: Target[];
  /** Where those of its own are, by `releaseKey`. */
  readonly #own = new Map<string, number>();

  /** @param base targets to go on from: they stay as they are */
  constructor(private readonly base: TargetSet | null = null) {
    this.#targets = base === null ? [] : [...base.#targets];
  }

  /** To be added to. */
  at(release: ReleaseRef): Target {
    const key = releaseKey(release);
    const own = this.#own.get(key);
    const present = this.indexOf(key);
    const target = present === undefined ? undefined : this.#targets[present];
    if (own !== undefined && target !== undefined) return target;
    const made: Target =
      target === undefined
        ? { release, direct: false, lockedInstallScript: null, range: null, locked: [], declared: [] }
        : { ...target, locked: [...target.locked], declared: [...target.declared] };
    const index = present ?? this.#targets.length;
    this.#targets[index] = made;
    this.#own.set(key, index);
    return made;
  }

  /** Those of the base where they are there. */
  get all(): readonly Target[] {
    return this.#targets;
  }

  private indexOf(key: string): number | undefined {
    return this.#own.get(key) ?? this.base?.indexOf(key);
  }
}
