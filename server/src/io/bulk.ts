/** A registry's own advisories: `POST <registry>/-/npm/v1/security/advisories/bulk`, as `npm audit` asks it. */
import { setImmediate } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import { pieces } from "../core/engine/paced.ts";
import type { Advisory } from "../core/facts/advisory.ts";
import { bulkAdvisories, bulkFromText, isBulkAnswer, textOfBulk } from "../core/facts/bulk.ts";
import { known, unknown, type Fact, type Unknown } from "../core/facts/fact.ts";
import { own, recordOf } from "../core/facts/raw.ts";
import { registryKey, type Logger, type RegistryRef, type ReleaseRef } from "../core/ports.ts";
import { connectionOf, placeOf } from "./connection.ts";
import type { FactStore } from "./fact-store.ts";
import { HttpFailure } from "./http-failure.ts";
import type { Http } from "./http.ts";
import { jsonOf, parseJson } from "./json.ts";
import { baseUrl } from "./registries/address.ts";
import { SharedBatches } from "./shared-batches.ts";

export interface BulkOptions {
  readonly http: Http;
  readonly disk: FactStore;
  readonly offline: boolean;
  readonly log: Logger;
  /** How long an answer is taken as it is, ms. */
  readonly fresh?: number;
}

/** `unsupported`: this registry answers no such thing. */
export type BulkOutcome = Fact<readonly Advisory[]> | "unsupported";

/** What was answered at a time (ms since epoch). */
interface Kept {
  readonly advisories: readonly Advisory[];
  readonly askedAt: number;
}

const FRESH = 10 * 60 * 1000;
const NAMES_AT_ONCE = 500;
const MOST_ANSWERS = 100_000;
/** ms */
const LONGEST_WITHOUT_PAUSE = 10;
/** How mirrors and private registries say that they have no such thing. */
const UNSUPPORTED = new Set([404, 405, 501]);

export class BulkAdvisories {
  readonly #options: BulkOptions;
  readonly #fresh: number;
  readonly #unsupported = new Set<string>();
  readonly #told = new Set<string>();
  readonly #unasked = new Map<string, Unknown>();
  readonly #answers: LRUCache<string, readonly Advisory[]>;

  readonly #questions: SharedBatches<ReleaseRef, BulkOutcome>;

  constructor(options: BulkOptions) {
    this.#options = options;
    this.#fresh = options.fresh ?? FRESH;
    // A size, as `max` would take the memory of all of them at once.
    this.#answers = new LRUCache({ maxSize: MOST_ANSWERS, sizeCalculation: () => 1, ttl: this.#fresh });
    this.#questions = new SharedBatches({
      keyOf,
      divide: batchesOf,
      ask: (releases, signal) => this.#ask(releases, signal),
    });
  }

  /** One outcome per release, in order. Throws only the signal's reason. */
  async lookup(releases: readonly ReleaseRef[], signal: AbortSignal): Promise<readonly BulkOutcome[]> {
    const askable = releases.filter(({ registry }) => registry.refused === undefined);
    const unknownHere = askable.filter((release) => !this.#answers.has(keyOf(release)));
    await this.#recallUnsupported(new Set(unknownHere.map(({ registry }) => registry)));
    const open = unknownHere.filter((release) => !this.#isUnsupported(release));
    const stale = await this.#recall(open);
    signal.throwIfAborted();
    const unanswered = open.filter((release) => !this.#answers.has(keyOf(release)));
    const asked = await this.#questions.ask(this.#options.offline ? [] : unanswered, signal);
    return releases.map((release) => this.#outcome(release, asked, stale));
  }

  forget(): void {
    this.#unsupported.clear();
    this.#answers.clear();
  }

  #outcome(
    release: ReleaseRef,
    asked: ReadonlyMap<string, BulkOutcome>,
    stale: ReadonlyMap<string, readonly Advisory[]>,
  ): BulkOutcome {
    const { refused } = release.registry;
    if (refused !== undefined) return unknown("refused", refused);
    const key = keyOf(release);
    const ready = this.#answers.get(key);
    if (ready !== undefined) return known(ready);
    const outcome =
      asked.get(key) ?? (this.#isUnsupported(release) ? "unsupported" : this.#notAsked(release.registry.url));
    // What was known before still counts while the registry cannot be asked: an advisory seldom goes away.
    const before = stale.get(key) ?? [];
    return outcome !== "unsupported" && !outcome.known && before.length > 0 ? known(before) : outcome;
  }

  /** Takes up what is on disk; gives what is too old to be taken as it is, by key. */
  async #recall(releases: readonly ReleaseRef[]): Promise<ReadonlyMap<string, readonly Advisory[]>> {
    const stale = new Map<string, readonly Advisory[]>();
    await Promise.all(
      releases.map(async (release) => {
        const kept = await this.#onDisk(release);
        if (kept === null) return;
        const left = this.#timeLeft(kept.askedAt);
        if (left > 0) this.#answers.set(keyOf(release), kept.advisories, { ttl: left });
        else stale.set(keyOf(release), kept.advisories);
      }),
    );
    return stale;
  }

  async #onDisk(release: ReleaseRef): Promise<Kept | null> {
    const stored = await this.#options.disk.get(diskKeyOf(release));
    if (stored === null) return null;
    const advisories = bulkFromText(parseJson(Buffer.from(stored.text)), release.version);
    const askedAt = momentOf(stored.metadata);
    return advisories === null || askedAt === null ? null : { advisories, askedAt };
  }

  #keep(release: ReleaseRef, advisories: readonly Advisory[], askedAt: number): void {
    this.#answers.set(keyOf(release), advisories);
    this.#options.disk.put(diskKeyOf(release), textOfBulk(advisories), { askedAt });
  }

  async #recallUnsupported(registries: ReadonlySet<RegistryRef>): Promise<void> {
    for (const registry of new Map([...registries].map((one) => [registryKey(one), one])).values()) {
      if (this.#unsupported.has(registryKey(registry))) continue;
      const stored = await this.#options.disk.get(unsupportedKeyOf(registry));
      const askedAt = momentOf(stored?.metadata);
      if (askedAt !== null && this.#timeLeft(askedAt) > 0) this.#unsupported.add(registryKey(registry));
    }
  }

  /** ms; 0 also for a moment that is yet to come. */
  #timeLeft(askedAt: number): number {
    const age = Date.now() - askedAt;
    return age >= 0 ? Math.max(0, this.#fresh - age) : 0;
  }

  #isUnsupported({ registry }: ReleaseRef): boolean {
    return this.#unsupported.has(registryKey(registry));
  }

  /** The same for every release of a registry: parsing its address for each of thousands takes its time. */
  #notAsked(url: string): Unknown {
    return entryOf(this.#unasked, url, () => unknown("offline", `${new URL(url).host} was not asked for advisories`));
  }

  /** All of one registry. */
  async #ask(releases: readonly ReleaseRef[], signal: AbortSignal): Promise<ReadonlyMap<string, BulkOutcome>> {
    const forAll = (outcome: BulkOutcome) => new Map(releases.map((release) => [keyOf(release), outcome]));
    const registry = releases[0]?.registry;
    const base = baseUrl(registry?.url);
    if (registry === undefined || base === null) return forAll("unsupported");
    const { host } = new URL(base);
    // A map, then entries: a package may be called __proto__.
    const versions = new Map<string, Set<string>>();
    for (const { name, version } of releases) entryOf(versions, name, () => new Set<string>()).add(version);
    const body = JSON.stringify(Object.fromEntries([...versions].map(([name, set]) => [name, [...set]])));
    try {
      const answer = await this.#options.http.send(
        {
          method: "POST",
          url: `${base}-/npm/v1/security/advisories/bulk`,
          headers: { accept: "application/json", "content-type": "application/json" },
          body,
          connection: connectionOf(registry),
        },
        signal,
      );
      const raw = jsonOf(answer.body, host);
      if (!raw.known) throw new HttpFailure("malformed", raw.reason);
      const { value } = raw;
      if (!isBulkAnswer(value)) throw new HttpFailure("malformed", `${host} answered no list of advisories`);
      return await this.#readAll(value, releases, host, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof HttpFailure)) throw error;
      if (error.status !== null && UNSUPPORTED.has(error.status)) {
        this.#unsupported.add(registryKey(registry));
        this.#options.disk.put(unsupportedKeyOf(registry), "", { askedAt: Date.now() });
        return forAll("unsupported");
      }
      this.#warn(error.message);
      return forAll(error.fact);
    }
  }

  /** With a pause now and then: a package may have thousands of locked versions and of advisories. */
  async #readAll(
    raw: unknown,
    releases: readonly ReleaseRef[],
    host: string,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, BulkOutcome>> {
    const unread = unknown("malformed", `${host} answered advisories that cannot be read`);
    const readings = new Map<string, ReturnType<typeof bulkAdvisories>>();
    const outcomes = new Map<string, BulkOutcome>();
    const askedAt = Date.now();
    let paused = performance.now();
    for (const release of releases) {
      if (performance.now() - paused > LONGEST_WITHOUT_PAUSE) {
        await setImmediate();
        signal.throwIfAborted();
        paused = performance.now();
      }
      const { name, version } = release;
      const reading = entryOf(readings, name, () => bulkAdvisories(raw, name));
      const advisories = reading === null ? null : reading(version);
      if (advisories !== null) this.#keep(release, advisories, askedAt);
      outcomes.set(keyOf(release), advisories === null ? unread : known(advisories));
    }
    return outcomes;
  }

  #warn(reason: string): void {
    if (this.#told.has(reason)) return;
    this.#told.add(reason);
    this.#options.log.warn(`The registry's own advisories could not be read: ${reason}.`);
  }
}

function keyOf(release: ReleaseRef): string {
  return `${registryKey(release.registry)} ${release.name}@${release.version}`;
}

function diskKeyOf({ registry, name, version }: ReleaseRef): string {
  return `bulk:${placeOf(registry)}:${name}@${version}`;
}

function unsupportedKeyOf(registry: RegistryRef): string {
  return `bulk-unsupported:${placeOf(registry)}`;
}

/** When it was asked for, ms since epoch; null where that is not stated. */
function momentOf(metadata: unknown): number | null {
  const askedAt = own(recordOf(metadata) ?? {}, "askedAt");
  return typeof askedAt === "number" && Number.isFinite(askedAt) ? askedAt : null;
}

function entryOf<K, T>(map: Map<K, T>, key: K, make: () => T): T {
  let entry = map.get(key);
  if (entry === undefined) {
    entry = make();
    map.set(key, entry);
  }
  return entry;
}

/** By registry, and in each by name. */
function batchesOf(releases: readonly ReleaseRef[]): readonly (readonly ReleaseRef[])[] {
  const registries = new Map<string, Map<string, ReleaseRef[]>>();
  for (const release of releases) {
    const names = entryOf(registries, registryKey(release.registry), () => new Map<string, ReleaseRef[]>());
    entryOf(names, release.name, () => []).push(release);
  }
  return [...registries.values()].flatMap((names) =>
    pieces([...names.values()], NAMES_AT_ONCE).map((piece) => piece.flat()),
  );
}
