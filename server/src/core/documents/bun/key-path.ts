/**
 * A place of bun's tree of `node_modules`, which `packages` names by the aliases that lead to it: `send/debug`,
 * `@scope/a/b`. Names resolve as in Node, the nearest first (bun: src/install/lockfile/bun.lock, `findResolution`).
 */
export class KeyPath {
  readonly alias: string;
  readonly parent: KeyPath | null;
  readonly level: number;
  /** Index in `Lockfile.packages`; -1 for a place that locks nothing. */
  id = -1;
  /** What is installed in its own `node_modules`, by alias. */
  children: Map<string, KeyPath> | null = null;

  constructor(alias: string, parent: KeyPath | null) {
    this.alias = alias;
    this.parent = parent;
    this.level = parent === null ? 0 : parent.level + 1;
  }

  child(alias: string): KeyPath {
    this.children ??= new Map();
    let child = this.children.get(alias);
    if (child === undefined) {
      child = new KeyPath(alias, this);
      this.children.set(alias, child);
    }
    return child;
  }

  /** The place of a key below this one, made when it is new; null when it is deeper than DEEPEST. */
  at(key: string): KeyPath | null {
    let place = this.child(key.slice(0, aliasEnd(key, 0)));
    for (let start = place.alias.length + 1; start <= key.length;) {
      if (place.level === DEEPEST) return null;
      const end = aliasEnd(key, start);
      place = place.child(key.slice(start, end));
      start = end + 1;
    }
    return place;
  }
}

/** The id of the package that `require(alias)` finds at `from`; null when none is locked under that name. */
export function resolve(from: KeyPath, alias: string): number | null {
  for (let place: KeyPath | null = from; place !== null; place = place.parent) {
    const found = place.children?.get(alias);
    if (found !== undefined && found.id !== -1) return found.id;
  }
  return null;
}

/** Where a workspace looks for what it needs. */
export function placeOf(workspace: string | null, root: KeyPath): KeyPath {
  return workspace === null || workspace === "" ? root : (root.at(workspace) ?? root);
}

/** How many levels are read: real trees stay below 20, and the bound keeps resolution linear. */
export const DEEPEST = 128;

/** The end of the alias that starts at `start`; that of a scope holds one slash. */
function aliasEnd(key: string, start: number): number {
  let slash = key.indexOf("/", start);
  if (slash !== -1 && key.startsWith("@", start)) slash = key.indexOf("/", slash + 1);
  return slash === -1 ? key.length : slash;
}
