import { PASS_STRIDE, type Task } from "../../task.ts";
import type { Body } from "./lock.ts";
import type { Tree } from "./packages.ts";
import { isBrought, type Place } from "./place.ts";

/**
 * The places that npm does not fetch, because the tarball of a package above brings them along, each with the place of
 * that package: what it says that it bundles, and what this needs and has beside it (arborist's lib/node.js, `getBundler`). In lockfileVersion 1
 * what is bundled says so itself, and npm believes it where the package above depends on it (lib/arborist/load-virtual.js,
 * `assignBundles`). What the project itself or a workspace bundles is fetched like the rest.
 */
export function* bundledIn(tree: Tree, body: Body): Task<ReadonlyMap<Place, Place>> {
  const found = new Map<Place, Place>();
  for (const [index, bundler] of tree.places.entries()) {
    if (index % PASS_STRIDE === 0) yield;
    const { entry, level, children } = bundler;
    if (entry === null || level === 0 || children === null) continue;
    const own = new Set<Place>();
    const stated = new Set(body === "packages" ? entry.bundles : entry.bundled ? [] : entry.requires);
    for (const child of stated.size === 0 ? [] : children.values()) {
      if (stated.has(child.alias) && (body === "packages" || child.entry?.bundled === true)) own.add(child);
    }
    // A set that grows while it is walked.
    for (const place of own) {
      for (const below of place.children?.values() ?? []) own.add(below);
      for (const alias of place.entry?.requires ?? []) {
        const needed = nearest(place, alias, bundler);
        if (needed !== null) own.add(needed);
      }
    }
    for (const place of own) found.set(place, bundler);
  }
  return found;
}

/**
 * What the tarballs of packages bring along that the lockfile marks as running an install script: names, by the place of
 * the package that is fetched. A tarball holds what its own bundled packages bundle too.
 */
export function* scriptsInTarballs(bundled: ReadonlyMap<Place, Place>): Task<ReadonlyMap<Place, readonly string[]>> {
  const found = new Map<Place, string[]>();
  let seen = 0;
  for (const [place, bundler] of bundled) {
    if (seen++ % PASS_STRIDE === 0) yield;
    if (!isBrought(place) || place.entry?.hasInstallScript !== true) continue;
    let fetched = bundler;
    for (let above = bundled.get(fetched); above !== undefined && isBrought(fetched); above = bundled.get(fetched))
      fetched = above;
    const names = found.get(fetched) ?? [];
    found.set(fetched, names);
    if (!names.includes(place.alias)) names.push(place.alias);
  }
  return found;
}

/** What `alias` is at a place, within the tree of the bundler; null where that is further up. */
function nearest(from: Place, alias: string, bundler: Place): Place | null {
  for (let place: Place | null = from; place !== null; place = place === bundler ? null : place.parent) {
    const found = place.children?.get(alias);
    if (found !== undefined && found.entry !== null) return found;
  }
  return null;
}
