import type { Task } from "../../task.ts";
import { plainPath } from "../plain-path.ts";
import type { Problems } from "../problems.ts";
import { TOO_MANY_WORKSPACES, WorkspaceMatcher } from "../workspace-globs.ts";
import type { Entry } from "./entry.ts";
import type { IsWorkspace } from "./lock.ts";
import type { Tree } from "./packages.ts";

/**
 * Tells the project's workspaces from other folders, by the patterns of the project: the lockfile writes both alike.
 * Looks at every folder that the lockfile names, with pauses: later questions about them have an answer.
 */
export function* workspacesOf(tree: Tree, globs: readonly string[], problems: Problems): Task<IsWorkspace> {
  const matcher = new WorkspaceMatcher(globs, "npm");
  yield* matcher.lookAt(foldersIn(tree));
  if (!matcher.isWhole) problems.add("unsupported", TOO_MANY_WORKSPACES, { start: 0, end: 0 });
  return ({ path }) => matcher.has(path);
}

function* foldersIn(tree: Tree): Iterable<string> {
  yield* tree.folders.keys();
  for (const { entry } of tree.places) {
    const folder = entry === null ? null : linkedFolder(entry);
    if (folder !== null) yield folder;
  }
}

const FILE = "file:";

/** The folder that an entry stands for: a link's, or that of a path in place of a version; null for none. */
export function linkedFolder({ link, resolved, version }: Entry): string | null {
  if (link) return resolved === null ? null : plainPath(resolved);
  return version?.value.startsWith(FILE) === true ? plainPath(version.value.slice(FILE.length)) : null;
}

/** What npm calls a package whose manifest has no name: the last step of its path, with the scope before it. */
export function nameFromFolder(path: string): string {
  const steps = path.split("/");
  const scope = steps.at(-2);
  const last = steps.at(-1) ?? "";
  return scope?.startsWith("@") === true ? `${scope}/${last}` : last;
}
