/** What every fake of the outside world has in common: what it was asked, how it fails, and its end. */
import type { Failure } from "./failures.ts";
import type { Loopback, RecordedRequest } from "./loopback.ts";

export abstract class FakeService<R extends RecordedRequest> {
  readonly #loopback: Loopback<R>;

  constructor(loopback: Loopback<R>) {
    this.#loopback = loopback;
  }

  /** Every request so far, oldest first. */
  get requests(): readonly R[] {
    return this.#loopback.requests;
  }

  clearRequests(): void {
    this.#loopback.requests.length = 0;
  }

  /** `target`: what `isMeant` takes it for, "*" (everything), or a test of the request. */
  fail(target: string | ((request: R) => boolean), failure: Failure): void {
    this.#loopback.failures.add(
      typeof target === "function" ? target : (request) => target === "*" || this.isMeant(target, request),
      failure,
    );
  }

  heal(): void {
    this.#loopback.failures.clear();
  }

  close(): Promise<void> {
    return this.#loopback.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Whether a request is one that the target of a failure names. */
  protected abstract isMeant(target: string, request: R): boolean;
}
