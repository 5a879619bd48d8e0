/** One release by itself, as the project that a folder belongs to would judge it; `folder`: a URI. */
import type { Cancellation, Ports, ReleaseRef } from "../ports.ts";
import type { RuleContext } from "../rules/rule.ts";
import type { Settings } from "../settings.ts";
import { contextOf } from "./context.ts";
import { DocumentStore } from "./document-store.ts";
import { Gatherer } from "./gather.ts";
import { judge } from "./judge.ts";
import { LockfileHistory } from "./lockfile-history.ts";
import { packageSource } from "./package-source.ts";
import { policyOf } from "./policy.ts";
import { projectAround } from "./project.ts";
import { readProject } from "./read.ts";
import type { Judged } from "./report.ts";
import { safeVersions } from "./safe-version.ts";
import type { Target } from "./target.ts";
import { join } from "./uri.ts";

/** Of a trusted folder. */
export async function explainRelease(release: ReleaseRef, ports: Ports, settings: Settings, folder: string, cancel: Cancellation): Promise<Judged> {
  const { clock, catalogue } = ports;
  const store = new DocumentStore(ports.files, clock);
  const context = await contextAt(folder, ports, settings, store, cancel);
  const history = new LockfileHistory(ports.history, store);
  const gatherer = new Gatherer(ports, packageSource(ports.registry, clock), { cooldownMs: context.cooldown.ms, closeInspectionMs: settings.closeInspectionMs, registryOf: (name) => ports.registry.resolve(name, folder), history });
  const target: Target = { release, direct: true, lockedInstallScript: null, range: null, locked: [], declared: [] };
  const subject = await gatherer.subject(target, cancel);
  const search = { gatherer, settings, context, lastGood: (name: string, version: string) => catalogue.lastGood(name, version) };
  return { target, subject, judgements: judge(subject, settings, context), safe: await safeVersions(subject, target, search, cancel) };
}

/** The outermost folder that is looked for a project above. */
const ROOT = "file://";

async function contextAt(folder: string, ports: Ports, settings: Settings, store: DocumentStore, cancel: Cancellation): Promise<RuleContext> {
  const project = await projectAround(join(folder, "package.json"), ROOT, ports.files, store, cancel);
  const reading = await readProject(project, store, cancel);
  const policy = await policyOf(reading, ports.userPolicy, store, cancel, true);
  return contextOf({ policy, lockfiles: reading.lockfiles.map(({ model }) => model), settings, trusted: true }, ports.clock);
}
