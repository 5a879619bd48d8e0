import { readCatalogs } from "../documents/catalogs.ts";
import type { ConfigKind } from "../documents/config/index.ts";
import type { ConfigTree } from "../documents/config/tree.ts";
import type { CatalogEntry, LockfileFormat } from "../model.ts";
import type { Document } from "./document-store.ts";

export interface CatalogPlace {
  readonly uri: string;
  readonly entry: CatalogEntry;
}

/** What `catalog:` stands for in a project; null where no catalog of that name has the package. */
export type Catalogs = (catalog: string, name: string) => CatalogPlace | null;

/** The file that each package manager keeps its catalogs in; npm and Yarn 1 have none. */
const HOMES: Readonly<Record<LockfileFormat, ConfigKind | "package-json" | null>> = {
  npm: null,
  "yarn-classic": null,
  "yarn-berry": "yarnrc",
  pnpm: "pnpm-workspace",
  bun: "package-json",
};

/** Of the package manager whose lockfile is there; without one, of any. */
export function catalogsOf(
  configs: readonly Pick<Document<ConfigTree>, "uri" | "kind" | "model">[],
  formats: readonly LockfileFormat[],
): Catalogs {
  const homes = new Set<Document<unknown>["kind"] | null>(formats.map((format) => HOMES[format]));
  const places = new Map<string, CatalogPlace>();
  for (const { uri, kind, model } of configs) {
    if (homes.size > 0 && !homes.has(kind)) continue;
    for (const entry of readCatalogs(model.root)) places.set(keyOf(entry.catalog, entry.name), { uri, entry });
  }
  return (catalog, name) => places.get(keyOf(catalog, name)) ?? null;
}

function keyOf(catalog: string, name: string): string {
  return `${catalog} ${name}`;
}
