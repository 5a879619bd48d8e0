/** Which packages depend on a release that is to go, and by which names. */
import type { Document } from "../project/document-store.ts";
import type { FixableRelease } from "./fix.ts";
import type { Subject } from "../facts/subject.ts";
import type { Target } from "../project/target.ts";
import { dependentsOf, directIds } from "../graph.ts";
import type { LockedPackage, Lockfile, LockfileFormat } from "../model.ts";
import { parseSpecifier } from "../documents/specifier.ts";

/** A release under one name. */
export interface AliasDependents {
  /** What it is installed under: package managers take an override by this name. */
  readonly alias: string;
  /** The packages that depend on it, without the project's own. */
  readonly parents: readonly Parent[];
  /** Other packages or versions are locked under this name, and are to stay. */
  readonly isSelective: boolean;
}

export interface Parent {
  readonly locked: LockedPackage;
  /** The project or a workspace asks for it itself. */
  readonly isDirect: boolean;
  /** The range that it asks for; null where that is not known. */
  readonly range: string | null;
}

export interface Dependents {
  readonly format: LockfileFormat;
  readonly lockfiles: readonly Lockfile[];
  readonly places: readonly LockedPackage[];
  readonly aliases: readonly AliasDependents[];
}

/**
 * What lockfiles say of a release. Of several formats the package manager's own counts, where that holds it; null where
 * no lockfile does.
 */
export function findDependents(
  { locked }: Target,
  documents: readonly Document<Lockfile>[],
  preferred: LockfileFormat | null,
  all: readonly FixableRelease[],
): Dependents | null {
  const found = documents.flatMap(({ uri, model }) => {
    const places = locked.filter((place) => place.uri === uri).map((place) => place.locked);
    return places.length === 0 ? [] : [{ model, places }];
  });
  const format = (found.find(({ model }) => model.format === preferred) ?? found[0])?.model.format;
  if (format === undefined) return null;
  const own = found.filter(({ model }) => model.format === format);
  const asked = asksOf(all);
  const byAlias = new Map<string, Map<string, Parent>>();
  for (const { model, places } of own) {
    for (const place of places) {
      const aliases = aliasesOf(place, format);
      for (const alias of aliases) if (!byAlias.has(alias)) byAlias.set(alias, new Map());
      for (const parent of dependentsOf(model, place.id).flatMap((id) => parentAt(model, id, place))) {
        // If the lockfile does not say which, it may be any.
        const told = model.aliasesBetween?.(parent.id, place.id) ?? [];
        for (const alias of told.length === 0 ? aliases : told) {
          const ask = asked(parent, alias, place.name);
          if (ask !== null)
            byAlias.get(alias)?.set(`${parent.alias} ${parent.name}@${parent.version}`, {
              locked: parent,
              isDirect: directIds(model).has(parent.id),
              range: ask.range,
            });
        }
      }
    }
  }
  const lockfiles = own.map(({ model }) => model);
  const places = own.flatMap((one) => one.places);
  const taken = othersIn(lockfiles, new Set(places), new Set(byAlias.keys()), format);
  const aliases = [...byAlias].map(([alias, parents]): AliasDependents => ({
    alias,
    parents: [...parents.values()],
    isSelective: taken.has(alias),
  }));
  return { format, lockfiles, places, aliases };
}

/** What a workspace asks for is its own dependency, a peer is brought by others, and a patched package leads to itself. */
function parentAt(lockfile: Lockfile, id: number, place: LockedPackage): readonly LockedPackage[] {
  const parent = lockfile.packages[id];
  if (parent === undefined || parent.source === "workspace" || parent.source === "link" || parent.name === place.name)
    return [];
  return lockfile.isPeer?.(id, place.id) === true ? [] : [parent];
}

const subjects = new WeakMap<readonly FixableRelease[], ReadonlyMap<string, Subject>>();

/**
 * By what range a package asks for another under a name, as its own facts say: null where it does not. The range is null
 * where it is not known, and where an override has put the other in the place of something else.
 */
function asksOf(
  all: readonly FixableRelease[],
): (parent: LockedPackage, alias: string, name: string) => { readonly range: string | null } | null {
  const byRelease =
    subjects.get(all) ?? new Map(all.map(({ subject }) => [`${subject.name}@${subject.version}`, subject]));
  subjects.set(all, byRelease);
  return (parent, alias, name) => {
    const facts = parent.source === "registry" ? byRelease.get(`${parent.name}@${parent.version}`)?.package : undefined;
    const asks = facts?.known === true ? facts.value.releases.get(parent.version)?.dependencies : undefined;
    if (asks === undefined) return { range: null };
    const raw = asks.get(alias);
    if (raw === undefined) return [...asks].some(([other, spec]) => isOf(other, spec, name)) ? null : { range: null };
    const specifier = parseSpecifier(alias, raw);
    return {
      range: specifier.source === "registry" && specifier.name === name && !specifier.tag ? specifier.range : null,
    };
  };
}

function isOf(alias: string, raw: string, name: string): boolean {
  const specifier = parseSpecifier(alias, raw);
  return specifier.source === "registry" && specifier.name === name;
}

/** Those of the names under which something else is locked too. */
function othersIn(
  lockfiles: readonly Lockfile[],
  places: ReadonlySet<LockedPackage>,
  aliases: ReadonlySet<string>,
  format: LockfileFormat,
): ReadonlySet<string> {
  const found = new Set<string>();
  const [first] = places;
  for (const { packages } of lockfiles) {
    for (const locked of packages) {
      if (places.has(locked) || (locked.name === first?.name && locked.version === first.version)) continue;
      for (const alias of aliasesOf(locked, format)) if (aliases.has(alias)) found.add(alias);
    }
  }
  return found;
}

/** Yarn has all descriptors of a block in its key, of whatever name. */
function aliasesOf({ alias, otherAliases, key }: LockedPackage, format: LockfileFormat): readonly string[] {
  if (format !== "yarn-classic" && format !== "yarn-berry")
    return otherAliases === undefined ? [alias] : [alias, ...otherAliases];
  if (!key.includes(", ")) return [alias];
  return [...new Set(descriptorsOf(key).map(nameOf))];
}

export function descriptorsOf(key: string): readonly string[] {
  return key.split(", ");
}

export function nameOf(descriptor: string): string {
  const at = descriptor.indexOf("@", 1);
  return at === -1 ? descriptor : descriptor.slice(0, at);
}
