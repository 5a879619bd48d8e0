/** What a policy file says, in one shape for YAML, TOML, JSON and npm's ini, with the place of everything in it. */
import type { DocumentProblem } from "../../model.ts";
import type { Span } from "../../util/text.ts";

export interface ConfigScalar {
  readonly kind: "scalar";
  readonly value: string | number | bigint | boolean | null;
  /** As written, without quotes. Yarn takes every scalar as text. */
  readonly text: string;
  /** Of `text`. */
  readonly span: Span;
  /** Another text that holds no special character may be put in its place. False for what stands on several lines. */
  readonly isReplaceable: boolean;
}

export interface ConfigList {
  readonly kind: "list";
  readonly items: readonly ConfigValue[];
  readonly span: Span;
}

export interface ConfigEntry {
  readonly key: string;
  /** Without quotes. */
  readonly keySpan: Span;
  readonly value: ConfigValue;
}

export interface ConfigMap {
  readonly kind: "map";
  /** Each key once; of two equal ones the last holds. */
  readonly entries: ReadonlyMap<string, ConfigEntry>;
  readonly span: Span;
}

export type ConfigValue = ConfigScalar | ConfigList | ConfigMap;

export interface ConfigTree {
  readonly type: "config";
  readonly root: ConfigMap;
  readonly problems: readonly DocumentProblem[];
}

/** Whether two values say the same, wherever they are in their texts. The order of keys counts. */
export function isSameConfig(a: ConfigValue, b: ConfigValue): boolean {
  if (a === b) return true;
  if (a.kind === "scalar") return b.kind === "scalar" && a.value === b.value && a.text === b.text;
  if (a.kind === "list")
    return (
      b.kind === "list" &&
      a.items.length === b.items.length &&
      a.items.every((item, index) => isSameItem(item, b.items[index]))
    );
  if (b.kind !== "map" || a.entries.size !== b.entries.size) return false;
  const others = b.entries.values();
  for (const { key, value } of a.entries.values()) {
    const other = others.next().value;
    if (other?.key !== key || !isSameConfig(value, other.value)) return false;
  }
  return true;
}

function isSameItem(a: ConfigValue, b: ConfigValue | undefined): boolean {
  return b !== undefined && isSameConfig(a, b);
}

export const EMPTY_MAP: ConfigMap = { kind: "map", entries: new Map(), span: { start: 0, end: 0 } };

/** The entry at a path of keys; null when there is none. */
export function entryAt(map: ConfigMap, ...path: readonly string[]): ConfigEntry | null {
  let at: ConfigValue = map;
  let entry: ConfigEntry | null = null;
  for (const key of path) {
    entry = at.kind === "map" ? (at.entries.get(key) ?? null) : null;
    if (entry === null) return null;
    at = entry.value;
  }
  return entry;
}

/** The map at a path; an empty one when something else or nothing is there. */
export function mapAt(map: ConfigMap, ...path: readonly string[]): ConfigMap {
  const value = path.length === 0 ? map : entryAt(map, ...path)?.value;
  return value?.kind === "map" ? value : EMPTY_MAP;
}

/** The scalar at a path; null when something else or nothing is there. */
export function scalarAt(map: ConfigMap, ...path: readonly string[]): ConfigScalar | null {
  const value = entryAt(map, ...path)?.value;
  return value?.kind === "scalar" ? value : null;
}

/** The scalars of a list at a path, or the one scalar that stands there; empty when there is neither. */
export function scalarsAt(map: ConfigMap, ...path: readonly string[]): readonly ConfigScalar[] {
  const value = entryAt(map, ...path)?.value;
  if (value === undefined || value.kind === "map") return [];
  return value.kind === "scalar" ? [value] : value.items.filter((item) => item.kind === "scalar");
}
