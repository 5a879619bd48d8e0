/** The extension in the editor: starts the server and carries out what only an editor can. All judging is the server's. */
import * as vscode from "vscode";
import { registerAllow } from "./allow.ts";
import { Client } from "./client.ts";
import { concernsHttp } from "./http.ts";
import { registerLockfileUpdate } from "./lockfile-update.ts";
import { registerStatus } from "./status.ts";
import { TraceChannel } from "./trace.ts";

let client: Client | null = null;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Depwarden", { log: true });
  const status = registerStatus();
  const trace = new TraceChannel(log);
  const running = new Client(context, log, trace, status.show);
  client = running;
  context.subscriptions.push(
    log,
    trace,
    status,
    vscode.commands.registerCommand("depwarden.showLog", () => log.show()),
    vscode.commands.registerCommand("depwarden.restartServer", () => running.restart()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => running.restart()),
    vscode.workspace.onDidChangeConfiguration((change) => (concernsHttp(change) ? running.restart() : undefined)),
    registerAllow(),
    registerLockfileUpdate((params) => running.ask("depwarden/lockfileUpdate", params)),
  );
  await running.start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
