/** What `.gitignore` files leave out of a search, as git reads them. */
import type { Dirent } from "node:fs";
import { lstat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { known, unknown, type Fact } from "../core/facts/fact.ts";
import type { Cancellation } from "../core/ports.ts";
import { count } from "../core/util/words.ts";
import { createFiles } from "./files.ts";
import { uriOf } from "./uri.ts";

const IGNORE_FILE = ".gitignore";

/** Bytes. */
const LARGEST = 1024 * 1024;
const MOST_PATTERNS = 2000;
/** Above the longest that people write; a path that is longer is not left out. */
const LONGEST_PATTERN = 1000;
const LONGEST_PATH = 1024;
/** A regular expression tries as many places for each star as the text has, beside those of the other stars. */
const MOST_STARS = 5;
const MOST_IN_SEGMENT = 2;
const MOST_GLOBSTARS = 2;
/** The library keeps each answer; after so many they are let go. */
const MOST_ANSWERS = 10_000;

const files = createFiles(LARGEST);

/** git takes letter case as the file system of the platform does, where nothing else is configured. */
const OPTIONS = { ignorecase: process.platform === "win32" || process.platform === "darwin" };

/** Reports a file that is not heeded, or not whole, and why. */
export type OnUnheeded = (path: string, reason: string) => void;

/** The rules that hold in a folder: those of its own file go before those of the folders above. */
export class IgnoreRules {
  readonly #folder: string;
  readonly #above: IgnoreRules | null;
  #patterns: Ignore;
  #answers = 0;

  constructor(folder: string, patterns: Ignore, above: IgnoreRules | null) {
    this.#folder = folder;
    this.#patterns = patterns;
    this.#above = above;
  }

  /** @param path absolute, below the folder, and in a folder that is not left out itself */
  leavesOut(path: string, isFolder: boolean): boolean {
    const below = relative(this.#folder, path).split(sep).join("/");
    return this.#verdict(below, isFolder) ?? this.#above?.leavesOut(path, isFolder) ?? false;
  }

  /** null where these patterns have nothing to say. */
  #verdict(below: string, isFolder: boolean): boolean | null {
    if (below.length > LONGEST_PATH || !ignore.isPathValid(below)) return null;
    const cut = below.lastIndexOf("/");
    try {
      // That folder was taken back by a file further down; the library would say of all in it what it says of the folder.
      if (cut !== -1 && this.#test(below.slice(0, cut + 1)).ignored) return null;
      const { ignored, unignored } = this.#test(isFolder ? `${below}/` : below);
      return ignored ? true : unignored ? false : null;
    } catch {
      // An expression is made of a pattern when it is first needed. More is searched than should be.
      return null;
    }
  }

  #test(path: string): { readonly ignored: boolean; readonly unignored: boolean } {
    if (++this.#answers > MOST_ANSWERS) {
      this.#patterns = ignore(OPTIONS).add(this.#patterns);
      this.#answers = 0;
    }
    return this.#patterns.test(path);
  }
}

/**
 * The rules in a folder with these entries; `above` alone where it has no `.gitignore`, or one that cannot be heeded.
 * Throws only for cancellation.
 */
export async function rulesIn(
  folder: string,
  entries: readonly Dirent[],
  above: IgnoreRules | null,
  onUnheeded: OnUnheeded,
  cancel: Cancellation,
): Promise<IgnoreRules | null> {
  // A repository in another one is a world of its own.
  const around = entries.some(({ name }) => name === ".git") ? null : above;
  // Git does not follow links to these files.
  if (!entries.some((entry) => entry.name === IGNORE_FILE && entry.isFile())) return around;
  return rulesWithin(folder, around, onUnheeded, cancel);
}

async function rulesWithin(
  folder: string,
  above: IgnoreRules | null,
  onUnheeded: OnUnheeded,
  cancel: Cancellation,
): Promise<IgnoreRules | null> {
  const path = join(folder, IGNORE_FILE);
  const text = await files.read(uriOf(path), cancel);
  const read = text.known ? patternsOf(text.value) : text;
  if (!read.known) {
    onUnheeded(path, read.reason);
    return above;
  }
  const { patterns, left } = read.value;
  if (left > 0) onUnheeded(path, `${count(left, "pattern")} with more stars or letters than are looked at`);
  return new IgnoreRules(folder, patterns, above);
}

/**
 * What the folders above say of one that is to be looked through, up to the root of its git repository; null outside of
 * one, and where they leave out the folder itself: then it was named all the same. Throws only for cancellation.
 */
export async function rulesAbove(
  folder: string,
  onUnheeded: OnUnheeded,
  cancel: Cancellation,
): Promise<IgnoreRules | null> {
  const folders: string[] = [];
  for (let at = folder; !(await isThere(join(at, ".git"))); at = dirname(at)) {
    if (dirname(at) === at) return null;
    folders.unshift(dirname(at));
  }
  let rules: IgnoreRules | null = null;
  for (const [index, above] of folders.entries()) {
    if (await isPlainFile(join(above, IGNORE_FILE))) rules = await rulesWithin(above, rules, onUnheeded, cancel);
    if (rules?.leavesOut(folders[index + 1] ?? folder, true) === true) return null;
  }
  return rules;
}

interface Patterns {
  readonly patterns: Ignore;
  /** Patterns that are not looked at. */
  readonly left: number;
}

/** Without a pattern more is searched. Without one that takes back what others leave out, less would be: then none holds. */
function patternsOf(text: string): Fact<Patterns> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  if (lines.length > MOST_PATTERNS) return unknown("malformed", `it has more than ${count(MOST_PATTERNS, "pattern")}`);
  const bounded = lines.filter(isBounded);
  if (lines.some((line) => line.startsWith("!") && !isBounded(line)))
    return unknown("malformed", "a pattern with ! has more stars or letters than are looked at");
  return known({ patterns: ignore(OPTIONS).add(bounded), left: lines.length - bounded.length });
}

function isBounded(pattern: string): boolean {
  return (
    pattern.length <= LONGEST_PATTERN &&
    starsIn(pattern) <= MOST_STARS &&
    (pattern.match(/\*\*+/g) ?? []).length <= MOST_GLOBSTARS &&
    pattern.split("/").every((segment) => starsIn(segment) <= MOST_IN_SEGMENT)
  );
}

function starsIn(pattern: string): number {
  return (pattern.match(/\*+/g) ?? []).length;
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function isPlainFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
