import type { Entry } from "./entry.ts";
import type { Span } from "../../util/text.ts";

/**
 * A folder that a package can be installed in, as npm's lockfiles describe it: the project, a workspace, or
 * `node_modules/<alias>` within another place. Names resolve as in Node: the nearest `node_modules` on the way up.
 */
export class Place {
  /** The lockfile's path of it, e.g. `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly alias: string;
  /** Where a name that is not found here is looked for next. */
  parent: Place | null;
  /** Levels of `node_modules`, 0 for the project and its workspaces. */
  readonly level: number;
  /** What is installed in its own `node_modules`, by alias. */
  children: Map<string, Place> | null = null;
  /** What the lockfile says of it; null for a place that is only on the way to another. */
  entry: Entry | null = null;
  nameSpan: Span = { start: 0, end: 0 };
  /** Index in `Lockfile.packages`; -1 for a place that locks nothing. */
  id = -1;

  constructor(path: string, alias: string, parent: Place | null, level: number) {
    this.path = path;
    this.alias = alias;
    this.parent = parent;
    this.level = level;
  }

  child(alias: string): Place {
    this.children ??= new Map();
    let child = this.children.get(alias);
    if (child === undefined) {
      const path = `${this.path}${this.path === "" ? "" : "/"}node_modules/${alias}`;
      child = new Place(path, alias, this, this.level + 1);
      this.children.set(alias, child);
    }
    return child;
  }
}

/** The place that `require(alias)` at `from` would find; null when nothing is locked under that name. */
export function resolve(from: Place, alias: string): Place | null {
  for (let place: Place | null = from; place !== null; place = place.parent) {
    const found = place.children?.get(alias);
    if (found !== undefined && found.id !== -1) return found;
  }
  return null;
}

/**
 * How many levels of `node_modules` are read. Real trees stay below 20; the bound keeps resolution linear for a
 * lockfile made to be deep.
 */
export const DEEPEST = 128;

/** npm writes no address for what is bundled, and follows one that is there. */
export function isBrought({ entry }: Pick<Place, "entry">): boolean {
  return entry !== null && entry.resolved === null;
}
