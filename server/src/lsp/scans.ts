import type { CancellationToken, ProgressToken } from "vscode-languageserver";
import type { ScanJson } from "../core/report/contract.ts";
import type { Editor } from "./editor.ts";
import { findIn, scanWorkspace } from "./scan.ts";
import type { ScanParts } from "./scan.ts";
import { within } from "./within.ts";

/** How long the client may take to make a progress before the scan goes on without, ms. */
const PATIENCE = 3000;

/** The scans under way. */
export class Scans {
  readonly #running = new Set<AbortController>();
  readonly #byToken = new Map<ProgressToken, AbortController>();
  #made = 0;
  /** What is to be done when none is under way any more. */
  #afterwards: (() => void)[] = [];

  constructor(
    private readonly editor: Editor,
    /** The client shows progress that the server begins. */
    private readonly canCreateProgress: boolean,
    private readonly parts: ScanParts,
  ) {}

  /** @param clientToken for the progress, from a client that gave one */
  async run(cancel: CancellationToken, clientToken: ProgressToken | undefined): Promise<ScanJson> {
    const controller = new AbortController();
    if (cancel.isCancellationRequested) controller.abort();
    cancel.onCancellationRequested(() => controller.abort());
    this.#running.add(controller);
    let token: ProgressToken | undefined;
    try {
      token = clientToken ?? (await this.#createProgress());
      if (token !== undefined) this.#byToken.set(token, controller);
      return await scanWorkspace(this.parts, this.editor.progress(token), controller.signal);
    } finally {
      if (token !== undefined) this.#byToken.delete(token);
      this.#running.delete(controller);
      if (this.#running.size === 0) for (const task of this.#afterwards.splice(0)) task();
    }
  }

  /** Does something once more when the scan that is under way is done: it may have read before what has changed now. */
  afterwards(task: () => void): void {
    if (this.#running.size > 0) this.#afterwards.push(task);
  }

  /** Takes back what an earlier scan has shown of files that settings leave out now. */
  async refind(folder: string): Promise<void> {
    if (this.parts.publisher.keepsScanned) await findIn(folder, this.parts, NEVER);
  }

  cancel(token: ProgressToken): void {
    this.#byToken.get(token)?.abort();
  }

  dispose(): void {
    for (const scan of this.#running) scan.abort();
  }

  /** A progress of the server's own, for a client that asked for a scan without one. A client may fail to make it. */
  async #createProgress(): Promise<ProgressToken | undefined> {
    if (!this.canCreateProgress) return undefined;
    const token = `depwarden-scan-${++this.#made}`;
    try {
      const made = this.editor.createProgress(token).then(() => true);
      if (await within(PATIENCE, made, false)) return token;
      this.editor.warn("The client has not answered window/workDoneProgress/create: the scan shows no progress.");
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.editor.warn(`The client refused to show the progress of the scan: ${why}`);
    }
    return undefined;
  }
}

const NEVER = new AbortController().signal;
