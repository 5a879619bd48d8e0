import { LRUCache } from "lru-cache";
import { environmentPolicy, type PolicyFile } from "../config/layers.ts";
import { installsPeers } from "../config/peers.ts";
import { settingsSources } from "../config/sources.ts";
import { readCatalogs } from "../documents/catalogs.ts";
import { configKind, readConfig } from "../documents/config/index.ts";
import type { ConfigKind } from "../documents/config/index.ts";
import { readManifestConfig } from "../documents/config/json.ts";
import { scalarsAt } from "../documents/config/tree.ts";
import type { ConfigTree } from "../documents/config/tree.ts";
import { documentKind, formatOf, readLockfile } from "../documents/index.ts";
import type { DocumentKind, LockfileKind } from "../documents/index.ts";
import { LARGEST } from "../documents/limits.ts";
import { readManifestInSlices } from "../documents/manifest.ts";
import type { LockfileContext } from "../documents/context.ts";
import { flavourOf } from "../documents/yarn/flavour.ts";
import { runInSlices, type Task } from "../task.ts";
import { known, unknown } from "../facts/fact.ts";
import type { Fact, Unknown } from "../facts/fact.ts";
import { guarded } from "../facts/guard.ts";
import type { Lockfile, Manifest } from "../model.ts";
import type { Cancellation, Clock, FileEntry, Ports } from "../ports.ts";
import { LineIndex } from "../util/text.ts";
import { ancestorsOf, fileNameOf, folderOf, join, pathBetween } from "../util/uri.ts";
import { workspacePaths } from "./workspaces.ts";

/** A text with what was read in it. */
export interface Document<Model> {
  readonly uri: string;
  readonly kind: DocumentKind | ConfigKind;
  readonly text: string;
  readonly model: Model;
  readonly lines: () => LineIndex;
}

export interface StorePorts extends Pick<Ports, "files" | "userSettings"> {
  readonly clock: Pick<Clock, "breathe" | "elapsed">;
}

interface ReadLockfile extends Document<Lockfile> {
  /** Fingerprint of the context that it was read with. */
  readonly readWith: string;
  /** What of it counts for every lockfile. */
  readonly readUnder: string;
}

/** How long a reader may hold the thread before others get their turn, ms. */
const SLICE = 8;

/** Text of the small files of a kind that is kept read, in UTF-16 code units: several thousand manifests. */
const SMALL_KEPT = 20_000_000;

/** Reads documents, and reads one again only when its text has changed, or when much else was read since. */
export class DocumentStore {
  readonly #manifests = kept<Document<Manifest>>(SMALL_KEPT);
  readonly #lockfiles = kept<ReadLockfile>(LARGEST);
  readonly #configs = kept<Document<ConfigTree>>(SMALL_KEPT);

  constructor(
    private readonly ports: StorePorts,
    /** Folders above a lockfile's may be read too. */
    private readonly mayLookAbove: boolean,
  ) {}

  /** The text of a file of any kind. */
  text(uri: string, cancel: Cancellation): Promise<Fact<string>> {
    return this.ports.files.read(uri, cancel);
  }

  /** What a folder holds. */
  list(folder: string, cancel: Cancellation): Promise<Fact<readonly FileEntry[]>> {
    return this.ports.files.list(folder, cancel);
  }

  manifest(uri: string, cancel: Cancellation): Promise<Fact<Document<Manifest>>> {
    return guarded(() => this.#manifest(uri, cancel), unreadable, cancel);
  }

  lockfile(uri: string, cancel: Cancellation): Promise<Fact<Document<Lockfile>>> {
    return guarded(() => this.#lockfile(uri, cancel), unreadable, cancel);
  }

  /** `kind`: for a file whose name does not say it. */
  config(uri: string, cancel: Cancellation, kind = configKind(fileNameOf(uri))): Promise<Fact<Document<ConfigTree>>> {
    return guarded(() => this.#config(uri, cancel, kind), unreadable, cancel);
  }

  async #manifest(uri: string, cancel: Cancellation): Promise<Fact<Document<Manifest>>> {
    const text = await this.ports.files.read(uri, cancel);
    cancel.throwIfAborted();
    if (!text.known) return text;
    const kept = this.#manifests.get(uri);
    if (kept?.text === text.value) return known(kept);
    const read = document(
      uri,
      "package-json",
      text.value,
      await this.#inSlices(readManifestInSlices(text.value), cancel),
    );
    this.#manifests.set(uri, read);
    return known(read);
  }

  async #lockfile(uri: string, cancel: Cancellation): Promise<Fact<Document<Lockfile>>> {
    const kind = lockfileKind(uri);
    if (kind === null) return unknown("malformed", "not a lockfile that is read");
    const text = await this.ports.files.read(uri, cancel);
    cancel.throwIfAborted();
    if (!text.known) return text;
    const context = await this.#contextOf(uri, text.value, cancel);
    const kept = this.#lockfiles.get(uri);
    const readWith = kept === undefined || kept.model.leansOnManifests ? fingerprint(context) : kept.readWith;
    const readUnder = rulesIn(context);
    if (kept?.text === text.value && kept.readUnder === readUnder && kept.readWith === readWith) return known(kept);
    const read = {
      ...document(uri, kind, text.value, await this.#read(kind, text.value, context, cancel)),
      readWith: fingerprint(context),
      readUnder,
    };
    this.#lockfiles.set(uri, read);
    return known(read);
  }

  async #config(uri: string, cancel: Cancellation, kind: ConfigKind | null): Promise<Fact<Document<ConfigTree>>> {
    if (kind === null) return unknown("malformed", "not a policy file that is read");
    const text = await this.ports.files.read(uri, cancel);
    cancel.throwIfAborted();
    if (!text.known) return text;
    const kept = this.#configs.get(uri);
    if (kept?.text === text.value) return known(kept);
    const read = document(uri, kind, text.value, readConfig(kind, text.value));
    this.#configs.set(uri, read);
    return known(read);
  }

  /** Reads a lockfile's text that is not the file's own, as an earlier commit's. null for a file that is no lockfile. */
  async readLockfile(uri: string, text: string, cancel: Cancellation): Promise<Lockfile | null> {
    const kind = lockfileKind(uri);
    return kind === null ? null : this.#read(kind, text, await this.#contextOf(uri, text, cancel), cancel);
  }

  /** Reads a manifest's text that is not the file's own, as an earlier commit's. */
  readManifest(text: string, cancel: Cancellation): Promise<Manifest> {
    return this.#inSlices(readManifestInSlices(text), cancel);
  }

  async #read(kind: LockfileKind, text: string, context: LockfileContext, cancel: Cancellation): Promise<Lockfile> {
    return this.#inSlices(readLockfile(kind, text, context), cancel);
  }

  #inSlices<T>(work: Task<T>, cancel: Cancellation): Promise<T> {
    return runInSlices(
      work,
      () => this.ports.clock.breathe(),
      SLICE,
      () => this.ports.clock.elapsed(),
      cancel,
    );
  }

  async #contextOf(uri: string, text: string, cancel: Cancellation): Promise<LockfileContext> {
    const folder = folderOf(uri);
    const kind = lockfileKind(uri);
    if (kind === "pnpm-lock") return this.#pnpmContext(folder, cancel);
    const beside = await this.manifest(join(folder, "package.json"), cancel);
    if (!beside.known || kind === null) return {};
    const manifest = beside.value.model;
    const manager = kind !== "yarn-lock" ? formatOf(kind) : flavourOf(text) === "berry" ? "yarn-berry" : "yarn-classic";
    const workspaces = new Map<string, Manifest>();
    const globsOf = async (at: string): Promise<readonly string[]> => {
      const own = await this.manifest(join(at, "package.json"), cancel);
      return own.known ? own.value.model.workspaces : [];
    };
    for (const path of (await workspacePaths(folder, manager, globsOf, this.ports.files, cancel)).paths) {
      const workspace = await this.manifest(join(folder, path, "package.json"), cancel);
      if (workspace.known) workspaces.set(path, workspace.value.model);
    }
    if (kind === "yarn-lock") return { manifest, workspaces };
    const catalogs = readCatalogs(readManifestConfig(beside.value.text).root);
    const workspaceNames = namesOf([["", manifest], ...workspaces]);
    if (kind !== "package-lock") return { manifest, workspaces, workspaceNames, catalogs };
    return { manifest, workspaces, workspaceNames, legacyPeerDeps: await this.#legacyPeerDeps(folder, cancel) };
  }

  /** The project's own setting, and the person's: the environment holds over the one, and that over the other. */
  async #legacyPeerDeps(folder: string, cancel: Cancellation): Promise<boolean> {
    const { places, env } = this.ports.userSettings;
    const uris =
      places === null
        ? [join(folder, ".npmrc")]
        : settingsSources("npm", { root: folder, own: folder }, places).map(({ uri }) => uri);
    const files: PolicyFile[] = [...environmentPolicy(env)];
    for (const uri of uris) {
      const settings = await this.config(uri, cancel, "npmrc");
      cancel.throwIfAborted();
      if (settings.known) files.push({ kind: "npmrc", model: settings.value.model });
    }
    return !installsPeers([{ kind: "npm", version: null }], files);
  }

  /** pnpm's own file says which workspaces there are; it may be in a folder above, for a lockfile of one workspace. */
  async #pnpmContext(folder: string, cancel: Cancellation): Promise<LockfileContext> {
    for (const root of this.mayLookAbove ? [folder, ...ancestorsOf(folder)] : [folder]) {
      const settings = await this.config(join(root, "pnpm-workspace.yaml"), cancel);
      if (!settings.known && settings.code === "not-found") continue;
      if (!settings.known) return {};
      const globs = scalarsAt(settings.value.model.root, "packages").map(({ text }) => text);
      const { paths } = await workspacePaths(root, "pnpm", () => Promise.resolve(globs), this.ports.files, cancel);
      const found: [string, Manifest][] = [];
      for (const path of ["", ...paths]) {
        const at = path === "" ? root : join(root, path);
        const workspace = await this.manifest(join(at, "package.json"), cancel);
        if (workspace.known) found.push([pathBetween(folder, at), workspace.value.model]);
      }
      return { workspaceNames: namesOf(found), catalogs: readCatalogs(settings.value.model.root) };
    }
    return { catalogs: [] };
  }
}

/** An error of Depwarden's own in reading one file. */
function unreadable(failure: Unknown): Unknown {
  return failure;
}

function namesOf(workspaces: readonly (readonly [string, Manifest])[]): NonNullable<LockfileContext["workspaceNames"]> {
  return new Map(workspaces.map(([path, { name }]) => [path, name]));
}

/** What a reader may take from the context, as one text. */
function fingerprint({ manifest, workspaces, workspaceNames, catalogs }: LockfileContext): string {
  const all = [["", manifest] as const, ...(workspaces ?? [])];
  return JSON.stringify([
    [...(workspaceNames ?? [])],
    catalogs?.map(({ catalog, name, raw }) => [catalog, name, raw]),
    all.map(([path, each]) => [
      path,
      each?.name,
      each?.problems.length === 0,
      each?.workspaces,
      each?.dependencies.map(({ alias, section, raw }) => [alias, section, raw]),
    ]),
  ]);
}

/** What counts for every edge of a lockfile: which versions workspaces have, and what is put in the place of others. */
function rulesIn({ manifest, workspaces, legacyPeerDeps }: LockfileContext): string {
  return JSON.stringify([
    legacyPeerDeps === true,
    manifest?.problems.length === 0,
    manifest?.overrides.map(({ field, keys, raw }) => [field, keys, raw]),
    [...(workspaces ?? [])].map(([path, { version }]) => [path, version]),
  ]);
}

function lockfileKind(uri: string): LockfileKind | null {
  const kind = documentKind(fileNameOf(uri));
  return kind === "package-json" ? null : kind;
}

function document<Model>(uri: string, kind: DocumentKind | ConfigKind, text: string, model: Model): Document<Model> {
  let lines: LineIndex | null = null;
  return { uri, kind, text, model, lines: () => (lines ??= new LineIndex(text)) };
}

/** Those used last, by URI, up to a total length of their texts. */
function kept<Kept extends Document<unknown>>(most: number): LRUCache<string, Kept> {
  return new LRUCache({ maxSize: most, sizeCalculation: ({ text }) => Math.max(1, text.length) });
}
