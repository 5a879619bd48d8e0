import { workspaceMatcher } from "../workspace-globs.ts";
import type { IsWorkspace } from "./lock.ts";

/** Tells the project's workspaces from other folders, by the patterns of the project: the lockfile writes both alike. */
export function workspacesOf(globs: readonly string[]): IsWorkspace {
  const matches = workspaceMatcher(globs, "npm");
  return ({ path }) => matches(path);
}

/** What npm calls a package whose manifest has no name: the last step of its path, with the scope before it. */
export function nameFromFolder(path: string): string {
  const steps = path.split("/");
  const scope = steps.at(-2);
  const last = steps.at(-1) ?? "";
  return scope?.startsWith("@") === true ? `${scope}/${last}` : last;
}
