/** Folders that nobody but their owner reads. */
import { closeSync, openSync, type Stats } from "node:fs";
import { chmod, lstat, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;

/** A user id; null where the platform has none: there file modes do not apply either. */
export type Owner = number | null;

/** On Windows a user's folders are private by the access list that they inherit. */
export function ownerOn(platform: NodeJS.Platform, getuid: (() => number) | undefined): Owner {
  return platform === "win32" || getuid === undefined ? null : getuid();
}

/** `message`: why a folder is not used, as a clause. */
export class RefusedFolder extends Error {
  override readonly name = "RefusedFolder";
}

/**
 * Makes a folder, or takes one that exists. It must belong to this owner and must not be a symbolic link. It is made
 * private where all that it holds is this program's (`isOwn`); else it may be one that a person named for other things
 * too, and keeps its mode, but others must not be able to replace what is in it. Gives the names of what is this
 * program's. Throws RefusedFolder, or the system's error.
 */
export async function claimFolder(
  folder: string,
  isOwn: (name: string) => boolean,
  owner: Owner,
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const stat = await ownStat(folder, owner);
  const mode = modeOf(stat, owner);
  const names = await readdir(folder);
  const own = names.filter(isOwn);
  if (own.length === names.length) await restrict(folder, stat, owner);
  else if ((mode & OTHERS_WRITE) !== 0 && (mode & STICKY) === 0) {
    throw new RefusedFolder(`others can write to ${folder}`);
  }
  return own;
}

/** A folder or a file, with all that it holds unless it is private already. Throws as `claimFolder` does. */
export async function makePrivate(path: string, owner: Owner): Promise<void> {
  const stat = await ownStat(path, owner).catch(unlessGone);
  if (stat === undefined || (modeOf(stat, owner) & OTHERS) === 0) return;
  // The folder first, so that nobody can change what is then walked through.
  await restrict(path, stat, owner).catch(unlessGone);
  if (!stat.isDirectory()) return;
  const names = (await readdir(path).catch(unlessGone)) ?? [];
  for (const name of names) await makePrivate(join(path, name), owner);
}

/** Makes an empty file for its owner alone; one that is there stays as it is. */
export function makePrivateFile(path: string): void {
  try {
    // At once, and never a file that is there: to close it would end the locks that this process has on it elsewhere.
    closeSync(openSync(path, "wx", PRIVATE_FILE));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

async function restrict(path: string, stat: Stats, owner: Owner): Promise<void> {
  if ((modeOf(stat, owner) & OTHERS) === 0) return;
  await chmod(path, stat.isDirectory() ? PRIVATE_FOLDER : PRIVATE_FILE);
  if ((modeOf(await lstat(path), owner) & OTHERS) === 0) return;
  throw new RefusedFolder(`the file system keeps ${path} readable by others`);
}

/** Throws RefusedFolder for what is not this owner's own. */
async function ownStat(path: string, owner: Owner): Promise<Stats> {
  const stat = await lstat(path);
  if (stat.isSymbolicLink()) throw new RefusedFolder(`${path} is a symbolic link`);
  if (owner !== null && stat.uid !== owner) throw new RefusedFolder(`${path} belongs to another user`);
  return stat;
}

/** 0 where modes do not apply. */
function modeOf({ mode }: Stats, owner: Owner): number {
  return owner === null ? 0 : mode;
}

/** Another process may clean up at the same time. */
export function unlessGone(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}
