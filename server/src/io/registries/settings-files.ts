/** The files that a package manager reads its configuration of registries from. */
import type { ConfigKind } from "../../core/documents/config/index.ts";
import { FIRST_WITHOUT_NPMRC, isReadBy, settingsSources, type SettingsPlaces } from "../../core/config/sources.ts";
import type { Manager } from "../../core/project/manager.ts";
import { pathOf, uriOf } from "../uri.ts";
import type { Author } from "./address.ts";
import type { RegistryScope } from "./registry-scope.ts";

export interface SettingsFile {
  readonly kind: ConfigKind;
  readonly path: string;
  readonly author: Author;
}

/** Nearest first; they need not exist. A version of pnpm that is not stated is taken for a new one. */
export function settingsFiles(
  { kind, version }: Manager,
  project: Pick<RegistryScope, "own" | "root"> | null,
  places: SettingsPlaces,
): readonly SettingsFile[] {
  const folders = project === null ? null : { root: uriOf(project.root), own: uriOf(project.own) };
  const read = kind === "pnpm" ? (version ?? FIRST_WITHOUT_NPMRC) : version;
  return settingsSources(kind, folders, places)
    .filter(({ reader }) => isReadBy(reader, read))
    .flatMap(({ kind: file, uri, author }) => {
      const path = pathOf(uri);
      return path === null ? [] : [{ kind: file, path, author: author === "person" ? "person" : "project" } as const];
    });
}
