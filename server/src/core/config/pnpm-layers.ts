import { lt } from "semver";
import { layersOf, type Layer, type PolicyFile } from "./layers.ts";

/** From this version on pnpm has settings of its own only in YAML, in the person's `config.yaml` too, and in `pnpm_config_*`. */
const FIRST_WITHOUT_NPMRC = "11.0.0";

/**
 * Where pnpm reads its settings, nearest first: until pnpm 10 `pnpm-workspace.yaml`, then every `.npmrc`, in kebab case
 * (`isIni`). Where its version is not known, all of it. https://pnpm.io/settings
 */
export function pnpmLayers(
  files: readonly PolicyFile[],
  version: string | null,
): readonly { readonly layer: Layer; readonly isIni: boolean }[] {
  const isOld = version === null || lt(version, FIRST_WITHOUT_NPMRC);
  const yaml = isOld && version !== null ? files.filter(({ name }) => name === undefined) : files;
  return [
    ...layersOf(yaml, "pnpm-workspace").map((layer) => ({ layer, isIni: false })),
    ...(isOld ? layersOf(files, "npmrc") : []).map((layer) => ({ layer, isIni: true })),
  ];
}
