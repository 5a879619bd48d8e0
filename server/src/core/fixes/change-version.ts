/** Fixes that choose another version of a release. */
import type { Fix, ReleaseFixer, ReleaseFixInput, SafeVersions } from "./fix.ts";
import { between, withEdits } from "./project-texts.ts";
import type { FileEdit, ProjectTexts } from "./project-texts.ts";
import { versionFix } from "./version-edits.ts";
import type { UnrankedFix } from "./version-edits.ts";

/** Best first; empty where no safe version is known. */
export const changeVersion: ReleaseFixer = (input) => {
  const { release } = input;
  if (release.target.instead !== undefined) return lockfileOnly(input, release.target.instead);
  const own =
    release.safe === null
      ? []
      : choices(release.safe).map(({ version, note }) => versionFix(input, release, version, note));
  // To do away with a package is better than to keep another version of it, by an override that nobody takes out again.
  const ancestor = release.target.direct ? null : ancestorFix(input);
  const fixes = (ancestor?.isProven === true ? [ancestor.fix, ...own] : [...own, ancestor?.fix ?? null]).filter(
    (fix) => fix !== null,
  );
  return fixes.map((fix, index) => ({ ...fix, isPreferred: index === 0 }));
};

/**
 * The project's files ask for another version already: what is left is the lockfile, and packages that would not take
 * that version by themselves. Where it is not safe, its own finding has the fixes.
 */
function lockfileOnly(input: ReleaseFixInput, version: string): readonly Fix[] {
  const { release } = input;
  const { name } = release.subject;
  if (release.safe?.isAsked !== true) return [];
  const title = `Update the lockfile to ${name} ${version}, which the project asks for`;
  const fix = versionFix(input, release, version, null) ?? { title, edits: [], package: name };
  return [{ ...fix, isPreferred: true }];
}

/** Both "previous good" and "newest safe" are offered where they differ. */
function choices({ preferred, previous, newest }: SafeVersions): readonly { version: string; note: string | null }[] {
  const versions = [...new Set([preferred, previous, newest])].filter((version) => version !== null);
  return versions.map((version) => ({
    version,
    note:
      versions.length === 1
        ? null
        : version === previous
          ? "previous good version"
          : version === newest
            ? "newest safe version"
            : "newest safe version in range",
  }));
}

/**
 * Where the direct dependency at the head of the path is itself to be pinned, to a version that does not ask for the
 * next one; not proven where what that version asks for is not known.
 */
function ancestorFix(input: ReleaseFixInput): { readonly fix: UnrankedFix; readonly isProven: boolean } | null {
  const [head, next] = input.path;
  if (next === undefined) return null;
  const ancestor = input.all.find(
    ({ target, safe }) => safe !== null && target.direct && target.locked.some(({ locked }) => locked.alias === head),
  );
  if (ancestor === undefined || ancestor.safe === null) return null;
  const { package: facts, name } = ancestor.subject;
  const version = ancestor.safe.preferred;
  const release = facts.known ? facts.value.releases.get(version) : undefined;
  if (release?.dependencies.has(next) === true) return null;
  const broughtIn = input.release.subject.name;
  const note = release === undefined ? null : `no longer depends on ${broughtIn}`;
  const fix = versionFix(input, ancestor, version, note);
  if (fix === null) return null;
  return release === undefined
    ? { fix: { ...fix, title: `Pin ${name}, which brings in ${broughtIn}, to ${version}` }, isProven: false }
    : { fix, isProven: true };
}

/**
 * Applies the preferred fix of every release given, one after the other; one edit a file. What an earlier one has
 * already mended (two packages that one pin does away with) needs nothing more.
 */
export function fixAll(inputs: readonly Omit<ReleaseFixInput, "texts">[], texts: ProjectTexts): readonly FileEdit[] {
  let current = texts;
  for (const input of inputs) {
    const [wanted] = changeVersion({ ...input, texts });
    const best = wanted && changeVersion({ ...input, texts: current }).find(({ title }) => title === wanted.title);
    if (best === undefined || best.edits.length === 0) continue;
    current = withEdits(current, best.edits);
  }
  return between(texts, current);
}
