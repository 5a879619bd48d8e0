import type { Entry } from "./entry.ts";
import type { IsWorkspace } from "./lock.ts";

const GLOB = /[*?[{]|[+@!]?\(/;

/**
 * Tells the project's workspaces from folders that a `file:` specifier brought in. The lockfile writes both alike, so
 * the root entry's `workspaces` decide, by the part before their first wildcard; where that is empty (`*`), a folder
 * counts unless the root asks for it with `file:`.
 */
export function workspacesOf(root: Pick<Entry, "workspaces" | "declared"> | null): IsWorkspace {
  const globs = (root?.workspaces ?? [])
    .filter((glob) => !glob.startsWith("!"))
    .map((glob) => glob.replace(/[\\/]+/g, "/").replace(/^\.?\//, ""));
  const asked = new Set<string>();
  for (const { raw } of root?.declared ?? []) {
    if (raw?.startsWith("file:") === true) asked.add(raw.slice("file:".length).replace(/^\.\//, "").replace(/\/$/, ""));
  }
  const exact = new Set(globs.filter((glob) => !GLOB.test(glob)).map((glob) => glob.replace(/\/$/, "")));
  const prefixes = new Set(globs.filter((glob) => GLOB.test(glob)).map((glob) => glob.slice(0, glob.search(GLOB))));
  const takesAll = prefixes.delete("");
  return ({ path }) => {
    if (exact.has(path)) return true;
    for (const prefix of prefixes) if (path.startsWith(prefix)) return true;
    return takesAll && !asked.has(path);
  };
}
