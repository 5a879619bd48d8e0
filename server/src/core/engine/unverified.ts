/** Looks up what the check for unverified contents needs of the project's folders. */
import { configFileName, type ConfigKind } from "../documents/config/index.ts";
import type { Fact } from "../facts/fact.ts";
import { oneLine } from "../util/sanitize.ts";
import type { LockfileFormat } from "../model.ts";
import type { PolicyFile } from "../config/layers.ts";
import {
  bunVariablesIn,
  corepackVariablesIn,
  programVariablesIn,
  type FileVariable,
} from "../config/deciding-settings.ts";
import {
  berryCaches,
  berryUnplugged,
  installedModules,
  NO_ENVIRONMENT_FILES,
  unverifiedContent,
} from "../policy/checks/unverified-content.ts";
import type { ContentFacts, EnvironmentFiles, UnverifiedContent } from "../policy/checks/unverified-content.ts";
import { ownFile } from "../policy/checks/weakness.ts";
import type { Cancellation, FileEntry } from "../ports.ts";
import type { DocumentStore } from "../project/document-store.ts";
import { ancestorsOf, folderOf, join, relativePath, resolvedFrom } from "../util/uri.ts";
import type { ReadProject } from "./read.ts";
import { BUN_ENVIRONMENT_FILES } from "./unread-policy.ts";
import { yarnEnvironmentFiles } from "../config/yarn-settings.ts";
import type { ConfigMap } from "../documents/config/tree.ts";

/** `configured`: folders of workspaces that have settings of their own (URIs). */
export async function unverifiedIn(
  facts: Omit<ContentFacts, "isCommitted">,
  configured: readonly string[],
  store: Pick<DocumentStore, "text" | "list" | "config">,
  cancel: Cancellation,
): Promise<readonly UnverifiedContent[]> {
  const { managers, own, folder } = facts;
  const settings = ownFile(own, "yarnrc");
  const asked = new Map<string, Content>();
  for (const manager of managers) {
    const kind = manager?.kind ?? "npm";
    for (const at of installedModules(kind, own, folder)) asked.set(at, INSTALLED[kind]);
    if (manager?.kind !== "yarn-berry") continue;
    for (const cache of berryCaches(settings, folder, manager.version)) asked.set(cache.folder, ARCHIVES);
    const unplugged = berryUnplugged(settings, folder);
    if (unplugged !== null) asked.set(unplugged, PACKAGES);
  }
  const committed = new Set<string>();
  for (const [at, content] of asked) if (await isCommitted(at, content, folder, store, cancel)) committed.add(at);
  return [
    ...unverifiedContent({ ...facts, isCommitted: (at) => committed.has(at) }),
    ...(await inWorkspaces(facts, configured, store, cancel)),
  ];
}

/** Package managers that read settings in the folder that they run in, a workspace's. */
const READ_WORKSPACES: ReadonlySet<LockfileFormat | undefined> = new Set(["yarn-classic", "yarn-berry", "pnpm"]);
const WORKSPACE_KINDS = ["yarnrc-classic", "npmrc", "yarnrc"] as const satisfies readonly ConfigKind[];

const READERS: Readonly<Record<(typeof WORKSPACE_KINDS)[number], ReadonlySet<LockfileFormat>>> = {
  "yarnrc-classic": new Set(["yarn-classic"]),
  npmrc: new Set(["yarn-classic", "pnpm"]),
  yarnrc: new Set(["yarn-berry"]),
};

/** Such a file is none of the project's policy files: what is found there is reported without a place. */
async function inWorkspaces(
  facts: Omit<ContentFacts, "isCommitted">,
  configured: readonly string[],
  store: Pick<DocumentStore, "config">,
  cancel: Cancellation,
): Promise<readonly UnverifiedContent[]> {
  const managers = facts.managers.filter((manager) => READ_WORKSPACES.has(manager?.kind));
  if (managers.length === 0) return [];
  const found: UnverifiedContent[] = [];
  for (const folder of configured) {
    const own: PolicyFile[] = [];
    const path = oneLine(relativePath(facts.folder, folder) ?? "a workspace", 200);
    for (const kind of WORKSPACE_KINDS) {
      const document = await store.config(join(folder, configFileName(kind)), cancel);
      cancel.throwIfAborted();
      if (document.known) own.push({ kind, model: document.value.model });
      const isUnread = document.known ? document.value.model.problems.length > 0 : document.code !== "not-found";
      if (isUnread && managers.some((manager) => manager !== null && READERS[kind].has(manager.kind)))
        found.push({
          severity: "warning",
          at: null,
          message: `In ${path}, ${configFileName(kind)} could not be read whole: where it has contents installed from is not known.`,
        });
    }
    for (const { at, message, severity } of unverifiedContent({
      ...facts,
      managers,
      own,
      folder,
      bunEnvironment: NO_ENVIRONMENT_FILES,
      yarnEnvironment: NO_ENVIRONMENT_FILES,
      corepackEnvironment: NO_ENVIRONMENT_FILES,
      isCommitted: () => false,
    }))
      if (at !== null && "kind" in at)
        found.push({ severity, at: null, message: `In ${path}, ${configFileName(at.kind)}: ${message}` });
  }
  return found;
}

/** Bun loads these files before it installs. https://bun.com/docs/runtime/environment-variables */
export async function bunEnvironmentOf(
  folder: string,
  store: Pick<DocumentStore, "text" | "list">,
  cancel: Cancellation,
): Promise<EnvironmentFiles> {
  const files = BUN_ENVIRONMENT_FILES.map((name) => [join(folder, name), name] as const);
  return { ...(await variablesIn(files, bunVariablesIn, store, cancel)), leftOut: null };
}

/** Environment files of one project that are read. Each may be as long as a file can be that is read at all. */
const MOST_ENVIRONMENT_FILES = 20;

/** What the files that Yarn 2 and up loads variables from set. https://yarnpkg.com/configuration/yarnrc#injectEnvironmentFiles */
export async function yarnEnvironmentOf(
  folder: string,
  settings: ConfigMap | null,
  store: Pick<DocumentStore, "text" | "list">,
  cancel: Cancellation,
): Promise<EnvironmentFiles> {
  const { names, span } = yarnEnvironmentFiles(settings);
  const byUri = new Map<string, string>();
  for (const name of names) {
    const uri = resolvedFrom(folder, name);
    if (uri !== null && relativePath(folder, uri) !== null && !byUri.has(uri)) byUri.set(uri, oneLine(name, 80));
  }
  const read = await variablesIn([...byUri].slice(0, MOST_ENVIRONMENT_FILES), programVariablesIn, store, cancel);
  const count = byUri.size - MOST_ENVIRONMENT_FILES;
  return { ...read, leftOut: span === null || count <= 0 ? null : { count, span } };
}

/**
 * Corepack reads its file beside each `package.json` from where it runs upwards, until one states a package manager.
 * https://github.com/nodejs/corepack#environment-variables
 */
export async function corepackEnvironmentOf(
  settings: string,
  { folder, manifests }: Pick<ReadProject, "folder" | "manifests">,
  store: Pick<DocumentStore, "text" | "list">,
  cancel: Cancellation,
): Promise<EnvironmentFiles> {
  const stating = manifests.filter(({ document }) => document.model.packageManager !== null);
  const folders = new Set([settings, folder, ...stating.map(({ document: { uri } }) => folderOf(uri))]);
  const files = [...folders].slice(0, MOST_ENVIRONMENT_FILES).map((at): readonly [string, string] => {
    const path = relativePath(folder, at) ?? "";
    return [join(at, COREPACK_FILE), path === "" ? COREPACK_FILE : oneLine(`${path}/${COREPACK_FILE}`, 200)];
  });
  return { ...(await variablesIn(files, corepackVariablesIn, store, cancel)), leftOut: null };
}

const COREPACK_FILE = ".corepack.env";

async function variablesIn(
  files: readonly (readonly [uri: string, name: string])[],
  variablesOf: (name: string, text: string) => readonly FileVariable[],
  store: Pick<DocumentStore, "text" | "list">,
  cancel: Cancellation,
): Promise<Pick<EnvironmentFiles, "found" | "unread">> {
  const found: FileVariable[] = [];
  const unread: string[] = [];
  for (const [uri, name] of files) {
    const text = await store.text(uri, cancel);
    cancel.throwIfAborted();
    if (text.known) for (const variable of variablesOf(name, text.value)) found.push(variable);
    // A folder of that name is common (Python's `.env`), and no package manager reads it.
    else if (text.code !== "not-found" && !(await store.list(uri, cancel)).known) unread.push(name);
  }
  return { found, unread };
}

interface Content {
  readonly is: (entry: FileEntry) => boolean;
  /** Every install puts it there. */
  readonly isInstalled: boolean;
}

const ARCHIVES: Content = { is: ({ name, isFolder }) => !isFolder && name.endsWith(".zip"), isInstalled: false };
const PACKAGES: Content = { is: ({ isFolder, name }) => isFolder && !name.startsWith("."), isInstalled: true };

/** What shows that a package manager has installed something into `node_modules`. Yarn 2 and up may not use it. */
const INSTALLED: Readonly<Record<LockfileFormat, Content>> = {
  npm: PACKAGES,
  pnpm: { is: ({ name }) => name === "lock.yaml", isInstalled: true },
  "yarn-classic": PACKAGES,
  "yarn-berry": { is: ({ name }) => name === ".yarn-state.yml", isInstalled: true },
  bun: PACKAGES,
};

/**
 * Whether a folder of the project holds such a thing, and no `.gitignore` plainly names it. What package managers put
 * there themselves counts only in a repository: elsewhere nobody can tell who did.
 */
async function isCommitted(
  at: string,
  { is, isInstalled }: Content,
  folder: string,
  store: Pick<DocumentStore, "text" | "list">,
  cancel: Cancellation,
): Promise<boolean> {
  const text = async (uri: string): Promise<Fact<string>> => {
    const found = await store.text(uri, cancel);
    cancel.throwIfAborted();
    return found;
  };
  let isInRepository = false;
  for (const above of [folder, ...ancestorsOf(folder)]) {
    const ignored = await text(join(above, ".gitignore"));
    const head = await text(join(above, ".git", "HEAD"));
    // In a working tree beside the repository, and in a submodule, it is a file.
    const link = head.known ? head : await text(join(above, ".git"));
    if (ignored.known && isNamedIn(relativePath(above, at) ?? "", ignored.value)) return false;
    isInRepository = head.known || link.known;
    if (isInRepository) break;
  }
  if (isInstalled && !isInRepository) return false;
  const entries = await store.list(at, cancel);
  cancel.throwIfAborted();
  return entries.known && entries.value.some(is);
}

/** Whether a line of `.gitignore` plainly names a folder, or one that it lies in. */
function isNamedIn(path: string, gitignore: string): boolean {
  const lines = gitignore.split(/\r?\n/).map((line) =>
    line
      .trim()
      .replace(/^\*\*\//, "")
      .replace(/\/\*{0,2}$/, ""),
  );
  const anchored = new Set(lines.map((line) => line.replace(/^(!?)\//, "$1")));
  const parts = path.split("/");
  const around = parts.map((_, at) => parts.slice(0, at + 1).join("/"));
  const isNamed = around.some((one) => anchored.has(one)) || parts.some((part) => lines.includes(part));
  return isNamed && !anchored.has(`!${path}`);
}
