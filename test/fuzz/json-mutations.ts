/** Damage to a JSON value that leaves it one: what a hostile service or tool can say in well-formed JSON. */
import type { Choices } from "./random-choices.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const VALUES: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1e21,
  "",
  " ",
  "1.0.0",
  "*",
  "\ud800",
  "\u0000",
  "0000-00-00T00:00:00Z",
  "+275760-09-13T00:00:00.001Z",
  "2024-02-30",
  "9999-12-31T23:59:59Z",
  "__proto__",
  [],
  [[]],
  {},
  "a".repeat(300),
];
const KEYS = [
  "__proto__",
  "constructor",
  "toString",
  "",
  "version",
  "versions",
  "name",
  "time",
  "unpublished",
  "dependencies",
  "scripts",
  "dist",
  "1.0.0",
  "a",
] as const;
/** How likely each value is changed; about two are in a text of 40. */
const RATE = 0.05;

/** The JSON text of a changed value; null where the text is no JSON. */
export function mutatedJson(text: string, choices: Choices): string | null {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return null;
  }
  return written(changed(value, choices));
}

function changed(value: Json, choices: Choices): Json {
  if (choices.chance(RATE))
    return choices.of([...VALUES, [value], { a: value }, typeof value === "string" ? value + " " : null]);
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.flatMap((item) => repeated(changed(item, choices), choices));
  const entries = Object.entries(value).flatMap(([key, item]) =>
    repeated([choices.chance(RATE) ? choices.of(KEYS) : key, changed(item, choices)] as const, choices),
  );
  // Object.fromEntries makes an own member of `__proto__`, as JSON.parse does.
  return Object.fromEntries(entries);
}

function isList(value: Exclude<Json, string | number | boolean | null>): value is readonly Json[] {
  return Array.isArray(value);
}

/** Mostly once; sometimes left out, or twice. */
function repeated<T>(item: T, choices: Choices): readonly T[] {
  return choices.chance(RATE / 2) ? [] : choices.chance(RATE / 2) ? [item, item] : [item];
}

function written(value: Json): string {
  return JSON.stringify(value, null, 2);
}
