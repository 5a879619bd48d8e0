/** Where policy is written: the environment, the project's own files, and those of the person, nearest first. */
import { environmentSettings } from "./environment.ts";
import { takesPolicy, usualReaders, type Reader } from "./sources.ts";
import { filledIn, type Environment } from "./variables.ts";
import type { ConfigKind } from "../documents/config/index.ts";
import { CONFIG_KINDS, configFileName, readConfig } from "../documents/config/index.ts";
import {
  EMPTY_MAP,
  entryAt,
  isSameConfig,
  type ConfigEntry,
  type ConfigMap,
  type ConfigTree,
} from "../documents/config/tree.ts";
import type { LockfileFormat } from "../model.ts";

export interface PolicyFile {
  /** A policy file, or the manifest that holds policy too. */
  readonly kind: string;
  readonly model: ConfigTree;
  /** How messages call it: `~/.npmrc`, `the environment`. Without it, it is the project's own file. */
  readonly name?: string;
  /** True of a named file that is not the person's: it lies above the project, or goes by another name than usual. */
  readonly isForeign?: true;
  /** Who takes policy from it; without: whoever reads the kind where it usually lies. */
  readonly readers?: readonly Reader[];
  /** Why nothing is known of it, as a clause; without it, its problems are why. */
  readonly unread?: string;
  /** What variables of the environment stand for in it; without it, they are not filled in. */
  readonly env?: Environment;
}

export interface Layer {
  readonly name: string;
  readonly settings: ConfigMap;
  /** As of its file. */
  readonly env: Environment | undefined;
  /** A value with its variables filled in; null where that cannot be. */
  readonly filled: (text: string) => string | null;
}

/** Those that a package manager takes policy from; `version` null: that some version of it does. */
export function filesFor(
  files: readonly PolicyFile[],
  manager: LockfileFormat,
  version: string | null,
): readonly PolicyFile[] {
  return files.filter(({ kind, name, readers }) =>
    (readers ?? usualReaders(kind, name !== undefined)).some(
      (reader) => reader.manager === manager && takesPolicy(reader, version),
    ),
  );
}

/**
 * The nearest policy file of a package manager of which not all is known, as messages call it, and why; null where there
 * is none. It may say anything, also that other files do not count. So nothing may be judged more mildly by any of them.
 */
export function unreadFile(files: readonly PolicyFile[], manager: LockfileFormat): string | null {
  const unread = filesFor(files, manager, null).find((file) => file.model.problems.length > 0);
  if (unread === undefined) return null;
  const name = unread.name ?? FILE_NAMES.get(unread.kind) ?? "package.json";
  return `${name}, ${unread.unread ?? "which could not be read whole"}`;
}

const FILE_NAMES: ReadonlyMap<string, string> = new Map(CONFIG_KINDS.map((kind) => [kind, configFileName(kind)]));

/** What there is of one kind, nearest first. What cannot be read whole says nothing. */
export function layersOf(files: readonly PolicyFile[], kind: ConfigKind): readonly Layer[] {
  return files
    .filter((file) => file.kind === kind && file.model.problems.length === 0)
    .map(({ name, model, env }) => ({
      name: name ?? configFileName(kind),
      settings: model.root,
      env,
      filled: (text) => filledIn(kind, text, env),
    }));
}

/** Whether two lists of files say the same, wherever in their texts. */
export function samePolicy(a: readonly PolicyFile[], b: readonly PolicyFile[]): boolean {
  return a.length === b.length && a.every((file, index) => isSameFile(file, b[index]));
}

function isSameFile(a: PolicyFile, b: PolicyFile | undefined): boolean {
  if (b === undefined) return false;
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    a.isForeign === b.isForeign &&
    a.unread === b.unread &&
    a.env === b.env &&
    a.model.problems.length === b.model.problems.length &&
    JSON.stringify(a.readers) === JSON.stringify(b.readers) &&
    isSameConfig(a.model.root, b.model.root)
  );
}

/** The first answer that is one. */
export function nearest<L, T>(layers: readonly L[], answer: (layer: L) => T | null): T | null {
  for (const layer of layers) {
    const found = answer(layer);
    if (found !== null) return found;
  }
  return null;
}

/** Without what the project itself says, and the folders that it lies in. */
export function personal(files: readonly PolicyFile[]): readonly PolicyFile[] {
  return files.filter(({ name, isForeign }) => name !== undefined && isForeign !== true);
}

const ENVIRONMENT = "the environment";
const NOWHERE = { start: 0, end: 0 };

/** Kinds whose settings may be in variables too. */
const IN_ENVIRONMENT = ["npmrc", "pnpm-workspace", "yarnrc"] as const satisfies readonly ConfigKind[];

/** The environment as if it were files. Of lists only those of pnpm are read, which are JSON. */
export function environmentPolicy(env: Environment): readonly PolicyFile[] {
  return IN_ENVIRONMENT.flatMap((kind) => {
    const entries = [...environmentSettings(kind, env)].flatMap(([key, text]): readonly ConfigEntry[] => {
      if (text === "") return [];
      const read = kind === "pnpm-workspace" && text.startsWith("[") ? readConfig(kind, `list: ${text}`) : null;
      const list = read === null || read.problems.length > 0 ? undefined : entryAt(read.root, "list")?.value;
      const scalar = { kind: "scalar", value: typed(text), text, span: NOWHERE, isReplaceable: false } as const;
      return [{ key, keySpan: NOWHERE, value: list ?? scalar }];
    });
    const root = { ...EMPTY_MAP, entries: new Map(entries.map((entry) => [entry.key, entry])) };
    return entries.length === 0
      ? []
      : [{ kind, name: ENVIRONMENT, model: { type: "config" as const, root, problems: [] } }];
  });
}

function typed(text: string): string | boolean {
  return text === "true" ? true : text === "false" ? false : text;
}
