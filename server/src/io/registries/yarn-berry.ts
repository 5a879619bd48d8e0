/** Yarn Berry, which reads no `.npmrc`. packages/plugin-npm/sources/{npmConfigUtils,npmHttpUtils}.ts */
import { basename } from "node:path";
import { DEFAULT_CONNECTION_OPTIONS, type ConnectionOptions, type Credentials } from "../connection.ts";
import { addressText, baseUrl, isAt, joined, nerfDart, type Destination } from "./address.ts";
import { JSR, unreadable, YARNPKG, type Load, type Machine, type RegistryConfig } from "./config.ts";
import { destinationFrom } from "./npmrc.ts";
import { readPlainFile } from "./plain-file.ts";
import { Yarnrc, type Written } from "./yarnrc.ts";

/**
 * Unlike Yarn, a login that names no registry (`npmAuthToken` at the top, or in a scope) goes only to the registry that
 * stands beside it, or that the same author names: never the person's to one that a project names.
 */
export const loadYarnBerry: Load = (project, machine): RegistryConfig => {
  const yarnrc = Yarnrc.read(project, machine);
  if (yarnrc.unread !== null) return unreadable(yarnrc.unread);
  const places = new Places(yarnrc, machine);
  const personal = new Places(yarnrc.personal, machine);
  const keys = new Map(yarnrc.keys("npmRegistries").map((key) => [withoutSlash(key), key]));
  const entryFor = (url: string): string | undefined => keys.get(withoutSlash(url)) ?? keys.get(withoutSlash(nerfDart(url)));

  /** A login with what it belongs to: null for one that `npmRegistries` binds to its registry. */
  const loginFor = (url: string, scope: string | null): { readonly path: readonly string[]; readonly boundTo: ((places: Places) => Destination) | null } => {
    const ownScope = scope === null ? null : ["npmScopes", scope.slice(1)];
    if (ownScope !== null && SECRETS.some((secret) => yarnrc.at(...ownScope, secret) !== null)) return { path: ownScope, boundTo: (places) => places.of(scope) };
    const entry = entryFor(url);
    if (entry !== undefined) return { path: ["npmRegistries", entry], boundTo: null };
    return { path: [], boundTo: (places) => places.of(null) };
  };

  const credentials = (url: string, scope: string | null): Credentials => {
    const { path, boundTo } = loginFor(url, scope);
    const isAsked = scope !== null || yarnrc.flag(...path, "npmAlwaysAuth") === true;
    const found = SECRETS.map((secret) => ({ secret, written: yarnrc.at(...path, secret) })).find(({ written }) => written !== null);
    const written = found?.written ?? null;
    const pieces = written?.pieces ?? null;
    if (!isAsked || found === undefined || written === null || pieces === null) return {};
    if (boundTo !== null && !isAt(boundTo(written.author === "person" ? personal : places), url)) {
      machine.log.warn(`Yarn's ${found.secret} (${written.path}) names no registry, and does not go to the one that another file names.`);
      return {};
    }
    return keyed(url, found.secret, joined(pieces));
  };

  const options = new Map<string, ConnectionOptions>();
  return {
    registry: places.of(null),
    scopes: new Map(["jsr", ...yarnrc.keys("npmScopes")].flatMap((scope) => (places.hasOwn(scope) ? [[`@${scope}`, places.of(`@${scope}`)] as const] : []))),
    credentials,
    hasLogin: (url) => [null, ...yarnrc.keys("npmScopes").map((scope) => `@${scope}`)].some((scope) => isAt(places.of(scope), url) && SECRETS.some((secret) => yarnrc.at(...loginFor(url, scope).path, secret) !== null)),
    options: (url) => {
      const ready = options.get(url.origin) ?? optionsOf(yarnrc, url, machine);
      options.set(url.origin, ready);
      return ready;
    },
    unread: null,
  };
};

const SECRETS = ["npmAuthToken", "npmAuthIdent"] as const;

/** Which registry a scope has. */
class Places {
  constructor(
    private readonly yarnrc: Yarnrc,
    private readonly machine: Machine,
  ) {}

  of(scope: string | null): Destination {
    const own = scope === null ? null : this.yarnrc.at("npmScopes", scope.slice(1), SERVER);
    if (own !== null) return this.#destination(own, `npmScopes.${scope?.slice(1) ?? ""}.${SERVER}`);
    if (scope === "@jsr" && this.yarnrc.keys("npmScopes", "jsr").length === 0) return JSR;
    const usual = this.yarnrc.at(SERVER);
    return usual === null ? YARNPKG : this.#destination(usual, SERVER);
  }

  /** @param scope without `@` */
  hasOwn(scope: string): boolean {
    return scope === "jsr" || this.yarnrc.at("npmScopes", scope, SERVER) !== null;
  }

  /** Yarn stops at an address that is none: the names are asked for nowhere else. */
  #destination({ pieces, author, path }: Written, key: string): Destination {
    const destination = destinationFrom(pieces, author, path, key);
    if (destination !== null) return destination;
    this.machine.log.warn(`The setting ${key} in ${path} is not an http or https address.`);
    return { refused: `${key} in ${basename(path)} is not an http or https address` };
  }
}

const SERVER = "npmRegistryServer";

function withoutSlash(url: string): string {
  return url.replace(/\/$/, "");
}

/** A token as it is; an identity as `user:password`, or already in base64. */
function keyed(url: string, secret: (typeof SECRETS)[number], text: string): Credentials {
  const key = nerfDart(url);
  if (secret === "npmAuthToken") return { [`${key}:_authToken`]: text };
  return { [`${key}:_auth`]: text.includes(":") ? Buffer.from(text).toString("base64") : text };
}

/** `networkSettings` by host, the longest pattern first, over the settings for all hosts. packages/yarnpkg-core/sources/httpUtils.ts (`getNetworkSettings`) */
function optionsOf(yarnrc: Yarnrc, { hostname, protocol }: URL, { log }: Machine): ConnectionOptions {
  const patterns = yarnrc.keys("networkSettings").filter((pattern) => matches(pattern, hostname)).toSorted((a, b) => b.length - a.length);
  const pathOf = (key: string): readonly string[] => [...patterns.map((pattern) => ["networkSettings", pattern, key]), [key]].find((path) => yarnrc.at(...path) !== null) ?? [key];
  const pem = (key: string): string | null => {
    const path = yarnrc.file(...pathOf(key));
    const file = path === null ? null : readPlainFile(path);
    return file?.kind === "text" ? file.text : null;
  };
  const proxy = yarnrc.at(...pathOf(protocol === "http:" ? "httpProxy" : "httpsProxy"));
  const pieces = proxy?.pieces ?? null;
  const address = proxy === null || pieces === null ? null : addressText(pieces, proxy.author);
  const isAddress = address !== null && baseUrl(address) !== null;
  if (proxy !== null && !isAddress) log.warn("Yarn's proxy setting is not an address that can be followed; it was left out.");
  return {
    ...DEFAULT_CONNECTION_OPTIONS,
    ca: pem("httpsCaFilePath"),
    cert: pem("httpsCertFilePath"),
    key: pem("httpsKeyFilePath"),
    strictSSL: yarnrc.flag("enableStrictSsl") !== false,
    proxy: isAddress ? address : null,
  };
}

/** `*` for any text, without going back more than one `*`: patterns may be hostile, so no regular expression is made of them. */
export function matches(pattern: string, host: string): boolean {
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
