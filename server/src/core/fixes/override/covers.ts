/** Whether an override that stands already does what is wanted. */
import { satisfies, validRange } from "semver";
import { LONGEST_SPECIFIER } from "../../documents/limits.ts";
import { lastOfChain, lastOfPath } from "../../documents/override-key.ts";
import type { DeclaredOverride, LockfileFormat } from "../../model.ts";
import type { Dependents, Parent } from "../dependents.ts";
import { takes } from "../pin.ts";
import type { Pin } from "../pin.ts";
import { pinExisting } from "./existing.ts";
import type { ExistingOverride } from "./existing.ts";

/** Whether an override, once it is set, gives a package what it asks for under a name, and that is not the version that is to go. */
export function covers(
  existing: ExistingOverride,
  alias: string,
  parent: Parent,
  { format, places }: Pick<Dependents, "format" | "places">,
  wanted: Pin,
): boolean {
  const { override, location } = existing;
  const { parents, range } = aboutOf(override);
  if (location === null || (location.isFlat && (parents.length > 0 || range !== ""))) return false;
  // Berry compares ranges as they are written, and which of several a package has is not known.
  if (format === "yarn-berry" && range !== "" && places.some(({ key }) => key.includes(", "))) return false;
  if (override.name !== alias || !meets(range, wanted.from) || !isBelow(override, parents, parent, format))
    return false;
  if (override.specifier.source !== "registry" || override.specifier.name !== wanted.name) return false;
  // What refers to the direct dependency of its own name follows it.
  return (
    !takes(override.specifier, wanted.name, wanted.from) ||
    override.raw === `$${alias}` ||
    pinExisting(existing, wanted).length > 0
  );
}

function isBelow(
  { field, keys }: DeclaredOverride,
  parents: readonly string[],
  { locked, isDirect }: Parent,
  format: LockfileFormat,
): boolean {
  const [above] = parents;
  if (above === undefined) return true;
  if (parents.length > 1) return false;
  const { name, range } = partsOf(above);
  const goesByRealName = format === "pnpm" || format === "bun";
  if (name !== (goesByRealName ? locked.name : locked.alias) || !meets(range, locked.version)) return false;
  // Without stars Yarn 1 takes a path from the project's own dependencies on.
  return field !== "resolutions" || format !== "yarn-classic" || isDirect || (keys[0] ?? "").startsWith("**/");
}

/** The packages above, from the outside in, each with its range, and the range of the overridden one. */
function aboutOf({ field, keys }: DeclaredOverride): { readonly parents: readonly string[]; readonly range: string } {
  const chain =
    field === "overrides"
      ? keys.filter((key) => key !== ".")
      : split(keys[0] ?? "", field === "resolutions" ? lastOfPath : lastOfChain).filter((key) => key !== "**");
  return { parents: chain.slice(0, -1), range: partsOf(chain.at(-1) ?? "").range };
}

function split(key: string, lastOf: (key: string) => number): readonly string[] {
  if (key.length > LONGEST_SPECIFIER) return [key];
  const parts: string[] = [];
  for (let rest = key; ;) {
    const at = lastOf(rest);
    parts.unshift(rest.slice(at));
    if (at === 0) return parts;
    rest = rest.slice(0, at - 1);
  }
}

function partsOf(descriptor: string): { readonly name: string; readonly range: string } {
  const at = descriptor.indexOf("@", 1);
  return at === -1
    ? { name: descriptor, range: "" }
    : { name: descriptor.slice(0, at), range: descriptor.slice(at + 1).replace(/^npm:/, "") };
}

/** npm and pnpm ask whether the edge's range and the key's have versions in common; the version that the edge takes is one. */
function meets(range: string, version: string): boolean {
  return (
    range === "" || validRange(range) === null || satisfies(version, range, { loose: true, includePrerelease: true })
  );
}
