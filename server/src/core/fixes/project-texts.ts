/** The files of a project that a fix may edit, as they stand now. */
import { configFileName, CONFIG_KINDS, readConfig } from "../documents/config/index.ts";
import type { ConfigKind } from "../documents/config/index.ts";
import { readManifestConfig } from "../documents/config/json.ts";
import type { ConfigTree } from "../documents/config/tree.ts";
import { readManifest } from "../documents/manifest.ts";
import { catalogsOf } from "../project/catalogs.ts";
import type { Catalogs } from "../project/catalogs.ts";
import type { DocumentStore } from "../project/document-store.ts";
import type { Document } from "../project/document-store.ts";
import type { Project } from "../project/project.ts";
import { rootManifestOf } from "../project/project.ts";
import { join } from "../util/uri.ts";
import type { Lockfile, LockfileFormat, Manifest } from "../model.ts";
import { yarnPathIn } from "../config/yarn-settings.ts";
import { installersOf } from "../project/installers.ts";
import type { Installers, LockfileVersion } from "../project/installers.ts";
import type { Manager } from "../project/manager.ts";
import type { Cancellation } from "../ports.ts";
import { applyEdits, smallestEdit } from "../edits/text-edit.ts";
import type { Edit } from "../edits/text-edit.ts";

export interface ManifestText {
  readonly uri: string;
  readonly text: string;
  readonly model: Manifest;
  /** "" for the root. */
  readonly importer: string;
}

export interface ConfigText {
  readonly uri: string;
  readonly kind: ConfigKind;
  /** null: there is no such file, and a fix may make it. */
  readonly text: string | null;
  readonly tree: ConfigTree;
}

export interface ProjectTexts {
  /** The manifest beside the settings; another one than those of the project where it borrows its settings. */
  readonly root: ManifestText | null;
  readonly manifests: readonly ManifestText[];
  /** Those beside the root manifest. One that is there but cannot be read is left out. */
  readonly configs: readonly ConfigText[];
  /** Of the lockfiles, in the order in which the package manager prefers them. */
  readonly formats: readonly LockfileFormat[];
}

export interface FileEdit extends Edit {
  readonly uri: string;
}

export async function projectTexts(
  { project, lockfiles }: { readonly project: Project; readonly lockfiles: readonly Document<Lockfile>[] },
  store: Pick<DocumentStore, "manifest" | "config">,
  cancel: Cancellation,
): Promise<ProjectTexts> {
  const manifests: ManifestText[] = [];
  for (const { uri, importer } of project.manifests) {
    const document = await store.manifest(uri, cancel);
    if (document.known) manifests.push({ uri, importer, text: document.value.text, model: document.value.model });
  }
  const rootUri = rootManifestOf(project);
  let root = manifests.find(({ uri }) => uri === rootUri) ?? null;
  if (root === null) {
    const document = await store.manifest(rootUri, cancel);
    if (document.known) root = { uri: rootUri, importer: "", text: document.value.text, model: document.value.model };
  }
  const configs: ConfigText[] = [];
  for (const kind of CONFIG_KINDS) {
    const uri = join(project.settings, configFileName(kind));
    const document = await store.config(uri, cancel);
    if (document.known) configs.push({ uri, kind, text: document.value.text, tree: document.value.model });
    else if (document.code === "not-found") configs.push({ uri, kind, text: null, tree: readConfig(kind, "") });
  }
  return { root, manifests, configs, formats: lockfiles.map(({ model }) => model.format) };
}

/** The manifest that overrides are written in; null where there is none, or where it cannot be read whole. */
export function rootOf({ root }: ProjectTexts): ManifestText | null {
  // Nothing is added to a text that cannot be read whole: where it would end up is not certain.
  return root === null || root.model.problems.length > 0 ? null : root;
}

/** The policy file of this kind; null where it cannot be read whole. */
export function configOf({ configs }: ProjectTexts, kind: ConfigKind): ConfigText | null {
  const config = configs.find((candidate) => candidate.kind === kind);
  return config === undefined || config.tree.problems.length > 0 ? null : config;
}

export function catalogsIn({ root, configs, formats }: ProjectTexts): Catalogs {
  const locations = configs.map(({ uri, kind, tree }) => ({ uri, kind, model: tree }));
  return catalogsOf(
    root === null
      ? locations
      : [...locations, { uri: root.uri, kind: "package-json", model: readManifestConfig(root.text) }],
    formats,
  );
}

/** The one that fixes are written for. */
export function managerIn(texts: ProjectTexts): Manager | null {
  // Which one that is does not hang on the version of a format.
  return installersIn(
    texts,
    texts.formats.map((format) => ({ format, formatVersion: "" })),
  ).main;
}

export function installersIn({ root, configs }: ProjectTexts, lockfiles: readonly LockfileVersion[]): Installers {
  const kinds = configs.filter(({ text }) => text !== null).map(({ kind }) => kind);
  const manifest = root === null ? null : readManifestConfig(root.text).root;
  const yarnPath = yarnPathIn(configs.map(({ kind, tree }) => ({ kind, model: tree })));
  return installersOf({ manifest, lockfiles, configs: kinds, yarnPath });
}

/** null for a file that is not there yet, or that is none of these. */
export function textAt({ root, manifests, configs }: ProjectTexts, uri: string): string | null {
  return (
    [...manifests, ...(root === null ? [] : [root])].find((manifest) => manifest.uri === uri)?.text ??
    configs.find((config) => config.uri === uri)?.text ??
    null
  );
}

/** The texts after edits, read anew. */
export function withEdits(texts: ProjectTexts, edits: readonly FileEdit[]): ProjectTexts {
  const edited = (uri: string, text: string | null): string | null => {
    const own = edits.filter((edit) => edit.uri === uri);
    return own.length === 0 ? text : applyEdits(text ?? "", own);
  };
  const anew = (manifest: ManifestText): ManifestText => {
    const text = edited(manifest.uri, manifest.text) ?? manifest.text;
    return text === manifest.text ? manifest : { ...manifest, text, model: readManifest(text) };
  };
  return {
    ...texts,
    root: texts.root === null ? null : anew(texts.root),
    manifests: texts.manifests.map(anew),
    configs: texts.configs.map((config) => {
      const text = edited(config.uri, config.text);
      return text === config.text ? config : { ...config, text, tree: readConfig(config.kind, text ?? "") };
    }),
  };
}

/** One edit a file from some texts to others. */
export function between(before: ProjectTexts, { root, manifests, configs }: ProjectTexts): readonly FileEdit[] {
  const others = root === null || manifests.some(({ uri }) => uri === root.uri) ? [] : [root];
  return [...manifests, ...others, ...configs].flatMap(({ uri, text }) => {
    const edit = smallestEdit(textAt(before, uri) ?? "", text ?? "");
    return edit === null ? [] : [{ ...edit, uri }];
  });
}
