/** A forward proxy on loopback that records what it sees. It knows hosts that nobody else knows, so what reaches them came through it. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface ProxiedRequest {
  /** `CONNECT`, or that of the request. */
  readonly method: string;
  /** `host:port` of a CONNECT; the whole address of a request. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

export class ProxyFake {
  readonly requests: ProxiedRequest[] = [];
  /** What it does with a request. */
  behaviour: "forward" | "refuse" | "hang" = "forward";
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    /** Hosts (with the port, where it is not the scheme's own) and the loopback ports they stand for. */
    private readonly hosts: Readonly<Record<string, number>>,
  ) {}

  static async start(hosts: Readonly<Record<string, number>>): Promise<ProxyFake> {
    const server = createServer();
    const proxy = new ProxyFake(server, hosts);
    proxy.#serve();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** Hosts asked for through it, each once. */
  get asked(): readonly string[] {
    return [
      ...new Set(this.requests.map(({ method, target }) => (method === "CONNECT" ? target : new URL(target).host))),
    ].sort();
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(): void {
    this.server.on("connection", (socket: Socket) => this.#track(socket));
    this.server.on("request", (incoming, response) => {
      const { method = "", url: target = "", headers } = incoming;
      this.requests.push({ method, target, headers });
      const port = this.#portOf(new URL(target).host);
      if (this.behaviour === "hang") return;
      if (this.behaviour === "refuse" || port === null) {
        response.writeHead(this.behaviour === "refuse" ? 407 : 502).end();
        return;
      }
      // A proxy takes out what is meant for itself: https://www.rfc-editor.org/rfc/rfc9110#name-proxy-authorization
      const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("proxy-")));
      const { pathname, search } = new URL(target);
      const onward = request({ port, host: "127.0.0.1", method, path: pathname + search, headers: kept }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      incoming.pipe(onward);
    });
    this.server.on(
      "connect",
      ({ url: target = "", headers }: { url?: string; headers: IncomingHttpHeaders }, socket: Socket) => {
        this.requests.push({ method: "CONNECT", target, headers });
        const port = this.#portOf(target);
        if (this.behaviour === "hang") return;
        if (this.behaviour === "refuse" || port === null) {
          socket.end(
            `HTTP/1.1 ${this.behaviour === "refuse" ? "407 Proxy Authentication Required" : "502 Bad Gateway"}\r\n\r\n`,
          );
          return;
        }
        const onward = connect(port, "127.0.0.1", () => {
          socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
          socket.pipe(onward).pipe(socket);
        });
        this.#track(onward);
      },
    );
  }

  #portOf(host: string): number | null {
    const named = this.hosts[host] ?? this.hosts[host.replace(/:(80|443)$/, "")];
    if (named !== undefined) return named;
    const [, own] = /^127\.0\.0\.1:(\d+)$/.exec(host) ?? [];
    return own === undefined ? null : Number(own);
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  }
}
