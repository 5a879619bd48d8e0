/** From the compact world to packuments as registries write them, and through the core's own reader to facts. */
import { rcompare, prerelease } from "semver";
import { packumentFrom } from "../../../server/src/core/facts/packument.ts";
import type { Fact } from "../../../server/src/core/facts/fact.ts";
import { unknown } from "../../../server/src/core/facts/fact.ts";
import type { PackageFacts, Packument } from "../../../server/src/core/facts/package.ts";
import { abbreviatedPackument, fullPackument, newPackage } from "../../fakes/packument.ts";
import type { StoredPackage, Style } from "../../fakes/packument.ts";
import type { World } from "./schema.ts";

/** What the registry at `url` answers for a package, in the form asked for; a mirror always gives the full one. */
export function packumentOf(
  world: World,
  name: string,
  { detail, url, fetchedAt }: Pick<PackageFacts, "detail" | "fetchedAt"> & { readonly url: string },
): Fact<Packument> {
  const { host } = new URL(url);
  const failure = (Object.hasOwn(world.about, name) ? world.about[name]?.fails : undefined) ?? world.registryDown;
  if (failure !== null) return unknown(...failure);
  const stored = storedPackage(world, name);
  if (stored === null) return unknown("not-found", `${host} does not have it (404)`);
  const style: Style = { url, mirroredAt: world.mirror === null ? null : iso(world.mirror) };
  const isFull = detail === "full" || world.mirror !== null;
  const packument = isFull ? fullPackument(stored, style) : abbreviatedPackument(stored, style);
  // As it comes over the wire: members that are undefined are not there.
  const raw = JSON.parse(JSON.stringify({ ...(packument as object), ...world.about[name]?.packument })) as unknown;
  return packumentFrom(raw, { name, detail, fetchedAt, host });
}

export function publishedAt(world: World, name: string, version: string): number | null {
  const release = world.packages[name]?.[version];
  if (release === undefined) return null;
  return Date.parse(typeof release === "string" ? release : release.at);
}

function storedPackage(world: World, name: string): StoredPackage | null {
  if (!Object.hasOwn(world.packages, name)) return null;
  const { tags, modified, unpublished, held } = world.about[name] ?? {};
  const stored = newPackage(name);
  for (const [version, release] of Object.entries(world.packages[name] ?? {})) {
    const { removed = false, ...input } = typeof release === "string" ? { at: release } : release;
    stored.releases.set(version, { ...input, at: iso(input.at), version, removed: removed || held !== undefined });
  }
  if (held !== undefined) {
    stored.description = "security holding package";
    stored.releases.set(held.version, {
      at: iso(held.at),
      version: held.version,
      removed: false,
      description: stored.description,
    });
  }
  const served = [...stored.releases.values()].filter(({ removed }) => !removed).map(({ version }) => version);
  const latest = served.filter((version) => prerelease(version) === null).sort(rcompare)[0] ?? served.sort(rcompare)[0];
  for (const [tag, version] of Object.entries({ ...(latest === undefined ? {} : { latest }), ...tags }))
    stored.distTags.set(tag, version);
  if (modified !== undefined) stored.changed = iso(modified);
  if (unpublished !== undefined) stored.unpublishedAt = iso(unpublished);
  return stored;
}

function iso(date: string): string {
  return new Date(date).toISOString();
}
