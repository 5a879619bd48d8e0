import type { Unknown } from "../facts/fact.ts";
import type { LockedPackage, LockfileFormat } from "../model.ts";
import { registryKey, type ReleaseRef } from "../ports.ts";
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
  /** The registry was asked and could not be; else it is the manifest, or what the registry said, that gives no version. */
  readonly isAsked: boolean;
}

export function releaseKey({ registry, name, version }: ReleaseRef): string {
  return `${registryKey(registry)} ${name}@${version}`;
}

/** The releases that a project's lockfiles hold, by `releaseKey`. */
export type LockedTargets = ReadonlyMap<string, Target>;

/** Collects targets, one for each release. */
export class TargetSet {
  readonly #own = new Map<string, Target>();

  /** @param base targets to go on from, by `releaseKey`: they stay as they are */
  constructor(private readonly base: ReadonlyMap<string, Target> = new Map()) {}

  at(release: ReleaseRef): Target {
    const key = releaseKey(release);
    const own = this.#own.get(key);
    if (own !== undefined) return own;
    const base = this.base.get(key);
    const target: Target =
      base === undefined
        ? { release, direct: false, lockedInstallScript: null, range: null, locked: [], declared: [] }
        : { ...base, locked: [...base.locked], declared: [...base.declared] };
    this.#own.set(key, target);
    return target;
  }

  /** By `releaseKey`, those of the base first. */
  all(): ReadonlyMap<string, Target> {
    if (this.base.size === 0) return this.#own;
    const all = new Map(this.base);
    for (const [key, target] of this.#own) all.set(key, target);
    return all;
  }
}
