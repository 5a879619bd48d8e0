/** Merge conflict markers, as git and diff3 write them: https://git-scm.com/docs/git-merge#_how_conflicts_are_presented */
import type { DocumentProblem, Lockfile } from "../model.ts";
import type { Span } from "../util/text.ts";
import { mergeLockfiles } from "./merge.ts";
import type { Task } from "../task.ts";

/** A text with conflict markers as its two sides. Offsets in a side are offsets in the text. */
export interface Conflict {
  /** The text with markers, base and the other side's lines blanked. */
  readonly ours: string;
  readonly theirs: string;
  readonly problem: DocumentProblem;
}

/** A marker at the start of a line. */
const MARKER = /(?:^|\n)(<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|$)/g;
const AFTER = { "<": "ours", "|": "base", "=": "theirs", ">": "both" } as const;
/** Places named in the message; a file may hold thousands. */
const NAMED = 3;

/** The two sides of a text with conflict markers; null, after one native search, for a text without. */
export function splitConflict(text: string): Conflict | null {
  if (!text.includes("<<<<<<<")) return null;
  const ours: string[] = [];
  const theirs: string[] = [];
  const conflicts: Span[] = [];
  let section: (typeof AFTER)[keyof typeof AFTER] = "both";
  let from = 0;
  const push = (end: number): void => {
    if (end === from) return;
    const written = text.slice(from, end);
    const blank = section === "both" ? written : blanked(written);
    ours.push(section === "ours" ? written : blank);
    theirs.push(section === "theirs" ? written : blank);
  };
  for (const match of text.matchAll(MARKER)) {
    const sign = (match[1] ?? "").charAt(0) as keyof typeof AFTER;
    if (section === "both" && sign !== "<") continue;
    const start = match.index + (match[0].startsWith("\n") ? 1 : 0);
    push(start);
    const end = lineEnd(text, start);
    const marker = blanked(text.slice(start, end));
    ours.push(marker);
    theirs.push(marker);
    if (section === "both") conflicts.push({ start, end: text.length });
    if (sign === ">") conflicts.push({ start: conflicts.pop()?.start ?? start, end: start });
    section = AFTER[sign];
    from = end;
  }
  const [first] = conflicts;
  if (first === undefined) return null;
  push(text.length);
  const span = {
    start: first.start,
    end: first.start + text.slice(first.start, lineEnd(text, first.start)).trimEnd().length,
  };
  return {
    ours: ours.join(""),
    theirs: theirs.join(""),
    problem: { kind: "conflict", message: describe(text, conflicts), span },
  };
}

/** `conflicts`: from the start of the opening marker to that of the closing one, or to the text's end. */
function describe(text: string, conflicts: readonly Span[]): string {
  let line = 1;
  let counted = 0;
  const lineOf = (offset: number): number => {
    for (let at = text.indexOf("\n", counted); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
    counted = offset;
    return line;
  };
  const places = conflicts.slice(0, NAMED).map(({ start, end }) => {
    const opened = lineOf(start);
    return end === text.length ? `line ${opened} and the end of the file` : `lines ${opened} and ${lineOf(end)}`;
  });
  const more = conflicts.length - places.length;
  return `merge conflict between ${places.join(", between ")}${more > 0 ? `, and ${more} more` : ""}`;
}

/**
 * Reads a text as the one that it is, or, where it holds conflict markers, as both its sides: either may be what is
 * installed in the end, so both are judged.
 * One package is the same on both sides when name, version and place are.
 * @param readSide the format's own reader
 */
export function* readSides(text: string, readSide: (side: string) => Task<Lockfile>): Task<Lockfile> {
  const conflict = splitConflict(text);
  if (conflict === null) return yield* readSide(text);
  yield;
  const ours = yield* readSide(conflict.ours);
  const theirs = yield* readSide(conflict.theirs);
  return yield* mergeLockfiles(
    ours,
    theirs,
    ({ versionSpan, name, version }) => `${versionSpan.start} ${name}@${version}`,
    mergeProblems(conflict.problem, ours.problems, theirs.problems),
  );
}

/** The problems of both sides behind the conflict's own; what both sides say is said once. */
export function mergeProblems(
  conflict: DocumentProblem,
  ours: readonly DocumentProblem[],
  theirs: readonly DocumentProblem[],
): readonly DocumentProblem[] {
  const own = new Set(ours.map((problem) => `${problem.kind} ${problem.message}`));
  return [conflict, ...ours, ...theirs.filter((problem) => !own.has(`${problem.kind} ${problem.message}`))];
}

/** Past the line's end. */
function lineEnd(text: string, start: number): number {
  const at = text.indexOf("\n", start);
  return at === -1 ? text.length : at + 1;
}

/** Empty lines, as long as the text: a line of spaces has a meaning of its own in some formats. */
function blanked(text: string): string {
  return text.replaceAll(/[^\r\n]/g, "\n");
}
