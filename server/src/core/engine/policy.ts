/** What holds for a project of policy: its own files, those of the person, and the environment. */
import { configFileName } from "../documents/config/index.ts";
import { EMPTY_MAP, type ConfigTree } from "../documents/config/tree.ts";
import { known, type Fact } from "../facts/fact.ts";
import { guarded } from "../facts/guard.ts";
import { LOCKFILE_FORMATS, type LockfileFormat } from "../model.ts";
import { installersOf } from "../project/installers.ts";
import type { Installers } from "../project/installers.ts";
import { environmentPolicy } from "../config/layers.ts";
import type { PolicyFile } from "../config/layers.ts";
import { yarnPathIn } from "../config/yarn-settings.ts";
import { lockfileUse } from "../policy/lockfile-use.ts";
import type { LockfileUse } from "../policy/lockfile-use.ts";
import { NO_ENVIRONMENT_FILES } from "../policy/checks/unverified-content.ts";
import type { UnverifiedContent } from "../policy/checks/unverified-content.ts";
import type { Manager } from "../project/manager.ts";
import {
  personalName,
  settingsSources,
  takesPolicy,
  WORKSPACE_MANIFEST,
  type SettingsSource,
} from "../config/sources.ts";
import type { Cancellation, UserSettings } from "../ports.ts";
import { EMPTY_SPAN } from "../util/text.ts";
import type { Document, DocumentStore } from "../project/document-store.ts";
import { unreadPolicy } from "./unread-policy.ts";
import { ownFile } from "../policy/checks/weakness.ts";
import { bunEnvironmentOf, corepackEnvironmentOf, unverifiedIn, yarnEnvironmentOf } from "./unverified.ts";
import { manifestPolicy, type ReadProject } from "./read.ts";
import { fileNameOf, folderOf, join } from "../util/uri.ts";

export interface ProjectPolicy {
  readonly installers: Installers;
  /** null where neither the root manifest nor a lockfile tells. */
  readonly manager: Manager | null;
  /** Nearest first. */
  readonly files: readonly PolicyFile[];
  /** Which lockfiles it goes by. */
  readonly lockfiles: LockfileUse;
  /** What it would install without checking it against the lockfile. */
  readonly unverified: Fact<readonly UnverifiedContent[]>;
}

export async function policyOf(
  project: ReadProject,
  { places, env }: UserSettings,
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
  const settings = root === null ? folder : folderOf(root.uri);
  // Of the person all files are read: which package manager a project has may be known from its next edit on only.
  const sources = LOCKFILE_FORMATS.flatMap((kind) =>
    places === null
      ? []
      : settingsSources(kind, { root: settings, own: settings }, places).filter(
          ({ author }) => author === "person" || mayBe(kind),
        ),
  );
  const own = configs
    .filter(({ kind }) => kind !== "yarnrc" || places === null || places.yarnrcName === configFileName("yarnrc"))
    .map(({ kind, model }: Document<ConfigTree>): PolicyFile => ({ kind, model, ...filledBy }));
  const read = await readSources(sources, settings, store, cancel);
  const around = read
    .filter(({ source }) => source.author !== "person")
    .map(({ file, source }): PolicyFile => ({
      ...file,
      name: nameAround(source, settings),
      isForeign: true,
      ...filledBy,
    }));
  const personal = read
    .filter(({ source }) => source.author === "person")
    .map(({ file, source }): PolicyFile => ({
      ...file,
      name: places === null ? "" : personalName(places, source.uri),
      env,
    }));
  const workspaces = mayBe("bun") ? workspacePolicy(project) : [];
  const unread = await unreadPolicy(project, [...own, ...around], mayBe, store, cancel);
  const all = [...unread, ...environmentPolicy(env), ...own, ...workspaces, ...around, ...personal];
  const installers = installersOf({ ...facts, yarnPath: yarnPathIn(all) });
  const bunEnvironment = mayBe("bun") ? await bunEnvironmentOf(settings, store, cancel) : NO_ENVIRONMENT_FILES;
  const yarnEnvironment = mayBe("yarn-berry")
    ? await yarnEnvironmentOf(settings, ownFile(own, "yarnrc"), store, cancel)
    : NO_ENVIRONMENT_FILES;
  const isOfCorepack = managers.some((manager) => manager?.kind !== "bun");
  const corepackEnvironment = isOfCorepack
    ? await corepackEnvironmentOf(settings, project, store, cancel)
    : NO_ENVIRONMENT_FILES;
  const lockfiles = lockfileUse({
    folder,
    settings,
    lockfiles: project.lockfiles,
    installers,
    files: all,
    branch: project.branch,
    bunVariables: bunEnvironment.found,
  });
  const content = {
    managers: installers.all,
    own,
    lockfiles: lockfiles.used,
    folder: settings,
    bunEnvironment,
    yarnEnvironment,
    corepackEnvironment,
  };
  const unverified = await guarded<ProjectPolicy["unverified"]>(
    async () => known(await unverifiedIn(content, project.configured, store, cancel)),
    (failure) => failure,
    cancel,
  );
  return { installers, manager: installers.main, files: all, lockfiles, unverified };
}

interface ReadSource {
  readonly file: Pick<PolicyFile, "kind" | "model" | "readers">;
  readonly source: SettingsSource;
}

/**
 * Beside the project's own files, which are read with it; each once, with all that take policy from it. One that cannot
 * be read says nothing: it is no file of the project, to report on.
 */
async function readSources(
  sources: readonly SettingsSource[],
  settings: string,
  store: DocumentStore,
  cancel: Cancellation,
): Promise<readonly ReadSource[]> {
  const others = sources.filter(
    ({ uri, kind, reader }) => uri !== join(settings, configFileName(kind)) && takesPolicy(reader, null),
  );
  const unique = new Map<string, readonly SettingsSource[]>();
  for (const source of others) unique.set(source.uri, [...(unique.get(source.uri) ?? []), source]);
  const read = await Promise.all(
    [...unique.values()].map(async (same): Promise<readonly ReadSource[]> => {
      const [source] = same;
      if (source === undefined) return [];
      const { uri, kind } = source;
      const document = await store.config(uri, cancel, kind);
      const readers = same.map(({ reader }) => reader);
      return document.known ? [{ source, file: { kind, model: document.value.model, readers } }] : [];
    }),
  );
  cancel.throwIfAborted();
  return read.flat();
}

function nameAround({ uri }: SettingsSource, settings: string): string {
  return folderOf(uri) === settings ? fileNameOf(uri) : `${fileNameOf(uri)} in a folder above`;
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
