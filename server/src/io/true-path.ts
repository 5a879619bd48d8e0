/** Folders as the file system itself names them, so that two paths of one folder can be known for one. */
import { readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** What is asked of the file system. Each gives null for what is not there or may not be read. */
export interface TruePathHost {
  /** The path with links resolved. */
  readonly real: (path: string) => string | null;
  readonly names: (folder: string) => readonly string[] | null;
  /** What two paths share exactly when they are of one file or folder: its device and number. */
  readonly identity: (path: string) => string | null;
}

export const DISK: TruePathHost = {
  real: (path) => orNull(() => realpathSync.native(path)),
  names: (folder) => orNull(() => readdirSync(folder)),
  identity: (path) =>
    orNull(() => {
      const { dev, ino } = statSync(path, { bigint: true });
      return `${dev} ${ino}`;
    }),
};

/**
 * The path of a folder with links resolved, and in the letters that the file system has: it may take `/W/App` for `/w/app`,
 * and `ü` in one Unicode form for the other. null: there is no such folder.
 */
export function truePath(folder: string, host: TruePathHost = DISK): string | null {
  const real = host.real(folder);
  return real === null ? null : asNamed(real, host);
}

function asNamed(path: string, host: TruePathHost): string {
  const [above, name] = [dirname(path), basename(path)];
  if (above === path) return path;
  const folder = asNamed(above, host);
  return join(folder, isNamed(folder, name, host) ? name : (nameIn(folder, name, host) ?? name));
}

/** Where another spelling leads nowhere, or elsewhere, the file system tells spellings apart, and needs no listing. */
function isNamed(folder: string, name: string, host: TruePathHost): boolean {
  const own = host.identity(join(folder, name));
  return spellings(name).every((other) => other === name || host.identity(join(folder, other)) !== own);
}

/** The entry that is the same folder under a name that differs in letter case or Unicode form alone. */
function nameIn(folder: string, name: string, host: TruePathHost): string | null {
  const names = host.names(folder) ?? [];
  if (names.includes(name)) return name;
  const own = host.identity(join(folder, name));
  const alike = names.filter((each) => folded(each) === folded(name));
  return alike.find((each) => own !== null && host.identity(join(folder, each)) === own) ?? null;
}

function spellings(name: string): readonly string[] {
  return [name.toUpperCase(), name.toLowerCase(), name.normalize("NFC"), name.normalize("NFD")];
}

function folded(name: string): string {
  return name.normalize("NFC").toUpperCase().toLowerCase();
}

function orNull<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
