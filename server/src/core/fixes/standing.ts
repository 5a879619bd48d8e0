/** The overrides that a project has already. */
import { mapAt } from "../documents/config/tree.ts";
import { overrideTarget } from "../documents/override-key.ts";
import { resolveReferences } from "../documents/overrides.ts";
import { parseSpecifier } from "../documents/specifier.ts";
import type { Catalogs } from "../engine/catalogs.ts";
import type { DeclaredOverride, LockfileFormat } from "../model.ts";
import type { Home } from "./homes.ts";
import { pinEntry } from "./pin.ts";
import type { Pin } from "./pin.ts";
import { catalogsIn, configOf, rootOf } from "./texts.ts";
import type { FileEdit, ProjectTexts } from "./texts.ts";

export interface Standing {
  /** The file that its value stands in. */
  readonly uri: string;
  /** With the value of the catalog's entry, where it refers to one. */
  readonly override: DeclaredOverride;
  /** Its value may be replaced as it stands. */
  readonly isReplaceable: boolean;
  /** Where the package manager reads it from; null where it does not go by it. */
  readonly home: Home | null;
}

/**
 * Every override in the project's files.
 * @param format of the lockfile that this is about; null where there is none
 */
export function standingIn(
  texts: ProjectTexts,
  format: LockfileFormat | null,
  homes: readonly Home[],
): readonly Standing[] {
  const homeOf = (uri: string, field: DeclaredOverride["field"]): Home | null =>
    homes.find((home) => home.uri === uri && home.fields.includes(field)) ?? null;
  const own = texts.manifests.flatMap(({ uri, model }) =>
    model.overrides.map((override): Standing => ({
      uri,
      override,
      isReplaceable: true,
      home: homeOf(uri, override.field),
    })),
  );
  const inFile = format === null || format === "pnpm" ? inWorkspaceFile(texts, homeOf) : [];
  const catalogs = catalogsIn(texts);
  return [...own, ...inFile].map((standing) => throughCatalog(standing, catalogs));
}

function inWorkspaceFile(
  texts: ProjectTexts,
  homeOf: (uri: string, field: DeclaredOverride["field"]) => Home | null,
): readonly Standing[] {
  const file = configOf(texts, "pnpm-workspace");
  if (file === null) return [];
  const dependencies = rootOf(texts)?.model.dependencies ?? [];
  return [...mapAt(file.tree.root, "overrides").entries.values()].flatMap(
    ({ key, keySpan, value }): readonly Standing[] => {
      if (value.kind !== "scalar" || value.text === "" || value.text === "-") return [];
      const { name } = overrideTarget("pnpm.overrides", key);
      const override: DeclaredOverride = {
        field: "pnpm.overrides",
        keys: [key],
        name,
        raw: value.text,
        specifier: parseSpecifier(name, value.text),
        nameSpan: keySpan,
        specSpan: value.span,
      };
      return resolveReferences([override], dependencies).map((each) => ({
        uri: file.uri,
        override: each,
        isReplaceable: value.isReplaceable,
        home: homeOf(file.uri, "pnpm.overrides"),
      }));
    },
  );
}

/** What refers to a catalog is set there, as a dependency that does is. */
function throughCatalog(standing: Standing, catalogs: Catalogs): Standing {
  const { override } = standing;
  const place = override.specifier.source === "catalog" ? catalogs(override.specifier.catalog, override.name) : null;
  if (place === null) return standing;
  const { raw, specifier, specSpan, isReplaceable } = place.entry;
  return { ...standing, uri: place.uri, isReplaceable, override: { ...override, raw, specifier, specSpan } };
}

/** Sets those that would give the version that is to go. */
export function pinStanding({ uri, override, isReplaceable }: Standing, wanted: Pin): readonly FileEdit[] {
  return isReplaceable ? pinEntry(override, wanted).map((edit) => ({ ...edit, uri })) : [];
}
