import { STRIDE, type Task } from "../../task.ts";
import type { Span } from "../../util/text.ts";
import { JsonCursor, type JsonKind } from "../json.ts";
import type { Problems } from "../problems.ts";
import { sourceOf } from "./entry.ts";

/** What Bun takes at a place. */
interface Shape {
  readonly kinds: readonly JsonKind[];
  readonly isInteger?: true;
  /** Of every member or element. */
  readonly each?: Shape;
  /** Of members by name; others are as `each`, or anything. */
  readonly members?: ReadonlyMap<string, Shape>;
  /** Names of members that have to be there. */
  readonly required?: readonly string[];
  /** Of the elements behind the first, which is a text, by what that says. All of them have to be there. */
  readonly behind?: (first: string) => readonly Shape[];
}

const REFUSED = "it has a value of a type for which Bun ignores the whole file";

const TEXT: Shape = { kinds: ["string"] };
const INTEGER: Shape = { kinds: ["number"], isInteger: true };
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
const ENTRY: Shape = { kinds: ["array"], behind: elementsOf };

/** Every member that Bun reads. Others may be anything. */
const LOCKFILE: Shape = {
  kinds: ["object"],
  members: new Map<string, Shape>([
    ["lockfileVersion", INTEGER],
    ["configVersion", INTEGER],
    ["workspaces", { kinds: ["object"], members: new Map([["", PROJECT]]), each: WORKSPACE, required: [""] }],
    ["trustedDependencies", TEXTS],
    ["patchedDependencies", MAP_OF_TEXTS],
    ["overrides", { kinds: ["object"], each: { kinds: ["string", "object"], each: TEXT } }],
    ["catalog", MAP_OF_TEXTS],
    ["catalogs", { kinds: ["object"], each: MAP_OF_TEXTS }],
    ["packages", { kinds: ["object"], each: ENTRY }],
  ]),
  required: ["workspaces"],
};

/** Of what a workspace depends on only version 0 says anything here. */
function elementsOf(specifier: string): readonly Shape[] {
  switch (sourceOf(specifier.slice(specifier.indexOf("@", 1) + 1), false)) {
    case "registry":
      return [TEXT, INFO, TEXT];
    case "git":
      return [INFO, TEXT];
    case "workspace":
      return [];
    case "link":
    case "file":
    case "tarball":
      return [INFO];
  }
}

/**
 * Reports what has Bun ignore the whole file and install by the ranges of the manifests: values of another type than it
 * takes there, and values that are missing. Tried with Bun 1.4, each type at each place.
 */
export function* checkTypes(text: string, problems: Problems): Task<void> {
  const check = new Check(new JsonCursor(text, "jsonc"), problems);
  yield* check.inSlices(LOCKFILE);
}

class Check {
  readonly #cursor: JsonCursor;
  readonly #problems: Problems;

  constructor(cursor: JsonCursor, problems: Problems) {
    this.#cursor = cursor;
    this.#problems = problems;
  }

  /** As `#value`, with pauses between the members of the outermost two objects. */
  *inSlices(shape: Shape, depth = 0): Task<void> {
    const cursor = this.#cursor;
    let pause = cursor.offset + STRIDE;
    for (const inner of this.#within(shape)) {
      if (inner === undefined) yield* cursor.skipInSlices();
      else if (depth === 0) yield* this.inSlices(inner, depth + 1);
      else this.#value(inner);
      if (cursor.offset < pause) continue;
      yield;
      pause = cursor.offset + STRIDE;
    }
  }

  #value(shape: Shape): void {
    for (const inner of this.#within(shape)) if (inner !== undefined) this.#value(inner);
  }

  /** Takes the value at the cursor, and gives the shape of each value within it, at which the cursor then stands. */
  *#within(shape: Shape): Generator<Shape | undefined> {
    const cursor = this.#cursor;
    const { kind, valueSpan } = cursor;
    const isTaken = shape.isInteger !== true || /^\d+$/.test(cursor.readNumber() ?? "");
    if (!shape.kinds.includes(kind) || !isTaken) {
      this.#problems.addOfFile("unsupported", REFUSED, valueSpan);
      return;
    }
    const lacking = new Set<string | Shape>(shape.required);
    if (cursor.enterObject()) {
      while (cursor.nextMember()) {
        lacking.delete(cursor.key);
        yield shape.members?.get(cursor.key) ?? shape.each;
      }
    } else if (shape.behind === undefined) {
      if (cursor.enterArray()) while (cursor.nextElement()) yield shape.each;
    } else if (cursor.enterArray()) yield* this.#elements(shape.behind, valueSpan);
    if (lacking.size > 0) this.#lacks(valueSpan);
  }

  *#elements(behind: (first: string) => readonly Shape[], span: Span): Generator<Shape | undefined> {
    const cursor = this.#cursor;
    const first = cursor.nextElement() ? cursor.readText() : null;
    const [...shapes] = first === null ? [] : behind(first);
    while (cursor.nextElement()) yield shapes.shift();
    if (first === null || shapes.length > 0) this.#lacks(span);
  }

  #lacks(span: Span): void {
    this.#problems.addOfFile("unsupported", "it lacks something without which Bun ignores the whole file", span);
  }
}
