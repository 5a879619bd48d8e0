/** The editor's own proxy, for the server. https://code.visualstudio.com/docs/setup/network */
import * as vscode from "vscode";

const SECTION = "http";
const SETTINGS = ["proxy", "noProxy", "proxyStrictSSL", "proxySupport"] as const;

export interface EditorHttp {
  /** May hold a login: not for the log. */
  readonly proxy: string;
  readonly noProxy: readonly string[];
  readonly strictSSL: boolean;
}

/** null: none is set, or the editor's proxy is not for extensions. */
export function editorHttp(): EditorHttp | null {
  const proxy = setting<string>("proxy", "");
  if (proxy === "" || setting<string>("proxySupport", "override") === "off") return null;
  return {
    proxy,
    noProxy: setting<readonly string[]>("noProxy", []),
    strictSSL: setting<boolean>("proxyStrictSSL", true),
  };
}

export function concernsHttp(change: vscode.ConfigurationChangeEvent): boolean {
  return SETTINGS.some((name) => change.affectsConfiguration(`${SECTION}.${name}`));
}

/** A workspace that is not trusted has no say: of it, what the user set holds. */
function setting<T>(name: (typeof SETTINGS)[number], fallback: T): T {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const value = vscode.workspace.isTrusted ? configuration.get<T>(name) : configuration.inspect<T>(name)?.globalValue;
  return value ?? fallback;
}
