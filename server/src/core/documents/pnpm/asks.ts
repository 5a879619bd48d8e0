import type { LockedPackage } from "../../model.ts";
import { withoutCatalog } from "../catalogs.ts";
import type { LockfileContext } from "../context.ts";
import {
  isSuspect,
  noteAskers,
  putBrought,
  type Brings,
  SUSPECT_STRIDE,
  withAsked,
  type Ask,
  type IsReplaced,
  type IsWorkspaceNamed,
} from "../substitution.ts";
import { overrideTarget } from "../override-key.ts";
import { plainPath } from "../plain-path.ts";
import type { Problems } from "../problems.ts";
import { checkOverrides, replacedIn } from "../replacements.ts";
import { PASS_STRIDE, type Task } from "../../task.ts";
import { parseSpecifier } from "../specifier.ts";
import { parseDepPath, withoutSuffix } from "./dep-path.ts";
import type { KeyStyle } from "./key-style.ts";
import type { PnpmDocument } from "./document.ts";
import { textOf } from "./pairs.ts";
import { isLink, linkedPath } from "./references.ts";
import { importedFrom, specifierOf, targetOf, type Place, type Store } from "./store.ts";

/**
 * Puts packages that stand where an importer asks for another in their places in `packages`, and those that bring in
 * what is from no registry. What packages ask of each other the lockfile does not say, only what that came to.
 */
export function* markStandIns(
  stores: readonly Store[],
  places: readonly Place[],
  packages: LockedPackage[],
  { workspaceNames, catalogs }: LockfileContext,
  problems: Problems,
): Task<void> {
  const asked = withoutCatalog(catalogs);
  for (const store of stores) {
    const folders = new Map<number, string>();
    // pnpm takes any folder that the lockfile has importers for: only the project's own files say which are workspaces.
    const isWorkspaceNamed: IsWorkspaceNamed = (name, locked) => {
      const place = places[locked.id];
      const folder = folders.get(locked.id) ?? (place === undefined ? null : folderOf(place, locked, store.style));
      return folder !== null && workspaceNames?.get(folder) === name;
    };
    const asks = new Map<number, Ask[]>();
    const ownLinks = new Set<string>();
    let work = 0;
    for (const [path, declared] of store.document.importers) {
      for (const dependency of declared) {
        if (++work % PASS_STRIDE === 0) yield;
        const { alias, to } = dependency;
        const id = importedFrom(store, dependency);
        if (isLink(to)) {
          if (id === null) ownLinks.add(`${alias} ${linkedPath(path, to)}`);
          else folders.set(id, linkedPath(path, to));
        }
        const locked = id === null ? undefined : packages[id];
        if (locked === undefined || !isSuspect({ ...locked, alias })) continue;
        const found = asks.get(locked.id) ?? [];
        asks.set(locked.id, found);
        const raw = ofRegistry(alias, asked(alias, specifierOf(store.document, path, dependency)));
        // Importers share nothing, and the lockfile does not say what they are called: an override may be about any.
        if (raw !== null) found.push({ alias, raw, by: "package", from: null, isBelow: null });
      }
    }
    const isReplaced = replacedInDocument(store.document, problems);
    const askers = yield* askersFrom(store, places, packages);
    const brings: Brings = new Map();
    let seen = 0;
    for (const [id, found] of asks) {
      const locked = packages[id];
      if (locked !== undefined) packages[id] = withAsked(locked, found, { isReplaced, isWorkspaceNamed });
      if (++seen % SUSPECT_STRIDE === 0) yield;
    }
    for (const [id, found] of askers) {
      const locked = packages[id];
      // What an importer asks for too is its own to answer for.
      if (locked === undefined || asks.has(id) || ownLinks.has(`${locked.alias} ${linkedPath(".", locked.version)}`))
        continue;
      noteAskers(
        brings,
        packages,
        id,
        found.filter((ask) => !isReplaced(ask, locked)),
        isWorkspaceNamed,
      );
      if (++seen % SUSPECT_STRIDE === 0) yield;
    }
    putBrought(brings, packages);
  }
}

/** What packages ask for that is from no registry, by id of that. The range is not told, only what it came to. */
function* askersFrom(
  store: Store,
  places: readonly Place[],
  packages: readonly LockedPackage[],
): Task<ReadonlyMap<number, readonly Ask[]>> {
  const found = new Map<number, Ask[]>();
  if (!packages.slice(store.first, store.end).some(isElsewhere)) return found;
  for (let from = store.first; from < store.end; from++) {
    for (const { needs, optionalNeeds } of places[from]?.variants ?? []) {
      for (const { key: alias, value: to } of [...needs, ...optionalNeeds]) {
        const id = to === null ? null : targetOf(store, alias, to);
        const locked = id === null ? undefined : packages[id];
        if (locked === undefined || !isElsewhere(locked)) continue;
        const ask: Ask = { alias, raw: null, by: "package", from, isBelow: null };
        const known = found.get(locked.id);
        if (known === undefined) found.set(locked.id, [ask]);
        else known.push(ask);
      }
    }
    if (from % PASS_STRIDE === 0) yield;
  }
  return found;
}

function isElsewhere({ source }: LockedPackage): boolean {
  return source !== "registry";
}

/** The folder that is linked or copied in, as a plain path from the lockfile's; null for what is none. */
function folderOf(
  { entry: { key, resolution } }: Place,
  { source, resolved, version }: LockedPackage,
  style: KeyStyle,
): string | null {
  if (source === "link") return linkedPath(".", version);
  if (source !== "file" || resolved !== null) return null;
  return plainPath(
    textOf(resolution, "directory") ?? withoutSuffix(parseDepPath(key, style).reference).replace(/^file:/, ""),
  );
}

/** A specifier in npm's own words where it names the registry that is asked. */
function ofRegistry(alias: string, raw: string | null): string | null {
  const specifier = raw === null ? null : parseSpecifier(alias, raw);
  return specifier?.source === "named-registry" ? `npm:${specifier.name}@${specifier.range}` : raw;
}

function replacedInDocument({ overrides: pairs }: PnpmDocument, problems: Problems): IsReplaced {
  const overrides = pairs.map(({ key, value }) => {
    const { name } = overrideTarget("pnpm.overrides", key);
    return {
      field: "pnpm.overrides" as const,
      keys: [key],
      name,
      raw: value ?? "",
      specifier: parseSpecifier(name, value),
    };
  });
  checkOverrides(overrides, "it", problems);
  return replacedIn(overrides);
}
