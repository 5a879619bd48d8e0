import type { Edit } from "../../edits/text-edit.ts";
import { setAllInJson } from "../../edits/json-edit.ts";

/**
 * Sets `<path>.<key>` for each key in a manifest, where overrides are one flat object:
 * - Yarn, `resolutions`: https://yarnpkg.com/configuration/manifest#resolutions
 * - Bun, `overrides`: https://bun.com/docs/pm/overrides
 * - pnpm 10 and older, `pnpm.overrides`: https://pnpm.io/10.x/settings#overrides
 * null where something else stands in the way; empty where nothing changes.
 */
export function flatOverride(
  text: string,
  path: readonly string[],
  entries: readonly (readonly [key: string, value: string])[],
): readonly Edit[] | null {
  const edit = setAllInJson(
    text,
    entries.map(([key, value]) => [[...path, key], value]),
  );
  return edit === null ? null : [edit];
}
