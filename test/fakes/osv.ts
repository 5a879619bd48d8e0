/** An advisory service on loopback that answers as api.osv.dev does: https://google.github.io/osv.dev/api/ */
import { FakeService } from "./fake-service.ts";
import { type Answer, isObject, json, type Loopback, parsed, type RecordedRequest, startLoopback } from "./loopback.ts";
import { affects, type OsvRecord } from "./osv-records.ts";

export { affects, malware, vulnerability, type OsvRecord } from "./osv-records.ts";

export interface OsvRequest extends RecordedRequest {
  readonly kind: "querybatch" | "query" | "vulns" | "other";
  /** The advisory asked for by `/v1/vulns/{id}`; null otherwise. */
  readonly id: string | null;
}

export interface OsvOptions {
  /** Most advisories that one query gets at once; further ones come under a page token. */
  readonly pageSize?: number;
}

const MOST_QUERIES = 1000;
const INVALID = json(400, { code: 3, message: "Invalid query." });

export async function startOsv(options: OsvOptions = {}): Promise<FakeOsv> {
  const loopback = await startLoopback<OsvRequest>(describe, (request): Answer => osv.answer(request));
  const osv: FakeOsv = new FakeOsv(loopback, options);
  return osv;
}

export class FakeOsv extends FakeService<OsvRequest> {
  /** Base URL, without a final slash. */
  readonly url: string;
  pageSize: number;
  readonly #records = new Map<string, OsvRecord>();

  constructor(loopback: Loopback<OsvRequest>, options: OsvOptions) {
    super(loopback);
    this.url = loopback.origin;
    this.pageSize = options.pageSize ?? 1000;
  }

  /** Adds records, or puts them in the place of those with the same id. */
  add(...records: readonly OsvRecord[]): void {
    for (const record of records) this.#records.set(record.id, record);
  }

  remove(id: string): void {
    this.#records.delete(id);
  }

  /** How often an endpoint, or one advisory, was asked for. */
  countOf(what: string): number {
    return this.requests.filter((request) => request.kind === what || request.id === what).length;
  }

  /** An endpoint, or an advisory's id. */
  protected isMeant(target: string, request: OsvRequest): boolean {
    return request.kind === target || request.id === target;
  }

  /** What it says to a request, failures aside. */
  answer(request: OsvRequest): Answer {
    if (request.kind === "vulns" && request.method === "GET") {
      const record = this.#records.get(request.id ?? "");
      return record === undefined ? json(404, { code: 5, message: "Bug not found." }) : json(200, record);
    }
    if (request.method !== "POST" || (request.kind !== "query" && request.kind !== "querybatch")) {
      return json(404, { code: 5, message: "Method does not exist." });
    }
    const body = parsed(request.body);
    if (request.kind === "query") {
      const page = this.#page(body);
      return page === null
        ? INVALID
        : json(200, { ...(page.vulns.length > 0 ? { vulns: page.vulns } : {}), ...page.next });
    }
    const queries = isObject(body) ? body["queries"] : undefined;
    if (!Array.isArray(queries)) return INVALID;
    if (queries.length > MOST_QUERIES) return json(400, { code: 3, message: "Too many queries." });
    const pages = queries.map((query: unknown) => this.#page(query));
    if (pages.includes(null)) return INVALID;
    return json(200, {
      results: pages.map((page) =>
        page === null || page.vulns.length === 0
          ? {}
          : {
              vulns: page.vulns.map(({ id, modified }) => ({ id, modified })),
              ...page.next,
            },
      ),
    });
  }

  #page(query: unknown): { vulns: OsvRecord[]; next: { next_page_token?: string } } | null {
    const asked = readQuery(query);
    if (asked === null) return null;
    // OSV.dev surfaces withdrawn records by id only: https://github.com/google/osv.dev/pull/295
    const found = [...this.#records.values()].filter(
      (record) => record.withdrawn === undefined && affects(record, asked.name, asked.version),
    );
    const end = asked.offset + this.pageSize;
    return {
      vulns: found.slice(asked.offset, end),
      next: end < found.length ? { next_page_token: Buffer.from(`offset:${end}`).toString("base64url") } : {},
    };
  }
}

/** Takes `{package: {name, ecosystem}, version?}` and `{package: {purl}, version?}`; null for what OSV.dev answers 400 to. */
function readQuery(query: unknown): { name: string; version: string | null; offset: number } | null {
  if (!isObject(query) || !isObject(query["package"])) return null;
  const { name, ecosystem, purl } = query["package"];
  const version = typeof query["version"] === "string" && query["version"] !== "" ? query["version"] : null;
  const offset = readToken(query["page_token"]);
  if (offset === null) return null;
  if (purl === undefined) {
    if (typeof name !== "string" || typeof ecosystem !== "string") return null;
    return { name: ecosystem === "npm" ? name : "", version, offset };
  }
  // With a purl, name and ecosystem are not allowed beside it, nor a version in both places.
  const match = typeof purl === "string" ? /^pkg:npm\/((?:(?:%40|@)[^/@]+\/)?[^/@?#]+)(?:@([^?#]+))?/.exec(purl) : null;
  if (match?.[1] === undefined || name !== undefined || ecosystem !== undefined) return null;
  if (match[2] !== undefined && version !== null) return null;
  return {
    name: decodeURIComponent(match[1]),
    version: match[2] === undefined ? version : decodeURIComponent(match[2]),
    offset,
  };
}

function readToken(token: unknown): number | null {
  if (token === undefined || token === "") return 0;
  const match = typeof token === "string" ? /^offset:(\d+)$/.exec(Buffer.from(token, "base64url").toString()) : null;
  return match?.[1] === undefined ? null : Number(match[1]);
}

function describe(request: RecordedRequest): OsvRequest {
  const path = request.path.split("?")[0] ?? "";
  if (path === "/v1/querybatch") return { ...request, kind: "querybatch", id: null };
  if (path === "/v1/query") return { ...request, kind: "query", id: null };
  const id = /^\/v1\/vulns\/([\w%.:-]+)$/.exec(path)?.[1];
  return id === undefined ? { ...request, kind: "other", id: null } : { ...request, kind: "vulns", id };
}
