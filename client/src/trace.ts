/** The trace of the protocol, in the extension's own log, as `depwarden.trace.server` says. */
import * as vscode from "vscode";

const SETTING = "depwarden.trace.server";

/**
 * What the language client traces into. By itself the client traces only while the log's level is Trace, and takes
 * "off" for "messages" (vscode-languageclient 10, `refreshTrace`): here the setting is the level. Lines are written as
 * information, so that they show in the log as it is.
 */
export class TraceChannel implements vscode.LogOutputChannel {
  readonly #levelChange = new vscode.EventEmitter<vscode.LogLevel>();
  readonly onDidChangeLogLevel = this.#levelChange.event;
  readonly #settings = vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration(SETTING)) this.#levelChange.fire(this.logLevel);
  });

  constructor(private readonly log: vscode.LogOutputChannel) {}

  get name(): string {
    return this.log.name;
  }

  get logLevel(): vscode.LogLevel {
    const traced = vscode.workspace.getConfiguration().get<string>(SETTING, "off");
    return traced === "off" ? vscode.LogLevel.Off : vscode.LogLevel.Trace;
  }

  trace(message: string): void {
    this.log.info(withoutLogins(message));
  }

  debug(message: string): void {
    this.log.debug(message);
  }

  info(message: string): void {
    this.log.info(message);
  }

  warn(message: string): void {
    this.log.warn(message);
  }

  error(error: string | Error): void {
    this.log.error(error);
  }

  append(value: string): void {
    this.log.append(value);
  }

  appendLine(value: string): void {
    this.log.appendLine(value);
  }

  replace(value: string): void {
    this.log.replace(value);
  }

  clear(): void {
    this.log.clear();
  }

  show(): void {
    this.log.show();
  }

  hide(): void {
    this.log.hide();
  }

  /** The log stays: whoever made it disposes of it. */
  dispose(): void {
    this.#settings.dispose();
    this.#levelChange.dispose();
  }
}

/** The settings and the editor's proxy, which the messages hold, may name a user and a password in an address. */
function withoutLogins(text: string): string {
  return text.replaceAll(/\/\/[^/\s"@]*@/g, "//…@");
}
