import type { LockedPackage } from "../../model.ts";
import { isSuspect, SUSPECT_STRIDE, withAsked, type Ask, type IsReplaced } from "../instead-of.ts";
import { overrideTarget } from "../override-key.ts";
import { replacedIn } from "../replacements.ts";
import { PASS_STRIDE, type Work } from "../slices.ts";
import { parseSpecifier } from "../specifier.ts";
import type { PnpmDocument } from "./document.ts";
import { targetOf, type Store } from "./store.ts";

/**
 * Puts packages that stand where an importer asks for another in their places in `packages`. What packages ask of each
 * other the lockfile does not say, only what that came to.
 */
export function* markStandIns(stores: readonly Store[], packages: LockedPackage[]): Work<void> {
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
        const ask: Ask = { alias, raw, by: "package", isBelow: null };
        if (known === undefined) asks.set(locked.id, [ask]);
        else known.push(ask);
      }
    }
    const isReplaced = replacedInDocument(store.document);
    let seen = 0;
    for (const [id, found] of asks) {
      const locked = packages[id];
      if (locked !== undefined && !isFolder(locked)) packages[id] = withAsked(locked, found, isReplaced);
      if (++seen % SUSPECT_STRIDE === 0) yield;
    }
  }
}

/** A workspace that is copied in (`injected`) is a folder, and may be asked for by a range. */
function isFolder({ source, resolved }: LockedPackage): boolean {
  return source === "file" && resolved === null;
}

function replacedInDocument({ overrides }: PnpmDocument): IsReplaced {
  return replacedIn(
    overrides.map(({ key, value }) => {
      const { name } = overrideTarget("pnpm.overrides", key);
      return { field: "pnpm.overrides", keys: [key], name, raw: value ?? "", specifier: parseSpecifier(name, value) };
    }),
  );
}
