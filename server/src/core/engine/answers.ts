/** What the lockfiles of a project answer to what its files ask for. */
import { satisfies, validRange } from "semver";
import { LONGEST_SPECIFIER, MOST_OVERRIDES } from "../documents/limits.ts";
import { leadsTo, selectorOf, type OverrideSelector } from "../documents/replacements.ts";
import { resolvedFor } from "../graph.ts";
import type { LockedPackage, Lockfile, LockfileFormat, RegistrySpecifier, Specifier } from "../model.ts";
import { isOverride, wordsOf } from "../project/asks.ts";
import type { DependencyAsk, ExtensionAsk, OverrideAsk, ProjectAsk } from "../project/asks.ts";
import { fits } from "../ranges.ts";

/**
 * - `locked`: the lockfile has it, and the package manager keeps that. `version` is null where what is locked is no
 *   release, or is judged elsewhere.
 * - `open`: the package manager resolves it anew.
 * - `idle`: it is about nothing that is locked, so it changes nothing as long as nothing is resolved anew.
 * - `unread`: no package manager of the project goes by it, or none installs it.
 */
export type Answer =
  { readonly kind: "locked"; readonly version: string | null } | { readonly kind: "open" | "idle" | "unread" };

const LOCKED: Answer = { kind: "locked", version: null };
const OPEN: Answer = { kind: "open" };
const IDLE: Answer = { kind: "idle" };
const UNREAD: Answer = { kind: "unread" };

export interface AnswerOptions {
  /** The lockfiles that the package manager goes by. */
  readonly used: readonly Lockfile[];
  /** Package managers that may install what no lockfile holds. */
  readonly managers: readonly LockfileFormat[];
  /** One of them installs peers. */
  readonly installsPeers: boolean;
  /** The versions of the project's own packages, by name. */
  readonly own: ReadonlyMap<string, string | null>;
}

/** Looks asks up in the lockfiles; each lockfile is indexed once. */
export class Answers {
  readonly #options: AnswerOptions;
  readonly #lockfiles: readonly LockedPlaces[];
  /** By name, the first overrides of it. */
  readonly #overrides: ReadonlyMap<string, readonly SelectingOverride[]>;

  constructor(asks: readonly ProjectAsk[], options: AnswerOptions) {
    this.#options = options;
    this.#lockfiles = options.used.map((model) => new LockedPlaces(model));
    this.#overrides = overridesByName(asks);
  }

  of(ask: ProjectAsk): Answer {
    const { by } = ask;
    switch (by.kind) {
      case "dependency":
        return this.#ofDependency({ ...ask, by });
      case "override":
        return this.#fromReaders(ask, (places) => this.#ofOverride({ ...ask, by }, places));
      case "extension": {
        const { section, isOptionalPeer } = by.extension;
        if (section === "peerDependencies" && !this.#installsPeer(isOptionalPeer)) return UNREAD;
        return this.#fromReaders(ask, (places) => this.#ofExtension({ ...ask, by }, places));
      }
    }
  }

  #installsPeer(isOptional: boolean): boolean {
    return this.#options.installsPeers && !isOptional;
  }

  #fromReaders({ readBy }: ProjectAsk, answerOf: (places: LockedPlaces) => Answer): Answer {
    if (!this.#options.managers.some((manager) => readBy.includes(manager))) return UNREAD;
    const answers = this.#lockfiles.filter(({ model }) => readBy.includes(model.format)).map(answerOf);
    if (answers.length === 0) return OPEN;
    return answers.find(({ kind }) => kind === "open") ?? answers.find(({ kind }) => kind === "locked") ?? IDLE;
  }

  #ofDependency(ask: DependencyAsk): Answer {
    const { used, own } = this.#options;
    const { alias, specifier, by } = ask;
    for (const model of used) {
      const locked = resolvedFor(model, by.importer, alias);
      if (locked === null) continue;
      if (!isRegistry(specifier)) {
        if (isFrom(specifier, wordsOf(ask), locked) || this.#isReplaced(alias, model, locked)) return LOCKED;
      } else if (isLockedFor(model, locked, ask)) {
        if (isRelease(specifier, locked) && (locked.source === "registry" || locked.insteadOf !== null))
          return { kind: "locked", version: locked.version };
        if (locked.source === "registry" || locked.insteadOf !== null) break;
        // A folder of the project's takes the place of a release only where its version fits.
        if (isOfProject(locked)) return own.has(specifier.name) ? OPEN : LOCKED;
        // The readers of these look at the manifests themselves.
        const isSure = model.format === "npm" || model.isLockedFor !== undefined;
        if (isSure || this.#overrides.has(alias)) return LOCKED;
        break;
      }
    }
    return by.section === "peerDependencies" && !this.#installsPeer(by.isOptionalPeer) ? UNREAD : OPEN;
  }

  /** Whether an override for all packages of a name puts in what is locked. */
  #isReplaced(alias: string, { format }: Lockfile, locked: LockedPackage): boolean {
    const all = this.#overrides.get(alias) ?? [];
    return all.some(
      ({ range, parents, ask }) =>
        range === "" &&
        parents.length === 0 &&
        ask.readBy.includes(format) &&
        isFrom(ask.specifier, wordsOf(ask), locked),
    );
  }

  #ofOverride(ask: OverrideAsk, places: LockedPlaces): Answer {
    const { model } = places;
    const { specifier, alias } = ask;
    const words = wordsOf(ask);
    const all = this.#overrides.get(alias) ?? [];
    const own = all.find(({ ask: { by } }) => by.override === ask.by.override);
    // Of one package only the first are followed.
    if (own === undefined) return OPEN;
    const about = places.named(alias).filter(({ id }) => places.isBelow(id, own));
    if (about.length === 0) return IDLE;
    if (model.lockedBy !== undefined) {
      const id = model.lockedBy(alias, words.trim());
      const locked = id === null ? undefined : model.packages[id];
      const isAbout = own.range === "" || model.lockedBy(alias, own.range) !== null;
      if (locked === undefined && !isAbout) return IDLE;
      if (model.format === "yarn-berry" && locked !== undefined) return LOCKED;
      // Yarn 1 locks no tag, and drops what does not fit its own words. An address leads to the same, whoever asks.
      const isKept = isRegistry(specifier) ? specifier.tag && model.format === "yarn-classic" : true;
      const kept = isKept ? about : locked === undefined ? [] : [locked];
      return kept.some((each) => isFrom(specifier, words, each)) ? LOCKED : OPEN;
    }
    const isRecorded = model.overrides?.some((other) => isSameOverride(other, ask)) === true;
    const meant = about.filter(({ version }) => selects(own, version));
    // npm's reader looks at the ranges that are asked for itself; in the others only the record tells.
    if (meant.length === 0) return model.format === "npm" || isRecorded ? IDLE : OPEN;
    if (isRegistry(specifier) && specifier.tag && model.format !== "npm" && !isRecorded) return OPEN;
    const others = all.filter((other) => other !== own && (other.range !== "" || other.parents.length > 0));
    const isMet = (locked: LockedPackage): boolean =>
      isFrom(specifier, words, locked) ||
      (isOfProject(locked) && this.#options.own.has(alias)) ||
      others.some(
        (other) =>
          selects(other, locked.version) &&
          places.isBelow(locked.id, other) &&
          isFrom(other.ask.specifier, wordsOf(other.ask), locked),
      );
    return meant.every(isMet) ? LOCKED : OPEN;
  }

  #ofExtension(ask: ExtensionAsk, places: LockedPlaces): Answer {
    const { model } = places;
    const { alias, specifier } = ask;
    const { extension } = ask.by;
    const words = wordsOf(ask);
    const extended = places
      .named(extension.extended)
      .filter(({ version }) => selects({ range: extension.range }, version));
    if (extended.length === 0) return IDLE;
    if (extension.section === "peerDependencies")
      return places.named(alias).some((each) => isFrom(specifier, words, each)) ? LOCKED : OPEN;
    const added = (id: number): readonly LockedPackage[] => places.dependenciesOf(id, alias);
    if (model.format === "yarn-berry") {
      // Its lockfile leaves out what is added, and a dependency of the package's own goes before.
      const isHeld = model.lockedBy?.(alias, words.trim()) !== null;
      return isHeld || extended.every(({ id }) => added(id).length > 0) ? LOCKED : OPEN;
    }
    return extended.every(({ id }) => added(id).some((each) => isFrom(specifier, words, each))) ? LOCKED : OPEN;
  }
}

interface SelectingOverride extends OverrideSelector {
  readonly ask: OverrideAsk;
}

function overridesByName(asks: readonly ProjectAsk[]): ReadonlyMap<string, readonly SelectingOverride[]> {
  const byName = new Map<string, SelectingOverride[]>();
  for (const ask of asks.filter(isOverride)) {
    const known = byName.get(ask.alias);
    const one = { ask, ...selectorOf(ask.by.override) };
    if (known === undefined) byName.set(ask.alias, [one]);
    else if (known.length < MOST_OVERRIDES) known.push(one);
  }
  return byName;
}

/** Different parents that are looked up in a lockfile; anything may be below one beyond. */
const MOST_PARENTS = 64;

/** The packages of a lockfile, by the names that they are installed under. */
class LockedPlaces {
  readonly #below = new Map<string, ReadonlySet<number>>();

  constructor(readonly model: Lockfile) {}

  /** Those of that name; what a package brings in its own tarball is left out. */
  named(name: string): readonly LockedPackage[] {
    const byName = known.get(this.model) ?? placesByName(this.model);
    known.set(this.model, byName);
    return byName.get(name) ?? [];
  }

  /** What a package depends on under a name. */
  dependenciesOf(id: number, name: string): readonly LockedPackage[] {
    const targets = new Set(this.model.dependenciesOf(id));
    return this.named(name).filter((each) => targets.has(each.id));
  }

  /** Whether a package is below all parents that an override names. */
  isBelow(id: number, { parents, ask }: SelectingOverride): boolean {
    const isDeep = ask.by.override.field === "overrides";
    return parents.every((parent) => {
      const key = `${String(isDeep)} ${parent}`;
      const known = this.#below.get(key);
      if (known === undefined && this.#below.size >= MOST_PARENTS) return true;
      const below = known ?? this.#allBelow(parent, isDeep);
      this.#below.set(key, below);
      return below.has(id);
    });
  }

  #allBelow(parent: string, isDeep: boolean): ReadonlySet<number> {
    const found = new Set(this.named(parent).flatMap(({ id }) => this.model.dependenciesOf(id)));
    // A set that grows while it is walked.
    if (isDeep) for (const id of found) for (const next of this.model.dependenciesOf(id)) found.add(next);
    return found;
  }
}

const known = new WeakMap<Lockfile, ReadonlyMap<string, readonly LockedPackage[]>>();

function placesByName({ packages }: Lockfile): ReadonlyMap<string, readonly LockedPackage[]> {
  const byName = new Map<string, LockedPackage[]>();
  for (const locked of packages) {
    if (locked.bundled) continue;
    for (const name of new Set([locked.alias, ...(locked.otherAliases ?? [])])) {
      const others = byName.get(name);
      if (others === undefined) byName.set(name, [locked]);
      else others.push(locked);
    }
  }
  return byName;
}

/** Where the range behind a name cannot be read it may mean any version. */
function selects({ range }: Pick<OverrideSelector, "range">, version: string): boolean {
  const own = range.replace(/^npm:/, "");
  if (own === "" || own.length > LONGEST_SPECIFIER || validRange(own, { loose: true }) === null) return true;
  return satisfies(version, own, { loose: true, includePrerelease: true });
}

/** pnpm writes what a catalog, or the dependency behind `$name`, has in its place; Bun does so for the latter alone. */
function isSameOverride(
  { keys, raw }: { readonly keys: readonly string[]; readonly raw: string },
  { raw: own, specifier, catalog, by: { override } }: OverrideAsk,
): boolean {
  if (keys.length !== override.keys.length || keys.some((key, index) => key !== override.keys[index])) return false;
  if (raw === own || raw === catalog?.entry.raw) return true;
  return own.startsWith("$") && isRegistry(specifier) && raw.replace(/^npm:/, "") === specifier.range;
}

/** Whether what is locked is what is asked for. */
function isFrom(specifier: Specifier, words: string, locked: LockedPackage): boolean {
  if (isRegistry(specifier)) return locked.source === "registry" && isRelease(specifier, locked);
  const { resolved, version } = locked;
  const isSameAddress = resolved !== null && withoutFragment(resolved) === withoutFragment(words);
  const commit = /#([a-f\d]{40,64})$/i.exec(words)?.[1];
  const isSameCommit = commit === undefined || `${resolved ?? ""} ${version}`.includes(commit);
  return isSameCommit && (isSameAddress || leadsTo({ specifier, raw: words }, locked));
}

function isRelease(specifier: RegistrySpecifier, locked: LockedPackage): boolean {
  return locked.name === specifier.name && isFromItsRegistry(locked, specifier) && fits(specifier, locked.version);
}

/** pnpm may give a name to the registry of what names none, where its address is the same. */
function isFromItsRegistry({ registryName }: LockedPackage, specifier: RegistrySpecifier): boolean {
  return specifier.source !== "named-registry" || specifier.registryName === registryName;
}

/** Where a format locks what is asked for word by word, a version that would fit is not taken for other words. */
function isLockedFor(model: Lockfile, { id }: LockedPackage, ask: DependencyAsk): boolean {
  const words = wordsOf(ask);
  // Of what is from elsewhere, and of patches, the words depend on who asks.
  if (words.replace(/^npm:/, "").includes(":")) return true;
  return model.isLockedFor?.(ask.alias, words.trim(), id, ask.by.name) !== false;
}

export function isRegistry(specifier: Specifier): specifier is RegistrySpecifier {
  return specifier.source === "registry" || specifier.source === "named-registry";
}

function isOfProject({ source }: LockedPackage): boolean {
  return source === "workspace" || source === "link";
}

function withoutFragment(address: string): string {
  const hash = address.indexOf("#");
  return (hash === -1 ? address : address.slice(0, hash)).trim();
}
