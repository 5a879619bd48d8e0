import type { Lockfile, LockfileFormat } from "../model.ts";
import { readBunLock } from "./bun-lock.ts";
import { readBunBinaryLock } from "./bun-lockb.ts";
import { readSides } from "./conflict.ts";
import type { LockfileContext } from "./context.ts";
import { LARGEST, tooLarge } from "./limits.ts";
import { nothingRead } from "./nothing-read.ts";
import { readPackageLock } from "./package-lock.ts";
import { readPnpmLock } from "./pnpm-lock.ts";
import type { Task } from "../task.ts";
import { readYarnLock } from "./yarn-lock.ts";

export { LARGEST } from "./limits.ts";

/** A reader of one lockfile format. The text holds no conflict markers, and is not too large. */
type LockfileReader = (text: string, context: LockfileContext) => Task<Lockfile>;

interface LockfileKindEntry {
  readonly fileName: string;
  readonly format: LockfileFormat;
  readonly read: LockfileReader;
}

/** Every kind of lockfile that is read, by the name that reports give it. A new format is a new line here. */
const LOCKFILES = {
  "npm-shrinkwrap": { fileName: "npm-shrinkwrap.json", format: "npm", read: readPackageLock },
  "package-lock": { fileName: "package-lock.json", format: "npm", read: readPackageLock },
  "pnpm-lock": { fileName: "pnpm-lock.yaml", format: "pnpm", read: readPnpmLock },
  "bun-lock": { fileName: "bun.lock", format: "bun", read: readBunLock },
  "bun-lockb": { fileName: "bun.lockb", format: "bun", read: readBunBinaryLock },
  "yarn-lock": { fileName: "yarn.lock", format: "yarn-berry", read: readYarnLock },
} as const satisfies Record<string, LockfileKindEntry>;

export type LockfileKind = keyof typeof LOCKFILES;
export type DocumentKind = "package-json" | LockfileKind;

/** The format behind a kind of lockfile, and so the package manager. Yarn's two are told apart by what the file holds. */
export function formatOf(kind: LockfileKind): LockfileFormat {
  return LOCKFILES[kind].format;
}

/** Names of lockfiles. npm reads a shrinkwrap before a package-lock: https://docs.npmjs.com/cli/v11/configuring-npm/npm-shrinkwrap-json */
export const LOCKFILE_NAMES: readonly string[] = Object.values(LOCKFILES).map(({ fileName }) => fileName);

const KINDS: ReadonlyMap<string, DocumentKind> = new Map<string, DocumentKind>([
  ["package.json", "package-json"],
  ...Object.entries(LOCKFILES).map(([kind, { fileName }]): [string, DocumentKind] => [fileName, kind as LockfileKind]),
]);

/** pnpm's lockfile of one branch: https://pnpm.io/git_branch_lockfiles */
const OF_BRANCH = /^pnpm-lock\..+\.yaml$/;

/** What a file of this name (without its folder) is; null when it is nothing that is read. */
export function documentKind(fileName: string): DocumentKind | null {
  return KINDS.get(fileName) ?? (OF_BRANCH.test(fileName) ? "pnpm-lock" : null);
}

/**
 * Manifests that pnpm takes as well as package.json, or in its place, and that are not read here. Tried: in a workspace
 * that has package.json too, pnpm 9 and 10 take the other; 11 and 12 take package.json.
 */
const UNREAD_MANIFESTS: ReadonlySet<string> = new Set(["package.yaml", "package.json5"]);

/** Whether a file of this name (without its folder) is a manifest that is not read, and that pnpm may read. */
export function isUnreadManifest(fileName: string): boolean {
  return UNREAD_MANIFESTS.has(fileName);
}

/** Whether a scan looks for files of this name (without their folders). */
export function isScanned(fileName: string): boolean {
  return documentKind(fileName) !== null || isUnreadManifest(fileName);
}

/**
 * Reads a lockfile, in slices (see task.ts). Never throws: what is wrong with the text is in `problems`, with what
 * could be read beside it.
 */
export function* readLockfile(kind: LockfileKind, text: string, context: LockfileContext = {}): Task<Lockfile> {
  const { format, read } = LOCKFILES[kind];
  const problem = tooLarge(text, LARGEST);
  if (problem === null) return yield* readSides(text, (side) => read(side, context));
  return nothingRead(format, problem);
}
