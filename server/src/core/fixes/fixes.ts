/** From a judged release and the project's files as they stand now to the edits that mend it. */
import type { Document } from "../project/document-store.ts";
import type { SafeVersions } from "../engine/finding.ts";
import type { Judged } from "../engine/report.ts";
import type { Lockfile } from "../model.ts";
import type { PinStyle } from "../settings.ts";
import { mend } from "./mend.ts";
import type { UnrankedFix } from "./mend.ts";
import { between, withEdits } from "./texts.ts";
import type { FileEdit, ProjectTexts } from "./texts.ts";

export interface Fix {
  readonly title: string;
  /** The package that the edits choose another version of. */
  readonly package: string;
  readonly edits: readonly FileEdit[];
  /** The one to take when only one is taken. */
  readonly preferred: boolean;
}

export interface FixInput {
  readonly judged: Judged;
  /** All judged releases of the project, to find the one that brings this one in. */
  readonly all: readonly Judged[];
  /** From the project down to the package. */
  readonly path: readonly string[];
  readonly texts: ProjectTexts;
  readonly lockfiles: readonly Document<Lockfile>[];
  readonly pinStyle: PinStyle;
}

/** The ways to mend a finding, best first; empty where no safe version is known. */
export function fixesFor(input: FixInput): readonly Fix[] {
  const { judged } = input;
  const own =
    judged.safe === null ? [] : choices(judged.safe).map(({ version, note }) => mend(input, judged, version, note));
  // To do away with a package is better than to keep another version of it, by an override that nobody takes out again.
  const ancestor = judged.target.direct ? null : ancestorFix(input);
  const fixes = (ancestor?.isProven === true ? [ancestor.fix, ...own] : [...own, ancestor?.fix ?? null]).filter(
    (fix) => fix !== null,
  );
  return fixes.map((fix, index) => ({ ...fix, preferred: index === 0 }));
}

/** Both "previous good" and "newest safe" are offered where they differ. */
function choices({ preferred, previous, newest }: SafeVersions): readonly { version: string; note: string }[] {
  const versions = [...new Set([preferred, previous, newest])].filter((version) => version !== null);
  return versions.map((version) => ({
    version,
    note:
      versions.length === 1
        ? ""
        : version === previous
          ? " (previous good version)"
          : version === newest
            ? " (newest safe version)"
            : " (newest safe version in range)",
  }));
}

/**
 * Where the direct dependency at the head of the path is itself to be pinned, to a version that does not ask for the
 * next one; not proven where what that version asks for is not known.
 */
function ancestorFix(input: FixInput): { readonly fix: UnrankedFix; readonly isProven: boolean } | null {
  const [head, next] = input.path;
  if (next === undefined) return null;
  const ancestor = input.all.find(
    ({ target, safe }) => safe !== null && target.direct && target.locked.some(({ locked }) => locked.alias === head),
  );
  if (ancestor === undefined || ancestor.safe === null) return null;
  const { package: facts, name } = ancestor.subject;
  const version = ancestor.safe.preferred;
  const release = facts.known ? facts.value.releases.get(version) : undefined;
  const fix = release?.dependencies.has(next) === true ? null : mend(input, ancestor, version, "");
  if (fix === null) return null;
  const broughtIn = input.judged.subject.name;
  const title =
    release === undefined
      ? `Pin ${name}, which brings in ${broughtIn}, to ${version}`
      : `${fix.title}, which brings in ${broughtIn} no more`;
  return { fix: { ...fix, title }, isProven: release !== undefined };
}

/**
 * Applies the preferred fix of every release given, one after the other; one edit a file. What an earlier one has
 * already mended (two packages that one pin does away with) needs nothing more.
 * @returns a package once for each version of it that goes
 */
export function fixAll(
  inputs: readonly Omit<FixInput, "texts">[],
  texts: ProjectTexts,
): { readonly edits: readonly FileEdit[]; readonly packages: readonly string[] } {
  let current = texts;
  const packages: string[] = [];
  for (const input of inputs) {
    const [wanted] = fixesFor({ ...input, texts });
    const best = wanted && fixesFor({ ...input, texts: current }).find(({ title }) => title === wanted.title);
    if (best === undefined) continue;
    current = withEdits(current, best.edits);
    packages.push(best.package);
  }
  return { edits: between(texts, current), packages };
}
