/** The releases of one project, before anything is asked about them. */
import { installsPeers } from "../config/peers.ts";
import type { DocumentStore } from "../project/document-store.ts";
import type { Project } from "../project/project.ts";
import type { Ports } from "../ports.ts";
import { investigationOf } from "./investigation.ts";
import type { Investigation, InvestigationOptions } from "./investigation.ts";
import type { ProjectMemory } from "./memory.ts";
import type { Named } from "./named.ts";
import { readProject } from "./read.ts";
import type { Reading } from "./read.ts";
import { targetsOf } from "./targets.ts";
import type { Targets } from "./targets.ts";

export interface ProjectTargets extends Targets {
  readonly reading: Reading;
  readonly investigation: Investigation;
}

/** `named`: null where the whole project is. Throws only when cancelled. */
export async function projectTargets(
  project: Project,
  ports: Ports,
  store: DocumentStore,
  options: InvestigationOptions & { readonly named: Named | null; readonly memory: ProjectMemory },
): Promise<ProjectTargets> {
  const { cancel, named, memory } = options;
  const reading = await readProject(project, store, cancel);
  const investigation = await investigationOf(reading, ports, store, options, memory);
  const { policy, ageTaken, names, source } = investigation;
  const found = await targetsOf(reading, {
    names,
    used: policy.lockfiles.kept,
    managers: policy.installers.of([]).map((manager) => manager?.kind ?? "npm"),
    installsPeers: installsPeers(policy.installers.of([]), policy.files),
    named,
    ageTaken,
    source,
    memory,
    clock: ports.clock,
    cancel,
  });
  cancel.throwIfAborted();
  return { ...found, reading, investigation };
}
