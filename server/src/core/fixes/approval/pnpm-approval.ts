import { gte, lt } from "semver";
import { readManifestConfig } from "../../documents/config/json.ts";
import { EMPTY_MAP, entryAt } from "../../documents/config/tree.ts";
import type { ConfigMap } from "../../documents/config/tree.ts";
import { FIRST_WITH_ALLOW_BUILDS, FIRST_WITH_ALLOW_BUILDS_ONLY, splitKey } from "../../policy/approvals/index.ts";
import { FIRST_WITH_WORKSPACE_SETTINGS } from "../../config/sources.ts";
import type { ApprovalPlace } from "./approval-place.ts";
import { applyEdits, smallestEdit } from "../../edits/text-edit.ts";
import type { Edit } from "../../edits/text-edit.ts";
import { addToJsonList, setAllInJson } from "../../edits/json-edit.ts";
import { configOf } from "../project-texts.ts";
import type { ConfigText, FileEdit, ManifestText } from "../project-texts.ts";
import { setInYaml } from "../../edits/yaml-edit.ts";
import { addToYamlList } from "../../edits/yaml-list.ts";

const MAP = "allowBuilds";
const ONLY = "onlyBuiltDependencies";
const NEVER = "neverBuiltDependencies";
const IGNORED = "ignoredBuiltDependencies";

/** In `allowBuilds`, else in `onlyBuiltDependencies`; `version` is null for every version. */
export function approveInPnpm(place: ApprovalPlace, name: string, version: string | null): readonly FileEdit[] {
  const key = version === null ? name : `${name}@${version}`;
  const file = fileOf(place);
  if (file === null) return [];
  if (usesMap(place, file)) return decideOpen(file, name, key) ?? file.decide([key], true);
  // Without a list of those that may run, pnpm 9 runs all: a list would be the end of that.
  return runsAll(place) && !file.settings.entries.has(ONLY) ? [] : file.add(ONLY, key);
}

/** In `allowBuilds`, together with what is approved there of single versions; else in the list that there is for it. */
export function denyInPnpm(place: ApprovalPlace, name: string): readonly FileEdit[] {
  const file = fileOf(place);
  if (file === null) return [];
  if (!usesMap(place, file))
    return file.add(runsAll(place) || file.settings.entries.has(NEVER) ? NEVER : IGNORED, name);
  const map = entryAt(file.settings, MAP)?.value;
  const approved =
    map?.kind !== "map"
      ? []
      : [...map.entries.values()].filter(
          ({ key, value }) =>
            key !== name && splitKey(key).name === name && value.kind === "scalar" && value.value === true,
        );
  return file.decide([name, ...approved.map(({ key }) => key)], false);
}

/** Where pnpm's decisions are written. */
interface PnpmFile {
  readonly settings: ConfigMap;
  readonly uri: string;
  readonly text: string;
  /** Sets keys of `allowBuilds`. */
  decide(keys: readonly string[], isAllowed: boolean): readonly FileEdit[];
  /** Adds to one of the lists. */
  add(list: string, item: string): readonly FileEdit[];
}

/** `pnpm-workspace.yaml`, unless pnpm reads the manifest and decisions stand there, or it reads nothing else yet. */
function fileOf({ texts, root, manager }: ApprovalPlace): PnpmFile | null {
  const version = manager?.version ?? null;
  const stated = entryAt(readManifestConfig(root.text).root, "pnpm")?.value;
  const settings = stated?.kind === "map" ? stated : EMPTY_MAP;
  const isRead = version === null || lt(version, FIRST_WITH_ALLOW_BUILDS_ONLY);
  const isOnly = version !== null && lt(version, FIRST_WITH_WORKSPACE_SETTINGS);
  if (isOnly || (isRead && [MAP, ONLY, NEVER, IGNORED].some((key) => settings.entries.has(key))))
    return inManifest(root, settings);
  const workspace = configOf(texts, "pnpm-workspace");
  return workspace === null ? null : inWorkspaceFile(workspace);
}

function inManifest({ uri, text }: ManifestText, settings: ConfigMap): PnpmFile {
  return {
    settings,
    uri,
    text,
    decide: (keys, isAllowed) =>
      located(
        uri,
        setAllInJson(
          text,
          keys.map((key) => [["pnpm", MAP, key], isAllowed]),
        ),
      ),
    add: (list, item) => located(uri, addToJsonList(text, ["pnpm", list], item)),
  };
}

function inWorkspaceFile({ uri, text: present, tree }: ConfigText): PnpmFile {
  const text = present ?? "";
  return {
    settings: tree.root,
    uri,
    text,
    decide: (keys, isAllowed) => {
      let after = text;
      for (const key of keys) {
        const edits = setInYaml(after, [MAP, key], isAllowed);
        if (edits === null) return [];
        after = applyEdits(after, edits);
      }
      return located(uri, smallestEdit(text, after));
    },
    add: (list, item) => (addToYamlList(text, list, item) ?? []).map((edit) => ({ ...edit, uri })),
  };
}

function located(uri: string, edit: Edit | null): readonly FileEdit[] {
  return edit === null ? [] : [{ ...edit, uri }];
}

/** The one way from pnpm 11 on; before that where it is in use already. Where the version is not known, unless lists are in use. */
function usesMap({ manager }: ApprovalPlace, { settings }: PnpmFile): boolean {
  const version = manager?.version ?? null;
  if (version !== null && gte(version, FIRST_WITH_ALLOW_BUILDS_ONLY)) return true;
  if (settings.entries.has(MAP)) return version === null || gte(version, FIRST_WITH_ALLOW_BUILDS);
  return version === null && ![ONLY, NEVER, IGNORED].some((key) => settings.entries.has(key));
}

/** pnpm 9 and older. */
function runsAll({ manager }: ApprovalPlace): boolean {
  const version = manager?.version ?? null;
  return version !== null && lt(version, "10.0.0");
}

/** pnpm itself adds `name: set this to true or false`: that entry is made into the decision. */
function decideOpen({ settings, uri, text }: PnpmFile, name: string, key: string): readonly FileEdit[] | null {
  const entry = entryAt(settings, MAP, name);
  const value = entry?.value;
  if (entry === null || value?.kind !== "scalar" || typeof value.value !== "string" || !value.isReplaceable)
    return null;
  const quote =
    /["']/.test(text.charAt(value.span.end)) && text.charAt(value.span.start - 1) === text.charAt(value.span.end)
      ? 1
      : 0;
  return [
    { uri, span: entry.keySpan, newText: key },
    { uri, span: { start: value.span.start - quote, end: value.span.end + quote }, newText: "true" },
  ];
}
