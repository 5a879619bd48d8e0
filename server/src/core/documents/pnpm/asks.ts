import type { LockedPackage } from "../../model.ts";
import { isSuspect, markAskers, SUSPECT_STRIDE, withAsked, type Ask, type IsReplaced } from "../instead-of.ts";
import { overrideTarget } from "../override-key.ts";
import { replacedIn } from "../replacements.ts";
import { PASS_STRIDE, type Work } from "../slices.ts";
import { parseSpecifier } from "../specifier.ts";
import type { PnpmDocument } from "./document.ts";
import { targetOf, type Place, type Store } from "./store.ts";

/**
 * Puts packages that stand where an importer asks for another in their places in `packages`, and those that bring in
 * what is from no registry. What packages ask of each other the lockfile does not say, only what that came to.
 */
export function* markStandIns(
  stores: readonly Store[],
  places: readonly Place[],
  packages: LockedPackage[],
): Work<void> {
  for (const store of stores) {
    const asks = new Map<number, Ask[]>();
    let work = 0;
    for (const [path, declared] of store.document.importers) {
      const specifiers = new Map(store.document.specifiers.get(path)?.map(({ key, value }) => [key, value]));
      for (const { alias, to, specifier } of declared) {
        if (++work % PASS_STRIDE === 0) yield;
        const raw = specifier ?? specifiers.get(alias) ?? null;
        const id = raw === null ? null : targetOf(store, alias, to);
        const locked = id === null ? undefined : packages[id];
        if (locked === undefined || !isSuspect({ ...locked, alias })) continue;
        const known = asks.get(locked.id);
        // Importers share nothing, and the lockfile does not say what they are called: an override may be about any.
        const ask: Ask = { alias, raw, by: "package", from: null, isBelow: null };
        if (known === undefined) asks.set(locked.id, [ask]);
        else known.push(ask);
      }
    }
    const isReplaced = replacedInDocument(store.document);
    const askers = yield* askersFrom(store, places, packages);
    let seen = 0;
    for (const [id, found] of asks) {
      const locked = packages[id];
      if (locked !== undefined && !isFolder(locked)) packages[id] = withAsked(locked, found, isReplaced);
      if (++seen % SUSPECT_STRIDE === 0) yield;
    }
    for (const [id, found] of askers) {
      const locked = packages[id];
      // What an importer asks for too is its own to answer for.
      if (locked === undefined || asks.has(id)) continue;
      markAskers(
        packages,
        id,
        found.filter((ask) => !isReplaced(ask, locked)),
      );
      if (++seen % SUSPECT_STRIDE === 0) yield;
    }
  }
}

/** What packages ask for that is from no registry, by id of that. The range is not told, only what it came to. */
function* askersFrom(
  store: Store,
  places: readonly Place[],
  packages: readonly LockedPackage[],
): Work<ReadonlyMap<number, readonly Ask[]>> {
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

/** A workspace that is copied in (`injected`) is a folder, and may be asked for by a range. */
function isFolder({ source, resolved }: LockedPackage): boolean {
  return source === "file" && resolved === null;
}

function isElsewhere(locked: LockedPackage): boolean {
  return locked.source !== "registry" && !isFolder(locked);
}

function replacedInDocument({ overrides }: PnpmDocument): IsReplaced {
  return replacedIn(
    overrides.map(({ key, value }) => {
      const { name } = overrideTarget("pnpm.overrides", key);
      return { field: "pnpm.overrides", keys: [key], name, raw: value ?? "", specifier: parseSpecifier(name, value) };
    }),
  );
}
