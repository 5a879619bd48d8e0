/** What holds for a project of policy: its own files, those of the person, and the environment. */
import { configFileName } from "../documents/config/index.ts";
import { EMPTY_MAP, type ConfigTree } from "../documents/config/tree.ts";
import type { LockfileFormat } from "../model.ts";
import { WORKSPACE_MANIFEST } from "../policy/approvals/index.ts";
import { installersOf } from "../project/installers.ts";
import type { Installers } from "../project/installers.ts";
import { environmentPolicy } from "../config/layers.ts";
import type { PolicyFile } from "../config/layers.ts";
import { yarnPathIn } from "../config/yarn-settings.ts";
import { lockfileUse } from "../policy/lockfile-use.ts";
import type { LockfileUse } from "../policy/lockfile-use.ts";
import type { UnverifiedContent } from "../policy/checks/unverified-content.ts";
import type { Manager } from "../project/manager.ts";
import type { Cancellation, UserPolicy } from "../ports.ts";
import { EMPTY_SPAN } from "../util/text.ts";
import type { Document, DocumentStore } from "../project/document-store.ts";
import { unreadPolicy } from "./unread-policy.ts";
import { unverifiedIn } from "./unverified.ts";
import { manifestPolicy, type ReadProject } from "./read.ts";
import { folderOf, join } from "../util/uri.ts";

export interface ProjectPolicy {
  readonly installers: Installers;
  /** null where neither the root manifest nor a lockfile tells. */
  readonly manager: Manager | null;
  /** Nearest first. */
  readonly files: readonly PolicyFile[];
  /** Which lockfiles it goes by. */
  readonly lockfiles: LockfileUse;
  /** What it would install without checking it against the lockfile. */
  readonly unverified: readonly UnverifiedContent[];
}

export async function policyOf(
  project: ReadProject,
  { files, env }: UserPolicy,
  store: DocumentStore,
  cancel: Cancellation,
  trusted: boolean,
): Promise<ProjectPolicy> {
  const { folder, governing, configs, root } = project;
  const stated = configs.find(({ kind }) => kind === "package-json")?.model.root ?? null;
  const facts = { manifest: stated, lockfiles: governing, configs: configs.map(({ kind }) => kind) };
  // Which managers these are does not depend on `yarnPath`, only their versions do.
  const { all: managers } = installersOf({ ...facts, yarnPath: null });
  const mayBe = (kind: LockfileFormat): boolean => managers.some((manager) => manager?.kind === kind);
  // What a workspace that is not trusted takes from the environment is not looked at.
  const filledBy = trusted ? { env } : {};
  const yarnrc = yarnrcName(env);
  const own = configs
    .filter(({ kind }) => kind !== "yarnrc" || yarnrc === YARNRC)
    .map(({ kind, model }: Document<ConfigTree>): PolicyFile => ({ kind, model, ...filledBy }));
  const around = !mayBe("yarn-berry")
    ? []
    : await yarnrcsAround(root === null ? folder : folderOf(root.uri), yarnrc, files, store, cancel);
  const read = await Promise.all(
    files.map(async ({ uri, ...file }): Promise<PolicyFile | null> => {
      const document = await store.config(uri, cancel, file.kind);
      // One that cannot be read says nothing: it is no file of the project, to report on.
      return document.known ? { ...file, env, model: document.value.model } : null;
    }),
  );
  cancel.throwIfAborted();
  const personal = read.filter((file) => file !== null);
  const workspaces = mayBe("bun") ? workspacePolicy(project) : [];
  const unread = await unreadPolicy(project, [...own, ...around], mayBe, store, cancel);
  const all = [
    ...unread,
    ...environmentPolicy(env),
    ...own,
    ...workspaces,
    ...around.map((file) => ({ ...file, ...filledBy })),
    ...personal,
  ];
  const installers = installersOf({ ...facts, yarnPath: yarnPathIn(all) });
  const lockfiles = lockfileUse({
    folder,
    lockfiles: project.lockfiles,
    installers,
    files: all,
    branch: project.branch,
  });
  const unverified = await unverifiedIn(
    { managers: installers.all, own, lockfiles: lockfiles.used, folder: root === null ? folder : folderOf(root.uri) },
    project.configured,
    mayBe,
    store,
    cancel,
  );
  return { installers, manager: installers.main, files: all, lockfiles, unverified };
}

/** Of the managers that are known here, Bun alone takes policy from the manifests of workspaces. */
function workspacePolicy({ manifests, leftOut }: ReadProject): readonly PolicyFile[] {
  const read = manifests
    .filter(({ importer }) => importer !== "")
    .map(({ document }) => ({ kind: WORKSPACE_MANIFEST, model: manifestPolicy(document) }));
  if (leftOut === null) return read;
  const problems = [{ kind: "too-large" as const, message: leftOut, span: EMPTY_SPAN }];
  const model: ConfigTree = { type: "config", root: EMPTY_MAP, problems };
  return [...read, { kind: WORKSPACE_MANIFEST, name: "package.json of a workspace", isForeign: true, model }];
}

const YARNRC = configFileName("yarnrc");

/** https://yarnpkg.com/configuration/yarnrc: `YARN_RC_FILENAME` */
function yarnrcName(env: UserPolicy["env"]): string {
  const name = env["YARN_RC_FILENAME"];
  return name === undefined || name === "" ? YARNRC : name;
}

/**
 * Yarn reads its file in every folder that the project lies in, nearest first; one of another name in the project's own
 * too, which is among its policy files only under the usual one. packages/yarnpkg-core/sources/Configuration.ts (`findRcFiles`)
 */
async function yarnrcsAround(
  folder: string,
  name: string,
  personal: UserPolicy["files"],
  store: DocumentStore,
  cancel: Cancellation,
): Promise<readonly PolicyFile[]> {
  const found: PolicyFile[] = [];
  for (const at of name === YARNRC ? foldersAbove(folder) : [folder, ...foldersAbove(folder)]) {
    const uri = join(at, name);
    const document = personal.some((file) => file.uri === uri) ? null : await store.config(uri, cancel, "yarnrc");
    cancel.throwIfAborted();
    if (document?.known === true)
      found.push({
        kind: "yarnrc",
        model: document.value.model,
        name: at === folder ? name : `${name} in a folder above`,
        isForeign: true,
      });
  }
  return found;
}

/** Nearest first, but for the root of all, which has no name. */
function foldersAbove(folder: string): readonly string[] {
  const above = folderOf(folder);
  return /\/\/[^/]*\/[^/]/.test(above) ? [above, ...foldersAbove(above)] : [];
}
