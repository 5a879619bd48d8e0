/** The language server: documents, settings, diagnostics, hover, quick fixes and the scan, over ports made elsewhere. */
import { PositionEncodingKind, TextDocumentSyncKind } from "vscode-languageserver";
import type { Connection, InitializeResult } from "vscode-languageserver";
import { readAbilities } from "./lsp/capabilities.ts";
import type { Abilities } from "./lsp/capabilities.ts";
import { FIX_ALL } from "./lsp/code-actions.ts";
import { shownError } from "./lsp/editor.ts";
import type { Editor } from "./lsp/editor.ts";
import type { MakePortsForClient } from "./lsp/environments.ts";
import type { Lifecycle } from "./lsp/lifecycle.ts";
import { COMMANDS, Session } from "./lsp/session.ts";
import type { FileNames } from "./lsp/workspace-folders.ts";

export interface ServerOptions {
  readonly version: string;
  /** What the server shows goes through it. */
  readonly editor: Editor;
  /** The message strategy of the connection. */
  readonly lifecycle: Lifecycle;
  /** The world for one way of reaching it, as a plain object. Called once for each. */
  readonly makePorts: MakePortsForClient;
  readonly names: FileNames;
}

/** Wires a connection. The server lives until the connection ends. */
export function startServer(
  connection: Connection,
  { version, editor, lifecycle, makePorts, names }: ServerOptions,
): void {
  connection.onInitialize((params): InitializeResult => {
    const abilities = readAbilities(params.capabilities);
    try {
      new Session(connection, editor, abilities, params, version, makePorts, names).listen();
    } catch (error) {
      throw shownError(error);
    }
    lifecycle.initialized();
    return { serverInfo: { name: "depwarden", version }, capabilities: capabilitiesFor(abilities) };
  });
  lifecycle.listen(connection, (message) => editor.warn(message));
  connection.listen();
}

function capabilitiesFor(abilities: Abilities): InitializeResult["capabilities"] {
  return {
    // What every client can do, whatever else it offers.
    positionEncoding: PositionEncodingKind.UTF16,
    textDocumentSync: {
      openClose: true,
      change: TextDocumentSyncKind.Incremental,
      ...(abilities.watchesFiles ? {} : { save: { includeText: false } }),
    },
    hoverProvider: true,
    codeActionProvider: { codeActionKinds: ["quickfix", FIX_ALL] },
    executeCommandProvider: { commands: [...COMMANDS], workDoneProgress: true },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    ...(abilities.pullsDiagnostics
      ? { diagnosticProvider: { identifier: "depwarden", interFileDependencies: true, workspaceDiagnostics: true } }
      : {}),
  };
}
