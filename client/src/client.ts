import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  TransportKind,
  WorkDoneProgress,
} from "vscode-languageclient/node";
import type { CloseHandlerResult, LanguageClientOptions } from "vscode-languageclient/node";
import { ALLOW } from "./allow.ts";
import { DOCUMENTS } from "./documents.ts";
import { OFFER_LOCKFILE_UPDATE, offerLockfileUpdate } from "./lockfile-update.ts";
import { editorHttp } from "./http.ts";
import { Lifecycle } from "./lifecycle.ts";
import { PUSHED_DIAGNOSTICS } from "./pushed-diagnostics.ts";
import { readScanResult } from "./scan-result.ts";
import { showError, showInformation, shownError, showProgress } from "./show.ts";
import type { StatusParams } from "./status-text.ts";

const SCAN = "depwarden.scanWorkspace";
const CLEAR_CACHE = "depwarden.clearCache";
/** As in .vscode/launch.json. */
const DEBUG_PORT = 6009;
/** A server that ends by itself is started again, but not more often than so within the time (ms). */
const MOST_RESTARTS = 3;
const RESTARTS_WITHIN = 3 * 60 * 1000;

/** The language client over the life of the extension. A restart makes a new one: trust is told when a server starts. */
export class Client {
  readonly #lifecycle = new Lifecycle<LanguageClient>(
    () => this.#begin(),
    (error) => this.#tell(error),
  );
  /** When the server ended by itself lately, ms since epoch. */
  #ends: readonly number[] = [];

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly traceLog: vscode.LogOutputChannel,
    private readonly onStatus: (status: StatusParams) => void,
  ) {}

  start(): Promise<void> {
    return this.#lifecycle.start();
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop();
  }

  restart(): Promise<void> {
    return this.#lifecycle.restart();
  }

  /** The person looks at the editor again: what is shown may be old. */
  focused(): void {
    void this.#lifecycle.running?.sendNotification("depwarden/focused");
  }

  /** The server's answer to a request of its own kind; null when no server runs. */
  async ask(method: string, params: object): Promise<unknown> {
    return (await this.#lifecycle.running?.sendRequest(method, params)) ?? null;
  }

  /** A client whose server runs; null when it could not start, and the person is told. */
  async #begin(): Promise<LanguageClient | null> {
    const run = { module: this.context.asAbsolutePath("dist/server.js"), transport: TransportKind.ipc };
    // What VS Code starts to be debugged: .vscode/launch.json attaches to this port.
    const debug = { ...run, options: { execArgv: ["--nolazy", `--inspect=${DEBUG_PORT}`] } };
    const client = new LanguageClient("depwarden", "Depwarden", { run, debug }, this.#options());
    client.registerFeature(PUSHED_DIAGNOSTICS);
    client.onNotification("depwarden/status", this.onStatus);
    client.onNotification("depwarden/offerLockfileUpdate", (offer: unknown) =>
      offerLockfileUpdate(offer, (params) => this.ask("depwarden/lockfileUpdate", params)),
    );
    try {
      await client.start();
      return client;
    } catch (error) {
      this.#tell(error);
      void showError("Depwarden's language server could not start. Its log says why.", "Show Log").then((choice) => {
        if (choice !== undefined) this.log.show();
      });
      return null;
    }
  }

  #tell(error: unknown): void {
    this.log.error(error instanceof Error ? error : String(error));
  }

  #options(): LanguageClientOptions {
    return {
      documentSelector: [{ scheme: "file", pattern: DOCUMENTS }],
      outputChannel: this.log,
      traceOutputChannel: this.traceLog,
      initializationOptions: {
        trusted: vscode.workspace.isTrusted,
        cacheDir: vscode.Uri.joinPath(this.context.globalStorageUri, "cache").fsPath,
        clientCommands: [ALLOW, OFFER_LOCKFILE_UPDATE],
        http: editorHttp(),
        checksFolders: true,
      },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue }),
        closed: () => this.#closed(),
      },
      middleware: {
        executeCommand: async (command, args: unknown[], next) => {
          try {
            if (command === SCAN) return await this.#scan();
            if (command !== CLEAR_CACHE) return (await next(command, args)) as unknown;
            await this.#clearCache(args, next);
            return null;
          } catch (error) {
            throw shownError(error);
          }
        },
      },
    };
  }

  /** What to do about a server that ended by itself: one crash after another would fill the log and help nobody. */
  #closed(): CloseHandlerResult {
    const now = Date.now();
    this.#ends = [...this.#ends.filter((at) => now - at < RESTARTS_WITHIN), now];
    if (this.#ends.length <= MOST_RESTARTS) {
      this.#tell("The language server ended and is started again.");
      return { action: CloseAction.Restart, handled: true };
    }
    return {
      action: CloseAction.DoNotRestart,
      message: "Depwarden's language server stopped. Run “Depwarden: Restart Server” to start it again.",
    };
  }

  async #scan(): Promise<unknown> {
    const result = await this.#scanWithProgress();
    void this.#tellResult(result);
    return result;
  }

  /** The scan with its progress shown, and a way to cancel it. null when it was cancelled. */
  #scanWithProgress(): Thenable<unknown> {
    const client = this.#lifecycle.running;
    if (client === null) return Promise.resolve(null);
    return showProgress("Depwarden", async (report, cancelled) => {
      const workDoneToken = `scan-${crypto.randomUUID()}`;
      let reached = 0;
      const reports = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
        if (value.kind === "end") return;
        const percentage = value.percentage ?? reached;
        report(value.message ?? null, percentage - reached);
        reached = percentage;
      });
      try {
        return (await client.sendRequest(
          ExecuteCommandRequest.type,
          { command: SCAN, arguments: [], workDoneToken },
          cancelled,
        )) as unknown;
      } catch (error) {
        if (cancelled.isCancellationRequested) return null;
        throw error;
      } finally {
        reports.dispose();
      }
    });
  }

  async #tellResult(result: unknown): Promise<void> {
    const scanned = readScanResult(result);
    if (scanned === null) return;
    const { message, isNotable } = scanned;
    if (!isNotable) {
      void showInformation(message);
      return;
    }
    const choice = await showInformation(message, "Show Problems");
    if (choice !== undefined) await vscode.commands.executeCommand("workbench.actions.view.problems");
  }

  async #clearCache(
    args: unknown[],
    next: (command: string, args: unknown[]) => vscode.ProviderResult<unknown>,
  ): Promise<void> {
    await next(CLEAR_CACHE, args);
    void showInformation("Depwarden's cache is cleared.");
  }
}
