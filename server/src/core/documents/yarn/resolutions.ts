import type { DeclaredOverride, Manifest } from "../../model.ts";
import { MOST_OVERRIDES } from "../limits.ts";
import { overrideTarget } from "../override-key.ts";
import { comparable, nameEnd } from "./descriptor.ts";

/**
 * The manifest's `resolutions`, by the package that they are about.
 * https://yarnpkg.com/configuration/manifest#resolutions, https://classic.yarnpkg.com/docs/selective-version-resolutions
 */
export class Resolutions {
  readonly #byName = new Map<string, DeclaredOverride[]>();
  /** A package with more of them than are looked at; null for none. */
  readonly cut: string | null;

  constructor(manifest: Manifest | null) {
    let cut: string | null = null;
    for (const override of manifest?.overrides ?? []) {
      if (override.field !== "resolutions") continue;
      const known = this.#byName.get(override.name);
      if (known === undefined) this.#byName.set(override.name, [override]);
      else if (known.length < MOST_OVERRIDES) known.push(override);
      else cut ??= override.name;
    }
    this.cut = cut;
  }

  has(alias: string): boolean {
    return this.#byName.has(alias);
  }

  /**
   * The range that is put in place of a dependency's own; null when none is about it.
   * @param parent the name of the package that depends on it
   */
  rangeFor(alias: string, range: string, parent: string): string | null {
    return this.#byName.get(alias)?.find((override) => isAbout(override, range, parent))?.raw ?? null;
  }
}

/** The name at the end of a path, with its scope. */
function lastName(path: string): string {
  const slash = path.lastIndexOf("/");
  if (slash === -1 || slash === path.length - 1) return path;
  const before = path.slice(path.lastIndexOf("/", slash - 1) + 1, slash);
  const scope = before.indexOf("@");
  return scope === -1 || scope === before.length - 1
    ? path.slice(slash + 1)
    : path.slice(slash - before.length + scope);
}

function isAbout({ keys, name }: DeclaredOverride, range: string, parent: string): boolean {
  const key = keys[0] ?? "";
  const { at } = overrideTarget("resolutions", key);
  const asked = key.slice(at + name.length + 1);
  if (asked !== "" && comparable(name, asked) !== comparable(name, range)) return false;
  const path = key.slice(0, at).split("/**/").at(-1)?.replace(/\/$/, "") ?? "";
  if (path === "" || path === "**") return true;
  // Of a chain of parents the nearest is compared.
  const nearest = lastName(path);
  return nearest.slice(0, nameEnd(nearest)) === parent;
}
