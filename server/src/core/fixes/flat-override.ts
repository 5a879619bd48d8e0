import type { Edit } from "./edit.ts";
import { setAllInJson } from "./json-edit.ts";

/**
 * Sets `<path>.<key>` to a version for each key in a manifest, where overrides are one flat object:
 * - Yarn, `resolutions`: https://yarnpkg.com/configuration/manifest#resolutions
 * - Bun, `overrides`: https://bun.com/docs/pm/overrides
 * - pnpm 10 and older, `pnpm.overrides`: https://pnpm.io/10.x/settings#overrides
 * Empty where something else stands in the way.
 */
export function flatOverride(text: string, path: readonly string[], keys: readonly string[], to: string): readonly Edit[] {
  const edit = setAllInJson(text, keys.map((key) => [[...path, key], to]));
  return edit === null ? [] : [edit];
}
