/** What the lockfiles of a project answer to what its files ask for. */
import { MOST_OVERRIDES } from "../documents/limits.ts";
import type { PackageExtension } from "../documents/package-extensions.ts";
import { isLocal } from "../documents/specifier.ts";
import { leadsTo, selectorOf, type OverrideSelector } from "../documents/replacements.ts";
import { resolvedFor } from "../graph.ts";
import type { LockedPackage, Lockfile, LockfileFormat, RegistrySpecifier, Specifier } from "../model.ts";
import { isOverride, wordsOf } from "../project/asks.ts";
import type { DependencyAsk, ExtensionAsk, OverrideAsk, ProjectAsk } from "../project/asks.ts";
import { TooMuchWork, VersionTests } from "./version-tests.ts";

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

/** Looks asks up in the lockfiles; each lockfile is indexed once. What would take too long to work out is `open`. */
export class Answers {
  readonly #options: AnswerOptions;
  readonly #lockfiles: readonly LockedPlaces[];
  readonly #overrides: OverridesByName;
  readonly #tests = new VersionTests();

  constructor(asks: readonly ProjectAsk[], options: AnswerOptions) {
    this.#options = options;
    this.#lockfiles = options.used.map((model) => new LockedPlaces(model, this.#tests));
    this.#overrides = new OverridesByName(asks);
  }

  of(ask: ProjectAsk): Answer {
    try {
      return this.#of(ask);
    } catch (error) {
      if (error instanceof TooMuchWork) return OPEN;
      throw error;
    }
  }

  /** What the lockfiles still have where it is about to be resolved anew: for an ask that is `open`. */
  replacedBy(ask: ProjectAsk): readonly LockedPackage[] {
    try {
      return this.#replacedBy(ask);
    } catch (error) {
      if (error instanceof TooMuchWork) return [];
      throw error;
    }
  }

  #replacedBy(ask: ProjectAsk): readonly LockedPackage[] {
    const { by, alias, readBy } = ask;
    if (by.kind === "dependency")
      return this.#options.used.map((model) => resolvedFor(model, by.importer, alias)).filter((each) => each !== null);
    const readers = this.#lockfiles.filter(({ model }) => readBy.includes(model.format));
    if (by.kind === "extension") return readers.flatMap((places) => this.#addedBy(by.extension, alias, places));
    const own = this.#overrides.get(alias)?.find((each) => each.ask.by.override === by.override);
    if (own === undefined) return [];
    return readers.flatMap((places) => places.about(own).filter(({ version }) => this.#selects(own.range, version)));
  }

  #of(ask: ProjectAsk): Answer {
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

  /** Which package manager installs may not be known: it is open where it is for one of their lockfiles. */
  #ofDependency(ask: DependencyAsk): Answer {
    const { section, isOptionalPeer } = ask.by;
    if (this.#isMadeLocal(ask)) return LOCKED;
    const answers = this.#options.used.map((model) => this.#lockedIn(model, ask));
    const [first] = answers;
    const isLocked = answers.every((answer) => answer?.kind === "locked");
    if (first !== undefined && first !== null && isLocked) return first;
    return section === "peerDependencies" && !this.#installsPeer(isOptionalPeer) ? UNREAD : OPEN;
  }

  /** Whether an override that all package managers read puts a folder of the person's in its place: no registry has it. */
  #isMadeLocal({ alias, specifier }: DependencyAsk): boolean {
    const all = isRegistry(specifier) ? (this.#overrides.get(alias) ?? []) : [];
    const asked = isRegistry(specifier) ? specifier.range : null;
    return all.some(({ range, parents, ask }) => {
      const isAbout = range === asked || (asked !== null && this.#selects(range, asked));
      const isReadByAll = this.#options.managers.every((manager) => ask.readBy.includes(manager));
      return parents.length === 0 && isAbout && isReadByAll && isLocal(ask.specifier);
    });
  }

  /** Null where the package manager of the lockfile resolves it anew. */
  #lockedIn(model: Lockfile, ask: DependencyAsk): Answer | null {
    const { own } = this.#options;
    const { alias, specifier, by } = ask;
    const locked = resolvedFor(model, by.importer, alias);
    if (locked === null) return null;
    if (!isRegistry(specifier)) {
      const isMet = this.#isFrom(specifier, wordsOf(ask), locked) || this.#isReplaced(alias, model, locked);
      return isMet ? LOCKED : null;
    }
    if (!isLockedFor(model, locked, ask)) return null;
    if (locked.source === "registry" || locked.insteadOf !== null)
      return this.#isRelease(specifier, locked) ? { kind: "locked", version: locked.version } : null;
    // A folder of the project's takes the place of a release only where its version fits.
    if (isOfProject(locked)) return own.has(specifier.name) ? null : LOCKED;
    // The readers of these look at the manifests themselves.
    const isSure = model.format === "npm" || model.isLockedFor !== undefined;
    return isSure || this.#overrides.has(alias) ? LOCKED : null;
  }

  /** Whether an override for all packages of a name puts in what is locked. */
  #isReplaced(alias: string, { format }: Lockfile, locked: LockedPackage): boolean {
    const all = this.#overrides.get(alias) ?? [];
    return all.some(
      ({ range, parents, ask }) =>
        range === "" &&
        parents.length === 0 &&
        ask.readBy.includes(format) &&
        this.#isFrom(ask.specifier, wordsOf(ask), locked),
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
    const about = places.about(own);
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
      return kept.some((each) => this.#isFrom(specifier, words, each)) ? LOCKED : OPEN;
    }
    const isRecorded = places.isRecorded(ask);
    const meant = about.filter(({ version }) => this.#selects(own.range, version));
    // npm's reader looks at the ranges that are asked for itself; in the others only the record tells.
    if (meant.length === 0) return model.format === "npm" || isRecorded ? IDLE : OPEN;
    if (isRegistry(specifier) && specifier.tag && model.format !== "npm" && !isRecorded) return OPEN;
    const covered = this.#coveredBy(alias, all, places);
    const isMet = (locked: LockedPackage): boolean =>
      this.#isFrom(specifier, words, locked) ||
      (isOfProject(locked) && this.#options.own.has(alias)) ||
      (covered.get(locked.id) ?? []).some((other) => other !== own);
    return meant.every(isMet) ? LOCKED : OPEN;
  }

  /** By id: which of the overrides that are about some of the packages of a name alone put in what is locked. */
  #coveredBy(
    alias: string,
    all: readonly SelectingOverride[],
    places: LockedPlaces,
  ): ReadonlyMap<number, readonly SelectingOverride[]> {
    return places.onceFor(alias, () => {
      const covered = new Map<number, SelectingOverride[]>();
      for (const other of all) {
        if (other.range === "" && other.parents.length === 0) continue;
        for (const locked of places.about(other)) {
          if (!this.#selects(other.range, locked.version)) continue;
          if (!this.#isFrom(other.ask.specifier, wordsOf(other.ask), locked)) continue;
          const others = covered.get(locked.id);
          if (others === undefined) covered.set(locked.id, [other]);
          // Of two, one is another than the one that is asked about.
          else if (others.length < 2) others.push(other);
        }
      }
      return covered;
    });
  }

  /** Where the range behind a name cannot be read it may mean any version. */
  #selects(range: string, version: string): boolean {
    const own = range.replace(/^npm:/, "");
    return own === "" || this.#tests.isIn(version, own, { includePrerelease: true }) !== false;
  }

  /** Whether what is locked is what is asked for. */
  #isFrom(specifier: Specifier, words: string, locked: LockedPackage): boolean {
    if (isRegistry(specifier)) return locked.source === "registry" && this.#isRelease(specifier, locked);
    this.#tests.spend(1);
    const { resolved, version } = locked;
    const isSameAddress = resolved !== null && withoutFragment(resolved) === withoutFragment(words);
    const commit = /#([a-f\d]{40,64})$/i.exec(words)?.[1];
    const isSameCommit = commit === undefined || `${resolved ?? ""} ${version}`.includes(commit);
    return isSameCommit && (isSameAddress || leadsTo({ specifier, raw: words }, locked));
  }

  #isRelease(specifier: RegistrySpecifier, locked: LockedPackage): boolean {
    if (locked.name !== specifier.name || !isFromItsRegistry(locked, specifier)) return false;
    return specifier.tag || this.#tests.isIn(locked.version, specifier.range, { includePrerelease: false }) === true;
  }

  #extendedBy({ extended, range }: PackageExtension, places: LockedPlaces): readonly LockedPackage[] {
    return places.selected(extended, range, (version) => this.#selects(range, version));
  }

  #addedBy(extension: PackageExtension, alias: string, places: LockedPlaces): readonly LockedPackage[] {
    return this.#extendedBy(extension, places).flatMap(({ id }) => places.dependenciesOf(id, alias));
  }

  #ofExtension(ask: ExtensionAsk, places: LockedPlaces): Answer {
    const { model } = places;
    const { alias, specifier } = ask;
    const { extension } = ask.by;
    const words = wordsOf(ask);
    const extended = this.#extendedBy(extension, places);
    this.#tests.spend(extended.length);
    if (extended.length === 0) return IDLE;
    if (extension.section === "peerDependencies")
      return places.named(alias).some((each) => this.#isFrom(specifier, words, each)) ? LOCKED : OPEN;
    const added = (id: number): readonly LockedPackage[] => places.dependenciesOf(id, alias);
    if (model.format === "yarn-berry") {
      // Its lockfile leaves out what is added, and a dependency of the package's own goes before.
      const isHeld = model.lockedBy?.(alias, words.trim()) !== null;
      return isHeld || extended.every(({ id }) => added(id).length > 0) ? LOCKED : OPEN;
    }
    return extended.every(({ id }) => added(id).some((each) => this.#isFrom(specifier, words, each))) ? LOCKED : OPEN;
  }
}

interface SelectingOverride extends OverrideSelector {
  readonly ask: OverrideAsk;
}

/** The first overrides of each name. What they select is worked out when it is asked for: there may be tens of thousands. */
class OverridesByName {
  readonly #asks = new Map<string, OverrideAsk[]>();
  readonly #known = new Map<string, readonly SelectingOverride[]>();

  constructor(asks: readonly ProjectAsk[]) {
    for (const ask of asks) {
      if (!isOverride(ask)) continue;
      const before = this.#asks.get(ask.alias);
      if (before === undefined) this.#asks.set(ask.alias, [ask]);
      else if (before.length < MOST_OVERRIDES) before.push(ask);
    }
  }

  has(name: string): boolean {
    return this.#asks.has(name);
  }

  get(name: string): readonly SelectingOverride[] | undefined {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const found = this.#asks.get(name)?.map((ask) => ({ ask, ...selectorOf(ask.by.override) }));
    if (found !== undefined) this.#known.set(name, found);
    return found;
  }
}

/** Different parents that are looked up in a lockfile; anything may be below one beyond. */
const MOST_PARENTS = 64;

/** The packages of a lockfile, by the names that they are installed under. */
class LockedPlaces {
  readonly #below = new Map<string, ReadonlySet<number>>();
  readonly #about = new Map<SelectingOverride, readonly LockedPackage[]>();
  readonly #covered = new Map<string, ReadonlyMap<number, readonly SelectingOverride[]>>();
  readonly #selected = new Map<string, readonly LockedPackage[]>();
  readonly #dependencies = new Map<number, ReadonlySet<number>>();
  #recorded: ReadonlyMap<string, readonly string[]> | null = null;

  constructor(
    readonly model: Lockfile,
    private readonly tests: VersionTests,
  ) {}

  /** Those of that name; what a package brings in its own tarball is left out. */
  named(name: string): readonly LockedPackage[] {
    const byName = known.get(this.model) ?? placesByName(this.model);
    known.set(this.model, byName);
    return byName.get(name) ?? [];
  }

  /** Those of its name that are below all parents that an override names. */
  about(override: SelectingOverride): readonly LockedPackage[] {
    const known = this.#about.get(override);
    if (known !== undefined) return known;
    const all = this.named(override.ask.alias);
    this.tests.spend(all.length);
    const about = override.parents.length === 0 ? all : all.filter(({ id }) => this.#isBelow(id, override));
    this.#about.set(override, about);
    return about;
  }

  onceFor(
    alias: string,
    make: () => ReadonlyMap<number, readonly SelectingOverride[]>,
  ): ReadonlyMap<number, readonly SelectingOverride[]> {
    const covered = this.#covered.get(alias) ?? make();
    this.#covered.set(alias, covered);
    return covered;
  }

  /** Those of a name whose version is selected by a range. */
  selected(name: string, range: string, isSelected: (version: string) => boolean): readonly LockedPackage[] {
    const key = `${name}@${range}`;
    const selected = this.#selected.get(key) ?? this.named(name).filter(({ version }) => isSelected(version));
    this.#selected.set(key, selected);
    return selected;
  }

  /** Whether the lockfile states this override. */
  isRecorded(ask: OverrideAsk): boolean {
    this.#recorded ??= recordedBy(this.model.overrides ?? []);
    const own = this.#recorded.get(JSON.stringify(ask.by.override.keys)) ?? [];
    return own.some((raw) => isSameOverride(raw, ask));
  }

  /** What a package depends on under a name. */
  dependenciesOf(id: number, name: string): readonly LockedPackage[] {
    const named = this.named(name);
    this.tests.spend(named.length);
    let targets = this.#dependencies.get(id);
    if (targets === undefined) {
      targets = new Set(this.model.dependenciesOf(id));
      this.tests.spend(targets.size);
      this.#dependencies.set(id, targets);
    }
    return named.filter((each) => targets.has(each.id));
  }

  #isBelow(id: number, { parents, ask }: SelectingOverride): boolean {
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

/** What a lockfile states of overrides, by their keys. */
function recordedBy(overrides: NonNullable<Lockfile["overrides"]>): ReadonlyMap<string, readonly string[]> {
  const recorded = new Map<string, string[]>();
  for (const { keys, raw } of overrides) {
    const key = JSON.stringify(keys);
    const others = recorded.get(key);
    if (others === undefined) recorded.set(key, [raw]);
    else others.push(raw);
  }
  return recorded;
}

/** pnpm writes what a catalog, or the dependency behind `$name`, has in its place; Bun does so for the latter alone. */
function isSameOverride(raw: string, { raw: own, specifier, catalog }: OverrideAsk): boolean {
  if (raw === own || raw === catalog?.entry.raw) return true;
  return own.startsWith("$") && isRegistry(specifier) && raw.replace(/^npm:/, "") === specifier.range;
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
