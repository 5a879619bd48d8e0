import type { Edit } from "./edit.ts";
import { addMember, readObject } from "./json-object.ts";

/**
 * Sets `<path>.<name>` to a version in a manifest, where overrides are one flat object of names:
 * - Yarn, `resolutions`: https://yarnpkg.com/configuration/manifest#resolutions
 * - Bun, `overrides`: https://bun.com/docs/pm/overrides
 * - pnpm 10 and older, `pnpm.overrides`: https://pnpm.io/10.x/settings#overrides
 * All of them override every version of the package. Empty where something else stands in the way.
 */
export function flatOverride(text: string, path: readonly string[], name: string, to: string): readonly Edit[] {
  const root = readObject(text, (at) => at.every((key, depth) => key === path[depth]));
  let object = root;
  for (const [depth, key] of path.entries()) {
    if (object === null) return [];
    const field = object.members.findLast((member) => member.key === key);
    if (field === undefined) return [addMember(text, object, key, path.slice(depth + 1).reduceRight<NewObject>((inner, outer) => ({ [outer]: inner }), { [name]: to }))];
    object = field.object;
  }
  if (object === null) return [];
  const present = object.members.findLast((member) => member.key === name);
  if (present === undefined) return [addMember(text, object, name, to)];
  return present.kind === "string" ? [{ span: present.span, newText: to }] : [];
}

interface NewObject {
  readonly [key: string]: string | NewObject;
}
