/** How hosts are reached: certificates, proxies, and which credentials are for which address. */
import registryFetch from "npm-registry-fetch";

/** Options of npm's HTTP libraries. */
export interface ConnectionOptions {
  readonly ca: readonly string[] | string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly strictSSL: boolean;
  /** Null: the environment's HTTPS_PROXY, HTTP_PROXY, PROXY. */
  readonly proxy: string | null;
  /** Null: the environment's NO_PROXY. */
  readonly noProxy: string | null;
  readonly localAddress: string | null;
}

export const DEFAULT_CONNECTION_OPTIONS: ConnectionOptions = {
  ca: null,
  cert: null,
  key: null,
  strictSSL: true,
  proxy: null,
  noProxy: null,
  localAddress: null,
};

interface Auth {
  readonly token: string | null;
  readonly auth: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

/** npm-registry-fetch exports it (lib/index.js); its types do not know. It finds `//host/path/:_authToken` and the like for an address. */
const { getAuth } = registryFetch as unknown as {
  readonly getAuth: (url: string, options: Readonly<Record<string, unknown>>) => Auth;
};

export type Credentials = Readonly<Record<string, string>>;

export interface ConnectionParts {
  /** How an address is reached. */
  readonly options: (url: URL) => ConnectionOptions;
  /** What may go along to an address. Keys are as in `.npmrc`: `//registry.example/npm/:_authToken`. */
  readonly credentials: (url: URL) => Credentials;
  /** Whose credentials also serve other paths of the same host and port (npm-registry-fetch, auth.js). */
  readonly registry: string;
  /** Which login of the package manager's was kept back from that registry, with why, as a clause. */
  readonly withheld?: string | null;
}

export class Connection {
  readonly #parts: ConnectionParts;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /** What goes along to this address. */
  to(url: string): { tls: ConnectionOptions; authorization: string | null } {
    const auth = this.#auth(url);
    const options = this.#parts.options(new URL(url));
    const authorization = auth.token !== null ? `Bearer ${auth.token}` : auth.auth !== null ? `Basic ${auth.auth}` : null;
    const tls = { ...options, cert: auth.cert ?? options.cert, key: auth.key ?? options.key };
    return { tls, authorization };
  }

  /** Whether something secret goes along to this address. */
  hasCredentials(url: string): boolean {
    const auth = this.#auth(url);
    return auth.token !== null || auth.auth !== null || auth.cert !== null;
  }

  /** Why a login that the package manager would send to this address does not go along; null where there is none. */
  withheldFrom(url: string): string | null {
    const { withheld = null, registry } = this.#parts;
    return new URL(url).host === new URL(registry).host ? withheld : null;
  }

  #auth(url: string): Auth {
    return getAuth(url, { ...this.#parts.credentials(new URL(url)), registry: this.#parts.registry });
  }
}

/** No credentials, and proxies as the environment says. */
export const PUBLIC_CONNECTION = new Connection({ options: () => DEFAULT_CONNECTION_OPTIONS, credentials: () => ({}), registry: "https://registry.npmjs.org/" });
