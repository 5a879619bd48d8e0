/** Shows which entries of a workspace folder's `depwarden.allow` are over or cover nothing, in the file that holds them. */
import { DiagnosticSeverity } from "vscode-languageserver";
import { allowProblems } from "../core/settings/allow.ts";
import type { Cancellation, Files } from "../core/ports.ts";
import { readSettings } from "../core/settings/settings.ts";
import { LineIndex } from "../core/util/text.ts";
import { allowEntrySpans, workspaceSettings, workspaceSettingsUri } from "../core/settings/workspace-settings.ts";
import { SOURCE } from "./diagnostics.ts";
import type { FileDiagnostics, PlainDiagnostic } from "./editor.ts";

export class AllowReport {
  readonly #used = new Map<string, ReadonlySet<string>>();
  readonly #shown = new Set<string>();

  constructor(private readonly push: (file: FileDiagnostics) => void) {}

  /** What a scan of the whole folder found to be of use, by key; null where not everything could be checked. */
  scanned(folder: string, used: ReadonlySet<string> | null): void {
    if (used === null) this.#used.delete(folder);
    else this.#used.set(folder, used);
  }

  /** Files have changed: what the last scan of the folder found to be of use may be so no longer. Says whether anything was known. */
  outdated(folder: string): boolean {
    return this.#used.delete(folder);
  }

  /** The folder is no longer open. */
  close(folder: string): void {
    this.#used.delete(folder);
    const uri = workspaceSettingsUri(folder);
    if (this.#shown.delete(uri)) this.push({ uri, diagnostics: [] });
  }

  /** Reads the folder's settings file as it is now. A folder without one shows nothing. */
  async show(folder: string, files: Files, cancel: Cancellation): Promise<void> {
    const uri = workspaceSettingsUri(folder);
    const read = await files.read(uri, cancel);
    const diagnostics = read.known ? diagnosticsOf(read.value, this.#used.get(folder) ?? null) : [];
    if (diagnostics.length === 0 && !this.#shown.delete(uri)) return;
    if (diagnostics.length > 0) this.#shown.add(uri);
    this.push({ uri, diagnostics });
  }
}

function diagnosticsOf(text: string, used: ReadonlySet<string> | null): readonly PlainDiagnostic[] {
  const lines = new LineIndex(text);
  const spans = allowEntrySpans(text);
  return allowProblems(readSettings(workspaceSettings(text)).settings.allow, used, Date.now()).flatMap(
    ({ entry, message }) => {
      const span = spans[entry.index];
      return span === undefined
        ? []
        : [{ range: lines.rangeOf(span), severity: DiagnosticSeverity.Information, source: SOURCE, message }];
    },
  );
}
