/** How diagnostics reach the client: pushed, or kept until it asks for them; nothing is shown twice. */
import { createHash } from "node:crypto";
import type {
  Diagnostic,
  DocumentDiagnosticReport,
  PreviousResultId,
  WorkspaceDiagnosticReport,
  WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import type { FileDiagnostics, PlainDiagnostic } from "./editor.ts";
import { Notifier } from "./notifier.ts";
import type { OpenDocuments } from "./open-documents.ts";

/** What comes within this time is one reason to ask again, ms. */
const PACE = 100;

export interface DeliveryParts {
  /** The client asks for the diagnostics of open documents. */
  readonly pulls: boolean;
  readonly documents: OpenDocuments;
  readonly push: (file: FileDiagnostics) => void;
  /** A diagnostic as the client can take it. */
  readonly shown: (diagnostic: PlainDiagnostic) => Diagnostic;
  /** Tells the client to ask again; null: it cannot be told. */
  readonly refresh: (() => void) | null;
}

/**
 * A client that asks for diagnostics asks for open documents, and few ask for the whole workspace. What such a client
 * does not ask for, as files that a scan has found something in, is pushed all the same: else nobody would see it.
 */
export class Delivery {
  readonly #parts: DeliveryParts;
  /** By file, what it is to show now; files without findings are left out. */
  readonly #latest = new Map<string, FileDiagnostics>();
  /** Files that something was pushed for. */
  readonly #pushed = new Set<string>();
  /** By file, what the client was last answered. */
  readonly #answered = new Map<string, string>();
  /** How many questions about a file wait for its check. */
  readonly #waiting = new Map<string, number>();
  /** Something in `latest` has changed. */
  readonly #changed = new Notifier();
  /** The client has asked for the whole workspace. */
  #pullsWorkspace = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Shows these in place of what a file showed before. */
  show(file: FileDiagnostics): void {
    const { uri, diagnostics } = file;
    if (!this.#parts.pulls) {
      this.#parts.push(file);
      return;
    }
    if (diagnostics.length === 0) this.#latest.delete(uri);
    else this.#latest.set(uri, file);
    this.#settle(uri);
    const answered = this.#answered.get(uri);
    if (answered !== undefined && answered !== this.#resultId(uri) && !this.#waiting.has(uri)) this.#refreshSoon(uri);
    this.#changed.notify();
  }

  /** A document was opened or closed: another way may hold for it. */
  moved(uri: string): void {
    if (!this.#parts.pulls) return;
    // A client forgets what it was answered when it closes the document.
    if (!this.#pullsWorkspace) this.#answered.delete(uri);
    this.#settle(uri);
  }

  /** Answers `textDocument/diagnostic` when the document is `checked`. */
  async ofDocument(
    uri: string,
    previous: string | undefined,
    checked: () => Promise<unknown>,
  ): Promise<DocumentDiagnosticReport> {
    this.#waiting.set(uri, (this.#waiting.get(uri) ?? 0) + 1);
    try {
      await checked();
    } finally {
      const others = (this.#waiting.get(uri) ?? 1) - 1;
      if (others === 0) this.#waiting.delete(uri);
      else this.#waiting.set(uri, others);
    }
    const resultId = this.#answer(uri);
    return resultId === previous
      ? { kind: "unchanged", resultId }
      : { kind: "full", resultId, items: this.#items(uri) };
  }

  /** Answers `workspace/diagnostic`. Where the client has all of it already, the answer waits until something changes. */
  async ofWorkspace(previous: readonly PreviousResultId[], cancel: AbortSignal): Promise<WorkspaceDiagnosticReport> {
    this.#pullsWorkspace = true;
    for (const uri of this.#pushed) this.#settle(uri);
    const before = new Map(previous.map(({ uri, value }) => [uri, value]));
    const isSame = (): boolean =>
      before.size > 0 && this.#files(before).every((uri) => before.get(uri) === this.#resultId(uri));
    while (isSame()) await this.#changed.next(cancel);
    return { items: this.#files(before).map((uri) => this.#inWorkspace(uri, before.get(uri))) };
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #files(before: ReadonlyMap<string, string>): readonly string[] {
    return [...new Set([...this.#latest.keys(), ...before.keys()])];
  }

  #inWorkspace(uri: string, previous: string | undefined): WorkspaceDocumentDiagnosticReport {
    const resultId = this.#answer(uri);
    const version = this.#parts.documents.version(uri);
    return resultId === previous
      ? { uri, version, kind: "unchanged", resultId }
      : { uri, version, kind: "full", resultId, items: this.#items(uri) };
  }

  #answer(uri: string): string {
    const resultId = this.#resultId(uri);
    this.#answered.set(uri, resultId);
    return resultId;
  }

  #items(uri: string): Diagnostic[] {
    return (this.#latest.get(uri)?.diagnostics ?? []).map(this.#parts.shown);
  }

  /** The same for the same diagnostics. */
  #resultId(uri: string): string {
    return createHash("sha256")
      .update(JSON.stringify(this.#items(uri)))
      .digest("base64url");
  }

  #isPulled(uri: string): boolean {
    return this.#pullsWorkspace || this.#parts.documents.version(uri) !== null;
  }

  /** Pushes what the client does not ask for, and takes back what was pushed of what it does. */
  #settle(uri: string): void {
    const file = this.#isPulled(uri) ? undefined : this.#latest.get(uri);
    if (file !== undefined) {
      this.#pushed.add(uri);
      this.#parts.push(file);
    } else if (this.#pushed.delete(uri)) this.#parts.push({ uri, diagnostics: [] });
  }

  /** Files that are not open come with the next answer about the workspace, where one is awaited. */
  #refreshSoon(uri: string): void {
    const { refresh, documents } = this.#parts;
    if (refresh === null || (documents.version(uri) === null && this.#changed.waiting > 0)) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      refresh();
    }, PACE);
  }
}
