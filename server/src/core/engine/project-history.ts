import type { Lockfile } from "../model.ts";
import type { Cancellation, History } from "../ports.ts";
import type { DocumentStore } from "../project/document-store.ts";
import { remembered } from "../util/remembered.ts";
import type { Target } from "../project/target.ts";

/** What the commit checked out holds of a project's lockfiles. Each is read at most once. */
export class LockfileHistory {
  readonly #committed = new Map<string, Promise<ReadonlyMap<string, string> | null>>();

  constructor(
    private readonly history: History,
    private readonly store: DocumentStore,
  ) {}

  /** The other version that the commit checked out locks at the same place; null when none or the same. */
  async committedVersion(target: Target, cancel: Cancellation): Promise<string | null> {
    for (const { uri, locked } of target.locked) {
      const versions = await remembered(this.#committed, uri, () => this.#versionsByKey(uri, cancel));
      const version = versions?.get(`${locked.key} ${locked.name}`);
      if (version !== undefined && version !== locked.version) return version;
    }
    return null;
  }

  async #versionsByKey(uri: string, cancel: Cancellation): Promise<ReadonlyMap<string, string> | null> {
    const lockfile = await this.#read(uri, this.history.committed(uri, cancel), cancel);
    return lockfile === null
      ? null
      : new Map(lockfile.packages.map(({ key, name, version }) => [`${key} ${name}`, version]));
  }

  async #read(uri: string, text: ReturnType<History["committed"]>, cancel: Cancellation): Promise<Lockfile | null> {
    const fact = await text;
    return fact.known ? this.store.readLockfile(uri, fact.value, cancel) : null;
  }
}
