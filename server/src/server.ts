/** The language server: documents, settings, diagnostics, hover, quick fixes and the scan, over ports made elsewhere. */
import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  ExecuteCommandRequest,
  TextDocuments,
  TextDocumentSyncKind,
  WorkDoneProgressCancelNotification,
  WorkDoneProgressCreateRequest,
} from "vscode-languageserver";
import type { CancellationToken, Connection, InitializeParams, InitializeResult, ProgressToken } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { configKind, CONFIG_NAMES } from "./core/documents/config/index.ts";
import { documentKind, LOCKFILE_NAMES } from "./core/documents/index.ts";
import { fileNameOf, folderOf } from "./core/engine/uri.ts";
import { AllowReport } from "./lsp/allow-report.ts";
import { Checker } from "./lsp/checker.ts";
import type { CheckerParts } from "./lsp/checker.ts";
import { codeActions, FIX_ALL, knowsFixes } from "./lsp/code-actions.ts";
import { Environments } from "./lsp/environments.ts";
import type { PortsSettings, ServerPorts } from "./lsp/environments.ts";
import { hoverAt } from "./lsp/hover.ts";
import { readInitializationOptions } from "./lsp/initialization.ts";
import type { InitializationOptions } from "./lsp/initialization.ts";
import { Publisher } from "./lsp/publisher.ts";
import { folderUri, SCAN_COMMAND, scanWorkspace } from "./lsp/scan.ts";
import { SettingsSource } from "./lsp/settings-source.ts";
import { Status } from "./lsp/status.ts";

export const CLEAR_CACHE_COMMAND = "depwarden.clearCache";

export interface ServerOptions {
  readonly version: string;
  /** The world for one way of reaching it. Called once for each. */
  readonly makePorts: (settings: PortsSettings, options: InitializationOptions, connection: Connection) => ServerPorts;
}

/** Wires a connection. The server lives until the connection ends. */
export function startServer(connection: Connection, { version, makePorts }: ServerOptions): void {
  connection.onInitialize((params): InitializeResult => {
    new Session(connection, params, version, makePorts).listen();
    return {
      serverInfo: { name: "depwarden", version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        hoverProvider: true,
        codeActionProvider: { codeActionKinds: ["quickfix", FIX_ALL] },
        executeCommandProvider: { commands: [SCAN_COMMAND, CLEAR_CACHE_COMMAND], workDoneProgress: true },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });
  connection.listen();
}

/** Files whose change on disk changes what a check says. */
const WATCHED = [`**/{package.json,${[...LOCKFILE_NAMES, ...CONFIG_NAMES, ".yarnrc"].join(",")}}`];

class Session {
  readonly #documents = new TextDocuments(TextDocument);
  readonly #options: InitializationOptions;
  readonly #parts: Pick<CheckerParts, "documents" | "settings" | "environments" | "publisher">;
  readonly #status: Status;
  readonly #checker: Checker;
  readonly #allowReport: AllowReport;
  #folders: readonly string[];

  constructor(
    private readonly connection: Connection,
    private readonly params: InitializeParams,
    private readonly version: string,
    makePorts: ServerOptions["makePorts"],
  ) {
    this.#options = readInitializationOptions(params.initializationOptions);
    this.#folders = (params.workspaceFolders ?? []).map(({ uri }) => folderUri(uri));
    const settings = new SettingsSource(connection, params.capabilities.workspace?.configuration === true, this.#options.settings);
    const environments = new Environments(
      (reach) => makePorts(reach, this.#options, connection),
      (uri) => this.#documents.get(uri)?.getText() ?? null,
      this.#options.trusted,
    );
    const publisher = new Publisher(connection);
    this.#status = new Status(connection, () => environments.lastFresh(), () => publisher.reports());
    this.#parts = { documents: { version: (uri) => this.#documents.get(uri)?.version ?? null }, settings, environments, publisher };
    this.#allowReport = new AllowReport(connection);
    this.#checker = new Checker({
      ...this.#parts,
      status: this.#status,
      workspaceFolderOf: (uri) => this.#folders.find((folder) => uri.startsWith(`${folder}/`)) ?? folderOf(uri),
      warn: (message) => connection.console.warn(message),
    });
  }

  listen(): void {
    const { connection } = this;
    this.#documents.listen(connection);
    connection.onInitialized(() => this.#initialized());
    // A newly opened document is not being typed in: it need not wait.
    this.#documents.onDidOpen(({ document }) => {
      this.#justOpened.add(document.uri);
      // The first change of a large text need not look for all its lines: they are known by then.
      setImmediate(() => document.lineCount);
      this.#check(document.uri, 0);
    });
    this.#documents.onDidChangeContent(({ document }) => {
      if (!this.#justOpened.delete(document.uri)) this.#check(document.uri);
    });
    this.#documents.onDidClose(({ document }) => {
      this.#parts.publisher.closed((uri) => this.#documents.get(uri) !== undefined);
      // What is on disk counts for it now, where its project is still shown.
      this.#check(document.uri);
    });
    connection.onDidChangeConfiguration(({ settings }) => {
      this.#parts.settings.changed(settings);
      this.#recheck();
      for (const folder of this.#folders) void this.#prepare(folder);
    });
    connection.onDidChangeWatchedFiles(() => {
      // Manifests and lockfiles too: they say whose configuration counts.
      this.#parts.environments.refresh();
      this.#recheck();
    });
    connection.onHover(async ({ textDocument: { uri }, position }, token) => {
      const report = await this.#checker.report(uri);
      return report === null ? null : hoverAt(uri, position, report, await this.#store(uri), signalOf(token));
    });
    connection.onCodeAction(async (params, token) => {
      const { uri } = params.textDocument;
      const report = await this.#checker.report(uri, (present) => knowsFixes(params, present));
      if (report === null) return [];
      const settings = await this.#parts.settings.of(folderOf(uri));
      return [...(await codeActions(params, { report, settings, store: await this.#store(uri), clientCommands: this.#options.clientCommands, createsFiles: this.#createsFiles(), cancel: signalOf(token) }))];
    });
    // The plain request, for its progress token: `onExecuteCommand` takes it out of the parameters.
    connection.onRequest(ExecuteCommandRequest.type, async ({ command, workDoneToken }, token) => {
      if (command === SCAN_COMMAND) return this.#scan(token, workDoneToken);
      if (command === CLEAR_CACHE_COMMAND) return this.#clearCache();
      return null;
    });
    connection.onNotification(WorkDoneProgressCancelNotification.type, ({ token }) => this.#scans.get(token)?.abort());
    connection.onShutdown(async () => {
      this.#checker.dispose();
      this.#status.dispose();
      for (const scan of this.#scans.values()) scan.abort();
      await this.#parts.environments.settled();
    });
  }

  /** Opening a document also counts as a change of its content: that one is not a second reason to check. */
  readonly #justOpened = new Set<string>();

  #initialized(): void {
    const { workspace } = this.params.capabilities;
    for (const folder of this.#folders) void this.#prepare(folder);
    if (workspace?.didChangeConfiguration?.dynamicRegistration === true) {
      void this.connection.client.register(DidChangeConfigurationNotification.type, { section: "depwarden" });
    }
    if (workspace?.didChangeWatchedFiles?.dynamicRegistration === true) {
      void this.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: WATCHED.map((globPattern) => ({ globPattern })) });
    }
    if (workspace?.workspaceFolders === true) {
      this.connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => folderUri(uri)));
        this.#folders = [...this.#folders.filter((folder) => !gone.has(folder)), ...added.map(({ uri }) => folderUri(uri))];
      });
    }
  }

  #createsFiles(): boolean {
    const edit = this.params.capabilities.workspace?.workspaceEdit;
    return edit?.documentChanges === true && edit.resourceOperations?.includes("create") === true;
  }

  /** Reads settings and registries' configuration ahead of the first document. */
  async #prepare(folder: string): Promise<void> {
    try {
      const { ports } = this.#parts.environments.for(await this.#parts.settings.of(folder));
      await this.#allowReport.show(folder, ports.files, NEVER);
      await ports.registry.resolve("npm", folder);
    } catch (error) {
      this.connection.console.info(`${folder} could not be prepared: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #check(uri: string, delay?: number): void {
    const name = fileNameOf(uri);
    if (documentKind(name) !== null || configKind(name) !== null) this.#checker.schedule(uri, delay);
  }

  #recheck(): void {
    for (const { uri } of this.#documents.all()) this.#check(uri);
  }

  async #store(uri: string): Promise<ReturnType<Environments["for"]>["store"]> {
    return this.#parts.environments.for(await this.#parts.settings.of(folderOf(uri))).store;
  }

  readonly #scans = new Map<ProgressToken, AbortController>();

  async #scan(cancel: CancellationToken, clientToken: ProgressToken | undefined): Promise<unknown> {
    const controller = new AbortController();
    cancel.onCancellationRequested(() => controller.abort());
    const token = clientToken ?? (await this.#createProgress());
    if (token !== undefined) this.#scans.set(token, controller);
    try {
      const progress = this.connection.window.attachWorkDoneProgress(token);
      return await scanWorkspace({ ...this.#parts, allowReport: this.#allowReport, folders: this.#folders, toolVersion: this.version }, progress, controller.signal);
    } finally {
      if (token !== undefined) this.#scans.delete(token);
    }
  }

  /** A progress of the server's own, for a client that asked for a scan without one. */
  async #createProgress(): Promise<ProgressToken | undefined> {
    if (this.params.capabilities.window?.workDoneProgress !== true) return undefined;
    const token = `depwarden-scan-${Date.now()}`;
    await this.connection.sendRequest(WorkDoneProgressCreateRequest.type, { token });
    return token;
  }

  async #clearCache(): Promise<null> {
    await this.#parts.environments.clearCache();
    this.#recheck();
    return null;
  }
}

const NEVER = new AbortController().signal;

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
