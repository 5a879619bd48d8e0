/**
 * Requests to registries and advisory services: through npm's own HTTP library (proxies, certificates, keep-alive), with
 * bounds on time, size, tries and concurrency. make-fetch-happen is used without npm-registry-fetch's wrapper because
 * that one follows redirects on its own, keeps `Authorization` when only the port changes, and adds npm's own headers.
 */
import { validateHeaderValue } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import makeFetchHappen from "make-fetch-happen";
import pLimit, { type LimitFunction } from "p-limit";
import pRetry from "p-retry";
import { untilAborted } from "./cancellation.ts";
import { withoutLogin, type Connection } from "./connection.ts";
import { failureFromError, failureFromStatus, HttpFailure } from "./http-failure.ts";
import { USER_AGENT } from "./version.ts";

export interface HttpLimits {
  /** For one request with all its tries, ms. */
  readonly timeout: number;
  readonly tries: number;
  /** Before the second try, ms; doubled for each further one. */
  readonly backOff: number;
  /** Longest `Retry-After` that is waited for, ms. A host that asks for more is not asked again. */
  readonly longestWait: number;
  /** Requests under way at one origin over one connection. */
  readonly concurrency: number;
  /** Body, unpacked, bytes. */
  readonly maxBytes: number;
  /** After so many failures in a row to reach an origin at all it is left alone for `pause` ms. */
  readonly failuresBeforePause: number;
  readonly pause: number;
}

const DEFAULT_LIMITS: HttpLimits = {
  timeout: 30_000,
  tries: 3,
  backOff: 500,
  longestWait: 10_000,
  concurrency: 24,
  maxBytes: 100 * 1024 * 1024,
  failuresBeforePause: 24,
  pause: 15_000,
};

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What is asked for is for this host alone: no redirect to another one is followed. */
  readonly staysAtHost?: boolean;
  /** Certificates, proxies and credentials. */
  readonly connection: Connection;
}

export interface HttpAnswer {
  /** 200 to 299, or 304. */
  readonly status: number;
  readonly header: (name: string) => string | null;
  readonly body: Buffer;
}

interface Origin {
  readonly limit: LimitFunction;
  failures: number;
  pausedUntil: number;
  lastFailure: HttpFailure | null;
}

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Bytes of an error's or a redirect's body that are read so that the connection can be used again. */
const DRAINED = 64 * 1024;

export class Http {
  readonly #limits: HttpLimits;
  readonly #origins = new Map<string, Origin>();
  #lastAnswer: number | null = null;

  constructor(limits: Partial<HttpLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** When a host last answered what it was asked, ms since epoch. */
  get lastAnswer(): number | null {
    return this.#lastAnswer;
  }

  /** Throws HttpFailure, or the signal's reason. */
  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { origin: address, host } = new URL(request.url);
    // By the connection too: a project whose proxy hangs or fails must not hold up the others.
    const origin = this.#origin(`${address} ${request.connection.id}`);
    return untilAborted(
      origin.limit(async () => {
        signal.throwIfAborted();
        if (origin.lastFailure !== null && Date.now() < origin.pausedUntil) throw origin.lastFailure;
        try {
          const answer = await this.#withRetries(request, host, signal);
          origin.failures = 0;
          origin.lastFailure = null;
          this.#lastAnswer = Date.now();
          return answer;
        } catch (error) {
          signal.throwIfAborted();
          const failure = failureFromError(error, host);
          this.#note(origin, failure);
          throw failure;
        }
      }),
      signal,
    );
  }

  #origin(key: string): Origin {
    let origin = this.#origins.get(key);
    if (origin === undefined) {
      origin = { limit: pLimit(this.#limits.concurrency), failures: 0, pausedUntil: 0, lastFailure: null };
      this.#origins.set(key, origin);
    }
    return origin;
  }

  #note(origin: Origin, failure: HttpFailure): void {
    const unreached = failure.code === "timeout" || failure.code === "unreachable";
    origin.failures = unreached ? origin.failures + 1 : 0;
    origin.lastFailure = unreached ? failure : null;
    if (origin.failures >= this.#limits.failuresBeforePause) origin.pausedUntil = Date.now() + this.#limits.pause;
  }

  async #withRetries(request: HttpRequest, host: string, signal: AbortSignal): Promise<HttpAnswer> {
    const late = new HttpFailure("timeout", `${host} did not answer within ${seconds(this.#limits.timeout)}`);
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort(late);
    }, this.#limits.timeout);
    const either = AbortSignal.any([signal, deadline.signal]);
    try {
      return await untilAborted(
        pRetry(async () => this.#follow(request, either), {
          retries: this.#limits.tries - 1,
          minTimeout: this.#limits.backOff,
          signal: either,
          shouldRetry: ({ error }) =>
            error instanceof HttpFailure && error.transient && (error.retryAfter ?? 0) <= this.#limits.longestWait,
          onFailedAttempt: async ({ error, retriesLeft }) => {
            const wait = error instanceof HttpFailure ? (error.retryAfter ?? 0) : 0;
            if (retriesLeft > 0 && wait > 0 && wait <= this.#limits.longestWait) {
              await sleep(wait, undefined, { signal: either });
            }
          },
        }),
        either,
      );
    } finally {
      clearTimeout(timer);
      // Ends what a race left behind: a sleeping retry, a body still coming in.
      deadline.abort(late);
    }
  }

  async #follow(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    let url = new URL(request.url);
    let isElsewhere = false;
    for (let hop = 0; ; hop++) {
      const answer = await this.#once(request, url, isElsewhere, signal);
      if (!REDIRECTS.has(answer.status)) return answer;
      const next = redirectTarget(answer.header("location"), url);
      if (next === null || hop === MOST_REDIRECTS || request.method === "POST") {
        throw new HttpFailure("http", `${url.host} answered with a redirect that is not followed`, {
          status: answer.status,
        });
      }
      if (request.staysAtHost === true && next.host !== url.host) {
        throw new HttpFailure("http", `${url.host} redirects to ${next.host}, which is not asked for private names`, {
          status: answer.status,
        });
      }
      // As npm, but that another port is another host too: what was left behind stays behind.
      isElsewhere ||= next.host !== url.host;
      url = next;
    }
  }

  async #once(request: HttpRequest, url: URL, isElsewhere: boolean, signal: AbortSignal): Promise<HttpAnswer> {
    const { host } = url;
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    try {
      const reach = request.connection.to(url.href);
      const { tls, authorization } = isElsewhere ? withoutLogin(reach) : reach;
      if (authorization !== null) validateHeaderValue("authorization", authorization);
      const response = await makeFetchHappen(url.href, {
        ...tls,
        method: request.method,
        headers: {
          "user-agent": USER_AGENT,
          ...request.headers,
          ...(authorization === null ? {} : { authorization }),
        },
        ...(request.body === undefined ? {} : { body: request.body }),
        redirect: "manual",
        retry: { retries: 0 },
        maxSockets: this.#limits.concurrency,
        signal: either,
      });
      const { status } = response;
      const header = (name: string) => response.headers.get(name);
      if (status >= 200 && status < 300) {
        return { status, header, body: await collect(response.body, this.#limits.maxBytes, host) };
      }
      await collect(response.body, DRAINED, host).catch((error: unknown) => {
        if (!(error instanceof HttpFailure)) throw error;
        stop.abort();
      });
      if (status === 304 || REDIRECTS.has(status)) return { status, header, body: Buffer.alloc(0) };
      const withheld = request.connection.withheldFrom(url.href);
      throw failureFromStatus(status, retryAfterOf(header("retry-after")), host, withheld);
    } catch (error) {
      signal.throwIfAborted();
      throw failureFromError(error, host);
    } finally {
      stop.abort();
    }
  }
}

async function collect(body: AsyncIterable<Uint8Array>, limit: number, host: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limit) {
      throw new HttpFailure("malformed", `${host} answered more than ${Math.round(limit / 1024 / 1024)} MB`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Only http and https, and never from https down to http. */
function redirectTarget(location: string | null, from: URL): URL | null {
  if (location === null || !URL.canParse(location, from.href)) return null;
  const target = new URL(location, from.href);
  target.username = "";
  target.password = "";
  if (target.protocol === "https:") return target;
  return target.protocol === "http:" && from.protocol === "http:" ? target : null;
}

/** Seconds, or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfterOf(value: string | null): number | null {
  if (value === null) return null;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

function seconds(ms: number): string {
  return ms % 1000 === 0 && ms === 1000 ? "a second" : `${Number((ms / 1000).toFixed(1))} seconds`;
}
