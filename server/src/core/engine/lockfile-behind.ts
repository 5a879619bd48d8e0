/** What a project's lockfiles have for its own files, although these ask for other versions now. */
import type { DocumentStore } from "../project/document-store.ts";
import type { Project } from "../project/project.ts";
import type { Ports } from "../ports.ts";
import type { InvestigationOptions } from "./investigation.ts";
import { ProjectMemory } from "./memory.ts";
import { projectTargets } from "./project-targets.ts";

/** Of packages of which another version was chosen, those that a lockfile has no longer as the project's files ask for them. */
export async function stillBehind(
  packages: readonly string[],
  project: Project,
  ports: Ports,
  store: DocumentStore,
  options: InvestigationOptions,
): Promise<readonly string[]> {
  const memory = new ProjectMemory();
  const { targets, behind } = await projectTargets(project, ports, store, { ...options, named: null, memory });
  const lockfiles = new Set(project.lockfiles);
  const locked = targets.filter((target) => target.locked.some(({ uri }) => lockfiles.has(uri)));
  const all = new Set(locked.map(({ release }) => release.name));
  // What no lockfile has is not known to be in line.
  return packages.filter((name) => behind.has(name) || !all.has(name));
}
