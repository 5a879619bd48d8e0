/** Looks up what the check for unverified contents needs of the project's folders. */
import { configFileName, type ConfigKind } from "../documents/config/index.ts";
import { oneLine } from "../util/sanitize.ts";
import type { LockfileFormat } from "../model.ts";
import type { PolicyFile } from "../config/layers.ts";
import { berryCache, unverifiedContent } from "../policy/checks/unverified-content.ts";
import type { ContentFacts, UnverifiedContent } from "../policy/checks/unverified-content.ts";
import { ownFile } from "../policy/checks/weakness.ts";
import type { Cancellation } from "../ports.ts";
import type { DocumentStore } from "../project/document-store.ts";
import { join, relativePath } from "../util/uri.ts";
import { BUN_ENVIRONMENT_FILES } from "./unread-policy.ts";

/** `configured`: folders of workspaces that have settings of their own (URIs). */
export async function unverifiedIn(
  facts: Omit<ContentFacts, "bunVariables" | "holdsArchives">,
  configured: readonly string[],
  mayBe: (kind: LockfileFormat) => boolean,
  store: Pick<DocumentStore, "text" | "list" | "config">,
  cancel: Cancellation,
): Promise<readonly UnverifiedContent[]> {
  const { managers, own, folder } = facts;
  const bunVariables = mayBe("bun") ? await bunVariablesIn(folder, store, cancel) : null;
  const settings = ownFile(own, "yarnrc");
  const caches = managers.flatMap((manager) => {
    const cache = manager?.kind === "yarn-berry" ? berryCache(settings, folder, manager.version) : null;
    return cache === null ? [] : [cache.folder];
  });
  const withArchives = new Set<string>();
  for (const cache of new Set(caches)) if (await holdsArchives(cache, folder, store, cancel)) withArchives.add(cache);
  return [
    ...unverifiedContent({ ...facts, bunVariables, holdsArchives: (cache) => withArchives.has(cache) }),
    ...(await inWorkspaces(facts, configured, store, cancel)),
  ];
}

/** Package managers that read settings in the folder that they run in, a workspace's. */
const READ_WORKSPACES: ReadonlySet<LockfileFormat | undefined> = new Set(["yarn-classic", "yarn-berry", "pnpm"]);
const WORKSPACE_KINDS = ["yarnrc-classic", "npmrc", "yarnrc"] as const satisfies readonly ConfigKind[];

/** Such a file is none of the project's policy files: what is found there is reported without a place. */
async function inWorkspaces(
  facts: Omit<ContentFacts, "bunVariables" | "holdsArchives">,
  configured: readonly string[],
  store: Pick<DocumentStore, "config">,
  cancel: Cancellation,
): Promise<readonly UnverifiedContent[]> {
  const managers = facts.managers.filter((manager) => READ_WORKSPACES.has(manager?.kind));
  if (managers.length === 0) return [];
  const found: UnverifiedContent[] = [];
  for (const folder of configured) {
    const own: PolicyFile[] = [];
    for (const kind of WORKSPACE_KINDS) {
      const document = await store.config(join(folder, configFileName(kind)), cancel);
      cancel.throwIfAborted();
      if (document.known) own.push({ kind, model: document.value.model });
    }
    const path = oneLine(relativePath(facts.folder, folder) ?? "a workspace", 200);
    for (const { at, message, severity } of unverifiedContent({
      ...facts,
      managers,
      own,
      folder,
      bunVariables: null,
      holdsArchives: () => false,
    }))
      if (at !== null && "kind" in at)
        found.push({ severity, at: null, message: `In ${path}, ${configFileName(at.kind)}: ${message}` });
  }
  return found;
}

/** https://bun.com/docs/runtime/environment-variables: Bun loads them before it installs. */
const MOVES_BUN_CACHE = /^[ \t]*(?:export[ \t]+)?(?:BUN_INSTALL|BUN_INSTALL_CACHE_DIR)[ \t]*[=:]/m;

async function bunVariablesIn(
  folder: string,
  store: Pick<DocumentStore, "text">,
  cancel: Cancellation,
): Promise<string | null> {
  for (const name of BUN_ENVIRONMENT_FILES) {
    const text = await store.text(join(folder, name), cancel);
    cancel.throwIfAborted();
    if (text.known && MOVES_BUN_CACHE.test(text.value)) return name;
  }
  return null;
}

async function holdsArchives(
  cache: string,
  folder: string,
  store: Pick<DocumentStore, "text" | "list">,
  cancel: Cancellation,
): Promise<boolean> {
  const entries = await store.list(cache, cancel);
  cancel.throwIfAborted();
  if (!entries.known || !entries.value.some(({ name, isFolder }) => !isFolder && name.endsWith(".zip"))) return false;
  const ignored = await store.text(join(folder, ".gitignore"), cancel);
  cancel.throwIfAborted();
  return !ignored.known || !isIgnored(relativePath(folder, cache) ?? "", ignored.value);
}

/** Whether a line of `.gitignore` plainly names a folder, or one that it lies in. It is only asked whether to inform. */
function isIgnored(path: string, gitignore: string): boolean {
  const lines = new Set(
    gitignore.split(/\r?\n/).map((line) =>
      line
        .trim()
        .replace(/^(!?)\//, "$1")
        .replace(/\/\*{0,2}$/, ""),
    ),
  );
  const parts = path.split("/");
  const around = parts.map((_, at) => parts.slice(0, at + 1).join("/"));
  return around.some((one) => lines.has(one)) && !lines.has(`!${path}`);
}
