/** The way out of the server: files get the URIs that the client writes for them. */
import type { Diagnostic, WorkspaceDiagnosticReport, WorkspaceDocumentDiagnosticReport } from "vscode-languageserver";
import type { FileDiagnostics, PlainDiagnostic } from "./editor.ts";
import type { OpenFiles } from "./open-files.ts";
import type { WorkspaceFolders } from "./workspace-folders.ts";

export class ClientSpelling {
  /** By file, what was pushed of it last, and under which URIs of the client's. */
  readonly #pushed = new Map<string, { readonly file: FileDiagnostics; readonly under: readonly string[] }>();

  constructor(
    private readonly folders: WorkspaceFolders,
    private readonly documents: OpenFiles,
    private readonly push: (file: FileDiagnostics) => void,
  ) {}

  /** A file as the client writes it: as the document that is open of it, or the folder around it. */
  readonly of = (file: string): string => this.documents.spellings(file).at(-1) ?? this.folders.spelled(file);

  /** The same in an answer about a document, which is written as the request has it. @param uri the client's */
  asIn(uri: string): (file: string) => string {
    const own = this.documents.fileOf(uri);
    return (file) => (file === own ? uri : this.of(file));
  }

  /** Pushes diagnostics to every document that is open of a file. */
  readonly show = (file: FileDiagnostics): void => {
    const under = this.#spellings(file.uri);
    for (const uri of this.#pushed.get(file.uri)?.under ?? [])
      if (!under.includes(uri)) this.push({ uri, diagnostics: [] });
    for (const uri of under) this.push(this.#as(uri, file));
    if (file.diagnostics.length === 0) this.#pushed.delete(file.uri);
    else this.#pushed.set(file.uri, { file, under });
  };

  /** A document of a file was opened or closed: what is shown moves with it. */
  moved(file: string): void {
    const pushed = this.#pushed.get(file);
    if (pushed !== undefined && this.#spellings(file).join("\0") !== pushed.under.join("\0")) this.show(pushed.file);
  }

  /** @param before the client's URIs of what it has; what is written otherwise now is taken back there */
  inWorkspace({ items }: WorkspaceDiagnosticReport, before: readonly string[]): WorkspaceDiagnosticReport {
    const own = items.map((item): WorkspaceDocumentDiagnosticReport => {
      const uri = this.of(item.uri);
      const version = this.documents.clientVersion(uri);
      if (item.kind === "full")
        return { ...item, uri, version, items: item.items.map((each) => spelled(each, this.of)) };
      return { ...item, uri, version };
    });
    const written = new Set(own.map(({ uri }) => uri));
    const gone = before
      .filter((uri) => !written.has(uri))
      .map((uri): WorkspaceDocumentDiagnosticReport => ({ uri, version: null, kind: "full", items: [] }));
    return { items: [...own, ...gone] };
  }

  #spellings(file: string): readonly string[] {
    const open = this.documents.spellings(file);
    return open.length === 0 ? [this.folders.spelled(file)] : open;
  }

  #as(uri: string, { uri: file, version, diagnostics }: FileDiagnostics): FileDiagnostics {
    const spell = (other: string): string => (other === file ? uri : this.of(other));
    const own = this.documents.clientVersion(uri);
    const isPresent = version === this.documents.version(file) && own !== null && this.documents.hasTextOfFile(uri);
    return {
      uri,
      diagnostics: diagnostics.map((each): PlainDiagnostic => spelled(each, spell)),
      ...(isPresent ? { version: own } : {}),
    };
  }
}

/** A diagnostic with the places that it refers to as the client writes them. */
export function spelled<Shown extends Diagnostic>(diagnostic: Shown, spell: (file: string) => string): Shown {
  const { relatedInformation } = diagnostic;
  if (relatedInformation === undefined) return diagnostic;
  return {
    ...diagnostic,
    relatedInformation: relatedInformation.map(({ location, message }) => ({
      location: { ...location, uri: spell(location.uri) },
      message,
    })),
  };
}
