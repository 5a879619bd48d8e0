import type { ConfigValue } from "../config/tree.ts";

export type Kind = "text" | "flag" | "list" | "map";

/** What pnpm takes at a place. Nothing at all (`null`) is taken anywhere. */
export interface Shape {
  readonly kinds: readonly Kind[];
  /** Of every item or member. */
  readonly each?: Shape;
  /** Of members by name; others are as `each`, or anything. */
  readonly members?: ReadonlyMap<string, Shape>;
  /** Names of members that have to be there. */
  readonly required?: readonly string[];
}

/** pnpm takes numbers and flags for texts. */
const TEXT: Shape = { kinds: ["text", "flag"] };
const FLAG: Shape = { kinds: ["flag"] };
const TEXTS: Shape = { kinds: ["list"], each: TEXT };
const MAP_OF_TEXTS: Shape = { kinds: ["map"], each: TEXT };
export const ANYTHING: Shape = { kinds: ["text", "flag", "list", "map"] };

const mapOf = (each: Shape): Shape => ({ kinds: ["map"], each });
const withMembers = (members: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape => ({
  kinds: ["map"],
  members: new Map(Object.entries(members)),
  required,
});

/*
 * What the readers leave unread, by name. Of what is not here pnpm takes anything. Tried: pnpm 12, which ignores the whole
 * file for each other kind at each of these places.
 */

/** Beside importers, packages and snapshots. */
export const OF_DOCUMENT: ReadonlyMap<string, Shape> = new Map([
  ["settings", withMembers({ autoInstallPeers: FLAG, excludeLinksFromLockfile: FLAG })],
  ["catalogs", mapOf(mapOf(withMembers({ specifier: TEXT, version: TEXT }, ["specifier", "version"])))],
  [
    "patchedDependencies",
    mapOf({ ...withMembers({ hash: TEXT, path: TEXT }, ["hash"]), kinds: ["text", "flag", "map"] }),
  ],
  ["time", MAP_OF_TEXTS],
  ["ignoredOptionalDependencies", TEXTS],
  ["packageExtensionsChecksum", TEXT],
  ["pnpmfileChecksum", TEXT],
]);

/** In an importer. */
export const OF_IMPORTER: ReadonlyMap<string, Shape> = new Map([["dependenciesMeta", { kinds: ["map"] }]]);

/** In an entry of packages or snapshots. */
export const OF_ENTRY: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["engines", MAP_OF_TEXTS],
  ["cpu", TEXTS],
  ["os", TEXTS],
  ["libc", { ...TEXTS, kinds: ["list", "text"] }],
  ["deprecated", TEXT],
  ["hasBin", FLAG],
  ["peerDependencies", MAP_OF_TEXTS],
  ["peerDependenciesMeta", mapOf(withMembers({ optional: FLAG }))],
  ["bundledDependencies", { ...TEXTS, kinds: ["list", "flag"] }],
  ["prepare", FLAG],
  ["patched", FLAG],
  ["transitivePeerDependencies", TEXTS],
]);

/** The shape of a member of a map that has to be of this one. */
export function shapeOfMember({ members, each = ANYTHING }: Shape, name: string): Shape {
  return members?.get(name) ?? each;
}

/** Whether pnpm takes the value where it takes this shape. */
export function isOfShape(value: ConfigValue, shape: Shape): boolean {
  switch (value.kind) {
    case "scalar":
      return value.value === null || shape.kinds.includes(typeof value.value === "boolean" ? "flag" : "text");
    case "list": {
      const { each = ANYTHING } = shape;
      return shape.kinds.includes("list") && value.items.every((item) => isOfShape(item, each));
    }
    case "map":
      return (
        shape.kinds.includes("map") &&
        (shape.required ?? []).every((name) => value.entries.has(name)) &&
        [...value.entries.values()].every((entry) => isOfShape(entry.value, shapeOfMember(shape, entry.key)))
      );
  }
}
