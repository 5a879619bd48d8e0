import type { Manifest } from "../model.ts";

/** What stands around a lockfile, for formats that do not state the project's own dependencies: npm's version 1, and Yarn's. */
export interface LockfileContext {
  /** The manifest beside the lockfile. */
  readonly manifest?: Manifest;
  /** Those of its workspaces, by path below the lockfile's folder. Only Yarn's formats need them. */
  readonly workspaces?: ReadonlyMap<string, Manifest>;
}
