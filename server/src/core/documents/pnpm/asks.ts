import type { LockedPackage } from "../../model.ts";
import { isSuspect, namesReplaced, SUSPECT_STRIDE, withAsked, type Ask, type IsReplaced } from "../instead-of.ts";
import { overrideTarget } from "../override-key.ts";
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
        if (known === undefined) asks.set(locked.id, [{ alias, raw }]);
        else known.push({ alias, raw });
      }
    }
    const isReplaced = replacedIn(store.document);
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

function replacedIn({ overrides }: PnpmDocument): IsReplaced {
  const names = namesReplaced(
    overrides.map(({ key, value }) => {
      const { name } = overrideTarget("pnpm.overrides", key);
      return { name, specifier: parseSpecifier(name, value) };
    }),
  );
  return (alias) => names.has(alias);
}
