/** Sets values in a manifest, and leaves every other character of it as it is. */
import { readManifestConfig } from "../documents/config/json.ts";
import { entryAt } from "../documents/config/tree.ts";
import { applyEdits, smallestEdit } from "./text-edit.ts";
import type { Edit } from "./text-edit.ts";
import { addMember, indentAt, readObject, replaceNull, styleOf } from "./json-object.ts";
import type { JsonMember, NewValue } from "./json-object.ts";

/** Sets the value at a path of objects; those that are not there are added. null where something else stands in the way. */
export function setInJson(text: string, path: readonly string[], value: NewValue): Edit | null {
  let object = readObject(text, (at) => at.every((step, depth) => step === path[depth]));
  for (const [depth, step] of path.entries()) {
    if (object === null) return null;
    const field = object.members.findLast((member) => member.key === step);
    const rest = path.slice(depth + 1);
    const nested = rest.reduceRight<NewValue>((inner, outer) => ({ [outer]: inner }), value);
    if (field === undefined) return addMember(text, object, step, nested);
    if (field.kind === "null" && rest.length > 0) return replaceNull(text, field, nested);
    if (rest.length === 0) return replaced(field, value);
    object = field.object;
  }
  return null;
}

function replaced({ kind, span }: JsonMember, value: NewValue): Edit | null {
  if (kind === "object" || kind === "array" || kind === "none") return null;
  const quote = kind === "string" ? 1 : 0;
  return { span: { start: span.start - quote, end: span.end + quote }, newText: JSON.stringify(value) };
}

/** Sets several, one after the other; null where one of them cannot be, or where nothing changes. */
export function setAllInJson(
  text: string,
  settings: readonly (readonly [path: readonly string[], value: NewValue])[],
): Edit | null {
  let after = text;
  for (const [path, value] of settings) {
    const edit = setInJson(after, path, value);
    if (edit === null) return null;
    after = applyEdits(after, [edit]);
  }
  return smallestEdit(text, after);
}

/** Adds an item to the list at a path of those members that hold policy; one that is not there is made. */
export function addToJsonList(text: string, path: readonly string[], item: string): Edit | null {
  const list = entryAt(readManifestConfig(text).root, ...path)?.value;
  if (list === undefined) return setInJson(text, path, [item]);
  if (list.kind !== "list") return null;
  const [first] = list.items;
  const last = list.items.at(-1);
  if (first === undefined || last === undefined)
    return { span: { start: list.span.start + 1, end: list.span.end - 1 }, newText: JSON.stringify(item) };
  const end = last.kind === "scalar" && typeof last.value === "string" ? last.span.end + 1 : last.span.end;
  const isSpread = text.slice(list.span.start, first.span.start).includes("\n");
  const before = isSpread ? `,${styleOf(text).eol}${indentAt(text, first.span.start).indent}` : ", ";
  return { span: { start: end, end }, newText: `${before}${JSON.stringify(item)}` };
}
