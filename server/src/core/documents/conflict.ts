/** Merge conflict markers, as git and diff3 write them: https://git-scm.com/docs/git-merge#_how_conflicts_are_presented */
import type { DocumentProblem, Importer, ImporterDependency, LockedPackage, Lockfile } from "../model.ts";
import type { Span } from "../text.ts";
import { PASS_STRIDE, type Work } from "./slices.ts";

/** A text with conflict markers as its two sides. Offsets in a side are offsets in the text. */
export interface Conflict {
  /** The text with markers, base and the other side's lines blanked. */
  readonly ours: string;
  readonly theirs: string;
  readonly problem: DocumentProblem;
}

const MARKER = /^(?:<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|$)/;
/** Line numbers named in the message; a file may hold thousands of conflicts. */
const NAMED = 3;

/** The two sides of a text with conflict markers; null, after one native search, for a text without. */
export function splitConflict(text: string): Conflict | null {
  if (!text.includes("<<<<<<<")) return null;
  const ours: string[] = [];
  const theirs: string[] = [];
  const places: string[] = [];
  let span: Span | null = null;
  let count = 0;
  let section: "both" | "ours" | "base" | "theirs" = "both";
  let opened = 0;
  let line = 0;
  for (let start = 0; start < text.length; ) {
    line++;
    const end = lineEnd(text, start);
    const written = text.slice(start, end);
    const marker = MARKER.test(written) ? written.charAt(0) : "";
    const isMarker = marker === "<" || (section !== "both" && marker !== "");
    if (!isMarker) {
      const blank = section === "both" ? "" : blanked(written);
      ours.push(section === "both" || section === "ours" ? written : blank);
      theirs.push(section === "both" || section === "theirs" ? written : blank);
    } else {
      ours.push(blanked(written));
      theirs.push(blanked(written));
      if (marker === "<" && section === "both") {
        count++;
        opened = line;
        span ??= { start, end: start + written.trimEnd().length };
      }
      if (marker === ">" && count <= NAMED) places.push(`lines ${opened} and ${line}`);
      section = marker === "<" ? "ours" : marker === "|" ? "base" : marker === "=" ? "theirs" : "both";
    }
    start = end;
  }
  if (span === null) return null;
  if (section !== "both" && count <= NAMED) places.push(`line ${opened} and the end of the file`);
  const more = count - places.length;
  const message = `merge conflict between ${places.join(", between ")}${more > 0 ? `, and ${more} more` : ""}`;
  return { ours: ours.join(""), theirs: theirs.join(""), problem: { kind: "conflict", message, span } };
}

/**
 * Reads a text as the one that it is, or, where it holds conflict markers, as both its sides: either may be what is
 * installed in the end, so both are judged.
 * @param readSide the format's own reader
 */
export function* readSides(text: string, readSide: (side: string) => Work<Lockfile>): Work<Lockfile> {
  const conflict = splitConflict(text);
  if (conflict === null) return yield* readSide(text);
  yield;
  const ours = yield* readSide(conflict.ours);
  const theirs = yield* readSide(conflict.theirs);
  return yield* merge(ours, theirs, conflict.problem);
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

/** One package is the same on both sides when name, version and place are; the first side's fields hold. */
function* merge(ours: Lockfile, theirs: Lockfile, problem: DocumentProblem): Work<Lockfile> {
  const packages: LockedPackage[] = [];
  const byPlace = new Map<string, number>();
  const sides = [ours, theirs].map((side) => ({ side, toMerged: new Int32Array(side.packages.length) }));
  const fromSide = sides.map(() => new Map<number, number>());
  for (const [which, { side, toMerged }] of sides.entries()) {
    for (const locked of side.packages) {
      const place = `${locked.versionSpan.start} ${locked.key.length} ${locked.name}@${locked.version}`;
      const id = byPlace.get(place) ?? packages.length;
      if (id === packages.length) {
        packages.push({ ...locked, id });
        byPlace.set(place, id);
      }
      toMerged[locked.id] = id;
      fromSide[which]?.set(id, locked.id);
      if (locked.id % PASS_STRIDE === 0) yield;
    }
  }
  return {
    type: "lockfile",
    format: ours.format,
    formatVersion: ours.formatVersion,
    packages,
    importers: mergeImporters(sides),
    dependenciesOf(id) {
      const found = new Set<number>();
      for (const [which, { side, toMerged }] of sides.entries()) {
        const own = fromSide[which]?.get(id);
        if (own === undefined) continue;
        for (const target of side.dependenciesOf(own)) found.add(toMerged[target] ?? 0);
      }
      return [...found];
    },
    problems: mergeProblems(problem, ours.problems, theirs.problems),
  };
}

function mergeImporters(sides: readonly { readonly side: Lockfile; readonly toMerged: Int32Array }[]): Importer[] {
  const byPath = new Map<string, Map<string, ImporterDependency>>();
  for (const { side, toMerged } of sides) {
    for (const importer of side.importers) {
      const merged = byPath.get(importer.path) ?? new Map<string, ImporterDependency>();
      byPath.set(importer.path, merged);
      for (const { alias, section, target } of importer.dependencies) {
        const id = target === null ? null : (toMerged[target] ?? null);
        merged.set(`${section} ${alias} ${id ?? ""}`, { alias, section, target: id });
      }
    }
  }
  return [...byPath].map(([path, dependencies]) => ({ path, dependencies: [...dependencies.values()] }));
}

/** Past the line's end: LF, CRLF, or lone CR never (git splits at LF only). */
function lineEnd(text: string, start: number): number {
  const at = text.indexOf("\n", start);
  return at === -1 ? text.length : at + 1;
}

function blanked(line: string): string {
  const content = line.trimEnd().length;
  return " ".repeat(content) + line.slice(content);
}
