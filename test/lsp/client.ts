/** A language client of the tests' own: starts a server and speaks LSP with it. */
import {
  type CodeAction,
  CodeActionRequest,
  type CodeActionParams,
  ConfigurationRequest,
  type ConfigurationParams,
  createProtocolConnection,
  type Diagnostic,
  DiagnosticTag,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidChangeWorkspaceFoldersNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExecuteCommandRequest,
  ExitNotification,
  FileChangeType,
  type FileEvent,
  type Hover,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  LogMessageNotification,
  MarkupKind,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
  type TextEdit,
  WorkDoneProgressCreateRequest,
  type WorkspaceEdit,
  type WorkspaceFolder,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { serveHere } from "./server-here.ts";
import { type RunningServer, startProcess } from "./server-process.ts";

export interface ClientOptions {
  /** URIs of the workspace folders. */
  readonly folders: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Started as a process (`dist/server.js`). Default: the server runs in this thread, from its source. */
  readonly program?: string;
  readonly initializationOptions?: object;
  /** Answers `workspace/configuration`; null: a client that cannot be asked. */
  readonly configuration: ((scope: string) => unknown) | null;
  readonly workDoneProgress?: boolean;
  /** Default true. */
  readonly createsFiles?: boolean;
}

export interface Status {
  readonly checking: string | null;
  readonly lastFresh: string | null;
  readonly unchecked: readonly string[];
  readonly suppressed: readonly string[];
}

/** How long an answer may take before the test is given up, ms: no measure of speed, only an end to a hang. */
const PATIENCE = 25_000;

export class Client {
  /** Every publication, oldest first. */
  readonly published: PublishDiagnosticsParams[] = [];
  readonly log: string[] = [];
  /** What the server says of itself (`depwarden/status`), oldest first. */
  readonly statuses: Status[] = [];
  readonly createdTokens: (string | number)[] = [];
  readonly registrations: string[] = [];
  /** Scopes that the server asked settings for. */
  readonly asked: string[] = [];
  readonly connection: ProtocolConnection;
  initialized: InitializeResult | null = null;
  readonly #documents = new Map<string, TextDocument>();
  readonly #server: RunningServer;
  /** How many of `statuses` came before a publication. */
  readonly #statusesBefore = new Map<PublishDiagnosticsParams, number>();
  readonly #waiting = new Set<() => void>();

  private constructor(options: ClientOptions) {
    const { program, env } = options;
    this.#server = program === undefined ? serveHere(env) : startProcess(program, env);
    this.connection = createProtocolConnection(
      new StreamMessageReader(this.#server.output),
      new StreamMessageWriter(this.#server.input),
    );
    this.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.published.push(params);
      this.#statusesBefore.set(params, this.statuses.length);
      for (const look of this.#waiting) look();
    });
    this.connection.onNotification(LogMessageNotification.type, ({ message }) => {
      this.log.push(message);
    });
    this.connection.onNotification("depwarden/status", (status: Status) => {
      this.statuses.push(status);
    });
    this.connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
      this.registrations.push(...registrations.map(({ method }) => method));
    });
    this.connection.onRequest(WorkDoneProgressCreateRequest.type, ({ token }) => {
      this.createdTokens.push(token);
    });
    this.connection.onRequest(ConfigurationRequest.type, ({ items }: ConfigurationParams) =>
      items.map(({ scopeUri, section }) => {
        this.asked.push(scopeUri ?? "");
        return section === "depwarden" ? (options.configuration?.(scopeUri ?? "") ?? null) : null;
      }),
    );
    this.connection.listen();
  }

  static async start(options: ClientOptions): Promise<Client> {
    const client = new Client(options);
    client.initialized = await client.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- LSP requires it all the same
      rootUri: null,
      workspaceFolders: options.folders.map((uri) => ({ uri, name: uri.slice(uri.lastIndexOf("/") + 1) })),
      capabilities: {
        workspace: {
          configuration: options.configuration !== null,
          workspaceFolders: true,
          ...(options.createsFiles === false
            ? {}
            : { workspaceEdit: { documentChanges: true, resourceOperations: ["create" as const] } }),
          didChangeConfiguration: { dynamicRegistration: true },
          didChangeWatchedFiles: { dynamicRegistration: true },
        },
        textDocument: {
          publishDiagnostics: {
            relatedInformation: true,
            versionSupport: true,
            codeDescriptionSupport: true,
            dataSupport: true,
            tagSupport: { valueSet: [DiagnosticTag.Unnecessary, DiagnosticTag.Deprecated] },
          },
          hover: { contentFormat: [MarkupKind.Markdown, MarkupKind.PlainText] },
        },
        window: { workDoneProgress: options.workDoneProgress !== false },
      },
      initializationOptions: options.initializationOptions,
    });
    await client.connection.sendNotification(InitializedNotification.type, {});
    return client;
  }

  get stderr(): string {
    return this.#server.stderr();
  }

  async open(uri: string, text: string): Promise<void> {
    this.#documents.set(uri, TextDocument.create(uri, "json", 1, text));
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: "json", version: 1, text },
    });
  }

  /** Types: the whole text anew, or changes of ranges. */
  async change(uri: string, changes: string | readonly TextDocumentContentChangeEvent[]): Promise<number> {
    const before = this.#document(uri);
    const contentChanges = typeof changes === "string" ? [{ text: changes }] : [...changes];
    const after = TextDocument.update(before, contentChanges, before.version + 1);
    this.#documents.set(uri, after);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: after.version },
      contentChanges,
    });
    return after.version;
  }

  /** Writes `text` in the place of the first `old`. */
  async type(uri: string, old: string, text: string): Promise<number> {
    const document = this.#document(uri);
    const at = document.getText().indexOf(old);
    if (at === -1) throw new Error(`${JSON.stringify(old)} does not stand in ${uri}`);
    return this.change(uri, [
      { range: { start: document.positionAt(at), end: document.positionAt(at + old.length) }, text },
    ]);
  }

  async close(uri: string): Promise<void> {
    this.#documents.delete(uri);
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  text(uri: string): string {
    return this.#document(uri).getText();
  }

  version(uri: string): number {
    return this.#document(uri).version;
  }

  /** What the client shows for a file now: what was published last. undefined: nothing ever was. */
  shown(uri: string): readonly Diagnostic[] | undefined {
    return this.published.findLast((entry) => entry.uri === uri)?.diagnostics;
  }

  /** Waits until what is shown for a file is as wanted; `from`: only publications from this index of `published` on count. */
  async diagnostics(
    uri: string,
    wanted: (diagnostics: readonly Diagnostic[], entry: PublishDiagnosticsParams) => boolean = () => true,
    from = 0,
  ): Promise<readonly Diagnostic[]> {
    const entry = await this.until(
      () => this.published.slice(from).findLast((one) => one.uri === uri && wanted(one.diagnostics, one)),
      () =>
        `no such diagnostics of ${uri} came; the last: ${JSON.stringify(this.shown(uri), null, 1)}\n${this.log.join("\n")}\n${this.stderr}`,
    );
    return entry.diagnostics;
  }

  /** Waits until a version of a file, or a later one, is checked to the end; where a check takes long, what is known by then is published before. */
  atVersion(uri: string, version: number): Promise<readonly Diagnostic[]> {
    const isOfIt = (entry: PublishDiagnosticsParams): boolean => entry.uri === uri && (entry.version ?? 0) >= version;
    return this.until(
      () => {
        const last = this.published.findLast(isOfIt);
        const since = last === undefined ? [] : this.statuses.slice(this.#statusesBefore.get(last));
        return since.at(-1)?.checking === null ? last?.diagnostics : undefined;
      },
      () =>
        `version ${version} of ${uri} was not checked to the end; the last: ${JSON.stringify(this.shown(uri), null, 1)}\n${this.log.join("\n")}\n${this.stderr}`,
    );
  }

  /** Waits until the server says that it checks nothing; `from`: only what it says from this index of `statuses` on counts. */
  idle(from = 0, patience = PATIENCE): Promise<Status> {
    return this.until(
      () => this.statuses.slice(from).find(({ checking }) => checking === null),
      () => `the server is still checking: ${JSON.stringify(this.statuses.at(-1))}`,
      patience,
    );
  }

  hover(uri: string, position: Position): Promise<Hover | null> {
    return this.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position });
  }

  /** The Markdown of a hover; throws where there is none. */
  async hoverText(uri: string, position: Position): Promise<string> {
    const hover = await this.hover(uri, position);
    if (hover === null || typeof hover.contents !== "object" || !("kind" in hover.contents))
      throw new Error(`no hover at ${JSON.stringify(position)}`);
    return hover.contents.value;
  }

  async codeActions(
    uri: string,
    diagnostics: readonly Diagnostic[],
    only?: readonly string[],
  ): Promise<readonly CodeAction[]> {
    const range: Range = diagnostics[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    const params: CodeActionParams = {
      textDocument: { uri },
      range,
      context: { diagnostics: [...diagnostics], ...(only === undefined ? {} : { only: [...only] }) },
    };
    const actions = (await this.connection.sendRequest(CodeActionRequest.type, params)) ?? [];
    return actions.filter(
      (action): action is CodeAction => !("command" in action) || typeof action.command !== "string",
    );
  }

  /** The texts of open documents as an edit leaves them; throws for files that are not open, or have another version. */
  edited(edit: WorkspaceEdit | undefined): Readonly<Record<string, string>> {
    const changes = Object.entries(edit?.changes ?? {});
    const versioned = (edit?.documentChanges ?? []).map((change): [string, TextEdit[]] => {
      if (!("textDocument" in change)) throw new Error(`${change.kind} is no edit of a text`);
      const { uri, version } = change.textDocument;
      if (version !== this.version(uri)) throw new Error(`${uri} is no longer at version ${String(version)}`);
      return [uri, change.edits.filter((each): each is TextEdit => "newText" in each)];
    });
    return Object.fromEntries(
      [...changes, ...versioned].map(([uri, edits]) => [uri, TextDocument.applyEdits(this.#document(uri), edits)]),
    );
  }

  /** Applies an edit as an editor would, and tells the server. */
  async apply(edit: WorkspaceEdit | undefined): Promise<void> {
    for (const [uri, text] of Object.entries(this.edited(edit))) await this.change(uri, text);
  }

  execute(command: string, workDoneToken?: string): Promise<unknown> {
    return this.connection.sendRequest(ExecuteCommandRequest.type, {
      command,
      arguments: [],
      ...(workDoneToken === undefined ? {} : { workDoneToken }),
    });
  }

  settingsChanged(settings: unknown = null): Promise<void> {
    return this.connection.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  filesChanged(...uris: readonly string[]): Promise<void> {
    return this.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: uris.map((uri): FileEvent => ({ uri, type: FileChangeType.Changed })),
    });
  }

  filesDeleted(...uris: readonly string[]): Promise<void> {
    return this.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: uris.map((uri): FileEvent => ({ uri, type: FileChangeType.Deleted })),
    });
  }

  foldersChanged(added: readonly string[], removed: readonly string[]): Promise<void> {
    const folders = (uris: readonly string[]): WorkspaceFolder[] => uris.map((uri) => ({ uri, name: uri }));
    return this.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added: folders(added), removed: folders(removed) },
    });
  }

  /** Waits until `look` finds something. It is looked again whenever something is published, and every 10 ms. */
  async until<T>(look: () => T | undefined, complaint: () => string, patience = PATIENCE): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const stop = (): void => {
        this.#waiting.delete(attempt);
        clearInterval(poll);
        clearTimeout(limit);
      };
      const attempt = (): void => {
        const found = look();
        if (found === undefined) return;
        stop();
        resolve(found);
      };
      const poll = setInterval(attempt, 10);
      const limit = setTimeout(() => {
        stop();
        reject(new Error(complaint()));
      }, patience);
      this.#waiting.add(attempt);
      attempt();
    });
  }

  /** Of the server's process. */
  get pid(): number | undefined {
    return this.#server.process?.pid;
  }

  /** Sends the server's process a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#server.process?.kill(signal);
  }

  /** Ends the server as an editor does; gives its exit status. */
  async stop(): Promise<number | null> {
    if (!this.#server.isRunning()) return this.#server.ended();
    try {
      await this.connection.sendRequest(ShutdownRequest.type);
      await this.connection.sendNotification(ExitNotification.type);
      return await this.#server.ended();
    } finally {
      this.connection.dispose();
      this.#server.kill();
    }
  }

  #document(uri: string): TextDocument {
    const document = this.#documents.get(uri);
    if (document === undefined) throw new Error(`${uri} is not open`);
    return document;
  }
}

/** Rule and place of each diagnostic: `compromised 12:15`, sorted, for comparing at a glance. */
export function summary(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics
    .map(({ code, range: { start, end } }) => `${String(code)} ${start.line}:${start.character}-${end.character}`)
    .sort();
}
