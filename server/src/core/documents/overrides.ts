import type { DeclaredDependency, DeclaredOverride, Specifier } from "../model.ts";
import type { Span } from "../util/text.ts";
import type { JsonCursor } from "./json.ts";
import { LONGEST_SPECIFIER } from "./limits.ts";
import { overrideTarget } from "./override-key.ts";
import type { Problems } from "./problems.ts";
import { parseSpecifier } from "./specifier.ts";
import { ENTRY_STRIDE, type Task } from "../task.ts";

type Field = DeclaredOverride["field"];

/** How deep npm's nested overrides are read: a chain of that many packages. */
const DEEPEST = 32;

/** One level of the chain of keys. */
interface Level {
  readonly keys: readonly string[];
  readonly name: string;
  readonly nameSpan: Span;
}

/**
 * Reads `overrides`, `resolutions` or `pnpm.overrides`, which the cursor stands at. Only npm nests them, where `.` is
 * the package itself: https://docs.npmjs.com/cli/configuring-npm/package-json#overrides
 */
export function* readOverrides(
  cursor: JsonCursor,
  field: Field,
  problems: Problems,
): Task<readonly DeclaredOverride[]> {
  return cursor.enterObject() ? yield* readLevel(cursor, field, null, problems) : [];
}

function* readLevel(
  cursor: JsonCursor,
  field: Field,
  parent: Level | null,
  problems: Problems,
): Task<readonly DeclaredOverride[]> {
  const complain = problems.add.bind(problems, "unsupported");
  // By key: of two equal ones in an object the last holds.
  const found = new Map<string, readonly DeclaredOverride[]>();
  let pause = cursor.offset;
  while (cursor.nextMember()) {
    if (cursor.offset > pause) {
      yield;
      pause = cursor.offset + ENTRY_STRIDE;
    }
    const { key } = cursor;
    const level = levelOf(cursor, field, parent);
    if (field === "overrides" && level.keys.length < DEEPEST && cursor.enterObject()) {
      found.set(key, yield* readLevel(cursor, field, level, problems));
      continue;
    }
    const { kind, valueSpan: specSpan } = cursor;
    const value = cursor.readString();
    if (value === null && (kind === "string" || kind === "none")) continue;
    if (field === "overrides" && kind === "object")
      complain(`overrides nested more than ${DEEPEST} levels deep are not read`, level.nameSpan);
    if (key.length > LONGEST_SPECIFIER || (value?.value.length ?? 0) > LONGEST_SPECIFIER)
      complain(`an entry of ${field} longer than ${LONGEST_SPECIFIER} characters is not read`, level.nameSpan);
    const specifier = specifierOf(field, level.name, value?.value);
    found.set(key, [{ field, ...level, raw: value?.value ?? "", specifier, specSpan }]);
  }
  return [...found.values()].flat();
}

function levelOf(cursor: JsonCursor, field: Field, parent: Level | null): Level {
  const { key, keySpan } = cursor;
  const keys = [...(parent?.keys ?? []), key];
  if (key === "." && parent !== null) return { keys, name: parent.name, nameSpan: keySpan };
  const { name, at } = overrideTarget(field, key);
  const isAsWritten = keySpan.end - keySpan.start === key.length;
  const start = keySpan.start + at;
  return { keys, name, nameSpan: isAsWritten ? { start, end: start + name.length } : keySpan };
}

function specifierOf(field: Field, name: string, raw: string | undefined): Specifier {
  if (field === "pnpm.overrides" && raw === "-") return { source: "invalid", reason: "it takes the package out" };
  if (field !== "resolutions" && raw?.startsWith("$") === true)
    return { source: "invalid", reason: "it refers to no direct dependency" };
  return parseSpecifier(name, raw);
}

/** References that are looked up between two pauses: each may be a specifier that takes a quarter of a millisecond. */
const REFERENCE_STRIDE = 32;

/** Later sections win over earlier ones, as where npm looks a `$` reference up (arborist's lib/edge.js, `rawSpec`). */
const ORDER = ["peerDependencies", "dependencies", "optionalDependencies", "devDependencies"];

/** Gives each `$name` the specifier of the direct dependency that it refers to; one that refers to none stays invalid. */
export function* resolveReferences(
  overrides: readonly DeclaredOverride[],
  dependencies: readonly DeclaredDependency[],
): Task<readonly DeclaredOverride[]> {
  const isReference = ({ field, raw }: DeclaredOverride): boolean => field !== "resolutions" && raw.startsWith("$");
  if (!overrides.some(isReference)) return overrides;
  const direct = new Map<string, string>();
  for (const section of ORDER) {
    yield;
    for (const declared of dependencies)
      if (declared.section === section && declared.specifier.source !== "invalid")
        direct.set(declared.alias, declared.raw);
  }
  const resolved: DeclaredOverride[] = [];
  for (const override of overrides) {
    if (resolved.length % REFERENCE_STRIDE === REFERENCE_STRIDE - 1) yield;
    const raw = isReference(override) ? direct.get(override.raw.slice(1)) : undefined;
    resolved.push(raw === undefined ? override : { ...override, specifier: parseSpecifier(override.name, raw) });
  }
  return resolved;
}
