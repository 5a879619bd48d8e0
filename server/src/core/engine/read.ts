/** Reads the files of a project: what could be read of them, and what could not. */
import { configKind } from "../documents/config/index.ts";
import { readManifestConfig } from "../documents/config/json.ts";
import { EMPTY_MAP, scalarsAt } from "../documents/config/tree.ts";
import type { ConfigTree } from "../documents/config/tree.ts";
import { documentKind, LOCKFILE_NAMES } from "../documents/index.ts";
import type { Unknown } from "../facts/fact.ts";
import { oneLine } from "../util/sanitize.ts";
import { dependentsOf, directIds } from "../graph.ts";
import { branchOf } from "../policy/lockfile-use.ts";
import type { DocumentProblem, Lockfile, Manifest, LockfileFormat } from "../model.ts";
import { FAMILIES } from "../project/installers.ts";
import type { LockfileVersion } from "../project/installers.ts";
import type { Cancellation } from "../ports.ts";
import { EMPTY_SPAN, LineIndex } from "../util/text.ts";
import { listed } from "../util/words.ts";
import type { Document, DocumentStore } from "../project/document-store.ts";
import type { FileProblem } from "./file-findings.ts";
import type { FileReport } from "./finding.ts";
import { configsOf, rootManifestOf } from "../project/project.ts";
import { FIRST_WITH_WORKSPACE_SETTINGS } from "../config/sources.ts";
import type { UnreadRoot } from "../project/locate.ts";
import type { Project } from "../project/project.ts";
import { ancestorsOf, fileNameOf, folderOf, join, pathBetween, relativePath, resolvedFrom } from "../util/uri.ts";
import { globsLeftOut } from "../documents/workspace-globs.ts";

export interface ReadManifest {
  readonly document: Document<Manifest>;
  /** "" for the root. */
  readonly importer: string;
}

export interface ReadProject {
  readonly folder: string;
  readonly manifests: readonly ReadManifest[];
  readonly lockfiles: readonly Document<Lockfile>[];
  /** The lockfiles in its folder, else beside its settings, in the order in which package managers prefer them. */
  readonly governing: readonly LockfileVersion[];
  /** Policy files beside the root manifest, and what of policy that manifest itself holds. */
  readonly configs: readonly Document<ConfigTree>[];
  /** The manifest that says what holds for the project. */
  readonly root: Document<Manifest> | null;
  /** Folders of workspaces that have settings of their own (URIs). */
  readonly configured: readonly string[];
  /** What of its workspaces is not looked at, as a clause; null where all are. */
  readonly leftOut: string | null;
  /** The nearest workspace root above it that does not have it as a workspace (URI); null if there is none. */
  readonly outsideOf: string | null;
  /** Folders that are opened or scanned (URIs): what is in them is checked by itself. */
  readonly opened: readonly string[];
  /** The branch that is checked out, where a lockfile of one branch is there; null where it is not known. */
  readonly branch: string | null;
}

export interface Reading extends ReadProject {
  readonly files: readonly FileReport[];
  readonly problems: readonly FileProblem[];
}

export async function readProject(project: Project, store: DocumentStore, cancel: Cancellation): Promise<Reading> {
  const manifests: ReadManifest[] = [];
  const lockfiles: Document<Lockfile>[] = [];
  const configs: Document<ConfigTree>[] = [];
  const files: FileReport[] = [];
  const problems: FileProblem[] = [];
  let root: Document<Manifest> | null = null;
  const note = (document: Document<{ readonly problems: readonly DocumentProblem[] }>): void => {
    const { uri, model } = document;
    const [problem] = model.problems;
    const told = problem === undefined ? null : tell(problem, document, project);
    files.push({ file: uri, kind: document.kind, packages: 0, error: told });
    // One cause may break a text in several places: the first is told, and how many more there are.
    if (problem !== undefined && told !== null) problems.push(notWhole(uri, problem, told, model.problems.length - 1));
  };
  /** What of policy the manifest holds: its file is in the list already. */
  const noteBeyond = (document: Document<ConfigTree>): void => {
    const [problem] = document.model.problems;
    if (problem === undefined) return;
    problems.push(
      notWhole(document.uri, problem, tell(problem, document, project), document.model.problems.length - 1),
    );
  };
  const leaveOut = (uri: string, unknown: Unknown): void => {
    files.push(unreadable(uri, unknown.reason));
    problems.push(unread(uri, unknown));
  };
  for (const { uri, importer } of project.manifests) {
    const document = await store.manifest(uri, cancel);
    cancel.throwIfAborted();
    if (!document.known) leaveOut(uri, document);
    else {
      manifests.push({ document: document.value, importer });
      note(document.value);
      if (uri === rootManifestOf(project)) root = document.value;
    }
  }
  for (const uri of project.lockfiles) {
    const document = await store.lockfile(uri, cancel);
    cancel.throwIfAborted();
    if (!document.known) leaveOut(uri, document);
    else {
      lockfiles.push(document.value);
      note(document.value);
    }
  }
  const isBorrowed = hasBorrowedSettings(project);
  if (root === null && project.settings !== project.folder) {
    const elsewhere = await store.manifest(rootManifestOf(project), cancel);
    if (elsewhere.known) root = elsewhere.value;
  }
  if (root !== null) {
    const config = manifestConfig(root);
    configs.push(config);
    if (!isBorrowed && root.model.problems.length === 0) noteBeyond(config);
  }
  const read = await Promise.all(
    configsOf(project).map(async (uri) => ({ uri, document: await store.config(uri, cancel) })),
  );
  cancel.throwIfAborted();
  for (const { uri, document } of read) {
    if (document.known) {
      configs.push(document.value);
      // What lies above is told where it is scanned or opened.
      if (!isBorrowed) note(document.value);
    } else if (document.code !== "not-found") {
      if (!isBorrowed) leaveOut(uri, document);
      configs.push(unreadConfig(uri, document));
    }
  }
  for (const uri of project.unreadManifests) {
    files.push(unreadable(uri, UNREAD_MANIFEST));
    problems.push(unreadManifest(uri));
  }
  const beside = lockfiles.filter(({ uri }) => folderOf(uri) === project.folder).map(({ model }) => model);
  const governing =
    beside.length > 0 || project.settings === project.folder
      ? beside
      : await lockfilesIn(project.settings, store, cancel);
  const leftOut = project.leftOut ?? (isBorrowed ? null : await patternsLeftOut(project, governing, store, cancel));
  const [first] = [...project.lockfiles, ...project.manifests.map(({ uri }) => uri)];
  if (project.unread !== null && first !== undefined) problems.push(rootNotRead(first, project.unread));
  if (leftOut !== null && first !== undefined) {
    const message = `${leftOut.charAt(0).toUpperCase()}${leftOut.slice(1)}.`;
    problems.push({ uri: first, span: EMPTY_SPAN, message, unknown: { code: "malformed", clause: leftOut } });
  }
  for (const lockfile of lockfiles)
    for (const problem of absentWorkspaces(lockfile, project.absent)) problems.push(problem);
  const configured = await configuredFolders(project, store, cancel);
  return {
    folder: project.folder,
    manifests,
    lockfiles,
    governing,
    configs,
    root,
    leftOut,
    outsideOf: project.outsideOf,
    opened: project.opened,
    branch: lockfiles.some(({ uri }) => branchOf(uri) !== null) ? await branchIn(project.folder, store, cancel) : null,
    configured,
    files,
    problems,
  };
}

/**
 * Where the lockfile has a workspace for a dependency and the folder is not there, Bun and Yarn 2 and up take the package
 * of that name from the registry. Tried: Bun 1.4 and Yarn 4.18. npm and pnpm install nothing for it.
 */
function absentWorkspaces({ uri, model }: Document<Lockfile>, absent: readonly string[]): readonly FileProblem[] {
  if (absent.length === 0 || (model.format !== "bun" && model.format !== "yarn-berry")) return [];
  const missing = new Set(absent);
  const asked = model.packages.filter(
    ({ id, source, key, version }) =>
      source === "workspace" &&
      missing.has(/(?:^|@)workspace:([^,]+)/.exec(model.format === "bun" ? version : key)?.[1] ?? "") &&
      (directIds(model).has(id) || dependentsOf(model, id).length > 0),
  );
  const [first] = asked;
  if (first === undefined) return [];
  const names = listed([...new Set(asked.map(({ name }) => oneLine(name, 80)))], 6);
  const clause = "locked as workspaces whose folders are not there";
  return [
    {
      uri,
      span: first.versionSpan,
      message: `${names}: ${clause}. ${FAMILIES[model.format]} would install packages of these names from a registry. Restore the folders, or lock again.`,
      unknown: { code: "not-found", clause },
    },
  ];
}

const UNREAD_MANIFEST = "pnpm reads it as a manifest, and Depwarden reads only package.json";

function unreadManifest(uri: string): FileProblem {
  const message = `${fileNameOf(uri)}: ${UNREAD_MANIFEST}. What it asks for is not checked. Write it as package.json.`;
  return { uri, span: EMPTY_SPAN, message, unknown: { code: "malformed", clause: UNREAD_MANIFEST } };
}

/** Its settings are those of workspaces around it, where what is wrong with them is reported. */
export function hasBorrowedSettings({ folder, settings }: Project): boolean {
  return settings !== folder && relativePath(settings, folder) !== null;
}

function rootNotRead(uri: string, { folder, why }: UnreadRoot): FileProblem {
  const path = oneLine(pathBetween(folderOf(uri), folder), 200);
  if (why === "older pnpm") {
    const older = `pnpm before ${FIRST_WITH_WORKSPACE_SETTINGS} installs this folder by the pnpm-lock.yaml in ${path}, which is not looked at here`;
    const advice = `sharedWorkspaceLockfile in pnpm-workspace.yaml is for newer versions. State pnpm's version in packageManager, or check ${path} too.`;
    return { uri, span: EMPTY_SPAN, message: `${older}: ${advice}`, unknown: { code: "not-stated", clause: older } };
  }
  const clause = `the workspace root may be ${path}, which is not read before the workspace is trusted`;
  const message = `${clause.charAt(0).toUpperCase()}${clause.slice(1)}: its lockfile and settings are not known.`;
  return { uri, span: EMPTY_SPAN, message, unknown: { code: "refused", clause } };
}

/** From HEAD of the nearest git repository above; null if there is no repository, or no branch is checked out. */
async function branchIn(folder: string, store: DocumentStore, cancel: Cancellation): Promise<string | null> {
  for (const at of [folder, ...ancestorsOf(folder)]) {
    const head = await store.text(join(at, ".git", "HEAD"), cancel);
    cancel.throwIfAborted();
    if (head.known) return /^ref: refs\/heads\/(\S{1,250})\s*$/.exec(head.value)?.[1] ?? null;
  }
  return null;
}

/** What cannot be read tells no format; it is reported where it is scanned or opened. */
async function lockfilesIn(
  folder: string,
  store: DocumentStore,
  cancel: Cancellation,
): Promise<readonly LockfileVersion[]> {
  const read = await Promise.all(LOCKFILE_NAMES.map((name) => store.lockfile(join(folder, name), cancel)));
  cancel.throwIfAborted();
  return read.flatMap((document) => (document.known ? [document.value.model] : []));
}

function manifestConfig(document: Document<Manifest>): Document<ConfigTree> {
  return { ...document, model: manifestPolicy(document) };
}

/** What a manifest says of policy. Where the manifest cannot be read whole, neither can this. */
export function manifestPolicy({ text, model }: Pick<Document<Manifest>, "text" | "model">): ConfigTree {
  const config = readManifestConfig(text);
  return { ...config, problems: [...model.problems, ...config.problems] };
}

/** How many patterns for workspaces are ignored, as a clause; null where none are. */
async function patternsLeftOut(
  { settings, opened }: Project,
  [lockfile]: readonly LockfileVersion[],
  store: DocumentStore,
  cancel: Cancellation,
): Promise<string | null> {
  const manifest = await store.manifest(join(settings, "package.json"), cancel);
  const pnpm = await store.config(join(settings, "pnpm-workspace.yaml"), cancel);
  cancel.throwIfAborted();
  const lists = [
    manifest.known ? manifest.value.model.workspaces : [],
    pnpm.known ? scalarsAt(pnpm.value.model.root, "packages").map(({ text }) => text) : [],
  ];
  const count = lists.reduce((sum, globs) => sum + globsLeftOut(globs, lockfile?.format ?? null), 0);
  if (count === 0) return workspacesElsewhere(lists.flat(), settings, opened, lockfile?.format ?? null);
  return `workspaces may be left out: ${count} of the patterns for them cannot be matched in a short time`;
}

/** pnpm, Yarn 1 and Bun take workspaces beside the root too, npm and Yarn 2 and up do not: tried. */
function workspacesElsewhere(
  globs: readonly string[],
  settings: string,
  opened: readonly string[],
  format: LockfileFormat | null,
): string | null {
  if (format === "npm" || format === "yarn-berry") return null;
  const leadsOut = globs.find((glob) => {
    if (!/^(?:\.[/\\])*\.\.(?:[/\\]|$)/.test(glob.trim())) return false;
    const [literal = ""] = glob.trim().split(/[*?[{(!]/);
    const folder = resolvedFrom(settings, literal);
    return folder === null || opened.every((each) => relativePath(each, folder) === null);
  });
  return leadsOut === undefined
    ? null
    : `workspaces outside of what is opened or scanned are left out ("${oneLine(leadsOut, 80)}")`;
}

/** In place of a policy file that is there and cannot be read: what it says is not known. */
function unreadConfig(uri: string, { reason }: Unknown): Document<ConfigTree> {
  const problems: readonly DocumentProblem[] = [{ kind: "syntax", message: reason, span: EMPTY_SPAN }];
  return {
    uri,
    kind: configKind(fileNameOf(uri)) ?? "npmrc",
    text: "",
    lines: () => new LineIndex(""),
    model: { type: "config", root: EMPTY_MAP, problems },
  };
}

/** Yarn 2 and up and pnpm until 10 let a workspace say where its own names resolve from. */
const WORKSPACE_FILES = [".npmrc", ".yarnrc.yml", ".yarnrc"];

async function configuredFolders(
  project: Project,
  store: DocumentStore,
  cancel: Cancellation,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const { uri } of project.manifests) {
    if (folderOf(uri) === project.settings) continue;
    for (const name of WORKSPACE_FILES) {
      const file = await store.config(join(folderOf(uri), name), cancel);
      if (file.known || file.code !== "not-found") found.add(folderOf(uri));
    }
  }
  return [...found];
}

function unreadable(file: string, error: string): FileReport {
  return { file, kind: documentKind(fileNameOf(file)) ?? configKind(fileNameOf(file)) ?? "other", packages: 0, error };
}

/** Of the whole file, so at its start. */
function unread(uri: string, { code, reason }: Unknown): FileProblem {
  return {
    uri,
    span: EMPTY_SPAN,
    message: `${fileNameOf(uri)} could not be read: ${reason}.`,
    unknown: { code, clause: reason },
  };
}

function tell(problem: DocumentProblem, document: Document<unknown>, project: Project): string {
  if (problem.kind !== "binary")
    return `line ${document.lines().positionAt(problem.span.start).line + 1}: ${problem.message}`;
  const text = join(folderOf(document.uri), "bun.lock");
  return project.lockfiles.includes(text)
    ? "it is bun's binary lockfile; Bun uses the bun.lock beside it, so this file can be deleted"
    : problem.message;
}

function notWhole(uri: string, problem: DocumentProblem, told: string, others: number): FileProblem {
  const clause = problem.kind === "binary" ? told : problem.message;
  return {
    uri,
    span: problem.span,
    message: messageOf(fileNameOf(uri), problem, told, others),
    unknown: { code: "malformed", clause },
  };
}

function messageOf(file: string, { kind }: DocumentProblem, told: string, others: number): string {
  if (kind === "binary") return `${file} could not be read: ${told}.`;
  const more = others === 0 ? "" : ` (and ${others} more ${others === 1 ? "problem" : "problems"})`;
  const rest = kind === "syntax" || kind === "conflict" ? " What could be read of it is checked." : "";
  return `${file} could not be read whole: ${told}${more}.${rest}`;
}
