import type { CatalogEntry } from "../model.ts";
import { mapAt, type ConfigMap } from "./config/tree.ts";
import { parseSpecifier } from "./specifier.ts";

/**
 * The catalogs that a file defines: `catalog` is the default one, `catalogs` holds those with a name.
 * - pnpm, in `pnpm-workspace.yaml`: https://pnpm.io/catalogs. `catalogs.default` is the default one too.
 * - Yarn, in `.yarnrc.yml`: https://yarnpkg.com/features/catalogs
 * - Bun, in the root `package.json`, at its top or under `workspaces`: https://bun.com/docs/pm/catalogs
 */
export function readCatalogs(root: ConfigMap): readonly CatalogEntry[] {
  const homes = [root, mapAt(root, "workspaces")];
  return homes.flatMap((home) => [
    ...entriesOf("", mapAt(home, "catalog")),
    ...[...mapAt(home, "catalogs").entries.values()].flatMap(({ key }) =>
      entriesOf(key === "default" ? "" : key, mapAt(home, "catalogs", key)),
    ),
  ]);
}

function entriesOf(catalog: string, entries: ConfigMap): readonly CatalogEntry[] {
  return [...entries.entries.values()].flatMap(({ key, keySpan, value }): readonly CatalogEntry[] => {
    if (value.kind !== "scalar" || value.text === "") return [];
    const { text: raw, span: specSpan, isReplaceable } = value;
    return [
      { catalog, name: key, raw, specifier: parseSpecifier(key, raw), nameSpan: keySpan, specSpan, isReplaceable },
    ];
  });
}

/** What a specifier asks for, with the catalog's range in place of `catalog:`; null where that is not known. */
export type WithoutCatalog = (alias: string, raw: string | null) => string | null;

/** @param catalogs undefined where they could not be read; what they do not hold may be any version */
export function withoutCatalog(catalogs: readonly CatalogEntry[] | undefined): WithoutCatalog {
  const ranges = new Map(catalogs?.map(({ catalog, name, raw }) => [`${catalog} ${name}`, raw]));
  return (alias, raw) => {
    const specifier = raw?.trimStart().startsWith("catalog:") === true ? parseSpecifier(alias, raw) : null;
    if (specifier?.source !== "catalog") return raw;
    return catalogs === undefined ? null : (ranges.get(`${specifier.catalog} ${alias}`) ?? "*");
  };
}
