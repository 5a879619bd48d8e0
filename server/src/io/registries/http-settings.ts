/** The editor's own `http.*` settings. https://code.visualstudio.com/docs/setup/network */
import type { ConnectionOptions } from "../connection.ts";

export interface HttpSettings {
  /** An address, perhaps with a login inside: it is for nobody's eyes. */
  readonly proxy: string;
  /** Hosts that are reached without it, `*.` before a domain for all hosts in it. */
  readonly noProxy: readonly string[];
  /** False: certificates need not be known, where the proxy is used. */
  readonly strictSSL: boolean;
}

const ENVIRONMENT = /^(https?_proxy|proxy)$/i;

/** Where neither the package manager's configuration nor the environment has a proxy, the editor's serves. */
export function withEditorProxy(
  options: ConnectionOptions,
  http: HttpSettings | null,
  env: NodeJS.ProcessEnv,
): ConnectionOptions {
  if (http === null || !URL.canParse(http.proxy) || options.proxy !== null) return options;
  if (Object.entries(env).some(([name, value]) => ENVIRONMENT.test(name) && value !== undefined && value !== ""))
    return options;
  const noProxy = http.noProxy.map((host) => host.replace(/^\*\./, ".")).join(",");
  return {
    ...options,
    proxy: http.proxy,
    noProxy: options.noProxy ?? (noProxy === "" ? null : noProxy),
    strictSSL: options.strictSSL && http.strictSSL,
  };
}
