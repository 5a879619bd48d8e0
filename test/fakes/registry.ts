/** A registry on loopback that answers as registry.npmjs.org does, or as a poor mirror of it. */
import semver from "semver";
import { FakeService } from "./fake-service.ts";
import { type Answer, isObject, json, type Loopback, parsed, startLoopback } from "./loopback.ts";
import {
  abbreviatedPackument,
  digest,
  fullPackument,
  highestLeft,
  iso,
  manifest,
  modified,
  newPackage,
  type ReleaseInput,
  servedReleases,
  type StoredPackage,
  type Style,
  tarballName,
  tarballOf,
} from "./packument.ts";
import { describeRequest, type RegistryRequest } from "./registry-request.ts";

export type { Failure } from "./failures.ts";
export type { ReleaseInput } from "./packument.ts";
export type { RegistryRequest } from "./registry-request.ts";

export interface RegistryOptions {
  /**
   * Answers as a poor mirror: always the full form, without `_npmUser`, attestations, `modified` or ETag, part of the
   * times its own, no bulk endpoint (405), and removed versions still served.
   */
  readonly mirror?: boolean;
  /** When the mirror was filled, ISO; older releases are partly dated by it. */
  readonly mirroredAt?: string;
  /** Answers 401 to everything that comes without it as a Bearer token. */
  readonly token?: string;
  /** Path under which it serves, with slashes around it: `/api/npm/npm/`. */
  readonly basePath?: string;
  /** It is where private names resolve from: they are no leak there (leaks.ts). One that asks for a token is, too. */
  readonly holdsPrivate?: boolean;
}

/** As `POST …/-/npm/v1/security/advisories/bulk` lists it. */
export interface BulkAdvisory {
  readonly id?: number;
  readonly url: string;
  readonly title: string;
  readonly severity: "info" | "low" | "moderate" | "high" | "critical";
  readonly vulnerable_versions: string;
  readonly cwe?: readonly string[];
  readonly cvss?: { readonly score: number; readonly vectorString: string | null };
}

export async function startRegistry(options: RegistryOptions = {}): Promise<FakeRegistry> {
  const basePath = options.basePath ?? "/";
  const loopback = await startLoopback<RegistryRequest>(
    (request) => describeRequest(request, basePath),
    (request): Answer => registry.answer(request),
    { holdsPrivate: options.holdsPrivate ?? options.token !== undefined },
  );
  const registry: FakeRegistry = new FakeRegistry(loopback, `${loopback.origin}${basePath}`, options);
  return registry;
}

const NOT_FOUND = json(404, { error: "Not found" });
const ABBREVIATED = "application/vnd.npm.install-v1+json";

export class FakeRegistry extends FakeService<RegistryRequest> {
  /** Base URL, ending in "/". */
  readonly url: string;
  /** What the bulk endpoint answers with: 200, or the 404 or 405 of a registry without it. */
  bulkStatus: 200 | 404 | 405;
  /** What a package that was unpublished whole answers with. npmjs serves its remains with 200; 404 is for registries that keep none. */
  unpublishedStatus: 200 | 404 = 200;
  readonly #style: Style;
  readonly #token: string | null;
  readonly #packages = new Map<string, StoredPackage>();
  readonly #advisories = new Map<string, BulkAdvisory[]>();

  constructor(loopback: Loopback<RegistryRequest>, url: string, options: RegistryOptions) {
    super(loopback);
    this.url = url;
    this.bulkStatus = options.mirror === true ? 405 : 200;
    this.#style = {
      url,
      mirroredAt: options.mirror === true ? iso(options.mirroredAt ?? "2025-10-02T01:59:05Z") : null,
    };
    this.#token = options.token ?? null;
  }

  /** How often a package was asked for in this way. */
  countOf(name: string, kind: RegistryRequest["kind"] = "packument"): number {
    return this.requests.filter((request) => request.name === name && request.kind === kind).length;
  }

  /** Publishes a version (or puts another in its place) and moves its dist-tag to it. */
  publish(name: string, version: string, release: ReleaseInput): void {
    const stored = this.#package(name);
    stored.releases.set(version, { ...release, version, removed: false });
    stored.distTags.set(release.tag ?? "latest", version);
  }

  deprecate(name: string, version: string, message: string): void {
    const { stored, release } = this.#release(name, version);
    stored.releases.set(version, { ...release, deprecated: message });
  }

  /** The version is served no more; its publish time stays. A mirror takes no notice. */
  unpublish(name: string, version: string, at?: string): void {
    const { stored, release } = this.#release(name, version);
    stored.releases.set(version, { ...release, removed: true });
    if (at !== undefined) stored.changed = iso(at);
    if (this.#style.mirroredAt !== null) return;
    for (const [tag, tagged] of stored.distTags) if (tagged === version) stored.distTags.delete(tag);
    const highest = highestLeft(stored);
    if (!stored.distTags.has("latest") && highest !== undefined) stored.distTags.set("latest", highest);
  }

  /** The whole package is gone; its times stay. A mirror takes no notice. */
  unpublishAll(name: string, at: string): void {
    const stored = this.#package(name);
    stored.unpublishedAt = iso(at);
    stored.changed = iso(at);
  }

  /** npm takes the name over with an empty package; earlier publish times stay. */
  securityHold(name: string, at: string, version = "0.0.1-security"): void {
    const stored = this.#package(name);
    for (const known of [...stored.releases.keys()]) if (known !== version) this.unpublish(name, known);
    const description = "security holding package";
    this.publish(name, version, { at, description, publisher: { name: "npm", email: "npm@npmjs.com" } });
    stored.description = description;
    stored.changed = iso(at);
  }

  distTag(name: string, tag: string, version: string): void {
    this.#package(name).distTags.set(tag, version);
  }

  /** Sets when the package last changed: publishing alone makes that its newest release's time. */
  touch(name: string, at: string): void {
    this.#package(name).changed = iso(at);
  }

  /** Serves this text as the package's packument in both forms, whatever it is. */
  raw(name: string, body: string, headers: Readonly<Record<string, string>> = {}): void {
    this.#package(name).raw = { body, headers };
  }

  /** Lists an advisory in the bulk endpoint. */
  advise(name: string, advisory: BulkAdvisory): void {
    const known = (this.#advisories.get(name) ?? []).filter((one) => one.url !== advisory.url);
    this.#advisories.set(name, [...known, advisory]);
  }

  /** Withdraws a package's advisories from the bulk endpoint. */
  clearAdvisories(name: string): void {
    this.#advisories.delete(name);
  }

  /** A package's name: its packument. */
  protected isMeant(target: string, request: RegistryRequest): boolean {
    return request.kind === "packument" && request.name === target;
  }

  /** What it says to a request, failures aside. */
  answer(request: RegistryRequest): Answer {
    if (this.#token !== null && request.headers.authorization !== `Bearer ${this.#token}`) {
      return json(401, { error: "Unauthorized" }, { "www-authenticate": "Bearer" });
    }
    if (request.kind === "bulk") return this.#bulk(request);
    if (request.method !== "GET" && request.method !== "HEAD") return json(405, { error: "Method not allowed" });
    const stored = request.name === null ? undefined : this.#packages.get(request.name);
    if (stored === undefined) return NOT_FOUND;
    if (request.kind === "packument") return this.#packument(stored, request);
    const served =
      stored.unpublishedAt !== null && this.#style.mirroredAt === null ? [] : servedReleases(stored, this.#style);
    if (request.kind === "version") {
      const wanted = stored.distTags.get(request.rest ?? "") ?? request.rest;
      const release = served.find((one) => one.version === wanted);
      return release === undefined
        ? json(404, `version not found: ${request.rest ?? ""}`)
        : json(200, manifest(stored, release, this.#style));
    }
    const release = served.find((one) => tarballName(stored.name, one.version) === request.rest);
    if (release === undefined) return NOT_FOUND;
    const body = tarballOf(stored.name, release);
    return conditional(
      request,
      body,
      {
        "content-type": "application/octet-stream",
        "cache-control": "public, immutable, max-age=31557600",
        "last-modified": new Date(release.at).toUTCString(),
      },
      true,
      false,
    );
  }

  #packument(stored: StoredPackage, request: RegistryRequest): Answer {
    const isMirror = this.#style.mirroredAt !== null;
    const gone = stored.unpublishedAt !== null && !isMirror;
    if (gone && this.unpublishedStatus === 404) return NOT_FOUND;
    const abbreviated = !isMirror && (request.headers.accept ?? "").includes(ABBREVIATED);
    const form = abbreviated ? abbreviatedPackument : fullPackument;
    const body = stored.raw === null ? JSON.stringify(form(stored, this.#style)) : stored.raw.body;
    return conditional(
      request,
      Buffer.from(body),
      {
        "content-type": abbreviated ? ABBREVIATED : "application/json",
        "cache-control": "public, max-age=300",
        vary: "accept-encoding, accept",
        ...(isMirror ? {} : { "last-modified": new Date(modified(stored)).toUTCString() }),
        ...stored.raw?.headers,
      },
      !isMirror,
      true,
    );
  }

  #bulk(request: RegistryRequest): Answer {
    if (this.bulkStatus !== 200)
      return json(this.bulkStatus, { error: this.bulkStatus === 404 ? "Not found" : "Method not allowed" });
    if (request.method !== "POST") return json(405, { error: "Method not allowed" });
    const asked = parsed(request.body);
    if (!isObject(asked)) return json(400, { error: "Invalid JSON" });
    const found = Object.entries(asked).map(([name, versions]): [string, unknown[]] => {
      const hit = (one: BulkAdvisory) =>
        Array.isArray(versions) &&
        versions.some(
          (version) =>
            typeof version === "string" &&
            semver.satisfies(version, one.vulnerable_versions, { includePrerelease: true }),
        );
      return [
        name,
        (this.#advisories.get(name) ?? []).filter(hit).map((one, at) => ({
          id: 1_100_000 + at,
          cwe: [],
          cvss: { score: 0, vectorString: null },
          ...one,
        })),
      ];
    });
    return json(200, Object.fromEntries(found.filter(([, advisories]) => advisories.length > 0)));
  }

  #package(name: string): StoredPackage {
    const known = this.#packages.get(name);
    if (known !== undefined) return known;
    const created = newPackage(name);
    this.#packages.set(name, created);
    return created;
  }

  #release(name: string, version: string) {
    const stored = this.#package(name);
    const release = stored.releases.get(version);
    if (release === undefined) throw new Error(`${name}@${version} was never published here`);
    return { stored, release };
  }
}

/** Answers 304 when the client holds this very body. */
function conditional(
  request: RegistryRequest,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  hasEtag: boolean,
  compressible: boolean,
): Answer {
  if (!hasEtag) return { status: 200, headers, body, compressible };
  const etag = `"${digest("md5", body, "hex")}"`;
  const held = (request.headers["if-none-match"] ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  const status = held.includes(etag) ? 304 : 200;
  return { status, headers: { ...headers, etag }, body: status === 304 ? Buffer.alloc(0) : body, compressible };
}
