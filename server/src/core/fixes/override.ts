/** Overrides of transitive packages, each in the manner of the package manager whose lockfile holds the package. */
import { lt } from "semver";
import { documentKind, formatOf } from "../documents/index.ts";
import type { Document } from "../engine/document-store.ts";
import type { Target } from "../engine/target.ts";
import { fileNameOf } from "../engine/uri.ts";
import type { LockedPackage, Lockfile, LockfileFormat } from "../model.ts";
import type { Edit } from "./edit.ts";
import { flatOverride } from "./flat-override.ts";
import { npmOverride } from "./npm-override.ts";
import { configOf, managerIn, rootOf } from "./texts.ts";
import type { FileEdit, ManifestText, ProjectTexts } from "./texts.ts";
import { setInYaml } from "./yaml-edit.ts";

export interface Override {
  readonly name: string;
  /** The version that is to go. */
  readonly from: string;
  readonly to: string;
  /** The tree holds other versions of the package, which are to stay: only edges that take `from` are overridden. */
  readonly isSelective: boolean;
}

export interface OverrideEdits {
  readonly edits: readonly FileEdit[];
  /** Other versions of the package go too, because this package manager can override all of them only. */
  readonly takesAll: boolean;
}

/** null where the project's files leave no room for one. */
export function override(texts: ProjectTexts, target: Target, lockfiles: readonly Document<Lockfile>[], wanted: Override): OverrideEdits | null {
  const root = rootOf(texts);
  const format = formatHolding(target, lockfiles);
  if (root === null) return null;
  const edits = editsFor(format, texts, root, lockedAs(target, lockfiles), wanted);
  return edits === null || edits.length === 0 ? null : { edits, takesAll: format === "bun" && wanted.isSelective };
}

function editsFor(format: LockfileFormat, texts: ProjectTexts, root: ManifestText, locked: readonly Locked[], wanted: Override): readonly FileEdit[] | null {
  const { name, from, to, isSelective } = wanted;
  const inRoot = (edits: readonly Edit[]): readonly FileEdit[] => edits.map((edit) => ({ ...edit, uri: root.uri }));
  switch (format) {
    case "npm":
      return inRoot(npmOverride(root.text, wanted));
    case "yarn-classic":
      return inRoot(flatOverride(root.text, ["resolutions"], isSelective ? parents(locked, name) : [name], to));
    case "yarn-berry":
      return inRoot(flatOverride(root.text, ["resolutions"], isSelective ? descriptors(locked) : [name], to));
    case "bun":
      return inRoot(flatOverride(root.text, ["overrides"], [name], to));
    case "pnpm": {
      // pnpm asks whether the ranges meet, as npm does (@pnpm/hooks.read-package-hook, createVersionsOverrider.ts).
      const key = isSelective ? `${name}@${from}` : name;
      if (pnpmReadsManifest(texts, root, locked)) return inRoot(flatOverride(root.text, ["pnpm", "overrides"], [key], to));
      const file = configOf(texts, "pnpm-workspace");
      return file === null ? null : (setInYaml(file.text ?? "", ["overrides", key], to)?.map((edit) => ({ ...edit, uri: file.uri })) ?? null);
    }
  }
}

interface Locked {
  readonly lockfile: Lockfile;
  readonly locked: LockedPackage;
}

function lockedAs({ locked }: Target, lockfiles: readonly Document<Lockfile>[]): readonly Locked[] {
  return locked.flatMap((place) => {
    const document = lockfiles.find(({ uri }) => uri === place.uri);
    return document === undefined ? [] : [{ lockfile: document.model, locked: place.locked }];
  });
}

function formatHolding({ locked: [place] }: Target, lockfiles: readonly Document<Lockfile>[]): LockfileFormat {
  const read = lockfiles.find(({ uri }) => uri === place?.uri)?.model.format;
  const kind = place === undefined ? null : documentKind(fileNameOf(place.uri));
  return read ?? (kind === null || kind === "package-json" ? "npm" : formatOf(kind));
}

/** Settings in `pnpm-workspace.yaml`: https://github.com/pnpm/pnpm/releases/tag/v10.5.0; and no longer in the manifest: v11.0.0. */
const READS_WORKSPACE_FILE = "10.5.0";
const READS_NO_MANIFEST = "11.0.0";

function pnpmReadsManifest(texts: ProjectTexts, root: ManifestText, locked: readonly Locked[]): boolean {
  const manager = managerIn(texts);
  const version = manager?.kind === "pnpm" ? manager.version : null;
  if (version !== null && lt(version, READS_WORKSPACE_FILE)) return true;
  if (version !== null && !lt(version, READS_NO_MANIFEST)) return false;
  // Versions below 9 write lockfiles of their own formats. Else what is in use already tells.
  const isOld = version === null && locked.some(({ lockfile }) => Number.parseFloat(lockfile.formatVersion) < 9);
  return isOld || root.model.overrides.some(({ field }) => field === "pnpm.overrides");
}

/** Berry takes a resolution of one descriptor: every descriptor that is locked to the version. https://yarnpkg.com/configuration/manifest#resolutions */
function descriptors(locked: readonly Locked[]): readonly string[] {
  return [...new Set(locked.flatMap(({ locked: { key } }) => key.split(", ")))];
}

/**
 * Yarn 1 knows no ranges in resolutions, but paths: those of every package that takes this version.
 * https://classic.yarnpkg.com/lang/en/docs/selective-version-resolutions/
 */
function parents(locked: readonly Locked[], name: string): readonly string[] {
  const found = new Set<string>();
  for (const { lockfile, locked: { id, alias } } of locked) {
    for (const candidate of lockfile.packages) {
      if (lockfile.dependenciesOf(candidate.id).includes(id)) found.add(`**/${candidate.alias}/${alias}`);
    }
  }
  return found.size === 0 ? [name] : [...found].sort();
}
