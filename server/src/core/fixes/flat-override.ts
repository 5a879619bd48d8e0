import { applyEdits, smallestEdit } from "./edit.ts";
import type { Edit } from "./edit.ts";
import { addMember, readObject } from "./json-object.ts";

/**
 * Sets `<path>.<key>` to a version for each key in a manifest, where overrides are one flat object:
 * - Yarn, `resolutions`: https://yarnpkg.com/configuration/manifest#resolutions
 * - Bun, `overrides`: https://bun.com/docs/pm/overrides
 * - pnpm 10 and older, `pnpm.overrides`: https://pnpm.io/10.x/settings#overrides
 * Empty where something else stands in the way.
 */
export function flatOverride(text: string, path: readonly string[], keys: readonly string[], to: string): readonly Edit[] {
  let after = text;
  for (const key of keys) {
    const edit = setMember(after, path, key, to);
    if (edit === null) return [];
    after = applyEdits(after, [edit]);
  }
  const whole = smallestEdit(text, after);
  return whole === null ? [] : [whole];
}

function setMember(text: string, path: readonly string[], key: string, to: string): Edit | null {
  let object = readObject(text, (at) => at.every((step, depth) => step === path[depth]));
  for (const [depth, step] of path.entries()) {
    if (object === null) return null;
    const field = object.members.findLast((member) => member.key === step);
    if (field === undefined) return addMember(text, object, step, path.slice(depth + 1).reduceRight<NewObject>((inner, outer) => ({ [outer]: inner }), { [key]: to }));
    object = field.object;
  }
  if (object === null) return null;
  const present = object.members.findLast((member) => member.key === key);
  if (present === undefined) return addMember(text, object, key, to);
  return present.kind === "string" ? { span: present.span, newText: to } : null;
}

interface NewObject {
  readonly [key: string]: string | NewObject;
}
