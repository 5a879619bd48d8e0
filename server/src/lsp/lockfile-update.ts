/** The request `depwarden/lockfileUpdate`: how the client updates a lockfile, and what of the project that runs. */
import { configFileName } from "../core/documents/config/index.ts";
import { RequestType } from "vscode-languageserver";
import { folderOf, join } from "../core/util/uri.ts";
import { filesToRead, lockfileUpdate, type ProjectFile } from "../core/fixes/lockfile-update.ts";
import { LOCKFILE_FORMATS, type LockfileFormat } from "../core/model.ts";
import type { Cancellation, Files } from "../core/ports.ts";
import { stillBehind } from "../core/engine/lockfile-behind.ts";
import { LOCKFILE_NAMES } from "../core/documents/index.ts";
import { DocumentStore } from "../core/project/document-store.ts";
import type { Environment } from "./environments.ts";
import { findProjects } from "./find-projects.ts";
import type { FindProjectsParts } from "./find-projects.ts";
import { isSafeArgument } from "./lockfile-offer.ts";

export interface LockfileUpdateParams {
  /** Where the program runs: the project's folder, as a URI. */
  readonly folder: string;
  /** The lockfile's, as the offer has it. */
  readonly format: string;
  /** A package once for each version of it that goes. */
  readonly packages: readonly string[];
}

export interface LockfilePlan {
  /** Absolute: outside the folders that are open, and not in node_modules. */
  readonly program: string;
  /** What it is called where a person types it. */
  readonly name: string;
  readonly args: readonly string[];
  /** Variables for its process. */
  readonly env: Readonly<Record<string, string>>;
  /** How often it runs. */
  readonly times: number;
  /** Code that the project chooses and that runs, one phrase each; empty: none, and nothing is installed. */
  readonly runs: readonly string[];
}

export type LockfileUpdateResult =
  | LockfilePlan
  /** The project's files on disk no longer ask for other versions than the lockfile has. */
  | { readonly outdated: true }
  /** Why it cannot be done from here, as one sentence for a person; with the command to run by hand. */
  | { readonly problem: string };

export const LOCKFILE_UPDATE = new RequestType<LockfileUpdateParams, LockfileUpdateResult, void>(
  "depwarden/lockfileUpdate",
);

/** Folders above a project that are looked through: Yarn reads its settings in all of them. */
const MOST_ABOVE = 100;

/** Read defensively: a client may say anything. */
export function readLockfileUpdateParams(raw: unknown): LockfileUpdateParams | null {
  const { folder, format, packages } = (typeof raw === "object" && raw !== null ? raw : {}) as Record<string, unknown>;
  if (typeof folder !== "string" || typeof format !== "string" || !Array.isArray(packages)) return null;
  const names = packages.filter((name): name is string => typeof name === "string" && isSafeArgument(name));
  return { folder, format, packages: names };
}

/** What of the project runs is read from disk, as the package manager does. */
export async function planLockfileUpdate(
  { folder, format, packages: chosen }: LockfileUpdateParams,
  { ports, settings }: Pick<Environment, "ports" | "settings">,
  parts: FindProjectsParts,
  cancel: Cancellation,
): Promise<LockfileUpdateResult> {
  const known = LOCKFILE_FORMATS.find((each) => each === format);
  if (known === undefined) return { problem: "This lockfile cannot be updated from here." };
  const packages = await packagesBehind({ folder, format, packages: chosen }, { ports, settings }, parts, cancel);
  if (packages.length === 0 && chosen.length > 0) return { outdated: true };
  const yarnrc = ports.userSettings.places?.yarnrcName ?? configFileName("yarnrc");
  const files = await projectFiles(folder, known, yarnrc, ports.disk, cancel);
  const update = lockfileUpdate(known, packages, files, yarnrc, ports.userSettings.env);
  if ("problem" in update) return update;
  const found = ports.findProgram(update.program, [".exe", ".cmd"]);
  if (found === null) {
    const command = [update.program, ...update.args].join(" ");
    const reason = `No ${update.program} was found on PATH outside the workspace and node_modules.`;
    return { problem: `${reason} Run it by hand: ${command}` };
  }
  const { args, times, runs } = update;
  return { program: found.path, name: update.program, args, times, runs, env: { ...update.env, ...found.env } };
}

async function packagesBehind(
  { folder, packages }: LockfileUpdateParams,
  { ports, settings }: Pick<Environment, "ports" | "settings">,
  parts: FindProjectsParts,
  cancel: Cancellation,
): Promise<readonly string[]> {
  const files = ["package.json", ...LOCKFILE_NAMES].map((name) => join(folder, name));
  const found = (await findProjects(files, parts, cancel)).find(({ project }) => project.folder === folder);
  // Without files that can be found there is nothing to compare with.
  if (found === undefined) return packages;
  const { trusted } = parts.environments;
  // As the editor has them: what is open is saved before anything runs.
  const store = new DocumentStore(ports, trusted);
  return stillBehind(packages, found.project, ports, store, { settings, trusted, cancel });
}

async function projectFiles(
  folder: string,
  format: LockfileFormat,
  yarnrc: string,
  disk: Files,
  cancel: Cancellation,
): Promise<readonly ProjectFile[]> {
  const { own, above } = filesToRead(format, yarnrc);
  const places = own.map((name) => ({ name, path: name, uri: join(folder, name) }));
  let at = folder;
  for (let up = 0; up < MOST_ABOVE && above.length > 0; up++) {
    for (const name of above) places.push({ name, path: `${"../".repeat(up)}${name}`, uri: join(at, name) });
    const parent = folderOf(at);
    if (parent.length <= "file://".length) break;
    at = parent;
  }
  return Promise.all(places.map(async ({ name, path, uri }) => ({ name, path, text: await disk.read(uri, cancel) })));
}
