import { satisfies } from "semver";
import type { PackageExtension } from "../documents/package-extensions.ts";
import type { Catalogs } from "../project/catalogs.ts";
import type { DeclaredDependency, DeclaredOverride, Manifest, Specifier } from "../model.ts";
import type { Edit } from "../edits/text-edit.ts";
import type { FileEdit } from "./project-texts.ts";

/** How a pinned version is written. `keep-operator` keeps a leading `^`, `~` or `>=`. */
export const PIN_STYLES = ["exact", "keep-operator"] as const;
export type PinStyle = (typeof PIN_STYLES)[number];

export interface Pin {
  readonly name: string;
  /** The version that is to go. */
  readonly from: string;
  readonly to: string;
  readonly style: PinStyle;
}

/**
 * Sets every entry of the manifest that asks for `name` by a range that takes `from` to the version `to`.
 * - An npm alias stays one, and what is asked of a registry by its name is still asked of that.
 * - An override is set as a dependency is: npm refuses one that differs from the direct dependency of its name (EOVERRIDE).
 *   One that refers to the dependency (`$name`) follows by itself.
 * - A peer dependency is left alone: it says what others may use beside this package.
 * - `keep-operator` keeps a leading `^`, `~` or `>=`, unless it would take `from` again.
 */
export function pin(manifest: Manifest, wanted: Pin): readonly Edit[] {
  return [...manifest.dependencies, ...manifest.overrides].flatMap((entry) => pinEntry(entry, wanted));
}

/** Of a manifest, or of what a project adds to packages. */
type Entry = DeclaredDependency | DeclaredOverride | PackageExtension;

/** An edit of what is asked for. */
export interface PinEdit extends Edit {
  /** What stood there was a patched package (Yarn's `patch:`), and the version wanted is not. */
  readonly dropsPatch?: true;
}

export function pinEntry(entry: Entry, wanted: Pin): readonly PinEdit[] {
  const newText = isOwnChoice(entry) ? pinned(entry, wanted) : null;
  return newText === null ? [] : [{ span: entry.specSpan, newText, ...patchIn(entry) }];
}

/** The patch was made for the version that is to go, and need not fit another. */
function patchIn({ raw }: { readonly raw: string }): Pick<PinEdit, "dropsPatch"> {
  return raw.trim().startsWith("patch:") ? { dropsPatch: true } : {};
}

/** Sets the catalog entries that the manifest's dependencies stand for, as `pin` sets those of its own. */
export function pinInCatalogs(manifest: Manifest, catalogs: Catalogs, wanted: Pin): readonly (FileEdit & PinEdit)[] {
  return manifest.dependencies.flatMap((declared): readonly (FileEdit & PinEdit)[] => {
    const { specifier, alias } = declared;
    const place = specifier.source === "catalog" && isOwnChoice(declared) ? catalogs(specifier.catalog, alias) : null;
    const newText = place?.entry.isReplaceable === true ? pinned(place.entry, wanted) : null;
    return place === null || newText === null
      ? []
      : [{ uri: place.uri, span: place.entry.specSpan, newText, ...patchIn(place.entry) }];
  });
}

function isOwnChoice(entry: Entry): boolean {
  return "section" in entry ? entry.section !== "peerDependencies" : !entry.raw.startsWith("$");
}

/** The specifier that takes the version wanted; null where it does not ask for the one that is to go. */
function pinned(
  { raw, specifier }: { readonly raw: string; readonly specifier: Specifier },
  { name, from, to, style }: Pin,
): string | null {
  const asked: Specifier = specifier.source === "named-registry" ? { ...specifier, source: "registry" } : specifier;
  if (!takes(asked, name, from)) return null;
  const operator = style === "keep-operator" ? operatorOf(asked.range) : "";
  const prefix =
    specifier.source === "named-registry"
      ? prefixOfNamed(raw, specifier)
      : (/^npm:.+@/.exec(raw)?.[0] ?? (raw.startsWith("npm:") ? `npm:${name}@` : ""));
  return `${prefix}${satisfies(from, `${operator}${to}`) ? "" : operator}${to}`;
}

/** `work:`, or `work:name@` where the specifier names the package. */
function prefixOfNamed(
  raw: string,
  { registryName, name, range }: { readonly registryName: string; readonly name: string; readonly range: string },
): string {
  return raw.trim() === `${registryName}:${range}` ? `${registryName}:` : `${registryName}:${name}@`;
}

/** Whether a specifier asks for a package by a tag, or by a range that takes the version. */
export function takes(specifier: Specifier, name: string, version: string): specifier is RegistrySpecifier {
  return (
    specifier.source === "registry" &&
    specifier.name === name &&
    (specifier.tag || satisfies(version, specifier.range, { loose: true, includePrerelease: true }))
  );
}

type RegistrySpecifier = Extract<Specifier, { source: "registry" }>;

function operatorOf(range: string): string {
  return /^(\^|~|>=)\s*v?\d[^\s|]*$/.exec(range.trim())?.[1] ?? "";
}
