/** What the server shows in the editor. Every text for a person leaves through here, and is made fit to be shown. */
import {
  ConfigurationRequest,
  DiagnosticRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  MessageType,
  ResponseError,
  ShowDocumentRequest,
  ShowMessageNotification,
  ShowMessageRequest,
  WorkDoneProgressCreateRequest,
} from "vscode-languageserver";
import type {
  CodeAction,
  Connection,
  Diagnostic,
  FileSystemWatcher,
  ProgressToken,
  Range,
  TraceValue,
} from "vscode-languageserver";
import { asLabel, printable, printableLines } from "../../../common/shown-text.ts";
import { readAbilities } from "./capabilities.ts";
import type { Abilities } from "./capabilities.ts";
import type { LockfileOffer } from "./lockfile-offer.ts";
import type { StatusParams } from "./status.ts";

/** A diagnostic whose message is plain text, and not Markdown. */
export type PlainDiagnostic = Diagnostic & { readonly message: string };

export interface FileDiagnostics {
  readonly uri: string;
  /** The document's version that they are of; left out where it is not open. */
  readonly version?: number;
  readonly diagnostics: readonly PlainDiagnostic[];
}

/** Progress of one piece of work, from 0 to 100. */
export interface Progress {
  begin(title: string, message: string): void;
  report(percentage: number, message: string): void;
  done(): void;
}

export class Editor {
  readonly #connection: Connection;
  #trace: TraceValue = "off";
  #abilities: Abilities = readAbilities({});
  #isClosed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The client has said what it can do. */
  begin(abilities: Abilities, trace: TraceValue): void {
    this.#abilities = abilities;
    this.#trace = trace;
  }

  /** The client wants to hear nothing any more. */
  close(): void {
    this.#isClosed = true;
  }

  pushDiagnostics({ uri, version, diagnostics }: FileDiagnostics): void {
    const isOfVersion = version !== undefined && this.#abilities.diagnostics.version;
    this.#send("textDocument/publishDiagnostics", {
      uri,
      diagnostics: diagnostics.map((each) => this.shownDiagnostic(each)),
      ...(isOfVersion ? { version } : {}),
    });
  }

  /** A diagnostic as the client can take it. */
  shownDiagnostic(diagnostic: PlainDiagnostic): Diagnostic {
    return shownDiagnostic(diagnostic, this.#abilities);
  }

  sendStatus({ checking, lastFresh, unchecked, suppressed }: StatusParams): void {
    const status: StatusParams = {
      checking: checking === null ? null : asLabel(checking),
      lastFresh,
      unchecked: unchecked.map(asLabel),
      suppressed: suppressed.map(asLabel),
    };
    this.#send("depwarden/status", status);
  }

  /** A progress that can be cancelled; without a token nothing is shown. */
  progress(token: ProgressToken | undefined): Progress {
    const report = (value: object): void => {
      if (token !== undefined) this.#send("$/progress", { token, value });
    };
    return {
      begin: (title, message) =>
        report({ kind: "begin", title: asLabel(title), percentage: 0, message: asLabel(message), cancellable: true }),
      report: (percentage, message) => report({ kind: "report", percentage, message: asLabel(message) }),
      done: () => report({ kind: "end" }),
    };
  }

  /** Asks for the settings of a resource; rejects with the client's error. */
  async configuration(scopeUri: string): Promise<unknown> {
    const items = [{ scopeUri, section: "depwarden" }];
    const answer: unknown = await this.#connection.sendRequest(ConfigurationRequest.method, { items });
    return Array.isArray(answer) ? answer[0] : null;
  }

  /** Asks for a progress under a token of the server's; rejects with the client's error. */
  async createProgress(token: ProgressToken): Promise<void> {
    await this.#connection.sendRequest(WorkDoneProgressCreateRequest.method, { token });
  }

  /** Asks to be told when settings change. */
  watchSettings(): void {
    this.#register(DidChangeConfigurationNotification.method, { section: "depwarden" });
  }

  watchFiles(watchers: readonly FileSystemWatcher[]): void {
    this.#register(DidChangeWatchedFilesNotification.method, { watchers });
  }

  /** Has the client ask for diagnostics again. */
  refreshDiagnostics(): void {
    this.#ask(DiagnosticRefreshRequest.method, undefined);
  }

  info(message: string): void {
    if (!this.#isClosed) this.#connection.console.info(printable(message));
  }

  warn(message: string): void {
    if (!this.#isClosed) this.#connection.console.warn(printable(message));
  }

  /** Shown to the person at once: an answer to what they asked for. */
  showWarning(message: string): void {
    if (this.#isClosed) return;
    void this.#connection.sendNotification(ShowMessageNotification.type, {
      type: MessageType.Warning,
      message: asLabel(message),
    });
  }

  /** The same, with one thing to do about it: whether the person chose that. */
  async offer(message: string, action: string): Promise<boolean> {
    if (this.#isClosed) return false;
    const params = { type: MessageType.Warning, message: asLabel(message), actions: [{ title: asLabel(action) }] };
    try {
      const chosen: unknown = await this.#connection.sendRequest(ShowMessageRequest.method, params);
      return typeof chosen === "object" && chosen !== null;
    } catch (error) {
      this.info(`The client showed no message: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  /** Brings a place before the person. @param uri as the client writes it */
  showDocument(uri: string, selection: Range): void {
    this.#ask(ShowDocumentRequest.method, { uri, takeFocus: true, selection });
  }

  /** The same, of what is no problem. */
  showInformation(message: string): void {
    if (this.#isClosed) return;
    void this.#connection.sendNotification(ShowMessageNotification.type, {
      type: MessageType.Info,
      message: asLabel(message),
    });
  }

  /** Has a client that offers updates of lockfiles itself offer one. */
  offerLockfileUpdate(offer: LockfileOffer): void {
    this.#send("depwarden/offerLockfileUpdate", offer);
  }

  /** How much of what checks found out the person wants to see: `depwarden.trace.server` in VS Code. */
  setTrace(value: TraceValue): void {
    this.#trace = value;
  }

  /** `make` is called only where somebody wants to see it; the details only with `verbose`. */
  trace(make: () => { readonly summary: string; readonly details: string }): void {
    if (this.#trace === "off") return;
    const { summary, details } = make();
    this.#send("$/logTrace", {
      message: printable(summary),
      ...(this.#trace === "verbose" ? { verbose: printableLines(details) } : {}),
    });
  }

  /** An error that nobody expected, with where it came from. */
  error(error: unknown): void {
    if (this.#isClosed) return;
    this.#connection.console.error(
      printableLines(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
  }

  #register(method: string, registerOptions: object): void {
    const registrations = [{ id: method, method, registerOptions }];
    this.#ask("client/registerCapability", { registrations });
  }

  /** A request whose answer says nothing but that it was done. */
  #ask(method: string, params: object | undefined): void {
    if (this.#isClosed) return;
    this.#connection
      .sendRequest(method, params)
      .catch((error: unknown) =>
        this.info(`The client refused ${method}: ${error instanceof Error ? error.message : String(error)}`),
      );
  }

  #send(method: string, params: object): void {
    if (!this.#isClosed) void this.#connection.sendNotification(method, params);
  }
}

/** VS Code shows diagnostics as plain text, but the status bar (`problems.showCurrentInStatus`) shows icons in them. */
function shownDiagnostic(diagnostic: PlainDiagnostic, { diagnostics: can }: Abilities): Diagnostic {
  const { message, relatedInformation, codeDescription, tags, ...others } = diagnostic;
  const ownTags = tags?.filter((tag) => can.tags.has(tag)) ?? [];
  return {
    ...others,
    message: asLabel(message),
    ...(codeDescription !== undefined && can.codeDescription ? { codeDescription } : {}),
    // JSON leaves out what is undefined.
    ...(can.data ? {} : { data: undefined }),
    ...(ownTags.length === 0 ? {} : { tags: ownTags }),
    ...(relatedInformation === undefined || !can.relatedInformation
      ? {}
      : { relatedInformation: relatedInformation.map((place) => ({ ...place, message: asLabel(place.message) })) }),
  };
}

/** VS Code shows titles as plain text in its menus; on save they are part of a progress message. */
export function shownAction(action: CodeAction): CodeAction {
  const { title, command } = action;
  return {
    ...action,
    title: asLabel(title),
    ...(command === undefined ? {} : { command: { ...command, title: asLabel(command.title) } }),
  };
}

/** The error that answers a request. The client may show its message as a notification. */
export function shownError(error: unknown): ResponseError {
  const code = error instanceof ResponseError ? error.code : ErrorCodes.InternalError;
  return new ResponseError(code, asLabel(error instanceof Error ? error.message : String(error)));
}
