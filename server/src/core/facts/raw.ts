/** Careful looks at JSON from outside. Nothing here follows a prototype: a key counts only where the object itself holds it. */

export type RawRecord = Readonly<Record<string, unknown>>;

/** The value as a JSON object; null when it is none (arrays are none). */
export function recordOf(value: unknown): RawRecord | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as RawRecord) : null;
}

/** The object's own value under this key; undefined when it has none. */
export function own(record: RawRecord, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export function ownRecord(record: RawRecord, key: string): RawRecord | null {
  return recordOf(own(record, key));
}

/** A string that is not empty; null for all else. */
export function ownText(record: RawRecord, key: string): string | null {
  const value = own(record, key);
  return typeof value === "string" && value !== "" ? value : null;
}

/** Dates as registries and OSV write them (ISO 8601), ms since epoch; null for all else. */
export function dateOf(value: unknown): number | null {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}/.test(value)) return null;
  const time = Date.parse(value);
  return Number.isNaN(time) ? null : time;
}
