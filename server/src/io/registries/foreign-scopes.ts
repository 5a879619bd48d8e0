/** Scopes that a project sends to a registry in the file of another package manager than its own. */
import { join } from "node:path";
import type { LockfileFormat } from "../../core/model.ts";
import type { Manager } from "../../core/policy/manager.ts";
import type { RegistryConfig } from "./config.ts";
import { isThere } from "./plain-file.ts";
import type { Project } from "./project.ts";

/** Files that make a second look at the project worth while, with the package manager that reads them. */
const READERS: readonly (readonly [file: string, kind: LockfileFormat])[] = [
  [".npmrc", "npm"],
  [".yarnrc", "yarn-classic"],
  [".yarnrc.yml", "yarn-berry"],
  ["bunfig.toml", "bun"],
  ["pnpm-workspace.yaml", "pnpm"],
];

/** By scope, the file that names its registry. Public registries are no reason to keep a name back. */
export async function foreignScopes(project: Project, load: (manager: Manager, project: Project | null) => Promise<RegistryConfig>, isPublicHost: (host: string) => boolean): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const [file, kind] of READERS) {
    if (kind === project.manager.kind || !isThere(join(project.root, file))) continue;
    const other = { kind, version: null };
    const [whole, personal] = [await load(other, project), await load(other, null)];
    for (const [scope, destination] of whole.scopes) {
      const own = personal.scopes.get(scope);
      const isOfProject = own === undefined || JSON.stringify(own) !== JSON.stringify(destination);
      if (isOfProject && !("url" in destination && isPublicHost(new URL(destination.url).host))) found.set(scope, file);
    }
  }
  return found;
}
