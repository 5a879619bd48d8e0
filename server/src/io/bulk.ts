/** A registry's own advisories: `POST <registry>/-/npm/v1/security/advisories/bulk`, as `npm audit` asks it. */
import { LRUCache } from "lru-cache";
import type { Advisory } from "../core/facts/advisory.ts";
import { bulkAdvisories, isBulkAnswer } from "../core/facts/bulk.ts";
import { known, unknown, type Fact, type Unknown } from "../core/facts/fact.ts";
import type { Logger, RegistryRef, ReleaseRef } from "../core/ports.ts";
import type { Connection } from "./connection.ts";
import { HttpFailure } from "./http-failure.ts";
import type { Http } from "./http.ts";
import { baseUrl } from "./registries/address.ts";
import { parseJson } from "./registry.ts";

export interface BulkOptions {
  readonly http: Http;
  readonly connectionTo: (registry: RegistryRef) => Connection | undefined;
  readonly offline: boolean;
  readonly log: Logger;
  /** How long an answer is taken as it is, ms. */
  readonly fresh?: number;
}

/** `unsupported`: this registry answers no such thing. */
export type BulkOutcome = Fact<readonly Advisory[]> | "unsupported";

const FRESH = 10 * 60 * 1000;
const NAMES_AT_ONCE = 500;
const MOST_ANSWERS = 100_000;
/** How mirrors and private registries say that they have no such thing. */
const UNSUPPORTED = new Set([404, 405, 501]);

export class BulkAdvisories {
  readonly #options: BulkOptions;
  readonly #unsupported = new Set<string>();
  readonly #told = new Set<string>();
  readonly #unasked = new Map<string, Unknown>();
  readonly #answers: LRUCache<string, readonly Advisory[]>;

  constructor(options: BulkOptions) {
    this.#options = options;
    // A size, as `max` would take the memory of all of them at once.
    this.#answers = new LRUCache({ maxSize: MOST_ANSWERS, sizeCalculation: () => 1, ttl: options.fresh ?? FRESH });
  }

  /** One outcome per release, in order. Throws only the signal's reason. */
  async lookup(releases: readonly ReleaseRef[], signal: AbortSignal): Promise<readonly BulkOutcome[]> {
    const open = new Map<string, Map<string, ReleaseRef[]>>();
    for (const release of releases) {
      const { url, refused } = release.registry;
      if (refused !== undefined || this.#unsupported.has(url) || this.#answers.has(keyOf(release))) continue;
      const names = entryOf(open, url, () => new Map<string, ReleaseRef[]>());
      entryOf(names, release.name, () => []).push(release);
    }
    const failures = new Map<string, Fact<never>>();
    if (!this.#options.offline) {
      await Promise.all(
        [...open.values()].flatMap((names) => chunks([...names.values()]).map((chunk) => this.#ask(chunk.flat(), failures, signal))),
      );
    }
    return releases.map((release) => this.#outcome(release, failures));
  }

  forget(): void {
    this.#unsupported.clear();
    this.#answers.clear();
  }

  #outcome(release: ReleaseRef, failures: ReadonlyMap<string, Fact<never>>): BulkOutcome {
    const { refused } = release.registry;
    if (refused !== undefined) return unknown("refused", refused);
    const ready = this.#answers.get(keyOf(release));
    if (ready !== undefined) return known(ready);
    if (this.#unsupported.has(release.registry.url)) return "unsupported";
    return failures.get(keyOf(release)) ?? this.#notAsked(release.registry.url);
  }

  /** The same for every release of a registry: parsing its address for each of thousands takes its time. */
  #notAsked(url: string): Unknown {
    return entryOf(this.#unasked, url, () => unknown("offline", `${new URL(url).host} was not asked for advisories`));
  }

  /** All of one registry. */
  async #ask(releases: readonly ReleaseRef[], failures: Map<string, Fact<never>>, signal: AbortSignal): Promise<void> {
    const registry = releases[0]?.registry;
    const base = baseUrl(registry?.url);
    if (registry === undefined || base === null) return;
    const { host } = new URL(base);
    // A map, then entries: a package may be called __proto__.
    const versions = new Map<string, Set<string>>();
    for (const { name, version } of releases) entryOf(versions, name, () => new Set<string>()).add(version);
    const body = JSON.stringify(Object.fromEntries([...versions].map(([name, set]) => [name, [...set]])));
    const connection = this.#options.connectionTo(registry);
    try {
      const answer = await this.#options.http.send(
        {
          method: "POST",
          url: `${base}-/npm/v1/security/advisories/bulk`,
          headers: { accept: "application/json", "content-type": "application/json" },
          body,
          ...(connection === undefined ? {} : { connection }),
        },
        signal,
      );
      const raw = parseJson(answer.body);
      if (!isBulkAnswer(raw)) throw new HttpFailure("malformed", `${host} answered no list of advisories`);
      for (const release of releases) {
        const advisories = bulkAdvisories(raw, release.name, release.version);
        if (advisories !== null) this.#answers.set(keyOf(release), advisories);
        else failures.set(keyOf(release), unknown("malformed", `${host} answered advisories that cannot be read`));
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof HttpFailure)) throw error;
      if (error.status !== null && UNSUPPORTED.has(error.status)) this.#unsupported.add(registry.url);
      else {
        this.#warn(error.message);
        for (const release of releases) failures.set(keyOf(release), error.fact);
      }
    }
  }

  #warn(reason: string): void {
    if (this.#told.has(reason)) return;
    this.#told.add(reason);
    this.#options.log.warn(`The registry's own advisories could not be read: ${reason}.`);
  }
}

function keyOf(release: ReleaseRef): string {
  return `${release.registry.url} ${release.name}@${release.version}`;
}

function entryOf<K, T>(map: Map<K, T>, key: K, make: () => T): T {
  let entry = map.get(key);
  if (entry === undefined) {
    entry = make();
    map.set(key, entry);
  }
  return entry;
}

function chunks<T>(list: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < list.length; at += NAMES_AT_ONCE) parts.push(list.slice(at, at + NAMES_AT_ONCE));
  return parts;
}
