/** Patterns for workspaces, as the package managers match them. */
import { boundedGlob, type GlobMatcher } from "../util/glob.ts";
import type { LockfileFormat } from "../model.ts";
import type { Task } from "../task.ts";
import { withoutTrailing } from "../util/text.ts";

/** Patterns in one list. */
const MOST_GLOBS = 500;

/** Nanoseconds, roughly, that all paths take which are held against one list: 2,000 workspaces and 20 patterns take 20 million. */
const MOST_STEPS = 1_000_000_000;
/** The same for the patterns of one list, which are held against each other. */
const MOST_STEPS_AMONG = 50_000_000;
/** The same between two pauses. */
const STEPS_BETWEEN = 2_000_000;

/**
 * Which folders are workspaces for a package manager; where that is not known, as npm has it.
 * https://github.com/npm/map-workspaces; the differences were tried with npm 11, Yarn 1.22 and Bun 1.4.
 */
export class WorkspaceMatcher {
  readonly #wanted: Alternatives;
  readonly #unwanted: Alternatives;
  readonly #ways: readonly Way[];
  readonly #manager: LockfileFormat | null;
  readonly #known = new Map<string, boolean>();
  #steps = 0;

  constructor(globs: readonly string[], manager: LockfileFormat | null) {
    const { patterns } = patternsIn(globs, manager);
    const wanted = patterns.filter(({ isNegated }) => !isNegated);
    this.#wanted = new Alternatives(wanted);
    this.#unwanted = new Alternatives(patterns.filter(({ isNegated }) => isNegated));
    this.#manager = manager;
    this.#ways = wanted.map(({ glob, isName, cost }) => {
      const written = glob.split("/");
      return { segments: written.map(segmentMatcher), written, isName, cost };
    });
  }

  /** False once paths were too many for the patterns: what came then counts as no workspace. */
  get isWhole(): boolean {
    return this.#steps <= MOST_STEPS;
  }

  /** Whether a folder (its path below the root, with `/`) is one. */
  has(path: string): boolean {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const found =
      this.#spend(path, (size) => this.#wanted.costOf(size) + this.#unwanted.costOf(size)) &&
      this.#wanted.match(path) &&
      !this.#unwanted.match(path);
    this.#known.set(path, found);
    return found;
  }

  /** Looks at paths that will be asked about, with pauses. */
  *lookAt(paths: Iterable<string>): Task<void> {
    let pause = this.#steps + STEPS_BETWEEN;
    for (const path of paths) {
      this.has(path);
      if (this.#steps < pause) continue;
      yield;
      pause = this.#steps + STEPS_BETWEEN;
    }
  }

  /** Whether a folder can be a workspace, or have one below it, by the segments of the patterns that come so far. */
  mayLeadTo(path: string): boolean {
    if (!this.#spend(path, (size) => this.#ways.reduce((sum, { cost }) => sum + cost(size), 0))) return false;
    const folders = path.split("/");
    return this.#ways.some(({ segments }) => leads(segments, folders));
  }

  /**
   * Whether a folder `node_modules` can have a workspace in it. Tried: Yarn 1.22 takes what a segment of a pattern
   * matches, Yarn 4.18 what no segment with a star leads to, and Bun 1.4 what is named without stars; npm 11 and pnpm 10
   * take nothing there. `**` stands for no such folder.
   */
  mayLeadInto(path: string): boolean {
    const manager = this.#manager;
    if (manager === null || manager === "npm" || manager === "pnpm" || !this.mayLeadTo(path)) return false;
    const folders = path.split("/");
    return this.#ways.some(({ segments, written, isName }) => {
      const before = segments.slice(0, folders.length);
      if (before.length < folders.length || before.includes("any") || !leads(segments, folders)) return false;
      if (manager === "bun") return isName;
      return manager === "yarn-classic" || !written.slice(0, folders.length).some((segment) => /[*?[]/.test(segment));
    });
  }

  /** Takes away the steps that a path needs; false where they are spent. */
  #spend(path: string, costOf: Cost): boolean {
    if (!this.isWhole) return false;
    this.#steps += costOf(sizeOf(path));
    return this.#steps <= MOST_STEPS;
  }
}

/** What is reported where a matcher is not whole. */
export const TOO_MANY_WORKSPACES =
  "there are too many folders for the patterns of workspaces, so some count as no workspaces";

/** How many of the patterns are ignored: those that cannot be matched in bounded time, and all beyond the bound. */
export function globsLeftOut(globs: readonly string[], manager: LockfileFormat | null): number {
  const { isMatchable } = patternsIn(globs, manager);
  return globs.filter((glob, index) => glob.trim() !== "" && isMatchable[index] !== true).length;
}

/** What a path is like, in UTF-16 code units. */
interface PathSize {
  readonly whole: number;
  readonly longestSegment: number;
}

function sizeOf(path: string): PathSize {
  const longestSegment = path.split("/").reduce((longest, { length }) => Math.max(longest, length), 0);
  return { whole: path.length, longestSegment };
}

/** Steps that holding a path against a pattern takes. */
type Cost = (size: PathSize) => number;

/** Patterns of which one has to match. */
class Alternatives {
  readonly #names: ReadonlySet<string>;
  readonly #others: readonly Pattern[];

  constructor(patterns: readonly Pattern[]) {
    this.#names = new Set(patterns.filter(({ isName }) => isName).map(({ glob }) => glob));
    this.#others = patterns.filter(({ isName }) => !isName);
  }

  costOf(size: PathSize): number {
    return this.#others.reduce((sum, { cost }) => sum + cost(size), 0);
  }

  match(path: string): boolean {
    return this.#names.has(path) || this.#others.some(({ matches }) => matches(path));
  }
}

/** The segments of a pattern; "any": whatever follows may match too. */
interface Way {
  readonly segments: readonly (GlobMatcher | "any")[];
  /** Likewise, as written. */
  readonly written: readonly string[];
  readonly isName: boolean;
  readonly cost: Cost;
}

function leads(segments: Way["segments"], folders: readonly string[]): boolean {
  for (const [index, folder] of folders.entries()) {
    const segment = segments[index];
    if (segment === "any") return true;
    if (segment?.(folder) !== true) return false;
  }
  return true;
}

function segmentMatcher(segment: string): GlobMatcher | "any" {
  // Braces may go over several segments.
  const isWhole = segment.split("{").length === segment.split("}").length;
  return segment === "**" || !isWhole ? "any" : (boundedGlob(segment) ?? "any");
}

interface Pattern {
  readonly glob: string;
  readonly isNegated: boolean;
  /** It matches the one path that it is written as. */
  readonly isName: boolean;
  readonly matches: GlobMatcher;
  readonly cost: Cost;
}

interface Patterns {
  readonly patterns: readonly Pattern[];
  /** By index of the list. */
  readonly isMatchable: readonly boolean[];
}

/** One list is asked about many times. */
const READ = new WeakMap<readonly string[], Map<LockfileFormat | null, Patterns>>();

function patternsIn(globs: readonly string[], manager: LockfileFormat | null): Patterns {
  const byManager = READ.get(globs) ?? new Map<LockfileFormat | null, Patterns>();
  READ.set(globs, byManager);
  const patterns = byManager.get(manager) ?? readPatterns(globs, manager);
  byManager.set(manager, patterns);
  return patterns;
}

/** A later pattern that a negated one would match takes the negated one back, but for Yarn 1. */
function readPatterns(globs: readonly string[], manager: LockfileFormat | null): Patterns {
  let patterns: readonly Pattern[] = [];
  let steps = 0;
  const isMatchable = globs.slice(0, MOST_GLOBS).map((written) => {
    const bangs = /^!*/.exec(written)?.[0].length ?? 0;
    const pattern = patternOf(normalized(written.slice(bangs), manager), bangs % 2 === 1);
    if (pattern === null) return false;
    if (!pattern.isNegated && manager !== "yarn-classic") {
      const size = sizeOf(pattern.glob);
      for (const { isNegated, cost } of patterns) if (isNegated) steps += cost(size);
      if (steps > MOST_STEPS_AMONG) return false;
      patterns = patterns.filter((earlier) => !earlier.isNegated || !earlier.matches(pattern.glob));
    }
    patterns = [...patterns, pattern];
    return true;
  });
  return { patterns, isMatchable };
}

function patternOf(glob: string, isNegated: boolean): Pattern | null {
  const isName = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/.test(glob);
  if (isName) return { glob, isNegated, isName, matches: (path) => path === glob, cost: () => 1 };
  const matches = boundedGlob(glob);
  return matches === null ? null : { glob, isNegated, isName, matches, cost: costOf(glob) };
}

/** Two stars in one segment are tried at each pair of places. Measured with V8 13. */
function costOf(glob: string): Cost {
  if (glob.split("/").some((segment) => segment !== "**" && segment.split("*").length > 2))
    return ({ whole, longestSegment }) => 100 + 10 * whole + longestSegment ** 2;
  const each = glob.includes("**") ? 100 : 10;
  return ({ whole }) => 100 + each * whole;
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
