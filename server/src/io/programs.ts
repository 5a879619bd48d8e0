/** Where a program by a bare name is taken from: folders of PATH that nothing of the workspace can write to. */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { posix, win32 } from "node:path";
import type { Program } from "../core/ports.ts";
import { homeOf } from "./environment.ts";

/** What the search asks of the machine. */
export interface ProgramHost {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** The person's home folder. */
  readonly home: string;
  /** A plain file that this user may run. */
  readonly isExecutable: (path: string) => boolean;
  /** The path with all links resolved; null when there is no such file or folder. */
  readonly realPath: (path: string) => string | null;
}

export function machine(env: NodeJS.ProcessEnv): ProgramHost {
  return { platform: process.platform, env, home: homeOf(env), isExecutable, realPath };
}

/**
 * The program of this name; null when there is none outside the workspace.
 *
 * - Relative and empty entries of PATH depend on the current folder: they do not count. Nor does the current folder
 *   itself, which Windows searches first unless NoDefaultCurrentDirectoryInExePath is set.
 * - Folders in `node_modules` do not count: `npm run` puts `node_modules/.bin` first on PATH.
 * - The program itself may be a link into `node_modules`, as npm installs npm and pnpm, but not into the workspace.
 * - The workspace is all of the repositories and packages that its folders lie in, out to the outermost one: a submodule
 *   is part of its superproject, and a package of the monorepo around it.
 *
 * @param extensions of files that Windows runs by this name, in order, with the dot; elsewhere they are not used
 * @param workspace absolute paths of all folders that are opened or scanned
 */
export function findProgram(
  name: string,
  extensions: readonly string[],
  workspace: readonly string[],
  host: ProgramHost,
): Program | null {
  const paths = flavor(host);
  const closed = workspace
    .flatMap((folder) => [folder, host.realPath(folder) ?? folder])
    .map((folder) => projectAround(folder, host))
    .flatMap((folder) => [folder, host.realPath(folder) ?? folder]);
  const folders = searchFolders(closed, host);
  const names = host.platform === "win32" ? extensions.map((extension) => `${name}${extension}`) : [name];
  const candidates = folders.flatMap((folder) => names.map((each) => paths.join(folder, each)));
  const path = candidates.find((candidate) => {
    const real = host.isExecutable(candidate) ? host.realPath(candidate) : null;
    return real !== null && !closed.some((folder) => isWithin(folder, real, host));
  });
  if (path === undefined) return null;
  const searched = folders.join(host.platform === "win32" ? ";" : ":");
  return { path, env: { PATH: searched, NoDefaultCurrentDirectoryInExePath: "1" } };
}

/** What a folder holds that is checked out or unpacked as a project. */
const PROJECT_MARKS = [".git", ".hg", ".svn", "package.json"];

/**
 * The outermost folder above that is a project: all of it comes from others. The folder itself where there is none. The
 * home folder is the person's own, also where it holds a repository of settings or a stray package.json.
 */
function projectAround(folder: string, host: ProgramHost): string {
  const paths = flavor(host);
  const home = host.realPath(host.home);
  let outermost = folder;
  for (let at = folder; paths.dirname(at) !== at; at = paths.dirname(at)) {
    const isHome = home !== null && host.realPath(at) === home;
    if (!isHome && PROJECT_MARKS.some((mark) => host.realPath(paths.join(at, mark)) !== null)) outermost = at;
  }
  return outermost;
}

/** Without the variables that a program's own replace. Windows does not tell `Path` from `PATH`. */
export function withoutPath(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isReplaced = /^(path|NoDefaultCurrentDirectoryInExePath)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isReplaced.test(name)));
}

function searchFolders(closed: readonly string[], host: ProgramHost): readonly string[] {
  const usable = pathEntries(host).filter((folder) => {
    if (!isAbsolute(folder, host)) return false;
    const real = host.realPath(folder);
    const isClosed = (path: string): boolean => closed.some((each) => isWithin(each, path, host));
    return real !== null && [folder, real].every((path) => !isInNodeModules(path) && !isClosed(path));
  });
  return [...new Set(usable)];
}

function pathEntries({ platform, env }: ProgramHost): readonly string[] {
  if (platform !== "win32") return (env["PATH"] ?? "").split(":");
  const [, text = ""] = Object.entries(env).find(([name]) => name.toUpperCase() === "PATH") ?? [];
  return text.split(";").map((entry) => entry.replace(/^"(.*)"$/, "$1"));
}

/** On Windows `\folder` and `C:folder` depend on the current drive and its current folder. */
function isAbsolute(path: string, host: ProgramHost): boolean {
  return host.platform === "win32" ? /^([a-z]:[\\/]|\\\\[^\\/])/i.test(path) : posix.isAbsolute(path);
}

function isInNodeModules(path: string): boolean {
  return path.toLowerCase().split(/[\\/]/).includes("node_modules");
}

function isWithin(folder: string, path: string, host: ProgramHost): boolean {
  // macOS and Windows find a file under any case of its name.
  const [from, to] = host.platform === "linux" ? [folder, path] : [folder.toLowerCase(), path.toLowerCase()];
  const paths = flavor(host);
  const below = paths.relative(from, to);
  return below !== ".." && !below.startsWith(`..${paths.sep}`) && !paths.isAbsolute(below);
}

function flavor({ platform }: ProgramHost): typeof posix {
  return platform === "win32" ? win32 : posix;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}
