/** npm: `overrides` in the root manifest, nested, with ranges in their keys. */
import { satisfies } from "semver";
import { isTakenElsewhere } from "../elsewhere.ts";
import type { DeclaredDependency } from "../../../model.ts";
import { npmOverride } from "../npm-override.ts";
import { takes } from "../../pin.ts";
import type { Pin } from "../../pin.ts";
import { between, rootOf, withEdits } from "../../project-texts.ts";
import type { FileEdit } from "../../project-texts.ts";
import { manifestAt, valueOf } from "./addition.ts";
import type { AddOverrides } from "./addition.ts";

export const addToNpm: AddOverrides = (addition) => {
  const { texts, aliases, wanted } = addition;
  const root = manifestAt(addition);
  if (root === null) return null;
  const edits: FileEdit[][] = [];
  let current = texts;
  for (const entry of aliases) {
    const { alias, isSelective, parents } = entry;
    const own = root.model.dependencies.filter((dependency) => dependency.alias === alias);
    const pinned = own.find((dependency) => isPinned(dependency, wanted));
    const value = pinned === undefined || pinned.raw === valueOf(entry, wanted) ? valueOf(entry, wanted) : `$${alias}`;
    // npm refuses an override that covers a direct dependency and differs from it (EOVERRIDE). It takes one of any version
    // for what is not of a registry, a workspace's too (@npmcli/arborist, override-set.js).
    const isRefused =
      pinned === undefined &&
      (isTakenElsewhere(texts, alias) ||
        own.some(({ specifier }) => !isSelective || takes(specifier, wanted.name, wanted.from)));
    if (isRefused && parents.length === 0) return null;
    const places = isRefused ? parents.map(({ locked }) => locked) : [null];
    for (const below of places) {
      const text = rootOf(current)?.text ?? "";
      const added = npmOverride(text, { alias, from: wanted.from, value, isSelective, below }).map((edit) => ({
        ...edit,
        uri: root.uri,
      }));
      if (added.length === 0) return null;
      edits.push(added);
      current = withEdits(current, added);
    }
  }
  const [only] = edits;
  return edits.length === 1 && only !== undefined ? only : between(texts, current);
};

function isPinned({ section, specifier }: DeclaredDependency, { name, from, to }: Pin): boolean {
  if (section === "peerDependencies" || specifier.source !== "registry" || specifier.name !== name || specifier.tag)
    return false;
  return satisfies(to, specifier.range) && !takes(specifier, name, from);
}
