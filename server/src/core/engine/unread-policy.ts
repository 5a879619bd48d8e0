/** What a package manager loads of a project that can change its settings, and that is not read as settings. */
import { configDependencyNames } from "../documents/config-dependencies.ts";
import { readManifestConfig } from "../documents/config/json.ts";
import { EMPTY_MAP, entryAt, type ConfigTree } from "../documents/config/tree.ts";
import { oneLine } from "../util/sanitize.ts";
import type { LockfileFormat } from "../model.ts";
import type { PolicyFile } from "../config/layers.ts";
import type { Cancellation } from "../ports.ts";
import type { DocumentStore } from "../project/document-store.ts";
import { folderOf, join, relativePath } from "../util/uri.ts";
import { EMPTY_SPAN } from "../util/text.ts";
import type { ReadProject } from "./read.ts";

/**
 * One policy file with a problem for each, so that no policy of that package manager is known.
 * `policy`: the project's policy files, and those of the folders around it; none of the person's.
 */
export async function unreadPolicy(
  {
    folder,
    root,
    configs,
    configured,
    manifests,
  }: Pick<ReadProject, "folder" | "root" | "configs" | "configured" | "manifests">,
  policy: readonly PolicyFile[],
  mayBe: (kind: LockfileFormat) => boolean,
  store: Pick<DocumentStore, "text" | "config">,
  cancel: Cancellation,
): Promise<readonly PolicyFile[]> {
  const folders = [...new Set([folder, root === null ? folder : folderOf(root.uri)])];
  /** The first of these files that exists and either matches or cannot be read; null if there is none. */
  const firstWith = async (names: readonly string[], isLike: (text: string) => boolean): Promise<string | null> => {
    for (const at of folders)
      for (const name of names) {
        const text = await store.text(join(at, name), cancel);
        cancel.throwIfAborted();
        if (text.known ? isLike(text.value) : text.code !== "not-found") return name;
      }
    return null;
  };
  const settings = policy.map(({ model }) => model.root);
  const found: PolicyFile[] = [];
  if (mayBe("npm")) {
    const npmrcs = policy.filter(({ kind }) => kind === "npmrc").map(({ model }) => model.root);
    const name = NAMES_NPMRC.find((key) => npmrcs.some((own) => entryAt(own, key) !== null));
    if (name !== undefined) found.push(unread("npmrc", "npm", `${name} in .npmrc`));
  }
  if (mayBe("pnpm")) {
    const stated = PNPMFILE_SETTINGS.find((key) => settings.some((own) => entryAt(own, key) !== null));
    const hasPlugins = policy.some(({ kind, model }) => configDependencyNames(kind, model.root).length > 0);
    const name =
      stated ??
      (hasPlugins ? "configDependencies" : null) ??
      (await firstWith(PNPMFILES, (text) => NAMES_HOOK.test(text) || COMPUTES_NAMES.test(text)));
    if (name !== null) found.push(unread("pnpm-workspace", "pnpm", name));
  }
  if (mayBe("yarn-berry")) {
    const yarnrcs = policy.filter(({ kind }) => kind === "yarnrc").map(({ model }) => model.root);
    if (yarnrcs.some((own) => entryAt(own, "plugins") !== null && !isEmptyList(own, "plugins")))
      found.push(unread("yarnrc", "yarn-berry", "plugins in .yarnrc.yml"));
    const hasVariables = configs.some(({ kind, text }) => kind === "yarnrc" && text.includes("${"));
    // Their names are not followed: they may lead anywhere.
    const isListed = yarnrcs.some((own) => entryAt(own, INJECTED) !== null && !isEmptyList(own, INJECTED));
    const file = isListed ? `${INJECTED} in .yarnrc.yml` : await firstWith([".env.yarn"], () => true);
    const name = hasVariables ? file : null;
    if (name !== null) found.push(unread("yarnrc", "yarn-berry", name));
  }
  if (mayBe("bun")) {
    const name = await firstWith(BUN_ENVIRONMENT_FILES, (text) => SETS_BUN.test(text));
    if (name !== null) found.push(unread("bunfig", "bun", name));
  }
  for (const unreadSetting of await workspaceSettings(folder, configured, mayBe, store, cancel))
    found.push(unreadSetting);
  const own = manifests.find(({ importer }) => importer === "")?.document;
  const isBorrowed = own !== undefined && own.uri !== root?.uri;
  if (mayBe("pnpm") && isBorrowed && entryAt(readManifestConfig(own.text).root, "pnpm") !== null)
    found.push(unread("pnpm-workspace", "pnpm", "package.json of the workspace"));
  return found;
}

/**
 * What a package manager reads in the folder that it runs in, a workspace's. One that runs at the root does not, so what
 * these settings hold back is not held back for sure, and what they allow may be allowed. Tried: Yarn 4.18 and pnpm 10.34
 * read them; npm, Bun and pnpm 11 do not.
 */
async function workspaceSettings(
  folder: string,
  configured: readonly string[],
  mayBe: (kind: LockfileFormat) => boolean,
  store: Pick<DocumentStore, "config">,
  cancel: Cancellation,
): Promise<readonly PolicyFile[]> {
  const found: PolicyFile[] = [];
  for (const { manager, kind, file, keys } of READ_IN_WORKSPACES) {
    if (!mayBe(manager)) continue;
    for (const at of configured) {
      const document = await store.config(join(at, file), cancel);
      cancel.throwIfAborted();
      if (document.known ? !changesPolicy(document.value.model, keys) : document.code === "not-found") continue;
      found.push(unread(kind, manager, `${file} in ${oneLine(relativePath(folder, at) ?? "a workspace", 200)}`));
      break;
    }
  }
  return found;
}

function changesPolicy({ root, problems }: ConfigTree, keys: RegExp): boolean {
  return problems.length > 0 || [...root.entries.values()].some(({ key }) => keys.test(key));
}

const READ_IN_WORKSPACES = [
  {
    manager: "yarn-berry",
    kind: "yarnrc",
    file: ".yarnrc.yml",
    keys: /^(?:enableScripts|npmMinimalAgeGate|npmPreapprovedPackages|npmScopes|plugins|yarnPath|injectEnvironmentFiles)$/,
  },
  {
    manager: "pnpm",
    kind: "pnpm-workspace",
    file: ".npmrc",
    keys: /^(?:ignore-scripts|(?:only|never|ignored)-built-dependencies|dangerously-allow-all-builds|minimum-release-age|trust-policy|pnpmfile|global-pnpmfile)/,
  },
] as const;

/** They take the place of the person's own file, or of the machine's. https://docs.npmjs.com/cli/v11/using-npm/config#userconfig */
const NAMES_NPMRC = ["userconfig", "globalconfig"];

/** https://yarnpkg.com/configuration/yarnrc#injectEnvironmentFiles */
const INJECTED = "injectEnvironmentFiles";

/** https://pnpm.io/pnpmfile; `.mjs` from pnpm 11 on */
const PNPMFILES = [".pnpmfile.cjs", ".pnpmfile.mjs"];
/** Settings that name pnpmfiles. */
const PNPMFILE_SETTINGS = ["pnpmfile", "globalPnpmfile", "global-pnpmfile"];
/** The one hook that can, and what may bring it in from elsewhere or under other letters: https://pnpm.io/pnpmfile#hooksupdateconfig */
const NAMES_HOOK = /updateConfig|require|import|eval|Function|\\[ux]/;
/** A key that is computed, or a text that is put together: the hook's name may be among them. */
const COMPUTES_NAMES =
  /\]\s*(?:[:(]|\/[/*])|[^"'`\s]\s*\]\s*=(?!=)|["'`]\s*\+|\+\s*["'`]|\$\{|concat|join|fromEntries|fromCharCode|defineProperty|Reflect|JSON/;

/** https://bun.com/docs/runtime/environment-variables */
export const BUN_ENVIRONMENT_FILES = [".env", ".env.local", ".env.production", ".env.development", ".env.test"].flatMap(
  (name) => (name === ".env" || name === ".env.local" ? [name] : [name, `${name}.local`]),
);
const SETS_BUN = /\b(?:BUN_CONFIG|NPM_CONFIG)_/i;

function isEmptyList(settings: ConfigTree["root"], key: string): boolean {
  const value = entryAt(settings, key)?.value;
  return value?.kind === "list" && value.items.length === 0;
}

function unread(kind: PolicyFile["kind"], manager: LockfileFormat, name: string): PolicyFile {
  const problems = [{ kind: "unreadable" as const, message: "it can change settings", span: EMPTY_SPAN }];
  return {
    kind,
    readers: [{ manager }],
    name,
    isForeign: true,
    unread: "which can change settings",
    model: { type: "config", root: EMPTY_MAP, problems },
  };
}
