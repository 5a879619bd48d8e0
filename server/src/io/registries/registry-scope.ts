/** Which folders a package manager looks in for a manifest, and which manager that is. */
import { stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { CONFIG_KINDS, configFileName } from "../../core/documents/config/index.ts";
import { readManifestConfig } from "../../core/documents/config/json.ts";
import { LOCKFILE_NAMES, documentKind, formatOf } from "../../core/documents/index.ts";
import { readManifest } from "../../core/documents/manifest.ts";
import { entryAt } from "../../core/documents/config/tree.ts";
import { workspaceMatcher } from "../../core/engine/workspaces.ts";
import type { LockfileFormat } from "../../core/model.ts";
import { managerOf, type Manager } from "../../core/policy/manager.ts";
import { readPlainFile } from "./plain-file.ts";

/** Where a package manager's configuration of registries is looked for. */
export interface RegistryScope {
  /** The nearest folder with a package.json or node_modules. */
  readonly own: string;
  /** The root of the workspaces that it is one of; the same folder where it is none of any. */
  readonly root: string;
  /** The nearest folder above with workspaces that it is none of; null where there is none. */
  readonly enclosing: string | null;
  readonly manager: Manager;
}

/** Reads each manifest once: thousands of workspaces may be below one. */
export class RegistryScopes {
  readonly #workspaces = new Map<string, WorkspaceMatcher | null>();
  readonly #managers = new Map<string, Promise<Manager | null>>();

  /**
   * A folder above is the root where its `workspaces` name this one, as npm has it (@npmcli/config, loadLocalPrefix; Yarn and
   * Bun likewise), or where pnpm's workspace file is. A folder with workspaces of its own is a root itself.
   */
  async of(folder: string): Promise<RegistryScope> {
    let own: string | null = null;
    let enclosing: string | null = null;
    for (const candidate of foldersUp(folder)) {
      const hasManifest = await isFile(join(candidate, "package.json"));
      if (own === null && (hasManifest || (await isFolder(join(candidate, "node_modules"))))) own = candidate;
      if (own === null) continue;
      const isWorkspace = hasManifest ? this.#workspacesOf(candidate) : null;
      const isRoot =
        (await isFile(join(candidate, "pnpm-workspace.yaml"))) ||
        (isWorkspace !== null && (candidate === own || isWorkspace(relative(candidate, own).split(sep).join("/"))));
      if (isRoot) return { own, root: candidate, enclosing: null, manager: (await this.#managerIn(candidate)) ?? NPM };
      if (isWorkspace !== null) enclosing ??= candidate;
    }
    own ??= folder;
    const manager = (await this.#managerIn(own)) ?? (await this.#managerOfEnclosing(own, enclosing));
    return { own, root: own, enclosing, manager };
  }

  /** Files are read anew when next asked. */
  refresh(): void {
    this.#workspaces.clear();
    this.#managers.clear();
  }

  /** Where nothing says which package manager a folder has, it is that of the workspaces around it; but Yarn reads no `.npmrc`. */
  async #managerOfEnclosing(own: string, enclosing: string | null): Promise<Manager> {
    const manager = enclosing === null ? null : await this.#managerIn(enclosing);
    if (manager === null || (manager.kind === "yarn-berry" && (await isFile(join(own, ".npmrc"))))) return NPM;
    return manager;
  }

  #workspacesOf(folder: string): WorkspaceMatcher | null {
    const present = this.#workspaces.get(folder);
    if (present !== undefined) return present;
    const globs = workspaceGlobs(folder);
    const found = globs === null ? null : workspaceMatcher(globs);
    this.#workspaces.set(folder, found);
    return found;
  }

  /** Null where nothing tells. */
  #managerIn(root: string): Promise<Manager | null> {
    const found = this.#managers.get(root) ?? managerIn(root);
    this.#managers.set(root, found);
    return found;
  }
}

/** Whether a path below the root, with `/`, is that of a workspace. */
type WorkspaceMatcher = (path: string) => boolean;

const NPM: Manager = { kind: "npm", version: null };

/** The folder and those above it, nearest first. */
export function foldersUp(folder: string): readonly string[] {
  const folders = [folder];
  for (let at = folder; dirname(at) !== at; at = dirname(at)) folders.push(dirname(at));
  return folders;
}

/** Null where the manifest has no `workspaces`. */
function workspaceGlobs(folder: string): readonly string[] | null {
  const text = textOf(join(folder, "package.json"));
  return text === null || entryAt(readManifestConfig(text).root, "workspaces") === null
    ? null
    : readManifest(text).workspaces;
}

async function managerIn(root: string): Promise<Manager | null> {
  const text = textOf(join(root, "package.json"));
  const kind = await lockedBy(root);
  const lockfiles = kind === null ? [] : [{ format: kind }];
  return managerOf(
    text === null ? null : readManifest(text),
    text === null ? null : readManifestConfig(text).root,
    lockfiles,
  );
}

async function lockedBy(root: string): Promise<LockfileFormat | null> {
  for (const name of LOCKFILE_NAMES) {
    const path = join(root, name);
    const kind = documentKind(name);
    if (kind === null || kind === "package-json" || !(await isFile(path))) continue;
    return kind === "yarn-lock" ? yarnOf(path) : formatOf(kind);
  }
  const configs = await Promise.all(
    CONFIG_KINDS.map(async (kind) => ((await isFile(join(root, configFileName(kind)))) ? kind : null)),
  );
  const owner = managerOf(
    null,
    null,
    [],
    configs.filter((kind) => kind !== null),
  );
  return owner?.kind ?? ((await isFile(join(root, ".yarnrc"))) ? "yarn-classic" : null);
}

/** Berry's lockfile is YAML and begins with `__metadata`. https://github.com/yarnpkg/berry/blob/master/packages/yarnpkg-core/sources/Project.ts */
function yarnOf(lockfile: string): LockfileFormat {
  const read = readPlainFile(lockfile, HEAD);
  return read.kind === "text" && /^__metadata:/m.test(read.text) ? "yarn-berry" : "yarn-classic";
}

const HEAD = 4096;

function textOf(path: string): string | null {
  const read = readPlainFile(path);
  return read.kind === "text" ? read.text : null;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
