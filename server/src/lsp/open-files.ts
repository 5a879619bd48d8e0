/** The documents that the client has open, by file: two of them may be of one file, under two URIs. */
import { TextDocuments } from "vscode-languageserver";
import type { Connection } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { OpenDocuments } from "./open-documents.ts";

export interface OpenFileEvents {
  opened(file: string): void;
  changed(file: string): void;
  saved(file: string): void;
  closed(file: string): void;
}

interface OpenFile {
  /** Goes up with every change of what is open of the file, or of its text. */
  revision: number;
  /** The one opened or changed last speaks for the file, and is last. */
  documents: readonly TextDocument[];
}

/** Files are named by the URI by which they are compared, documents by the client's own. */
export class OpenFiles implements OpenDocuments {
  readonly #documents = new TextDocuments(TextDocument);
  readonly #files = new Map<string, OpenFile>();
  /** By the client's URI, the file's. */
  readonly #identities = new Map<string, string>();
  /** Opening a document also counts as a change of its content: that one is not a second event. */
  readonly #justOpened = new Set<string>();
  #revision = 0;

  /** @param identityOf the file's URI by the client's */
  constructor(private readonly identityOf: (uri: string) => string) {}

  listen(connection: Connection, events: OpenFileEvents): void {
    this.#documents.onDidOpen(({ document }) => {
      this.#justOpened.add(document.uri);
      // The first change of a large text need not look for all its lines: they are known by then.
      setImmediate(() => document.lineCount);
      const before = this.#identities.get(document.uri);
      if (before !== undefined) this.#remove(document.uri, before);
      const file = this.identityOf(document.uri);
      this.#identities.set(document.uri, file);
      this.#add(document, file);
      events.opened(file);
    });
    this.#documents.onDidChangeContent(({ document }) => {
      const file = this.#identities.get(document.uri);
      if (this.#justOpened.delete(document.uri) || file === undefined) return;
      this.#add(document, file);
      events.changed(file);
    });
    this.#documents.onDidSave(({ document }) => {
      const file = this.#identities.get(document.uri);
      if (file !== undefined) events.saved(file);
    });
    this.#documents.onDidClose(({ document }) => {
      const file = this.#identities.get(document.uri);
      if (file === undefined) return;
      this.#identities.delete(document.uri);
      this.#remove(document.uri, file);
      events.closed(file);
    });
    this.#documents.listen(connection);
  }

  /** Files may be compared by other URIs than before. */
  rename(): void {
    this.#files.clear();
    for (const document of this.#documents.all()) {
      const file = this.identityOf(document.uri);
      this.#identities.set(document.uri, file);
      this.#add(document, file);
    }
  }

  /** Another one after each change of an open document. */
  get revision(): number {
    return this.#revision;
  }

  /** The file of a document; null: it is not open. */
  fileOf(uri: string): string | null {
    return this.#identities.get(uri) ?? null;
  }

  get files(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** A number of the server's own: clients number each document. */
  version(file: string): number | null {
    return this.#files.get(file)?.revision ?? null;
  }

  text(file: string): string | null {
    return this.#speaker(file)?.getText() ?? null;
  }

  /** The client's URIs of a file; empty: it is not open. The one whose text counts is last. */
  spellings(file: string): readonly string[] {
    return this.#files.get(file)?.documents.map(({ uri }) => uri) ?? [];
  }

  /** The client's version of a document; null: it is not open. */
  clientVersion(uri: string): number | null {
    return this.#documents.get(uri)?.version ?? null;
  }

  /** Whether places in the text that counts for a file are places in this document. */
  hasTextOfFile(uri: string): boolean {
    const file = this.#identities.get(uri);
    return file === undefined || this.#documents.get(uri)?.getText() === this.text(file);
  }

  #speaker(file: string): TextDocument | undefined {
    return this.#files.get(file)?.documents.at(-1);
  }

  #add(document: TextDocument, file: string): void {
    const others = this.#files.get(file)?.documents.filter(({ uri }) => uri !== document.uri) ?? [];
    this.#files.set(file, { revision: ++this.#revision, documents: [...others, document] });
  }

  #remove(uri: string, file: string): void {
    const documents = this.#files.get(file)?.documents.filter((document) => document.uri !== uri) ?? [];
    this.#revision++;
    if (documents.length === 0) this.#files.delete(file);
    else this.#files.set(file, { revision: this.#revision, documents });
  }
}
