/**
 * OSV: `POST /v1/querybatch` for the ids, then `GET /v1/vulns/{id}` for the records that may report malicious code.
 * https://google.github.io/osv.dev/post-v1-querybatch/
 */
import { LRUCache } from "lru-cache";
import * as v from "valibot";
import { pieces } from "../core/engine/paced.ts";
import type { Advisory, AdvisoryFacts } from "../core/facts/advisory.ts";
import { affects } from "../core/facts/affects.ts";
import { known, unknown, type Fact, type Unknown } from "../core/facts/fact.ts";
import {
  advisoryFrom,
  isOsvId,
  isWithdrawn,
  mayReportMalware,
  osvPage,
  osvRecordFrom,
  type OsvRecord,
} from "../core/facts/osv.ts";
import { own, recordOf } from "../core/facts/raw.ts";
import type { Connection } from "./connection.ts";
import type { FactStore } from "./fact-store.ts";
import { HttpFailure } from "./http-failure.ts";
import type { Http, HttpAnswer } from "./http.ts";
import { jsonOf, parseJson } from "./json.ts";
import { SharedBatches } from "./shared-batches.ts";
import { SingleFlight } from "./single-flight.ts";

export interface OsvOptions {
  readonly http: Http;
  readonly disk: FactStore;
  readonly offline: boolean;
  /** Base URL, without a final slash. */
  readonly url: string;
  /** How the service is reached. */
  readonly connection: () => Promise<Connection>;
  /** The moment that withdrawals are judged at, ms since epoch; without, or null: now. */
  readonly asOf?: number | null;
  /** How long the ids for a version are taken as they are, ms. */
  readonly fresh?: number;
  /** Records that are loaded in one look-up; without: 5,000. A service may name any number of them. */
  readonly mostLoaded?: number;
}

export interface NameAndVersion {
  readonly name: string;
  readonly version: string;
}

const hit = v.object({ id: v.string(), modified: v.fallback(v.nullish(v.string(), ""), "") });
const pageFields = v.object({ vulns: v.nullish(v.array(hit)), next_page_token: v.nullish(v.string()) });
/** Valibot takes a list for an object without members, which here would say that nothing is known. */
const page = v.nullish(
  v.pipe(
    v.custom<object>((value) => recordOf(value) !== null),
    pageFields,
  ),
  null,
);
const answer = v.object({ results: v.array(page) });
const storedHits = v.array(v.object({ id: v.string(), modified: v.string() }));

interface Hit {
  readonly id: string;
  readonly modified: string;
}

interface Hits {
  readonly hits: readonly Hit[];
  /** ms since epoch. */
  readonly askedAt: number;
}

const FRESH = 10 * 60 * 1000;
/** OSV refuses more. */
const QUERIES_AT_ONCE = 1000;
const MOST_PAGES = 50;
const MOST_HITS = 200_000;
const MOST_RECORDS = 5000;
/** Records that are looked at for one version. Real ones have below a hundred. */
const MOST_OF_RELEASE = 200;
const MOST_LOADED = 5000;

export class Osv {
  readonly #options: OsvOptions;
  readonly #fresh: number;
  readonly #host: string;
  // A size, as `max` would take the memory of all of them at once.
  readonly #hits = new LRUCache<string, Hits>({ maxSize: MOST_HITS, sizeCalculation: () => 1 });
  readonly #records = new LRUCache<string, OsvRecord>({ max: MOST_RECORDS });
  readonly #loading = new SingleFlight<Fact<OsvRecord>>();
  readonly #questions: SharedBatches<NameAndVersion, AskedHits>;

  constructor(options: OsvOptions) {
    this.#options = options;
    this.#fresh = options.fresh ?? FRESH;
    this.#questions = new SharedBatches({
      keyOf,
      divide: (releases) => pieces(releases, QUERIES_AT_ONCE),
      ask: (batch, signal) => this.#askBatch(batch, signal),
    });
    this.#host = URL.canParse(options.url) ? new URL(options.url).host : "the advisory service";
  }

  /** One answer per release, in order. Throws only the signal's reason. */
  async lookup(releases: readonly NameAndVersion[], signal: AbortSignal): Promise<readonly AdvisoryFacts[]> {
    const unique = new Map(releases.map((release) => [keyOf(release), release]));
    const hits = await this.#hitsOf(unique, signal);
    const answers = new Map<string, AdvisoryFacts>();
    const ids = new Set<string>();
    await Promise.all(
      [...unique].map(async ([key, release]) => {
        answers.set(key, await this.#answer(release, hits.get(key), ids, signal));
      }),
    );
    return releases.map((release) => answers.get(keyOf(release)) ?? { found: [], missing: [this.#unanswered()] });
  }

  forget(): void {
    this.#hits.clear();
    this.#records.clear();
  }

  /** `ids`: of the records that this look-up has taken up, which grows. */
  async #answer(
    release: NameAndVersion,
    asked: AskedHits | undefined,
    ids: Set<string>,
    signal: AbortSignal,
  ): Promise<AdvisoryFacts> {
    if (asked === undefined) return { found: [], missing: [this.#unanswered()] };
    const missing: Unknown[] = asked.failure === null ? [] : [asked.failure];
    const found: Advisory[] = [];
    const suspects = asked.hits.filter(({ id }) => mayReportMalware(id));
    const telling = suspects.filter(({ id }) => isOsvId(id));
    if (telling.length < suspects.length) missing.push(this.#malformed("an id that cannot be one"));
    const mostLoaded = this.#options.mostLoaded ?? MOST_LOADED;
    const looked = telling.slice(0, MOST_OF_RELEASE);
    if (looked.length < telling.length) missing.push(this.#tooMany(MOST_OF_RELEASE));
    const records = await Promise.all(
      looked.map(async (one) => {
        const isTaken = ids.has(one.id) || ids.size < mostLoaded;
        if (isTaken) ids.add(one.id);
        return { one, record: isTaken ? await this.#record(one, signal) : this.#tooMany(mostLoaded) };
      }),
    );
    for (const { one, record } of records) {
      if (!record.known) missing.push(record);
      else if (isWithdrawn(record.value, this.#options.asOf ?? null)) continue;
      const advisory = record.known ? advisoryOf(record.value, release, this.#options.asOf ?? null) : null;
      if (advisory !== null) found.push(advisory);
      else if (one.id.startsWith("MAL-")) found.push(bareAdvisory(one.id, release));
    }
    return { found, missing };
  }

  async #hitsOf(
    unique: ReadonlyMap<string, NameAndVersion>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, AskedHits>> {
    const result = new Map<string, AskedHits>();
    const open: NameAndVersion[] = [];
    await Promise.all(
      [...unique].map(async ([key, release]) => {
        const stored = this.#hits.get(key) ?? (await this.#storedHits(key));
        if (stored !== null) this.#hits.set(key, stored);
        const age = stored === null ? Number.NaN : Date.now() - stored.askedAt;
        if (stored !== null && age >= 0 && age < this.#fresh) result.set(key, { hits: stored.hits, failure: null });
        // What was known before still counts while the service cannot be asked: an advisory seldom goes away.
        else if (this.#options.offline) result.set(key, { hits: stored?.hits ?? [], failure: this.#notAsked() });
        else open.push(release);
      }),
    );
    signal.throwIfAborted();
    for (const [key, hits] of await this.#questions.ask(open, signal)) result.set(key, hits);
    return result;
  }

  /** Asks until no query has a further page. */
  async #askBatch(batch: readonly NameAndVersion[], signal: AbortSignal): Promise<ReadonlyMap<string, AskedHits>> {
    const result = new Map<string, AskedHits>();
    const collected = new Map<string, Hit[]>(batch.map((release) => [keyOf(release), []]));
    let queries = batch.map((release) => ({ key: keyOf(release), release, token: null as string | null }));
    let failure: Unknown | null = null;
    for (let turn = 0; queries.length > 0; turn++) {
      const pages = turn < MOST_PAGES ? await this.#askPage(queries, signal) : this.#malformed("pages without end");
      if (!pages.known) {
        failure = pages;
        break;
      }
      queries = queries.flatMap((query, index) => {
        const { hits, token } = pages.value[index] ?? { hits: [], token: null };
        for (const hit of hits) collected.get(query.key)?.push(hit);
        return token === null ? [] : [{ ...query, token }];
      });
    }
    const unfinished = new Set(queries.map(({ key }) => key));
    for (const [key, hits] of collected) {
      if (failure !== null && unfinished.has(key)) {
        result.set(key, { hits: [...hits, ...(this.#hits.get(key)?.hits ?? [])], failure });
        continue;
      }
      result.set(key, { hits, failure: null });
      const stored = { hits, askedAt: Date.now() };
      this.#hits.set(key, stored);
      this.#options.disk.put(this.#hitsKey(key), JSON.stringify(hits), { askedAt: stored.askedAt });
    }
    return result;
  }

  async #askPage(
    queries: readonly { readonly release: NameAndVersion; readonly token: string | null }[],
    signal: AbortSignal,
  ): Promise<Fact<readonly { hits: readonly Hit[]; token: string | null }[]>> {
    const body = JSON.stringify({
      queries: queries.map(({ release, token }) => ({
        package: { ecosystem: "npm", name: release.name },
        version: release.version,
        ...(token === null ? {} : { page_token: token }),
      })),
    });
    const raw = await this.#json("POST", "/v1/querybatch", body, signal);
    if (!raw.known) return raw;
    const parsed = v.safeParse(answer, raw.value, { abortEarly: true });
    if (!parsed.success || parsed.output.results.length !== queries.length) {
      return this.#malformed("something other than one answer for each question");
    }
    return known(
      parsed.output.results.map((result) => {
        const token = result?.next_page_token ?? null;
        return { hits: result?.vulns ?? [], token: token === "" ? null : token };
      }),
    );
  }

  async #record(one: Hit, signal: AbortSignal): Promise<Fact<OsvRecord>> {
    const key = `osv-record:${this.#options.url}:${one.id}:${one.modified}`;
    const ready = this.#records.get(key);
    if (ready !== undefined) return known(ready);
    return this.#loading.run(key, signal, async (shared) => {
      const loaded = await this.#loadRecord(key, one.id, shared);
      if (loaded.known) this.#records.set(key, loaded.value);
      return loaded;
    });
  }

  async #loadRecord(key: string, id: string, signal: AbortSignal): Promise<Fact<OsvRecord>> {
    const cached = await this.#options.disk.get(key);
    const stored = cached === null ? null : osvRecordFrom(parseJson(Buffer.from(cached.text)));
    if (stored !== null) return known(stored);
    if (this.#options.offline) return this.#notAsked();
    signal.throwIfAborted();
    const raw = await this.#json("GET", `/v1/vulns/${encodeURIComponent(id)}`, null, signal);
    if (!raw.known) return raw;
    const record = osvRecordFrom(raw.value);
    if (record?.id !== id) return this.#malformed(`something other than the advisory ${id}`);
    this.#options.disk.put(key, JSON.stringify(record));
    return known(record);
  }

  async #json(method: "GET" | "POST", path: string, body: string | null, signal: AbortSignal): Promise<Fact<unknown>> {
    if (!/^https?:/.test(this.#options.url) || !URL.canParse(this.#options.url + path)) {
      return unknown("unreachable", "the address of the advisory service is not one of http or https");
    }
    let reply: HttpAnswer;
    try {
      const connection = await this.#options.connection();
      reply = await this.#options.http.send(
        {
          method,
          connection,
          url: this.#options.url + path,
          headers: { accept: "application/json", ...(body === null ? {} : { "content-type": "application/json" }) },
          ...(body === null ? {} : { body }),
        },
        signal,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof HttpFailure) return error.fact;
      throw error;
    }
    return jsonOf(reply.body, this.#host);
  }

  async #storedHits(key: string): Promise<Hits | null> {
    const cached = await this.#options.disk.get(this.#hitsKey(key));
    if (cached === null) return null;
    const hits = v.safeParse(storedHits, parseJson(Buffer.from(cached.text)));
    const askedAt = own(recordOf(cached.metadata) ?? {}, "askedAt");
    return hits.success && typeof askedAt === "number" ? { hits: hits.output, askedAt } : null;
  }

  #hitsKey(key: string): string {
    return `osv:${this.#options.url}:${key}`;
  }

  #malformed(what: string): Unknown {
    return unknown("malformed", `${this.#host} answered ${what}`);
  }

  #tooMany(most: number): Unknown {
    return unknown("malformed", `${this.#host} answered more than ${most} advisories, and only those were looked at`);
  }

  #notAsked(): Unknown {
    return unknown("offline", `${this.#host} was not asked`);
  }

  #unanswered(): Unknown {
    return unknown("not-stated", `${this.#host} gave no answer`);
  }
}

interface AskedHits {
  readonly hits: readonly Hit[];
  /** Why the hits may not be all; null when they are. */
  readonly failure: Unknown | null;
}

function keyOf({ name, version }: NameAndVersion): string {
  return `${name}@${version}`;
}

/** OSV's word that the version is affected stands, even where the record's ranges can be read otherwise. */
function advisoryOf(record: OsvRecord, release: NameAndVersion, asOf: number | null): Advisory | null {
  const advisory = advisoryFrom(record, release.name, asOf);
  if (advisory === null || affects(advisory.affected, release.version)) return advisory;
  const { versions, ranges } = advisory.affected;
  return { ...advisory, affected: { versions: [...versions, release.version], ranges } };
}

/** A malware id alone says enough to warn. */
function bareAdvisory(id: string, release: NameAndVersion): Advisory {
  return {
    id,
    aliases: [],
    source: "osv",
    malware: true,
    summary: "Malicious code (details could not be loaded)",
    url: osvPage(id),
    published: null,
    affected: { versions: [release.version], ranges: [] },
  };
}
