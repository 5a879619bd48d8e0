/**
 * What several `.yarnrc.yml` say at one place: maps are put together key by key, of all else the nearest holds, unless
 * `onConflict` (beside the keys of a map, or beside a `value`) says otherwise.
 * packages/yarnpkg-core/sources/configUtils.ts (`resolveRcFiles`)
 */
import type { ConfigMap, ConfigValue } from "../../core/documents/config/tree.ts";

export interface Layers {
  /** By file, the nearest first; null where it says nothing. */
  readonly values: readonly (ConfigValue | null)[];
  /** Indices of those that hold: several only where they are put together. */
  readonly holding: readonly number[];
  /** How many, from the nearest, may hold further down. */
  readonly reach: number;
}

export function layersOf(files: readonly ConfigMap[]): Layers {
  return { values: files, holding: [...files.keys()], reach: files.length };
}

export function keysOf({ values, holding }: Layers): ReadonlySet<string> {
  return new Set(holding.flatMap((at) => [...entriesOf(values[at])].map(([key]) => key)));
}

/**
 * - `reset`: what lies further away does not count.
 * - `hardReset`: nor does this value itself.
 * - `extend`: what lies further away counts again, where a map around this one was reset.
 * - Any other text is none of these.
 */
export function layersBelow(layers: Layers, key: string): Layers {
  const written = layers.values.map((value) => marked(entriesOf(value).get(key)?.value ?? null));
  const values = written.map(({ value }) => value);
  const holding: number[] = [];
  if (!keysOf(layers).has(key)) return { values, holding, reach: 0 };
  let { reach } = layers;
  let kind: ConfigValue["kind"] | null = null;
  for (const [at, { onConflict, value }] of written.entries()) {
    if (at >= reach) break;
    if (value === null) continue;
    if (onConflict === "hardReset" || value.kind !== (kind ?? value.kind)) return { values, holding, reach: (holding.at(-1) ?? -1) + 1 };
    ({ kind } = value);
    holding.push(at);
    if (kind === "scalar") break;
    if (onConflict === "reset") return { values, holding, reach: at + 1 };
    if (onConflict === "extend" && at === reach - 1) reach = values.length;
  }
  return { values, holding, reach: values.length };
}

function entriesOf(value: ConfigValue | null | undefined): ConfigMap["entries"] {
  return value?.kind === "map" ? value.entries : new Map();
}

function marked(value: ConfigValue | null): { readonly onConflict: string | null; readonly value: ConfigValue | null } {
  const marker = entriesOf(value).get("onConflict")?.value;
  if (value?.kind !== "map" || marker?.kind !== "scalar") return { onConflict: null, value };
  const inside = value.entries.get("value")?.value;
  const beside: ConfigMap = { ...value, entries: new Map([...value.entries].filter(([key]) => key !== "onConflict")) };
  return { onConflict: marker.text, value: inside ?? beside };
}
