/** One release by itself, outside of any project; `folder` (a URI) is whose configuration tells where other packages resolve from. */
import type { Cancellation, Ports, ReleaseRef } from "../ports.ts";
import type { Settings } from "../settings.ts";
import { DocumentStore } from "./document-store.ts";
import { Gatherer } from "./gather.ts";
import { judge } from "./judge.ts";
import { LockfileHistory } from "./lockfile-history.ts";
import { packageSource } from "./package-source.ts";
import type { Judged } from "./report.ts";
import { safeVersions } from "./safe-version.ts";
import type { Target } from "./target.ts";

export async function explainRelease(release: ReleaseRef, ports: Ports, settings: Settings, folder: string, cancel: Cancellation): Promise<Judged> {
  const { clock, catalogue } = ports;
  const context = { now: clock.now(), isAsOf: clock.asOf !== null, cooldown: settings.cooldown, closeInspectionMs: settings.closeInspectionMs };
  const history = new LockfileHistory(ports.history, new DocumentStore(ports.files, clock));
  const gatherer = new Gatherer(ports, packageSource(ports.registry, clock), { cooldownMs: settings.cooldown.ms, closeInspectionMs: settings.closeInspectionMs, registryOf: (name) => ports.registry.resolve(name, folder), history });
  const target: Target = { release, direct: true, lockedInstallScript: null, range: null, locked: [], declared: [] };
  const subject = await gatherer.subject(target, cancel);
  const search = { gatherer, settings, context, lastGood: (name: string, version: string) => catalogue.lastGood(name, version) };
  return { target, subject, judgements: judge(subject, settings, context), safe: await safeVersions(subject, target, search, cancel) };
}
