/** Which registry a name resolves from in a folder, and how it is reached, as `.npmrc` says there. */
import { join } from "node:path";
import type { Logger, RegistryRef } from "../core/ports.ts";
import { Connection, DEFAULT_CONNECTION_OPTIONS, type ConnectionOptions } from "./connection.ts";
import { isPlainFile, isThere, loadNpmConfig, type LoadedConfig } from "./npm-config.ts";
import { npmRoot } from "./npm-root.ts";
import { pathOf } from "./uri.ts";

const NPMJS = "https://registry.npmjs.org/";
/** Both serve the public registry of npm. */
const PUBLIC_HOSTS = new Set(["registry.npmjs.org", "registry.yarnpkg.com"]);

export interface NpmrcOptions {
  /** False: nothing from a workspace's own `.npmrc`. */
  readonly trusted: boolean;
  /** Stands in for the default registry; scopes keep theirs. */
  readonly registry: string | null;
  readonly log: Logger;
  /** process.env, but for tests. It is not changed. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface ResolvedRegistry extends RegistryRef {
  readonly connection: Connection;
}

interface FolderConfig {
  readonly registry: string;
  /** By scope, `@` included. */
  readonly scopes: ReadonlyMap<string, string>;
  readonly credentials: Readonly<Record<string, string>>;
  readonly options: ConnectionOptions;
  /** What was resolved so far, by URL: a lockfile of thousands of packages has one or two. */
  readonly resolved: Map<string, ResolvedRegistry>;
}

export class Npmrc {
  readonly #options: NpmrcOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #folders = new Map<string, Promise<FolderConfig>>();
  readonly #roots = new Map<string | null, Promise<FolderConfig>>();
  readonly #told = new Set<string>();

  constructor(options: NpmrcOptions) {
    this.#options = options;
    this.#env = options.env ?? process.env;
  }

  /** `folder`: a URI. What is no folder on disk gets the user's own configuration. */
  async resolve(name: string, folder: string): Promise<ResolvedRegistry> {
    const config = await this.#forFolder(folder);
    const scope = /^(@[^/]+)\//.exec(name)?.[1];
    const url = (scope === undefined ? undefined : config.scopes.get(scope)) ?? config.registry;
    const present = config.resolved.get(url);
    if (present !== undefined) return present;
    const connection = new Connection(config.options, config.credentials, url);
    const resolved = { url, isPublic: this.#isPublic(url, config, connection), connection };
    config.resolved.set(url, resolved);
    return resolved;
  }

  /** For hosts that are no registry: the user's own proxies and certificates, no credentials, nothing of a workspace. */
  async publicConnection(): Promise<Connection> {
    const { options } = await this.#forRoot(null);
    return new Connection({ ...options, cert: null, key: null }, {}, NPMJS);
  }

  /** Files are read anew when next asked. */
  refresh(): void {
    this.#folders.clear();
    this.#roots.clear();
    this.#told.clear();
  }

  /**
   * A name may go to public advisory services when it resolves from the public registry, from the registry that the
   * user named for this run, or from a default registry that asks for no login. A scope that has a registry of its own,
   * and a default registry with credentials, are taken to hold private names.
   */
  #isPublic(url: string, config: FolderConfig, connection: Connection): boolean {
    if (PUBLIC_HOSTS.has(new URL(url).host)) return true;
    if (url !== config.registry) return false;
    return baseUrl(this.#options.registry) === url || !connection.hasCredentials(url);
  }

  async #forFolder(folder: string): Promise<FolderConfig> {
    const path = this.#options.trusted ? pathOf(folder) : null;
    if (path === null) return this.#forRoot(null);
    let found = this.#folders.get(path);
    if (found === undefined) {
      found = npmRoot(path).then((root) => this.#forRoot(this.#readable(root)));
      this.#folders.set(path, found);
    }
    return found;
  }

  /** Null when the folder has no `.npmrc`, or one that is no plain file. */
  #readable(root: string): string | null {
    const file = join(root, ".npmrc");
    if (!isThere(file)) return null;
    if (isPlainFile(file)) return root;
    this.#warn(`${file} is not a file that can be read; it was left out.`);
    return null;
  }

  #forRoot(root: string | null): Promise<FolderConfig> {
    let config = this.#roots.get(root);
    if (config === undefined) {
      config = this.#load(root);
      this.#roots.set(root, config);
    }
    return config;
  }

  async #load(root: string | null): Promise<FolderConfig> {
    let loaded: LoadedConfig;
    try {
      loaded = await loadNpmConfig(root, this.#env);
    } catch (error) {
      const whose = root === null ? "The user's npm configuration" : `The npm configuration of ${root}`;
      this.#warn(`${whose} could not be read (${describe(error)}); it was left out.`);
      if (root !== null) return this.#forRoot(null);
      loaded = { flat: {}, problems: [] };
    }
    for (const problem of loaded.problems) this.#warn(problem);
    return this.#configFrom(loaded.flat);
  }

  #configFrom(flat: LoadedConfig["flat"]): FolderConfig {
    const credentials: Record<string, string> = {};
    const scopes = new Map<string, string>();
    for (const [key, value] of Object.entries(flat)) {
      if (typeof value !== "string" || value === "") continue;
      if (key.startsWith("//")) {
        if (!/:(certfile|keyfile)$/.test(key) || isPlainFile(value)) credentials[key] = value;
      } else if (key.startsWith("@")) {
        const url = this.#url(value, key, credentials);
        if (url !== null) scopes.set(key.slice(0, key.lastIndexOf(":")), url);
      }
    }
    const registry =
      this.#url(this.#options.registry, "registry", credentials) ?? this.#url(flat["registry"], "registry", credentials) ?? NPMJS;
    return { registry, scopes, credentials, options: connectionOptionsFrom(flat, (message) => this.#warn(message)), resolved: new Map() };
  }

  /** The base URL; a login inside it moves to where credentials are kept. */
  #url(value: unknown, key: string, credentials: Record<string, string>): string | null {
    if (value === null || value === undefined) return null;
    const url = baseUrl(value);
    if (url === null || typeof value !== "string") {
      this.#warn(`npm's setting ${key} is not an http or https address; it was left out.`);
      return null;
    }
    const { username, password } = new URL(value);
    if (username !== "") {
      const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      credentials[`${url.replace(/^https?:/, "")}:_auth`] ??= Buffer.from(login).toString("base64");
    }
    return url;
  }

  #warn(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#options.log.warn(message);
  }
}

/** http or https, ending in `/`, without login, query and fragment; null for all else. */
export function baseUrl(value: unknown): string | null {
  if (typeof value !== "string" || !URL.canParse(value)) return null;
  const url = new URL(value);
  if ((url.protocol !== "https:" && url.protocol !== "http:") || url.host === "") return null;
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/*$/, "/")}`;
}

function connectionOptionsFrom(flat: LoadedConfig["flat"], warn: (message: string) => void): ConnectionOptions {
  const text = (key: string) => {
    const value = flat[key];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const proxy = text("httpsProxy") ?? text("proxy");
  if (proxy !== null && !URL.canParse(proxy)) warn("npm's proxy setting is not an address; it was left out.");
  const ca = flat["ca"];
  return {
    ...DEFAULT_CONNECTION_OPTIONS,
    ca: Array.isArray(ca) ? ca.filter((entry) => typeof entry === "string") : text("ca"),
    cert: text("cert"),
    key: text("key"),
    strictSSL: flat["strictSSL"] !== false,
    proxy: proxy !== null && URL.canParse(proxy) ? proxy : null,
    noProxy: text("noProxy"),
    localAddress: text("localAddress"),
  };
}

/** The kind of failure only: messages of parsers quote what they read. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
