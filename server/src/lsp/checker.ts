/** Checks projects as their documents change: the newest text wins, and nothing is published for an older one. */
import { setTimeout as sleep } from "node:timers/promises";
import { inspectProject } from "../core/engine/inspect.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { ProjectMemory } from "../core/engine/memory.ts";
import { filesOf } from "../core/project/project.ts";
import type { Project } from "../core/project/project.ts";
import { folderOf } from "../core/util/uri.ts";
import { traceOf } from "./check-trace.ts";
import type { CheckTrace } from "./check-trace.ts";
import type { Environments } from "./environments.ts";
import { partialPorts, settledPart } from "./partial-ports.ts";
import { isCurrent, versionsOf } from "./open-documents.ts";
import type { OpenDocuments } from "./open-documents.ts";
import type { Publisher } from "./publisher.ts";
import { findProjects } from "./find-projects.ts";
import type { Status } from "./status.ts";
import { Notifier } from "./notifier.ts";
import { Repeats } from "./repeat.ts";
import type { WorkspaceFolders } from "./workspace-folders.ts";

/** How long typing has to pause before a check, ms. */
export const DEBOUNCE = 150;

/** How long after a check with old facts these are asked for anew, ms. */
const RENEWAL_DELAY = 2000;

/** Where a check takes longer, what is known by then is shown: one wait after the other, ms. */
const INTERIM = [1000, 3000, 10_000];

interface Run {
  readonly project: Project;
  readonly abort: AbortController;
}

/** What a report is waited for. */
interface Wanted {
  readonly isUsable: (report: ProjectReport) => boolean;
  /** Whether another report may come than the present one. */
  readonly isComing: (present: ProjectReport | null) => boolean;
  readonly willDo: (report: ProjectReport) => boolean;
}

export interface CheckerParts {
  readonly documents: OpenDocuments;
  readonly environments: Environments;
  readonly publisher: Publisher;
  readonly status: Status;
  readonly folders: WorkspaceFolders;
  readonly warn: (message: string) => void;
  readonly trace: (make: () => CheckTrace) => void;
}

export class Checker {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #runs = new Map<string, Run>();
  /** By project and environment: what is known of those that are shown. */
  readonly #memories = new Map<string, ProjectMemory>();
  /** By project folder, the timer after which its facts are asked for again. */
  readonly #renewals = new Map<string, NodeJS.Timeout>();
  /** Checks under way by the document that asked for them, until their project is known and run. */
  readonly #checks = new Map<string, number>();
  /** Files whose projects are to be checked when those before them are. */
  readonly #queue = new Set<string>();
  #isDraining = false;
  /** Counts the changes of files: by file the last one, and by project folder the last that its report is made after. */
  #changes = 0;
  readonly #changedAt = new Map<string, number>();
  readonly #reportedAt = new Map<string, number>();
  /** Something was published, or a check has ended. */
  readonly #notifier = new Notifier();
  readonly #repeats = new Repeats((uri) => this.#repeat(uri), Date.now);

  constructor(private readonly parts: CheckerParts) {}

  /** Checks the project around a document after the debounce; calls within it count as one. */
  schedule(uri: string, delay = DEBOUNCE): void {
    clearTimeout(this.#timers.get(uri));
    this.#changedAt.set(uri, ++this.#changes);
    // The text has changed: what a running check would say is of an older one.
    for (const run of this.#runsWith(uri)) run.abort.abort();
    const timer = setTimeout(() => {
      this.#timers.delete(uri);
      void this.#check(uri);
    }, delay);
    this.#timers.set(uri, timer);
  }

  /** Checks the projects around files one after the other: after a scan, many may be shown that no document is open of. */
  later(uris: Iterable<string>): void {
    for (const uri of uris) {
      this.#changedAt.set(uri, ++this.#changes);
      for (const run of this.#runsWith(uri)) run.abort.abort();
      this.#queue.add(uri);
    }
    if (!this.#isDraining && this.#queue.size > 0) void this.#drain();
  }

  /** As `later`, of files that are not shown yet and that nobody is about to check. */
  first(uris: readonly string[]): void {
    this.later(uris.filter((uri) => this.parts.publisher.reportOf(uri) === null && !this.#isUnderWay(uri)));
  }

  /** The person looks at the editor again: what is shown may be old. */
  focused(): void {
    this.#repeats.focused();
  }

  /** The newest report on a file; while a check is under way, waits for one that will do. null where the file was never checked. Throws when cancelled. */
  async report(
    uri: string,
    willDo: (report: ProjectReport) => boolean,
    cancel: AbortSignal,
  ): Promise<ProjectReport | null> {
    return this.#awaited(uri, { isUsable: () => true, isComing: () => this.#isUnderWay(uri), willDo }, cancel);
  }

  /** As `report`, but of the files as they are now: waits for a check that is to come of them. null where it gave none. */
  async currentReport(
    uri: string,
    willDo: (report: ProjectReport) => boolean,
    cancel: AbortSignal,
  ): Promise<ProjectReport | null> {
    const isComing = (present: ProjectReport | null): boolean => {
      const files = present === null ? [uri] : [uri, ...filesOf(present.project)];
      return files.some((file) => this.#queue.has(file) || this.#isUnderWay(file));
    };
    return this.#awaited(uri, { isUsable: (report) => this.isCurrent(report), isComing, willDo }, cancel);
  }

  /** Whether none of the project's files has changed since the report. */
  isCurrent({ project }: ProjectReport): boolean {
    const reportedAt = this.#reportedAt.get(project.folder) ?? 0;
    return filesOf(project).every((file) => (this.#changedAt.get(file) ?? 0) <= reportedAt);
  }

  dispose(): void {
    for (const timer of [...this.#timers.values(), ...this.#renewals.values()]) clearTimeout(timer);
    this.#queue.clear();
    this.#repeats.dispose();
    for (const { abort } of this.#runs.values()) abort.abort();
  }

  /** The newest report on a file that is usable and will do; the newest usable one, or null, once no other is coming. */
  async #awaited(
    uri: string,
    { isUsable, isComing, willDo }: Wanted,
    cancel: AbortSignal,
  ): Promise<ProjectReport | null> {
    for (;;) {
      const present = this.parts.publisher.reportOf(uri);
      const usable = present !== null && isUsable(present) ? present : null;
      if ((usable !== null && willDo(usable)) || !isComing(present)) return usable;
      await this.#notifier.next(cancel);
    }
  }

  #isUnderWay(uri: string): boolean {
    return this.#timers.has(uri) || this.#checks.has(uri) || this.#runsWith(uri).length > 0;
  }

  #runsWith(uri: string): readonly Run[] {
    return [...this.#runs.values()].filter(({ project }) => filesOf(project).includes(uri));
  }

  async #check(uri: string): Promise<void> {
    const { publisher, warn } = this.parts;
    this.#checks.set(uri, (this.#checks.get(uri) ?? 0) + 1);
    try {
      const shown = publisher.reportOf(uri)?.project ?? null;
      // What was one project may be several now, or none.
      const projects = await findProjects(
        [uri, ...(shown === null ? [] : publisher.wantedOf(shown))],
        this.parts,
        NEVER,
      );
      if (shown !== null && !projects.some(({ project }) => project.folder === shown.folder))
        publisher.drop(shown.folder);
      for (const { project } of projects) for (const file of filesOf(project)) this.#queue.delete(file);
      if (projects.length === 0)
        this.parts.trace(() => ({ summary: `${uri}: in no project that is checked`, details: "" }));
      await Promise.all(
        projects
          .filter(({ project }) => publisher.isWanted(project))
          .map((found) => this.#run(found.project, found.uri)),
      );
    } catch (error) {
      warn(`${uri} could not be checked: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      const others = (this.#checks.get(uri) ?? 1) - 1;
      if (others === 0) this.#checks.delete(uri);
      else this.#checks.set(uri, others);
      this.#notifier.notify();
    }
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    await sleep(DEBOUNCE);
    for (const uri of this.#queue) {
      this.#queue.delete(uri);
      await this.#check(uri);
    }
    this.#isDraining = false;
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

  async #inspect(project: Project, uri: string, signal: AbortSignal): Promise<void> {
    const { environments, publisher, status, warn, documents } = this.parts;
    const versions = versionsOf(project, documents);
    const changes = this.#changes;
    const checking = status.checking(project);
    const whole = new AbortController();
    const publish = (report: ProjectReport): void => {
      if (signal.aborted || !isCurrent(versions, documents) || !publisher.isWanted(project)) return;
      publisher.publish(report, versions);
      this.#reportedAt.set(project.folder, changes);
      this.#notifier.notify();
    };
    try {
      const { ports, store, settings, key } = await environments.at(folderOf(uri));
      const cancel = AbortSignal.any([signal, whole.signal]);
      const { trusted } = environments;
      const memory = this.#memoryOf(project, key);
      void this.#interim(
        () =>
          inspectProject(project, partialPorts(ports), store, {
            settings,
            trusted,
            cancel,
            memory: new ProjectMemory(memory),
          }),
        publish,
        cancel,
      );
      const report = await inspectProject(project, ports, store, {
        settings,
        trusted,
        cancel: signal,
        onProgress: checking.progress,
        memory,
      });
      whole.abort();
      publish(report);
      this.parts.trace(() => traceOf(report));
      if (!signal.aborted) this.#repeats.checked(project.folder, uri, report.gaps);
      if (memory.isStale(ports.clock.elapsed())) this.#renewLater(project, uri, key);
    } catch (error) {
      if (!signal.aborted)
        warn(`${project.folder} could not be checked: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      whole.abort();
      checking.end();
    }
  }

  #memoryOf({ folder }: Project, environment: string): ProjectMemory {
    const key = `${folder} ${environment}`;
    const memory = this.#memories.get(key) ?? new ProjectMemory();
    this.#memories.set(key, memory);
    return memory;
  }

  /** What nobody has changed is checked again. A text that is being typed is checked anyway. */
  #repeat(uri: string): void {
    const shown = this.parts.publisher.reportOf(uri);
    if (shown === null || this.#isUnderWay(uri)) return;
    this.#forgetFactsOf(shown.project.folder);
    void this.#check(uri);
  }

  /** Asks for all facts of a project anew, once nobody types: what was shown until then stays. */
  #renewLater(project: Project, uri: string, environment: string): void {
    const { folder } = project;
    clearTimeout(this.#renewals.get(folder));
    const timer = setTimeout(() => {
      this.#renewals.delete(folder);
      if (this.#runs.has(folder) || !this.parts.publisher.isWanted(project)) return;
      this.#memories.delete(`${folder} ${environment}`);
      void this.#check(uri);
    }, RENEWAL_DELAY);
    this.#renewals.set(folder, timer);
  }

  /** Names may resolve from other registries than before. */
  forgetNames(): void {
    for (const memory of this.#memories.values()) memory.forgetNames();
  }

  #forgetFactsOf(folder: string): void {
    for (const key of this.#memories.keys()) if (key.startsWith(`${folder} `)) this.#memories.delete(key);
  }

  /** Nothing that was asked of anybody counts any more. */
  forgetFacts(): void {
    this.#memories.clear();
  }

  /** Drops what is known of projects that are not shown any more. */
  sweep(): void {
    const shown = new Set(this.parts.publisher.reports().map(({ project }) => project.folder));
    this.#repeats.sweep((folder) => shown.has(folder));
    for (const folder of this.#reportedAt.keys()) if (!shown.has(folder)) this.#reportedAt.delete(folder);
    for (const uri of this.#changedAt.keys())
      if (this.parts.publisher.reportOf(uri) === null && !this.#isUnderWay(uri)) this.#changedAt.delete(uri);
    for (const key of this.#memories.keys()) if (!shown.has(key.slice(0, key.indexOf(" ")))) this.#memories.delete(key);
  }

  /** Shows what is known from time to time, until `cancel` says that all of it is, or that it is no longer of use. */
  async #interim(
    inspect: () => Promise<ProjectReport>,
    publish: (report: ProjectReport) => void,
    cancel: AbortSignal,
  ): Promise<void> {
    try {
      for (const wait of INTERIM) {
        await sleep(wait, undefined, { signal: cancel });
        const report = await inspect();
        cancel.throwIfAborted();
        publish(settledPart(report));
      }
    } catch (error) {
      if (!cancel.aborted)
        this.parts.warn(
          `What is known so far could not be shown: ${error instanceof Error ? error.message : String(error)}`,
        );
    }
  }
}

const NEVER = new AbortController().signal;
