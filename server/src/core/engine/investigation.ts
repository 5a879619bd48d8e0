/** What looking into the releases of one project takes, put together in one way for all who do. */
import type { Cancellation, Ports } from "../ports.ts";
import type { Settings } from "../settings/settings.ts";
import { ageTaken, contextOf, projectCooldownOf } from "./context.ts";
import type { DocumentStore } from "../project/document-store.ts";
import { Gatherer } from "./gather.ts";
import { NameRegistries } from "./name-registries.ts";
import type { Gathering, ProjectMemory, Standpoint } from "./memory.ts";
import { packageSource, rememberingAdvisories, rememberingSource } from "./package-source.ts";
import type { PackageSource } from "./package-source.ts";
import { policyOf } from "./policy.ts";
import { ProjectHistory } from "./project-history.ts";
import type { ProjectPolicy } from "./policy.ts";
import type { ReadProject } from "./read.ts";
import { exclusionsIn } from "../policy/exclusions.ts";
import type { SafeVersionSearch } from "./safe-version.ts";

export interface Investigation extends Standpoint {
  readonly policy: ProjectPolicy;
  readonly standpoint: Standpoint;
  readonly gathering: Gathering;
  readonly names: NameRegistries;
  readonly source: PackageSource;
  readonly gatherer: Gatherer;
  readonly search: SafeVersionSearch;
}

export interface InvestigationOptions {
  readonly settings: Settings;
  /** The workspace is trusted: its policy may ask for less caution than the default. */
  readonly trusted: boolean;
  readonly cancel: Cancellation;
}

/** `memory`: of the project's last inspection. */
export async function investigationOf(
  project: ReadProject,
  ports: Ports,
  store: DocumentStore,
  options: InvestigationOptions,
  memory: ProjectMemory,
): Promise<Investigation> {
  const { settings, trusted, cancel } = options;
  const policy = await policyOf(project, ports.userSettings, store, cancel, trusted);
  const parts = { policy, lockfiles: project.governing, settings, trusted };
  const standpoint = memory.standpoint(policy, project, options, () => ({
    context: contextOf(parts, ports.clock),
    projectCooldown: projectCooldownOf(parts, ports.clock),
    ageTaken: ageTaken(parts, ports.clock),
    exclusions: exclusionsIn(policy.files),
  }));
  const { context } = standpoint;
  const names = memory.names(project, () => new NameRegistries(ports.registry, project));
  const gathering = memory.gathering(standpoint, options, ports.clock.elapsed(), () => ({
    source: rememberingSource(packageSource(ports.registry, ports.clock)),
    advisories: rememberingAdvisories(ports.advisories),
  }));
  const gatherer = new Gatherer({ ...ports, advisories: gathering.advisories }, gathering.source, {
    cooldownMs: context.cooldown.ms,
    closeInspectionMs: settings.closeInspectionMs,
    registryOf: (name) => names.ofAdded(name),
    history: new ProjectHistory(ports.history, store),
  });
  const lastGood = (name: string, version: string): string | null => ports.catalogue.lastGood(name, version);
  const search = { gatherer, settings, context, lastGood, found: new Map() };
  return { policy, standpoint, gathering, ...standpoint, names, source: gathering.source, gatherer, search };
}
