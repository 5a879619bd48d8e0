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
  /** What of its workspaces is not looked at, as a clause; absent where all are. */
  readonly leftOut?: string;
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

/** Manifests of one project that are read in a scan. */
const MOST_MANIFESTS = 5000;

/** Groups files (URIs of manifests and lockfiles) into projects. Files of other kinds are left out. */
export async function projectsOf(
  uris: readonly string[],
  store: DocumentStore,
  cancel: Cancellation,
): Promise<readonly Project[]> {
  const given = new Set(uris.filter((uri) => documentKind(fileNameOf(uri)) !== null));
  const roots = new Map<string, string[]>();
  for (const uri of given) {
    if (documentKind(fileNameOf(uri)) !== "package-json") add(roots, folderOf(uri));
  }
  const manifests = new Map<string, ProjectManifest[]>();
  const own = [...given].filter((uri) => documentKind(fileNameOf(uri)) === "package-json");
  const candidates = new Set(roots.keys());
  for (const uri of own)
    if ((await workspaceGlobs(folderOf(uri), store, cancel)).length > 0) candidates.add(folderOf(uri));
  const workspaces = new Workspaces(store, cancel);
  for (const uri of own) {
    const folder = folderOf(uri);
    const root = roots.has(folder) ? folder : ((await workspaces.rootOf(folder, candidates)) ?? folder);
    add(roots, root);
    const list = manifests.get(root) ?? [];
    list.push({ uri, importer: relativePath(root, folder) ?? "" });
    manifests.set(root, list);
  }
  const projects: Project[] = [];
  for (const folder of [...roots.keys()].sort()) {
    const lockfiles = LOCKFILE_NAMES.map((name) => join(folder, name)).filter((uri) => given.has(uri));
    const rulesFrom = lockfiles.length > 0 || candidates.has(folder) ? null : await workspaces.rootAbove(folder);
    const all = (manifests.get(folder) ?? []).sort((a, b) => a.importer.localeCompare(b.importer));
    const more = all.length - MOST_MANIFESTS;
    projects.push({
      folder,
      manifests: all.slice(0, MOST_MANIFESTS),
      lockfiles,
      ...(rulesFrom === null ? {} : { rulesFrom }),
      ...(more <= 0 ? {} : { leftOut: tooMany(more, MOST_MANIFESTS) }),
    });
  }
  return projects;
}

function tooMany(more: number, most: number): string {
  return `${more} more ${more === 1 ? "workspace is" : "workspaces are"} left out: no more than ${most} are read`;
}

function add(roots: Map<string, string[]>, folder: string): void {
  if (!roots.has(folder)) roots.set(folder, []);
}

/** Which folders are workspaces of which. What a root says is read once. */
class Workspaces {
  readonly #roots = new Map<string, Promise<(path: string) => boolean>>();

  constructor(
    private readonly store: DocumentStore,
    private readonly cancel: Cancellation,
  ) {}

  /** The nearest candidate above a folder that has it as a workspace; null if no candidate has. */
  async rootOf(folder: string, candidates: ReadonlySet<string>): Promise<string | null> {
    for (let at = above(folder); at !== null; at = above(at)) {
      if (candidates.has(at) && (await this.has(folder, at))) return at;
    }
    return null;
  }

  /** The workspace root of a folder, wherever it lies; null if the folder is no workspace. */
  async rootAbove(folder: string): Promise<string | null> {
    let at = above(folder);
    for (let level = 0; level < LEVELS && at !== null && above(at) !== null; level++) {
      if (await this.has(folder, at)) return at;
      at = above(at);
    }
    return null;
  }

  async has(folder: string, root: string): Promise<boolean> {
    const path = relativePath(root, folder);
    if (path === null) return false;
    const known = this.#roots.get(root) ?? this.#read(root);
    this.#roots.set(root, known);
    return (await known)(path);
  }

  async #read(root: string): Promise<(path: string) => boolean> {
    const { store, cancel } = this;
    if (!(await store.manifest(join(root, "package.json"), cancel)).known) return () => false;
    const matches = workspaceMatcher(await workspaceGlobs(root, store, cancel));
    const pnpm = await store.lockfile(join(root, "pnpm-lock.yaml"), cancel);
    const importers = new Set(pnpm.known ? pnpm.value.model.importers.map(({ path }) => path) : []);
    return (path) => matches(path) || importers.has(path);
  }
}

/** The folder that holds a folder; null at the top. */
function above(folder: string): string | null {
  return folder.includes("/", "file://".length) ? folderOf(folder) : null;
}

/** As the folder's manifest has them, or pnpm's file of its own; empty where it has none. */
export async function workspaceGlobs(
  folder: string,
  store: DocumentStore,
  cancel: Cancellation,
): Promise<readonly string[]> {
  const manifest = await store.manifest(join(folder, "package.json"), cancel);
  const settings = await store.config(join(folder, "pnpm-workspace.yaml"), cancel);
  return [
    ...(manifest.known ? manifest.value.model.workspaces : []),
    ...(settings.known ? scalarsAt(settings.value.model.root, "packages").map(({ text }) => text) : []),
  ];
}

/** Workspaces of one project whose manifests are read along with a document of it. */
const MOST_WORKSPACES = 500;

/** The project that a file belongs to, found by looking beside it and upward, but not above `limit` (a folder URI). */
export async function projectAround(
  uri: string,
  limit: string,
  files: Files,
  store: DocumentStore,
  cancel: Cancellation,
): Promise<Project> {
  const folder = folderOf(uri);
  const members = new Set([uri]);
  const workspaces = new Workspaces(store, cancel);
  await addDocuments(folder, members, files, cancel);
  let at = folder;
  let root = folder;
  for (let level = 0; level < LEVELS && at !== limit && at.startsWith(`${limit}/`) && !hasLockfile(members); level++) {
    at = folderOf(at);
    if (!(await workspaces.has(folder, at))) continue;
    await addDocuments(at, members, files, cancel);
    root = at;
  }
  let leftOut = hasLockfile(members) ? null : await addUnlocked(root, members, files, store, cancel);
  for (const lockfile of [...members].filter((member) => LOCKFILE_NAMES.includes(fileNameOf(member)))) {
    leftOut = (await addWorkspaces(lockfile, members, store, cancel)) ?? leftOut;
  }
  const projects = await projectsOf([...members], store, cancel);
  const found = projects.find((project) => filesOf(project).includes(uri));
  if (found === undefined) return { folder, manifests: [], lockfiles: [] };
  return leftOut === null ? found : { ...found, leftOut };
}

/**
 * The manifests of the workspaces that a lockfile names: a fix may belong into one of them. Returns what is left out, as a
 * clause; null where nothing is.
 */
async function addWorkspaces(
  lockfile: string,
  members: Set<string>,
  store: DocumentStore,
  cancel: Cancellation,
): Promise<string | null> {
  const read = await store.lockfile(lockfile, cancel);
  if (!read.known) return null;
  // A path out of the project is not followed: a lockfile is only text.
  const all = read.value.model.importers.map(({ path }) => path);
  const paths = all.filter((path) => path !== "" && !path.split("/").includes(".."));
  for (const path of paths.slice(0, MOST_WORKSPACES)) {
    const manifest = join(folderOf(lockfile), path, "package.json");
    if ((await store.manifest(manifest, cancel)).known) members.add(manifest);
  }
  return paths.length > MOST_WORKSPACES ? tooMany(paths.length - MOST_WORKSPACES, MOST_WORKSPACES) : null;
}

/** The manifests of workspaces that no lockfile names yet. Returns what is left out, as a clause; null where nothing is. */
async function addUnlocked(
  root: string,
  members: Set<string>,
  files: Files,
  store: DocumentStore,
  cancel: Cancellation,
): Promise<string | null> {
  const { paths, isWhole } = await workspacePaths(root, await workspaceGlobs(root, store, cancel), files, cancel);
  for (const path of paths.slice(0, MOST_WORKSPACES)) members.add(join(root, path, "package.json"));
  if (paths.length > MOST_WORKSPACES) return tooMany(paths.length - MOST_WORKSPACES, MOST_WORKSPACES);
  return isWhole ? null : "workspaces may be left out: there are more folders, or deeper ones, than are looked into";
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
