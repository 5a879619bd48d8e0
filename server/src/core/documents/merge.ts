/** Two readings of one text, put together. */
import type { DocumentProblem, Importer, ImporterDependency, LockedPackage, Lockfile } from "../model.ts";
import { addBrought, putBrought, type Brings } from "./substitution.ts";
import type { Span } from "../util/text.ts";
import { PASS_STRIDE, type Task } from "../task.ts";

/**
 * Two readings of one text as one lockfile that holds the packages of both. Where both hold the same package, the first
 * one's fields hold.
 * @param placeOf what two packages have in common that are the same
 */
export function* mergeLockfiles(
  ours: Lockfile,
  theirs: Lockfile,
  placeOf: (locked: LockedPackage, side: Lockfile) => string | number,
  problems: readonly DocumentProblem[],
): Task<Lockfile> {
  const packages: LockedPackage[] = [];
  const brings: Brings = new Map();
  const byPlace = new Map<string | number, number>();
  const sides = [ours, theirs].map((side) => ({ side, toMerged: new Int32Array(side.packages.length) }));
  /** A package's id in the merged lockfile → its id on a side. */
  const fromSide = sides.map(() => new Map<number, number>());
  for (const [which, { side, toMerged }] of sides.entries()) {
    for (const locked of side.packages) {
      const place = placeOf(locked, side);
      const id = byPlace.get(place) ?? packages.length;
      if (id === packages.length) {
        packages.push({ ...locked, id });
        byPlace.set(place, id);
      } else if (locked.brings !== undefined) addBrought(brings, id, locked.brings);
      toMerged[locked.id] = id;
      fromSide[which]?.set(id, locked.id);
      if (locked.id % PASS_STRIDE === 0) yield;
    }
  }
  putBrought(brings, packages);
  // What is a dependency proper on either side may be what is installed in the end.
  const isPeer = (id: number, target: number): boolean => {
    const told = sides.flatMap(({ side }, which) => {
      const [own, ownTarget] = [fromSide[which]?.get(id), fromSide[which]?.get(target)];
      return own === undefined || ownTarget === undefined || !side.dependenciesOf(own).includes(ownTarget)
        ? []
        : [side.isPeer?.(own, ownTarget) === true];
    });
    return told.length > 0 && told.every(Boolean);
  };
  const aliasesBetween = (id: number, target: number): readonly string[] => [
    ...new Set(
      sides.flatMap(({ side }, which) => {
        const [own, ownTarget] = [fromSide[which]?.get(id), fromSide[which]?.get(target)];
        return own === undefined || ownTarget === undefined ? [] : (side.aliasesBetween?.(own, ownTarget) ?? []);
      }),
    ),
  ];
  return {
    type: "lockfile",
    format: ours.format,
    formatVersion: ours.formatVersion,
    packages,
    importers: mergeImporters(sides),
    ...mergeExtras(ours, theirs),
    dependenciesOf(id) {
      const found = new Set<number>();
      for (const [which, { side, toMerged }] of sides.entries()) {
        const own = fromSide[which]?.get(id);
        if (own === undefined) continue;
        for (const target of side.dependenciesOf(own)) {
          const merged = toMerged[target];
          if (merged !== undefined) found.add(merged);
        }
      }
      return [...found];
    },
    statedBy(id) {
      const all = sides.flatMap(({ side, toMerged }, which) => {
        const own = fromSide[which]?.get(id);
        if (own === undefined) return [];
        const { dependencies, bundled, isHooked } = side.statedBy(own);
        const merged = dependencies.map(({ alias, raw, target }) => ({
          alias,
          raw,
          target: target === null ? null : (toMerged[target] ?? null),
        }));
        return [{ dependencies: merged, bundled, isHooked }];
      });
      return {
        dependencies: all.flatMap(({ dependencies }) => dependencies),
        bundled: [...new Set(all.flatMap(({ bundled }) => bundled))],
        ...(all.some(({ isHooked }) => isHooked === true) ? { isHooked: true } : {}),
      };
    },
    ...(ours.isPeer === undefined ? {} : { isPeer }),
    ...(ours.aliasesBetween === undefined ? {} : { aliasesBetween }),
    leansOnManifests: ours.leansOnManifests || theirs.leansOnManifests,
    ...(ours.mayBeIgnored === true || theirs.mayBeIgnored === true ? { mayBeIgnored: true } : {}),
    problems,
  };
}

function mergeExtras(ours: Lockfile, theirs: Lockfile): Pick<Lockfile, "downloads" | "prebuilt" | "scripted"> {
  const downloads = byPlace(ours.downloads, theirs.downloads, ({ address }) => address ?? "");
  const prebuilt = byPlace(ours.prebuilt, theirs.prebuilt, ({ name, version }) => `${name}@${version}`);
  const scripted = byPlace(ours.scripted, theirs.scripted, ({ name, version }) => `${name}@${version}`);
  return {
    ...(downloads.length === 0 ? {} : { downloads }),
    ...(prebuilt.length === 0 ? {} : { prebuilt }),
    ...(scripted.length === 0 ? {} : { scripted }),
  };
}

/** Those of both sides; what both have in one place, once. */
function byPlace<T extends { readonly span: Span }>(
  ours: readonly T[] = [],
  theirs: readonly T[] = [],
  what: (each: T) => string,
): readonly T[] {
  return [...new Map([...ours, ...theirs].map((each) => [`${each.span.start} ${what(each)}`, each])).values()];
}

function mergeImporters(sides: readonly { readonly side: Lockfile; readonly toMerged: Int32Array }[]): Importer[] {
  const byPath = new Map<string, Map<string, ImporterDependency>>();
  for (const { side, toMerged } of sides) {
    for (const importer of side.importers) {
      const merged = byPath.get(importer.path) ?? new Map<string, ImporterDependency>();
      byPath.set(importer.path, merged);
      for (const { alias, section, target } of importer.dependencies) {
        const id = target === null ? null : (toMerged[target] ?? null);
        merged.set(`${section} ${alias} ${id ?? ""}`, { alias, section, target: id });
      }
    }
  }
  return [...byPath].map(([path, dependencies]) => ({ path, dependencies: [...dependencies.values()] }));
}
