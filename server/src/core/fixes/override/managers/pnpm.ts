/** pnpm: `overrides` of the workspace file, or `pnpm.overrides` of the root manifest, flat, with the packages above in their keys. */
import { smallestEdit } from "../../../edits/text-edit.ts";
import { isTakenElsewhere } from "../elsewhere.ts";
import { parentsOf } from "../below.ts";
import type { AliasDependents } from "../../dependents.ts";
import { configOf } from "../../project-texts.ts";
import type { FileEdit } from "../../project-texts.ts";
import { setAllInYaml } from "../../../edits/yaml-edit.ts";
import { entriesBy, flatAt, manifestAt } from "./addition.ts";
import type { AddOverrides, Addition, Entries } from "./addition.ts";

export const addToPnpm: AddOverrides = (addition) => {
  const { texts, dependents, aliases } = addition;
  // By its name alone it would be taken from the project's own too.
  if (aliases.some(({ alias, parents }) => parents.length === 0 && isTakenElsewhere(texts, alias))) return null;
  const entries = entriesBy(addition, (entry) => chains(dependents, entry));
  return manifestAt(addition) === null ? inFile(addition, entries) : flatAt(addition, ["pnpm", "overrides"], entries);
};

/**
 * Below each package that takes this version: pnpm goes by real names there, and would take `name@1.0.1` for every range
 * that meets it (@pnpm/hooks.read-package-hook, createVersionsOverrider.ts).
 */
function chains(dependents: Addition["dependents"], entry: AliasDependents): readonly string[] {
  const { alias, isSelective, parents } = entry;
  return isSelective && parents.length > 0
    ? parentsOf(dependents, entry).map((parent) => `${parent}>${alias}`)
    : [alias];
}

function inFile({ texts, location }: Addition, entries: Entries): readonly FileEdit[] | null {
  const file = configOf(texts, "pnpm-workspace");
  if (file === null) return null;
  const text = setAllInYaml(file.text ?? location.start, ["overrides"], entries);
  if (text === null) return null;
  const edit = smallestEdit(file.text ?? "", text);
  return edit === null ? [] : [{ ...edit, uri: file.uri }];
}
