import { rcompare, valid } from "semver";
import { documentKind } from "../documents/index.ts";
import type { Lockfile, Manifest } from "../model.ts";
import type { Cancellation, History } from "../ports.ts";
import type { DocumentStore } from "../project/document-store.ts";
import { remembered } from "../util/remembered.ts";
import { fileNameOf } from "../util/uri.ts";
import type { Target } from "../project/target.ts";

/** What a lockfile of the commit holds. */
interface Locked {
  /** By place and name. */
  readonly atPlaces: ReadonlyMap<string, string>;
  /** By name, each once. */
  readonly versions: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What a lockfile held at an earlier moment. */
interface Earlier {
  /** When it was committed, ms since epoch. */
  readonly at: number;
  /** `name@version`. */
  readonly releases: ReadonlySet<string>;
}

/** Searches through the commits for one project. */
const MOST_SEARCHES = 16;

/** What the commit checked out holds of a project's manifests and lockfiles. Each is read at most once. */
export class ProjectHistory {
  readonly #lockfiles = new Map<string, Promise<Locked | null>>();
  readonly #manifests = new Map<string, Promise<ReadonlySet<string> | null>>();
  /** By lockfile and moment. */
  readonly #earlier = new Map<string, Promise<Earlier | null>>();

  constructor(
    private readonly history: History,
    private readonly store: DocumentStore,
  ) {}

  /**
   * The other version that the commit checked out locks at the same place, or else in place of it: places may be named after
   * versions and ranges (pnpm, Yarn). null when none, or it locks the same.
   */
  async committedVersion(target: Target, cancel: Cancellation): Promise<string | null> {
    for (const { uri, locked } of target.locked) {
      const committed = await this.#lockfile(uri, cancel);
      const there = committed?.atPlaces.get(keyOf(locked));
      if (there !== undefined && there !== locked.version) return there;
      const versions = [...(committed?.versions.get(locked.name) ?? [])];
      if (there === undefined && !versions.includes(locked.version)) return newestOf(versions);
    }
    return null;
  }

  /** Whether no manifest that asks for it now did so in the commit, and no lockfile of it had the package; null where that is not known. */
  async isNewlyTaken({ release, locked, declared }: Target, cancel: Cancellation): Promise<boolean | null> {
    const manifests = new Set(
      declared.flatMap(({ uri }) => (documentKind(fileNameOf(uri)) === "package-json" ? [uri] : [])),
    );
    if (manifests.size === 0) return null;
    let isKnown = true;
    for (const uri of manifests) {
      const names = await remembered(this.#manifests, uri, () => this.#namesIn(uri, cancel));
      if (names?.has(release.name) === true) return false;
      isKnown &&= names !== null;
    }
    for (const { uri } of locked)
      if ((await this.#lockfile(uri, cancel))?.versions.has(release.name) === true) return false;
    return isKnown ? true : null;
  }

  /** When a lockfile that has it now already locked this very version at a moment: the time of its commit, ms since epoch; null where none did, or that is not known. */
  async lockedBy({ release, locked }: Target, moment: number, cancel: Cancellation): Promise<number | null> {
    let first: number | null = null;
    for (const uri of new Set(locked.map((place) => place.uri))) {
      const earlier = await this.#lockfileBy(uri, moment, cancel);
      if (earlier?.releases.has(`${release.name}@${release.version}`) === true)
        first = Math.min(earlier.at, first ?? earlier.at);
    }
    return first;
  }

  #lockfileBy(uri: string, moment: number, cancel: Cancellation): Promise<Earlier | null> {
    const key = `${moment} ${uri}`;
    if (!this.#earlier.has(key) && this.#earlier.size >= MOST_SEARCHES) return Promise.resolve(null);
    return remembered(this.#earlier, key, async () => {
      const committed = await this.history.committedBy(uri, moment, cancel);
      cancel.throwIfAborted();
      const lockfile = committed.known ? await this.store.readLockfile(uri, committed.value.text, cancel) : null;
      return lockfile === null || !committed.known ? null : { at: committed.value.at, releases: releasesIn(lockfile) };
    });
  }

  #lockfile(uri: string, cancel: Cancellation): Promise<Locked | null> {
    return remembered(this.#lockfiles, uri, async () => {
      const lockfile = await this.#read(uri, (text) => this.store.readLockfile(uri, text, cancel), cancel);
      return lockfile === null ? null : lockedIn(lockfile);
    });
  }

  async #namesIn(uri: string, cancel: Cancellation): Promise<ReadonlySet<string> | null> {
    const manifest = await this.#read(uri, (text) => this.store.readManifest(text, cancel), cancel);
    return manifest === null ? null : namesIn(manifest);
  }

  async #read<T>(uri: string, read: (text: string) => Promise<T | null>, cancel: Cancellation): Promise<T | null> {
    const text = await this.history.committed(uri, cancel);
    cancel.throwIfAborted();
    return text.known ? read(text.value) : null;
  }
}

function lockedIn({ packages }: Lockfile): Locked {
  const versions = new Map<string, Set<string>>();
  for (const { name, version } of packages) {
    const own = versions.get(name) ?? new Set();
    versions.set(name, own.add(version));
  }
  return { atPlaces: new Map(packages.map((locked) => [keyOf(locked), locked.version])), versions };
}

function newestOf(versions: readonly string[]): string | null {
  const ordered = versions.filter((version) => valid(version) !== null).sort(rcompare);
  return ordered[0] ?? null;
}

/** Of registries, and not what comes inside other packages' tarballs. */
function releasesIn({ packages }: Lockfile): ReadonlySet<string> {
  return new Set(
    packages.flatMap(({ name, version, source, bundled }) =>
      source === "registry" && !bundled ? [`${name}@${version}`] : [],
    ),
  );
}

function keyOf({ key, name }: { readonly key: string; readonly name: string }): string {
  return `${key} ${name}`;
}

function namesIn({ dependencies }: Manifest): ReadonlySet<string> {
  return new Set(
    dependencies.flatMap(({ alias, specifier }) =>
      specifier.source === "registry" ? [alias, specifier.name] : [alias],
    ),
  );
}
