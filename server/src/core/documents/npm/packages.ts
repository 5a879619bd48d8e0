import type { JsonCursor } from "../json.ts";
import { STRIDE, type Task } from "../../task.ts";
import { emptyEntry, readAlias, readPackagesField } from "./entry.ts";
import { DEEPEST, Place } from "./place.ts";
import { named } from "../truncation.ts";
import { plainPath } from "../plain-path.ts";
import type { Problems } from "../problems.ts";
import type { Span } from "../../util/text.ts";

/** What a lockfile's body was read into, of whatever version. */
export interface Tree {
  readonly root: Place;
  /** Workspaces and other local folders, by path. */
  readonly folders: ReadonlyMap<string, Place>;
  /** Every place that an entry was read for, each once, in the order of the text. */
  readonly places: readonly Place[];
}

const STEP = "node_modules/";

/** Reads `packages` of lockfileVersion 2 and 3, which the cursor stands at. Of two equal keys the last one holds. */
export function* readPackages(cursor: JsonCursor, problems: Problems): Task<Tree> {
  const root = new Place("", "", null, 0);
  const folders = new Map<string, Place>();
  const places: Place[] = [];
  let pause = cursor.offset + STRIDE;
  const complain = problems.add.bind(problems, "unsupported");
  const rewritten: { readonly path: string; readonly span: Span }[] = [];
  if (cursor.enterObject()) {
    while (cursor.nextMember()) {
      const { key: written, keySpan } = cursor;
      const key = plainPath(written);
      if (key !== written || isMiscased(key)) rewritten.push({ path: written, span: keySpan });
      const place = placeOf(key, root, folders);
      if (place === null) {
        complain(`packages nested more than ${DEEPEST} levels deep are not read`, keySpan);
      } else if (cursor.enterObject()) {
        const entry = emptyEntry();
        while (cursor.nextMember()) readPackagesField(cursor, entry, place.level === 0);
        if (entry.resolved === null || entry.resolved === "") readAlias(entry);
        if (place.entry === null) places.push(place);
        place.entry = entry;
        const isAsWritten = key === written && keySpan.end - keySpan.start === key.length;
        place.nameSpan = isAsWritten ? { start: keySpan.end - place.alias.length, end: keySpan.end } : keySpan;
      } else if (cursor.kind !== "none") {
        complain("an entry of packages is not an object", cursor.valueSpan);
      }
      if (cursor.offset < pause) continue;
      yield;
      pause = cursor.offset + STRIDE;
    }
  }
  const [first] = rewritten;
  if (first !== undefined) {
    const which = named(first.path, rewritten.length);
    complain(`keys of packages are no plain paths (${which}), so npm may install what they lock elsewhere`, first.span);
  }
  for (const [path, folder] of folders) folder.parent = enclosing(path, root, folders);
  return { root, folders, places };
}

/** Whether a file system that ignores case takes a folder of the path for a `node_modules`, and npm does not. */
function isMiscased(path: string): boolean {
  return /(?:^|\/)node_modules(?:\/|$)/i.test(path.replaceAll(STEP, ""));
}

/** The place of a key, made when it is new; null when it is too deep. The key is split once, so this is linear in it. */
function placeOf(key: string, root: Place, folders: Map<string, Place>): Place | null {
  if (key === "") return root;
  const isInProject = key.startsWith(STEP);
  if (isInProject && !key.includes(`/${STEP}`)) return root.child(key.slice(STEP.length));
  const steps = key.split(`/${STEP}`, DEEPEST + 1);
  if (steps.length > DEEPEST) return null;
  const first = steps.shift() ?? "";
  let place = isInProject ? root.child(first.slice(STEP.length)) : folders.get(first);
  if (place === undefined) {
    place = new Place(first, first.slice(first.lastIndexOf("/") + 1), root, 0);
    folders.set(first, place);
  }
  for (const alias of steps) place = place.child(alias);
  return place;
}

/** Folders of folders that are looked at; npm's own nesting of local folders is two or three. */
const HIGHEST = 32;

/** The folder that a local folder lies in: the nearest with an entry of its own. None for one outside the project. */
function enclosing(path: string, root: Place, folders: ReadonlyMap<string, Place>): Place | null {
  if (path.startsWith("../") || path.startsWith("/")) return null;
  let at = path.length;
  for (let step = 0; step < HIGHEST; step++) {
    at = path.lastIndexOf("/", at - 1);
    if (at <= 0) return root;
    const folder = folders.get(path.slice(0, at));
    if (folder !== undefined) return folder;
  }
  return root;
}
