/** How hosts are reached: certificates, proxies, and which credentials are for which address. */
import registryFetch from "npm-registry-fetch";

/** Options of npm's HTTP libraries, as `.npmrc` gives them. */
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

export class Connection {
  readonly #options: ConnectionOptions;
  /** Keys are as in `.npmrc`: `//registry.example/npm/:_authToken`. */
  readonly #credentials: Readonly<Record<string, string>>;
  readonly #registry: string;

  /** `registry`: whose credentials also serve other paths of the same host and port (npm-registry-fetch, auth.js). */
  constructor(options: ConnectionOptions, credentials: Readonly<Record<string, string>>, registry: string) {
    this.#options = options;
    this.#credentials = credentials;
    this.#registry = registry;
  }

  /** What goes along to this address. */
  to(url: string): { tls: ConnectionOptions; authorization: string | null } {
    const auth = getAuth(url, { ...this.#credentials, registry: this.#registry });
    const authorization = auth.token !== null ? `Bearer ${auth.token}` : auth.auth !== null ? `Basic ${auth.auth}` : null;
    const tls = { ...this.#options, cert: auth.cert ?? this.#options.cert, key: auth.key ?? this.#options.key };
    return { tls, authorization };
  }

  /** Whether something secret goes along to this address. */
  hasCredentials(url: string): boolean {
    const auth = getAuth(url, { ...this.#credentials, registry: this.#registry });
    return auth.token !== null || auth.auth !== null || auth.cert !== null;
  }
}

/** No credentials, and proxies as the environment says. */
export const PUBLIC_CONNECTION = new Connection(DEFAULT_CONNECTION_OPTIONS, {}, "https://registry.npmjs.org/");
