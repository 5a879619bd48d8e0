/** Yarn: `resolutions` in the root manifest, flat. */
import { descriptorsOf, nameOf } from "../../dependents.ts";
import type { Dependents, AliasDependents } from "../../dependents.ts";
import { entriesBy, flatAt } from "./addition.ts";
import type { AddOverrides } from "./addition.ts";

export const addToYarnClassic: AddOverrides = (addition) =>
  flatAt(addition, ["resolutions"], entriesBy(addition, paths));

export const addToYarnBerry: AddOverrides = (addition) => {
  const byName = descriptorsByName(addition.dependents);
  return flatAt(
    addition,
    ["resolutions"],
    entriesBy(addition, ({ alias, isSelective }) => (isSelective ? [...(byName.get(alias) ?? [alias])] : [alias])),
  );
};

/**
 * Yarn 1 knows no ranges in resolutions, but paths: those of every package that takes this version.
 * https://classic.yarnpkg.com/lang/en/docs/selective-version-resolutions/
 */
function paths({ alias, isSelective, parents }: AliasDependents): readonly string[] {
  return isSelective && parents.length > 0
    ? [...new Set(parents.map(({ locked }) => `**/${locked.alias}/${alias}`))].sort()
    : [alias];
}

/** Berry takes a resolution of one descriptor: every descriptor that is locked to the version. https://yarnpkg.com/configuration/manifest#resolutions */
function descriptorsByName({ places }: Dependents): ReadonlyMap<string, ReadonlySet<string>> {
  const byName = new Map<string, Set<string>>();
  for (const descriptor of places.flatMap(({ key }) => descriptorsOf(key))) {
    const own = byName.get(nameOf(descriptor)) ?? new Set();
    byName.set(nameOf(descriptor), own.add(descriptor));
  }
  return byName;
}
