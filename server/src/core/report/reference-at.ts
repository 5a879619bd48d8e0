/** What a lockfile speaks of outside the places that lock it: in lists of dependencies, importers, locators. */
import { satisfies, validRange } from "semver";
import type { LockedPackage, Lockfile } from "../model.ts";
import { withoutTrailing, type Span } from "../util/text.ts";

export interface Mention {
  readonly locked: LockedPackage;
  readonly span: Span;
}

interface Word {
  readonly text: string;
  readonly start: number;
}

/** How far a line is looked at to either side: a whole lockfile may stand on one. */
const REACH = 500;

/** What stands between blanks, quotes, commas and brackets in JSON, in YAML and in yarn.lock. */
const WORD = /[^\s"'`,{}[\]]+/g;

/** What stands between the name and the version of a dependency in an importer of pnpm. */
const KEYS_BETWEEN: ReadonlySet<string> = new Set(["specifier", "version"]);

/**
 * The locked package that the word at an offset means: a name, a name with a version or range, or a version or range
 * behind a name. Of several versions that are locked, the version or range tells which; null where it does not.
 */
export function mentionAt({ packages }: Lockfile, text: string, offset: number): Mention | null {
  const words = wordsAround(text, offset);
  const index = words.findIndex(({ text: own, start }) => start <= offset && offset <= start + own.length);
  const word = words[index];
  if (word === undefined) return null;
  const span = { start: word.start, end: word.start + word.text.length };
  const lockedAs = (name: string): readonly LockedPackage[] =>
    packages.filter(({ name: real, alias }) => real === name || alias === name);
  const said = nameAndRange(word.text);
  const [locked, range] = [lockedAs(said.name), said.range ?? rangeIn(words[index + 1]?.text ?? "")];
  const meant =
    locked.length > 0 ? theOne(locked, range) : theOne(lockedAs(nameBefore(words, index, text)), rangeIn(word.text));
  return meant === null ? null : { locked: meant, span };
}

function wordsAround(text: string, offset: number): readonly Word[] {
  const start = Math.max(text.lastIndexOf("\n", offset - 1) + 1, offset - REACH);
  const newline = text.indexOf("\n", offset);
  const line = text.slice(start, Math.min(newline === -1 ? text.length : newline, offset + REACH));
  // The colon behind a key is no part of the word.
  const words = [...line.matchAll(WORD)].map(({ 0: word, index }) => ({
    text: withoutTrailing(word, ":"),
    start: start + index,
  }));
  return words.filter((word) => word.text !== "");
}

/** Of `name`, `name@1.0.0(peer@2.0.0)`, `name@npm:^1.0.0`, `/name/1.0.0_peer@2.0.0`. */
function nameAndRange(word: string): { readonly name: string; readonly range: string | null } {
  const own = word.startsWith("/") ? word.slice(1) : word;
  const at = own.indexOf("@", 1);
  const slash = own.lastIndexOf("/");
  if (word !== own && slash !== -1 && (at === -1 || slash < at)) {
    const range = rangeIn(own.slice(slash + 1));
    if (range !== null) return { name: own.slice(0, slash), range };
  }
  return at === -1 ? { name: own, range: null } : { name: own.slice(0, at), range: rangeIn(own.slice(at + 1)) };
}

function rangeIn(word: string): string | null {
  const own = word.replace(/^npm:/, "");
  const end = own.search(/[(_]/);
  const range = end === -1 ? own : own.slice(0, end);
  return range !== "" && validRange(range, { loose: true }) !== null ? range : null;
}

function nameBefore(words: readonly Word[], index: number, text: string): string {
  const before = words[index - 1];
  if (before === undefined) return "";
  return KEYS_BETWEEN.has(before.text) ? keyAbove(text, before.start) : nameAndRange(before.text).name;
}

/** The key that a line is indented below, where that stands within two lines; "" where it does not. */
function keyAbove(text: string, at: number): string {
  let end = text.lastIndexOf("\n", at);
  const indent = at - end;
  for (let line = 0; line < 2 && end > 0; line++) {
    const start = Math.max(text.lastIndexOf("\n", end - 1), end - REACH);
    const above = /^( *)['"]?([^\s'"]+?)['"]?:\s*$/.exec(text.slice(start + 1, end));
    if (above?.[2] !== undefined && (above[1] ?? "").length + 1 < indent) return above[2];
    end = start;
  }
  return "";
}

function theOne(locked: readonly LockedPackage[], range: string | null): LockedPackage | null {
  const [first] = locked;
  if (first === undefined) return null;
  const isOne = (found: readonly LockedPackage[]): boolean =>
    found.every(({ name, version }) => name === found[0]?.name && version === found[0].version);
  if (isOne(locked)) return first;
  const exact = locked.find(({ version }) => version === range);
  if (exact !== undefined || range === null) return exact ?? null;
  const taken = locked.filter(({ version }) => satisfies(version, range, { loose: true, includePrerelease: true }));
  return isOne(taken) ? (taken[0] ?? null) : null;
}
