import { configKind, readConfig } from "../documents/config/index.ts";
import type { ConfigKind } from "../documents/config/index.ts";
import type { ConfigTree } from "../documents/config/tree.ts";
import { documentKind, readLockfile } from "../documents/index.ts";
import type { DocumentKind, LockfileKind } from "../documents/index.ts";
import { readManifest } from "../documents/manifest.ts";
import { runInSlices } from "../documents/slices.ts";
import { known, unknown } from "../facts/fact.ts";
import type { Fact } from "../facts/fact.ts";
import type { Lockfile, Manifest } from "../model.ts";
import type { Cancellation, Clock, Files } from "../ports.ts";
import { LineIndex } from "../text.ts";
import { fileNameOf, folderOf, join } from "./uri.ts";

/** A text with what was read in it. */
export interface Document<Model> {
  readonly uri: string;
  readonly kind: DocumentKind | ConfigKind;
  readonly text: string;
  readonly model: Model;
  readonly lines: () => LineIndex;
}

/** How long a reader may hold the thread before others get their turn, ms. */
const SLICE = 8;

/** How many documents of a kind are kept read. */
const KEPT = 64;

/** Reads documents, and reads one again only when its text has changed. */
export class DocumentStore {
  readonly #manifests = new Map<string, Document<Manifest>>();
  readonly #lockfiles = new Map<string, Document<Lockfile>>();
  readonly #configs = new Map<string, Document<ConfigTree>>();

  constructor(
    private readonly files: Files,
    private readonly clock: Pick<Clock, "breathe" | "elapsed">,
  ) {}

  async manifest(uri: string, cancel: Cancellation): Promise<Fact<Document<Manifest>>> {
    const text = await this.files.read(uri, cancel);
    cancel.throwIfAborted();
    if (!text.known) return text;
    const kept = this.#manifests.get(uri);
    if (kept?.text === text.value) return known(kept);
    return known(keep(this.#manifests, document(uri, "package-json", text.value, readManifest(text.value))));
  }

  async lockfile(uri: string, cancel: Cancellation): Promise<Fact<Document<Lockfile>>> {
    const kind = lockfileKind(uri);
    if (kind === null) return unknown("malformed", "not a lockfile that is read");
    const text = await this.files.read(uri, cancel);
    cancel.throwIfAborted();
    if (!text.known) return text;
    const kept = this.#lockfiles.get(uri);
    if (kept?.text === text.value && kept.model.formatVersion !== ROOTLESS) return known(kept);
    return known(keep(this.#lockfiles, document(uri, kind, text.value, await this.#read(uri, kind, text.value, cancel))));
  }

  async config(uri: string, cancel: Cancellation): Promise<Fact<Document<ConfigTree>>> {
    const kind = configKind(fileNameOf(uri));
    if (kind === null) return unknown("malformed", "not a policy file that is read");
    const text = await this.files.read(uri, cancel);
    cancel.throwIfAborted();
    if (!text.known) return text;
    const kept = this.#configs.get(uri);
    if (kept?.text === text.value) return known(kept);
    return known(keep(this.#configs, document(uri, kind, text.value, readConfig(kind, text.value))));
  }

  /** Reads a lockfile's text that is not the file's own, as an earlier commit's. null for a file that is no lockfile. */
  async readLockfile(uri: string, text: string, cancel: Cancellation): Promise<Lockfile | null> {
    const kind = lockfileKind(uri);
    return kind === null ? null : this.#read(uri, kind, text, cancel);
  }

  async #read(uri: string, kind: LockfileKind, text: string, cancel: Cancellation): Promise<Lockfile> {
    const manifest = await this.manifest(join(folderOf(uri), "package.json"), cancel);
    const reading = readLockfile(kind, text, manifest.known ? { manifest: manifest.value.model } : {});
    return runInSlices(reading, () => this.clock.breathe(), SLICE, () => this.clock.elapsed(), cancel);
  }
}

/** npm's lockfileVersion 1 does not say what the root depends on, so what is read of it also hangs on the manifest. */
const ROOTLESS = "1";

function lockfileKind(uri: string): LockfileKind | null {
  const kind = documentKind(fileNameOf(uri));
  return kind === "package-json" ? null : kind;
}

function document<Model>(uri: string, kind: DocumentKind | ConfigKind, text: string, model: Model): Document<Model> {
  let lines: LineIndex | null = null;
  return { uri, kind, text, model, lines: () => (lines ??= new LineIndex(text)) };
}

function keep<Model>(store: Map<string, Document<Model>>, document: Document<Model>): Document<Model> {
  store.delete(document.uri);
  store.set(document.uri, document);
  const oldest = store.keys().next();
  if (store.size > KEPT && oldest.done === false) store.delete(oldest.value);
  return document;
}
