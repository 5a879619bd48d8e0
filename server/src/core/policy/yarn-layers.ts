/** Yarn's settings over all places that they are written in. packages/yarnpkg-core/sources/configUtils.ts (`resolveRcFiles`) */
import { scalarAt, type ConfigMap, type ConfigScalar, type ConfigValue } from "../documents/config/tree.ts";
import { layersOf } from "./layers.ts";
import type { Layer, PolicyFile } from "./layers.ts";

/** A value, and the place that holds it. */
export interface Placed<V extends ConfigValue = ConfigValue> {
  readonly layer: Layer;
  readonly value: V;
}

/**
 * What stands at a path of keys, nearest first: Yarn puts maps together key by key, and lists one behind the other. A place
 * that says `onConflict: reset` is the last that counts, and so is the one before a value of another kind.
 */
export function placed(layers: readonly Layer[], ...path: readonly string[]): readonly Placed[] {
  let places: readonly Placed[] = layers.map((layer) => ({ layer, value: layer.settings }));
  for (const key of path) places = below(places, key);
  return places;
}

/** The nearest scalar there; null where there is none. */
export function yarnScalar(layers: readonly Layer[], ...path: readonly string[]): Placed<ConfigScalar> | null {
  const [first] = placed(layers, ...path);
  return first?.value.kind === "scalar" ? { layer: first.layer, value: first.value } : null;
}

/** The program that Yarn hands over to; null where there is none. https://yarnpkg.com/configuration/yarnrc#yarnPath */
export function yarnPathIn(files: readonly PolicyFile[]): string | null {
  const written = yarnScalar(layersOf(files, "yarnrc"), "yarnPath")?.value;
  return written === undefined || written.value === null ? null : written.text;
}

/** What one file has at a path of keys, and the path that leads to it where `onConflict` stands in between; null where there is nothing. */
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

function below(places: readonly Placed[], key: string): readonly Placed[] {
  const found: Placed[] = [];
  for (const { layer, value: map } of places) {
    const written = map.kind === "map" ? map.entries.get(key)?.value : undefined;
    if (written === undefined) continue;
    const { value, conflict } = unwrapped(written);
    if (found[0] !== undefined && found[0].value.kind !== value.kind) break;
    found.push({ layer, value });
    if (conflict === "reset") break;
  }
  return found;
}

/** `{ onConflict: reset, value: 3d }` is 3d; a map may also have its own keys beside `onConflict`. */
export function unwrapped(written: ConfigValue): { readonly value: ConfigValue; readonly conflict: string | null } {
  const conflict = written.kind === "map" ? (scalarAt(written, CONFLICT)?.text ?? null) : null;
  if (written.kind !== "map" || conflict === null) return { value: written, conflict };
  const own = written.entries.get("value");
  if (own !== undefined) return { value: own.value, conflict };
  const entries = new Map([...written.entries].filter(([key]) => key !== CONFLICT));
  return { value: { ...written, entries } satisfies ConfigMap, conflict };
}

const CONFLICT = "onConflict";
