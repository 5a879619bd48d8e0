/** Ways to hosts: one pool of connections for each origin, its certificates and its proxy, closed when nobody uses it. */
import { Socket } from "node:net";
import { createSecureContext, rootCertificates } from "node:tls";
import type { buildConnector as Build, Pool as UndiciPool } from "undici";
import connectThrough from "undici/lib/api/api-connect.js";
import buildConnector from "undici/lib/core/connect.js";
import Pool from "undici/lib/dispatcher/pool.js";
import { optionsIdOf, type ConnectionOptions } from "./connection.ts";
import { failureFromError, HttpFailure } from "./http-failure.ts";
import { Proxies, proxyLogin } from "./proxies.ts";
import { socksSocket } from "./socks.ts";

type Connector = Build.connector;

/** What a request goes over. */
export interface HttpLine {
  readonly dispatcher: UndiciPool;
  /** The path of a request: all of the address where a proxy is asked for it. */
  readonly pathOf: (url: URL) => string;
  /** For the proxy. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface LineOptions {
  /** Connections to one origin. */
  readonly connections: number;
  /** To open a connection, and from one part of an answer to the next, ms. */
  readonly timeout: number;
  /** What names proxies, and authorities beside Node's own. */
  readonly env: NodeJS.ProcessEnv;
}

/** With these Node trusts further authorities. It reads them as it starts. */
const TRUSTING = ["NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/** A connection without a request stays open for so long, ms, where the host does not say. */
const KEEP_ALIVE = 15_000;
const LONGEST_KEEP_ALIVE = 60_000;

interface Entry {
  readonly line: HttpLine;
  readonly pools: readonly UndiciPool[];
  users: number;
  closing: NodeJS.Timeout | null;
}

export class HttpLines {
  readonly #options: LineOptions;
  readonly #proxies: Proxies;
  /** Where Node trusts more than the environment that counts says: only those that come with Node. Null: as Node does. */
  readonly #usualAuthorities: readonly string[] | null;
  readonly #entries = new Map<string, Entry>();

  constructor(options: LineOptions) {
    this.#options = options;
    this.#proxies = new Proxies(options.env);
    const isAsStarted = TRUSTING.every((name) => options.env[name] === process.env[name]);
    this.#usualAuthorities = isAsStarted ? null : rootCertificates;
  }

  /** Throws what `use` throws, and for options that cannot be used: no certificate, no proxy's address. */
  async over<T>(url: URL, options: ConnectionOptions, use: (line: HttpLine) => Promise<T>): Promise<T> {
    const key = `${url.origin} ${optionsIdOf(options)}`;
    const entry = this.#entry(key, url, options);
    entry.users++;
    if (entry.closing !== null) clearTimeout(entry.closing);
    entry.closing = null;
    try {
      return await use(entry.line);
    } finally {
      entry.users--;
      if (entry.users === 0) this.#closeLater(key, entry);
    }
  }

  #entry(key: string, url: URL, options: ConnectionOptions): Entry {
    const present = this.#entries.get(key);
    if (present !== undefined) return present;
    const made = { ...this.#make(url, options), users: 0, closing: null };
    this.#entries.set(key, made);
    return made;
  }

  #closeLater(key: string, entry: Entry): void {
    entry.closing = setTimeout(() => {
      this.#entries.delete(key);
      for (const pool of entry.pools) void pool.destroy();
    }, LONGEST_KEEP_ALIVE).unref();
  }

  #make(url: URL, options: ConnectionOptions): Pick<Entry, "line" | "pools"> {
    const proxy = this.#proxies.for(url, options);
    const toOrigin = this.#connector(url.protocol === "https:" || proxy?.protocol === "https:", options);
    const pathOf = ({ pathname, search }: URL) => pathname + search;
    if (proxy === null) {
      const dispatcher = this.#pool(url.origin, from(options.localAddress, toOrigin), this.#options.connections);
      return { line: { dispatcher, pathOf, headers: {} }, pools: [dispatcher] };
    }
    if (proxy.protocol.startsWith("socks")) {
      const dispatcher = this.#pool(
        url.origin,
        this.#throughSocks(proxy, options, toOrigin),
        this.#options.connections,
      );
      return { line: { dispatcher, pathOf, headers: {} }, pools: [dispatcher] };
    }
    const login = proxyLogin(proxy);
    const headers: Record<string, string> = login === null ? {} : { "proxy-authorization": login };
    const toProxy = this.#pool(proxy.origin, from(options.localAddress, toOrigin), this.#options.connections);
    if (url.protocol === "http:") {
      const line = {
        dispatcher: toProxy,
        pathOf: (asked: URL) => asked.origin + pathOf(asked),
        headers: { ...headers, host: url.host },
      };
      return { line, pools: [toProxy] };
    }
    const dispatcher = this.#pool(url.origin, throughTunnel(toProxy, headers, toOrigin), this.#options.connections);
    return { line: { dispatcher, pathOf, headers: {} }, pools: [dispatcher, toProxy] };
  }

  #pool(origin: string, connect: Connector, connections: number): UndiciPool {
    const { timeout } = this.#options;
    return new Pool(origin, {
      connect,
      connections,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      keepAliveTimeout: KEEP_ALIVE,
      keepAliveMaxTimeout: LONGEST_KEEP_ALIVE,
    });
  }

  #connector(isSecure: boolean, { ca, cert, key, strictSSL }: ConnectionOptions): Connector {
    const { timeout } = this.#options;
    if (!isSecure) return buildConnector({ timeout });
    const authorities = ca ?? this.#usualAuthorities;
    // Once for all connections: a list of authorities takes long to read.
    const secureContext = createSecureContext({
      ...(authorities === null ? {} : { ca: [...authorities] }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
    });
    return buildConnector({ timeout, secureContext, rejectUnauthorized: strictSSL });
  }

  #throughSocks(proxy: URL, { localAddress }: ConnectionOptions, secure: Connector): Connector {
    const { timeout } = this.#options;
    return (options, callback) => {
      const { hostname: host, protocol } = options;
      const port = portOf(options);
      socksSocket({ proxy, host, port, timeout, localAddress }).then(
        (socket) => {
          if (protocol === "https:") secure({ ...options, httpSocket: socket }, callback);
          else callback(null, socket);
        },
        (error: unknown) => {
          callback(failureFromError(error, hostOf(options)), null);
        },
      );
    };
  }
}

/** From an address of this machine's, and with the name that is connected to, not that of a request, for TLS. */
function from(localAddress: string | null, connect: Connector): Connector {
  return (options, callback) => {
    connect({ ...options, servername: "", localAddress }, callback);
  };
}

/** Through a proxy's CONNECT: https://www.rfc-editor.org/rfc/rfc9110#CONNECT */
function throughTunnel(proxy: UndiciPool, headers: Readonly<Record<string, string>>, secure: Connector): Connector {
  return (options, callback) => {
    const place = `${bracketed(options.hostname)}:${portOf(options)}`;
    connectThrough.call(proxy, { path: place, headers: { ...headers, host: place } }).then(
      ({ statusCode, socket }) => {
        if (statusCode === 200 && socket instanceof Socket) {
          secure({ ...options, httpSocket: socket }, callback);
          return;
        }
        socket.on("error", () => undefined).destroy();
        callback(refusedTunnel(hostOf(options), statusCode), null);
      },
      (error: unknown) => {
        // As a failure: undici would connect again at once, and again, after some errors of its own.
        callback(failureFromError(error, hostOf(options)), null);
      },
    );
  };
}

/** The proxy's status is none of the host's: its 404 says nothing of a package, and its 401 nothing of a login there. */
function refusedTunnel(host: string, status: number): HttpFailure {
  return new HttpFailure("http", `${host} answered ${status}`, { transient: status === 429 || status >= 500 });
}

function hostOf({ host, hostname }: Build.Options): string {
  return host ?? hostname;
}

function portOf({ port, protocol }: Build.Options): number {
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}

function bracketed(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
