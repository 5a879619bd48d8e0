/**
 * A client that speaks LSP message by message, with none of a library's kindness: it says in `initialize` exactly what
 * it is given, and answers the server as it is told, wrongly or never too.
 */
import { serveHere } from "./server-here.ts";
import { type RunningServer, startProcess } from "./server-process.ts";

export interface Message {
  readonly jsonrpc: "2.0";
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** An answer that never comes. */
export const SILENCE = Symbol("no answer");

/** An answer that is an error. */
export class Refusal {
  constructor(
    readonly code: number,
    readonly message: string,
  ) {}
}

/** Answers a request of the server; what it returns is the result, but for `SILENCE` and a `Refusal`. */
export type Answer = (params: unknown) => unknown;

/** How long an answer may take before the test is given up, ms: no measure of speed, only an end to a hang. */
const PATIENCE = 60_000;

export class RawClient {
  /** All that the server sent, oldest first. */
  readonly received: Message[] = [];
  readonly #server: RunningServer;
  readonly #answers: Readonly<Record<string, Answer>>;
  readonly #waiting = new Set<() => void>();
  #buffer = Buffer.alloc(0);
  #lastId = 0;

  /**
   * @param answers by method; a request of another method is refused, as clients do that do not know it
   * @param program started as a process; null: the server runs in this thread, from its source
   */
  constructor(
    env: Readonly<Record<string, string>>,
    answers: Readonly<Record<string, Answer>> = {},
    program: string | null = null,
  ) {
    this.#server = program === null ? serveHere(env) : startProcess(program, env);
    this.#answers = answers;
    this.#server.output.on("data", (chunk: Buffer) => this.#read(chunk));
  }

  /** The exit status; null where a signal ended the process. */
  get ended(): Promise<number | null> {
    return this.#server.ended();
  }

  /** Sends a request and waits for its answer, which may be an error. */
  request(method: string, params?: unknown): Promise<Message> {
    const id = ++this.#lastId;
    this.send({ jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) });
    return this.until(
      (message) => message.id === id && message.method === undefined,
      `no answer to ${method} (${String(id)})`,
    );
  }

  notify(method: string, params?: unknown): void {
    this.send({ jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) });
  }

  send(message: Message): void {
    const body = Buffer.from(JSON.stringify(message));
    this.#server.input.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#server.input.write(body);
  }

  /** Opens a document. */
  open(uri: string, text: string): void {
    this.notify("textDocument/didOpen", { textDocument: { uri, languageId: "json", version: 1, text } });
  }

  /** Replaces the whole text of a document. */
  change(uri: string, version: number, text: string): void {
    this.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
  }

  /** Of one method, oldest first; `from`: only those from this index of `received` on. */
  params(method: string, from = 0): readonly unknown[] {
    return this.received
      .slice(from)
      .filter((message) => message.method === method)
      .map(({ params }) => params);
  }

  /** What was pushed for a file, oldest first. */
  pushed(uri: string, from = 0): readonly Diagnostics[] {
    return this.params("textDocument/publishDiagnostics", from)
      .map((params) => params as Diagnostics)
      .filter((params) => params.uri === uri);
  }

  get log(): string {
    return this.params("window/logMessage")
      .map((params) => (params as { message: string }).message)
      .join("\n");
  }

  /** Waits for a message. @param complaint what to say where it does not come */
  until(wanted: (message: Message) => boolean, complaint: string, from = 0): Promise<Message> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.received.slice(from).find(wanted);
        if (found === undefined) return;
        clearTimeout(limit);
        this.#waiting.delete(look);
        resolve(found);
      };
      const limit = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`${complaint}; the last messages:\n${this.#lastMessages()}\n${this.#server.stderr()}`));
      }, PATIENCE);
      this.#waiting.add(look);
      look();
    });
  }

  /** Waits until what is pushed for a file is as wanted. */
  async diagnostics(
    uri: string,
    wanted: (codes: readonly string[], diagnostics: Diagnostics) => boolean = () => true,
    from = 0,
  ): Promise<Diagnostics> {
    const message = await this.until(
      ({ method, params }) =>
        method === "textDocument/publishDiagnostics" &&
        (params as Diagnostics).uri === uri &&
        wanted(
          (params as Diagnostics).diagnostics.map(({ code }) => code),
          params as Diagnostics,
        ),
      `no such diagnostics of ${uri}`,
      from,
    );
    return message.params as Diagnostics;
  }

  /** Ends the server as an editor does; gives its exit status. */
  async stop(): Promise<number | null> {
    if (!this.#server.isRunning()) return this.ended;
    this.send({ jsonrpc: "2.0", id: "shutdown", method: "shutdown" });
    this.notify("exit");
    return this.ended;
  }

  #lastMessages(): string {
    return this.received
      .slice(-15)
      .map((message) => JSON.stringify(message).slice(0, 1000))
      .join("\n");
  }

  #read(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf("\r\n\r\n");
      if (end === -1) return;
      const length = Number(/content-length: *(\d+)/i.exec(this.#buffer.toString("latin1", 0, end))?.[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const message = JSON.parse(this.#buffer.toString("utf8", end + 4, end + 4 + length)) as Message;
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.received.push(message);
      this.#answer(message);
      for (const look of [...this.#waiting]) look();
    }
  }

  #answer({ id, method, params }: Message): void {
    if (method === undefined || id === undefined) return;
    const answer = this.#answers[method];
    const result = answer === undefined ? new Refusal(-32601, `no ${method} here`) : answer(params);
    if (result === SILENCE) return;
    if (result instanceof Refusal)
      this.send({ jsonrpc: "2.0", id, error: { code: result.code, message: result.message } });
    else this.send({ jsonrpc: "2.0", id, result });
  }
}

export interface Diagnostics {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly RawDiagnostic[];
}

export interface RawDiagnostic extends Readonly<Record<string, unknown>> {
  readonly code: string;
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
}
