/** What a host may do to a request on its socket, and how many and how large requests are at one time. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Connection, DEFAULT_CONNECTION_OPTIONS, type ConnectionOptions } from "../../server/src/io/connection.ts";
import { HttpFailure } from "../../server/src/io/http-failure.ts";
import { HttpPace } from "../../server/src/io/http-pace.ts";
import { Http, type HttpLimits } from "../../server/src/io/http.ts";
import { NEVER } from "./world.ts";

/** Nothing that ends otherwise ends by the timeout, however busy the machine is. */
const LIMITS: Partial<HttpLimits> = { timeout: 60_000, tries: 2, backOff: 5, longestWait: 500, maxBytes: 1024 * 1024 };
/** For a host that never answers. */
const IMPATIENT = { ...LIMITS, timeout: 1500 };
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

interface RawHost {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** First lines of the requests so far. */
  readonly asked: readonly string[];
}

/** A server below HTTP: `answer` is called with the socket for each request's head that comes in. */
async function rawHost(answer: (socket: Socket, nth: number) => void): Promise<RawHost> {
  const asked: string[] = [];
  const host = await listening(
    createServer((socket) => {
      let text = "";
      socket.on("data", (chunk: Buffer) => {
        text += chunk.toString("latin1");
        if (!text.includes("\r\n\r\n")) return;
        asked.push(text.slice(0, text.indexOf("\r\n")));
        text = "";
        answer(socket, asked.length);
      });
    }),
  );
  return { ...host, asked };
}

async function listening(
  server: Server,
): Promise<{ readonly url: string; readonly host: string; readonly port: number }> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push({
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, host: `127.0.0.1:${port}`, port };
}

function connectionTo(registry: string, options: Partial<ConnectionOptions> = {}): Connection {
  const all = { ...DEFAULT_CONNECTION_OPTIONS, ...options };
  return new Connection({ registry, options: () => all, credentials: () => ({}) });
}

async function get(url: string, http = new Http(LIMITS, {}), connection = connectionTo(url)): Promise<string> {
  return (await http.send({ method: "GET", url, connection }, NEVER)).body.toString();
}

/** What is said of a request that fails. */
async function reasonFor(url: string, http = new Http(LIMITS, {})): Promise<string> {
  const failure = await get(url, http).then(
    (body) => `answered ${body}`,
    (error: unknown) => error,
  );
  if (!(failure instanceof HttpFailure)) throw new Error("no failure", { cause: failure });
  return `${failure.code}: ${failure.message}`;
}

/** A whole answer. */
function whole(body: Buffer | string, ...headers: readonly string[]): Buffer {
  const bytes = Buffer.from(body);
  const head = ["HTTP/1.1 200 OK", `Content-Length: ${bytes.length}`, ...headers].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), bytes]);
}

const garbled = (host: string) => `malformed: ${host} answered with something that cannot be read`;
const cut = (host: string) => `unreachable: ${host} cut the connection`;
const late = (host: string) => `timeout: ${host} did not answer within 1.5 seconds`;
const large = (host: string) => `malformed: ${host} answered more than 1 MB`;

describe("a host that", () => {
  type Case = readonly [does: string, answer: (socket: Socket) => void, reason: (host: string) => string];
  const CASES: readonly Case[] = [
    ["says nothing", () => undefined, late],
    ["stalls in its headers", (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Le"), late],
    ["stalls in its body", (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123"), late],
    [
      "stalls in a chunk",
      (socket) => socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nab"),
      late,
    ],
    ["stalls in an error", (socket) => socket.write("HTTP/1.1 500 No\r\nContent-Length: 10\r\n\r\n123"), late],
    ["sends interim answers only", (socket) => socket.write("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"), late],
    ["ends before an answer", (socket) => socket.end(), cut],
    ["resets before an answer", (socket) => socket.resetAndDestroy(), cut],
    ["ends in its headers", (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Le"), cut],
    ["ends in its body", (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123"), cut],
    [
      "ends in its last body",
      (socket) => socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\n123"),
      cut,
    ],
    [
      "resets in its body",
      (socket) =>
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123", () =>
          setTimeout(() => socket.resetAndDestroy(), 20),
        ),
      cut,
    ],
    ["is no web server", (socket) => socket.end("220 mail.example ESMTP\r\n"), garbled],
    ["sends garbage", (socket) => socket.end(Buffer.alloc(300, 0x9d)), garbled],
    [
      "has a length that is no number",
      (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}"),
      garbled,
    ],
    [
      "has two lengths",
      (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}"),
      cut,
    ],
    [
      "has a chunk that is none",
      (socket) => socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
      garbled,
    ],
    [
      "has a header of 100 KB",
      (socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}\r\n\r\n{}`),
      garbled,
    ],
    ["has 10,000 headers", (socket) => socket.end(`HTTP/1.1 200 OK\r\n${"X: y\r\n".repeat(10_000)}\r\n{}`), garbled],
    [
      "switches protocols unasked",
      (socket) => socket.write("HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
      cut,
    ],
    ["says gzip of what is none", (socket) => socket.write(whole("{}", "Content-Encoding: gzip")), garbled],
    ["says gzip of nothing", (socket) => socket.write(whole("", "Content-Encoding: gzip")), garbled],
    [
      "cuts its gzip",
      (socket) => socket.write(whole(gzipSync("{}".repeat(500)).subarray(0, 20), "Content-Encoding: gzip")),
      garbled,
    ],
    ["says brotli of what is none", (socket) => socket.write(whole("garbage!", "Content-Encoding: br")), garbled],
    ["packs as nobody asked for", (socket) => socket.write(whole("{}", "Content-Encoding: compress")), garbled],
    ["packs twice", (socket) => socket.write(whole(gzipSync(gzipSync("{}")), "Content-Encoding: gzip, gzip")), garbled],
    [
      "sends a small gzip bomb",
      (socket) => socket.write(whole(gzipSync(Buffer.alloc(8 * 1024 * 1024)), "Content-Encoding: gzip")),
      large,
    ],
    [
      "sends a gzip bomb",
      (socket) => socket.write(whole(gzipSync(Buffer.alloc(64 * 1024 * 1024)), "Content-Encoding: gzip")),
      large,
    ],
    ["sends more than is taken", (socket) => socket.write(whole(Buffer.alloc(2 * 1024 * 1024))), large],
    [
      "redirects without end",
      (socket) => socket.write("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"),
      (host) => `http: ${host} answered with a redirect that is not followed`,
    ],
    [
      "redirects nowhere",
      (socket) => socket.write("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"),
      (host) => `http: ${host} answered with a redirect that is not followed`,
    ],
    [
      "answers an error without end",
      (socket) => socket.write(`HTTP/1.1 404 No\r\nContent-Length: 9999999\r\n\r\n${"x".repeat(200_000)}`),
      (host) => `not-found: ${host} does not have it (404)`,
    ],
  ];

  it.each(CASES)("%s", async (_does, answer, reason) => {
    const { url, host } = await rawHost(answer);
    const http = new Http(reason === late ? IMPATIENT : LIMITS, {});
    expect(await reasonFor(url, http)).toBe(reason(host));
  });

  it("speaks no TLS", async () => {
    const { host } = await rawHost((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const { port } = await listening(createServer((socket) => socket.end("no TLS here\r\n")));
    expect(await reasonFor(`https://127.0.0.1:${port}/`)).toMatch(
      new RegExp(`^unreachable: 127.0.0.1:${port} does not speak TLS as it should \\(ERR_SSL_\\w+\\)$`),
    );
    expect(await reasonFor(`https://${host}/`, new Http(IMPATIENT, {}))).toBe(late(host));
  });

  it("leaves in the handshake of TLS", async () => {
    const { port, host } = await listening(
      createServer((socket) => socket.once("data", () => socket.resetAndDestroy())),
    );
    expect(await reasonFor(`https://127.0.0.1:${port}/`)).toBe(cut(host));
  });

  it("left a connection half open: the request goes over another one", async () => {
    const { url, asked } = await rawHost((socket, nth) => {
      if (nth === 1) socket.write(whole("first"));
      else if (nth === 2) socket.resetAndDestroy();
      else socket.write(whole("again"));
    });
    const http = new Http(LIMITS, {});
    expect([await get(url, http), await get(url, http), asked.length]).toEqual(["first", "again", 3]);
  });

  it("says that its body is shorter than it is: no more is read, and the rest is no answer to the next request", async () => {
    const { url } = await rawHost((socket, nth) => {
      socket.write(
        nth === 1
          ? `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`
          : whole("good"),
      );
    });
    const http = new Http(LIMITS, {});
    expect([await get(url, http), await get(url, http)]).toEqual(["{}", "good"]);
  });

  it.each([
    ["HTTP/1.0 without a length", (socket: Socket) => socket.end("HTTP/1.0 200 OK\r\n\r\n{}")],
    ["no length, to the end", (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}")],
    [
      "chunks",
      (socket: Socket) =>
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"),
    ],
    [
      "interim answers before it",
      (socket: Socket) =>
        socket.write(Buffer.concat([Buffer.from("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"), whole("{}")])),
    ],
    ["gzip", (socket: Socket) => socket.write(whole(gzipSync("{}"), "Content-Encoding: gzip"))],
    ["brotli", (socket: Socket) => socket.write(whole(brotliCompressSync("{}"), "Content-Encoding: br"))],
    ["deflate", (socket: Socket) => socket.write(whole(deflateSync("{}"), "Content-Encoding: deflate"))],
    [
      "deflate without a header",
      (socket: Socket) => socket.write(whole(deflateRawSync("{}"), "Content-Encoding: deflate")),
    ],
    ["letters of any case", (socket: Socket) => socket.write(whole(gzipSync("{}"), "CONTENT-ENCODING: GZip"))],
  ])("answers with %s is understood", async (_what, answer) => {
    expect(await get((await rawHost(answer)).url)).toBe("{}");
  });

  it("gives an ETag of bytes that are no text gets the same bytes back", async () => {
    const heads: string[] = [];
    const { url } = await listening(
      createServer((socket) =>
        socket.on("data", (chunk: Buffer) => {
          heads.push(chunk.toString("latin1"));
          socket.write(
            Buffer.concat([
              Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: "\xe9\xff"\r\n\r\n{}', "latin1"),
            ]),
          );
        }),
      ),
    );
    const http = new Http(LIMITS, {});
    const connection = connectionTo(url);
    const etag = (await http.send({ method: "GET", url, connection }, NEVER)).header("etag") ?? "";
    await http.send({ method: "GET", url, connection, headers: { "if-none-match": etag } }, NEVER);
    expect(heads[1]).toContain('if-none-match: "\xe9\xff"');
  });
});

describe("bodies on their way together", () => {
  it("count until they are read, which is no time of the host's", async () => {
    const { url, asked } = await rawHost((socket) => socket.write(whole(Buffer.alloc(600 * 1024, "x"))));
    const http = new Http({ ...IMPATIENT, timeout: 500, maxBytesTogether: 1024 * 1024 }, {});
    const request = { method: "GET", url, connection: connectionTo(url) } as const;
    let letGo = (): void => undefined;
    const first = new Promise<void>((resolve) => (letGo = resolve));
    const order: string[] = [];
    const reading = http.sendAndRead(request, NEVER, async ({ body }) => {
      await first;
      order.push("first");
      return body.length;
    });
    await expect.poll(() => asked.length).toBe(1);
    const next = get(url, http).then(() => order.push("second"));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(order).toEqual([]);
    letGo();
    expect(await reading).toBe(600 * 1024);
    await next;
    expect(order).toEqual(["first", "second"]);
  });

  it("wait where they have no room, and are not failed, however long it takes", async () => {
    const held: Socket[] = [];
    const body = Buffer.alloc(600 * 1024, "x");
    const { url, asked } = await rawHost((socket) => {
      const [head, rest] = [whole(body).subarray(0, 500 * 1024), whole(body).subarray(500 * 1024)];
      socket.write(head);
      held.push(socket);
      // Until then the heads of all of them have come.
      setTimeout(() => socket.write(rest), 400);
    });
    const http = new Http({ ...LIMITS, maxBytesTogether: 1024 * 1024, timeout: 3000 }, {});
    const bodies = await Promise.all(Array.from({ length: 6 }, () => get(url, http)));
    expect(bodies.map(({ length }) => length)).toEqual(Array.from({ length: 6 }, () => body.length));
    // Those that had no room were asked for again.
    expect(asked.length).toBeGreaterThan(6);
    expect(held.length).toBe(asked.length);
  });

  it("have room for one that is larger than all may be", async () => {
    const { url } = await rawHost((socket) => socket.write(whole("x".repeat(5000))));
    expect(await get(url, new Http({ ...LIMITS, maxBytesTogether: 1000 }, {}))).toHaveLength(5000);
  });
});

describe("requests under way at one host", () => {
  it("are halved when it says that they are too many", async () => {
    const waiting: Socket[] = [];
    let together = 16;
    const most: number[] = [];
    const { url } = await rawHost((socket) => {
      waiting.push(socket);
      if (waiting.length < together) return;
      most.push(waiting.length);
      const answer = most.length === 1 ? "HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n" : whole("{}");
      // Refused together, so halved once: to 8.
      together = 8;
      for (const one of waiting.splice(0)) one.write(answer);
    });
    const http = new Http({ ...LIMITS, timeout: 60_000, concurrency: 16, tries: 1 }, {});
    const ask = () => Promise.allSettled(Array.from({ length: 16 }, () => get(url, http)));
    expect((await ask()).every(({ status }) => status === "rejected")).toBe(true);
    expect((await ask()).every(({ status }) => status === "fulfilled")).toBe(true);
    expect(most).toEqual([16, 8, 8]);
  });

  it("are more again as it answers, up to what they were, and one at least", () => {
    const pace = new HttpPace(16);
    for (let times = 0; times < 9; times++) pace.refused(pace.round);
    expect(pace.current).toBe(1);
    for (let answers = 0; answers < 200; answers++) pace.answered();
    expect(pace.current).toBe(16);
  });
});

describe("a SOCKS proxy", () => {
  /** Speaks version 5 without a login, or 4, and leads all to one port. */
  async function socksHost(port: number, heads: string[]): Promise<number> {
    const { connect } = await import("node:net");
    const proxy = createServer((socket) => {
      const lead = () => {
        const onward = connect(port, "127.0.0.1", () => socket.pipe(onward).pipe(socket));
        onward.on("error", () => socket.destroy());
        socket.on("close", () => onward.destroy());
      };
      socket.once("data", (hello: Buffer) => {
        if (hello[0] === 4) {
          heads.push(hello.subarray(8).toString("latin1"));
          socket.write(Buffer.from([0, 0x5a, 0, 0, 0, 0, 0, 0]), lead);
          return;
        }
        socket.write(Buffer.from([5, 0]));
        socket.once("data", (request: Buffer) => {
          heads.push(request.subarray(5, -2).toString("latin1"));
          socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 80]), lead);
        });
      });
    });
    return (await listening(proxy)).port;
  }

  it.each([
    ["socks5h", "inner.invalid"],
    ["socks", "inner.invalid"],
    ["socks4a", "inner.invalid"],
  ])("%s is asked for the host by its name", async (protocol, name) => {
    const { port } = await rawHost((socket) => socket.write(whole("through")));
    const heads: string[] = [];
    const proxy = `${protocol}://127.0.0.1:${await socksHost(port, heads)}`;
    const url = `http://${name}/`;
    expect(await get(url, new Http(LIMITS, {}), connectionTo(url, { proxy }))).toBe("through");
    expect(heads.join()).toContain(name);
  });

  it("that is no proxy is a failure of the host", async () => {
    const { port } = await listening(createServer((socket) => socket.end("what?")));
    const url = "http://inner.invalid/";
    const connection = connectionTo(url, { proxy: `socks5://127.0.0.1:${port}` });
    await expect(get("http://127.0.0.1:9/", new Http(LIMITS, {}), connection)).rejects.toThrow(
      "127.0.0.1:9 could not be reached",
    );
  });
});

it("a proxy whose protocol is not known is not gone around", async () => {
  const { url, asked } = await rawHost((socket) => socket.write(whole("{}")));
  const connection = connectionTo(url, { proxy: "ftp://127.0.0.1:9" });
  await expect(get(url, new Http(LIMITS, {}), connection)).rejects.toThrow("could not be reached (EINVALIDPROXY)");
  expect(asked).toEqual([]);
});

it("a proxy's answers to CONNECT are none of the host's", async () => {
  const { port } = await rawHost((socket) => socket.end("HTTP/1.1 404 Not Found\r\n\r\n"));
  const url = "https://inner.invalid/";
  const connection = connectionTo(url, { proxy: `http://127.0.0.1:${port}` });
  const failure: unknown = await get(url, new Http(LIMITS, {}), connection).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "http", status: null, message: "inner.invalid answered 404" });
});

it("a proxy that hangs up at every CONNECT is tried no more often than a host", async () => {
  const { port, asked } = await rawHost((socket) => socket.end());
  const url = "https://inner.invalid/";
  const connection = connectionTo(url, { proxy: `http://127.0.0.1:${port}` });
  await expect(get(url, new Http(LIMITS, {}), connection)).rejects.toThrow("inner.invalid cut the connection");
  expect(asked).toHaveLength(2);
});

it("what cannot be loaded for a request is loaded again for the next one", async () => {
  const { url } = await rawHost((socket) => socket.write(whole("later")));
  const MODULE = "../../server/src/io/http-lines.ts";
  const there = await vi.importActual<object>(MODULE);
  let times = 0;
  vi.doMock(MODULE, () => {
    times += 1;
    if (times === 1) throw new Error("too many open files");
    return there;
  });
  try {
    const http = new Http(LIMITS, {});
    await expect(get(url, http)).rejects.toThrow("could not be reached");
    expect(await get(url, http)).toBe("later");
  } finally {
    vi.doUnmock(MODULE);
  }
});
