/** What fixes of a project's policy go by. */
import { readManifestConfig } from "../documents/config/json.ts";
import type { Lockfile } from "../model.ts";
import { WORKSPACE_MANIFEST } from "../config/sources.ts";
import type { PolicyFile } from "../config/layers.ts";
import type { ProjectTexts } from "./project-texts.ts";

export interface PolicyTexts {
  readonly texts: ProjectTexts;
  readonly lockfiles: readonly Pick<Lockfile, "format" | "formatVersion">[];
  /** What the person and the environment say. */
  readonly personal: readonly PolicyFile[];
}

/** The project's own policy files as they stand now. */
export function ownPolicy({ root, configs, manifests }: ProjectTexts): readonly PolicyFile[] {
  return [
    ...configs.map(({ kind, tree }) => ({ kind, model: tree })),
    ...(root === null ? [] : [{ kind: "package-json", model: readManifestConfig(root.text) }]),
    ...manifests
      .filter(({ uri }) => uri !== root?.uri)
      .map(({ text }) => ({ kind: WORKSPACE_MANIFEST, model: readManifestConfig(text) })),
  ];
}
