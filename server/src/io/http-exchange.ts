/** One request and its answer, over a dispatcher of undici's. */
import type { Dispatcher } from "undici";
import type { BodyShare } from "./body-budget.ts";
import { tooLarge, unpack } from "./http-body.ts";

export interface Exchange {
  readonly dispatcher: Dispatcher;
  readonly request: Dispatcher.DispatchOptions;
  /** The host that failures name. */
  readonly host: string;
  /** Body, packed and unpacked, bytes. */
  readonly maxBytes: number;
  readonly share: BodyShare;
}

export interface Exchanged {
  readonly status: number;
  readonly header: (name: string) => string | null;
  /** Empty if the status is outside 200 to 299. */
  readonly body: Buffer;
}

/** Bytes of an error's or a redirect's body that are read so that the connection can be used again. */
const DRAINED = 64 * 1024;

/** Throws HttpFailure, NoRoom, the signal's reason, and what undici or Node throws. */
export async function exchange(exchange: Exchange, signal: AbortSignal): Promise<Exchanged> {
  const { dispatcher, request, host, maxBytes, share } = exchange;
  const { status, headers, packed } = await new Promise<Received>((resolve, reject) => {
    dispatcher.dispatch(request, new Receiver({ resolve, reject, signal, host, maxBytes, share }));
  });
  const header = (name: string) => valueOf(headers, name);
  // A HEAD's headers describe the body that it has not.
  const isEncoded = request.method !== "HEAD" && status !== 204 && isGood(status);
  const body = isEncoded ? await unpack(packed, header("content-encoding"), { limit: maxBytes, share, host }) : packed;
  return { status, header, body };
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

interface Received {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly (Buffer | string)[];
  readonly packed: Buffer;
}

interface Receiving {
  readonly resolve: (received: Received) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal;
  readonly host: string;
  readonly maxBytes: number;
  readonly share: BodyShare;
}

/**
 * Collects one answer. It never pauses a body: undici 7.30.2 ends the process (an assertion in Parser.finish) when the
 * connection of a paused body is reset and its answer said `Connection: close`.
 */
class Receiver implements Dispatcher.DispatchHandler {
  readonly #receiving: Receiving;
  readonly #stop: () => void;
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  #headers: readonly (Buffer | string)[] = [];
  #size = 0;
  #chunks: Buffer[] = [];

  constructor(receiving: Receiving) {
    this.#receiving = receiving;
    const { signal } = receiving;
    this.#stop = () => {
      this.#fail(signal.reason);
    };
    if (signal.aborted) this.#stop();
    else signal.addEventListener("abort", this.#stop, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    const { signal } = this.#receiving;
    if (signal.aborted) controller.abort(signal.reason as Error);
  }

  onResponseStart({ rawHeaders }: Dispatcher.DispatchController, status: number): void {
    // What comes before the answer: 103 and the like.
    if (status < 200) return;
    this.#status = status;
    this.#headers = Array.isArray(rawHeaders) ? rawHeaders : [];
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (!isGood(this.#status)) {
      if (this.#size > DRAINED) this.#finish();
      return;
    }
    const { maxBytes, share, host } = this.#receiving;
    try {
      if (this.#size > maxBytes) throw tooLarge(host, maxBytes);
      share.take(chunk.length);
      this.#chunks.push(chunk);
    } catch (error) {
      this.#fail(error);
    }
  }

  onResponseEnd(): void {
    this.#end();
    this.#receiving.resolve({
      status: this.#status,
      headers: this.#headers,
      packed: Buffer.concat(this.#chunks),
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: unknown): void {
    this.#end();
    this.#receiving.reject(error);
  }

  /** With what there is; the rest of the body is not read. */
  #finish(): void {
    this.onResponseEnd();
    this.#controller?.abort(new Error("the rest is not read"));
  }

  #fail(error: unknown): void {
    this.#end();
    this.#receiving.reject(error);
    this.#controller?.abort(error instanceof Error ? error : new Error("ended"));
  }

  #end(): void {
    this.#receiving.signal.removeEventListener("abort", this.#stop);
  }
}

/** As Fetch has it: those of one name together, each byte one character. */
function valueOf(headers: readonly (Buffer | string)[], name: string): string | null {
  const values: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (textOf(headers[at]).toLowerCase() === name) values.push(textOf(headers[at + 1]));
  }
  return values.length === 0 ? null : values.join(", ");
}

function textOf(bytes: Buffer | string | undefined): string {
  return bytes === undefined ? "" : bytes.toString("latin1");
}
