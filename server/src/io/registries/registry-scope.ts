/** Which folders a package manager looks in for its configuration of registries, and which manager that is. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Manager } from "../../core/project/manager.ts";
import type { ProjectLocator } from "../../core/project/locate.ts";
import { pathOf, uriOf } from "../uri.ts";

/** Where a package manager's configuration of registries is looked for. Folders are paths. */
export interface RegistryScope {
  /** The nearest folder with a package.json or node_modules. */
  readonly own: string;
  /** The folder with the settings of the project that it is part of. */
  readonly root: string;
  /** The root of workspaces around it, none of which it is, where its own settings hold; null where there is none. */
  readonly enclosing: string | null;
  readonly manager: Manager;
}

export async function registryScopeOf(folder: string, locator: ProjectLocator): Promise<RegistryScope> {
  const own = (await nearestPackage(folder, locator)) ?? folder;
  const location = await locator.locate(uriOf(own));
  const root = pathOf(location.settings) ?? own;
  const isOwn = location.settings === uriOf(own);
  const enclosing = isOwn && location.outsideOf !== null ? pathOf(location.outsideOf) : null;
  const { manager } = await locator.factsOf(location.settings);
  return { own, root, enclosing, manager: manager ?? (await managerAround(own, enclosing, locator)) };
}

/** As npm has it (@npmcli/config, loadLocalPrefix); the others likewise. */
async function nearestPackage(folder: string, locator: ProjectLocator): Promise<string | null> {
  for (const candidate of foldersUp(folder)) {
    // The root of the file system is no project.
    if (dirname(candidate) === candidate) return null;
    const { hasManifest } = await locator.factsOf(uriOf(candidate));
    if (hasManifest || (await isFolder(join(candidate, "node_modules")))) return candidate;
  }
  return null;
}

const NPM: Manager = { kind: "npm", version: null };

/** Where nothing says which package manager a folder has, it is that of the workspaces around it; but Yarn reads no `.npmrc`. */
async function managerAround(own: string, enclosing: string | null, locator: ProjectLocator): Promise<Manager> {
  const manager = enclosing === null ? null : (await locator.factsOf(uriOf(enclosing))).manager;
  if (manager === null || (manager.kind === "yarn-berry" && (await isFile(join(own, ".npmrc"))))) return NPM;
  return manager;
}

/** The folder and those above it, nearest first. */
function foldersUp(folder: string): readonly string[] {
  const folders = [folder];
  for (let at = folder; dirname(at) !== at; at = dirname(at)) folders.push(dirname(at));
  return folders;
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
