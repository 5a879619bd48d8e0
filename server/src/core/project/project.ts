/** Which files belong together: a lockfile, the manifest beside it, and the manifests of its workspaces. */
import { CONFIG_NAMES } from "../documents/config/index.ts";
import type { LockfileFormat } from "../model.ts";
import { documentKind, isUnreadManifest } from "../documents/index.ts";
import type { FolderFacts, ProjectLocation, ProjectLocator, UnreadRoot } from "./locate.ts";
import { fileNameOf, folderOf, join, relativePath } from "../util/uri.ts";
import { workspacePaths } from "./workspaces.ts";

export interface Project {
  /** The folder of the lockfile, or where it would be (URI, without a final `/`). */
  readonly folder: string;
  /** The folder whose files hold the settings; another one where a workspace keeps a lockfile of its own. */
  readonly settings: string;
  /** Root manifest first, where there is one. */
  readonly manifests: readonly ProjectManifest[];
  /** Those in its folder, in the order in which package managers prefer them; then those in its workspaces. */
  readonly lockfiles: readonly string[];
  /** Manifests that are not read, and that pnpm reads (URIs). */
  readonly unreadManifests: readonly string[];
  /** What of its workspaces is not looked at, as a clause; null where all are. */
  readonly leftOut: string | null;
  /** Workspaces of its lockfiles that have no manifest, by their paths below its folder. */
  readonly absent: readonly string[];
  /** The nearest workspace root above it that does not have it as a workspace (URI); null if there is none. */
  readonly outsideOf: string | null;
  /** A folder above that may hold its root and may not be read (URI); null where there is none. */
  readonly unread: UnreadRoot | null;
  /** Folders that are opened or scanned (URIs): what is in them is checked by itself. */
  readonly opened: readonly string[];
}

export interface ProjectManifest {
  readonly uri: string;
  /** The importer's path in the lockfile: "" for the root. */
  readonly importer: string;
}

export function filesOf(project: Project): readonly string[] {
  return [...project.manifests.map(({ uri }) => uri), ...project.lockfiles, ...configsOf(project)];
}

/** Where the project's policy files are, if it has them. */
export function configsOf({ settings }: Pick<Project, "settings">): readonly string[] {
  return CONFIG_NAMES.map((name) => join(settings, name));
}

/** The manifest that says what holds for the project. */
export function rootManifestOf({ settings }: Pick<Project, "settings">): string {
  return join(settings, "package.json");
}

/** Manifests of one project that are read in a scan. */
const MOST_MANIFESTS = 5000;

/** Workspaces of one project whose manifests are read though nobody named them. */
const MOST_WORKSPACES = 500;

/**
 * The projects that files (URIs) belong to, whole: with their lockfiles and workspaces, named or not.
 *
 * @param searched folders (URIs) of which `uris` has every manifest
 */
export async function projectsOf(
  uris: readonly string[],
  locator: ProjectLocator,
  searched: readonly string[] = [],
): Promise<readonly Project[]> {
  const groups = new Map<string, Group>();
  for (const uri of new Set(uris)) {
    const location = await locator.locate(folderOf(uri));
    const isOutside = location.outsideOf !== null;
    if (isUnreadManifest(fileNameOf(uri)) && (isOutside || !isOfPnpm(await locator.factsOf(location.settings))))
      continue;
    const group = groups.get(location.root) ?? { locations: [], given: [] };
    groups.set(location.root, group);
    group.locations.push(location);
    group.given.push({ uri, importer: location.importer });
  }
  const known: Known = { given: new Set(uris), searched };
  const projects: Project[] = [];
  for (const [root, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
    projects.push(await whole(root, group, known, locator));
  return projects;
}

/** The project that a file (a URI) belongs to. */
export async function projectAround(uri: string, locator: ProjectLocator): Promise<Project> {
  const [project] = await projectsOf([uri], locator);
  if (project === undefined) throw new Error("A file belongs to one project");
  return project;
}

interface Group {
  readonly locations: ProjectLocation[];
  readonly given: ProjectManifest[];
}

interface Known {
  /** Files that were named. */
  readonly given: ReadonlySet<string>;
  readonly searched: readonly string[];
}

async function whole(
  root: string,
  { locations, given }: Group,
  known: Known,
  locator: ProjectLocator,
): Promise<Project> {
  const facts = await locator.factsOf(root);
  const isManifest = ({ uri }: ProjectManifest): boolean => documentKind(fileNameOf(uri)) === "package-json";
  const manifests = new Map(given.filter(isManifest).map((manifest) => [manifest.uri, manifest]));
  const rootManifest = join(root, "package.json");
  if (facts.hasManifest) manifests.set(rootManifest, { uri: rootManifest, importer: "" });
  const beside = facts.lockfiles.map((name) => join(root, name));
  const { paths, leftOut, absent, unreadManifests } = await workspacesOf(root, beside, known, locator);
  for (const path of paths) manifests.set(manifestIn(root, path), { uri: manifestIn(root, path), importer: path });
  const inWorkspaces = new Set<string>();
  for (const { uri } of given) {
    const folder = folderOf(uri);
    if (folder === root) continue;
    for (const name of (await locator.factsOf(folder)).lockfiles) inWorkspaces.add(join(folder, name));
  }
  const unread = new Set([
    ...facts.unreadManifests.map((name) => join(root, name)),
    ...given.map(({ uri }) => uri).filter((uri) => isUnreadManifest(fileNameOf(uri))),
    ...unreadManifests.map((path) => join(root, path)),
  ]);
  const settings = settingsOf(root, locations);
  const all = [...manifests.values()].sort((a, b) => a.importer.localeCompare(b.importer));
  const more = all.length - MOST_MANIFESTS;
  return {
    folder: root,
    settings,
    unreadManifests: isOfPnpm(await locator.factsOf(settings)) ? [...unread].sort() : [],
    manifests: all.slice(0, MOST_MANIFESTS),
    lockfiles: [...beside, ...[...inWorkspaces].sort()],
    leftOut: more > 0 ? tooMany(more, MOST_MANIFESTS) : leftOut,
    absent,
    outsideOf: locations.find(({ importer }) => importer === "")?.outsideOf ?? null,
    unread: locations.find(({ unread }) => unread !== null)?.unread ?? null,
    opened: locator.options.opened,
  };
}

/** Whether pnpm may install the project whose settings are in a folder. */
function isOfPnpm({ pnpm, manager, lockfiles }: FolderFacts): boolean {
  return pnpm !== null || manager?.kind === "pnpm" || lockfiles.some((name) => documentKind(name) === "pnpm-lock");
}

/** A folder that only holds the lockfile of others, by pnpm's lockfileDir, has no settings. */
function settingsOf(root: string, locations: readonly ProjectLocation[]): string {
  const [first] = locations.filter(({ settings }) => settings !== root);
  return first?.settings ?? root;
}

interface Workspaces {
  /** Below the root, with a manifest each. */
  readonly paths: readonly string[];
  /** What is left out, as a clause; null where nothing is. */
  readonly leftOut: string | null;
  /** Those without a manifest. */
  readonly absent: readonly string[];
  readonly unreadManifests: readonly string[];
}

/** Package managers that take workspaces in a folder `node_modules`: see `WorkspaceMatcher.mayLeadInto`. */
const TAKES_HIDDEN: ReadonlySet<LockfileFormat> = new Set(["yarn-classic", "yarn-berry", "bun"]);

/** Those that nobody named, by the lockfiles and by the root's patterns: what one does not know the other may. */
async function workspacesOf(
  root: string,
  lockfiles: readonly string[],
  { given, searched }: Known,
  locator: ProjectLocator,
): Promise<Workspaces> {
  const { store, files, cancel } = locator.options;
  const found = new Set<string>();
  for (const lockfile of lockfiles) {
    const read = await store.lockfile(lockfile, cancel);
    // A path out of the project is not followed: a lockfile is only text.
    const paths = read.known ? read.value.model.importers.map(({ path }) => path) : [];
    for (const path of paths) if (path !== "" && !path.split("/").includes("..")) found.add(path);
  }
  let isWhole = true;
  let unreadManifests: readonly string[] = [];
  const isSearched = searched.some((folder) => relativePath(folder, root) !== null);
  const { manager } = await locator.factsOf(root);
  // A search enters no folder node_modules, and some package managers take workspaces from there.
  if (!isSearched || (manager !== null && TAKES_HIDDEN.has(manager.kind))) {
    const globsOf = (folder: string): Promise<readonly string[]> => locator.globsOf(folder);
    const matched = await workspacePaths(root, manager?.kind ?? null, globsOf, files, cancel);
    for (const path of matched.paths) if (!isSearched || path.split("/").includes("node_modules")) found.add(path);
    if (!isSearched) ({ isWhole, unreadManifests } = matched);
  }
  const open = [...found].filter((path) => !given.has(manifestIn(root, path)));
  const { paths, leftOut } = bounded(open, isWhole ? null : NOT_LOOKED_INTO);
  const present: string[] = [];
  const absent: string[] = [];
  for (const path of paths) {
    const manifest = await store.manifest(manifestIn(root, path), cancel);
    // One that is there and cannot be read is reported where the project is read.
    if (manifest.known || manifest.code !== "not-found") present.push(path);
    else absent.push(path);
  }
  return { paths: present, leftOut, absent, unreadManifests };
}

const NOT_LOOKED_INTO = "workspaces may be left out: there are more folders, or deeper ones, than are looked into";

function manifestIn(root: string, path: string): string {
  return join(root, path, "package.json");
}

function bounded(paths: readonly string[], leftOut: string | null): Omit<Workspaces, "absent" | "unreadManifests"> {
  const more = paths.length - MOST_WORKSPACES;
  return { paths: paths.slice(0, MOST_WORKSPACES), leftOut: more > 0 ? tooMany(more, MOST_WORKSPACES) : leftOut };
}

function tooMany(more: number, most: number): string {
  return `${more} more ${more === 1 ? "workspace is" : "workspaces are"} left out: no more than ${most} are read`;
}
