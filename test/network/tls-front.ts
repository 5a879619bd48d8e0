/** TLS before a server on loopback, as a reverse proxy puts it there. */
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { createServer, type Server, type TlsOptions } from "node:tls";

export class TlsFront {
  /** Common names of the certificates that clients showed, one for each connection; null: none. */
  readonly clients: (string | null)[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  /** `to`: the address of the server behind it. */
  static async start(to: string, options: TlsOptions): Promise<TlsFront> {
    const server = createServer(options);
    const front = new TlsFront(server);
    const port = Number(new URL(to).port);
    server.on("secureConnection", (socket) => {
      const { subject } = socket.getPeerCertificate() as { readonly subject?: { readonly CN: string } };
      front.clients.push(subject?.CN ?? null);
      const behind = connect(port, "127.0.0.1");
      for (const side of [socket, behind]) front.#track(side);
      socket.pipe(behind).pipe(socket);
    });
    // A client that does not trust it leaves during the handshake.
    server.on("tlsClientError", (_error, socket) => socket.destroy());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return front;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  }
}
