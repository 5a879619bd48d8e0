/** What an update of a lockfile is offered with. */
import type { ProjectReport } from "../core/engine/inspect.ts";
import type { Lockfile } from "../core/model.ts";
import type { Document } from "../core/project/document-store.ts";

export interface LockfileOffer {
  /** The project's folder, a URI. */
  readonly folder: string;
  /** The lockfile's format, which tells the package manager. */
  readonly format: string;
  /** A URI. */
  readonly lockfile: string;
  /** What other versions are asked for of: a package once for each version that goes. */
  readonly packages: readonly string[];
  /** The files that say so, to be saved before the package manager runs: URIs. */
  readonly manifests: readonly string[];
}

/** Names that npm's registry gives: nothing that a command line could take for something else. */
const NAME = /^(@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*$/i;

/** Whether a package manager takes it for the name of a package, and for nothing else. */
export function isSafeArgument(name: string): boolean {
  return NAME.test(name);
}

/** The lockfile that can be updated from here; null: there is none. Yarn 1 installs whenever it writes its lockfile. */
export function updatableLockfile({ policy, lockfiles }: ProjectReport): Document<Lockfile> | null {
  const lockfile = policy.lockfiles.used[0] ?? lockfiles[0];
  return lockfile === undefined || lockfile.model.format === "yarn-classic" ? null : lockfile;
}

/**
 * null where nothing can be updated from here.
 *
 * @param spell a file's URI as the client writes it
 */
export function lockfileOffer(
  report: ProjectReport,
  packages: readonly string[],
  spell: (file: string) => string,
): LockfileOffer | null {
  const lockfile = updatableLockfile(report);
  const names = packages.filter(isSafeArgument);
  // Without a name npm would update everything.
  if (lockfile === null || names.length === 0) return null;
  return {
    folder: spell(report.project.folder),
    format: lockfile.model.format,
    lockfile: spell(lockfile.uri),
    packages: names,
    manifests: askingFiles(report).map(({ uri }) => spell(uri)),
  };
}

/** The files that say which versions the project asks for. */
export function askingFiles({ manifests, configs }: ProjectReport): readonly Pick<Document<unknown>, "uri" | "text">[] {
  const own = manifests.map(({ document }) => document);
  // The root manifest may be among both.
  return [...new Map([...own, ...configs].map((each) => [each.uri, each])).values()];
}
