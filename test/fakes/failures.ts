/** The ways in which a registry or an advisory service fails, as a client meets them. */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Answer } from "./messages.ts";

export type FailureKind =
  /** 200 (or `status`) with a page of HTML, as a captive portal or a proxy's login answers. */
  | "html"
  /** `status` (default 503) with a JSON error, and `retry-after` when given. */
  | "status"
  /** The right headers and half of the body, then the line is cut. */
  | "cut"
  /** The line is cut before any answer. */
  | "reset"
  /** No answer, ever. */
  | "hang"
  /** The right answer, after `delayMs` (default 1000). */
  | "slow"
  /** The right answer, once `until` has come. */
  | "held"
  /** The right headers at once, then the body in 16 pieces, `delayMs` (default 100) apart. */
  | "drip"
  /** 200 with a JSON content type over bytes that are no text. */
  | "garbage"
  /** 200, complete as HTTP, with JSON that ends in the middle. */
  | "truncated-json"
  /** 200 with JSON that goes on for `bytes` (default 1 GiB), as long as the client reads. */
  | "huge"
  /** 302 to `location`. */
  | "redirect";

export interface Failure {
  readonly kind: FailureKind;
  readonly status?: number;
  /** How many requests fail; until healed when left out. */
  readonly times?: number;
  readonly delayMs?: number;
  readonly until?: Promise<unknown>;
  /** Seconds, or an HTTP date. */
  readonly retryAfter?: number | string;
  readonly location?: string;
  readonly bytes?: number;
}

/** An answer that waits until the test releases it. */
export function heldAnswer(): { readonly failure: Failure; readonly release: () => void } {
  const released = new AbortController();
  const until = new Promise((resolve) => released.signal.addEventListener("abort", resolve));
  return { failure: { kind: "held", until }, release: () => released.abort() };
}

/** Failures that are switched on, oldest first; the first that matches a request is taken. */
export class FailureSwitch<R> {
  #active: { matches: (request: R) => boolean; failure: Failure; left: number }[] = [];

  add(matches: (request: R) => boolean, failure: Failure): void {
    this.#active.push({ matches, failure, left: failure.times ?? Number.POSITIVE_INFINITY });
  }

  take(request: R): Failure | null {
    const found = this.#active.find((entry) => entry.left > 0 && entry.matches(request));
    if (found === undefined) return null;
    found.left -= 1;
    return found.failure;
  }

  clear(): void {
    this.#active = [];
  }
}

/** Fails one request. `answer` is what the server would have said, content encoding included; `sendRight` says it. */
export async function sendFailure(
  response: ServerResponse,
  failure: Failure,
  answer: Answer,
  sendRight: () => void,
): Promise<void> {
  const whole = { ...answer.headers, "content-length": String(answer.body.length) };
  const jsonType = { "content-type": "application/json" };
  switch (failure.kind) {
    case "html":
      response.writeHead(failure.status ?? 200, { "content-type": "text/html; charset=utf-8" });
      response.end(
        "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>",
      );
      return;
    case "status":
      response.writeHead(failure.status ?? 503, {
        ...jsonType,
        ...(failure.retryAfter === undefined ? {} : { "retry-after": String(failure.retryAfter) }),
      });
      response.end(JSON.stringify({ error: "Service Unavailable" }));
      return;
    case "cut":
      response.writeHead(answer.status, whole);
      response.write(answer.body.subarray(0, answer.body.length >> 1), () => response.destroy());
      return;
    case "reset":
      response.destroy();
      return;
    case "hang":
      return;
    case "slow":
      await pause(failure.delayMs ?? 1000);
      if (!response.destroyed) sendRight();
      return;
    case "held":
      await failure.until;
      if (!response.destroyed) sendRight();
      return;
    case "drip":
      response.writeHead(answer.status, whole);
      await drip(response, answer.body, failure.delayMs ?? 100);
      return;
    case "garbage":
      response.writeHead(200, jsonType);
      response.end(Buffer.from(Array.from({ length: 512 }, (_, at) => (at * 167 + 128) % 256)));
      return;
    case "truncated-json":
      response.writeHead(200, jsonType);
      // Said anew rather than cut from `answer`, which may be gzipped, or no JSON at all.
      response.end('{"name":"cut","dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":{"name":"cut","vers');
      return;
    case "huge":
      response.writeHead(200, jsonType);
      await pour(response, failure.bytes ?? 2 ** 30);
      return;
    case "redirect":
      response.writeHead(302, { location: failure.location ?? "/" });
      response.end();
  }
}

/** The open socket holds the process while a client waits; once it is closed, the timer does not. */
function pause(ms: number): Promise<void> {
  return delay(ms, undefined, { ref: false });
}

async function drip(response: ServerResponse, body: Buffer, delayMs: number): Promise<void> {
  const size = Math.ceil(body.length / 16);
  for (let at = 0; at < body.length && !response.destroyed; at += size) {
    if (at > 0) await pause(delayMs);
    response.write(body.subarray(at, at + size));
  }
  response.end();
}

async function pour(response: ServerResponse, bytes: number): Promise<void> {
  const piece = Buffer.from(`"${"0".repeat(65_533)}",`);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  response.write('{"name":"huge","maintainers":[');
  for (let sent = 0; sent < bytes && !response.destroyed; sent += piece.length) {
    if (!response.write(piece)) await once(response, "drain", { signal: gone.signal });
  }
  response.end('""]}');
}
