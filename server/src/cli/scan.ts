import yoctoSpinner from "yocto-spinner";
import { printable } from "../../../common/shown-text.ts";
import { scanJson } from "../core/report/contract.ts";
import type { ScanJson } from "../core/report/contract.ts";
import { nothingScanned } from "../core/report/nothing-scanned.ts";
import { isScanned } from "../core/documents/index.ts";
import type { Unknown } from "../core/facts/fact.ts";
import { guarded } from "../core/facts/guard.ts";
import { DocumentStore } from "../core/project/document-store.ts";
import { inspectProject } from "../core/engine/inspect.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { ProjectLocator } from "../core/project/locate.ts";
import { type GitIgnored, ignoredParts, ignoredText, isExcludedBy } from "../core/project/left-out.ts";
import { projectsOf } from "../core/project/project.ts";
import type { Project } from "../core/project/project.ts";
import { fileNameOf, folderOf, pathBetween, relativePath } from "../core/util/uri.ts";
import { count } from "../core/util/words.ts";
import { isAtLeast } from "../core/rules/rule.ts";
import { deliver, isPainted } from "./deliver.ts";
import { isExpectedGap } from "./expected-gap.ts";
import type { CliOptions } from "./options.ts";
import { printedJson, printedRows } from "./printed.ts";
import { allowNotes, settingsFor, suppressedBy, suppressionNotes } from "./settings.ts";
import { scanRows, type TextOptions } from "./text.ts";
import type { CliWorld, Found } from "./world.ts";

/** Nothing was found, something was found, something could not be read or checked. */
export type ExitCode = 0 | 1 | 2;

export async function scan(
  paths: readonly string[],
  options: CliOptions,
  world: CliWorld,
  signal: AbortSignal,
): Promise<ExitCode> {
  const folders = await foldersOf(paths, world);
  const root = sharedFolder(folders);
  const own = await settingsFor(root, options, world.files, signal);
  const { settings, problems } = own;
  const { cacheDir, cache, asOf = null, verbose = false } = options;
  const ports = world.makePorts(settings, { cacheDir, cache, asOf, verbose, folders });
  for (const problem of problems) world.stderr.line(problem);
  const [{ uris, problems: unread, excluded, ignored, unheeded }] = await Promise.all([
    world.find(paths, { exclude: settings.exclude, gitignore: options.ignore !== false }, signal),
    ports.refreshCatalogue(signal),
  ]);
  for (const { path, reason } of unread) world.stderr.line(`${path}: ${reason}`);
  const store = new DocumentStore(ports, true);
  const documents = uris.filter((uri) => isScanned(fileNameOf(uri)));
  const others = uris.filter((uri) => !isScanned(fileNameOf(uri)));
  const searched = await searchedFolders(paths, world);
  const files = new Set(documents);
  const locator = new ProjectLocator({ store, files: ports.files, limit: null, opened: folders, cancel: signal });
  const projects = await projectsOf(documents, locator, searched);
  const isExcluded = isExcludedBy(settings.exclude, searched);
  for (const uri of hiddenWorkspaces(projects, searched, isExcluded)) files.add(uri);
  for (const uri of ignoredParts(projects, ignored, isExcluded)) files.add(uri);
  if (verbose) for (const note of ignoredNotes(ignored, unheeded)) world.stderr.line(note);
  for (const uri of others) world.stderr.line(`${world.displayPath(uri)}: not a file that Depwarden reads`);

  const spinner = world.stderr.showsProgress
    ? yoctoSpinner({ text: "Checking", stream: process.stderr }).start()
    : null;
  const reports: ProjectReport[] = [];
  const failures: string[] = [];
  try {
    for (const project of projects) {
      const onProgress = (done: number, total: number): void => {
        if (spinner === null) return;
        const folder = world.displayPath(project.folder) || ".";
        spinner.text = printable(`Checking ${folder}: ${done} of ${count(total, "package")}`);
      };
      const named = { files, folders: searched };
      const report = await guarded<ProjectReport | Unknown>(
        () => inspectProject(project, ports, store, { settings, trusted: true, cancel: signal, onProgress, named }),
        (failure) => failure,
        signal,
      );
      if ("project" in report) reports.push(report);
      else failures.push(`${world.displayPath(project.folder) || "."}: could not be checked: ${report.reason}.`);
    }
  } finally {
    spinner?.stop();
  }
  await ports.settled();
  for (const failure of failures) world.stderr.line(failure);

  // Of one path, all is as from the scanned folder; several have no folder of their own.
  const pathOf = (uri: string): string => (paths.length === 1 ? pathBetween(root, uri) : world.pathFromHere(uri));
  const suppressed = suppressedBy(own, options, { reports, excluded, pathOf });
  const json = scanJson({
    reports,
    suppressed,
    toolVersion: world.version,
    now: ports.clock.now(),
    pathOf,
  });
  const isWholeFolder =
    paths.length === 1 && paths.every((path) => world.toUri(world.resolve(path)) === root) && unread.length === 0;
  const used =
    isWholeFolder && failures.length === 0 && json.summary.unchecked === 0 && ports.clock.asOf === null
      ? new Set(reports.flatMap(({ allowUsed }) => [...allowUsed]))
      : null;
  const settingsPath = world.displayPath(own.uri);
  for (const note of allowNotes(own, settingsPath, used, ports.clock.now())) world.stderr.line(note);
  for (const note of hiddenNotes(reports, world.displayPath)) world.stderr.line(note);
  for (const note of suppressionNotes(suppressed, pathOf(own.uri), settingsPath)) world.stderr.line(note);
  const colors = isPainted(options, world);
  const isJson = options.format === "json";
  const text = isJson
    ? printedJson(json)
    : printedRows(scanRows(reports, json.summary, textOptions(options, world)), colors);
  const isNothing = projects.length === 0 && unread.length === 0 && others.length === 0;
  if (isNothing) world.stderr.line(nothingScanned(excluded, ignored));
  // A summary of nothing would read as if all were well.
  const delivered = reports.length === 0 && !isJson ? true : await deliver(text, options.output, world);
  if (projects.length === 0 || !delivered) return 2;
  return exitCode(json, reports, options, [...unread, ...others, ...failures].length === 0);
}

function textOptions({ output, verbose, quiet }: CliOptions, { stdout, displayPath }: CliWorld): TextOptions {
  return {
    displayPath,
    columns: output === undefined ? stdout.columns : null,
    detail: verbose === true ? "all" : quiet === true ? "errors" : "usual",
  };
}

/** The folders given, and those that hold the files given. */
async function foldersOf(paths: readonly string[], world: CliWorld): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const path of paths) {
    const uri = world.toUri(world.resolve(path));
    folders.push((await isFolder(path, world)) ? uri : folderOf(uri));
  }
  return folders;
}

/** Manifests of workspaces in folders that a search does not enter, but for those that are left out. */
function hiddenWorkspaces(
  projects: readonly Project[],
  searched: readonly string[],
  isExcluded: (uri: string) => boolean,
): readonly string[] {
  const isInModules = (uri: string): boolean =>
    searched.some((folder) => relativePath(folder, uri)?.split("/").includes("node_modules") === true);
  return projects
    .flatMap(({ manifests }) => manifests.map(({ uri }) => uri))
    .filter((uri) => isInModules(uri) && !isExcluded(uri));
}

/** The folders that were looked through whole. */
async function searchedFolders(paths: readonly string[], world: CliWorld): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const path of paths) if (await isFolder(path, world)) folders.push(world.toUri(world.resolve(path)));
  return folders;
}

/** What cannot be looked at is reported by the search. */
async function isFolder(path: string, world: CliWorld): Promise<boolean> {
  const found = await world.look(path);
  return found.known && found.value.isFolder;
}

function ignoredNotes(ignored: GitIgnored, unheeded: Found["unheeded"]): readonly string[] {
  const left = ignoredText(ignored);
  return [
    ...unheeded.map(({ path, reason }) => `${path} is not heeded, or not whole: ${reason}`),
    ...(left === null ? [] : [`${left} left out, as .gitignore files say. --no-ignore looks into them too.`]),
  ];
}

/** What was found for files that were named, in lockfiles that were not. */
function hiddenNotes(reports: readonly ProjectReport[], displayPath: (uri: string) => string): readonly string[] {
  const counts = new Map<string, number>();
  for (const { file, severity } of reports.flatMap(({ hidden }) => hidden)) {
    if (isAtLeast(severity, "warning")) counts.set(file, (counts.get(file) ?? 0) + 1);
  }
  return [...counts].map(
    ([file, found]) =>
      `${displayPath(file)}: ${count(found, "error or warning", "errors and warnings")}, not shown. Scan it too to see them.`,
  );
}

/** The folder that all lie in: its settings hold. */
function sharedFolder(folders: readonly string[]): string {
  return folders.reduce((shared, folder) => {
    let at = shared;
    while (at !== folder && !folder.startsWith(`${at}/`)) at = folderOf(at);
    return at;
  });
}

function exitCode(json: ScanJson, reports: readonly ProjectReport[], options: CliOptions, isWhole: boolean): ExitCode {
  const { failOn } = options;
  if (failOn !== "never" && json.findings.some(({ severity }) => isAtLeast(severity, failOn))) return 1;
  const isUnchecked = reports.some(({ gaps }) => [...gaps].some((code) => !isExpectedGap(code, options)));
  const isUnread = json.files.some(({ error }) => error !== null);
  return isUnchecked || isUnread || !isWhole ? 2 : 0;
}
