import type { DependencySection, Importer, ImporterDependency, Manifest } from "../../model.ts";
import { PASS_STRIDE, type Task } from "../../task.ts";
import type { IsWorkspace } from "./lock.ts";
import type { Tree } from "./packages.ts";
import { type Place, resolve } from "./place.ts";
import { linkedFolder } from "./workspaces.ts";

/** The project and its workspaces, as `packages` states them. */
export function* statedImporters(tree: Tree, isWorkspace: IsWorkspace): Task<Importer[]> {
  const importers: Importer[] = [];
  for (const [index, place] of [tree.root, ...tree.folders.values()].entries()) {
    if (index % PASS_STRIDE === 0) yield;
    if (place.entry === null || (place !== tree.root && !isWorkspace(place))) continue;
    importers.push(importerOf(place, place.entry.declared));
    yield;
  }
  return importers;
}

/** The project, as its manifest states it. */
export function declaredImporter(root: Place, manifest: Manifest): Importer {
  return importerOf(root, manifest.dependencies);
}

/**
 * The workspaces of a project in lockfileVersion 1: they stand among the packages, as `file:` folders that the manifest's
 * globs take. What one needs only for development the lockfile does not say.
 */
export function* nestedWorkspaces(tree: Tree, isWorkspace: IsWorkspace): Task<Importer[]> {
  const importers: Importer[] = [];
  for (const [index, place] of [...(tree.root.children?.values() ?? [])].entries()) {
    if (index % PASS_STRIDE === 0) yield;
    const path = place.entry === null ? null : linkedFolder(place.entry);
    if (path === null || !isWorkspace({ path })) continue;
    const requires = place.entry?.requires ?? [];
    importers.push({
      path,
      dependencies: requires.map((alias) => ({
        alias,
        section: "dependencies",
        target: resolve(place, alias)?.id ?? null,
      })),
    });
    yield;
  }
  return importers;
}

function importerOf(
  place: Place,
  declared: readonly { readonly alias: string; readonly section: DependencySection }[],
): Importer {
  const target = (alias: string): number | null => resolve(place, alias)?.id ?? null;
  return {
    path: place.path,
    dependencies: declared.map(({ alias, section }) => ({ alias, section, target: target(alias) })),
  };
}

/**
 * The project, guessed: lockfileVersion 1 does not say what the project itself asks for, so what no other package
 * requires counts. A direct dependency that another package needs too is missed, until the manifest is at hand.
 */
export function* guessedImporter(tree: Tree): Task<Importer> {
  const required = new Set<Place>();
  for (const [index, place] of tree.places.entries()) {
    for (const alias of place.entry?.requires ?? []) {
      const target = resolve(place, alias);
      if (target !== null && target !== place) required.add(target);
    }
    if (index % PASS_STRIDE === 0) yield;
  }
  const dependencies: ImporterDependency[] = [];
  for (const [index, place] of tree.places.entries()) {
    if (index % PASS_STRIDE === 0) yield;
    if (place.parent !== tree.root || place.id === -1 || required.has(place)) continue;
    dependencies.push({ alias: place.alias, section: sectionOf(place), target: place.id });
  }
  return { path: "", dependencies };
}

function sectionOf(place: Place): DependencySection {
  if (place.entry?.dev === true) return "devDependencies";
  return place.entry?.optional === true ? "optionalDependencies" : "dependencies";
}
