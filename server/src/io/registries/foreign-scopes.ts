/** Scopes that have a registry in a file that a project's package manager does not read. */
import { join, relative, sep } from "node:path";
import type { LockfileFormat } from "../../core/model.ts";
import type { Manager } from "../../core/project/manager.ts";
import type { RegistryConfig } from "./config.ts";
import { isThere } from "./plain-file.ts";
import type { RegistryScope } from "./registry-scope.ts";

/** Files that make a second look at the project worth while, with the package manager that reads them. */
const READERS: readonly (readonly [file: string, kind: LockfileFormat])[] = [
  [".npmrc", "npm"],
  [".yarnrc", "yarn-classic"],
  [".yarnrc.yml", "yarn-berry"],
  ["bunfig.toml", "bun"],
  ["pnpm-workspace.yaml", "pnpm"],
];

/**
 * By scope, the file that names its registry: one of another package manager, or one of the workspaces around the project,
 * which it is none of. Public registries are no reason to keep a name back.
 */
export async function foreignScopes(
  project: RegistryScope,
  load: (manager: Manager, project: RegistryScope | null) => Promise<RegistryConfig>,
  isPublicHost: (host: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const folder of project.enclosing === null ? [project.root] : [project.enclosing, project.root]) {
    for (const [file, kind] of READERS) {
      const path = join(folder, file);
      if ((folder === project.root && kind === project.manager.kind) || !isThere(path)) continue;
      const other = { kind, version: null };
      const [whole, personal] = [
        await load(other, { own: folder, root: folder, enclosing: null, manager: other }),
        await load(other, null),
      ];
      for (const [scope, destination] of whole.scopes) {
        const own = personal.scopes.get(scope);
        const isOfProject = own === undefined || JSON.stringify(own) !== JSON.stringify(destination);
        if (isOfProject && !("url" in destination && isPublicHost(new URL(destination.url).host)))
          found.set(scope, relative(project.root, path).split(sep).join("/"));
      }
    }
  }
  return found;
}
