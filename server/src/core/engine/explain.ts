import type { Cancellation, Ports, ReleaseRef } from "../ports.ts";
import type { RuleContext } from "../rules/rule.ts";
import type { Settings } from "../settings/settings.ts";
import { DocumentStore } from "../project/document-store.ts";
import { ProjectMemory } from "./memory.ts";
import { calledBy } from "./install-calls.ts";
import { investigationOf } from "./investigation.ts";
import { gapsIn, judge } from "./judge.ts";
import { ProjectLocator } from "../project/locate.ts";
import { projectAround } from "../project/project.ts";
import { readProject } from "./read.ts";
import type { Judged } from "./findings.ts";
import { safeVersions } from "./safe-version.ts";
import type { Target } from "../project/target.ts";
import { join } from "../util/uri.ts";

export interface Explained extends Judged {
  /** The cooldown that would hold without `depwarden.minimumReleaseAge`. */
  readonly projectCooldown: RuleContext["cooldown"];
}

/** One release by itself, as the project that a folder (a URI) belongs to would judge it. The folder is taken for trusted. */
export async function explainRelease(
  release: ReleaseRef,
  ports: Ports,
  settings: Settings,
  folder: string,
  cancel: Cancellation,
): Promise<Explained> {
  const store = new DocumentStore(ports, true);
  const locator = new ProjectLocator({ store, files: ports.files, limit: null, opened: [folder], cancel });
  const project = await projectAround(join(folder, "package.json"), locator);
  const reading = await readProject(project, store, cancel);
  const options = { settings, trusted: true, cancel };
  const { gatherer, context, projectCooldown, search } = await investigationOf(
    reading,
    ports,
    store,
    options,
    new ProjectMemory(),
  );
  const target: Target = { release, direct: true, lockedInstallScript: null, range: null, locked: [], declared: [] };
  const subject = await gatherer.subject(target, cancel);
  const judgements = judge(subject, settings, context);
  const gaps = gapsIn(subject, judgements, settings, context);
  const safe = await safeVersions(subject, target, search, cancel);
  return { target, subject, judgements, gaps, calls: calledBy(subject), safe, projectCooldown };
}
