/** The Registry port: packuments and tarball dates, through memory, disk and the network. */
import { LRUCache } from "lru-cache";
import { known, unknown, type Fact, type Unknown } from "../core/facts/fact.ts";
import type { PackageFacts, Packument } from "../core/facts/package.ts";
import { PackedPackument } from "../core/facts/packed-packument.ts";
import { own, recordOf } from "../core/facts/raw.ts";
import type { Cancellation, PackageRef, Registry, RegistryRef, ReleaseRef } from "../core/ports.ts";
import { signalOf } from "./cancellation.ts";
import { connectionOf, placeOf } from "./connection.ts";
import type { FactStore } from "./fact-store.ts";
import { failureFromStatus, HttpFailure } from "./http-failure.ts";
import type { Http, HttpAnswer } from "./http.ts";
import type { ReadPackument } from "./packument-body.ts";
import type { RegistryConfigs, ResolvedRegistry } from "./registries/index.ts";
import { RegistryRefusals } from "./registry-visibility.ts";
import { packumentUrl, tarballUrl } from "./registry-urls.ts";
import { SingleFlight } from "./single-flight.ts";

export interface RegistryOptions {
  readonly http: Http;
  readonly configs: RegistryConfigs;
  readonly disk: FactStore;
  readonly offline: boolean;
  readonly readPackument: ReadPackument;
  /** How long a packument is taken as it is, ms; after that the registry is asked whether it changed. */
  readonly fresh?: number;
}

interface Stored {
  readonly packument: PackedPackument;
  readonly etag: string | null;
  /** It was given without a login, so the registry was open. */
  readonly anonymous: boolean;
}

/** The registry answered that it has no such package. */
interface Absent {
  readonly fact: Unknown;
  /** ms since epoch. */
  readonly askedAt: number;
}

type Detail = PackageFacts["detail"];

const FRESH = 5 * 60 * 1000;
/** Of all packuments in memory, in bytes: with a disk they are there too. */
const MOST_IN_MEMORY = { beside: 8 * 1024 * 1024, alone: 64 * 1024 * 1024 };
const MOST_ABSENT = 50_000;
const ACCEPT: Record<Detail, string> = {
  abbreviated: "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*",
  full: "application/json",
};

export class NpmRegistry implements Registry {
  readonly #options: RegistryOptions;
  readonly #fresh: number;
  readonly #memory: LRUCache<string, Stored>;
  readonly #absent = new LRUCache<string, Absent>({ maxSize: MOST_ABSENT, sizeCalculation: () => 1 });
  /** Which registries have shown themselves open to those without a login. */
  readonly refusals = new RegistryRefusals();
  readonly #packages = new SingleFlight<Fact<Packument>>();
  readonly #tarballs = new SingleFlight<Fact<number>>();

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#fresh = options.fresh ?? FRESH;
    this.#memory = new LRUCache({
      maxSize: options.disk.keeps ? MOST_IN_MEMORY.beside : MOST_IN_MEMORY.alone,
      sizeCalculation: ({ packument }) => packument.size,
    });
  }

  async resolve(name: string, folder: string): Promise<RegistryRef> {
    return refOf(await this.#options.configs.resolve(name, folder));
  }

  async resolveNamed(registryName: string, name: string, folder: string): Promise<RegistryRef> {
    return refOf(await this.#options.configs.resolveNamed(registryName, name, folder));
  }

  async packument(ref: PackageRef, detail: Detail, cancel: Cancellation): Promise<Fact<Packument>> {
    cancel.throwIfAborted();
    const target = refusalOf(ref) ?? packumentUrl(ref);
    if (!target.known) return target;
    const ready = this.#inMemory(ref, detail);
    if (ready !== null) return known(ready);
    const ended = this.refusals.ask(ref.registry);
    try {
      const question = questionOf(ref, keyOf(ref, detail));
      return await this.#packages.run(question, signalOf(cancel), (signal) =>
        this.#find(ref, detail, target.value, signal),
      );
    } finally {
      ended();
    }
  }

  async tarballModified(ref: ReleaseRef, tarball: string, cancel: Cancellation): Promise<Fact<number>> {
    cancel.throwIfAborted();
    const target = refusalOf(ref) ?? tarballUrl(ref, tarball);
    if (!target.known) return target;
    const key = `tarball:${placeOf(ref.registry)}:${ref.name}:${ref.version}:${target.value.href}`;
    const question = questionOf(ref, key);
    return this.#tarballs.run(question, signalOf(cancel), (signal) =>
      this.#findModified(ref, key, target.value, signal),
    );
  }

  /** Forgets what is in memory; the disk is the cache's own to clear. */
  forget(): void {
    this.#memory.clear();
    this.#absent.clear();
    this.refusals.forget();
  }

  #isFresh(at: number): boolean {
    const age = Date.now() - at;
    return age >= 0 && age < this.#fresh;
  }

  /** Facts in memory that may be used as they are: offline of whatever age. The full form serves for both. */
  #inMemory(ref: PackageRef, detail: Detail): Packument | null {
    for (const form of formsFor(detail)) {
      const stored = this.#memory.get(keyOf(ref, form));
      if (stored !== undefined && (this.#options.offline || this.#isFresh(stored.packument.facts.fetchedAt)))
        return stored.packument;
    }
    return null;
  }

  async #find(ref: PackageRef, detail: Detail, url: URL, signal: AbortSignal): Promise<Fact<Packument>> {
    const { offline } = this.#options;
    const absent = this.#absent.get(absentKeyOf(ref));
    if (absent !== undefined && this.#isFresh(absent.askedAt)) return absent.fact;
    let same: Stored | null = null;
    for (const form of formsFor(detail)) {
      const stored = this.#memory.get(keyOf(ref, form)) ?? (await this.#onDisk(ref, form));
      if (stored === null) continue;
      if (offline || this.#isFresh(stored.packument.facts.fetchedAt)) {
        this.#memory.set(keyOf(ref, form), stored);
        if (stored.anonymous) this.refusals.answered(ref.registry);
        return known(stored.packument);
      }
      if (form === detail) same = stored;
    }
    const absentOnDisk = await this.#absentOnDisk(ref, url);
    signal.throwIfAborted();
    if (absentOnDisk !== null) return absentOnDisk;
    if (offline) return unknown("offline", `${url.host} was not asked for ${ref.name}`);
    return this.#ask(ref, detail, url, same, signal);
  }

  async #onDisk(ref: PackageRef, detail: Detail): Promise<Stored | null> {
    const cached = await this.#options.disk.get(keyOf(ref, detail));
    if (cached === null) return null;
    const metadata = recordOf(cached.metadata);
    if (metadata === null) return null;
    const fetchedAt = own(metadata, "fetchedAt");
    const etag = own(metadata, "etag");
    if (typeof fetchedAt !== "number" || !Number.isFinite(fetchedAt)) return null;
    const packument = PackedPackument.from(cached.text, fetchedAt);
    if (packument?.facts.name !== ref.name) return null;
    return {
      packument,
      etag: typeof etag === "string" ? etag : null,
      anonymous: own(metadata, "anonymous") === true,
    };
  }

  /** As long as a list of versions is taken as it is, so is the answer that there is none. */
  #keepAbsent(ref: PackageRef, url: URL, fact: Unknown, anonymous: boolean): void {
    const askedAt = Date.now();
    this.#absent.set(absentKeyOf(ref), { fact, askedAt });
    // On disk only what nobody's login, or the lack of one that was held back, has a part in.
    if (anonymous && fact.reason === noneAt(url).reason) this.#options.disk.put(absentDiskKeyOf(ref), "", { askedAt });
  }

  async #absentOnDisk(ref: PackageRef, url: URL): Promise<Unknown | null> {
    if (connectionOf(ref.registry).hasCredentials(url.href)) return null;
    const cached = await this.#options.disk.get(absentDiskKeyOf(ref));
    const askedAt = own(recordOf(cached?.metadata) ?? {}, "askedAt");
    if (typeof askedAt !== "number" || !this.#isFresh(askedAt)) return null;
    const fact = noneAt(url);
    this.#absent.set(absentKeyOf(ref), { fact, askedAt });
    this.refusals.answered(ref.registry);
    return fact;
  }

  /** Asks the registry, and notes what its answer shows of it. */
  async #ask(
    ref: PackageRef,
    detail: Detail,
    url: URL,
    stored: Stored | null,
    signal: AbortSignal,
  ): Promise<Fact<Packument>> {
    const anonymous = !connectionOf(ref.registry).hasCredentials(url.href);
    try {
      const facts = await this.#askFor(ref, detail, url, stored, anonymous, signal);
      if (!facts.known) this.refusals.failed(ref.registry, facts);
      else if (anonymous) this.refusals.answered(ref.registry);
      return facts;
    } catch (error) {
      const failure = factOfFailure(error, signal);
      const status = error instanceof HttpFailure ? error.status : null;
      // 401 asks for a login. 403 may be of this one name, so it tells nothing, and neither do 429, 5xx and the like.
      if (status === 401) this.refusals.refused(ref.registry);
      else if (status === 404 && anonymous) this.refusals.answered(ref.registry);
      else this.refusals.failed(ref.registry, failure);
      if (status === 404) this.#keepAbsent(ref, url, failure, anonymous);
      return failure;
    }
  }

  /** Throws HttpFailure, or the signal's reason. */
  async #askFor(
    ref: PackageRef,
    detail: Detail,
    url: URL,
    stored: Stored | null,
    anonymous: boolean,
    signal: AbortSignal,
  ): Promise<Fact<Packument>> {
    const etag = stored?.etag ?? null;
    const headers = { accept: ACCEPT[detail], ...(etag === null ? {} : { "if-none-match": etag }) };
    return this.#send("GET", ref, url, signal, headers, async ({ status, header, body }) => {
      const fetchedAt = Date.now();
      if (status === 304) {
        if (stored === null || etag === null)
          return unknown("malformed", `${url.host} answered 304 without being asked to`);
        const packument = stored.packument.confirmedAt(fetchedAt);
        return known(this.#keep(ref, detail, { packument, etag, anonymous }));
      }
      const request = { name: ref.name, detail, fetchedAt, host: url.host };
      const read = await this.#options.readPackument(body, request, signal);
      if (!read.known) return read;
      return known(this.#keep(ref, detail, { packument: read.value, etag: header("etag"), anonymous }));
    });
  }

  #keep(ref: PackageRef, detail: Detail, stored: Stored): Packument {
    const key = keyOf(ref, detail);
    this.#memory.set(key, stored);
    this.#absent.delete(absentKeyOf(ref));
    const { packument, etag, anonymous } = stored;
    this.#options.disk.put(key, packument.text, { fetchedAt: packument.facts.fetchedAt, etag, anonymous });
    return packument;
  }

  async #findModified(ref: ReleaseRef, key: string, url: URL, signal: AbortSignal): Promise<Fact<number>> {
    const cached = await this.#options.disk.get(key);
    const stored = cached === null ? Number.NaN : Number.parseInt(cached.text, 10);
    if (Number.isFinite(stored)) return known(stored);
    signal.throwIfAborted();
    if (this.#options.offline) return unknown("offline", `${url.host} was not asked for ${ref.name}`);
    try {
      const stated = await this.#send("HEAD", ref, url, signal, {}, ({ header }) => header("last-modified"));
      const modified = Date.parse(stated ?? "");
      if (Number.isNaN(modified)) return unknown("not-stated", `${url.host} does not date its tarballs`);
      this.#options.disk.put(key, String(modified));
      return known(modified);
    } catch (error) {
      return factOfFailure(error, signal);
    }
  }

  #send<T>(
    method: "GET" | "HEAD",
    { registry }: PackageRef,
    { href: url }: URL,
    signal: AbortSignal,
    headers: Record<string, string>,
    read: (answer: HttpAnswer) => T | Promise<T>,
  ): Promise<T> {
    const connection = connectionOf(registry);
    const request = { method, url, headers, staysAtHost: !registry.isPublic, connection };
    return this.#options.http.sendAndRead(request, signal, read);
  }
}

/** Null for a name that its registry may be asked for. */
function refusalOf({ registry: { refused } }: PackageRef): Unknown | null {
  return refused === undefined ? null : unknown("refused", refused);
}

function formsFor(detail: Detail): readonly Detail[] {
  return detail === "abbreviated" ? ["full", "abbreviated"] : ["full"];
}

function refOf(resolved: ResolvedRegistry): RegistryRef {
  const { url, isPublic, isConfigured, isNamedForRun, connection, refused, privateBy } = resolved;
  if (refused !== null) return { url, isPublic, refused };
  const chosen = {
    ...(isConfigured === true ? { isConfigured } : {}),
    ...(isNamedForRun === true ? { isNamedForRun } : {}),
  };
  return { url, isPublic, ...chosen, connection, ...(privateBy === null ? {} : { privateBy }) };
}

function keyOf(ref: PackageRef, detail: Detail): string {
  return `packument:${placeOf(ref.registry)}:${ref.name}:${detail}`;
}

/** Who asks over another connection may be answered otherwise. */
function absentKeyOf({ registry, name }: PackageRef): string {
  return `${connectionOf(registry).id}:${registry.url}:${name}`;
}

function absentDiskKeyOf({ registry, name }: PackageRef): string {
  return `absent:${placeOf(registry)}:${name}`;
}

function noneAt({ host }: URL): Unknown {
  return failureFromStatus(404, null, host, null).fact;
}

/** Who asks over another connection may be answered otherwise, so a failure is not shared with them. */
function questionOf({ registry }: PackageRef, key: string): string {
  return `${connectionOf(registry).id}:${key}`;
}

function factOfFailure(error: unknown, signal: AbortSignal): Unknown {
  signal.throwIfAborted();
  if (error instanceof HttpFailure) return error.fact;
  throw error;
}
