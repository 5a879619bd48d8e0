import type { DependencySection, Manifest } from "../../model.ts";
import { PASS_STRIDE, type Work } from "../slices.ts";
import type { Body } from "./body.ts";
import { nameEnd } from "./descriptor.ts";
import type { YarnGraph } from "./graph.ts";
import { NONE, type Descriptors } from "./resolve.ts";

/** As the model's importers, with indices of the body's entries in place of packages. */
export interface EntryImporter {
  readonly path: string;
  readonly dependencies: { readonly alias: string; readonly section: DependencySection; readonly target: number }[];
}

const WORKSPACE = "workspace:";

/** The folder of a workspace's locator (`name@workspace:packages/a`), "" for the project's own; null for any other. */
export function workspacePath(locator: string | null): string | null {
  if (locator === null) return null;
  const at = nameEnd(locator) + 1;
  if (!locator.startsWith(WORKSPACE, at)) return null;
  const path = locator.slice(at + WORKSPACE.length);
  return path === "." ? "" : path;
}

/**
 * The workspaces, which a Berry lockfile holds as entries. They name their development dependencies among the others;
 * of the project's own, its manifest tells which those are.
 */
export function* statedImporters({ entries, needs }: Body, graph: YarnGraph, manifest: Manifest | null): Work<EntryImporter[]> {
  const importers: EntryImporter[] = [];
  const sections = sectionsOf(manifest);
  let work = 0;
  for (const { resolved, firstNeed, lastNeed } of entries) {
    const path = workspacePath(resolved);
    if (++work % PASS_STRIDE === 0) yield;
    if (path === null) continue;
    const importer: EntryImporter = { path, dependencies: [] };
    for (let at = firstNeed; at < lastNeed; at++) {
      const alias = needs.alias(at);
      const stated = needs.isOptional(at) ? "optionalDependencies" : "dependencies";
      const section = (path === "" ? sections.get(alias) : undefined) ?? stated;
      importer.dependencies.push({ alias, section, target: graph.targets[at] ?? NONE });
      if (++work % PASS_STRIDE === 0) yield;
    }
    importers.push(importer);
  }
  return importers;
}

/** Where a package stands in several sections, Yarn installs it for good. */
function sectionsOf(manifest: Manifest | null): ReadonlyMap<string, DependencySection> {
  const sections = new Map<string, DependencySection>();
  for (const wanted of ["devDependencies", "dependencies", "optionalDependencies"] as const) {
    for (const { alias, section } of manifest?.dependencies ?? []) if (section === wanted) sections.set(alias, section);
  }
  return sections;
}

/** The project, as its manifest states it. Yarn locks no peer dependency for the sake of a project. */
export function declaredImporter(manifest: Manifest, descriptors: Descriptors): EntryImporter {
  const name = manifest.name ?? "";
  const locator = `${name}@${WORKSPACE}.`;
  const declared = manifest.dependencies.filter(({ section }) => section !== "peerDependencies");
  const found = declared.map(({ alias, raw }) => descriptors.find(alias, raw, locator));
  const dependencies = declared.map(({ alias, section, raw }, index) => {
    const target = found[index] ?? NONE;
    return { alias, section, target: target === NONE ? descriptors.guess(alias, raw, name) : target };
  });
  return { path: "", dependencies };
}

/**
 * What nothing in the lockfile asks for, so that a workspace has to, or the project where its manifest is not at hand:
 * Yarn keeps no descriptor that nobody asks for. Classic lockfiles do not say more of workspaces.
 */
export function* unaskedDependencies(descriptors: Descriptors): Work<EntryImporter["dependencies"]> {
  const dependencies: EntryImporter["dependencies"] = [];
  for (const { alias, id } of yield* descriptors.unasked()) {
    if (!descriptors.resolutions.has(alias)) dependencies.push({ alias, section: "dependencies", target: id });
  }
  return dependencies;
}
