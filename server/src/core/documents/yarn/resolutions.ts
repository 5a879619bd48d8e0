import type { DeclaredOverride, Manifest } from "../../model.ts";
import { overrideTarget } from "../override-key.ts";
import { comparable, nameEnd } from "./descriptor.ts";

/**
 * The range that the manifest's `resolutions` put in place of a dependency's own; null when none is about it.
 * https://yarnpkg.com/configuration/manifest#resolutions, https://classic.yarnpkg.com/docs/selective-version-resolutions
 * @param parent the name of the package that depends on it
 */
export function resolutionFor(manifest: Manifest, alias: string, range: string, parent: string): string | null {
  for (const override of manifest.overrides) {
    if (override.field === "resolutions" && override.name === alias && isAbout(override, range, parent)) return override.raw;
  }
  return null;
}

function isAbout({ keys, name }: DeclaredOverride, range: string, parent: string): boolean {
  const key = keys[0] ?? "";
  const { at } = overrideTarget("resolutions", key);
  const asked = key.slice(at + name.length + 1);
  if (asked !== "" && comparable(name, asked) !== comparable(name, range)) return false;
  const path = key.slice(0, at).split("/**/").at(-1)?.replace(/\/$/, "") ?? "";
  if (path === "" || path === "**") return true;
  // Of a chain of parents the nearest is compared.
  const nearest = /(?:@[^/]+\/)?[^/]+$/.exec(path)?.[0] ?? path;
  return nearest.slice(0, nameEnd(nearest)) === parent;
}
