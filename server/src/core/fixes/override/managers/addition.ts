/** What the package managers' ways of writing overrides have in common. */
import { flatOverride } from "../flat-override.ts";
import type { Dependents, AliasDependents } from "../../dependents.ts";
import type { OverrideLocation } from "../locations.ts";
import type { Pin } from "../../pin.ts";
import { rootOf } from "../../project-texts.ts";
import type { FileEdit, ManifestText, ProjectTexts } from "../../project-texts.ts";

export interface Addition {
  /** With the pins in them. */
  readonly texts: ProjectTexts;
  readonly location: OverrideLocation;
  readonly dependents: Dependents;
  /** Those that are to be overridden. */
  readonly aliases: readonly AliasDependents[];
  readonly wanted: Pin;
}

/** null where the package manager or the project's files leave no room for one of them. */
export type AddOverrides = (addition: Addition) => readonly FileEdit[] | null;

export type Entries = readonly (readonly [key: string, value: string])[];

/** An override is by the name that is asked for: one of an alias has to say which package it stands for. */
export function valueOf({ alias }: AliasDependents, { name, to }: Pin): string {
  return alias === name ? to : `npm:${name}@${to}`;
}

/** Every key of every alias, each with the version wanted. */
export function entriesBy(
  { aliases, wanted }: Addition,
  keysOf: (entry: AliasDependents) => readonly string[],
): Entries {
  return aliases.flatMap((entry) => keysOf(entry).map((key) => [key, valueOf(entry, wanted)] as const));
}

/** The root manifest, where overrides are read from it. */
export function manifestAt({ texts, location }: Addition): ManifestText | null {
  const root = rootOf(texts);
  return root?.uri === location.uri ? root : null;
}

/** Sets flat entries below one path of the root manifest. */
export function flatAt(addition: Addition, path: readonly string[], entries: Entries): readonly FileEdit[] | null {
  const root = manifestAt(addition);
  const edits = root === null ? null : flatOverride(root.text, path, entries);
  return root === null || edits === null ? null : edits.map((edit) => ({ ...edit, uri: root.uri }));
}
