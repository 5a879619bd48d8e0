import type { Cancellation, Files, Ports, ReleaseRef } from "../ports.ts";
import type { RuleContext } from "../rules/rule.ts";
import type { Settings } from "../settings/settings.ts";
import { DocumentStore } from "../project/document-store.ts";
import { ProjectMemory } from "./memory.ts";
import { calledBy } from "./install-calls.ts";
import { investigationOf } from "./investigation.ts";
import { gapsIn, judge } from "./judge.ts";
import { ProjectLocator } from "../project/locate.ts";
import { projectAround } from "../project/project.ts";
import { readProject, type Reading } from "./read.ts";
import type { Judged } from "./findings.ts";
import { safeVersions } from "./safe-version.ts";
import type { Target } from "../project/target.ts";
import { folderOf, join } from "../util/uri.ts";

export interface Explained extends Judged {
  /** The cooldown that would hold without `depwarden.minimumReleaseAge`. */
  readonly projectCooldown: RuleContext["cooldown"];
}

/** The nearest folder, from this one (a URI) up, that has a manifest, as package managers look for it; else itself. */
export async function enclosingProject(folder: string, files: Files, cancel: Cancellation): Promise<string> {
  for (let at = folder; ; at = folderOf(at)) {
    const manifest = await files.read(join(at, "package.json"), cancel);
    if (manifest.known || manifest.code !== "not-found") return at;
    if (!folderOf(at).includes("://")) return folder;
  }
}

/** Nobody has approved anything, nor has to, where nothing is installed. */
const NO_POLICY = { approvals: null, trust: null } satisfies Partial<RuleContext>;

/**
 * One release by itself, as the project that a folder (a URI) belongs to would judge it. The folder is taken for trusted.
 * Outside of a project nothing is said of what a package manager would do.
 */
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
  const investigation = await investigationOf(reading, ports, store, options, new ProjectMemory());
  const { gatherer, projectCooldown, search } = investigation;
  const context = isProject(reading) ? investigation.context : { ...investigation.context, ...NO_POLICY };
  const target: Target = { release, direct: true, lockedInstallScript: null, range: null, locked: [], declared: [] };
  const subject = await gatherer.subject(target, cancel);
  const judgements = judge(subject, settings, context);
  const gaps = gapsIn(subject, judgements, settings, context);
  const safe = await safeVersions(subject, target, search, cancel);
  return { target, subject, judgements, gaps, calls: calledBy(subject), safe, projectCooldown };
}

/** A manifest or lockfile is there, if only one that cannot be read. */
function isProject({ manifests, lockfiles, problems }: Reading): boolean {
  return manifests.length > 0 || lockfiles.length > 0 || problems.some(({ unknown }) => unknown.code !== "not-found");
}
