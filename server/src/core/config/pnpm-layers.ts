import { filesFor, layersOf, type Layer, type PolicyFile } from "./layers.ts";

/**
 * Where pnpm reads its settings, nearest first: `pnpm-workspace.yaml` and its like, then every `.npmrc`, in kebab case
 * (`isIni`). Where its version is not known, all that any version reads. https://pnpm.io/settings
 */
export function pnpmLayers(
  files: readonly PolicyFile[],
  version: string | null,
): readonly { readonly layer: Layer; readonly isIni: boolean }[] {
  const read = filesFor(files, "pnpm", version);
  return [
    ...layersOf(read, "pnpm-workspace").map((layer) => ({ layer, isIni: false })),
    ...layersOf(read, "npmrc").map((layer) => ({ layer, isIni: true })),
  ];
}
