/** From the documents of a project to the releases that they name. */
import { entryAt } from "../documents/config/tree.ts";
import { readConfigDependencies } from "../documents/config-dependencies.ts";
import { overrideTarget } from "../documents/override-key.ts";
import { unknown } from "../facts/fact.ts";
import type { Unknown } from "../facts/fact.ts";
import { oneLine } from "../util/sanitize.ts";
import { directIds, resolvedFor } from "../graph.ts";
import type {
  DeclaredDependency,
  DeclaredOverride,
  LockedPackage,
  Lockfile,
  LockfileFormat,
  Manifest,
  RegistrySpecifier,
} from "../model.ts";
import type { Cancellation, Clock, RegistryRef } from "../ports.ts";
import { inEffect } from "../project/sections.ts";
import { fits, versionTaken } from "../ranges.ts";
import type { Document } from "../project/document-store.ts";
import { usualHostsOf } from "./name-registries.ts";
import { packagesFor } from "./named.ts";
import type { Named } from "./named.ts";
import type { ProjectMemory } from "./memory.ts";
import type { NameRegistries } from "./name-registries.ts";
import { pause } from "./paced.ts";
import type { PackageSource } from "./package-source.ts";
import { catalogsOf } from "../project/catalogs.ts";
import type { CatalogPlace, Catalogs } from "../project/catalogs.ts";
import type { ReadProject } from "./read.ts";
import { folderOf, pathBetween } from "../util/uri.ts";
import { TargetSet } from "../project/target.ts";
import type { DeclaredPlace, LockedPlace, Target, Unresolved } from "../project/target.ts";

export interface Targets {
  readonly targets: readonly Target[];
  readonly unresolved: readonly Unresolved[];
}

export interface TargetOptions {
  readonly names: NameRegistries;
  /** Those that the package manager goes by. */
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

async function lockedTargetsOf(
  project: ReadProject,
  { names, named, clock, cancel }: TargetOptions,
): Promise<TargetSet> {
  const set = new TargetSet();
  for (const lockfile of project.lockfiles) {
    const direct = directIds(lockfile.model);
    const usualHosts = usualHostsOf(lockfile.model);
    const wanted = packagesFor(lockfile, project, named);
    for (const [index, locked] of lockfile.model.packages.entries()) {
      if (index % STRIDE === STRIDE - 1) await pause(clock, cancel);
      if (wanted?.has(locked.id) === false) continue;
      if (locked.source !== "registry" && locked.insteadOf === null) continue;
      const release = { name: locked.name, version: locked.version, registry: await names.ofLocked(locked) };
      addLocked(
        set.at(release),
        { uri: lockfile.uri, locked, format: lockfile.model.format, usualHosts },
        direct.has(locked.id),
      );
    }
  }
  for (const { uri, kind, model } of project.configs) {
    // Of workspaces around it they are judged there.
    const isOwn = kind === "pnpm-workspace" && folderOf(uri) === project.folder;
    for (const locked of isOwn ? readConfigDependencies(model.root) : []) {
      const release = { name: locked.name, version: locked.version, registry: await names.ofLocked(locked) };
      addLocked(set.at(release), { uri, locked, format: "pnpm", usualHosts: new Set() }, true);
    }
  }
  return set;
}

/** Names every release that the project locks or would take today. Asks the registry only for what no lockfile holds. */
export async function targetsOf(project: ReadProject, options: TargetOptions): Promise<Targets> {
  const { names, named, memory } = options;
  const settings = project.configs.filter(({ kind }) => kind === "pnpm-workspace");
  const locked = await memory.lockedTargets([names, named, ...project.lockfiles, ...settings], () =>
    lockedTargetsOf(project, options),
  );
  const set = new TargetSet(locked);
  const open: Question[] = [];
  const catalogs = catalogsOf(
    project.configs,
    options.used.map(({ model }) => model.format),
  );
  const own = new Map(
    project.manifests.flatMap(({ document: { model } }) =>
      model.name === null ? [] : [[model.name, model.version] as const],
    ),
  );
  const replaced = replacedNames(project);
  const manifests = project.manifests.filter(({ document }) => named === null || named.files.has(document.uri));
  for (const { document, importer } of manifests) {
    for (const declared of declarations(document.model, catalogs, options.managers)) {
      const question = {
        uri: document.uri,
        declared,
        registry: await names.declaredIn(document.uri, declared.specifier),
      };
      const asker = { importer, name: document.model.name ?? "" };
      const local = resolveLocally(declared, asker, { ...options, replaced, own });
      if (local === "ask") {
        // Package managers take a workspace of that name and version before they ask a registry.
        const version = own.get(declared.specifier.name);
        if (version === undefined || (version !== null && !fits(declared.specifier, version))) open.push(question);
      } else if (local !== null) addDeclared(set, question, local, null);
    }
  }
  const unresolved: Unresolved[] = manifests.flatMap(({ document }) =>
    unreadable(document, catalogs, project.outsideOf),
  );
  const answers = await Promise.all(open.map(async (question) => ({ question, found: await ask(question, options) })));
  for (const { question, found } of answers) {
    const { specifier } = question.declared;
    if (typeof found === "string") addDeclared(set, question, found, asked(question.declared));
    else
      unresolved.push({
        ...specifier,
        place: placeOf(question, asked(question.declared)),
        unknown: found,
        isAsked: found.code !== "not-stated",
      });
  }
  return { targets: set.all, unresolved };
}

/** A declared dependency whose version only the registry can tell. */
interface Question {
  readonly uri: string;
  readonly declared: Declared;
  readonly registry: RegistryRef;
}

function addDeclared(set: TargetSet, question: Question, version: string, takes: string | null): void {
  const { specifier, catalog } = question.declared;
  const target = set.at({ name: specifier.name, version, registry: question.registry });
  target.direct = true;
  target.range ??= specifier.range;
  target.declared.push(placeOf(question, takes));
  // Many workspaces share one entry of a catalog.
  if (
    catalog !== undefined &&
    !target.declared.some(({ uri, span }) => uri === catalog.uri && span.start === catalog.entry.specSpan.start)
  ) {
    target.declared.push(catalogPlace(catalog, takes === null ? null : catalog.entry.raw));
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
function asked({ raw, catalog }: Declared): string {
  return catalog === undefined ? raw : `${raw} (${catalog.entry.raw})`;
}

function placeOf({ uri, declared }: Question, takes: string | null): DeclaredPlace {
  const { specifier, catalog } = declared;
  const isPeer = "section" in declared && declared.section === "peerDependencies";
  const range = specifier.tag || isPeer || catalog !== undefined ? null : specifier.range;
  return { uri, span: declared.specSpan, nameSpan: declared.nameSpan, alias: aliasOf(declared), range, takes };
}

/** What cannot be read is not known to be anything: no package manager could install it. */
function unreadable(
  { uri, model }: Document<Manifest>,
  catalogs: Catalogs,
  outsideOf: string | null,
): readonly Unresolved[] {
  return model.dependencies.flatMap((declared) => {
    const { alias, raw, specSpan, nameSpan } = declared;
    const specifier = behindCatalog(declared, catalogs)?.entry.specifier ?? declared.specifier;
    const reason =
      specifier.source === "invalid"
        ? specifier.reason
        : specifier.source === "catalog"
          ? noCatalog(uri, outsideOf)
          : null;
    if (reason === null) return [];
    const place = { uri, span: specSpan, nameSpan, alias, range: null, takes: null };
    return [{ name: alias, range: raw, place, unknown: unknown("malformed", reason), isAsked: false }];
  });
}

function noCatalog(uri: string, outsideOf: string | null): string {
  if (outsideOf === null) return "no catalog lists it";
  const root = oneLine(pathBetween(folderOf(uri), outsideOf), 200);
  return `no catalog lists it, and this package is no workspace of ${root}`;
}

function behindCatalog(
  { specifier, ...entry }: DeclaredDependency | DeclaredOverride,
  catalogs: Catalogs,
): CatalogPlace | null {
  return specifier.source === "catalog"
    ? catalogs(specifier.catalog, "alias" in entry ? entry.alias : entry.name)
    : null;
}

type Declared = (DeclaredDependency | DeclaredOverride) & {
  readonly specifier: RegistrySpecifier;
  readonly catalog?: CatalogPlace;
};

/** Dependencies, and overrides that name one exact version: a range in an override says nothing that the lockfile does not. */
function declarations(
  manifest: Manifest,
  catalogs: Catalogs,
  managers: readonly LockfileFormat[],
): readonly Declared[] {
  return [...inEffect(manifest.dependencies, managers), ...manifest.overrides.filter(namesOneVersion)].flatMap(
    (declared): readonly Declared[] => {
      const catalog = behindCatalog(declared, catalogs);
      const specifier = catalog?.entry.specifier ?? declared.specifier;
      if (specifier.source !== "registry" && specifier.source !== "named-registry") return [];
      return [{ ...declared, specifier, ...(catalog === null ? {} : { catalog }) }];
    },
  );
}

function namesOneVersion(override: DeclaredOverride): boolean {
  return (
    override.specifier.source === "registry" &&
    /^[v=\s]*\d+\.\d+\.\d+/.test(override.specifier.range) &&
    !/\s|\|\|/.test(override.specifier.range.trim())
  );
}

function aliasOf(declared: Declared): string {
  return "alias" in declared ? declared.alias : declared.name;
}

function addLocked(target: Target, place: LockedPlace, direct: boolean): void {
  const { locked } = place;
  target.locked.push(place);
  target.direct ||= direct;
  if (locked.hasInstallScript !== null)
    target.lockedInstallScript = locked.hasInstallScript || target.lockedInstallScript === true;
}

/** Who asks, and what is known of the project around it. */
interface Around extends Pick<TargetOptions, "used" | "installsPeers"> {
  /** Names that overrides put something in the place of. */
  readonly replaced: ReadonlySet<string>;
  /** The versions of the project's own packages, by name. */
  readonly own: ReadonlyMap<string, string | null>;
}

/**
 * The version that the lockfile holds, where it still fits, or the one exact version that is asked for; `ask` where only
 * the registry can tell; null where there is nothing to judge.
 */
function resolveLocally(
  declared: Declared,
  asker: { readonly importer: string; readonly name: string },
  { used, installsPeers, replaced, own }: Around,
): string | null {
  const { specifier } = declared;
  if ("alias" in declared) {
    const [found] = used.flatMap(({ model }) => {
      const locked = resolvedFor(model, asker.importer, declared.alias);
      return locked === null || !isLockedFor(model, locked, declared, asker.name) ? [] : [{ locked, model }];
    });
    if (found !== undefined) {
      const { locked, model } = found;
      if (locked.source !== "registry" && locked.insteadOf === null) {
        // A folder of the project's takes the place of a release only where its version fits.
        if (locked.source === "workspace" || locked.source === "link") return own.has(specifier.name) ? "ask" : null;
        // The readers of these look at the manifests themselves.
        const isSure = model.format === "npm" || model.isLockedFor !== undefined;
        if (isSure || replaced.has(declared.alias)) return null;
      } else if (
        locked.name === specifier.name &&
        isFromItsRegistry(locked, specifier) &&
        fits(specifier, locked.version)
      )
        return locked.version;
    }
    if (declared.section === "peerDependencies" && (declared.isOptionalPeer === true || !installsPeers)) return null;
  }
  return exactVersion(specifier.range) ?? "ask";
}

/** Where a format locks what is asked for word by word, a version that would fit is not taken for other words. */
function isLockedFor(model: Lockfile, { id }: LockedPackage, declared: Declared, importer: string): boolean {
  if (!("alias" in declared)) return false;
  const raw = declared.catalog?.entry.raw ?? declared.raw;
  // Of what is from elsewhere, and of patches, the words depend on who asks.
  if (raw.replace(/^npm:/, "").includes(":")) return true;
  return model.isLockedFor?.(declared.alias, raw.trim(), id, importer) !== false;
}

function replacedNames({ manifests, configs }: ReadProject): ReadonlySet<string> {
  const names = manifests.flatMap(({ document }) => document.model.overrides.map(({ name }) => name));
  for (const { kind, model } of configs) {
    const overrides = kind === "pnpm-workspace" ? entryAt(model.root, "overrides")?.value : undefined;
    if (overrides?.kind !== "map") continue;
    for (const key of overrides.entries.keys()) names.push(overrideTarget("pnpm.overrides", key).name);
  }
  return new Set(names);
}

/** pnpm may give a name to the registry of what names none, where its address is the same. */
function isFromItsRegistry({ registryName }: LockedPackage, specifier: RegistrySpecifier): boolean {
  return specifier.source !== "named-registry" || specifier.registryName === registryName;
}

/** The version that the range takes today, or why that is not known. */
async function ask(
  { declared, registry }: Question,
  { source, clock, ageTaken, cancel }: TargetOptions,
): Promise<string | Unknown> {
  const { specifier } = declared;
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
    unknown("not-stated", `no version of it fits ${JSON.stringify(oneLine(asked(declared), 60))}`)
  );
}

function exactVersion(range: string): string | null {
  return /^[v=\s]*(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?:\+[0-9A-Za-z.-]+)?\s*$/.exec(range)?.[1] ?? null;
}
