import { LSPErrorCodes, ResponseError } from "vscode-languageserver";
import { scanJson } from "../core/report/contract.ts";
import type { ScanJson } from "../core/report/contract.ts";
import { nothingScanned } from "../core/report/nothing-scanned.ts";
import { count } from "../core/util/words.ts";
import { inspectProject } from "../core/engine/inspect.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import type { Unknown } from "../core/facts/fact.ts";
import { guarded } from "../core/facts/guard.ts";
import { ProjectLocator } from "../core/project/locate.ts";
import { type GitIgnored, ignoredParts, isExcludedBy, isIgnoredBy } from "../core/project/left-out.ts";
import { projectsOf } from "../core/project/project.ts";
import type { Excluded } from "../core/settings/suppressions.ts";
import { fileNameOf, relativePath } from "../core/util/uri.ts";
import type { AllowReport } from "./allow-report.ts";
import type { Progress } from "./editor.ts";
import type { Environments, FoundDocuments } from "./environments.ts";
import { isCurrent, versionsOf } from "./open-documents.ts";
import type { OpenDocuments } from "./open-documents.ts";
import type { Publisher } from "./publisher.ts";
import type { SuppressionReport } from "./suppression-report.ts";
import type { WorkspaceFolders } from "./workspace-folders.ts";

export const SCAN_COMMAND = "depwarden.scanWorkspace";

export interface ScanParts {
  readonly folders: WorkspaceFolders;
  readonly documents: OpenDocuments;
  readonly environments: Environments;
  readonly publisher: Publisher;
  readonly allowReport: AllowReport;
  readonly suppressionReport: SuppressionReport;
  readonly toolVersion: string;
  /** Logs a warning. */
  readonly warn: (message: string) => void;
  /** Shows a warning to the person. */
  readonly showWarning: (message: string) => void;
}

/** What came of a folder, or of all of them. */
interface Scanned {
  readonly reports: readonly ProjectReport[];
  /** Projects that could not be checked. */
  readonly failed: number;
  readonly excluded: readonly Excluded[];
  readonly ignored: GitIgnored;
}

/**
 * Inspects every project of the workspace, shows what it finds as it goes, and returns the scan's JSON. Where nothing was
 * inspected, the person is told.
 */
export async function scanWorkspace(parts: ScanParts, progress: Progress, signal: AbortSignal): Promise<ScanJson> {
  if (parts.folders.all.length === 0)
    throw new ResponseError(LSPErrorCodes.RequestFailed, "Nothing was scanned: the client has no folder open.");
  progress.begin("Depwarden", "looking for manifests and lockfiles");
  try {
    const scanned: Scanned[] = [];
    for (const folder of parts.folders.all) scanned.push(await scanFolder(folder, parts, progress, signal));
    const reports = scanned.flatMap((folder) => folder.reports);
    if (reports.length === 0) parts.showWarning(whyNothing(scanned));
    const pathOf = (uri: string): string => parts.folders.pathOf(uri);
    const suppressed = parts.suppressionReport.of(reports, pathOf);
    return scanJson({ reports, suppressed, toolVersion: parts.toolVersion, now: Date.now(), pathOf });
  } catch (error) {
    if (signal.aborted) throw new ResponseError(LSPErrorCodes.RequestCancelled, "The scan was cancelled");
    throw error;
  } finally {
    progress.done();
  }
}

function whyNothing(scanned: readonly Scanned[]): string {
  const failed = scanned.reduce((sum, folder) => sum + folder.failed, 0);
  const ignored = {
    folders: scanned.flatMap((folder) => folder.ignored.folders),
    files: scanned.flatMap((folder) => folder.ignored.files),
  };
  if (failed === 0)
    return nothingScanned(
      scanned.flatMap(({ excluded }) => excluded),
      ignored,
    );
  return `Nothing was scanned: ${count(failed, "project")} could not be checked. The log says why.`;
}

/** The manifests and lockfiles of a workspace folder, and what settings leave out of them. What an earlier scan has shown of others stays no longer. */
export async function findIn(
  folder: string,
  { folders, environments, publisher, suppressionReport }: ScanParts,
  signal: AbortSignal,
): Promise<FoundDocuments> {
  const { ports, settings } = await environments.at(folder);
  const { uris: all, excluded, ignored } = await ports.find(folder, settings.exclude, signal);
  suppressionReport.lookedThrough(folder, excluded);
  // What lies in two workspace folders is read once, and together with what is around it.
  const found = new Set(all.filter((uri) => folders.outermost(uri) === folder));
  // What git ignores may still be a part of a project that is found.
  const isIgnored = isIgnoredBy(ignored);
  publisher.forget((uri) => folders.outermost(uri) === folder && !found.has(uri) && !isIgnored(uri));
  publisher.sweep();
  return { uris: [...found], excluded, ignored };
}

async function scanFolder(folder: string, parts: ScanParts, progress: Progress, signal: AbortSignal): Promise<Scanned> {
  const { folders, environments, documents, publisher, allowReport } = parts;
  const { ports, store, settings } = await environments.at(folder);
  await parts.suppressionReport.read(folder, signal);
  const { uris, excluded, ignored } = await findIn(folder, parts, signal);
  const limit = environments.trusted ? null : (folders.outermost(folder) ?? folder);
  const locator = new ProjectLocator({ store, files: ports.files, limit, opened: folders.all, cancel: signal });
  const projects = await projectsOf(uris, locator, [folder]);
  const files = new Set([...uris, ...ignoredParts(projects, ignored, isExcludedBy(settings.exclude, [folder]))]);
  const isIgnored = isIgnoredBy(ignored);
  publisher.forget((uri) => folders.outermost(uri) === folder && isIgnored(uri) && !files.has(uri));
  const named = { files, folders: [folder] };
  const reports: ProjectReport[] = [];
  let failed = 0;
  for (const [index, project] of projects.entries()) {
    signal.throwIfAborted();
    const versions = versionsOf(project, documents);
    const own = await environments.at(relativePath(folder, project.folder) === null ? folder : project.folder);
    const tell = paced((done, total) => {
      const share = (index + (total === 0 ? 1 : done / total)) / projects.length;
      progress.report(
        Math.floor(share * 100),
        `${fileNameOf(project.folder)}: ${done} of ${count(total, "package")} (project ${index + 1} of ${projects.length})`,
      );
    });
    const options = {
      settings: own.settings,
      trusted: environments.trusted,
      cancel: signal,
      onProgress: tell,
      named,
    };
    const report = await guarded<ProjectReport | Unknown>(
      () => inspectProject(project, own.ports, own.store, options),
      (failure) => failure,
      signal,
    );
    signal.throwIfAborted();
    if (!("project" in report)) {
      parts.warn(`${project.folder} could not be checked: ${report.reason}.`);
      failed++;
      continue;
    }
    if (isCurrent(versions, documents) && folders.all.includes(folder)) publisher.publishScanned(report, versions);
    reports.push(report);
  }
  const isWhole =
    failed === 0 &&
    reports.every(({ unchecked, files: read }) => unchecked === 0 && read.every(({ error }) => error === null));
  allowReport.scanned(folder, isWhole ? new Set(reports.flatMap(({ allowUsed }) => [...allowUsed])) : null);
  await allowReport.show(folder, ports.files, signal);
  return { reports, failed, excluded, ignored };
}

/** Lets through at most one call in 100 ms, and the last. */
function paced(tell: (done: number, total: number) => void): (done: number, total: number) => void {
  let last = 0;
  return (done, total) => {
    const now = Date.now();
    if (done < total && now - last < 100) return;
    last = now;
    tell(done, total);
  };
}
