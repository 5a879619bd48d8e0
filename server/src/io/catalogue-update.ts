/**
 * A catalogue that is later than the bundled one: fetched once a day at most, kept on disk, and taken only where its
 * signature verifies. Whatever goes wrong, the one that is held stays, and the log has a line.
 */
import * as v from "valibot";
import type { HeldCatalogue } from "../core/catalogue/catalogue.ts";
import { CatalogueSchema } from "../core/catalogue/schema.ts";
import { own, recordOf } from "../core/facts/raw.ts";
import type { Logger } from "../core/ports.ts";
import type { Connection } from "./connection.ts";
import type { FactStore } from "./fact-store.ts";
import type { Http } from "./http.ts";
import { jsonOf } from "./json.ts";
import { isSigned } from "./signature.ts";

/** Where later catalogues come from. */
export interface CatalogueSource {
  /** Takes them up. */
  readonly held: HeldCatalogue;
  /** Whose signature counts; null: nobody's, and nothing is fetched or read. See update-key.ts. */
  readonly key: string | null;
  /** The file's address; that of its signature has `.sig` behind it. */
  readonly address: string;
}

export interface CatalogueUpdateOptions {
  readonly source: CatalogueSource;
  readonly http: Http;
  readonly disk: FactStore;
  readonly offline: boolean;
  /** How a public host is reached. */
  readonly connection: () => Promise<Connection>;
  readonly log: Logger;
  /** The time, ms since epoch; without: the computer's. */
  readonly now?: () => number;
}

/** For its requests: a person may wait for them, and the file has a tenth of this. */
export const UPDATE_LIMITS = { timeout: 4000, tries: 1, maxBytes: 2 * 1024 * 1024, concurrency: 1 };

const DAY = 24 * 60 * 60 * 1000;
/** A signature is 88 characters long. */
const LONGEST_SIGNATURE = 200;
/** What was taken: its text, and its signature beside it. */
const KEPT = "catalogue";
/** When it was last asked for. */
const ASKED = "catalogue:asked";

export class CatalogueUpdate {
  readonly #options: CatalogueUpdateOptions;
  readonly #now: () => number;
  /** The signature of the one that was last taken from disk or the network. */
  #taken: string | null = null;

  constructor(options: CatalogueUpdateOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Takes up what is kept, and asks for a later one where that was not done for a day. Whether another one holds now. Throws only the signal's reason. */
  async refresh(signal: AbortSignal): Promise<boolean> {
    const { source, offline, log } = this.#options;
    const { key, held } = source;
    if (key === null) return false;
    const before = held.asOf;
    const steps = [() => this.#takeKept(key), ...(offline ? [] : [() => this.#fetchWhenDue(key, signal)])];
    for (const step of steps) {
      signal.throwIfAborted();
      try {
        await step();
      } catch (error) {
        signal.throwIfAborted();
        const why = error instanceof Error ? error.message : String(error);
        log.info(`No later catalogue was taken, that of ${dayOf(held.asOf)} holds: ${why}`);
      }
    }
    signal.throwIfAborted();
    if (held.asOf !== before) log.info(`The catalogue of ${dayOf(held.asOf)} holds now.`);
    return held.asOf !== before;
  }

  async #takeKept(key: string): Promise<void> {
    const kept = await this.#options.disk.get(KEPT);
    const signature = signatureOf(kept?.metadata);
    if (kept === null || signature === null || signature === this.#taken) return;
    this.#taken = signature;
    const file = this.#read(kept.text, signature, key);
    const { held } = this.#options.source;
    // One that came with the program may be later by now.
    if (Date.parse(file.asOf) > held.asOf) held.replace(file);
  }

  async #fetchWhenDue(key: string, signal: AbortSignal): Promise<void> {
    const { disk, source } = this.#options;
    if (!(await this.#isDue())) return;
    const signature = (await this.#text(`${source.address}.sig`, signal)).slice(0, LONGEST_SIGNATURE).trim();
    const kept = await disk.get(KEPT);
    if (kept !== null && signature === signatureOf(kept.metadata)) return;
    const text = await this.#text(source.address, signal);
    const file = this.#read(text, signature, key);
    if (Date.parse(file.asOf) <= source.held.asOf) throw new Error(`the one at ${source.address} is not later`);
    source.held.replace(file);
    this.#taken = signature;
    disk.put(KEPT, text, { signature });
  }

  /** Once a day for all processes that share a store. Where nothing is kept, it would be each time: so not at all. */
  async #isDue(): Promise<boolean> {
    const { disk } = this.#options;
    const now = this.#now();
    const asked = await disk.get(ASKED);
    const askedAt = own(recordOf(asked?.metadata) ?? {}, "askedAt");
    if (typeof askedAt === "number" && askedAt <= now && now - askedAt < DAY) return false;
    disk.put(ASKED, "", { askedAt: now });
    await disk.settled();
    return (await disk.get(ASKED)) !== null;
  }

  /** Throws for what is not signed, has another shape, or is of a day to come, which would shut out all that follow. */
  #read(text: string, signature: string, key: string): v.InferOutput<typeof CatalogueSchema> {
    const bytes = Buffer.from(text);
    if (!isSigned(bytes, signature, key)) throw new Error("its signature does not verify");
    const value = jsonOf(bytes, "the file");
    const parsed = v.safeParse(CatalogueSchema, value.known ? value.value : null, { abortEarly: true });
    if (!parsed.success) throw new Error("it has another form than this version of Depwarden reads");
    if (Date.parse(parsed.output.asOf) > this.#now() + DAY) throw new Error("it is of a day to come");
    return parsed.output;
  }

  async #text(url: string, signal: AbortSignal): Promise<string> {
    const connection = await this.#options.connection();
    const headers = { accept: "*/*" };
    signal.throwIfAborted();
    const { body } = await this.#options.http.send(
      { method: "GET", url, headers, connection, staysAtHost: true },
      signal,
    );
    return body.toString("utf8");
  }
}

function signatureOf(metadata: unknown): string | null {
  const signature = own(recordOf(metadata) ?? {}, "signature");
  return typeof signature === "string" ? signature : null;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, "2026-01-01".length);
}
