/** Yarn's settings over all places that they are written in. packages/yarnpkg-core/sources/configUtils.ts (`resolveRcFiles`) */
import type { ConfigMap, ConfigScalar, ConfigValue } from "../documents/config/tree.ts";
import { unwrapped, YarnLayers } from "./yarn-layers.ts";
import { layersOf } from "./layers.ts";
import type { Layer, PolicyFile } from "./layers.ts";
import type { Span } from "../util/text.ts";

/** A value, and the place that holds it. */
export interface Placed<V extends ConfigValue = ConfigValue> {
  readonly layer: Layer;
  readonly value: V;
}

const merged = new WeakMap<readonly Layer[], YarnLayers>();

/** What counts at a path of keys, nearest first: several where Yarn puts them together, as it does maps and lists. */
export function placed(layers: readonly Layer[], ...path: readonly string[]): readonly Placed[] {
  const known = merged.get(layers) ?? YarnLayers.of(layers.map(({ settings }) => settings));
  merged.set(layers, known);
  const { values, holding } = path.reduce((found, key) => found.below(key), known);
  return holding.flatMap((at) => {
    const [layer, value] = [layers[at], values[at]];
    return layer === undefined || value === undefined || value === null ? [] : [{ layer, value }];
  });
}

/** The nearest scalar there, or null. */
export function yarnScalar(layers: readonly Layer[], ...path: readonly string[]): Placed<ConfigScalar> | null {
  const [first] = placed(layers, ...path);
  return first?.value.kind === "scalar" ? { layer: first.layer, value: first.value } : null;
}

/** The program that Yarn hands over to, or null. https://yarnpkg.com/configuration/yarnrc#yarnPath */
export function yarnPathIn(files: readonly PolicyFile[]): string | null {
  const written = yarnScalar(layersOf(files, "yarnrc"), "yarnPath")?.value;
  return written === undefined || written.value === null ? null : written.text;
}

/** What one file has at a path of keys, and the path that leads to it with `onConflict` in between; null where the path has no value. */
export function writtenAt(
  settings: ConfigMap,
  ...path: readonly string[]
): { readonly value: ConfigValue; readonly path: readonly string[] } | null {
  let at: ConfigValue = settings;
  let taken: readonly string[] = [];
  for (const key of path) {
    const written: ConfigValue | undefined = at.kind === "map" ? at.entries.get(key)?.value : undefined;
    if (written === undefined) return null;
    at = unwrapped(written).value;
    const isWrapped = written.kind === "map" && written.entries.get("value")?.value === at;
    taken = [...taken, key, ...(isWrapped ? ["value"] : [])];
  }
  return { value: at, path: taken };
}

/**
 * The files of a project that Yarn loads variables from, as written, without the mark of those that need not be there.
 * `span` is where the setting's value is written; null for Yarn's default.
 * https://yarnpkg.com/configuration/yarnrc#injectEnvironmentFiles
 */
export function yarnEnvironmentFiles(settings: ConfigMap | null): {
  readonly names: readonly string[];
  readonly span: Span | null;
} {
  const written = settings === null ? null : writtenAt(settings, "injectEnvironmentFiles");
  if (written === null) return { names: [".env.yarn"], span: null };
  const items = written.value.kind === "list" ? written.value.items : [written.value];
  const names = items.flatMap((item) => (item.kind === "scalar" ? [item.text.replace(/\?$/, "")] : []));
  return { names, span: written.value.span };
}
