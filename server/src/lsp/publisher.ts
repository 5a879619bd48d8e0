import type { ProjectReport } from "../core/engine/inspect.ts";
import { filesOf } from "../core/project/project.ts";
import type { Project } from "../core/project/project.ts";
import { diagnosticsOf } from "./diagnostics.ts";
import type { Delivery } from "./delivery.ts";
import type { LockfileNotices } from "./lockfile-notices.ts";
import type { OpenDocuments, Versions } from "./open-documents.ts";

interface Published {
  readonly report: ProjectReport;
  readonly versions: Versions;
  /** By file, what is shown of it, as one text. */
  readonly files: ReadonlyMap<string, string>;
}

/** Holds the newest report of each project and shows its findings. */
export class Publisher {
  readonly #published = new Map<string, Published>();
  /** Manifests and lockfiles that a scan of the workspace has shown: what is said of them stays when they are closed. */
  readonly #scanned = new Set<string>();

  constructor(
    private readonly delivery: Pick<Delivery, "show">,
    private readonly documents: OpenDocuments,
    /** What is shown has changed otherwise than by a check of its own. */
    private readonly onChanged: () => void,
    private readonly notices: Pick<LockfileNotices, "reported" | "dropped">,
  ) {}

  /** @param versions the versions of the open documents that the report is of */
  publish(report: ProjectReport, versions: Versions): void {
    const { project } = report;
    const before = this.#published.get(project.folder);
    const files = new Map<string, string>();
    for (const [uri, list] of diagnosticsOf(report)) {
      const version = versions.get(uri) ?? null;
      const shown = JSON.stringify([version, list]);
      files.set(uri, shown);
      if (before?.files.get(uri) !== shown)
        this.delivery.show({ uri, diagnostics: list, ...(version === null ? {} : { version }) });
    }
    this.#published.set(project.folder, { report, versions, files });
    // A file that has come to a scanned project is shown as the others are.
    if (this.#isScanned(project)) this.#addScanned(project);
    this.#clear(before?.files.keys() ?? []);
    this.notices.reported(report);
  }

  /** Publishes what a scan found. It stays while the files are there, and comes back with them: a change of branch may take them away for a moment. */
  publishScanned(report: ProjectReport, versions: Versions): void {
    this.#addScanned(report.project);
    this.publish(report, versions);
    this.onChanged();
  }

  /** What is found of these is shown without a document being open, as after a scan. */
  want(uris: readonly string[]): void {
    for (const uri of uris) this.#scanned.add(uri);
  }

  reportOf(uri: string): ProjectReport | null {
    for (const { report, files } of this.#published.values()) {
      if (files.has(uri)) return report;
    }
    return null;
  }

  /** Whether what is shown of an open document is of its present text. */
  isOfPresentText(uri: string): boolean {
    const published = [...this.#published.values()].find(({ files }) => files.has(uri));
    return published !== undefined && (published.versions.get(uri) ?? null) === this.documents.version(uri);
  }

  reports(): readonly ProjectReport[] {
    return [...this.#published.values()].map(({ report }) => report);
  }

  /** A document of it is open, or a scan shows it: findings of any other project would stay for ever. */
  isWanted(project: Project): boolean {
    return this.wantedOf(project).length > 0;
  }

  /** The files of a project that it is shown for: those that are open, and those that a scan has shown. */
  wantedOf(project: Project): readonly string[] {
    return filesOf(project).filter((uri) => this.#scanned.has(uri) || this.documents.version(uri) !== null);
  }

  /** Something that a scan has shown stays. */
  get keepsScanned(): boolean {
    return this.#scanned.size > 0;
  }

  /** One file each of the scanned projects that no document is open of. */
  unopened(which: (project: Project) => boolean): readonly string[] {
    const projects = this.reports().map(({ project }) => project);
    return projects
      .filter((project) => !this.#isOpen(project) && which(project))
      .flatMap((project) => this.wantedOf(project).slice(0, 1));
  }

  /** What a scan has shown of these files stays no longer. */
  forget(which: (uri: string) => boolean): void {
    for (const uri of this.#scanned) if (which(uri)) this.#scanned.delete(uri);
  }

  /** Takes back what is shown of projects that are not wanted any more. */
  sweep(): void {
    for (const { report } of [...this.#published.values()])
      if (!this.isWanted(report.project)) this.drop(report.project.folder);
  }

  /** Takes back what is shown of the project in a folder. */
  drop(folder: string): void {
    const dropped = this.#published.get(folder);
    if (dropped === undefined) return;
    this.#published.delete(folder);
    this.#clear(dropped.files.keys());
    this.notices.dropped(folder);
    this.onChanged();
  }

  #isOpen(project: Project): boolean {
    return filesOf(project).some((uri) => this.documents.version(uri) !== null);
  }

  #isScanned(project: Project): boolean {
    return documentsOf(project).some((uri) => this.#scanned.has(uri));
  }

  #addScanned(project: Project): void {
    for (const uri of documentsOf(project)) this.#scanned.add(uri);
  }

  /** Shows nothing any more for those of the files that no project has now. */
  #clear(uris: Iterable<string>): void {
    for (const uri of uris) if (this.reportOf(uri) === null) this.delivery.show({ uri, diagnostics: [] });
  }
}

function documentsOf({ manifests, lockfiles }: Project): readonly string[] {
  return [...manifests.map(({ uri }) => uri), ...lockfiles];
}
