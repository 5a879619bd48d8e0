/** Patterns for workspaces, as the package managers match them. */
import { boundedGlob } from "../util/glob.ts";
import type { LockfileFormat } from "../model.ts";
import { withoutTrailing } from "../util/text.ts";

/** Patterns in one list. */
const MOST_GLOBS = 500;

export type WorkspaceMatcher = (path: string) => boolean;

/**
 * Whether a folder (its path below the root, with `/`) is a workspace for a package manager; where that is not known, as
 * npm has it. https://github.com/npm/map-workspaces; the differences were tried with npm 11, Yarn 1.22 and Bun 1.4.
 */
export function workspaceMatcher(globs: readonly string[], manager: LockfileFormat | null): WorkspaceMatcher {
  const { wanted, unwanted } = matchersOf(globs, manager);
  return (path) => wanted.some((matches) => matches(path)) && !unwanted.some((matches) => matches(path));
}

/** How many of the patterns are ignored: those that cannot be matched in bounded time, and all beyond the bound. */
export function globsLeftOut(globs: readonly string[], manager: LockfileFormat | null): number {
  const { isMatchable } = patternsIn(globs, manager);
  return globs.filter((glob, index) => glob.trim() !== "" && isMatchable[index] !== true).length;
}

/** Whether a folder can be a workspace, or have one below it, by the segments of the patterns that come so far. */
export function mayLeadTo(globs: readonly string[], manager: LockfileFormat | null): WorkspaceMatcher {
  const ways = patternsIn(globs, manager)
    .patterns.filter(({ isNegated }) => !isNegated)
    .map(({ glob }) => glob.split("/").map(segmentMatcher));
  return (path) => {
    const folders = path.split("/");
    return ways.some((way) => {
      for (const [index, folder] of folders.entries()) {
        const segment = way[index];
        if (segment === "any") return true;
        if (segment?.(folder) !== true) return false;
      }
      return true;
    });
  };
}

/** "any": whatever follows may match too. */
function segmentMatcher(segment: string): WorkspaceMatcher | "any" {
  // Braces may go over several segments.
  const isWhole = segment.split("{").length === segment.split("}").length;
  return segment === "**" || !isWhole ? "any" : (boundedGlob(segment) ?? "any");
}

interface Matchers {
  readonly wanted: readonly WorkspaceMatcher[];
  readonly unwanted: readonly WorkspaceMatcher[];
}

function matchersOf(globs: readonly string[], manager: LockfileFormat | null): Matchers {
  const { patterns } = patternsIn(globs, manager);
  return {
    wanted: patterns.filter(({ isNegated }) => !isNegated).map(({ matches }) => matches),
    unwanted: patterns.filter(({ isNegated }) => isNegated).map(({ matches }) => matches),
  };
}

interface Pattern {
  readonly glob: string;
  readonly isNegated: boolean;
  readonly matches: WorkspaceMatcher;
}

/** A later pattern that a negated one would match takes the negated one back, but for Yarn 1. */
function patternsIn(
  globs: readonly string[],
  manager: LockfileFormat | null,
): { readonly patterns: readonly Pattern[]; readonly isMatchable: readonly boolean[] } {
  let patterns: readonly Pattern[] = [];
  const isMatchable = globs.slice(0, MOST_GLOBS).map((written) => {
    const bangs = /^!*/.exec(written)?.[0].length ?? 0;
    const glob = normalized(written.slice(bangs), manager);
    const matches = boundedGlob(glob);
    if (matches === null) return false;
    const isNegated = bangs % 2 === 1;
    if (!isNegated && manager !== "yarn-classic")
      patterns = patterns.filter((earlier) => !earlier.isNegated || !earlier.matches(glob));
    patterns = [...patterns, { glob, isNegated, matches }];
    return true;
  });
  return { patterns, isMatchable };
}

function normalized(glob: string, manager: LockfileFormat | null): string {
  const trimmed = withoutTrailing(glob.replace(/^\.\//, ""), "/");
  if (manager === "yarn-classic") return withAlternatives(trimmed);
  const single = trimmed.replace(/\/{2,}/g, "/");
  return withAlternatives(manager === "bun" ? single : single.replaceAll("\\", "/").replace(/^\//, ""));
}

/** `+(a|b)` and `@(a|b)` of plain names as `{a,b}`, which can be matched in bounded time. */
function withAlternatives(glob: string): string {
  return glob.replace(/[+@]\(([\w.|-]{1,100})\)/g, (_all, names: string) =>
    names.includes("|") ? `{${names.replaceAll("|", ",")}}` : names,
  );
}
