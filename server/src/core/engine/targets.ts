/** From the documents of a project to the releases that they name. */
import { configDependenciesIn } from "../documents/config-dependencies.ts";
import { entryAt } from "../documents/config/tree.ts";
import type { ConfigTree } from "../documents/config/tree.ts";
import { documentKind } from "../documents/index.ts";
import { EntryComparison } from "../facts/entry-differences.ts";
import type { Extension } from "../facts/entry-differences.ts";
import { unknown } from "../facts/fact.ts";
import type { Unknown } from "../facts/fact.ts";
import { hostOfAddress } from "../facts/places.ts";
import { oneLine } from "../util/sanitize.ts";
import { directIds } from "../graph.ts";
import type { LockedPackage, Lockfile, LockfileFormat, RegistrySpecifier } from "../model.ts";
import type { Cancellation, Clock, RegistryRef } from "../ports.ts";
import { asksOf, ownConfigs, packageExtensionsOf, wordsOf, type ProjectAsk } from "../project/asks.ts";
import { isServedBy, releaseInAddress } from "../project/registry-address.ts";
import { Answers, isRegistry, type Answer } from "./answers.ts";
import { fits, versionTaken } from "../ranges.ts";
import type { Document } from "../project/document-store.ts";
import { localGap } from "./local-packages.ts";
import { usualHostsOf } from "./name-registries.ts";
import { packagesFor } from "./named.ts";
import type { Named } from "./named.ts";
import type { ProjectMemory } from "./memory.ts";
import type { NameRegistries } from "./name-registries.ts";
import { allPaced, pause } from "./paced.ts";
import type { PackageSource } from "./package-source.ts";
import { catalogsOf } from "../project/catalogs.ts";
import type { CatalogPlace } from "../project/catalogs.ts";
import { OwnNames } from "./own-names.ts";
import type { ReadProject } from "./read.ts";
import { fileNameOf, folderOf, pathBetween, relativePath } from "../util/uri.ts";
import { TargetSet } from "../project/target.ts";
import type { DeclaredPlace, LockedPlace, Target, Unresolved } from "../project/target.ts";

export interface Targets {
  readonly targets: readonly Target[];
  readonly unresolved: readonly Unresolved[];
  /** Names of packages of which the project's files ask for other versions than a lockfile has for them. */
  readonly behind: ReadonlySet<string>;
}

export interface TargetOptions {
  readonly names: NameRegistries;
  /** Those that the package manager goes by, and does not ignore for what is in them. */
  readonly used: readonly Document<Lockfile>[];
  /** Package managers that may install what no lockfile holds. */
  readonly managers: readonly LockfileFormat[];
  /** One of them installs the peers of the project's own manifests. */
  readonly installsPeers: boolean;
  /** null: the whole project is. */
  readonly named: Named | null;
  /** How old a release has to be before the project's package manager takes it for a range, ms. */
  readonly ageTaken: (name: string, version: string) => number;
  readonly source: PackageSource;
  readonly memory: ProjectMemory;
  readonly clock: Pick<Clock, "breathe" | "now">;
  readonly cancel: Cancellation;
}

/** Packages between two pauses. */
const STRIDE = 512;
const ASKS_AT_ONCE = 16;

async function lockedTargetsOf(
  project: ReadProject,
  extensions: ReadonlyMap<LockfileFormat, readonly Extension[]>,
  { names, named, clock, cancel }: TargetOptions,
): Promise<TargetSet> {
  const set = new TargetSet();
  for (const lockfile of project.lockfiles) {
    const direct = directIds(lockfile.model);
    const usualHosts = usualHostsOf(lockfile.model);
    const wanted = packagesFor(lockfile, project, named);
    const own = extensions.get(lockfile.model.format) ?? [];
    const comparison = new EntryComparison(lockfile.model, own, !ignoresPnpmfile(project));
    for (const [index, locked] of lockfile.model.packages.entries()) {
      if (index % STRIDE === STRIDE - 1) await pause(clock, cancel);
      if (wanted?.has(locked.id) === false) continue;
      if (locked.source !== "registry" && locked.insteadOf === null && locked.isUnasked !== true) continue;
      const release = { name: locked.name, version: locked.version, registry: await names.ofLocked(locked) };
      addLocked(
        set.at(release),
        { uri: lockfile.uri, locked, format: lockfile.model.format, usualHosts, comparison },
        direct.has(locked.id),
      );
    }
  }
  return set;
}

/** What the project adds to packages, by who reads it. */
function extensionsIn(configs: ReadProject["configs"]): ReadonlyMap<LockfileFormat, readonly Extension[]> {
  const found = new Map<LockfileFormat, Extension[]>();
  for (const { kind, model } of configs) {
    for (const { extension, manager } of packageExtensionsOf(kind, model.root)) {
      const { extended, range, alias, raw } = extension;
      const own = found.get(manager) ?? [];
      own.push({ extended, range, alias, raw });
      found.set(manager, own);
    }
  }
  return found;
}

/**
 * pnpm 11 and up runs no pnpmfile then, and takes whatever checksum of one the lockfile has: tried, 11.28 and 12.21. Any
 * value but false counts, as pnpm 11 takes a text for true.
 */
function ignoresPnpmfile({ configs }: Pick<ReadProject, "configs">): boolean {
  return configs.some(({ kind, model }) => {
    const value = kind === "pnpm-workspace" ? entryAt(model.root, "ignorePnpmfile")?.value : undefined;
    return value !== undefined && (value.kind !== "scalar" || (value.value !== false && value.value !== null));
  });
}

/** Names every release that the project locks or would take today. Asks the registry only for what no lockfile holds. */
export async function targetsOf(project: ReadProject, options: TargetOptions): Promise<Targets> {
  const { names, named, managers, memory } = options;
  const extensions = extensionsIn(project.configs);
  const compared = JSON.stringify([ignoresPnpmfile(project), ...extensions]);
  const locked = await memory.lockedTargets([names, named, compared, ...project.lockfiles], () =>
    lockedTargetsOf(project, extensions, options),
  );
  const set = new TargetSet(locked);
  const configs = ownConfigs(project.configs, project.folder);
  await addConfigDependencies(set, configs, names);
  const used = options.used.map(({ model }) => model);
  const catalogs = catalogsOf(
    project.configs,
    used.map(({ format }) => format),
  );
  const own = new Map(
    project.manifests.flatMap(({ document: { model } }) =>
      model.name === null ? [] : [[model.name, model.version] as const],
    ),
  );
  const asks = asksOf({ ...project, configs }, catalogs, managers);
  const answers = new Answers(asks, { used, managers, installsPeers: options.installsPeers, own });
  const ownNames = new OwnNames(project.manifests, asks, options.used);
  const answered: { readonly ask: ProjectAsk; readonly answer: Answer }[] = [];
  for (const [index, ask] of asks.entries()) {
    if (index % ASKS_AT_ONCE === ASKS_AT_ONCE - 1) await pause(options.clock, options.cancel);
    answered.push({ ask, answer: answers.of(ask) });
    ownNames.note(ask);
  }
  // As long as all else is locked, what is about nothing that is locked changes nothing.
  const isOpen = used.length === 0 || answered.some(({ ask, answer }) => answer.kind === "open" && !isLocal(ask));
  const open: Question[] = [];
  const unresolved: Unresolved[] = [];
  const replaced = new Map<LockedPackage, string>();
  const addReplaced = (ask: ProjectAsk, version: string): void => {
    for (const each of answers.replacedBy(ask)) replaced.set(each, version);
  };
  for (const [index, { ask, answer }] of answered.entries()) {
    if (index % STRIDE === STRIDE - 1) await pause(options.clock, options.cancel);
    if (!isNamed(ask, project, named)) continue;
    const release = await releaseAsked(ask, names);
    const isAnew = answer.kind === "open" || (answer.kind === "idle" && isOpen);
    if (release === null) {
      const reason = whyUnknown(ask, isAnew, project, managers);
      if (reason !== null) unresolved.push(gapOf(ask, reason));
      continue;
    }
    const question = { ask, ...release };
    const version = versionHere(question, answer);
    if (version !== null) {
      addDeclared(set, question, version, null);
      if (answer.kind === "open") addReplaced(ask, version);
    } else if (isAnew && !isFollower(ask)) {
      // Package managers take a workspace of that name and version before they ask a registry.
      const ownVersion = own.get(release.specifier.name);
      if (ownVersion === undefined || (ownVersion !== null && !fits(release.specifier, ownVersion)))
        open.push(question);
    }
  }
  const found = await allPaced(
    open,
    async (question) => ({ question, version: await versionAsked(question, options) }),
    options.clock,
    options.cancel,
  );
  for (const { question, version } of found) {
    const { ask, specifier, registry } = question;
    if (typeof version === "string") {
      addDeclared(set, question, version, asked(ask));
      addReplaced(ask, version);
    } else
      unresolved.push({
        name: specifier.name,
        range: specifier.range,
        place: placeOf(question, asked(ask)),
        unknown: version,
        registry,
        isAsked: version.code !== "not-stated",
      });
  }
  noteReplaced(set, replaced);
  ownNames.mark(set);
  const behind = [...replaced].filter(([locked, version]) => locked.version !== version).map(([{ name }]) => name);
  return { targets: set.all, unresolved, behind: new Set(behind) };
}

/** What one of the project's files still asks for is not replaced, and no more is what stays in another place. */
function noteReplaced(set: TargetSet, replaced: ReadonlyMap<LockedPackage, string>): void {
  if (replaced.size === 0) return;
  for (const { release, locked, declared } of set.all) {
    if (declared.length > 0) continue;
    const instead = locked.map((place) => replaced.get(place.locked)).find((version) => version !== undefined);
    if (instead !== undefined && instead !== release.version) set.at(release).instead = instead;
  }
}

/** An ask, and the release of a registry that it is for. */
interface Question {
  readonly ask: ProjectAsk;
  readonly specifier: RegistrySpecifier;
  readonly registry: RegistryRef;
}

function addDeclared(set: TargetSet, question: Question, version: string, takes: string | null): void {
  const { ask, specifier, registry } = question;
  const { catalog } = ask;
  const target = set.at({ name: specifier.name, version, registry });
  target.direct = true;
  target.range ??= specifier.range;
  target.declared.push(placeOf(question, takes));
  // Many workspaces share one entry of a catalog.
  if (catalog !== null && isFirst(target, `${catalog.entry.specSpan.start} ${catalog.uri}`))
    target.declared.push(catalogPlace(catalog, takes === null ? null : catalog.entry.raw));
}

const catalogPlaces = new WeakMap<Target, Set<string>>();

/** Whether a place in a catalog was not added to the target before. */
function isFirst(target: Target, place: string): boolean {
  const places = catalogPlaces.get(target) ?? new Set<string>();
  catalogPlaces.set(target, places);
  const before = places.size;
  return places.add(place).size > before;
}

/** pnpm's configDependencies, where any version of it reads them; each states what it locks. */
async function addConfigDependencies(
  set: TargetSet,
  configs: readonly Document<ConfigTree>[],
  names: NameRegistries,
): Promise<void> {
  for (const { uri, kind, model } of configs) {
    for (const locked of configDependenciesIn(kind, model.root)) {
      const release = { name: locked.name, version: locked.version, registry: await names.ofLocked(locked) };
      addLocked(set.at(release), { uri, locked, format: "pnpm", usualHosts: new Set(), comparison: null }, true);
    }
  }
}

function catalogPlace(
  { uri, entry: { name, specifier, specSpan, nameSpan } }: CatalogPlace,
  takes: string | null,
): DeclaredPlace {
  const range = "range" in specifier && !specifier.tag ? specifier.range : null;
  return { uri, span: specSpan, nameSpan, alias: name, range, takes };
}

/** The specifier for a message, with what it stands for. */
function asked({ raw, catalog }: ProjectAsk): string {
  return catalog === null ? raw : `${raw} (${catalog.entry.raw})`;
}

function placeOf({ ask, specifier }: Question, takes: string | null): DeclaredPlace {
  const { uri, alias, specSpan, nameSpan, catalog } = ask;
  const isOwnRange = isRegistry(ask.specifier) && !specifier.tag && !isPeer(ask) && catalog === null;
  return { uri, span: specSpan, nameSpan, alias, range: isOwnRange ? specifier.range : null, takes };
}

function isPeer({ by }: ProjectAsk): boolean {
  return by.kind === "override"
    ? false
    : (by.kind === "dependency" ? by.section : by.extension.section) === "peerDependencies";
}

/** What is asked of a registry, also by the address that it serves it from; null for all else. */
async function releaseAsked(ask: ProjectAsk, names: NameRegistries): Promise<Omit<Question, "ask"> | null> {
  const { uri, specifier } = ask;
  if (isRegistry(specifier)) return { specifier, registry: await names.declaredIn(uri, specifier) };
  const served = specifier.source === "tarball" ? releaseInAddress(wordsOf(ask)) : null;
  if (served === null) return null;
  const registry = await names.declaredIn(uri, served);
  return isServedBy(wordsOf(ask), served.name, registry.url) ? { specifier: served, registry } : null;
}

/** The version that is locked, or the one exact version that is asked for; null where only the registry can tell. */
function versionHere({ ask, specifier }: Question, answer: Answer): string | null {
  if (answer.kind === "locked" && answer.version !== null) return answer.version;
  const exact = exactVersion(specifier.range);
  switch (ask.by.kind) {
    case "dependency": {
      const isByAddress = answer.kind === "locked" && !isRegistry(ask.specifier);
      return answer.kind === "open" || isByAddress ? exact : null;
    }
    // These are judged where they stand, whether or not a lockfile follows them yet.
    case "override":
      return exact;
    case "extension":
      return answer.kind === "unread" && isPeer(ask) ? null : exact;
  }
}

/**
 * Why it is not known what an ask that no registry is asked for stands for, as a clause; null where there is nothing to
 * know. What cannot be read is not known to be anything: no package manager could install it.
 */
function whyUnknown(
  ask: ProjectAsk,
  isAnew: boolean,
  project: ReadProject,
  managers: readonly LockfileFormat[],
): string | null {
  const { uri, specifier, by, raw } = ask;
  const isDependency = by.kind === "dependency";
  // The dependency that it refers to is reported itself; `//` is the usual name for a comment.
  if (!isDependency && (!isAnew || raw === "" || raw === "-" || raw.startsWith("$") || ask.alias.startsWith("//")))
    return null;
  switch (specifier.source) {
    case "invalid":
      return specifier.reason;
    case "catalog":
      return noCatalog(uri, project.outsideOf);
    case "git":
    case "tarball":
      return isAnew ? fromElsewhere(specifier.source, wordsOf(ask)) : null;
    case "registry":
    case "named-registry":
    case "workspace":
      return null;
    case "link":
    case "file":
      return isAnew ? localGap(ask, project, managers) : null;
  }
}

function fromElsewhere(source: "git" | "tarball", words: string): string {
  const origin = source === "git" ? "git" : oneLine(hostOfAddress(words) ?? "an address", 80);
  const registry = source === "git" ? "a registry" : "a registry of this project";
  return `it comes from ${origin}, which is not ${registry}, and no lockfile holds it`;
}

function gapOf(ask: ProjectAsk, reason: string): Unresolved {
  const { uri, alias, raw, specSpan, nameSpan, specifier } = ask;
  const place = { uri, span: specSpan, nameSpan, alias, range: null, takes: null };
  // An address may hold a login, and is no version.
  if (specifier.source === "git" || specifier.source === "tarball")
    return { name: alias, range: "", place, unknown: unknown("not-stated", reason), registry: null, isAsked: false };
  return { name: alias, range: raw, place, unknown: unknown("malformed", reason), registry: null, isAsked: false };
}

function noCatalog(uri: string, outsideOf: string | null): string {
  if (outsideOf === null) return "no catalog lists it";
  const root = oneLine(pathBetween(folderOf(uri), outsideOf), 200);
  return `no catalog lists it, and this package is no workspace of ${root}`;
}

/** What refers to the direct dependency of its own name is judged as that. */
function isFollower({ by, raw, alias }: ProjectAsk): boolean {
  return by.kind === "override" && raw === `$${alias}`;
}

/** Nothing of it is resolved by the package manager. */
function isLocal({ specifier: { source } }: ProjectAsk): boolean {
  return source !== "registry" && source !== "named-registry" && source !== "git" && source !== "tarball";
}

/** Whether it is among what was named to be looked at: a policy file goes with the root manifest, and with its folder. */
function isNamed({ uri }: ProjectAsk, { root }: ReadProject, named: Named | null): boolean {
  if (named === null || named.files.has(uri)) return true;
  if (documentKind(fileNameOf(uri)) !== null) return false;
  const isRootNamed = root !== null && named.files.has(root.uri);
  return isRootNamed || named.folders.some((folder) => relativePath(folder, uri) !== null);
}

function addLocked(target: Target, place: LockedPlace, direct: boolean): void {
  const { locked } = place;
  target.locked.push(place);
  target.direct ||= direct;
  // What a tarball brings along need not be the release of that name: its script says nothing of that one.
  if (locked.hasInstallScript !== null && !locked.bundled)
    target.lockedInstallScript = locked.hasInstallScript || target.lockedInstallScript === true;
}

/** The version that the range takes today, or why that is not known. */
async function versionAsked(
  { ask, specifier, registry }: Question,
  { source, clock, ageTaken, cancel }: TargetOptions,
): Promise<string | Unknown> {
  const facts = await source.packageFacts({ name: specifier.name, registry }, "full", cancel);
  if (!facts.known) return facts;
  const { times } = facts.value;
  const now = clock.now();
  const isHeldBack = (version: string): boolean => {
    const at = times.get(version);
    return at !== undefined && now - at < ageTaken(specifier.name, version);
  };
  return (
    versionTaken(specifier, facts.value, isHeldBack) ??
    unknown("not-stated", `no version of it fits ${JSON.stringify(oneLine(asked(ask), 60))}`)
  );
}

function exactVersion(range: string): string | null {
  return /^[v=\s]*(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?:\+[0-9A-Za-z.-]+)?\s*$/.exec(range)?.[1] ?? null;
}
