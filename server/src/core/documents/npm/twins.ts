import type { LockedPackage, Lockfile } from "../../model.ts";
import { PASS_STRIDE, type Task } from "../../task.ts";
import type { Tree } from "./packages.ts";
import type { Place } from "./place.ts";

/** One body of a lockfile, with the packages that its places lock. */
interface Side {
  readonly tree: Tree;
  readonly lockfile: Pick<Lockfile, "packages">;
}

/**
 * The packages of the nested `dependencies` that `packages` states too, with nothing else said of them: id in the
 * nested body → id in `packages`.
 */
export function* twinsOf(nested: Side, stated: Side): Task<ReadonlyMap<number, number>> {
  const twins = new Map<number, number>();
  const inStated = new Map<Place | null, Place>([[nested.tree.root, stated.tree.root]]);
  for (const [index, place] of nested.tree.places.entries()) {
    if (index % PASS_STRIDE === 0) yield;
    const twin = inStated.get(place.parent)?.children?.get(place.alias);
    if (twin === undefined) continue;
    // What is in a folder that is linked to is stated below the folder.
    const folder = twin.entry?.link === true ? stated.tree.folders.get(twin.entry.resolved ?? "") : undefined;
    inStated.set(place, folder ?? twin);
    const [own, other] = [nested.lockfile.packages[place.id], stated.lockfile.packages[twin.id]];
    if (own !== undefined && other !== undefined && saysTheSame(own, other)) twins.set(place.id, twin.id);
  }
  return twins;
}

/** What the nested body leaves out it does not contradict. */
function saysTheSame(nested: LockedPackage, stated: LockedPackage): boolean {
  if (stated.bundled && !nested.bundled) return false;
  if (nested.brings !== undefined && stated.brings === undefined) return false;
  if (nested.integrity !== null && nested.integrity !== stated.integrity) return false;
  // What is from no registry has its address for a version.
  if (nested.version.includes(":")) return withoutFile(nested.version) === withoutFile(stated.resolved ?? "");
  return (
    nested.name === stated.name &&
    nested.version === stated.version &&
    (nested.resolved === null || nested.resolved === stated.resolved)
  );
}

function withoutFile(address: string): string {
  return address.replace(/^file:/, "");
}
