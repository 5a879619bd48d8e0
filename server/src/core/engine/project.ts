/** Which files belong together: a lockfile, the manifest beside it, and the manifests of its workspaces. */
import { CONFIG_NAMES } from "../documents/config/index.ts";
import { scalarsAt } from "../documents/config/tree.ts";
import { documentKind, LOCKFILE_NAMES } from "../documents/index.ts";
import type { Cancellation, Files } from "../ports.ts";
import type { DocumentStore } from "./document-store.ts";
import { fileNameOf, folderOf, join, relativePath } from "./uri.ts";
import { workspaceMatcher, workspacePaths } from "./workspaces.ts";

export interface Project {
  /** Folder URI, without a final `/`. */
  readonly folder: string;
  /** Root manifest first, where there is one. */
  readonly manifests: readonly ProjectManifest[];
  /** In the order in which the package manager prefers them. */
  readonly lockfiles: readonly string[];
  /** The root of workspaces above it, which is no part of it here but says what holds for it. */
  readonly rulesFrom?: string;
}

export interface ProjectManifest {
  readonly uri: string;
  /** The importer's path in the lockfile: "" for the root. */
  readonly importer: string;
}

export function filesOf(project: Project): readonly string[] {
  return [...project.manifests.map(({ uri }) => uri), ...project.lockfiles, ...configsOf(project)];
}

/** Where the project's policy files stand, if it has them. */
export function configsOf({ folder }: Pick<Project, "folder">): readonly string[] {
  return CONFIG_NAMES.map((name) => join(folder, name));
}

/** How far up a manifest may stand below the root of its workspaces. */
const LEVELS = 8;

/** Groups files (URIs of manifests and lockfiles) into projects. Files of other kinds are left out. */
export async function projectsOf(uris: readonly string[], store: DocumentStore, cancel: Cancellation): Promise<readonly Project[]> {
  const given = new Set(uris.filter((uri) => documentKind(fileNameOf(uri)) !== null));
  const roots = new Map<string, string[]>();
  for (const uri of given) {
    if (documentKind(fileNameOf(uri)) !== "package-json") add(roots, folderOf(uri));
  }
  const manifests = new Map<string, ProjectManifest[]>();
  const own = [...given].filter((uri) => documentKind(fileNameOf(uri)) === "package-json");
  const withWorkspaces: string[] = [];
  for (const uri of own) if ((await workspaceGlobs(folderOf(uri), store, cancel)).length > 0) withWorkspaces.push(folderOf(uri));
  const candidates = [...new Set([...roots.keys(), ...withWorkspaces])];
  for (const uri of own) {
    const folder = folderOf(uri);
    const root = roots.has(folder) ? folder : ((await workspaceRoot(folder, candidates, store, cancel)) ?? folder);
    add(roots, root);
    const list = manifests.get(root) ?? [];
    list.push({ uri, importer: relativePath(root, folder) ?? "" });
    manifests.set(root, list);
  }
  const projects: Project[] = [];
  for (const folder of [...roots.keys()].sort()) {
    const lockfiles = LOCKFILE_NAMES.map((name) => join(folder, name)).filter((uri) => given.has(uri));
    const rulesFrom = lockfiles.length > 0 || candidates.includes(folder) ? null : await rootAbove(folder, store, cancel);
    projects.push({
      folder,
      manifests: (manifests.get(folder) ?? []).sort((a, b) => a.importer.localeCompare(b.importer)),
      lockfiles,
      ...(rulesFrom === null ? {} : { rulesFrom }),
    });
  }
  return projects;
}

/** The root of workspaces that a folder is one of, wherever it lies; null where it is none. */
async function rootAbove(folder: string, store: DocumentStore, cancel: Cancellation): Promise<string | null> {
  let at = folder;
  for (let level = 0; level < LEVELS && folderOf(at) !== at && at.includes("/", "file:///".length); level++) {
    at = folderOf(at);
    if (await isWorkspaceOf(folder, at, store, cancel)) return at;
  }
  return null;
}

function add(roots: Map<string, string[]>, folder: string): void {
  if (!roots.has(folder)) roots.set(folder, []);
}

async function workspaceRoot(folder: string, candidates: readonly string[], store: DocumentStore, cancel: Cancellation): Promise<string | null> {
  const above = candidates.filter((candidate) => folder.startsWith(`${candidate}/`)).sort((a, b) => b.length - a.length);
  for (const candidate of above) {
    if (await isWorkspaceOf(folder, candidate, store, cancel)) return candidate;
  }
  return null;
}

async function isWorkspaceOf(folder: string, root: string, store: DocumentStore, cancel: Cancellation): Promise<boolean> {
  const path = relativePath(root, folder);
  if (path === null || !(await store.manifest(join(root, "package.json"), cancel)).known) return false;
  if (workspaceMatcher(await workspaceGlobs(root, store, cancel))(path)) return true;
  const pnpm = await store.lockfile(join(root, "pnpm-lock.yaml"), cancel);
  return pnpm.known && pnpm.value.model.importers.some((importer) => importer.path === path);
}

/** As the folder's manifest has them, or pnpm's file of its own; empty where it has none. */
async function workspaceGlobs(folder: string, store: DocumentStore, cancel: Cancellation): Promise<readonly string[]> {
  const manifest = await store.manifest(join(folder, "package.json"), cancel);
  const settings = await store.config(join(folder, "pnpm-workspace.yaml"), cancel);
  return [...(manifest.known ? manifest.value.model.workspaces : []), ...(settings.known ? scalarsAt(settings.value.model.root, "packages").map(({ text }) => text) : [])];
}

/** Workspaces of one project whose manifests are read along with a document of it. */
const MOST_WORKSPACES = 500;

/** The project that a file belongs to, found by looking beside it and upward, but not above `limit` (a folder URI). */
export async function projectAround(uri: string, limit: string, files: Files, store: DocumentStore, cancel: Cancellation): Promise<Project> {
  const folder = folderOf(uri);
  const members = new Set([uri]);
  await addDocuments(folder, members, files, cancel);
  let at = folder;
  let root = folder;
  for (let level = 0; level < LEVELS && at !== limit && at.startsWith(`${limit}/`) && !hasLockfile(members); level++) {
    at = folderOf(at);
    if (!(await isWorkspaceOf(folder, at, store, cancel))) continue;
    await addDocuments(at, members, files, cancel);
    root = at;
  }
  if (!hasLockfile(members)) await addUnlocked(root, members, files, store, cancel);
  for (const lockfile of [...members].filter((member) => LOCKFILE_NAMES.includes(fileNameOf(member)))) {
    await addWorkspaces(lockfile, members, store, cancel);
  }
  const projects = await projectsOf([...members], store, cancel);
  const found = projects.find((project) => filesOf(project).includes(uri));
  return found ?? { folder, manifests: [], lockfiles: [] };
}

/** The manifests of the workspaces that a lockfile names: a fix may belong into one of them. */
async function addWorkspaces(lockfile: string, members: Set<string>, store: DocumentStore, cancel: Cancellation): Promise<void> {
  const read = await store.lockfile(lockfile, cancel);
  if (!read.known) return;
  for (const { path } of read.value.model.importers.slice(0, MOST_WORKSPACES)) {
    // A path out of the project is not followed: a lockfile is only text.
    if (path === "" || path.split("/").includes("..")) continue;
    const manifest = join(folderOf(lockfile), path, "package.json");
    if ((await store.manifest(manifest, cancel)).known) members.add(manifest);
  }
}

/** The manifests of workspaces that no lockfile names yet. */
async function addUnlocked(root: string, members: Set<string>, files: Files, store: DocumentStore, cancel: Cancellation): Promise<void> {
  const paths = await workspacePaths(root, await workspaceGlobs(root, store, cancel), files, cancel);
  for (const path of paths.slice(0, MOST_WORKSPACES)) members.add(join(root, path, "package.json"));
}

function hasLockfile(members: ReadonlySet<string>): boolean {
  return [...members].some((uri) => LOCKFILE_NAMES.includes(fileNameOf(uri)));
}

async function addDocuments(folder: string, members: Set<string>, files: Files, cancel: Cancellation): Promise<void> {
  const entries = await files.list(folder, cancel);
  if (!entries.known) return;
  for (const { name, isFolder } of entries.value) {
    if (!isFolder && documentKind(name) !== null) members.add(join(folder, name));
  }
}
