/** Bun: `overrides` of the root manifest, or `resolutions` where those are in use. */
import { isTakenElsewhere } from "../elsewhere.ts";
import { parentsOf } from "../below.ts";
import type { Hold } from "../held.ts";
import { npmOverride } from "../npm-override.ts";
import { applyEdits, smallestEdit } from "../edit.ts";
import { entriesBy, flatAt, manifestAt, valueOf } from "./manner.ts";
import type { AddOverrides, Addition } from "./manner.ts";

/**
 * Bun goes by the package's own name only, and passes over one for another that an alias stands for (1.4.4). From 1.4 on
 * an override may hold below one package, which goes by its real name.
 */
export const addToBun: AddOverrides = (addition) => {
  const { texts, home, held, holds, wanted } = addition;
  if (holds.some(({ alias }) => alias !== wanted.name)) return null;
  const isBelow = ({ isSelective, parents }: Hold): boolean => isSelective && !home.isFlat && parents.length > 0;
  if (holds.some((hold) => !isBelow(hold) && isTakenElsewhere(texts, hold.alias))) return null;
  if (home.fields[0] === "overrides") return nested(addition, isBelow);
  return flatAt(
    addition,
    [home.fields[0]],
    entriesBy(addition, (hold) =>
      isBelow(hold) ? parentsOf(held, hold).map((parent) => `${parent}/${hold.alias}`) : [hold.alias],
    ),
  );
};

/** In npm's form, which npm reads too. */
function nested(addition: Addition, isBelow: (hold: Hold) => boolean) {
  const root = manifestAt(addition);
  if (root === null) return null;
  const { holds, wanted } = addition;
  let text = root.text;
  for (const hold of holds) {
    const { alias, parents } = hold;
    const places = isBelow(hold) ? parents.map(({ locked: { name, version } }) => ({ alias: name, version })) : [null];
    for (const below of places) {
      const added = npmOverride(text, {
        alias,
        from: wanted.from,
        value: valueOf(hold, wanted),
        isSelective: below !== null,
        below,
      });
      if (added.length === 0) return null;
      text = applyEdits(text, added);
    }
  }
  const edit = smallestEdit(root.text, text);
  return edit === null ? [] : [{ ...edit, uri: root.uri }];
}
