/** The places that each package manager reads overrides from. */
import { gte } from "semver";
import type { DeclaredOverride, LockfileFormat } from "../../model.ts";
import type { Manager } from "../../project/manager.ts";
import { readObject } from "../../edits/json-object.ts";
import { pnpmLocations } from "./pnpm-locations.ts";
import { configOf, managerIn, rootOf } from "../project-texts.ts";
import type { ManifestText, ProjectTexts } from "../project-texts.ts";

/** Where an override has to be for the package manager to go by it. */
export interface OverrideLocation {
  /** The file; null where that cannot be read whole. */
  readonly uri: string | null;
  /** Those of a manifest that are read as one; `pnpm.overrides` for a workspace file. A new one goes into the first. */
  readonly fields: readonly [DeclaredOverride["field"], ...DeclaredOverride["field"][]];
  /** Only names count: an override for one range, or below one package, is ignored. */
  readonly isFlat: boolean;
  /** What a new file begins with. */
  readonly start: string;
}

/**
 * What a lockfile's package manager reads. Several where it is not known which of them that is: an override is then to be
 * in each.
 */
export function overrideLocations(
  texts: ProjectTexts,
  format: LockfileFormat,
  formatVersion: string | null,
): readonly OverrideLocation[] {
  const root = rootOf(texts);
  const inManifest = (...fields: OverrideLocation["fields"]): OverrideLocation => ({
    uri: root?.uri ?? null,
    fields,
    isFlat: false,
    start: "",
  });
  switch (format) {
    case "npm":
      return [inManifest("overrides")];
    case "yarn-classic":
    case "yarn-berry":
      return [inManifest("resolutions")];
    case "bun":
      return [
        {
          ...inManifest(root !== null && isInResolutions(root) ? "resolutions" : "overrides"),
          isFlat: !knowsScopes(managerIn(texts), formatVersion),
        },
      ];
    case "pnpm": {
      const locations = pnpmLocations(texts, formatVersion);
      return [
        ...(locations.inManifest ? [inManifest("pnpm.overrides", "resolutions")] : []),
        // pnpm 9 refuses a workspace file without packages.
        ...(locations.inWorkspaceFile
          ? [
              {
                uri: configOf(texts, "pnpm-workspace")?.uri ?? null,
                fields: ["pnpm.overrides"],
                isFlat: false,
                start: locations.inManifest ? "packages:\n  - .\n" : "",
              } as const,
            ]
          : []),
      ];
    }
  }
}

/** Bun ignores `resolutions` once there are `overrides`, even empty ones (1.4.4): so none are begun beside those. */
function isInResolutions({ text, model }: ManifestText): boolean {
  if (!model.overrides.some(({ field }) => field === "resolutions")) return false;
  return readObject(text, () => false)?.members.some(({ key }) => key === "overrides") === false;
}

/**
 * From 1.4 on Bun goes by overrides of one range, or below one package (https://bun.com/docs/pm/overrides), and writes
 * them into a lockfile of version 3, which older ones do not read. Bun 1.3 writes version 1, and 1.4 begins with 2.
 */
function knowsScopes(manager: Manager | null, formatVersion: string | null): boolean {
  if (manager?.kind === "bun" && manager.version !== null) return gte(manager.version, "1.4.0");
  return Number(formatVersion) >= 2;
}
