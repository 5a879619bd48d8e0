import { satisfies } from "semver";
import type { DeclaredDependency, DeclaredOverride, Manifest } from "../model.ts";
import type { PinStyle } from "../settings.ts";
import type { Edit } from "./edit.ts";

/**
 * Sets every entry of the manifest that asks for `name` by a range that takes `from` to the version `to`.
 * - An npm alias stays one.
 * - An override is set as a dependency is: npm refuses one that differs from the direct dependency of its name (EOVERRIDE).
 *   One that refers to the dependency (`$name`) follows by itself.
 * - A peer dependency is left alone: it says what others may use beside this package.
 * - `keep-operator` keeps a leading `^`, `~` or `>=`, unless it would take `from` again.
 */
export function pin(manifest: Manifest, name: string, from: string, to: string, style: PinStyle): readonly Edit[] {
  const edits: Edit[] = [];
  for (const entry of [...manifest.dependencies, ...manifest.overrides]) {
    const { specifier, specSpan, raw } = entry;
    if (specifier.source !== "registry" || specifier.name !== name || !isOwnChoice(entry)) continue;
    if (!specifier.tag && !satisfies(from, specifier.range, { loose: true, includePrerelease: true })) continue;
    const prefix = /^npm:.+@/.exec(raw)?.[0] ?? (raw.startsWith("npm:") ? `npm:${name}@` : "");
    const operator = style === "keep-operator" ? operatorOf(specifier.range) : "";
    edits.push({ span: specSpan, newText: `${prefix}${satisfies(from, `${operator}${to}`) ? "" : operator}${to}` });
  }
  return edits;
}

function isOwnChoice(entry: DeclaredDependency | DeclaredOverride): boolean {
  return "section" in entry ? entry.section !== "peerDependencies" : !entry.raw.startsWith("$");
}

function operatorOf(range: string): string {
  return /^(\^|~|>=)\s*v?\d[^\s|]*$/.exec(range.trim())?.[1] ?? "";
}
