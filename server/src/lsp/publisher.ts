import type { Connection } from "vscode-languageserver";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { diagnosticsOf } from "./diagnostics.ts";

interface Published {
  readonly report: ProjectReport;
  readonly files: ReadonlySet<string>;
  /** A scan of the workspace asked for it, so it stays when its documents are closed. */
  readonly stays: boolean;
}

/** Holds the newest report of each project and shows its findings. */
export class Publisher {
  readonly #published = new Map<string, Published>();

  constructor(private readonly connection: Connection) {}

  /** @param versions the versions of the open documents that the report is of */
  publish(report: ProjectReport, versions: ReadonlyMap<string, number | null>, stays = false): void {
    const { folder } = report.project;
    const before = this.#published.get(folder);
    const diagnostics = diagnosticsOf(report);
    for (const [uri, list] of diagnostics) {
      const version = versions.get(uri) ?? null;
      void this.connection.sendDiagnostics({ uri, diagnostics: [...list], ...(version === null ? {} : { version }) });
    }
    this.#published.set(folder, { report, files: new Set(diagnostics.keys()), stays: stays || before?.stays === true });
    this.#clear([...(before?.files ?? [])].filter((uri) => this.reportOf(uri) === null));
  }

  reportOf(uri: string): ProjectReport | null {
    for (const { report, files } of this.#published.values()) {
      if (files.has(uri)) return report;
    }
    return null;
  }

  /** What is shown of the project stays when its documents are closed. */
  stays(folder: string): boolean {
    return this.#published.get(folder)?.stays === true;
  }

  reports(): readonly ProjectReport[] {
    return [...this.#published.values()].map(({ report }) => report);
  }

  /** Takes back what was shown for projects of which no document is open any more, but for what a scan found. */
  closed(isOpen: (uri: string) => boolean): void {
    for (const [folder, { files, stays }] of this.#published) {
      if (stays || [...files].some(isOpen)) continue;
      this.#published.delete(folder);
      this.#clear([...files]);
    }
  }

  #clear(uris: readonly string[]): void {
    for (const uri of uris) void this.connection.sendDiagnostics({ uri, diagnostics: [] });
  }
}
