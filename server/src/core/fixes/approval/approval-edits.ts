import { readManifestConfig } from "../../documents/config/json.ts";
import { entryAt, scalarAt } from "../../documents/config/tree.ts";
import { splitKey } from "../../policy/approvals/index.ts";
import { layersOf } from "../../config/layers.ts";
import type { ApprovalPlace } from "./approval-place.ts";
import type { Edit } from "../../edits/text-edit.ts";
import { addToJsonList, setAllInJson, setInJson } from "../../edits/json-edit.ts";
import { approveInPnpm, denyInPnpm } from "./pnpm-approval.ts";
import type { FileEdit, ManifestText } from "../project-texts.ts";

/** Of one version, or of all (null). Empty where the manager has no way to say so. */
export function approve(place: ApprovalPlace, name: string, version: string | null): readonly FileEdit[] {
  const { root, manager } = place;
  const key = version === null ? name : `${name}@${version}`;
  switch (manager?.kind) {
    case "pnpm":
      return approveInPnpm(place, name, version);
    case "yarn-berry":
      return inRoot(root, setInJson(root.text, ["dependenciesMeta", key, "built"], true));
    case "bun":
      return version === null ? inRoot(root, addToJsonList(root.text, ["trustedDependencies"], name)) : [];
    case "yarn-classic":
      return [];
    case "npm":
    case undefined:
      return hasListInNpmrc(place) ? [] : inRoot(root, setInJson(root.text, ["allowScripts", key], true));
  }
}

/** Of every version. Bun knows no denials. */
export function deny(place: ApprovalPlace, name: string): readonly FileEdit[] {
  const { root, manager } = place;
  switch (manager?.kind) {
    case "pnpm":
      return denyInPnpm(place, name);
    case "yarn-berry":
      return inRoot(root, denyInYarn(root.text, name));
    case "bun":
    case "yarn-classic":
      return [];
    case "npm":
    case undefined:
      return hasListInNpmrc(place) ? [] : inRoot(root, setInJson(root.text, ["allowScripts", name], false));
  }
}

/** What is said of one version holds over what is said of the name, so that is denied too. */
function denyInYarn(text: string, name: string): Edit | null {
  const metas = entryAt(readManifestConfig(text).root, "dependenciesMeta")?.value;
  const others =
    metas?.kind !== "map"
      ? []
      : [...metas.entries.values()].filter(
          ({ key, value }) =>
            splitKey(key).name === name &&
            key !== name &&
            value.kind === "map" &&
            scalarAt(value, "built")?.value === true,
        );
  return setAllInJson(
    text,
    [name, ...others.map(({ key }) => key)].map((key) => [["dependenciesMeta", key, "built"], false]),
  );
}

/** A list in the manifest would hide the one in `.npmrc`, with all that it approves. */
function hasListInNpmrc({ texts, root, personal }: ApprovalPlace): boolean {
  if (readManifestConfig(root.text).root.entries.has("allowScripts")) return false;
  const files = [...texts.configs.map(({ kind, tree }) => ({ kind, model: tree })), ...personal];
  return layersOf(files, "npmrc").some(({ settings }) => settings.entries.has("allow-scripts"));
}

function inRoot({ uri }: ManifestText, edit: Edit | null): readonly FileEdit[] {
  return edit === null ? [] : [{ ...edit, uri }];
}
