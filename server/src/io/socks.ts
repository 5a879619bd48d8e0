/** Connections through a SOCKS proxy, version 4 or 5. */
import { lookup } from "node:dns/promises";
import type { Socket } from "node:net";

export interface SocksRoute {
  readonly proxy: URL;
  readonly host: string;
  readonly port: number;
  /** ms. */
  readonly timeout: number;
  readonly localAddress: string | null;
}

/** The port that SOCKS has by custom: https://www.rfc-editor.org/rfc/rfc1928#section-3 */
const DEFAULT_PORT = 1080;

/** Throws what the name service, the proxy or the connection to it throws. */
export async function socksSocket({ proxy, host, port, timeout, localAddress }: SocksRoute): Promise<Socket> {
  const { protocol, hostname, username, password } = proxy;
  // socks4 and socks5 resolve the name here, the others at the proxy: https://curl.se/libcurl/c/CURLOPT_PROXY.html
  const isResolvedHere = protocol === "socks4:" || protocol === "socks5:";
  // Loaded here: hardly anybody has such a proxy.
  const { SocksClient } = await import("socks");
  const { socket } = await SocksClient.createConnection({
    command: "connect",
    timeout,
    destination: { host: isResolvedHere ? (await lookup(host)).address : host, port },
    proxy: {
      host: hostname.replace(/^\[(.*)\]$/, "$1"),
      port: proxy.port === "" ? DEFAULT_PORT : Number(proxy.port),
      type: protocol.startsWith("socks4") ? 4 : 5,
      ...(username === "" ? {} : { userId: decodeURIComponent(username) }),
      ...(password === "" ? {} : { password: decodeURIComponent(password) }),
    },
    // The proxy's own address always takes the place of these two.
    socket_options: { host: hostname, port, ...(localAddress === null ? {} : { localAddress }) },
  });
  return socket;
}
