/** An HTTP server on 127.0.0.1 that records what it is asked, can be told to fail, and leaves no socket behind. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync, gzipSync } from "node:zlib";
import { FailureSwitch, sendFailure } from "./failures.ts";
import { noteLeak } from "./leaks.ts";
import type { Answer, RecordedRequest } from "./messages.ts";

export type { Answer, RecordedRequest } from "./messages.ts";

export interface Loopback<R extends RecordedRequest> {
  /** `http://127.0.0.1:PORT`, without a final slash. */
  readonly origin: string;
  readonly requests: R[];
  readonly failures: FailureSwitch<R>;
  close(): Promise<void>;
}

export interface LoopbackOptions {
  /** Private names are its own. Every other server's requests are looked through for them: see leaks.ts. */
  readonly holdsPrivate?: boolean;
}

/** `describe` adds to a request what tests and failure targets ask by; `handle` answers it. */
export async function startLoopback<R extends RecordedRequest>(
  describe: (request: RecordedRequest) => R,
  handle: (request: R) => Answer,
  { holdsPrivate = false }: LoopbackOptions = {},
): Promise<Loopback<R>> {
  const requests: R[] = [];
  const failures = new FailureSwitch<R>();
  const sockets = new Set<Socket>();

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await buffer(incoming);
    const request = describe({
      method: incoming.method ?? "GET",
      path: incoming.url ?? "/",
      headers: incoming.headers,
      body: (incoming.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw).toString("utf8"),
    });
    requests.push(request);
    if (!holdsPrivate) noteLeak(request, origin);
    const failure = failures.take(request);
    const answer = encoded(handle(request), request);
    if (failure === null) send(response, request, answer);
    else await sendFailure(response, failure, answer, () => send(response, request, answer));
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => {
      // The client went, or sent a body that is not what it says: there is nobody to answer.
      response.destroy();
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const origin = await new Promise<string>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

  return {
    origin,
    requests,
    failures,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: Buffer.from(JSON.stringify(value)),
    compressible: true,
  };
}

/** The JSON of a request's body; undefined when it is none. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function encoded(answer: Answer, request: RecordedRequest): Answer {
  const accepted = request.headers["accept-encoding"];
  if (!answer.compressible || answer.body.length === 0) return answer;
  if (typeof accepted !== "string" || !accepted.includes("gzip")) return answer;
  return { ...answer, headers: { ...answer.headers, "content-encoding": "gzip" }, body: gzipSync(answer.body) };
}

function send(response: ServerResponse, request: RecordedRequest, answer: Answer): void {
  const hasBody = answer.status !== 304;
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(hasBody ? { "content-length": String(answer.body.length) } : {}),
  });
  response.end(hasBody && request.method !== "HEAD" ? answer.body : undefined);
}
