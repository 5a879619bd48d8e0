import { satisfies, validRange } from "semver";
import { overrideTarget } from "../documents/override-key.ts";
import type { Edit } from "./edit.ts";
import { addMember, readObject } from "./json-object.ts";
import type { JsonMember } from "./json-object.ts";
import type { Override } from "./override.ts";

const FIELD = "overrides";

/**
 * Overrides a transitive package in the root manifest, as npm has it:
 * https://docs.npmjs.com/cli/v11/configuring-npm/package-json#overrides.
 * An override that covers it already is changed, else one is added; what is said of other packages, and of what lies
 * below this one, stays. npm takes the first that covers (@npmcli/arborist, override-set.js), so no second is added.
 * Empty where the field holds something that is no override.
 */
export function npmOverride(text: string, { name, from, to, isSelective }: Override): readonly Edit[] {
  const root = readObject(text, ({ 0: field, length }) => field === FIELD && length <= 2);
  if (root === null) return [];
  const field = root.members.findLast(({ key }) => key === FIELD);
  const key = isSelective ? `${name}@${from}` : name;
  if (field === undefined) return [addMember(text, root, FIELD, { [key]: to })];
  if (field.object === null) return [];
  const present = field.object.members.find((member) => covers(member.key, name, from));
  if (present === undefined) return [addMember(text, field.object, key, to)];
  if (present.object === null) return replaced(present, to);
  const own = present.object.members.findLast((member) => member.key === ".");
  return own === undefined ? [addMember(text, present.object, ".", to)] : replaced(own, to);
}

/** npm asks whether the edge's range and the key's have versions in common; the version that the edge takes is one. */
function covers(key: string, name: string, version: string): boolean {
  if (overrideTarget(FIELD, key).name !== name) return false;
  const range = key.slice(name.length + 1);
  return range === "" || validRange(range) === null || satisfies(version, range, { loose: true, includePrerelease: true });
}

function replaced({ kind, span }: JsonMember, to: string): readonly Edit[] {
  return kind === "string" ? [{ span, newText: to }] : [];
}
