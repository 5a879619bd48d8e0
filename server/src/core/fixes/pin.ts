import { satisfies } from "semver";
import type { Manifest } from "../model.ts";
import type { PinStyle } from "../settings.ts";
import type { Edit } from "./edit.ts";

/**
 * Sets every dependency of the manifest that asks for `name` by a range that takes `from` to the version `to`.
 * An npm alias stays one. `keep-operator` keeps a leading `^`, `~` or `>=`.
 */
export function pin(manifest: Manifest, name: string, from: string, to: string, style: PinStyle): readonly Edit[] {
  const edits: Edit[] = [];
  for (const { specifier, specSpan, raw } of manifest.dependencies) {
    if (specifier.source !== "registry" || specifier.name !== name) continue;
    if (!specifier.tag && !satisfies(from, specifier.range, { loose: true, includePrerelease: true })) continue;
    const prefix = /^npm:.*@/.exec(raw)?.[0] ?? (raw.startsWith("npm:") ? `npm:${name}@` : "");
    edits.push({ span: specSpan, newText: `${prefix}${style === "keep-operator" ? operatorOf(specifier.range) : ""}${to}` });
  }
  return edits;
}

function operatorOf(range: string): string {
  return /^(\^|~|>=)\s*v?\d[^\s|]*$/.exec(range.trim())?.[1] ?? "";
}
