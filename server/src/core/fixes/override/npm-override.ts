import { satisfies, validRange } from "semver";
import { overrideTarget } from "../../documents/override-key.ts";
import type { Edit } from "../../edits/text-edit.ts";
import { addMember, readObject, replaceNull } from "../../edits/json-object.ts";
import type { JsonMember, JsonObject } from "../../edits/json-object.ts";

const FIELD = "overrides";

export interface NpmOverride {
  /** The name that the package is installed under. */
  readonly alias: string;
  /** The version that is to go. */
  readonly from: string;
  /** What is to come in its place: a version, `npm:<package>@<version>`, or `$<name>` for what the direct dependency has. */
  readonly value: string;
  /** Only edges that could take `from` are overridden. */
  readonly isSelective: boolean;
  /** The package below which it holds; null for anywhere. */
  readonly below: { readonly alias: string; readonly version: string } | null;
}

/**
 * Overrides a transitive package in the root manifest, as npm has it:
 * https://docs.npmjs.com/cli/v11/configuring-npm/package-json#overrides.
 * An override that covers it already is changed, else one is added; what is said of other packages, and of what lies
 * below this one, stays. npm takes the first that covers (@npmcli/arborist, override-set.js), so no second is added.
 * Empty where the field holds something that is no override.
 */
export function npmOverride(text: string, { alias, from, value, isSelective, below }: NpmOverride): readonly Edit[] {
  const root = readObject(text, ({ 0: field, length }) => field === FIELD && length <= 3);
  if (root === null) return [];
  const field = root.members.findLast(({ key }) => key === FIELD);
  const key = isSelective ? `${alias}@${from}` : alias;
  const own = below === null ? { [key]: value } : { [below.alias]: { [key]: value } };
  if (field === undefined) return [addMember(text, root, FIELD, own)];
  if (field.kind === "null") return [replaceNull(text, field, own)];
  if (field.object === null) return [];
  if (below === null) return setIn(text, field.object, { key, alias, from, value });
  const parent = field.object.members.find((member) => covers(member.key, below.alias, below.version));
  if (parent === undefined) return [addMember(text, field.object, below.alias, { [key]: value })];
  if (parent.object !== null) return setIn(text, parent.object, { key, alias, from, value });
  return parent.kind === "string"
    ? [
        {
          span: quoted(parent),
          newText: `{ ".": ${text.slice(quoted(parent).start, quoted(parent).end)}, ${JSON.stringify(key)}: ${JSON.stringify(value)} }`,
        },
      ]
    : [];
}

function setIn(
  text: string,
  object: JsonObject,
  {
    key,
    alias,
    from,
    value,
  }: { readonly key: string; readonly alias: string; readonly from: string; readonly value: string },
): readonly Edit[] {
  const present = object.members.find((member) => covers(member.key, alias, from));
  if (present === undefined) return [addMember(text, object, key, value)];
  if (present.object === null) return replaced(present, value);
  const own = present.object.members.findLast((member) => member.key === ".");
  return own === undefined ? [addMember(text, present.object, ".", value)] : replaced(own, value);
}

/** npm asks whether the edge's range and the key's have versions in common; the version that the edge takes is one. */
function covers(key: string, name: string, version: string): boolean {
  if (overrideTarget(FIELD, key).name !== name) return false;
  const range = key.slice(name.length + 1);
  return (
    range === "" || validRange(range) === null || satisfies(version, range, { loose: true, includePrerelease: true })
  );
}

function replaced(member: JsonMember, value: string): readonly Edit[] {
  return member.kind === "string" ? [{ span: quoted(member), newText: JSON.stringify(value) }] : [];
}

function quoted({ span }: JsonMember): { readonly start: number; readonly end: number } {
  return { start: span.start - 1, end: span.end + 1 };
}
