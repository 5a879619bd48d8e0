/** What the server shows in the editor. Every text for a person leaves through here, and is made fit to be shown. */
import { ErrorCodes, ResponseError } from "vscode-languageserver";
import type { CodeAction, Connection, Diagnostic, ProgressToken, TraceValue } from "vscode-languageserver";
import { asLabel, printable, printableLines } from "../../../common/shown-text.ts";
import type { StatusParams } from "./status.ts";

/** A diagnostic whose message is plain text, and not Markdown. */
export type PlainDiagnostic = Diagnostic & { readonly message: string };

interface FileDiagnostics {
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

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  sendDiagnostics({ diagnostics, ...file }: FileDiagnostics): Promise<void> {
    return this.#connection.sendDiagnostics({ ...file, diagnostics: diagnostics.map(shownDiagnostic) });
  }

  sendStatus({ checking, lastFresh, unchecked, suppressed }: StatusParams): Promise<void> {
    const status: StatusParams = {
      checking: checking === null ? null : asLabel(checking),
      lastFresh,
      unchecked: unchecked.map(asLabel),
      suppressed: suppressed.map(asLabel),
    };
    return this.#connection.sendNotification("depwarden/status", status);
  }

  /** A progress that can be cancelled; without a token nothing is shown. */
  progress(token: ProgressToken | undefined): Progress {
    const reporter = this.#connection.window.attachWorkDoneProgress(token);
    return {
      begin: (title, message) => reporter.begin(asLabel(title), 0, asLabel(message), true),
      report: (percentage, message) => reporter.report(percentage, asLabel(message)),
      done: () => reporter.done(),
    };
  }

  info(message: string): void {
    this.#connection.console.info(printable(message));
  }

  warn(message: string): void {
    this.#connection.console.warn(printable(message));
  }

  /** How much of what checks found out the person wants to see: `depwarden.trace.server` in VS Code. */
  setTrace(value: TraceValue): void {
    this.#trace = value;
  }

  /** `make` is called only where somebody wants to see it; the details only with `verbose`. */
  trace(make: () => { readonly summary: string; readonly details: string }): void {
    if (this.#trace === "off") return;
    const { summary, details } = make();
    void this.#connection.sendNotification("$/logTrace", {
      message: printable(summary),
      ...(this.#trace === "verbose" ? { verbose: printableLines(details) } : {}),
    });
  }

  /** An error that nobody expected, with where it came from. */
  error(error: unknown): void {
    this.#connection.console.error(
      printableLines(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
  }
}

/** VS Code shows diagnostics as plain text, but the status bar (`problems.showCurrentInStatus`) shows icons in them. */
function shownDiagnostic(diagnostic: PlainDiagnostic): Diagnostic {
  const { message, relatedInformation: related } = diagnostic;
  return {
    ...diagnostic,
    message: asLabel(message),
    ...(related === undefined
      ? {}
      : { relatedInformation: related.map((place) => ({ ...place, message: asLabel(place.message) })) }),
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
