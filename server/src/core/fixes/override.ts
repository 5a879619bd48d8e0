/** Overrides of transitive packages, each in the manner of the package manager whose lockfile holds the package. */
import { satisfies } from "semver";
import type { DeclaredDependency } from "../model.ts";
import { applyEdits, smallestEdit } from "./edit.ts";
import type { Edit } from "./edit.ts";
import { flatOverride } from "./flat-override.ts";
import { descriptorsOf, nameOf } from "./held.ts";
import type { Held, Hold } from "./held.ts";
import { npmOverride } from "./npm-override.ts";
import { takes } from "./pin.ts";
import type { Pin } from "./pin.ts";
import { pnpmHomes } from "./pnpm-home.ts";
import { configOf, rootOf, textAt, withEdits } from "./texts.ts";
import type { FileEdit, ManifestText, ProjectTexts } from "./texts.ts";
import { setInYaml } from "./yaml-edit.ts";

type Entries = readonly (readonly [key: string, value: string])[];

/**
 * Adds overrides for names under which a release is held. `texts` has its pins already.
 * @returns null where this package manager or the project's files leave no room for one of them
 */
export function addOverrides(texts: ProjectTexts, held: Held, holds: readonly Hold[], wanted: Pin): readonly FileEdit[] | null {
  const root = rootOf(texts);
  // What is asked of a registry by its name would be asked of another one by an override.
  if (root === null || held.places.some(({ registryName }) => registryName !== undefined)) return null;
  const inRoot = (edits: readonly Edit[] | null): readonly FileEdit[] | null => edits?.map((edit) => ({ ...edit, uri: root.uri })) ?? null;
  const entriesBy = (keysOf: (hold: Hold) => readonly string[]): Entries => holds.flatMap((hold) => keysOf(hold).map((key) => [key, valueOf(hold, wanted)] as const));
  switch (held.format) {
    case "npm":
      return npmOverrides(texts, root, holds, wanted);
    case "yarn-classic":
      return inRoot(flatOverride(root.text, ["resolutions"], entriesBy(paths)));
    case "yarn-berry":
      return inRoot(flatOverride(root.text, ["resolutions"], entriesBy((hold) => descriptors(held, hold))));
    case "bun":
      // Bun 1.4 goes by the package's own name only, and passes over one for another that an alias stands for.
      return holds.some(({ alias }) => alias !== wanted.name) ? null : inRoot(flatOverride(root.text, ["overrides"], entriesBy(({ alias }) => [alias])));
    case "pnpm":
      return pnpmOverrides(texts, root, held, entriesBy((hold) => chains(held, hold)));
  }
}

/** An override is by the name that is asked for: one of an alias has to say which package it stands for. */
function valueOf({ alias }: Hold, { name, to }: Pin): string {
  return alias === name ? to : `npm:${name}@${to}`;
}

function npmOverrides(texts: ProjectTexts, root: ManifestText, holds: readonly Hold[], wanted: Pin): readonly FileEdit[] | null {
  const edits: FileEdit[][] = [];
  let current = texts;
  for (const hold of holds) {
    const { alias, isSelective, parents } = hold;
    const own = root.model.dependencies.filter((dependency) => dependency.alias === alias);
    const pinned = own.find((dependency) => isPinned(dependency, wanted));
    const value = pinned === undefined || pinned.raw === valueOf(hold, wanted) ? valueOf(hold, wanted) : `$${alias}`;
    // npm refuses an override that covers a direct dependency and differs from it (EOVERRIDE).
    const isRefused = pinned === undefined && own.some(({ specifier }) => !isSelective || takes(specifier, wanted.name, wanted.from));
    if (isRefused && parents.length === 0) return null;
    const places = isRefused ? parents.map(({ locked }) => locked) : [null];
    for (const below of places) {
      const text = rootOf(current)?.text ?? "";
      const added = npmOverride(text, { alias, from: wanted.from, value, isSelective, below }).map((edit) => ({ ...edit, uri: root.uri }));
      if (added.length === 0) return null;
      edits.push(added);
      current = withEdits(current, added);
    }
  }
  const [only] = edits;
  return edits.length === 1 && only !== undefined ? only : between(texts, current);
}

function isPinned({ section, specifier }: DeclaredDependency, { name, from, to }: Pin): boolean {
  if (section === "peerDependencies" || specifier.source !== "registry" || specifier.name !== name || specifier.tag) return false;
  return satisfies(to, specifier.range) && !takes(specifier, name, from);
}

/**
 * Yarn 1 knows no ranges in resolutions, but paths: those of every package that takes this version.
 * https://classic.yarnpkg.com/lang/en/docs/selective-version-resolutions/
 */
function paths({ alias, isSelective, parents }: Hold): readonly string[] {
  return isSelective && parents.length > 0 ? [...new Set(parents.map(({ locked }) => `**/${locked.alias}/${alias}`))].sort() : [alias];
}

/** Berry takes a resolution of one descriptor: every descriptor that is locked to the version. https://yarnpkg.com/configuration/manifest#resolutions */
function descriptors({ places }: Held, { alias, isSelective }: Hold): readonly string[] {
  const own = places.flatMap(({ key }) => descriptorsOf(key)).filter((descriptor) => nameOf(descriptor) === alias);
  return isSelective && own.length > 0 ? [...new Set(own)] : [alias];
}

/**
 * Below each package that takes this version: pnpm goes by real names there, and would take `name@1.0.1` for every range
 * that meets it (@pnpm/hooks.read-package-hook, createVersionsOverrider.ts).
 */
function chains({ lockfiles }: Held, { alias, isSelective, parents }: Hold): readonly string[] {
  if (!isSelective || parents.length === 0) return [alias];
  const isLockedOnce = (name: string): boolean => new Set(lockfiles.flatMap(({ packages }) => packages.filter((locked) => locked.name === name).map(({ version }) => version))).size === 1;
  return [...new Set(parents.map(({ locked: { name, version } }) => `${isLockedOnce(name) ? name : `${name}@${version}`}>${alias}`))].sort();
}

function pnpmOverrides(texts: ProjectTexts, root: ManifestText, { lockfiles }: Held, entries: Entries): readonly FileEdit[] | null {
  const { inManifest, inWorkspaceFile } = pnpmHomes(texts, lockfiles[0]?.formatVersion ?? null);
  const edits: FileEdit[] = [];
  if (inManifest) {
    const own = flatOverride(root.text, ["pnpm", "overrides"], entries);
    if (own === null) return null;
    edits.push(...own.map((edit) => ({ ...edit, uri: root.uri })));
  }
  if (!inWorkspaceFile) return edits;
  const file = configOf(texts, "pnpm-workspace");
  if (file === null) return null;
  // pnpm 9 refuses a workspace file without packages.
  const start = file.text === null && inManifest ? "packages:\n  - .\n" : "";
  let text = (file.text ?? "") + start;
  for (const [key, value] of entries) {
    const added = setInYaml(text, ["overrides", key], value);
    if (added === null) return null;
    text = applyEdits(text, added);
  }
  const edit = smallestEdit(file.text ?? "", text);
  return edit === null ? edits : [...edits, { ...edit, uri: file.uri }];
}

/** One edit a file from some texts to others. */
export function between(before: ProjectTexts, { manifests, configs }: ProjectTexts): readonly FileEdit[] {
  return [...manifests, ...configs].flatMap(({ uri, text }) => {
    const edit = smallestEdit(textAt(before, uri) ?? "", text ?? "");
    return edit === null ? [] : [{ ...edit, uri }];
  });
}
