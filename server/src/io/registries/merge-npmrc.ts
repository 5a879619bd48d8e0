/** Layers of `.npmrc` put together. */
import { DEFAULT_CONNECTION_OPTIONS, type ConnectionOptions, type Credentials } from "../connection.ts";
import { destinationOf, loginInside, type Destination } from "./address.ts";
import { NPMJS, type Machine, type RegistryConfig } from "./config.ts";
import { CredentialIndex } from "./credential-index.ts";
import { flattenSetting, type Values } from "./npm-library.ts";
import { noAddress, Lent, REQUEST_KEYS, SCOPED_REGISTRY, Withheld } from "./npmrc.ts";
import { isPlainFile } from "./plain-file.ts";

/** What layers of `.npmrc` say together. */
export interface Settled {
  /** `registry`, `@scope:registry`. */
  readonly destinations: ReadonlyMap<string, Destination>;
  readonly credentials: Credentials;
  /** As `RegistryConfig` has it, of all registries. */
  readonly lent: ReadonlySet<string>;
  /** Keys of all credentials, also of those that cannot be used. */
  readonly logins: readonly string[];
  /** Why those are withheld that the package manager would send, as a clause, by key. */
  readonly withheld: Credentials;
  readonly options: ConnectionOptions;
}

/** @param layers the weakest first */
export function settle(layers: readonly Values[], { log, files }: Pick<Machine, "log" | "files">): Settled {
  const destinations = new Map<string, Destination>();
  const credentials = new Map<string, string>();
  const lent = new Set<string>();
  const logins = new Set<string>();
  const withheld = new Map<string, string>();
  const flat: Record<string, unknown> = {};
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer)) {
      if (key === "registry" || SCOPED_REGISTRY.test(key)) {
        if (value === null) destinations.delete(key);
        else if (typeof value === "object" && !Array.isArray(value)) destinations.set(key, value as Destination);
        else destinations.set(key, destinationOf(value) ?? noAddress(key, "npm's configuration"));
      } else if (key.startsWith("//")) {
        const isText = typeof value === "string" && value !== "";
        if (!isText && !(value instanceof Withheld) && !(value instanceof Lent)) continue;
        logins.add(key);
        withheld.delete(key);
        if (value instanceof Withheld) {
          credentials.delete(key);
          if (value.why !== null) withheld.set(key, value.why);
        } else if (value instanceof Lent) {
          credentials.set(key, value.text);
          lent.add(value.text);
        } else if (!/:(certfile|keyfile)$/.test(key) || isPlainFile(value)) credentials.set(key, value);
      } else if (REQUEST_KEYS.has(key)) {
        if (key !== "cafile" || typeof value !== "string") flattenSetting(key, layer, flat);
        else flat["ca"] = files.pem(value) ?? flat["ca"];
      }
    }
  }
  for (const destination of destinations.values()) addLogin(credentials, destination);
  for (const key of credentials.keys()) logins.add(key);
  return {
    destinations,
    credentials: Object.fromEntries(credentials),
    lent,
    logins: [...logins],
    withheld: Object.fromEntries(withheld),
    options: connectionOptionsFrom(flat, log),
  };
}

/** The configuration of a package manager that has nothing but `.npmrc`. */
export function configOf(settled: Settled, unread: string | null): RegistryConfig {
  const { destinations, credentials, options } = settled;
  const index = new CredentialIndex(Object.entries(credentials));
  const withheld = new CredentialIndex(Object.entries(settled.withheld));
  const loginHosts = hostsOf(settled);
  return {
    registry: unread === null ? (destinations.get("registry") ?? NPMJS) : { refused: unread },
    scopes: scopesAmong(settled),
    credentials: (url) => index.around(url),
    lent: () => settled.lent,
    // Of any path on the host: this errs on the side of taking a registry for a private one.
    hasLogin: (url) => loginHosts.has(new URL(url).host),
    loginHosts,
    scopesWithLogin: new Set(),
    withheld: (url) => Object.values(withheld.around(url))[0] ?? null,
    options: () => options,
    unread,
  };
}

function hostsOf({ logins }: Settled): ReadonlySet<string> {
  // `//host/…` and `//host:_…`; neither is in a host.
  return new Set(logins.flatMap((key) => ["/", ":_"].map((end) => key.slice(2, Math.max(2, key.indexOf(end, 2))))));
}

/** A login inside an address moves to where credentials are kept. */
function addLogin(credentials: Map<string, string>, destination: Destination): void {
  const login = loginInside(destination);
  if (login !== null && !credentials.has(login[0])) credentials.set(...login);
}

/** The registries of scopes among `.npmrc`'s settings. */
export function scopesAmong({ destinations }: Settled): Map<string, Destination> {
  const scopes = new Map<string, Destination>();
  for (const [key, destination] of destinations) {
    const scope = SCOPED_REGISTRY.exec(key)?.[1];
    if (scope !== undefined) scopes.set(scope, destination);
  }
  return scopes;
}

function connectionOptionsFrom(flat: Values, log: Machine["log"]): ConnectionOptions {
  const text = (key: string) => {
    const value = flat[key];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const proxy = text("httpsProxy") ?? text("proxy");
  if (proxy !== null && !URL.canParse(proxy)) log.warn("npm's proxy setting is not an address; it was ignored.");
  // The same array where it needs no change: its digest is worked out once.
  const ca = isListOfTexts(flat["ca"])
    ? flat["ca"]
    : [flat["ca"]].flat().filter((entry): entry is string => typeof entry === "string" && entry !== "");
  return {
    ...DEFAULT_CONNECTION_OPTIONS,
    ca: ca.length === 0 ? null : ca,
    cert: text("cert"),
    key: text("key"),
    strictSSL: flat["strictSSL"] !== false,
    proxy: proxy !== null && URL.canParse(proxy) ? proxy : null,
    noProxy: text("noProxy"),
    localAddress: text("localAddress"),
  };
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string" && entry !== "");
}
