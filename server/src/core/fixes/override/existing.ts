/** The overrides that a project has already. */
import { readWorkspaceOverrides } from "../../documents/workspace-overrides.ts";
import type { Catalogs } from "../../project/catalogs.ts";
import type { DeclaredOverride, LockfileFormat } from "../../model.ts";
import type { OverrideLocation } from "./locations.ts";
import { pinEntry } from "../pin.ts";
import type { Pin, PinEdit } from "../pin.ts";
import { catalogsIn, configOf, rootOf } from "../project-texts.ts";
import type { FileEdit, ProjectTexts } from "../project-texts.ts";

export interface ExistingOverride {
  /** The file that its value stands in. */
  readonly uri: string;
  /** With the value of the catalog's entry, where it refers to one. */
  readonly override: DeclaredOverride;
  /** Its value may be replaced as it stands. */
  readonly isReplaceable: boolean;
  /** Where the package manager reads it from; null where it does not go by it. */
  readonly location: OverrideLocation | null;
}

/**
 * Every override in the project's files.
 * @param format of the lockfile that this is about; null where there is none
 */
export function existingOverrides(
  texts: ProjectTexts,
  format: LockfileFormat | null,
  locations: readonly OverrideLocation[],
): readonly ExistingOverride[] {
  const locationOf = (uri: string, field: DeclaredOverride["field"]): OverrideLocation | null =>
    locations.find((location) => location.uri === uri && location.fields.includes(field)) ?? null;
  const own = texts.manifests.flatMap(({ uri, model }) =>
    model.overrides.map((override): ExistingOverride => ({
      uri,
      override,
      isReplaceable: true,
      location: locationOf(uri, override.field),
    })),
  );
  const inFile = format === null || format === "pnpm" ? inWorkspaceFile(texts, locationOf) : [];
  const catalogs = catalogsIn(texts);
  return [...own, ...inFile].map((existing) => throughCatalog(existing, catalogs));
}

function inWorkspaceFile(
  texts: ProjectTexts,
  locationOf: (uri: string, field: DeclaredOverride["field"]) => OverrideLocation | null,
): readonly ExistingOverride[] {
  const file = configOf(texts, "pnpm-workspace");
  if (file === null) return [];
  return readWorkspaceOverrides(file.tree.root, rootOf(texts)?.model.dependencies ?? []).map((each) => ({
    ...each,
    uri: file.uri,
    location: locationOf(file.uri, "pnpm.overrides"),
  }));
}

/** What refers to a catalog is set there, as a dependency that does is. */
function throughCatalog(existing: ExistingOverride, catalogs: Catalogs): ExistingOverride {
  const { override } = existing;
  const place = override.specifier.source === "catalog" ? catalogs(override.specifier.catalog, override.name) : null;
  if (place === null) return existing;
  const { raw, specifier, specSpan, isReplaceable } = place.entry;
  return { ...existing, uri: place.uri, isReplaceable, override: { ...override, raw, specifier, specSpan } };
}

/** Sets those that would give the version that is to go. */
export function pinExisting(
  { uri, override, isReplaceable }: ExistingOverride,
  wanted: Pin,
): readonly (FileEdit & PinEdit)[] {
  return isReplaceable ? pinEntry(override, wanted).map((edit) => ({ ...edit, uri })) : [];
}
