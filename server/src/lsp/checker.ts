/** Checks projects as their documents change: the newest text wins, and nothing is published for an older one. */
import { inspectProject } from "../core/engine/inspect.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { filesOf, projectAround } from "../core/engine/project.ts";
import type { Project } from "../core/engine/project.ts";
import { folderOf } from "../core/engine/uri.ts";
import type { Environments } from "./environments.ts";
import type { Publisher } from "./publisher.ts";
import type { SettingsSource } from "./settings-source.ts";
import type { Status } from "./status.ts";

/** How long typing has to pause before a check, ms. */
export const DEBOUNCE = 150;

export interface OpenDocuments {
  version(uri: string): number | null;
}

/** The versions of a project's open documents, by URI; null: not open. */
export type Versions = ReadonlyMap<string, number | null>;

export function versionsOf(project: Project, documents: OpenDocuments): Versions {
  return new Map(filesOf(project).map((uri) => [uri, documents.version(uri)]));
}

/** Whether the documents are still what they were. */
export function isCurrent(versions: Versions, documents: OpenDocuments): boolean {
  return [...versions].every(([uri, version]) => documents.version(uri) === version);
}

interface Run {
  readonly project: Project;
  readonly abort: AbortController;
}

export interface CheckerParts {
  readonly documents: OpenDocuments;
  readonly settings: SettingsSource;
  readonly environments: Environments;
  readonly publisher: Publisher;
  readonly status: Status;
  /** The workspace folder that holds a file; the file's own folder where none does. */
  readonly workspaceFolderOf: (uri: string) => string;
  readonly warn: (message: string) => void;
}

export class Checker {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #runs = new Map<string, Run>();
  readonly #pending = new Map<string, Promise<void>>();

  constructor(private readonly parts: CheckerParts) {}

  /** Checks the project around a document after the debounce; calls within it count as one. */
  schedule(uri: string, delay = DEBOUNCE): void {
    clearTimeout(this.#timers.get(uri));
    // The text has changed: what a running check would say is of an older one.
    for (const run of this.#runsWith(uri)) run.abort.abort();
    const timer = setTimeout(() => {
      this.#timers.delete(uri);
      const check = this.#check(uri).finally(() => {
        if (this.#pending.get(uri) === check) this.#pending.delete(uri);
      });
      this.#pending.set(uri, check);
    }, delay);
    this.#timers.set(uri, timer);
  }

  /** The newest report on a file; waits for a first check that is under way. null where the file was never checked. */
  async report(uri: string): Promise<ProjectReport | null> {
    const present = this.parts.publisher.reportOf(uri);
    if (present !== null) return present;
    await this.#pending.get(uri);
    return this.parts.publisher.reportOf(uri);
  }

  /** Checks a project in place of a check of it that is under way. */
  async #run(project: Project, uri: string): Promise<void> {
    this.#runs.get(project.folder)?.abort.abort();
    const run: Run = { project, abort: new AbortController() };
    this.#runs.set(project.folder, run);
    try {
      await this.#inspect(project, uri, run.abort.signal);
    } finally {
      if (this.#runs.get(project.folder) === run) this.#runs.delete(project.folder);
    }
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const { abort } of this.#runs.values()) abort.abort();
  }

  #runsWith(uri: string): readonly Run[] {
    return [...this.#runs.values()].filter(({ project }) => filesOf(project).includes(uri));
  }

  async #check(uri: string): Promise<void> {
    const { environments, settings, workspaceFolderOf, warn } = this.parts;
    try {
      const { ports, store } = environments.for(await settings.of(folderOf(uri)));
      const project = await projectAround(uri, workspaceFolderOf(uri), ports.files, store, NEVER);
      await this.#run(project, uri);
    } catch (error) {
      warn(`${uri} could not be checked: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #inspect(project: Project, uri: string, signal: AbortSignal): Promise<void> {
    const { settings, environments, publisher, status, warn } = this.parts;
    const versions = versionsOf(project, this.parts.documents);
    const checking = status.checking(project);
    try {
      const resolved = await settings.of(folderOf(uri));
      const { ports, store } = environments.for(resolved);
      const report = await inspectProject(project, ports, store, { settings: resolved, cancel: signal, onProgress: checking.progress });
      if (!signal.aborted && isCurrent(versions, this.parts.documents)) publisher.publish(report, versions);
    } catch (error) {
      if (!signal.aborted) warn(`${project.folder} could not be checked: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      checking.end();
    }
  }
}

const NEVER = new AbortController().signal;
