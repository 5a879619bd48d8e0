/** Which proxy an address is reached through, by npm's rules (@npmcli/agent, lib/proxy.js). */

import { LRUCache } from "lru-cache";

/** What names proxies in the environment, whatever the case of its letters. */
interface Environment {
  readonly https: string | null;
  readonly http: string | null;
  readonly any: string | null;
  readonly no: string | null;
}

export interface ProxyOptions {
  /** Null: as the environment says. */
  readonly proxy: string | null;
  readonly noProxy: string | null;
}

const PROTOCOLS: ReadonlySet<string> = new Set([
  "http:",
  "https:",
  "socks:",
  "socks4:",
  "socks4a:",
  "socks5:",
  "socks5h:",
]);

/** Lists that are kept: a run has one of the environment, and one for each project that has its own. */
const MOST_LISTS = 20;

export class Proxies {
  readonly #environment: Environment;
  /** What each list names, by its text. */
  readonly #lists = new LRUCache<string, ReadonlySet<string>>({ max: MOST_LISTS });

  constructor(env: NodeJS.ProcessEnv) {
    const named = new Map(Object.entries(env).map(([name, value]) => [name.toLowerCase(), value]));
    const read = (name: string) => named.get(name) ?? null;
    this.#environment = {
      https: read("https_proxy"),
      http: read("http_proxy"),
      any: read("proxy"),
      no: read("no_proxy"),
    };
  }

  /** Null: none. Throws an error with a code for a proxy that is no address, or one of another protocol. */
  for(url: URL, options: ProxyOptions): URL | null {
    const { https, http, any, no } = this.#environment;
    const address = stated(options.proxy) ?? stated(https) ?? (url.protocol === "https:" ? null : stated(http, any));
    if (address === null || this.#isLeftOut(url, stated(options.noProxy, no))) return null;
    const proxy = new URL(address);
    if (PROTOCOLS.has(proxy.protocol)) return proxy;
    throw Object.assign(new Error("the proxy's protocol is not known"), { code: "EINVALIDPROXY" });
  }

  /** Whether a list, separated by commas, names a host or a domain above it. */
  #isLeftOut({ hostname }: URL, noProxy: string | null): boolean {
    if (noProxy === null) return false;
    const list = this.#lists.get(noProxy) ?? namesIn(noProxy);
    this.#lists.set(noProxy, list);
    const labels = hostname.split(".");
    return labels.some((_label, at) => list.has(labels.slice(at).join(".")));
  }
}

/** `Proxy-Authorization` for the login inside a proxy's address; null where it has none. */
export function proxyLogin({ username, password }: URL): string | null {
  if (username === "" && password === "") return null;
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(login).toString("base64")}`;
}

/** The first that is neither null nor empty. */
function stated(...texts: readonly (string | null)[]): string | null {
  return texts.find((text) => text !== null && text !== "") ?? null;
}

/** The hosts and domains of a list, without the dots before and behind them. */
function namesIn(list: string): ReadonlySet<string> {
  const names = list.split(",").map((entry) => entry.trim().split(".").filter(Boolean).join("."));
  return new Set(names.filter((name) => name !== ""));
}
