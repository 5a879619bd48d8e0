/** Yarn Berry, which reads no `.npmrc`. packages/plugin-npm/sources/{npmConfigUtils,npmHttpUtils}.ts */
import { DEFAULT_CONNECTION_OPTIONS, type ConnectionOptions, type Credentials } from "../connection.ts";
import { MatchingBudget } from "../../core/util/matching-budget.ts";
import { joined } from "../../core/config/variables.ts";
import { addressText, baseUrl, isAt, nerfDart, type Destination } from "./address.ts";
import { authoritiesFile, clientCertificateFile, type CertificateFile } from "./certificate-file.ts";
import { JSR, unreadable, YARNPKG, type Load, type Machine, type RegistryConfig } from "./config.ts";
import { isForHostAlone, variablesIn, whyNotLent } from "./lent-variables.ts";
import { destinationFrom } from "./npmrc.ts";
import { placeOf, Yarnrc, type Written } from "./yarnrc.ts";

/**
 * Unlike Yarn, a login that names no registry (`npmAuthToken` at the top, or in a scope) goes only to the registry that
 * stands beside it, or that the same author names: never the person's to one that a project names.
 */
export const loadYarnBerry: Load = (project, machine): RegistryConfig => {
  const yarnrc = Yarnrc.read(project, machine);
  const scopes = [...yarnrc.keys("npmScopes")];
  const maps = [["npmScopes"], ["npmRegistries"], ...scopes.map((scope) => ["npmScopes", scope])];
  const hosts = new HostPatterns([...yarnrc.keys("networkSettings")]);
  const unread =
    yarnrc.unread ?? maps.map((path) => yarnrc.misfit(...path)).find((misfit) => misfit !== null) ?? hosts.problem;
  if (unread !== null) return unreadable(unread);
  const places = new Places(yarnrc);
  const registries = [null, ...scopes.map((name) => `@${name}`)].map((scope) => places.of(scope));
  const beyond = hosts.lookAt(registries.flatMap((place) => ("url" in place ? [new URL(place.url).hostname] : [])));
  if (beyond !== null) return unreadable(beyond);
  const personal = new Places(yarnrc.personal);
  const keys = new Map([...yarnrc.keys("npmRegistries")].map((key) => [withoutSlash(key), key]));
  const entryFor = (url: string): string | undefined =>
    keys.get(withoutSlash(url)) ?? keys.get(withoutSlash(nerfDart(url)));

  /** A login with what it belongs to: null for one that `npmRegistries` binds to its registry. */
  const loginFor = (
    url: string,
    scope: string | null,
  ): { readonly path: readonly string[]; readonly boundTo: ((places: Places) => Destination) | null } => {
    const ownScope = scope === null ? null : ["npmScopes", scope.slice(1)];
    if (ownScope !== null && secretAt(yarnrc, ownScope) !== null)
      return { path: ownScope, boundTo: (places) => places.of(scope) };
    const entry = entryFor(url);
    if (entry !== undefined) return { path: ["npmRegistries", entry], boundTo: null };
    return { path: [], boundTo: (places) => places.of(null) };
  };

  /** Null: Yarn would send none. */
  const login = (url: string, scope: string | null): Login | null => {
    const { path, boundTo } = loginFor(url, scope);
    const isAsked = scope !== null || yarnrc.flag(...path, "npmAlwaysAuth") === true;
    const found = secretAt(yarnrc, path);
    const pieces = found?.written.pieces ?? null;
    if (!isAsked || found === null || pieces === null) return null;
    const { name, written } = found;
    if (boundTo === null || isAt(boundTo(written.author === "person" ? personal : places), url)) {
      const recipient = { host: new URL(url).host, knownHosts: machine.knownHosts, path: written.path };
      const why = written.author === "person" ? null : whyNotLent(variablesIn(pieces), recipient);
      const isLent = written.author === "project" && isForHostAlone(variablesIn(pieces));
      return why === null ? { credentials: keyed(url, name, joined(pieces)), isLent } : { withheld: why };
    }
    return {
      withheld: `${[...path, name].join(".")} in ${placeOf(written)} was not sent, as it is not configured beside this registry there`,
    };
  };

  const withLogin = new Set<string>();
  for (const scope of [null, ...scopes.map((name) => `@${name}`)]) {
    const place = places.of(scope);
    if ("url" in place && secretAt(yarnrc, loginFor(place.url, scope).path) !== null) withLogin.add(place.url);
  }

  const registriesWithLogin = [...keys.values()].flatMap((key) => {
    const url = baseUrl(key.startsWith("//") ? `https:${key}` : key);
    return url === null || secretAt(yarnrc, ["npmRegistries", key]) === null ? [] : [url];
  });

  const networks = new Map<string, Network>();
  const networkAt = (url: URL): Network => {
    const network = networks.get(url.origin) ?? networkOf(yarnrc, url, hosts.matching(url.hostname), machine);
    networks.set(url.origin, network);
    return network;
  };
  return {
    registry: places.of(null),
    scopes: new Map(["jsr", ...scopes].map((scope) => [`@${scope}`, places.of(`@${scope}`)])),
    scopesWithLogin: new Set(
      scopes.filter((scope) => secretAt(yarnrc, ["npmScopes", scope]) !== null).map((scope) => `@${scope}`),
    ),
    credentials: (url, scope) => {
      const found = login(url, scope);
      return found === null || isWithheld(found) ? {} : found.credentials;
    },
    lent: (url, scope) => {
      const found = login(url, scope);
      return new Set(found === null || isWithheld(found) || !found.isLent ? [] : Object.values(found.credentials));
    },
    withheld: (url, scope) => {
      const found = login(url, scope);
      return found !== null && isWithheld(found) ? found.withheld : networkAt(new URL(url)).withheld;
    },
    hasLogin: (url) => withLogin.has(url),
    loginHosts: new Set([...withLogin, ...registriesWithLogin].map((url) => new URL(url).host)),
    options: (url) => networkAt(url).options,
    unread: null,
  };
};

/** Which registry a scope has. */
class Places {
  readonly #known = new Map<string | null, Destination>();

  constructor(private readonly yarnrc: Yarnrc) {}

  of(scope: string | null): Destination {
    const found = this.#known.get(scope) ?? this.#of(scope);
    this.#known.set(scope, found);
    return found;
  }

  /** A scope that has settings has not the default registry's: where none of them names one, it has Yarn's own default. */
  #of(scope: string | null): Destination {
    const path =
      scope !== null && this.yarnrc.keys("npmScopes").has(scope.slice(1)) ? ["npmScopes", scope.slice(1)] : [];
    if (scope === "@jsr" && path.length === 0) return JSR;
    const written = this.yarnrc.at(...path, SERVER);
    return written === null
      ? YARNPKG
      : destinationFrom(written.pieces, written.author, written.path, [...path, SERVER].join("."));
  }
}

const SERVER = "npmRegistryServer";
const SECRETS = ["npmAuthToken", "npmAuthIdent"] as const;

interface Secret {
  readonly name: (typeof SECRETS)[number];
  readonly written: Written;
}

/** The login among the settings at a path; null where there is none. */
function secretAt(yarnrc: Yarnrc, path: readonly string[]): Secret | null {
  for (const name of SECRETS) {
    const written = yarnrc.at(...path, name);
    if (written !== null && written.pieces?.length !== 0) return { name, written };
  }
  return null;
}

/** `isLent`: it is made of variables that a project's file lends to the host alone. */
type Login = { readonly withheld: string } | { readonly credentials: Credentials; readonly isLent: boolean };

function isWithheld(login: Login): login is { readonly withheld: string } {
  return "withheld" in login;
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, "");
}

/** A token as it is; an identity as `user:password`, or already in base64. */
function keyed(url: string, secret: Secret["name"], text: string): Credentials {
  const key = nerfDart(url);
  if (secret === "npmAuthToken") return { [`${key}:_authToken`]: text };
  return { [`${key}:_auth`]: text.includes(":") ? Buffer.from(text).toString("base64") : text };
}

/** Each pattern is held against each host, so there may not be many. Whole domains need one. */
const MOST_PATTERNS = 100;
/** All patterns and the hosts of all registries, nanoseconds: 100 patterns for domains and 1,000 hosts take a twentieth of it. */
const MOST_WORK = 200_000_000;

/** The keys of `networkSettings`. */
class HostPatterns {
  /** With where they stand among all. */
  readonly #names = new Map<string, number>();
  readonly #patterns: (readonly [pattern: HostPattern, at: number])[] = [];
  readonly #known = new Map<string, readonly string[]>();

  constructor(keys: readonly string[]) {
    for (const [at, key] of keys.entries()) {
      if (/[*?]/.test(key)) this.#patterns.push([new HostPattern(key), at]);
      else this.#names.set(key, at);
    }
  }

  /** Why not all of them are followed, as a clause; null when they are. */
  get problem(): string | null {
    return this.#patterns.length <= MOST_PATTERNS
      ? null
      : `networkSettings in .yarnrc.yml has ${this.#patterns.length} patterns for hosts, more than the ${MOST_PATTERNS} that are read`;
  }

  /** Matches the hosts of registries beforehand. Why that is too much, as a clause; null when it is not. */
  lookAt(registryHosts: readonly string[]): string | null {
    const budget = new MatchingBudget(MOST_WORK);
    for (const host of new Set(registryHosts)) {
      if (!budget.spend(this.#patterns.reduce((sum, [pattern]) => sum + pattern.cost(host), 0)))
        return "networkSettings in .yarnrc.yml has patterns for hosts that cannot be matched with the hosts of all registries in a short time";
      this.matching(host);
    }
    return null;
  }

  /** Those that fit a host, the longest first. A host that is no registry's comes with a request of its own. */
  matching(host: string): readonly string[] {
    const known = this.#known.get(host) ?? this.#matching(host);
    this.#known.set(host, known);
    return known;
  }

  #matching(host: string): readonly string[] {
    const name = this.#names.get(host);
    return [
      ...(name === undefined ? [] : [[host, name] as const]),
      ...this.#patterns.flatMap(([pattern, at]) => (pattern.matches(host) ? [[pattern.text, at] as const] : [])),
    ]
      .toSorted(([a, atA], [b, atB]) => b.length - a.length || atA - atB)
      .map(([key]) => key);
  }
}

interface Network {
  readonly options: ConnectionOptions;
  /** Why a client certificate is withheld, as a clause; null where none is. */
  readonly withheld: string | null;
}

/**
 * `networkSettings` by host over the settings for all hosts. packages/yarnpkg-core/sources/httpUtils.ts (`getNetworkSettings`)
 * @param patterns those that fit the host, the longest first
 */
function networkOf(yarnrc: Yarnrc, { protocol }: URL, patterns: readonly string[], machine: Machine): Network {
  const { log, files } = machine;
  const pathOf = (key: string): readonly string[] =>
    [...patterns.map((pattern) => ["networkSettings", pattern, key]), [key]].find(
      (path) => yarnrc.at(...path) !== null,
    ) ?? [key];
  const fileOf = (key: string, mayBe: typeof clientCertificateFile): CertificateFile | null => {
    const named = yarnrc.file(...pathOf(key));
    return named === null ? null : mayBe(named.path, named.author, machine);
  };
  const pem = (file: CertificateFile | null): readonly [text: string] | null =>
    file !== null && "path" in file ? files.pem(file.path) : null;
  const [cert, key] = [
    fileOf("httpsCertFilePath", clientCertificateFile),
    fileOf("httpsKeyFilePath", clientCertificateFile),
  ];
  const proxy = yarnrc.at(...pathOf(protocol === "http:" ? "httpProxy" : "httpsProxy"));
  const pieces = proxy?.pieces ?? null;
  const address = proxy === null || pieces === null ? null : addressText(pieces, proxy.author);
  const isAddress = address !== null && baseUrl(address) !== null;
  // An empty one counts as no proxy: `httpProxy: "${HTTP_PROXY:-}"` where the variable is not set.
  const isEmpty = pieces !== null && joined(pieces) === "";
  if (proxy !== null && !isEmpty && !isAddress)
    log.warn("Yarn's proxy setting is not an address that can be followed; it was ignored.");
  const withheld = [cert, key].flatMap((file) => (file !== null && "withheld" in file ? [file.withheld] : []));
  return {
    withheld: withheld[0] ?? null,
    options: {
      ...DEFAULT_CONNECTION_OPTIONS,
      ca: pem(fileOf("httpsCaFilePath", authoritiesFile)),
      cert: pem(cert)?.[0] ?? null,
      key: pem(key)?.[0] ?? null,
      strictSSL: yarnrc.flag("enableStrictSsl") !== false,
      proxy: isAddress ? address : null,
    },
  };
}

/** `*` for any text and `?` for one character. */
class HostPattern {
  readonly #start: string;
  readonly #end: string;
  /** The shortest host that matches. */
  readonly #shortest: number;
  /** Several stars in a row are like one. */
  readonly #pattern: string;

  constructor(readonly text: string) {
    this.#pattern = text.replace(/\*+/g, "*");
    this.#start = /^[^*?]*/.exec(text)?.[0] ?? "";
    this.#end = text.slice(1 + Math.max(text.lastIndexOf("*"), text.lastIndexOf("?")));
    this.#shortest = text.replaceAll("*", "").length;
  }

  /** In nanoseconds, at most. */
  cost(host: string): number {
    return this.#mayMatch(host) ? 100 + 5 * this.#shortest * host.length : 100;
  }

  /** Without going back more than one `*`: patterns may be hostile, so no regular expression is made of them. */
  matches(host: string): boolean {
    if (!this.#mayMatch(host)) return false;
    const pattern = this.#pattern;
    let [at, from, star, resume] = [0, 0, -1, 0];
    while (from < host.length) {
      if (pattern[at] === "*") {
        star = at++;
        resume = from;
      } else if (pattern[at] === "?" || pattern[at] === host[from]) {
        at++;
        from++;
      } else if (star >= 0) {
        at = star + 1;
        from = ++resume;
      } else return false;
    }
    while (pattern[at] === "*") at++;
    return at === pattern.length;
  }

  #mayMatch(host: string): boolean {
    return host.length >= this.#shortest && host.startsWith(this.#start) && host.endsWith(this.#end);
  }
}
