/** The world of the command line's commands: files, the network and the ports over them. */
import { stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { CliShell, CliWorld } from "./cli/world.ts";
import { HeldCatalogue, openCatalogue } from "./core/catalogue/catalogue.ts";
import { UPDATE_ADDRESS, UPDATE_KEY } from "./core/catalogue/update-key.ts";
import { isScanned } from "./core/documents/index.ts";
import { known } from "./core/facts/fact.ts";
import type { Excluded } from "./core/settings/suppressions.ts";
import { defaultCacheDir } from "./io/cache-dir.ts";
import { createFiles, failureFrom } from "./io/files.ts";
import { PackumentReader } from "./io/packument-reader.ts";
import { writeTextFile } from "./io/output.ts";
import { createPorts } from "./io/ports.ts";
import { truePath } from "./io/true-path.ts";
import { pathOf, uriOf } from "./io/uri.ts";
import { findDocuments, type Ignored } from "./io/walk.ts";
import type { Surroundings } from "./surroundings.ts";

export function createWorld(
  { version, stdout, stderr }: CliShell,
  { cwd, env, packumentWorker }: Surroundings,
): CliWorld {
  const shown = pathsFrom(cwd);
  return {
    version,
    cwd,
    stdout,
    stderr,
    makePorts: (reach, { cacheDir, cache, asOf, verbose, folders }) => {
      const log = {
        info: (message: string) => {
          if (verbose) stderr.line(message);
        },
        warn: (message: string) => stderr.line(message),
      };
      const held = new HeldCatalogue();
      return createPorts({
        ...reach,
        registryAuthor: "person",
        cacheDir: !cache ? null : cacheDir === undefined ? defaultCacheDir(env, cwd) : resolve(cwd, cacheDir),
        env,
        cwd,
        trusted: true,
        folders: () => folders,
        asOf,
        catalogue: openCatalogue(asOf, held),
        catalogueSource: { held, key: UPDATE_KEY, address: UPDATE_ADDRESS },
        log,
        readPackument: new PackumentReader({ worker: packumentWorker, log }).read,
      });
    },
    files: createFiles(),
    find: async (paths, { exclude, gitignore }, cancel) => {
      const excluded: Excluded[] = [];
      const onExcluded = (one: Excluded): void => void excluded.push(one);
      let ignored: Ignored = { folders: [], files: [], unheeded: [] };
      const onIgnored = (left: Ignored): void => void (ignored = left);
      const whole = paths.map((path) => resolve(cwd, path));
      const options = { isDocument: isScanned, exclude, onExcluded, ...(gitignore ? { onIgnored } : {}) };
      const { files, problems } = await findDocuments(whole, options, cancel);
      const unread = problems.map(({ path, failure }) => ({ path: shown(path), reason: failure.reason }));
      return {
        uris: (paths.length === 1 ? files : oneOfEach(files)).map(uriOf),
        problems: unread,
        excluded,
        ignored: { folders: ignored.folders.map(uriOf), files: ignored.files.map(uriOf) },
        unheeded: ignored.unheeded.map(({ path, reason }) => ({ path: shown(path), reason })),
      };
    },
    writeFile: (path, text) => writeTextFile(resolve(cwd, path), text),
    toUri: uriOf,
    resolve: (path) => resolve(cwd, path),
    look: (path) =>
      stat(resolve(cwd, path)).then(
        (found) => known({ isFolder: found.isDirectory() }),
        (error: unknown) => failureFrom(error),
      ),
    displayPath: (uri) => shown(pathOf(uri) ?? uri),
    pathFromHere: (uri) => shown(pathOf(uri) ?? uri).replaceAll(sep, "/"),
  };
}

/**
 * Below the folder, as from it; elsewhere, whole. What lies below it only when links are followed is below it too, so that
 * one file has one name, however a person came to it.
 */
function pathsFrom(folder: string): (path: string) => string {
  const real = new Map<string, string | null>();
  const truly = (path: string): string | null => {
    const present = real.get(path);
    if (present !== undefined) return present;
    const found = truePath(path);
    real.set(path, found);
    return found;
  };
  return (path) => {
    const below = belowOf(folder, path);
    if (below !== null) return below;
    const [base, above] = [truly(folder), truly(dirname(path))];
    return (base === null || above === null ? null : belowOf(base, join(above, basename(path)))) ?? path;
  };
}

/** null where the path does not lie in the folder. */
function belowOf(folder: string, path: string): string | null {
  const below = relative(folder, path);
  return isAbsolute(below) || below.split(sep)[0] === ".." ? null : below;
}

/** Several paths may lead to one folder by links or letter case: its files count once, by the first path. */
function oneOfEach(files: readonly string[]): readonly string[] {
  const folders = new Map<string, string>();
  const truly = (folder: string): string => {
    const found = folders.get(folder) ?? truePath(folder) ?? folder;
    folders.set(folder, found);
    return found;
  };
  const byFile = new Map<string, string>();
  for (const file of files) {
    const real = join(truly(dirname(file)), basename(file));
    if (!byFile.has(real)) byFile.set(real, file);
  }
  return [...byFile.values()];
}
