import type { DependencySection, Manifest } from "../../model.ts";
import { PASS_STRIDE, type Task } from "../../task.ts";
import type { Body } from "./body.ts";
import type { YarnGraph } from "./graph.ts";
import { workspacePath } from "./identity.ts";
import { NONE, type Descriptors } from "./resolve.ts";

/** As the model's importers, with indices of the body's entries in place of packages. */
export interface EntryImporter {
  readonly path: string;
  readonly dependencies: { readonly alias: string; readonly section: DependencySection; readonly target: number }[];
}

/**
 * The workspaces, which a Berry lockfile holds as entries. They name their development dependencies among the others;
 * the manifests tell which those are.
 */
export function* statedImporters(
  body: Body,
  graph: YarnGraph,
  manifestAt: (path: string) => Manifest | null,
): Task<EntryImporter[]> {
  const { entries, needs } = body;
  const importers: EntryImporter[] = [];
  let work = 0;
  for (const entry of entries) {
    const path = workspacePath(body, entry);
    if (++work % PASS_STRIDE === 0) yield;
    if (path === null) continue;
    const importer: EntryImporter = { path, dependencies: [] };
    const sections = sectionsOf(manifestAt(path));
    for (let at = entry.firstNeed; at < entry.lastNeed; at++) {
      const alias = needs.alias(at);
      const stated = needs.isOptional(at) ? "optionalDependencies" : "dependencies";
      const section = sections.get(alias) ?? stated;
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

/** The project or a workspace, as its manifest states it. Yarn locks no peer dependency for the sake of one. */
export function declaredImporter(path: string, manifest: Manifest, descriptors: Descriptors): EntryImporter {
  const name = manifest.name ?? "";
  const locator = `${name}@workspace:${path === "" ? "." : path}`;
  const declared = manifest.dependencies.filter(({ section }) => section !== "peerDependencies");
  const found = declared.map(({ alias, raw }) => descriptors.find(alias, raw, locator));
  const dependencies = declared.map(({ alias, section, raw }, index) => {
    const target = found[index] ?? NONE;
    return { alias, section, target: target === NONE ? descriptors.guess(alias, raw, name) : target };
  });
  return { path, dependencies };
}

/**
 * What nothing in the lockfile asks for, so that a workspace has to, or the project where its manifest is not at hand:
 * Yarn keeps no descriptor that nobody asks for. Classic lockfiles do not say more of workspaces.
 */
export function* unaskedDependencies(descriptors: Descriptors): Task<EntryImporter["dependencies"]> {
  const dependencies: EntryImporter["dependencies"] = [];
  // A block may have several descriptors of one name that nothing asks for: one after another, as they were added.
  let before = "";
  for (const { alias, id } of yield* descriptors.unasked()) {
    const place = `${id} ${alias}`;
    if (place !== before && !descriptors.resolutions.has(alias))
      dependencies.push({ alias, section: "dependencies", target: id });
    before = place;
  }
  return dependencies;
}
