/**
 * Requests to registries and advisory services: over undici's pools of connections, with bounds on time, size, tries and
 * concurrency. Redirects are followed here, as what goes along to another host is decided here.
 */
import { validateHeaderValue } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import { BodyBudget, NoRoom, type BodyShare } from "./body-budget.ts";
import { untilAborted } from "./cancellation.ts";
import { withoutLogin, type Connection } from "./connection.ts";
import { Deadline } from "./deadline.ts";
import { ACCEPT_ENCODING } from "./http-body.ts";
import { exchange, type Exchanged } from "./http-exchange.ts";
import { failureFromError, failureFromStatus, HttpFailure } from "./http-failure.ts";
import type { HttpLines } from "./http-lines.ts";
import { HttpPace } from "./http-pace.ts";
import { USER_AGENT } from "./version.ts";

export interface HttpLimits {
  /** For one request with all its tries, ms. */
  readonly timeout: number;
  readonly tries: number;
  /** Before the second try, ms; doubled for each further one. */
  readonly backOff: number;
  /** Longest `Retry-After` that is waited for, ms. A host that asks for more is not asked again. */
  readonly longestWait: number;
  /** Most requests under way at one origin over one connection; fewer while it answers that they are too many. */
  readonly concurrency: number;
  /** One body, unpacked, bytes. */
  readonly maxBytes: number;
  /** All bodies on their way, unpacked, bytes. One that has no room beside the others waits. */
  readonly maxBytesTogether: number;
  /** After so many failures in a row to reach an origin at all it is left alone for `pause` ms. */
  readonly failuresBeforePause: number;
  readonly pause: number;
}

const DEFAULT_LIMITS: HttpLimits = {
  timeout: 30_000,
  tries: 3,
  backOff: 500,
  longestWait: 10_000,
  concurrency: 64,
  maxBytes: 100 * 1024 * 1024,
  maxBytesTogether: 256 * 1024 * 1024,
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
  readonly pace: HttpPace;
  failures: number;
  pausedUntil: number;
  lastFailure: HttpFailure | null;
}

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export class Http {
  readonly #limits: HttpLimits;
  readonly #origins = new Map<string, Origin>();
  readonly #env: NodeJS.ProcessEnv;
  #lines: Promise<HttpLines> | null = null;
  readonly #budget: BodyBudget;
  #lastAnswer: number | null = null;

  /** `env`: what names proxies, and authorities beside Node's own. */
  constructor(limits: Partial<HttpLimits> = {}, env: NodeJS.ProcessEnv = process.env) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#env = env;
    this.#budget = new BodyBudget(this.#limits.maxBytesTogether);
  }

  /** When a host last answered what it was asked, ms since epoch. */
  get lastAnswer(): number | null {
    return this.#lastAnswer;
  }

  /** Throws HttpFailure, or the signal's reason. */
  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    return this.sendAndRead(request, signal, (answer) => answer);
  }

  /**
   * The same, for a body that takes time to read: until `read` is done it counts among the bytes and the requests that
   * are under way. `read` is called once, and must not throw.
   */
  async sendAndRead<T>(
    request: HttpRequest,
    signal: AbortSignal,
    read: (answer: HttpAnswer) => T | Promise<T>,
  ): Promise<T> {
    const { origin: address, host } = new URL(request.url);
    // By the connection too: a project whose proxy hangs or fails must not hold up the others.
    const origin = this.#origin(`${address} ${request.connection.id}`);
    return untilAborted(
      origin.pace.run(async () => {
        signal.throwIfAborted();
        if (origin.lastFailure !== null && Date.now() < origin.pausedUntil) throw origin.lastFailure;
        try {
          const answer = await this.#withRetries(request, origin.pace, host, signal, read);
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

  /** Loaded once; where that fails, again with the next request. */
  #openLines(): Promise<HttpLines> {
    this.#lines ??= this.#loadLines().catch((error: unknown) => {
      this.#lines = null;
      throw error;
    });
    return this.#lines;
  }

  /** The HTTP library is loaded with the first request: without any, a scan has no use for it. */
  async #loadLines(): Promise<HttpLines> {
    const { HttpLines } = await import("./http-lines.ts");
    const { concurrency, timeout } = this.#limits;
    return new HttpLines({ connections: concurrency, timeout, env: this.#env });
  }

  #origin(key: string): Origin {
    let origin = this.#origins.get(key);
    if (origin === undefined) {
      origin = { pace: new HttpPace(this.#limits.concurrency), failures: 0, pausedUntil: 0, lastFailure: null };
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

  async #withRetries<T>(
    request: HttpRequest,
    pace: HttpPace,
    host: string,
    signal: AbortSignal,
    read: (answer: HttpAnswer) => T | Promise<T>,
  ): Promise<T> {
    const { timeout } = this.#limits;
    const late = () => new HttpFailure("timeout", `${host} did not answer within ${seconds(timeout)}`);
    const deadline = new Deadline(timeout, late);
    try {
      const answer = pRetry(async () => this.#withRoom(request, pace, deadline, read), {
        retries: this.#limits.tries - 1,
        minTimeout: this.#limits.backOff,
        signal: deadline.signal,
        shouldRetry: ({ error }) =>
          error instanceof HttpFailure && error.transient && (error.retryAfter ?? 0) <= this.#limits.longestWait,
        onFailedAttempt: async ({ error, retriesLeft }) => {
          const wait = error instanceof HttpFailure ? (error.retryAfter ?? 0) : 0;
          if (retriesLeft > 0 && wait > 0 && wait <= this.#limits.longestWait) {
            await sleep(wait, undefined, { signal: deadline.signal });
          }
        },
      });
      return await untilAborted(untilAborted(answer, deadline.signal), signal);
    } catch (error) {
      // Ends what a race left behind: a sleeping retry, a body still coming in.
      deadline.abort();
      throw error;
    } finally {
      deadline.end();
    }
  }

  /** Waiting for room, and reading, is not the host's doing, and no time of its. */
  async #withRoom<T>(
    request: HttpRequest,
    pace: HttpPace,
    deadline: Deadline,
    read: (answer: HttpAnswer) => T | Promise<T>,
  ): Promise<T> {
    for (;;) {
      const share = this.#budget.share();
      try {
        const answer = await this.#follow(request, pace, share, deadline.signal);
        return await deadline.without(Promise.resolve(read(answer)));
      } catch (error) {
        if (!(error instanceof NoRoom)) throw error;
        share.release();
        await deadline.without(this.#budget.room(error.bytes, deadline.signal));
      } finally {
        share.release();
      }
    }
  }

  async #follow(request: HttpRequest, pace: HttpPace, share: BodyShare, signal: AbortSignal): Promise<HttpAnswer> {
    let url = new URL(request.url);
    let isElsewhere = false;
    for (let hop = 0; ; hop++) {
      const { round } = pace;
      const answer = await this.#once(request, url, isElsewhere, share, signal);
      if (asksForFewer(answer)) pace.refused(round);
      else pace.answered();
      const { status, header } = answer;
      if ((status >= 200 && status < 300) || status === 304) return answer;
      if (!REDIRECTS.has(status)) {
        const withheld = request.connection.withheldFrom(url.href);
        throw failureFromStatus(status, retryAfterOf(header("retry-after")), url.host, withheld);
      }
      const next = redirectTarget(header("location"), url);
      if (next === null || hop === MOST_REDIRECTS || request.method === "POST") {
        throw new HttpFailure("http", `${url.host} answered with a redirect that is not followed`, { status });
      }
      if (request.staysAtHost === true && next.host !== url.host) {
        throw new HttpFailure("http", `${url.host} redirects to ${next.host}, which is not asked for private names`, {
          status,
        });
      }
      // As npm, but that another port is another host too: what was left behind stays behind.
      isElsewhere ||= next.host !== url.host;
      url = next;
    }
  }

  async #once(
    request: HttpRequest,
    url: URL,
    isElsewhere: boolean,
    share: BodyShare,
    signal: AbortSignal,
  ): Promise<Exchanged> {
    const { host } = url;
    try {
      const reach = request.connection.to(url.href);
      const { tls, authorization } = isElsewhere ? withoutLogin(reach) : reach;
      if (authorization !== null) validateHeaderValue("authorization", authorization);
      const lines = await this.#openLines();
      return await lines.over(url, tls, ({ dispatcher, pathOf, headers }) =>
        exchange(
          {
            dispatcher,
            host,
            maxBytes: this.#limits.maxBytes,
            share,
            request: {
              method: request.method,
              path: pathOf(url),
              headers: {
                "user-agent": USER_AGENT,
                "accept-encoding": ACCEPT_ENCODING,
                ...request.headers,
                ...(authorization === null ? {} : { authorization }),
                ...headers,
              },
              ...(request.body === undefined ? {} : { body: request.body }),
            },
          },
          signal,
        ),
      );
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof NoRoom) throw error;
      throw failureFromError(error, host);
    }
  }
}

/** https://www.rfc-editor.org/rfc/rfc6585#section-4 */
function asksForFewer({ status, header }: Exchanged): boolean {
  return status === 429 || (status === 503 && header("retry-after") !== null);
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
