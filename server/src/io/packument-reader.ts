/**
 * Reads large packuments in a worker: parsing one of 20 MB takes a quarter of a second, in which an editor would have to
 * wait. The worker has a heap of its own, with a bound, and ends when it has nothing to do: its memory is given back.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { known, unknown, type Fact } from "../core/facts/fact.ts";
import { PackedPackument } from "../core/facts/packed-packument.ts";
import type { PackumentRequest } from "../core/facts/packument.ts";
import type { Logger } from "../core/ports.ts";
import { packumentOf, type ReadPackument } from "./packument-body.ts";
import type { WorkerAnswer, WorkerQuestion } from "./packument-protocol.ts";

export interface PackumentReaderOptions {
  /** The program of the worker: packument-worker.ts, as JavaScript. */
  readonly worker: URL;
  readonly log: Logger;
  /** Bodies of fewer bytes are read in the calling thread; without: 64 KB, which takes about 2 ms. */
  readonly smallest?: number;
  /** The heap of the worker, MB; without: 768. */
  readonly heap?: number;
  /** The worker ends after so many ms without a question; without: 5,000. */
  readonly idle?: number;
}

const SMALLEST = 64 * 1024;
/** The largest body that is read has 3 million values, of up to 60 bytes each and their texts. */
const HEAP = 768;
const IDLE = 5000;

interface Waiting {
  readonly body: Buffer;
  readonly request: PackumentRequest;
  readonly signal: AbortSignal;
  readonly resolve: (fact: Fact<PackedPackument>) => void;
  readonly reject: (reason: unknown) => void;
}

export class PackumentReader {
  readonly #options: PackumentReaderOptions;
  readonly #waiting: Waiting[] = [];
  #isWorking = false;
  #worker: Worker | null = null;
  #cannotStart = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: PackumentReaderOptions) {
    this.#options = options;
  }

  readonly read: ReadPackument = (body, request, signal) => {
    if (this.#cannotStart || body.length < (this.#options.smallest ?? SMALLEST))
      return Promise.resolve(packumentOf(body, request));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ body, request, signal, resolve, reject });
      if (!this.#isWorking) void this.#work();
    });
  };

  /** One at a time, so that it is known which body a worker died of. */
  async #work(): Promise<void> {
    this.#isWorking = true;
    clearTimeout(this.#idle);
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (next.signal.aborted) next.reject(next.signal.reason);
      else next.resolve(await this.#readOne(next.body, next.request));
    }
    this.#idle = setTimeout(() => this.#end(), this.#options.idle ?? IDLE).unref();
    this.#isWorking = false;
  }

  async #readOne(body: Buffer, request: PackumentRequest): Promise<Fact<PackedPackument>> {
    if (!this.#cannotStart) this.#worker ??= await this.#start();
    const worker = this.#worker;
    if (worker === null) return packumentOf(body, request);
    // Node ends when nothing but an idle worker is left.
    worker.ref();
    try {
      const answer = await ask(worker, { body: ownBytes(body), request });
      if (!answer.known) return answer;
      const packument = PackedPackument.from(answer.value, request.fetchedAt);
      if (packument === null) throw new Error("a worker answered with no packument");
      return known(packument);
    } catch (error) {
      this.#end();
      const reason = `${request.host} answered with a package document that could not be read (${codeOf(error)})`;
      return unknown("malformed", reason);
    } finally {
      worker.unref();
    }
  }

  /** Null: this machine starts none. */
  async #start(): Promise<Worker | null> {
    const { worker: program, heap = HEAP, log } = this.#options;
    const worker = new Worker(program, {
      name: "packuments",
      // The environment holds credentials, and the process's options are not for a second thread.
      env: {},
      execArgv: [],
      // Standard output belongs to the protocol.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: heap },
    });
    try {
      // READY. The event `online` comes before the program is loaded.
      await once(worker, "message");
      worker.on("error", (error) => log.info(`The worker that reads package documents ended: ${codeOf(error)}`));
      return worker;
    } catch (error) {
      this.#cannotStart = true;
      log.warn(`Large package documents are read without a worker, which did not start (${codeOf(error)}).`);
      return null;
    }
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
  }
}

async function ask(worker: Worker, question: WorkerQuestion): Promise<WorkerAnswer> {
  const settled = new AbortController();
  const ended = once(worker, "exit", settled).then(() => Promise.reject(new Error("it ended")));
  try {
    worker.postMessage(question, [question.body.buffer]);
    const [answer] = (await Promise.race([once(worker, "message", settled), ended])) as [WorkerAnswer];
    return answer;
  } finally {
    settled.abort();
    ended.catch(() => undefined);
  }
}

/** Bytes that are nobody else's: handing over a part of a buffer would take the whole of it away. */
function ownBytes(body: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer } = body;
  return buffer instanceof ArrayBuffer && buffer.byteLength === body.byteLength
    ? new Uint8Array(buffer)
    : Uint8Array.from(body);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? String(error.code) : error.message;
}
