import type { ConfigScalar, ConfigValue } from "../config/tree.ts";

/** `string`: a text that YAML reads as nothing else. `count`: a whole number. `integrity`: hashes, with their algorithms. */
export type Kind = "text" | "string" | "flag" | "count" | "integrity" | "list" | "map";

/** What pnpm takes at a place. Nothing at all (`null`) is taken anywhere but for a member that has to be there. */
export interface Shape {
  readonly kinds: readonly Kind[];
  /** Of every item or member. */
  readonly each?: Shape;
  /** Of members by name; others are as `each`, or anything. */
  readonly members?: ReadonlyMap<string, Shape>;
  /** Names of members that have to be there. */
  readonly required?: readonly string[];
  /** No other members than those by name. */
  readonly isClosed?: boolean;
}

/** pnpm takes numbers and flags for texts. */
const TEXT: Shape = { kinds: ["text", "flag"] };
export const FLAG: Shape = { kinds: ["flag"] };
export const STRICT_TEXT: Shape = { kinds: ["string"] };
const TEXTS: Shape = { kinds: ["list"], each: TEXT };
export const MAP_OF_TEXTS: Shape = { kinds: ["map"], each: TEXT };
export const ANYTHING: Shape = { kinds: ["text", "flag", "list", "map"] };

const mapOf = (each: Shape): Shape => ({ kinds: ["map"], each });
const withMembers = (members: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape => ({
  kinds: ["map"],
  members: new Map(Object.entries(members)),
  required,
});
export const closedMap = (members: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape => ({
  ...withMembers(members, required),
  isClosed: true,
});

/*
 * What the readers leave unread, by name. Of what is not here pnpm takes anything. Tried: pnpm 12, which ignores the whole
 * file for each other kind at each of these places.
 */

/** Beside importers, packages and snapshots. */
export const OF_DOCUMENT: ReadonlyMap<string, Shape> = new Map([
  [
    "settings",
    withMembers({
      autoInstallPeers: FLAG,
      dedupePeerDependents: FLAG,
      dedupePeers: FLAG,
      excludeLinksFromLockfile: FLAG,
      injectWorkspacePackages: FLAG,
      peersSuffixMaxLength: { kinds: ["count"] },
    }),
  ],
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
export const OF_IMPORTER: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["dependenciesMeta", { kinds: ["map"] }],
  ["publishDirectory", TEXT],
]);

/** In an entry of packages or snapshots. */
export const OF_ENTRY: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["id", TEXT],
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
      return value.value === null || shape.kinds.some((kind) => isOfKind(value, kind));
    case "list": {
      const { each = ANYTHING } = shape;
      return shape.kinds.includes("list") && value.items.every((item) => isOfShape(item, each));
    }
    case "map":
      return (
        shape.kinds.includes("map") &&
        (shape.required ?? []).every((name) => isStated(value.entries.get(name)?.value)) &&
        (shape.isClosed !== true || [...value.entries.keys()].every((name) => shape.members?.has(name) === true)) &&
        [...value.entries.values()].every((entry) => isOfShape(entry.value, shapeOfMember(shape, entry.key)))
      );
  }
}

function isStated(value: ConfigValue | undefined): boolean {
  return value !== undefined && (value.kind !== "scalar" || value.value !== null);
}

/** As written without a fraction, an exponent or zeros before it. */
const COUNT = /^(?:0|[1-9]\d{0,15})$/;
/** For js-yaml these are texts, for the parser of pnpm 12 they are flags and numbers. */
const OTHER_THAN_TEXT = /^(?:y|yes|n|no|on|off|[+-]?\d+_[\d_]*)$/i;

function isOfKind({ value, text }: ConfigScalar, kind: Kind): boolean {
  switch (kind) {
    case "text":
      return typeof value !== "boolean";
    case "string":
      return typeof value === "string" && !OTHER_THAN_TEXT.test(text);
    case "flag":
      return typeof value === "boolean";
    case "count":
      return COUNT.test(text);
    case "integrity":
      return typeof value === "string" && isIntegrity(value);
    case "list":
    case "map":
      return false;
  }
}

const ALGORITHM = /^sha(?:1|256|384|512)-/;

/** Whether pnpm takes a text for hashes; it takes none at all. */
export function isIntegrity(text: string): boolean {
  return text.split(/\s+/).every((hash) => hash === "" || ALGORITHM.test(hash));
}
