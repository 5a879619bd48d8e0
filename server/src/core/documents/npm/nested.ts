import type { JsonCursor } from "../json.ts";
import { PASS_STRIDE, STRIDE, type Task } from "../../task.ts";
import { checkType, emptyEntry, readAlias, readCommonField, type Entry } from "./entry.ts";
import type { Tree } from "./packages.ts";
import { DEEPEST, Place } from "./place.ts";
import { parseSpecifier } from "../specifier.ts";
import type { Problems } from "../problems.ts";

/**
 * Reads the nested `dependencies` of lockfileVersion 1 and older, which the cursor stands at. Of two equal names the
 * last one holds, with all that is below it. The stack is kept by hand, because the nesting is the file's.
 */
export function* readNested(cursor: JsonCursor, problems: Problems): Task<Tree> {
  const root = new Place("", "", null, 0);
  const complain = problems.add.bind(problems, "unsupported");
  if (!cursor.enterObject()) {
    if (cursor.kind !== "none") complain(NO_OBJECT, cursor.valueSpan);
    return { root, folders: new Map(), places: [] };
  }
  let pause = cursor.offset + STRIDE;
  let place = root;
  // Among the packages of `place`, or among the members of its own entry.
  let inList = true;
  for (;;) {
    if (cursor.offset >= pause) {
      yield;
      pause = cursor.offset + STRIDE;
    }
    if (!cursor.nextMember()) {
      // The end of a list leads back to its owner's entry; the end of an entry, to the list that it stands in.
      if (inList && place === root) break;
      if (!inList) place = place.parent ?? root;
      inList = !inList;
    } else if (inList) {
      const { key, keySpan } = cursor;
      if (place.level >= DEEPEST) {
        complain(`packages nested more than ${DEEPEST} levels deep are not read`, keySpan);
      } else if (cursor.enterObject()) {
        place.children?.delete(key);
        place = place.child(key);
        place.nameSpan = keySpan;
        place.entry = emptyEntry();
        inList = false;
      } else if (cursor.kind !== "none") {
        complain("an entry of dependencies is not an object", cursor.valueSpan);
      }
    } else if (cursor.key === "dependencies" && cursor.enterObject()) {
      place.children = null;
      inList = true;
    } else if (place.entry !== null) {
      if (cursor.key === "dependencies" && cursor.kind !== "none") complain(NO_OBJECT, cursor.valueSpan);
      readField(cursor, place.entry);
    }
  }
  const places = yield* within(root);
  for (const [at, { alias, entry }] of places.entries()) {
    if (entry !== null) followFrom(alias, entry);
    if (at % PASS_STRIDE === 0) yield;
  }
  return { root, folders: new Map(), places };
}

/**
 * npm 11 installs an entry that states neither `resolved` nor `integrity` from the address in `from`, where there is one,
 * whatever the version: lib/spec-from-lock.js of @npmcli/arborist. npm 6 wrote `from` for git, whose version is the
 * address too; older ones beside `resolved`.
 */
function followFrom(alias: string, entry: Entry): void {
  const { from, version, resolved, integrity } = entry;
  if (from === null || isStated(resolved) || isStated(integrity)) return;
  if (!isAddress(alias, from.value) || parseSpecifier(alias, version?.value ?? "").source === "git") return;
  if (version !== null && isAddress(alias, version.value)) {
    if (version.value !== from.value) entry.hasUnwritten = true;
    return;
  }
  entry.resolved = from.value;
  entry.resolvedSpan = from.span;
}

function isStated(text: string | null): boolean {
  return text !== null && text !== "";
}

function isAddress(alias: string, text: string): boolean {
  return text !== "" && ["git", "tarball", "file", "link"].includes(parseSpecifier(alias, text).source);
}

const NO_OBJECT = "dependencies are not an object";

function readField(cursor: JsonCursor, entry: Entry): void {
  checkType(cursor, entry);
  if (cursor.key === "requires") {
    entry.requires = [];
    entry.requiresAt = [];
    entry.requiresIn = [];
    if (!cursor.enterObject()) return;
    while (cursor.nextMember()) {
      entry.requires.push(cursor.key);
      entry.requiresAt.push(cursor.offset);
      entry.requiresIn.push("dependencies");
    }
    return;
  }
  if (cursor.key === "from") {
    entry.from = cursor.readString();
    return;
  }
  const isVersion = cursor.key === "version";
  readCommonField(cursor, entry);
  if (isVersion) readAlias(entry);
}

/** All places below one, each before those within it. */
function* within(root: Place): Task<Place[]> {
  const found: Place[] = [];
  const open = [root.children?.values()];
  while (open.length > 0) {
    const next = open.at(-1)?.next();
    if (next === undefined || next.done === true) {
      open.pop();
      continue;
    }
    found.push(next.value);
    if (found.length % PASS_STRIDE === 0) yield;
    if (next.value.children !== null) open.push(next.value.children.values());
  }
  return found;
}
