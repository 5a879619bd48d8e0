import { scalarAt, type ConfigValue } from "../config/tree.ts";
import type { Pair } from "./pairs.ts";
import { closedMap, FLAG, isIntegrity, isOfShape, MAP_OF_TEXTS, STRICT_TEXT, type Shape } from "./shapes.ts";

/*
 * What pnpm takes as the `resolution` of a package: sets of members that are closed. Tried: pnpm 12, which ignores the whole
 * file for each other member, and for each other kind of value.
 */

const INTEGRITY: Shape = { kinds: ["integrity"] };

const OF_REGISTRY = closedMap({ integrity: INTEGRITY }, ["integrity"]);
const OF_TARBALL = closedMap({ tarball: STRICT_TEXT, integrity: INTEGRITY, gitHosted: FLAG, path: STRICT_TEXT }, [
  "tarball",
]);
/** pnpm before 9 states the registry too. Where it is installed, any member is taken. */
const OF_OLD_REGISTRY = closedMap({ integrity: INTEGRITY, registry: STRICT_TEXT, tarball: STRICT_TEXT }, ["integrity"]);

const TYPE = { type: STRICT_TEXT };
const OF_BINARY = closedMap({
  ...TYPE,
  url: STRICT_TEXT,
  integrity: INTEGRITY,
  bin: { ...MAP_OF_TEXTS, kinds: ["text", "map"] },
  archive: STRICT_TEXT,
  prefix: STRICT_TEXT,
});
const OF_VARIATIONS = closedMap({ ...TYPE, variants: { kinds: ["list"] } }, ["variants"]);

const BY_TYPE: ReadonlyMap<string, Shape> = new Map([
  [
    "git",
    closedMap({ ...TYPE, repo: STRICT_TEXT, commit: STRICT_TEXT, path: STRICT_TEXT, integrity: INTEGRITY }, [
      "repo",
      "commit",
    ]),
  ],
  ["directory", closedMap({ ...TYPE, directory: STRICT_TEXT }, ["directory"])],
  ["binary", OF_BINARY],
  ["variations", OF_VARIATIONS],
]);

/** Texts that YAML reads as nothing else: addresses, and commits that are no number. */
const ADDRESS = /^[A-Za-z@][^:/]*[:/]/;
const COMMIT = /^[\dbe]*[acdf][\da-f]*$/;

/** Whether a resolution is one that pnpm takes, told by its texts alone. Of others that takes a closer look. */
export function isPlainResolution(pairs: readonly Pair[]): boolean {
  const names = new Set<string>();
  for (const { key, value } of pairs) {
    if (value === null || !isPlainMember(key, value)) return false;
    names.add(key);
  }
  if (names.has("type")) return names.has("repo") && names.has("commit") && names.size === 3;
  return (names.has("tarball") || names.has("integrity")) && !names.has("repo") && !names.has("commit");
}

function isPlainMember(key: string, value: string): boolean {
  switch (key) {
    case "integrity":
      return isIntegrity(value);
    case "tarball":
    case "repo":
      return ADDRESS.test(value);
    case "commit":
      return COMMIT.test(value);
    case "type":
      return value === "git";
    default:
      return false;
  }
}

/** Whether pnpm takes this as a resolution; that of an older lockfile may name its registry. */
export function isResolution(value: ConfigValue, isOld: boolean): boolean {
  if (value.kind !== "map") return false;
  const type = value.entries.get("type");
  if (type === undefined) {
    if (isOld && isOfShape(value, OF_OLD_REGISTRY)) return true;
    return isOfShape(value, value.entries.has("tarball") ? OF_TARBALL : OF_REGISTRY);
  }
  if (!isOfShape(type.value, STRICT_TEXT)) return false;
  // pnpm takes any member beside a type that it does not know, and stops at the package.
  const shape = BY_TYPE.get(scalarAt(value, "type")?.text ?? "");
  return shape === undefined || (isOfShape(value, shape) && areVariants(value.entries.get("variants")?.value));
}

const OF_TARGET = closedMap({ os: STRICT_TEXT, cpu: STRICT_TEXT, libc: STRICT_TEXT });
const OF_VARIANT = closedMap({ resolution: { kinds: ["map"] }, targets: { kinds: ["list"], each: OF_TARGET } }, [
  "resolution",
  "targets",
]);

function areVariants(variants: ConfigValue | undefined): boolean {
  if (variants?.kind !== "list") return true;
  return variants.items.every((variant) => {
    if (variant.kind !== "map" || !isOfShape(variant, OF_VARIANT)) return false;
    const own = variant.entries.get("resolution")?.value;
    return own !== undefined && isResolution(own, false);
  });
}
