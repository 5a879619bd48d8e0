/** What each package manager's own way of writing overrides has in common. */
import { flatOverride } from "../flat-override.ts";
import type { Held, Hold } from "../held.ts";
import type { Home } from "../homes.ts";
import type { Pin } from "../pin.ts";
import { rootOf } from "../texts.ts";
import type { FileEdit, ManifestText, ProjectTexts } from "../texts.ts";

export interface Addition {
  /** With the pins in them. */
  readonly texts: ProjectTexts;
  readonly home: Home;
  readonly held: Held;
  /** Those that are to be overridden. */
  readonly holds: readonly Hold[];
  readonly wanted: Pin;
}

/** null where the package manager or the project's files leave no room for one of them. */
export type AddOverrides = (addition: Addition) => readonly FileEdit[] | null;

export type Entries = readonly (readonly [key: string, value: string])[];

/** An override is by the name that is asked for: one of an alias has to say which package it stands for. */
export function valueOf({ alias }: Hold, { name, to }: Pin): string {
  return alias === name ? to : `npm:${name}@${to}`;
}

/** Every key of every hold, each with the version wanted. */
export function entriesBy({ holds, wanted }: Addition, keysOf: (hold: Hold) => readonly string[]): Entries {
  return holds.flatMap((hold) => keysOf(hold).map((key) => [key, valueOf(hold, wanted)] as const));
}

/** The root manifest, where overrides are read from it. */
export function manifestAt({ texts, home }: Addition): ManifestText | null {
  const root = rootOf(texts);
  return root?.uri === home.uri ? root : null;
}

/** Sets flat entries below one path of the root manifest. */
export function flatAt(addition: Addition, path: readonly string[], entries: Entries): readonly FileEdit[] | null {
  const root = manifestAt(addition);
  const edits = root === null ? null : flatOverride(root.text, path, entries);
  return root === null || edits === null ? null : edits.map((edit) => ({ ...edit, uri: root.uri }));
}
