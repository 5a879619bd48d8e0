/** From the documents of a project to the releases that they name. */
import { directIds, resolvedFor } from "../graph.ts";
import type { DeclaredDependency, DeclaredOverride, LockedPackage, Lockfile, Manifest } from "../model.ts";
import type { Cancellation, Registry, RegistryRef } from "../ports.ts";
import { fits, versionTaken } from "../ranges.ts";
import type { Document } from "./document-store.ts";
import type { PackageSource } from "./package-source.ts";
import { TargetSet } from "./target.ts";
import type { Target, Unresolved } from "./target.ts";

export interface ReadManifest {
  readonly document: Document<Manifest>;
  readonly importer: string;
}

export interface ReadProject {
  readonly folder: string;
  readonly manifests: readonly ReadManifest[];
  readonly lockfiles: readonly Document<Lockfile>[];
}

export interface Targets {
  readonly targets: readonly Target[];
  readonly unresolved: readonly Unresolved[];
}

type RegistrySpecifier = Extract<DeclaredDependency["specifier"], { source: "registry" }>;

/** Names every release that the project locks or would take today. Asks the registry only for what no lockfile holds. */
export async function targetsOf(project: ReadProject, registry: Registry, source: PackageSource, cancel: Cancellation): Promise<Targets> {
  const set = new TargetSet();
  const registryOf = memoized((name) => registry.resolve(name, project.folder));
  for (const lockfile of project.lockfiles) {
    const direct = directIds(lockfile.model);
    for (const locked of lockfile.model.packages) {
      if (locked.source !== "registry") continue;
      addLocked(set.at({ name: locked.name, version: locked.version, registry: await registryOf(locked.name) }), lockfile.uri, locked, direct.has(locked.id));
    }
  }
  const unresolved: Unresolved[] = [];
  await Promise.all(
    project.manifests.flatMap(({ document, importer }) =>
      declarations(document.model).map(async (declared) => {
        const found = await resolve(declared, importer, project.lockfiles, registryOf, source, cancel);
        if (found === null) return;
        const place = { uri: document.uri, span: declared.specSpan, nameSpan: declared.nameSpan, alias: aliasOf(declared), takes: found.takes };
        if ("unknown" in found) {
          unresolved.push({ name: declared.specifier.name, range: declared.specifier.range, place, unknown: found.unknown });
          return;
        }
        const target = set.at({ name: declared.specifier.name, version: found.version, registry: found.registry });
        target.direct = true;
        target.range ??= declared.specifier.range;
        target.declared.push(place);
      }),
    ),
  );
  return { targets: set.all(), unresolved };
}

type Declared = (DeclaredDependency | DeclaredOverride) & { readonly specifier: RegistrySpecifier };

function isRegistryDeclared(declared: DeclaredDependency | DeclaredOverride): declared is Declared {
  return declared.specifier.source === "registry";
}

/** Dependencies, and overrides that name one exact version: a range in an override says nothing that the lockfile does not. */
function declarations(manifest: Manifest): readonly Declared[] {
  return [...manifest.dependencies, ...manifest.overrides.filter(namesOneVersion)].filter(isRegistryDeclared);
}

function namesOneVersion(override: DeclaredOverride): boolean {
  return override.specifier.source === "registry" && /^[v=\s]*\d+\.\d+\.\d+/.test(override.specifier.range) && !/\s|\|\|/.test(override.specifier.range.trim());
}

function aliasOf(declared: Declared): string {
  return "alias" in declared ? declared.alias : declared.name;
}

function addLocked(target: Target, uri: string, locked: LockedPackage, direct: boolean): void {
  target.locked.push({ uri, locked });
  target.direct ||= direct;
  if (locked.hasInstallScript !== null) target.lockedInstallScript = locked.hasInstallScript || target.lockedInstallScript === true;
}

type Resolution =
  | { readonly registry: RegistryRef; readonly version: string; readonly takes: string | null }
  | { readonly unknown: Unresolved["unknown"]; readonly takes: string };

/** The version that the lockfile holds, where it still fits; else the one that the range takes today. */
async function resolve(
  declared: Declared,
  importer: string,
  lockfiles: readonly Document<Lockfile>[],
  registryOf: (name: string) => Promise<RegistryRef>,
  source: PackageSource,
  cancel: Cancellation,
): Promise<Resolution | null> {
  const { specifier } = declared;
  const registry = await registryOf(specifier.name);
  if ("alias" in declared) {
    const locked = lockfiles.map(({ model }) => resolvedFor(model, importer, declared.alias)).find((found) => found !== null) ?? null;
    if (locked !== null && locked.source !== "registry") return null;
    if (locked !== null && locked.name === specifier.name && fits(specifier, locked.version)) return { registry, version: locked.version, takes: null };
    // A peer dependency is brought by whoever installs this package; without a lockfile nothing says which version.
    if (declared.section === "peerDependencies") return null;
  }
  const facts = await source.packageFacts({ name: specifier.name, registry }, "full", cancel);
  if (!facts.known) {
    const exact = exactVersion(specifier.range);
    return exact === null ? { unknown: facts, takes: declared.raw } : { registry, version: exact, takes: null };
  }
  const version = versionTaken(specifier, facts.value) ?? exactVersion(specifier.range);
  if (version !== null) return { registry, version, takes: version === exactVersion(specifier.range) ? null : declared.raw };
  return { takes: declared.raw, unknown: { known: false, code: "not-stated", reason: `no version of it fits ${JSON.stringify(declared.raw)}` } };
}

function exactVersion(range: string): string | null {
  return /^[v=\s]*(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?:\+[0-9A-Za-z.-]+)?\s*$/.exec(range)?.[1] ?? null;
}

function memoized<T>(look: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const seen = new Map<string, Promise<T>>();
  return (name) => {
    const present = seen.get(name);
    if (present !== undefined) return present;
    const fresh = look(name);
    seen.set(name, fresh);
    return fresh;
  };
}
