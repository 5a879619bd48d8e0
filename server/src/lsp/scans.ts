import { WorkDoneProgressCreateRequest } from "vscode-languageserver";
import type { CancellationToken, Connection, ProgressToken } from "vscode-languageserver";
import type { ScanJson } from "../core/report/contract.ts";
import type { Editor } from "./editor.ts";
import { findIn, scanWorkspace } from "./scan.ts";
import type { ScanParts } from "./scan.ts";

/** The scans under way. */
export class Scans {
  readonly #running = new Map<ProgressToken, AbortController>();
  #made = 0;
  #underWay = 0;
  /** What is to be done when none is under way any more. */
  #afterwards: (() => void)[] = [];

  constructor(
    private readonly connection: Connection,
    private readonly editor: Editor,
    /** The client shows progress that the server begins. */
    private readonly canCreateProgress: boolean,
    private readonly parts: ScanParts,
  ) {}

  /** @param clientToken for the progress, from a client that gave one */
  async run(cancel: CancellationToken, clientToken: ProgressToken | undefined): Promise<ScanJson> {
    const controller = new AbortController();
    cancel.onCancellationRequested(() => controller.abort());
    const token = clientToken ?? (await this.#createProgress());
    if (token !== undefined) this.#running.set(token, controller);
    this.#underWay++;
    try {
      return await scanWorkspace(this.parts, this.editor.progress(token), controller.signal);
    } finally {
      if (token !== undefined) this.#running.delete(token);
      if (--this.#underWay === 0) for (const task of this.#afterwards.splice(0)) task();
    }
  }

  /** Does something once more when the scan that is under way is done: it may have read before what has changed now. */
  afterwards(task: () => void): void {
    if (this.#underWay > 0) this.#afterwards.push(task);
  }

  /** Takes back what an earlier scan has shown of files that settings leave out now. */
  async refind(folder: string): Promise<void> {
    if (this.parts.publisher.keepsScanned) await findIn(folder, this.parts, NEVER);
  }

  cancel(token: ProgressToken): void {
    this.#running.get(token)?.abort();
  }

  dispose(): void {
    for (const scan of this.#running.values()) scan.abort();
  }

  /** A progress of the server's own, for a client that asked for a scan without one. */
  async #createProgress(): Promise<ProgressToken | undefined> {
    if (!this.canCreateProgress) return undefined;
    const token = `depwarden-scan-${++this.#made}`;
    await this.connection.sendRequest(WorkDoneProgressCreateRequest.type, { token });
    return token;
  }
}

const NEVER = new AbortController().signal;
