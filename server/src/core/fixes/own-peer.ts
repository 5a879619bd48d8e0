import { satisfies } from "semver";
import { setInJson } from "../edits/json-edit.ts";
import type { Pin } from "./pin.ts";
import { takes } from "./pin.ts";
import { catalogsIn } from "./project-texts.ts";
import type { FileEdit, ProjectTexts } from "./project-texts.ts";

/**
 * What is installed only because a manifest of the project has it as a peer is chosen by a development dependency beside
 * that: the peer's range is for others, and npm refuses an override of it.
 */
export function addBesidePeer(texts: ProjectTexts, wanted: Pin): readonly FileEdit[] {
  const catalogs = catalogsIn(texts);
  const { name, from, to } = wanted;
  return texts.manifests.flatMap(({ uri, text, model }): readonly FileEdit[] => {
    const own = model.dependencies.filter(({ alias }) => alias === name);
    const [peer] = own;
    if (peer?.section !== "peerDependencies" || own.length > 1 || model.problems.length > 0) return [];
    // A catalog's entry is for others too: those that it is pinned for do not come here.
    const specifier =
      peer.specifier.source === "catalog"
        ? (catalogs(peer.specifier.catalog, name)?.entry.specifier ?? peer.specifier)
        : peer.specifier;
    if (!takes(specifier, name, from) || specifier.tag || !satisfies(to, specifier.range)) return [];
    const edit = setInJson(text, ["devDependencies", name], to);
    return edit === null ? [] : [{ ...edit, uri }];
  });
}
