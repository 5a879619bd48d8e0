import { satisfies } from "semver";
import { setInJson } from "./json-edit.ts";
import type { Pin } from "./pin.ts";
import { takes } from "./pin.ts";
import type { FileEdit, ProjectTexts } from "./texts.ts";

/**
 * What is installed only because a manifest of the project has it as a peer is chosen by a development dependency beside
 * that: the peer's range is for others, and npm refuses an override of it.
 */
export function addBesidePeer({ manifests }: ProjectTexts, wanted: Pin): readonly FileEdit[] {
  const { name, from, to } = wanted;
  return manifests.flatMap(({ uri, text, model }): readonly FileEdit[] => {
    const own = model.dependencies.filter(({ alias }) => alias === name);
    const [peer] = own;
    if (peer?.section !== "peerDependencies" || own.length > 1 || model.problems.length > 0 || !takes(peer.specifier, name, from)) return [];
    if (peer.specifier.tag || !satisfies(to, peer.specifier.range)) return [];
    const edit = setInJson(text, ["devDependencies", name], to);
    return edit === null ? [] : [{ ...edit, uri }];
  });
}
