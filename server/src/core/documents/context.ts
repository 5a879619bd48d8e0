import type { CatalogEntry, Manifest } from "../model.ts";

/** The files around a lockfile: formats do not state all that the project asks for, and a lockfile may be forged. */
export interface LockfileContext {
  /** The manifest beside the lockfile. */
  readonly manifest?: Manifest;
  /** Those of its workspaces, by path below the lockfile's folder. pnpm's format does not need them. */
  readonly workspaces?: ReadonlyMap<string, Manifest>;
  /**
   * What the manifests of the workspaces say that they are called, by plain path from the lockfile's folder ("" for that
   * folder); null for one without a name. Left out where nothing was looked for.
   */
  readonly workspaceNames?: ReadonlyMap<string, string | null>;
  /** npm's setting of that name is on: then it does not install peers. */
  readonly legacyPeerDeps?: boolean;
  /** What `catalog:` stands for, in pnpm and Bun; left out where the file that says so could not be read. */
  readonly catalogs?: readonly CatalogEntry[];
}
