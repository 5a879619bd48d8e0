/** Where registries' releases stand in the place of packages of the project that have their names. */
import type { OwnName, OwnNameWay } from "../facts/own-name.ts";
import { resolvedFor } from "../graph.ts";
import type { LockedPackage, Lockfile } from "../model.ts";
import { wordsOf, type ProjectAsk } from "../project/asks.ts";
import type { Document } from "../project/document-store.ts";
import type { Target, TargetSet } from "../project/target.ts";
import { fits } from "../ranges.ts";
import { fileNameOf } from "../util/uri.ts";
import type { ReadManifest } from "./read.ts";

type Member = Pick<OwnName, "folder" | "version" | "isPrivate">;

/** How a place of a lockfile came to be, and by what is asked for. */
type Taken = Pick<OwnName, "way" | "range">;

const GRAVEST_FIRST: readonly OwnNameWay[] = ["place", "fits", "apart"];

export class OwnNames {
  readonly #members = new Map<string, Member>();
  readonly #overridden = new Set<string>();
  /** By lockfile (URI) and place. */
  readonly #taken = new Map<string, Map<number, Taken>>();
  /** By lockfile of Yarn 1 (URI): entries by each of their descriptors. */
  readonly #entries = new Map<string, ReadonlyMap<string, LockedPackage>>();

  /** @param used lockfiles that the package manager goes by */
  constructor(
    manifests: readonly ReadManifest[],
    asks: readonly ProjectAsk[],
    private readonly used: readonly Document<Lockfile>[],
  ) {
    for (const { document, importer } of manifests) {
      const { name, version, isPrivate } = document.model;
      // No package manager puts the root in the place of a dependency, but for its own name in Yarn.
      if (name === null || importer === "" || this.#members.has(name)) continue;
      this.#members.set(name, { folder: importer, version, isPrivate });
    }
    for (const { by, alias } of asks) if (by.kind === "override") this.#overridden.add(alias);
    for (const { uri, model } of used) {
      const taken = new Map<number, Taken>();
      this.#taken.set(uri, taken);
      if (model.format === "npm" && model.formatVersion !== "1" && this.#members.size > 0)
        for (const locked of model.packages)
          if (this.#isInPlace(locked)) taken.set(locked.id, { way: "place", range: null });
      if (model.format === "yarn-classic") this.#entries.set(uri, this.#entriesIn(model));
    }
  }

  /** Notes what a dependency of one of the manifests leads to. */
  note(ask: ProjectAsk): void {
    const member = this.#meant(ask);
    if (member === null) return;
    for (const { uri, model } of this.used) {
      const locked = this.#lockedFor(uri, model, ask);
      if (locked?.source !== "registry" || locked.name !== ask.alias) continue;
      const present = this.#taken.get(uri)?.get(locked.id);
      const way = isMetBy(member, ask) ? "fits" : "apart";
      if (present === undefined || isGraver(way, present.way))
        this.#taken.get(uri)?.set(locked.id, { way, range: wordsOf(ask) });
      else if (present.range === null) this.#taken.get(uri)?.set(locked.id, { ...present, range: wordsOf(ask) });
    }
  }

  /** Marks the releases. */
  mark(set: TargetSet): void {
    if (this.#members.size === 0) return;
    for (const target of set.all) {
      const found = this.#of(target);
      if (found !== null) set.at(target.release).ownName = found;
    }
  }

  #of({ release: { name }, locked, declared }: Target): OwnName | null {
    const member = this.#members.get(name);
    if (member === undefined) return null;
    const places = locked.flatMap(({ uri, locked: { id } }) => {
      const taken = this.#taken.get(uri)?.get(id);
      return taken === undefined ? [] : [{ ...taken, lockfile: fileNameOf(uri) }];
    });
    const anew = declared.flatMap(({ takes, alias }) =>
      takes === null || alias !== name || this.#overridden.has(name) || isByName(takes)
        ? []
        : [{ way: "apart" as const, range: takes, lockfile: null }],
    );
    const [gravest] = [...places, ...anew].sort((a, b) => GRAVEST_FIRST.indexOf(a.way) - GRAVEST_FIRST.indexOf(b.way));
    return gravest === undefined ? null : { ...member, ...gravest };
  }

  /** npm links every workspace there, whatever is asked for. */
  #isInPlace({ key, name, alias, source }: LockedPackage): boolean {
    return source === "registry" && alias === name && key === `node_modules/${name}` && this.#members.has(name);
  }

  /** Yarn 1 takes a workspace that fits before an entry for the same words, which it never writes then. */
  #lockedFor(uri: string, model: Lockfile, ask: ProjectAsk): LockedPackage | null {
    const { by, alias } = ask;
    const resolved = by.kind === "dependency" ? resolvedFor(model, by.importer, alias) : null;
    return resolved ?? this.#entries.get(uri)?.get(`${alias}@${wordsOf(ask).trim()}`) ?? null;
  }

  #entriesIn({ packages }: Lockfile): ReadonlyMap<string, LockedPackage> {
    const own = packages.filter(({ name }) => this.#members.has(name));
    return new Map(own.flatMap((locked) => locked.key.split(", ").map((descriptor) => [descriptor, locked])));
  }

  /** The package of the project that a dependency would mean if no registry were asked; null where it does not, or says that it means another. */
  #meant(ask: ProjectAsk): Member | null {
    const { alias, specifier, by } = ask;
    if (by.kind !== "dependency" || specifier.source !== "registry" || specifier.name !== alias) return null;
    // A package that asks for its own name means an earlier release of itself.
    if (by.name === alias || this.#overridden.has(alias) || isByName(wordsOf(ask))) return null;
    return this.#members.get(alias) ?? null;
  }
}

/** `npm:name@1.0.0` means the registry's, under whatever name. */
function isByName(words: string): boolean {
  return /^npm:@?[^@]+@/.test(words);
}

function isMetBy({ version }: Member, { specifier }: ProjectAsk): boolean {
  if (specifier.source !== "registry" || specifier.tag) return false;
  // pnpm takes a package without a version for 0.0.0.
  return fits(specifier, version ?? "0.0.0");
}

function isGraver(a: OwnNameWay, b: OwnNameWay): boolean {
  return GRAVEST_FIRST.indexOf(a) < GRAVEST_FIRST.indexOf(b);
}
