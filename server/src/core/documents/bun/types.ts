import type { Span } from "../../util/text.ts";
import type { JsonCursor, JsonKind } from "../json.ts";
import { JsonCursor as Cursor } from "../json.ts";
import type { Problems } from "../problems.ts";
import { STRIDE, type Task } from "../../task.ts";
import { sourceOf } from "./entry.ts";

/** What Bun takes at a place. */
interface Shape {
  readonly kinds: readonly JsonKind[];
  /** Of every member or element. */
  readonly each?: Shape;
  /** Of members by name; others may be anything. */
  readonly members?: ReadonlyMap<string, Shape>;
  readonly required?: readonly string[];
  /** Takes the value at the cursor, where more than types is to be looked at, and says whether Bun takes it. */
  readonly takes?: (cursor: JsonCursor) => boolean;
}

const TEXT: Shape = { kinds: ["string"] };
const INTEGER: Shape = { kinds: ["number"], takes: (cursor) => /^\d+$/.test(cursor.readNumber() ?? "") };
const TEXTS: Shape = { kinds: ["array"], each: TEXT };
const MAP_OF_TEXTS: Shape = { kinds: ["object"], each: TEXT };

const SECTIONS: readonly (readonly [string, Shape])[] = [
  ["dependencies", MAP_OF_TEXTS],
  ["devDependencies", MAP_OF_TEXTS],
  ["optionalDependencies", MAP_OF_TEXTS],
  ["peerDependencies", MAP_OF_TEXTS],
  ["optionalPeers", TEXTS],
];

const INFO: Shape = { kinds: ["object"], members: new Map(SECTIONS) };
const PROJECT: Shape = { kinds: ["object"], members: new Map([...SECTIONS, ["name", TEXT]]) };
const WORKSPACE: Shape = { ...PROJECT, required: ["name"] };
const ENTRY: Shape = { kinds: ["array"], takes: takesEntry };

/** Every member that Bun reads; of others it takes anything. */
const MEMBERS: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["lockfileVersion", INTEGER],
  ["configVersion", INTEGER],
  ["workspaces", { kinds: ["object"], members: new Map([["", PROJECT]]), each: WORKSPACE, required: [""] }],
  ["trustedDependencies", TEXTS],
  ["patchedDependencies", MAP_OF_TEXTS],
  ["overrides", { kinds: ["object"], each: { kinds: ["string", "object"], each: TEXT } }],
  ["catalog", MAP_OF_TEXTS],
  ["catalogs", { kinds: ["object"], each: MAP_OF_TEXTS }],
  ["packages", { kinds: ["object"], each: ENTRY }],
]);

const REFUSED = "it has a value of a type that Bun refuses, so that Bun ignores the whole file";
const LACKING = "it lacks what Bun needs, so that Bun ignores the whole file";

/**
 * Reports what makes Bun ignore the whole file and install by the ranges of the manifests: a value of another type than
 * it writes there, or one that is missing. What it refuses was tried with Bun 1.4, for each member and each type.
 */
export function* checkTypes(text: string, problems: Problems): Task<void> {
  const cursor = new Cursor(text, "jsonc");
  const missing = new Set(["workspaces"]);
  const check = new Check(cursor, problems);
  if (!cursor.enterObject()) return;
  let pause = cursor.offset + STRIDE;
  while (cursor.nextMember()) {
    missing.delete(cursor.key);
    const shape = MEMBERS.get(cursor.key);
    if (shape === undefined) yield* cursor.skipInSlices();
    else if (shape.each === undefined || cursor.kind !== "object") check.value(shape);
    else {
      const lacks = new Set(shape.required);
      const { valueSpan } = cursor;
      cursor.enterObject();
      while (cursor.nextMember()) {
        lacks.delete(cursor.key);
        check.value(shape.members?.get(cursor.key) ?? shape.each);
        if (cursor.offset < pause) continue;
        yield;
        pause = cursor.offset + STRIDE;
      }
      if (lacks.size > 0) check.lacking(valueSpan);
    }
  }
  if (missing.size > 0) check.lacking({ start: 0, end: 1 });
}

class Check {
  readonly #cursor: JsonCursor;
  readonly #problems: Problems;

  constructor(cursor: JsonCursor, problems: Problems) {
    this.#cursor = cursor;
    this.#problems = problems;
  }

  lacking(span: Span): void {
    this.#problems.add("unsupported", LACKING, span);
  }

  value({ kinds, each, members, required, takes }: Shape): void {
    const cursor = this.#cursor;
    const { kind, valueSpan } = cursor;
    if (!kinds.includes(kind) || (takes !== undefined && !takes(cursor))) {
      this.#problems.add("unsupported", REFUSED, valueSpan);
      return;
    }
    const lacks = new Set(required);
    if (cursor.enterArray()) while (cursor.nextElement()) this.#inner(each);
    else if (cursor.enterObject())
      while (cursor.nextMember()) {
        lacks.delete(cursor.key);
        this.#inner(members?.get(cursor.key) ?? each);
      }
    if (lacks.size > 0) this.lacking(valueSpan);
  }

  #inner(shape: Shape | undefined): void {
    if (shape !== undefined) this.value(shape);
  }
}
