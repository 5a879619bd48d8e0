/** Where pnpm reads `overrides` from: https://github.com/pnpm/pnpm/releases/tag/v10.5.0, and v11.0.0. */
import { intersects } from "semver";
import { mapAt, scalarAt } from "../../documents/config/tree.ts";
import { readManifestConfig } from "../../documents/config/json.ts";
import { configOf, managerIn, rootOf } from "../project-texts.ts";
import type { ConfigText, ProjectTexts } from "../project-texts.ts";
import { enginesPnpm, managerRange } from "../../project/manager.ts";

export interface PnpmLocations {
  /** `package.json#pnpm.overrides`. */
  readonly inManifest: boolean;
  /** `pnpm-workspace.yaml`. */
  readonly inWorkspaceFile: boolean;
}

const ONLY_MANIFEST = "<10.5.0-0";
const ONLY_WORKSPACE_FILE = ">=11.0.0-0";
const EITHER = ">=10.5.0-0 <11.0.0-0";

/**
 * Where an override is to be written. What states a version decides (`packageManager`, `devEngines`, `engines.pnpm`),
 * then the lockfile's format, then what is in use already; where all that leaves pnpm 9 as likely as 11, both. So do
 * `resolutions`, which other package managers read too: newer versions of pnpm pass over them.
 */
export function pnpmLocations(texts: ProjectTexts, formatVersion: string | null): PnpmLocations {
  const stated = statedVersion(texts);
  const allows = (range: string): boolean => stated === null || intersects(stated, range, { includePrerelease: true });
  const file = configOf(texts, "pnpm-workspace");
  const fields = new Set(rootOf(texts)?.model.overrides.map(({ field }) => field));
  // pnpm 10 ignores the workspace file's for either of them.
  const inUse = fields.has("pnpm.overrides") || fields.has("resolutions");
  const isFileInUse = file !== null && mapAt(file.tree.root, "overrides").entries.size > 0;
  // Versions below 9 write lockfiles of their own formats.
  const isOld = stated === null && formatVersion !== null && Number.parseFloat(formatVersion) < 9;
  if (isOld || (!allows(EITHER) && !allows(ONLY_WORKSPACE_FILE))) return { inManifest: true, inWorkspaceFile: false };
  if (!allows(ONLY_MANIFEST) && !allows(EITHER)) return { inManifest: false, inWorkspaceFile: true };
  if (inUse || isFileInUse)
    return {
      inManifest: inUse,
      inWorkspaceFile:
        isFileInUse || (inUse && allows(ONLY_WORKSPACE_FILE) && (stated !== null || !fields.has("pnpm.overrides"))),
    };
  return { inManifest: allows(ONLY_MANIFEST) && !isForNewer(file), inWorkspaceFile: true };
}

/** pnpm 9 refuses a workspace file without `packages`, and knows nothing else in one but catalogs. */
function isForNewer(file: ConfigText | null): boolean {
  if (typeof file?.text !== "string") return false;
  const keys = [...file.tree.root.entries.keys()];
  return !keys.includes("packages") || keys.some((key) => !["packages", "catalog", "catalogs"].includes(key));
}

/** A version or a range; null where none is stated. */
function statedVersion(texts: ProjectTexts): string | null {
  const root = rootOf(texts);
  const manager = managerIn(texts);
  if (root === null) return null;
  const config = readManifestConfig(root.text).root;
  const exact = root.model.packageManager === null || manager?.kind !== "pnpm" ? null : manager.version;
  const devEngines = scalarAt(config, "devEngines", "packageManager", "version")?.text ?? null;
  const stated = exact ?? (manager?.kind === "pnpm" ? devEngines : null);
  return stated === null ? enginesPnpm(config) : managerRange(stated);
}
