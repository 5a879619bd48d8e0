/** Bun: `overrides` of the root manifest, or `resolutions` where those are in use. */
import { isTakenElsewhere } from "../elsewhere.ts";
import { parentsOf } from "../below.ts";
import type { AliasDependents } from "../../dependents.ts";
import { npmOverride } from "../npm-override.ts";
import { applyEdits, smallestEdit } from "../../../edits/text-edit.ts";
import { entriesBy, flatAt, manifestAt, valueOf } from "./addition.ts";
import type { AddOverrides, Addition } from "./addition.ts";

/**
 * Bun goes by the package's own name only, and ignores one for another that an alias stands for (1.4.4). From 1.4 on
 * an override may hold below one package, which goes by its real name.
 */
export const addToBun: AddOverrides = (addition) => {
  const { texts, location, dependents, aliases, wanted } = addition;
  if (aliases.some(({ alias }) => alias !== wanted.name)) return null;
  const isBelow = ({ isSelective, parents }: AliasDependents): boolean =>
    isSelective && !location.isFlat && parents.length > 0;
  if (aliases.some((entry) => !isBelow(entry) && isTakenElsewhere(texts, entry.alias))) return null;
  if (location.fields[0] === "overrides") return nested(addition, isBelow);
  return flatAt(
    addition,
    [location.fields[0]],
    entriesBy(addition, (entry) =>
      isBelow(entry) ? parentsOf(dependents, entry).map((parent) => `${parent}/${entry.alias}`) : [entry.alias],
    ),
  );
};

/** In npm's form, which npm reads too. */
function nested(addition: Addition, isBelow: (entry: AliasDependents) => boolean) {
  const root = manifestAt(addition);
  if (root === null) return null;
  const { aliases, wanted } = addition;
  let text = root.text;
  for (const entry of aliases) {
    const { alias, parents } = entry;
    const places = isBelow(entry) ? parents.map(({ locked: { name, version } }) => ({ alias: name, version })) : [null];
    for (const below of places) {
      const added = npmOverride(text, {
        alias,
        from: wanted.from,
        value: valueOf(entry, wanted),
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
