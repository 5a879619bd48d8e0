/** What looking into the releases of one project takes, put together in one way for all who do. */
import type { Cancellation, Ports } from "../ports.ts";
import type { RuleContext } from "../rules/rule.ts";
import type { Settings } from "../settings/settings.ts";
import { ageTaken, contextOf, projectCooldownOf } from "./context.ts";
import type { DocumentStore } from "../project/document-store.ts";
import { Gatherer } from "./gather.ts";
import { LockfileHistory } from "./lockfile-history.ts";
import { NameRegistries } from "./name-registries.ts";
import { packageSource } from "./package-source.ts";
import type { PackageSource } from "./package-source.ts";
import { policyOf } from "./policy.ts";
import type { ProjectPolicy } from "./policy.ts";
import type { ReadProject } from "./read.ts";
import type { SafeVersionSearch } from "./safe-version.ts";

export interface Investigation {
  readonly policy: ProjectPolicy;
  readonly context: RuleContext;
  /** The cooldown that would hold without `depwarden.minimumReleaseAge`. */
  readonly projectCooldown: RuleContext["cooldown"];
  /** How old a release has to be before the project's package manager takes it for a range, ms. */
  readonly ageTaken: (name: string, version: string) => number;
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

export async function investigationOf(
  project: ReadProject,
  ports: Ports,
  store: DocumentStore,
  { settings, trusted, cancel }: InvestigationOptions,
): Promise<Investigation> {
  const policy = await policyOf(project, ports.userSettings, store, cancel, trusted);
  const parts = { policy, lockfiles: project.governing, settings, trusted };
  const context = contextOf(parts, ports.clock);
  const names = new NameRegistries(ports.registry, project);
  const source = packageSource(ports.registry, ports.clock);
  const gatherer = new Gatherer(ports, source, {
    cooldownMs: context.cooldown.ms,
    closeInspectionMs: settings.closeInspectionMs,
    registryOf: (name) => names.ofAdded(name),
    history: new LockfileHistory(ports.history, store),
  });
  const lastGood = (name: string, version: string): string | null => ports.catalogue.lastGood(name, version);
  const search = { gatherer, settings, context, lastGood };
  return {
    policy,
    context,
    projectCooldown: projectCooldownOf(parts, ports.clock),
    ageTaken: ageTaken(parts, ports.clock),
    names,
    source,
    gatherer,
    search,
  };
}
