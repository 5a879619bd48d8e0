import type { Manifest } from "../../model.ts";

/** The project's manifest, and those of its workspaces by path, as far as they were read. */
export interface Manifests {
  readonly root: Manifest | null;
  readonly workspaces: ReadonlyMap<string, Manifest>;
}
