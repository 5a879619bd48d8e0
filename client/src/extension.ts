/** The extension in the editor: starts the server and carries out what only an editor can. All judging is the server's. */
import * as vscode from "vscode";
import { registerAllow } from "./allow.ts";
import type { Client } from "./client.ts";
import { concernsHttp } from "./http.ts";
import { registerLockfileUpdate } from "./lockfile-update.ts";
import { registerStatus } from "./status.ts";
import { TraceChannel } from "./trace.ts";

/** Resolves when its code is loaded. */
let client: Promise<Client> | null = null;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Depwarden", { log: true });
  const status = registerStatus();
  const trace = new TraceChannel(log);
  // The library for the protocol is most of the code, and none of it is needed before the server starts.
  const running = import("./client.ts").then(({ Client }) => new Client(context, log, trace, status.show));
  client = running;
  const restart = async (): Promise<void> => (await running).restart();
  context.subscriptions.push(
    log,
    trace,
    status,
    vscode.commands.registerCommand("depwarden.showLog", () => log.show()),
    vscode.commands.registerCommand("depwarden.restartServer", restart),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void running.then((present) => present.focused());
    }),
    vscode.workspace.onDidChangeConfiguration((change) => (concernsHttp(change) ? restart() : undefined)),
    registerAllow(),
    registerLockfileUpdate(async (params) => (await running).ask("depwarden/lockfileUpdate", params)),
  );
  await (await running).start();
}

export async function deactivate(): Promise<void> {
  await (await client)?.stop();
}
