/** What a fix is, and what it is worked out from. A rule lists the fixers that it offers. */
import type { Subject } from "../facts/subject.ts";
import type { Lockfile } from "../model.ts";
import type { PolicyFile } from "../config/layers.ts";
import type { Document } from "../project/document-store.ts";
import type { Target } from "../project/target.ts";
import type { PinStyle } from "./pin.ts";
import type { FileEdit, ProjectTexts } from "./project-texts.ts";

export interface Fix {
  readonly title: string;
  /** None where only the lockfile is to be updated. */
  readonly edits: readonly FileEdit[];
  /** The package of which another version is chosen, so that the lockfile is to be updated; null where none is. */
  readonly package: string | null;
  /** The one to take when only one is taken. At most one of a fixer's. */
  readonly isPreferred: boolean;
  /** It lets code of the release itself run: not offered where a finding forbids that. */
  readonly runsRelease?: true;
}

/** Versions to go to instead, all of them safe. */
export interface SafeVersions {
  /** The newest that the manifest's range admits; else the newest of the same major that is not above it; else the newest. */
  readonly preferred: string;
  /** The newest one below the version found. */
  readonly previous: string | null;
  /** The newest of all. */
  readonly newest: string | null;
  /** What the registry states of them, by version. */
  readonly integrities: ReadonlyMap<string, string>;
  /** The project's files ask for the preferred one already. */
  readonly isAsked?: true;
}

export interface FixableRelease {
  readonly target: Target;
  readonly subject: Subject;
  /** null where no safe version is known. */
  readonly safe: SafeVersions | null;
}

export interface ProjectFixInput {
  /** The project's files as they are now. */
  readonly texts: ProjectTexts;
  readonly lockfiles: readonly Document<Lockfile>[];
  /** The settings of the person and the environment. */
  readonly personal: readonly PolicyFile[];
}

export interface ReleaseFixInput extends ProjectFixInput {
  readonly release: FixableRelease;
  /** All releases of the project, to find the one that brings this one in. */
  readonly all: readonly FixableRelease[];
  /** From the project down to the package. */
  readonly path: readonly string[];
  readonly pinStyle: PinStyle;
}

export interface PolicyFixInput extends ProjectFixInput {
  /** Where the finding is: the file's URI and the offset in its current text. */
  readonly at: { readonly uri: string; readonly offset: number };
  /** ms since epoch. */
  readonly now: number;
}

/** The fixes of one kind for a release, best first; empty where there is none. */
export type ReleaseFixer = (input: ReleaseFixInput) => readonly Fix[];

/** The fixes of one kind for a project's policy. */
export type PolicyFixer = (input: PolicyFixInput) => readonly Fix[];
