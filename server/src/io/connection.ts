/** How hosts are reached: certificates, proxies, and which credentials are for which address. */
import { createHash } from "node:crypto";
import type { FileText } from "./registries/file-memory.ts";
import getAuth from "npm-registry-fetch/lib/auth.js";
import type { ConnectionRef, RegistryRef } from "../core/ports.ts";

/** Options of `.npmrc` and the like, as npm reads them. */
export interface ConnectionOptions {
  readonly ca: readonly string[] | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly strictSSL: boolean;
  /** Null: the environment's HTTPS_PROXY, HTTP_PROXY, PROXY. */
  readonly proxy: string | null;
  /** Null: the environment's NO_PROXY. */
  readonly noProxy: string | null;
  readonly localAddress: string | null;
}

/** Works out once for each object. */
export function oncePer<Key extends object, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const found = known.get(key) ?? { value: work(key) };
    known.set(key, found);
    return found.value;
  };
}

/** Certificates may be millions of characters, and thousands of scopes may share them. */
const caDigestOf = oncePer((ca: readonly string[]) => digestOf(ca));

/** Equal where all certificates of authorities are. */
export function caIdOf({ ca }: ConnectionOptions): string | null {
  return ca === null ? null : caDigestOf(ca);
}

const textDigestOf = oncePer(({ text }: FileText) => digestOf(text));

function textIdOf(file: FileText | null): string | null {
  return file === null ? null : textDigestOf(file);
}

/** Equal where all options are. A digest, as they are secret. */
export const optionsIdOf = oncePer((options: ConnectionOptions) => {
  const { cert, key, strictSSL, proxy, noProxy, localAddress } = options;
  return digestOf([caIdOf(options), cert, key, strictSSL, proxy, noProxy, localAddress]);
});

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
  /** The place that it was found for; false: none was. */
  readonly regKey: string | false;
  readonly token: string | null;
  readonly auth: string | null;
  readonly cert: FileText | null;
  readonly key: FileText | null;
}

const NO_AUTH: Auth = { regKey: false, token: null, auth: null, cert: null, key: null };

/** The text of a file; null where it cannot be read. The same object each time for one file. */
export type ReadFile = (path: string) => FileText | null;

export type Credentials = Readonly<Record<string, string>>;

type Protocol = "http:" | "https:";

export interface ConnectionParts {
  /** The registry's address. A login is for its host alone, and the options are those for its host. */
  readonly registry: string;
  /** How the registry's host is reached: `url` has its host and the protocol that is used. The same object each time. */
  readonly options: (url: URL) => ConnectionOptions;
  /** What may go along to the registry. Keys are as in `.npmrc`: `//registry.example/npm/:_authToken`. */
  readonly credentials: (url: URL) => Credentials;
  /** Which login of the package manager's does not go along to that registry, with why, as a clause. */
  readonly withheld?: (url: URL) => string | null;
  /** Reads the files of client certificates that credentials name; without it, none is read. */
  readonly readFile?: ReadFile;
  /** A project's configuration has a part in it: its answers are for those who are connected in the same way. */
  readonly isShaped?: boolean;
}

/** What goes along to an address. */
export interface Reach {
  readonly tls: ConnectionOptions;
  /** The value of the header; null: none. */
  readonly authorization: string | null;
}

/**
 * How one registry is reached. Its login is looked up for the registry's own address, as that is what a person or a
 * trusted project chose: never for an address that an answer chose.
 */
export class Connection implements ConnectionRef {
  readonly #parts: ConnectionParts;
  readonly #host: string;
  readonly #auths = new Map<string, Auth>();
  readonly #reaches = new Map<string, Reach>();
  #id: string | null = null;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#host = new URL(parts.registry).host;
  }

  /** Equal where certificates, proxies and credentials are. A digest, as they are secret. */
  get id(): string {
    this.#id ??= digestOf(this.#description());
    return this.#id;
  }

  /**
   * What facts that came over it are kept under, beside their registry. Empty where nothing of it is a project's: all
   * that the person configured shares its facts, and a new token does not lose them.
   */
  get partition(): string {
    return this.#parts.isShaped === true ? this.id : "";
  }

  /**
   * What goes along to this address. No login and no client certificate to another host, or over http from https.
   * The same object each time for addresses that are reached in the same way.
   */
  to(url: string): Reach {
    const { protocol, host } = new URL(url);
    const isRegistrys = this.#isRegistrys({ protocol, host });
    const place = `${protocol} ${isRegistrys}`;
    const known = this.#reaches.get(place);
    if (known !== undefined) return known;
    const reach = this.#reach(protocol, isRegistrys);
    this.#reaches.set(place, reach);
    return reach;
  }

  /** Whether a login goes along to this address. */
  hasCredentials(url: string): boolean {
    const address = new URL(url);
    if (!this.#isRegistrys(address)) return false;
    const { token, auth, cert } = this.#auth(address.protocol);
    return token !== null || auth !== null || cert !== null;
  }

  /** Why a login that the package manager would send to this address does not go along; null where there is none. */
  withheldFrom(url: string): string | null {
    const address = new URL(url);
    return address.host === this.#host ? (this.#parts.withheld?.(this.#registryBy(address.protocol)) ?? null) : null;
  }

  #reach(protocol: string, isRegistrys: boolean): Reach {
    const options = this.#parts.options(this.#registryBy(protocol));
    if (!isRegistrys) return withoutLogin({ tls: options, authorization: null });
    const { token, auth, cert, key } = this.#auth(protocol);
    const authorization = token !== null ? `Bearer ${token}` : auth !== null ? `Basic ${auth}` : null;
    return { tls: { ...options, cert: cert?.text ?? options.cert, key: key?.text ?? options.key }, authorization };
  }

  #isRegistrys({ host, protocol }: Pick<URL, "host" | "protocol">): boolean {
    return host === this.#host && (protocol === "https:" || this.#parts.registry.startsWith("http:"));
  }

  #registryBy(protocol: string): URL {
    const url = new URL(this.#parts.registry);
    url.protocol = protocol;
    return url;
  }

  #auth(protocol: string): Auth {
    const known = this.#auths.get(protocol);
    if (known !== undefined) return known;
    const { registry, credentials, readFile } = this.#parts;
    const auth = authFor(registry, credentials(this.#registryBy(protocol)), readFile ?? (() => null));
    this.#auths.set(protocol, auth);
    return auth;
  }

  #description(): unknown {
    const protocols: readonly Protocol[] = this.#parts.registry.startsWith("http:") ? ["http:", "https:"] : ["https:"];
    return protocols.map((protocol) => {
      const { token, auth, cert, key } = this.#auth(protocol);
      return [token, auth, textIdOf(cert), textIdOf(key), optionsIdOf(this.#parts.options(this.#registryBy(protocol)))];
    });
  }
}

function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

/**
 * The login for the place that is nearest to an address. Each place is looked at under a short address in its stead:
 * getAuth would try every beginning of a long path, each in time in proportion to all of it.
 */
function authFor(registry: string, credentials: Credentials, readFile: ReadFile): Auth {
  const { host, pathname } = new URL(registry);
  const address = `//${host}${pathname}`;
  const places = new Map<string, Record<string, string>>();
  for (const [key, value] of Object.entries(credentials)) {
    const end = key.lastIndexOf(":");
    const place = key.slice(0, end);
    if (end === -1 || !isAround(place, address)) continue;
    const own = places.get(place) ?? {};
    places.set(place, own);
    own[`//place/${key.slice(end)}`] = value;
  }
  for (const [, own] of [...places].toSorted(([a], [b]) => b.length - a.length)) {
    // getAuth would read these files anew for each registry.
    const { [CERTFILE]: certfile, [KEYFILE]: keyfile, ...others } = own;
    const { regKey, token, auth } = getAuth("https://place/", others);
    const hasFiles = certfile !== undefined && keyfile !== undefined;
    if (regKey === false && !hasFiles) continue;
    const [cert, key] = hasFiles ? [readFile(certfile), readFile(keyfile)] : [null, null];
    const isPair = cert !== null && cert.text !== "" && key !== null && key.text !== "";
    return { regKey: "//place/", token, auth, ...(isPair ? { cert, key } : { cert: null, key: null }) };
  }
  return NO_AUTH;
}

const CERTFILE = "//place/:certfile";
const KEYFILE = "//place/:keyfile";

/** Whether a place is an address or one above it. */
function isAround(place: string, address: string): boolean {
  return (
    place.length > "//".length &&
    address.startsWith(place) &&
    (place.length === address.length || place.endsWith("/") || address[place.length] === "/")
  );
}

/** The same object each time for one way. */
export const withoutLogin = oncePer(({ tls }: Reach): Reach => {
  return { tls: { ...tls, cert: null, key: null }, authorization: null };
});

/** No credentials, and proxies as the environment says. */
export const PUBLIC_CONNECTION = new Connection({
  options: () => DEFAULT_CONNECTION_OPTIONS,
  credentials: () => ({}),
  registry: "https://registry.npmjs.org/",
});

/** Where facts are from: a registry, over a connection whose word holds only for those who use it. */
export function placeOf(registry: RegistryRef): string {
  return `${registry.url}:${connectionOf(registry).partition}`;
}

/** How a registry that the Registry port gave is reached. */
export function connectionOf({ connection }: RegistryRef): Connection {
  if (connection === undefined) return PUBLIC_CONNECTION;
  if (connection instanceof Connection) return connection;
  throw new TypeError("a registry's connection is none of this Registry port's");
}
