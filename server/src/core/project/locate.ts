/**
 * Which project a folder is part of. Decided here and nowhere else: for the editor, for scans, for settings and for
 * registries. What each package manager does was tried with the real ones: npm 11, Yarn 1.22 and 4.18, pnpm 9 to 12,
 * Bun 1.4.
 */
import { gte } from "semver";
import { FIRST_WITH_WORKSPACE_SETTINGS } from "../config/sources.ts";
import { configKind } from "../documents/config/index.ts";
import { readManifestConfig } from "../documents/config/json.ts";
import { entryAt, scalarAt, scalarsAt } from "../documents/config/tree.ts";
import type { ConfigMap } from "../documents/config/tree.ts";
import { documentKind, formatOf, isUnreadManifest, LOCKFILE_NAMES } from "../documents/index.ts";
import type { LockfileFormat } from "../model.ts";
import type { Cancellation, Files } from "../ports.ts";
import { remembered } from "../util/remembered.ts";
import type { DocumentStore } from "./document-store.ts";
import { managerOf } from "./manager.ts";
import type { Manager } from "./manager.ts";
import { ancestorsOf, join, pathBetween, relativePath, resolvedFrom } from "../util/uri.ts";
import { WorkspaceMatcher } from "../documents/workspace-globs.ts";

/** Where a folder belongs. All folders are URIs without a final `/`. */
export interface ProjectLocation {
  /** The folder whose lockfile speaks for it. */
  readonly root: string;
  /** The folder's path from the root, as a lockfile names it; "" for the root itself. */
  readonly importer: string;
  /** The folder whose files hold its settings: above the root where a workspace keeps a lockfile of its own. */
  readonly settings: string;
  /** The nearest workspace root above it that does not have it as a workspace; null if there is none. */
  readonly outsideOf: string | null;
  /** A folder that may be its root and whose lockfile is not read; null if there is no such folder. */
  readonly unread: UnreadRoot | null;
}

export interface UnreadRoot {
  /** URI. */
  readonly folder: string;
  /**
   * - `untrusted`: it may not be read
   * - `older pnpm`: only a pnpm that reads no settings in pnpm-workspace.yaml goes by its lockfile
   */
  readonly why: "untrusted" | "older pnpm";
}

export interface LocateOptions {
  readonly store: Pick<DocumentStore, "manifest" | "config" | "lockfile">;
  readonly files: Pick<Files, "list">;
  /** The topmost folder that may be read (a URI); null: any. */
  readonly limit: string | null;
  /** Folders that are opened or scanned (URIs). */
  readonly opened: readonly string[];
  readonly cancel: Cancellation;
}

/** What the files of one folder say of it. */
export interface FolderFacts {
  readonly hasManifest: boolean;
  /** Patterns in its manifest; null where it has no `workspaces`. */
  readonly workspaces: readonly string[] | null;
  /** Its pnpm-workspace.yaml; null where it has none. */
  readonly pnpm: PnpmWorkspace | null;
  /** pnpm's `lockfileDir`, as written. */
  readonly lockfileDir: string | null;
  /** Names of its lockfiles, in the order in which package managers prefer them. */
  readonly lockfiles: readonly string[];
  /** Names of manifests that are not read, and that pnpm may read. */
  readonly unreadManifests: readonly string[];
  /** The package manager that its files speak of; null where none does. */
  readonly manager: Manager | null;
}

interface PnpmWorkspace {
  readonly packages: readonly string[];
  /** `sharedWorkspaceLockfile`: one lockfile for all workspaces, for every version of pnpm. */
  readonly isShared: boolean;
  /** Likewise, for the versions that read no settings in pnpm-workspace.yaml. */
  readonly isSharedBefore: boolean;
}

/** Finds the projects of folders. What a folder says is read once. */
export class ProjectLocator {
  readonly #facts = new Map<string, Promise<FolderFacts>>();
  readonly #locations = new Map<string, Promise<ProjectLocation>>();
  readonly #importers = new Map<string, Promise<ReadonlySet<string>>>();
  readonly #matchers = new Map<string, Promise<WorkspaceMatcher>>();

  constructor(readonly options: LocateOptions) {}

  locate(folder: string): Promise<ProjectLocation> {
    return remembered(this.#locations, folder, () => this.#locate(folder));
  }

  factsOf(folder: string): Promise<FolderFacts> {
    return remembered(this.#facts, folder, () => this.#read(folder));
  }

  /** Patterns for workspaces, in the manifest and in pnpm's own file. */
  async globsOf(folder: string): Promise<readonly string[]> {
    const { workspaces, pnpm } = await this.factsOf(folder);
    return [...(workspaces ?? []), ...(pnpm?.packages ?? [])];
  }

  async #locate(folder: string): Promise<ProjectLocation> {
    const own = await this.factsOf(folder);
    if (own.pnpm !== null) return this.#rootedIn(folder, folder, own);
    let outsideOf: string | null = null;
    for (const above of ancestorsOf(folder)) {
      if (!this.#mayRead(above)) {
        return { ...(await this.#rootedIn(folder, folder, own)), outsideOf, unread: await this.#rootAbove(folder) };
      }
      const facts = await this.factsOf(above);
      if (facts.pnpm !== null) {
        if (await this.#isWorkspace(folder, above, facts)) {
          return facts.pnpm.isShared
            ? this.#rootedIn(above, folder, facts)
            : {
                root: folder,
                importer: "",
                settings: above,
                outsideOf: null,
                unread: await this.#rootOfOlder(folder, above, facts),
              };
        }
        // pnpm takes its settings from there for every folder below. From 11 on it locks such a folder by itself.
        if (own.manager === null || own.manager.kind === "pnpm") {
          return { root: folder, importer: "", settings: above, outsideOf: above, unread: null };
        }
        outsideOf ??= above;
      } else if (await this.#hasWorkspace(folder, own, above, facts)) {
        const root = await this.#outermost(above, facts);
        return { root, importer: pathBetween(root, folder), settings: root, outsideOf: null, unread: null };
      } else if (facts.workspaces !== null) outsideOf ??= above;
    }
    return { ...(await this.#rootedIn(folder, folder, own)), outsideOf };
  }

  /** In a folder with settings of pnpm's the lockfile may be elsewhere: https://pnpm.io/settings#lockfiledir */
  async #rootedIn(settings: string, folder: string, facts: FolderFacts): Promise<ProjectLocation> {
    const usual = { root: settings, importer: pathBetween(settings, folder), settings, outsideOf: null, unread: null };
    const { lockfileDir, manager } = facts;
    if (lockfileDir === null || (manager !== null && manager.kind !== "pnpm")) return usual;
    const root = resolvedFrom(settings, lockfileDir);
    if (root === null || root === settings) return usual;
    if (!this.#mayRead(root)) return { ...usual, unread: { folder: root, why: "untrusted" } };
    // The setting is ignored in the `.npmrc` of pnpm 11 and up.
    if (facts.lockfiles.length > 0 && !(await this.factsOf(root)).lockfiles.includes("pnpm-lock.yaml")) return usual;
    return { ...usual, root, importer: pathBetween(root, folder) };
  }

  #mayRead(folder: string): boolean {
    const { limit } = this.options;
    return limit === null || relativePath(limit, folder) !== null;
  }

  /** The nearest folder that may not be read and has what a root has, by the names of its files alone. */
  async #rootAbove(folder: string): Promise<UnreadRoot | null> {
    for (const above of ancestorsOf(folder)) {
      if (this.#mayRead(above)) continue;
      const names = await this.#namesIn(above);
      if (names.includes("pnpm-workspace.yaml") || names.some(isLockfile)) return { folder: above, why: "untrusted" };
    }
    return null;
  }

  /** Where the root's lockfile holds a workspace that has one of its own for newer versions of pnpm alone. Tried: pnpm 9. */
  async #rootOfOlder(folder: string, root: string, facts: FolderFacts): Promise<UnreadRoot | null> {
    const version = facts.manager?.version ?? null;
    const isNew = version !== null && gte(version, FIRST_WITH_WORKSPACE_SETTINGS);
    if (isNew || facts.pnpm?.isSharedBefore !== true) return null;
    const isLocked = (await this.#importersIn(root, facts)).has(pathBetween(root, folder));
    return isLocked ? { folder: root, why: "older pnpm" } : null;
  }

  /** By the root's patterns or by its lockfile, whichever knows more. */
  async #isWorkspace(folder: string, root: string, facts: FolderFacts): Promise<boolean> {
    const path = pathBetween(root, folder);
    const matcher = await remembered(
      this.#matchers,
      root,
      async () => new WorkspaceMatcher(await this.globsOf(root), facts.manager?.kind ?? null),
    );
    if (matcher.has(path)) return true;
    return (await this.#importersIn(root, facts)).has(path);
  }

  async #hasWorkspace(folder: string, own: FolderFacts, root: string, facts: FolderFacts): Promise<boolean> {
    const kind = facts.manager?.kind ?? null;
    // pnpm ignores the manifest's workspaces. Its lockfile names what it locks, also for other folders by lockfileDir.
    if (kind === "pnpm") return (await this.#importersIn(root, facts)).has(pathBetween(root, folder));
    if (facts.workspaces === null) return false;
    // Yarn 2 and up takes the nearest folder with a yarn.lock: Configuration.findProjectCwd, packages/yarnpkg-core.
    if (kind === "yarn-berry" && own.lockfiles.includes("yarn.lock")) return false;
    return this.#isWorkspace(folder, root, facts);
  }

  /** A workspace of Yarn 2 and up may have workspaces, which belong to the same project. */
  async #outermost(root: string, facts: FolderFacts): Promise<string> {
    if (facts.lockfiles.length > 0) return root;
    const outer = await this.locate(root);
    return (await this.factsOf(outer.root)).manager?.kind === "yarn-berry" ? outer.root : root;
  }

  /** Paths of what the lockfiles in a folder have dependencies of. */
  #importersIn(folder: string, { lockfiles }: FolderFacts): Promise<ReadonlySet<string>> {
    return remembered(this.#importers, folder, async () => {
      const { store, cancel } = this.options;
      const read = await Promise.all(lockfiles.map((name) => store.lockfile(join(folder, name), cancel)));
      cancel.throwIfAborted();
      return new Set(read.flatMap((each) => (each.known ? each.value.model.importers.map(({ path }) => path) : [])));
    });
  }

  async #read(folder: string): Promise<FolderFacts> {
    const { store, cancel } = this.options;
    const [manifest, workspaceFile, npmrc] = await Promise.all([
      store.manifest(join(folder, "package.json"), cancel),
      store.config(join(folder, "pnpm-workspace.yaml"), cancel),
      store.config(join(folder, ".npmrc"), cancel),
    ]);
    const names = await this.#namesIn(folder);
    const lockfiles = [
      ...LOCKFILE_NAMES.filter((name) => names.includes(name)),
      ...names.filter((name) => isLockfile(name) && !LOCKFILE_NAMES.includes(name)).sort(),
    ];
    const policy = manifest.known ? readManifestConfig(manifest.value.text).root : null;
    const settings = workspaceFile.known ? workspaceFile.value.model.root : null;
    // One that cannot be read is there all the same.
    const isPnpmRoot = workspaceFile.known || workspaceFile.code !== "not-found";
    const hasWorkspaces = policy !== null && entryAt(policy, "workspaces") !== null;
    const formats = await Promise.all(lockfiles.map(async (name) => ({ format: await this.#formatOf(folder, name) })));
    const configs = names.map(configKind).filter((kind) => kind !== null);
    return {
      hasManifest: manifest.known,
      workspaces: hasWorkspaces && manifest.known ? manifest.value.model.workspaces : null,
      pnpm: isPnpmRoot ? pnpmWorkspace(settings, npmrc.known ? npmrc.value.model.root : null) : null,
      lockfileDir:
        settingAt(settings, "lockfileDir") ?? (npmrc.known ? settingAt(npmrc.value.model.root, "lockfile-dir") : null),
      lockfiles,
      unreadManifests: names.filter(isUnreadManifest).sort(),
      manager:
        managerOf(manifest.known ? manifest.value.model : null, policy, formats, configs) ??
        (names.includes(".yarnrc") ? { kind: "yarn-classic", version: null } : null),
    };
  }

  /** Of yarn.lock only its text tells. */
  async #formatOf(folder: string, name: string): Promise<LockfileFormat> {
    const kind = documentKind(name);
    if (kind === null || kind === "package-json") throw new Error(`${name} is no lockfile`);
    if (kind !== "yarn-lock") return formatOf(kind);
    const read = await this.options.store.lockfile(join(folder, name), this.options.cancel);
    this.options.cancel.throwIfAborted();
    return read.known ? read.value.model.format : "yarn-classic";
  }

  /** Names of the files in a folder. Where it cannot be listed, those that can be read of the ones that are looked for. */
  async #namesIn(folder: string): Promise<readonly string[]> {
    const { store, files, cancel } = this.options;
    const entries = await files.list(folder, cancel);
    cancel.throwIfAborted();
    if (entries.known) return entries.value.filter(({ isFolder }) => !isFolder).map(({ name }) => name);
    if (entries.code === "not-found") return [];
    const read = await Promise.all(
      LOCKFILE_NAMES.map(async (name) => ({ name, read: await store.lockfile(join(folder, name), cancel) })),
    );
    cancel.throwIfAborted();
    return read.filter(({ read: { known } }) => known).map(({ name }) => name);
  }
}

function isLockfile(name: string): boolean {
  const kind = documentKind(name);
  return kind !== null && kind !== "package-json";
}

function pnpmWorkspace(settings: ConfigMap | null, npmrc: ConfigMap | null): PnpmWorkspace {
  return {
    packages: settings === null ? [] : scalarsAt(settings, "packages").map(({ text }) => text),
    isShared: isShared(settings, npmrc),
    isSharedBefore: isShared(null, npmrc),
  };
}

/**
 * What turns it off for one version of pnpm counts: a range in a workspace may then be installed anew. Tried: in YAML `no`,
 * `off` and texts in quotes do so for 12 alone, `0` and nothing for 10 and 11; `.npmrc` counts until 10.
 */
function isShared(settings: ConfigMap | null, npmrc: ConfigMap | null): boolean {
  const stated = settings?.entries.get("sharedWorkspaceLockfile")?.value;
  const former = npmrc?.entries.get("shared-workspace-lockfile")?.value;
  return [stated, former].every((value) => value === undefined || (value.kind === "scalar" && value.value === true));
}

function settingAt(settings: ConfigMap | null, key: string): string | null {
  const text = settings === null ? null : (scalarAt(settings, key)?.text ?? null);
  return text === "" ? null : text;
}
