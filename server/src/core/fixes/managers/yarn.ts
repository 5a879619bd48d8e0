/** Yarn: `resolutions` in the root manifest, flat. */
import { descriptorsOf, nameOf } from "../held.ts";
import type { Held, Hold } from "../held.ts";
import { entriesBy, flatAt } from "./manner.ts";
import type { AddOverrides } from "./manner.ts";

export const addToYarnClassic: AddOverrides = (addition) =>
  flatAt(addition, ["resolutions"], entriesBy(addition, paths));

export const addToYarnBerry: AddOverrides = (addition) =>
  flatAt(
    addition,
    ["resolutions"],
    entriesBy(addition, (hold) => descriptors(addition.held, hold)),
  );

/**
 * Yarn 1 knows no ranges in resolutions, but paths: those of every package that takes this version.
 * https://classic.yarnpkg.com/lang/en/docs/selective-version-resolutions/
 */
function paths({ alias, isSelective, parents }: Hold): readonly string[] {
  return isSelective && parents.length > 0
    ? [...new Set(parents.map(({ locked }) => `**/${locked.alias}/${alias}`))].sort()
    : [alias];
}

/** Berry takes a resolution of one descriptor: every descriptor that is locked to the version. https://yarnpkg.com/configuration/manifest#resolutions */
function descriptors({ places }: Held, { alias, isSelective }: Hold): readonly string[] {
  const own = places.flatMap(({ key }) => descriptorsOf(key)).filter((descriptor) => nameOf(descriptor) === alias);
  return isSelective && own.length > 0 ? [...new Set(own)] : [alias];
}
