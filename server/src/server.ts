/** The language server: documents, settings, diagnostics, hover, quick fixes and the scan, over ports made elsewhere. */
import { TextDocumentSyncKind } from "vscode-languageserver";
import type { Connection, InitializeResult } from "vscode-languageserver";
import { FIX_ALL } from "./lsp/code-actions.ts";
import { shownError } from "./lsp/editor.ts";
import type { MakePortsForClient } from "./lsp/environments.ts";
import { COMMANDS, Session } from "./lsp/session.ts";

export interface ServerOptions {
  readonly version: string;
  /** The world for one way of reaching it, as a plain object. Called once for each. */
  readonly makePorts: MakePortsForClient;
}

/** Wires a connection. The server lives until the connection ends. */
export function startServer(connection: Connection, { version, makePorts }: ServerOptions): void {
  connection.onInitialize((params): InitializeResult => {
    try {
      new Session(connection, params, version, makePorts).listen();
    } catch (error) {
      throw shownError(error);
    }
    return {
      serverInfo: { name: "depwarden", version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        hoverProvider: true,
        codeActionProvider: { codeActionKinds: ["quickfix", FIX_ALL] },
        executeCommandProvider: { commands: [...COMMANDS], workDoneProgress: true },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });
  connection.listen();
}
