/** Everything that a project's files ask for by name, in one shape, wherever it stands. */
import { mapAt } from "../documents/config/tree.ts";
import type { ConfigMap, ConfigTree } from "../documents/config/tree.ts";
import { readPackageExtensions, type PackageExtension } from "../documents/package-extensions.ts";
import { readWorkspaceOverrides } from "../documents/workspace-overrides.ts";
import type {
  DeclaredDependency,
  DeclaredOverride,
  DependencySection,
  LockfileFormat,
  Manifest,
  Specifier,
} from "../model.ts";
import type { Span } from "../util/text.ts";
import { folderOf } from "../util/uri.ts";
import type { CatalogPlace, Catalogs } from "./catalogs.ts";
import type { Document } from "./document-store.ts";
import { inEffect } from "./sections.ts";

/** One package that a file of the project asks for. */
export interface ProjectAsk {
  /** The file that asks. */
  readonly uri: string;
  /** The name that it is installed under. */
  readonly alias: string;
  readonly raw: string;
  /** What a catalog has in the place of `catalog:`; else as written. */
  readonly specifier: Specifier;
  /** Where it stands for an entry of one. */
  readonly catalog: CatalogPlace | null;
  readonly nameSpan: Span;
  readonly specSpan: Span;
  /** The package managers that go by it. */
  readonly readBy: readonly LockfileFormat[];
  readonly by: AskedBy;
}

export type AskedBy =
  | {
      readonly kind: "dependency";
      readonly section: DependencySection;
      readonly isOptionalPeer: boolean;
      /** "" for the root. */
      readonly importer: string;
      /** The package that asks; "" for one without a name. */
      readonly name: string;
    }
  | { readonly kind: "override"; readonly override: DeclaredOverride }
  | { readonly kind: "extension"; readonly extension: PackageExtension };

export type OverrideAsk = ProjectAsk & { readonly by: Extract<AskedBy, { readonly kind: "override" }> };
export type ExtensionAsk = ProjectAsk & { readonly by: Extract<AskedBy, { readonly kind: "extension" }> };
export type DependencyAsk = ProjectAsk & { readonly by: Extract<AskedBy, { readonly kind: "dependency" }> };

export function isOverride(ask: ProjectAsk): ask is OverrideAsk {
  return ask.by.kind === "override";
}

/** Its words, with the catalog's in the place of `catalog:`. */
export function wordsOf({ raw, catalog }: Pick<ProjectAsk, "raw" | "catalog">): string {
  return catalog?.entry.raw ?? raw;
}

/**
 * Who reads each field. Tried: npm 11.19, pnpm 9 to 12, Yarn 1.22 and 4.18, Bun 1.4. pnpm from 11 on reads neither
 * `resolutions` nor `pnpm`.
 */
const OVERRIDE_READERS: Readonly<Record<DeclaredOverride["field"], readonly LockfileFormat[]>> = {
  overrides: ["npm", "bun"],
  resolutions: ["yarn-classic", "yarn-berry", "pnpm", "bun"],
  "pnpm.overrides": ["pnpm"],
};

/** Where `packageExtensions` are read, by the kind of file, and by whom. */
const EXTENSION_HOMES: readonly {
  readonly kind: Document<unknown>["kind"];
  readonly path: readonly string[];
  readonly manager: LockfileFormat;
}[] = [
  { kind: "pnpm-workspace", path: ["packageExtensions"], manager: "pnpm" },
  { kind: "package-json", path: ["pnpm", "packageExtensions"], manager: "pnpm" },
  { kind: "yarnrc", path: ["packageExtensions"], manager: "yarn-berry" },
  { kind: "package-json", path: ["packageExtensions"], manager: "bun" },
];

/** The files that ask. */
export interface AskingFiles {
  readonly manifests: readonly { readonly document: Document<Manifest>; readonly importer: string }[];
  /** Policy files, with what of policy the root manifest holds. */
  readonly configs: readonly Document<ConfigTree>[];
  /** Which `$name` in an override of a workspace file refers to. */
  readonly root: Document<Manifest> | null;
}

/** @param managers those that may install what no lockfile holds */
export function asksOf(
  { manifests, configs, root }: AskingFiles,
  catalogs: Catalogs,
  managers: readonly LockfileFormat[],
): readonly ProjectAsk[] {
  return [
    ...manifests.flatMap(({ document, importer }) => [
      ...inEffect(document.model.dependencies, managers).map((declared) =>
        ofDependency(document, importer, declared, catalogs, managers),
      ),
      ...document.model.overrides.map((override) =>
        ofOverride(document.uri, override, catalogs, importer === "" ? OVERRIDE_READERS[override.field] : []),
      ),
    ]),
    ...configs
      .filter(({ kind }) => kind === "pnpm-workspace")
      .flatMap(({ uri, model }) =>
        readWorkspaceOverrides(model.root, root?.model.dependencies ?? []).map(({ override }) =>
          ofOverride(uri, override, catalogs, ["pnpm"]),
        ),
      ),
    ...configs.flatMap(({ uri, kind, model }) =>
      packageExtensionsOf(kind, model.root).map(({ extension, manager }) =>
        ofExtension(uri, extension, catalogs, manager),
      ),
    ),
  ];
}

/** What a policy file, or a manifest, adds to packages, and who reads it there. @param kind of the file */
export function packageExtensionsOf(
  kind: string,
  root: ConfigMap,
): readonly { readonly extension: PackageExtension; readonly manager: LockfileFormat }[] {
  return EXTENSION_HOMES.filter((home) => home.kind === kind).flatMap(({ path, manager }) =>
    readPackageExtensions(mapAt(root, ...path)).map((extension) => ({ extension, manager })),
  );
}

/** Of workspaces around the project what their files ask for is judged there. */
export function ownConfigs(configs: readonly Document<ConfigTree>[], folder: string): readonly Document<ConfigTree>[] {
  return configs.filter(({ uri }) => folderOf(uri) === folder);
}

function ofDependency(
  { uri, model }: Document<Manifest>,
  importer: string,
  { section, alias, raw, specifier, isOptionalPeer, nameSpan, specSpan }: DeclaredDependency,
  catalogs: Catalogs,
  readBy: readonly LockfileFormat[],
): ProjectAsk {
  const by = {
    kind: "dependency" as const,
    section,
    isOptionalPeer: isOptionalPeer === true,
    importer,
    name: model.name ?? "",
  };
  return { uri, alias, raw, ...behindCatalog(alias, specifier, catalogs), nameSpan, specSpan, readBy, by };
}

function ofOverride(
  uri: string,
  override: DeclaredOverride,
  catalogs: Catalogs,
  readBy: readonly LockfileFormat[],
): ProjectAsk {
  const { name: alias, raw, specifier, nameSpan, specSpan } = override;
  const by = { kind: "override" as const, override };
  return { uri, alias, raw, ...behindCatalog(alias, specifier, catalogs), nameSpan, specSpan, readBy, by };
}

function ofExtension(
  uri: string,
  extension: PackageExtension,
  catalogs: Catalogs,
  manager: LockfileFormat,
): ProjectAsk {
  const { alias, raw, specifier, nameSpan, specSpan } = extension;
  const by = { kind: "extension" as const, extension };
  return { uri, alias, raw, ...behindCatalog(alias, specifier, catalogs), nameSpan, specSpan, readBy: [manager], by };
}

function behindCatalog(
  alias: string,
  specifier: Specifier,
  catalogs: Catalogs,
): Pick<ProjectAsk, "specifier" | "catalog"> {
  const catalog = specifier.source === "catalog" ? catalogs(specifier.catalog, alias) : null;
  return { specifier: catalog?.entry.specifier ?? specifier, catalog };
}
