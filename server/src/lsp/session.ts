/** One editor's connection: what it tells and asks, and who answers. */
import {
  DocumentDiagnosticRequest,
  ExecuteCommandRequest,
  FileChangeType,
  SetTraceNotification,
  WorkDoneProgressCancelNotification,
  WorkspaceDiagnosticRequest,
} from "vscode-languageserver";
import type {
  CancellationToken,
  CodeAction,
  CodeActionParams,
  Connection,
  Diagnostic,
  DocumentDiagnosticParams,
  DocumentDiagnosticReport,
  ExecuteCommandParams,
  FileEvent,
  Hover,
  HoverParams,
  InitializeParams,
  PreviousResultId,
  WorkspaceDiagnosticReport,
} from "vscode-languageserver";
import { isScanned } from "../core/documents/index.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import type { Project } from "../core/project/project.ts";
import { boundedGlob } from "../core/util/glob.ts";
import { folderOf, join } from "../core/util/uri.ts";
import { AllowReport } from "./allow-report.ts";
import { cancellable } from "./cancellation.ts";
import { CatalogueRefresh } from "./catalogue-refresh.ts";
import type { Abilities } from "./capabilities.ts";
import type { CheckTrace } from "./check-trace.ts";
import { Checker } from "./checker.ts";
import { ClientSpelling, spelled } from "./client-spelling.ts";
import { codeActions, knowsFixes, OFFER_LOCKFILE_UPDATE } from "./code-actions.ts";
import { Delivery } from "./delivery.ts";
import { shownError } from "./editor.ts";
import type { Editor, PlainDiagnostic } from "./editor.ts";
import { Environments } from "./environments.ts";
import type { Environment, MakePortsForClient, PortsSettings, ServerPorts } from "./environments.ts";
import type { FindProjectsParts } from "./find-projects.ts";
import { hoverAt } from "./hover.ts";
import { readInitializationOptions } from "./initialization.ts";
import type { InitializationOptions } from "./initialization.ts";
import { LockfileDialog } from "./lockfile-dialog.ts";
import { LockfileNotices } from "./lockfile-notices.ts";
import { LOCKFILE_UPDATE, planLockfileUpdate, readLockfileUpdateParams } from "./lockfile-update.ts";
import type { LockfileUpdateResult } from "./lockfile-update.ts";
import { OpenFiles } from "./open-files.ts";
import { Publisher } from "./publisher.ts";
import { SCAN_COMMAND } from "./scan.ts";
import { Scans } from "./scans.ts";
import { selectedDiagnostics } from "./selected-diagnostics.ts";
import type { Selected } from "./selected-diagnostics.ts";
import { SettingsSource } from "./settings-source.ts";
import { Status } from "./status.ts";
import { SuppressionReport } from "./suppression-report.ts";
import { TurnedCompromised } from "./turned-compromised.ts";
import type { Turned } from "./turned-compromised.ts";
import { DiskChanges, isRead, WATCHERS } from "./watching.ts";
import { foldersAtStart, WorkspaceFolders } from "./workspace-folders.ts";
import type { FileNames } from "./workspace-folders.ts";

const CLEAR_CACHE_COMMAND = "depwarden.clearCache";

/** The person looks at the editor again. */
const FOCUSED = "depwarden/focused";

/** What `workspace/executeCommand` carries out. */
export const COMMANDS: readonly string[] = [SCAN_COMMAND, CLEAR_CACHE_COMMAND];

export class Session {
  readonly #options: InitializationOptions;
  /** Ends what is under way when the server is shut down. */
  readonly #end = new AbortController();
  readonly #names: FileNames;
  readonly #folders: WorkspaceFolders;
  readonly #documents: OpenFiles;
  readonly #spelling: ClientSpelling;
  readonly #settings: SettingsSource;
  readonly #environments: Environments;
  readonly #delivery: Delivery;
  /** What projects are found with. */
  readonly #finding: FindProjectsParts;
  readonly #publisher: Publisher;
  readonly #status: Status;
  readonly #checker: Checker;
  readonly #allowReport: AllowReport;
  readonly #suppressionReport: SuppressionReport;
  readonly #scans: Scans;

  constructor(
    private readonly connection: Connection,
    private readonly editor: Editor,
    private readonly abilities: Abilities,
    params: InitializeParams,
    version: string,
    makePorts: MakePortsForClient,
    names: FileNames,
  ) {
    const options = readInitializationOptions(params.initializationOptions);
    this.#options = options;
    editor.begin(abilities, params.trace ?? "off");
    this.#names = names;
    this.#folders = new WorkspaceFolders(foldersAtStart(params, names), names);
    this.#documents = new OpenFiles((uri) => this.#folders.identityOf(uri));
    this.#spelling = new ClientSpelling(this.#folders, this.#documents, (file) => editor.pushDiagnostics(file));
    const warn = (message: string): void => editor.warn(message);
    this.#settings = new SettingsSource({
      ask: abilities.configuration ? (scope) => editor.configuration(this.#spelling.of(scope)) : null,
      atStart: options.settings,
      warn,
      onLateAnswer: () => this.#settingsChanged(),
    });
    const folders = (): readonly string[] => this.#folders.all;
    const makeOwnPorts = (reach: PortsSettings): ServerPorts => makePorts(reach, options, folders);
    const openText = (uri: string): string | null => this.#documents.text(uri);
    const catalogues = new CatalogueRefresh(() => this.#catalogueChanged(), warn, this.#end.signal);
    this.#environments = new Environments(
      this.#settings,
      makeOwnPorts,
      openText,
      (ports) => catalogues.keep(ports),
      options.trusted,
    );
    const documents = this.#documents;
    const shown = (diagnostic: PlainDiagnostic): Diagnostic => editor.shownDiagnostic(diagnostic);
    this.#delivery = new Delivery({
      pulls: abilities.pullsDiagnostics,
      documents,
      push: this.#spelling.show,
      shown,
      refresh: abilities.refreshesDiagnostics ? () => editor.refreshDiagnostics() : null,
    });
    this.#finding = { documents: this.#documents, environments: this.#environments, folders: this.#folders };
    const dialog = new LockfileDialog({
      editor,
      clientOffers: options.clientCommands.has(OFFER_LOCKFILE_UPDATE),
      trusted: options.trusted,
      environments: this.#environments,
      finding: this.#finding,
      spell: this.#spelling.of,
      end: this.#end.signal,
    });
    const lockfileNotices = new LockfileNotices(dialog);
    const turned = new TurnedCompromised((found) => void this.#tellTurned(found));
    const notices = {
      reported: (report: ProjectReport): void => {
        lockfileNotices.reported(report);
        turned.reported(report);
      },
      dropped: (folder: string): void => {
        lockfileNotices.dropped(folder);
        turned.dropped(folder);
      },
    };
    this.#publisher = new Publisher(this.#delivery, documents, () => this.#status.changed(), notices);
    this.#suppressionReport = new SuppressionReport(this.#folders, this.#environments, () => this.#status.changed());
    const suppressed = () => this.#suppressionReport.of(this.#publisher.reports(), (uri) => this.#folders.pathOf(uri));
    this.#status = new Status(
      (status) => editor.sendStatus(status),
      () => this.#environments.lastFresh(),
      () => this.#publisher.reports(),
      suppressed,
    );
    this.#allowReport = new AllowReport(this.#spelling.show);
    const parts = {
      documents,
      environments: this.#environments,
      publisher: this.#publisher,
      folders: this.#folders,
      warn,
      trace: (make: () => CheckTrace) => editor.trace(make),
    };
    this.#checker = new Checker({ ...parts, status: this.#status });
    this.#scans = new Scans(editor, abilities.progress, {
      ...parts,
      allowReport: this.#allowReport,
      suppressionReport: this.#suppressionReport,
      toolVersion: version,
      showWarning: (message: string) => editor.showWarning(message),
    });
  }

  listen(): void {
    const { connection } = this;
    this.#listenToDocuments();
    connection.onInitialized(() => this.#initialized());
    connection.onNotification(SetTraceNotification.type, ({ value }) => this.editor.setTrace(value));
    connection.onDidChangeConfiguration(({ settings }) => {
      this.#settings.changed(settings);
      this.#settingsChanged();
    });
    connection.onDidChangeWatchedFiles(({ changes }) => {
      this.#folders.forgetLinks();
      this.#changedOnDisk(changes.map(({ uri, type }) => ({ uri: this.#changedFile(uri), type })));
    });
    connection.onHover((params, token) =>
      cancellable(token, this.#end.signal, (signal) => this.#hover(params, signal)),
    );
    connection.onCodeAction((params, token) =>
      cancellable(token, this.#end.signal, (signal) => this.#codeActions(params, signal)),
    );
    // The plain request, for its progress token: `onExecuteCommand` takes it out of the parameters.
    connection.onRequest(ExecuteCommandRequest.type, async (params, token) => {
      try {
        return await this.#execute(params, token);
      } catch (error) {
        throw shownError(error);
      }
    });
    connection.onRequest(LOCKFILE_UPDATE, (params, token) =>
      cancellable(token, this.#end.signal, (signal) => this.#lockfileUpdate(params, signal)),
    );
    connection.onNotification(FOCUSED, () => this.#checker.focused());
    connection.onNotification(WorkDoneProgressCancelNotification.type, ({ token }) => this.#scans.cancel(token));
    if (this.abilities.pullsDiagnostics) {
      connection.onRequest(DocumentDiagnosticRequest.type, (params, token) =>
        cancellable(token, this.#end.signal, (signal) => this.#pull(params, signal)),
      );
      connection.onRequest(WorkspaceDiagnosticRequest.type, ({ previousResultIds }, token) =>
        cancellable(token, this.#end.signal, (signal) => this.#pullWorkspace(previousResultIds, signal)),
      );
    }
    connection.onShutdown(async () => {
      this.editor.close();
      this.#end.abort();
      this.#delivery.dispose();
      this.#checker.dispose();
      this.#status.dispose();
      this.#scans.dispose();
      await this.#environments.settled();
    });
  }

  #listenToDocuments(): void {
    const moved = (file: string): void => {
      this.#delivery.moved(file);
      this.#spelling.moved(file);
    };
    this.#documents.listen(this.connection, {
      opened: (file) => {
        moved(file);
        // A newly opened document is not being typed in: it need not wait.
        this.#check(file, 0);
      },
      changed: (file) => this.#check(file),
      saved: (file) => {
        // A client that watches no files says at least what it saves; a package manager may have run before that.
        if (!this.abilities.watchesFiles) this.#changedOnDisk([{ uri: file, type: FileChangeType.Changed }]);
      },
      closed: (file) => {
        moved(file);
        this.#publisher.sweep();
        this.#checker.sweep();
        // What is on disk counts for it now, where its project is still shown.
        this.#check(file);
      },
    });
  }

  #initialized(): void {
    for (const folder of this.#folders.all) void this.#begin(folder);
    if (this.abilities.registersConfiguration) this.editor.watchSettings();
    if (this.abilities.watchesFiles) this.editor.watchFiles(WATCHERS);
    if (this.abilities.changesFolders) {
      this.connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) =>
        this.#foldersChanged(
          added.map(({ uri }) => uri),
          removed.map(({ uri }) => uri),
        ),
      );
    }
  }

  /** The file that a document is of. @param uri the client's */
  #fileOf(uri: string): string {
    return this.#documents.fileOf(uri) ?? this.#folders.identityOf(uri);
  }

  async #hover({ textDocument: { uri }, position }: HoverParams, signal: AbortSignal): Promise<Hover | null> {
    const file = this.#fileOf(uri);
    const report = await this.#checker.report(file, () => true, signal);
    if (report === null || !this.#documents.hasTextOfFile(uri)) return null;
    const { store } = await this.#environments.at(folderOf(file));
    return hoverAt(file, position, report, store, this.abilities.hover, signal);
  }

  async #codeActions(params: CodeActionParams, cancel: AbortSignal): Promise<CodeAction[]> {
    const { uri } = params.textDocument;
    const file = this.#fileOf(uri);
    const spell = this.#spelling.asIn(uri);
    const { only, ...context } = params.context;
    // Some clients write null for what they leave out.
    const kinds = Array.isArray(only) ? { only } : {};
    const asked = { ...params, textDocument: { uri: file }, context: { ...context, ...kinds } };
    const select = (report: ProjectReport): readonly Selected[] =>
      selectedDiagnostics(asked, report, (diagnostic) => spelled(this.editor.shownDiagnostic(diagnostic), spell));
    const knowsEnough = (report: ProjectReport): boolean => knowsFixes(asked, report, select(report));
    for (;;) {
      const report = await this.#checker.currentReport(file, knowsEnough, cancel);
      if (report === null || !this.#documents.hasTextOfFile(uri)) return [];
      const { revision } = this.#documents;
      const { settings, store } = await this.#environments.at(folderOf(file));
      const actions = await codeActions(asked, {
        report,
        selected: select(report),
        settings,
        store,
        clientCommands: this.#options.clientCommands,
        createsFiles: this.abilities.createsFiles,
        versionOf: this.abilities.versionsEdits ? (own) => this.#documents.clientVersion(own) : null,
        spell,
        cancel,
      });
      // What was typed in the meantime may be in some of the texts that they are made from, and not in others.
      if (revision === this.#documents.revision && this.#checker.isCurrent(report)) return [...actions];
      cancel.throwIfAborted();
    }
  }

  async #lockfileUpdate(raw: unknown, cancel: AbortSignal): Promise<LockfileUpdateResult> {
    const params = readLockfileUpdateParams(raw);
    if (params === null || !this.#options.trusted) {
      return { problem: "The lockfile is updated in a trusted workspace only." };
    }
    const folder = this.#folders.folderIdentityOf(params.folder);
    return planLockfileUpdate({ ...params, folder }, await this.#environments.at(folder), this.#finding, cancel);
  }

  /** The diagnostics of a document as it is now: waits until they are known, or what is known so far is. */
  async #pull(
    { textDocument: { uri }, previousResultId }: DocumentDiagnosticParams,
    signal: AbortSignal,
  ): Promise<DocumentDiagnosticReport> {
    const file = this.#fileOf(uri);
    const answer = await this.#delivery.ofDocument(file, previousResultId, () =>
      this.#checker.report(file, () => this.#publisher.isOfPresentText(file), signal),
    );
    if (answer.kind === "unchanged") return answer;
    return { ...answer, items: answer.items.map((each) => spelled(each, this.#spelling.asIn(uri))) };
  }

  async #pullWorkspace(previous: readonly PreviousResultId[], signal: AbortSignal): Promise<WorkspaceDiagnosticReport> {
    const before = previous.map(({ uri, value }) => ({ uri: this.#fileOf(uri), value }));
    const answer = await this.#delivery.ofWorkspace(before, signal);
    return this.#spelling.inWorkspace(
      answer,
      previous.map(({ uri }) => uri),
    );
  }

  /** Other settings may hold than were used. */
  #settingsChanged(): void {
    this.#recheck();
    for (const folder of this.#folders.all) void this.#prepare(folder);
    const refind = (): void => this.#folders.all.forEach((folder) => void this.#refind(folder));
    refind();
    this.#scans.afterwards(refind);
  }

  /** The one thing that is worth a word while the person works on something else. */
  async #tellTurned({ message, uri, range }: Turned): Promise<void> {
    if (!this.abilities.showsDocuments) this.editor.showWarning(message);
    else if (await this.editor.offer(message, "Show")) this.editor.showDocument(this.#spelling.of(uri), range);
  }

  /** A folder is open now. */
  async #begin(folder: string): Promise<void> {
    await this.#prepare(folder);
    if (!this.#options.checksFolders) return;
    try {
      const files = await rootFiles(folder, await this.#environments.at(folder), this.#end.signal);
      this.#publisher.want(files);
      this.#checker.first(files.slice(0, 1));
    } catch (error) {
      if (this.#end.signal.aborted) return;
      this.editor.info(`${folder} could not be checked: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Reads settings and registries' configuration ahead of the first document. */
  async #prepare(folder: string): Promise<void> {
    try {
      const { ports } = await this.#environments.at(folder);
      await this.#suppressionReport.read(folder, NEVER);
      await this.#allowReport.show(folder, ports.files, NEVER);
      await ports.registry.resolve("npm", folder);
    } catch (error) {
      this.editor.info(`${folder} could not be prepared: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #refind(folder: string): Promise<void> {
    try {
      await this.#scans.refind(folder);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.editor.info(`${folder} could not be searched: ${why}`);
    }
  }

  #check(uri: string, delay?: number): void {
    if (isRead(uri)) this.#checker.schedule(uri, delay);
  }

  #recheckOpen(): void {
    for (const file of this.#documents.files) this.#check(file);
  }

  /** Checks anew all that is shown, or what is shown of some projects; and files that may have come to them. */
  #recheck(which: (project: Project) => boolean = () => true, files: readonly string[] = []): void {
    this.#recheckOpen();
    const recheckOthers = (): void => this.#checker.later([...files, ...this.#publisher.unopened(which)]);
    recheckOthers();
    this.#scans.afterwards(recheckOthers);
  }

  /** Package managers change files by the thousand, which are not looked up one by one. */
  #changedFile(uri: string): string {
    const normal = this.#names.normal(uri);
    return normal.includes("/node_modules/") ? normal : this.#folders.identityOf(uri);
  }

  #changedOnDisk(events: readonly FileEvent[]): void {
    const changes = new DiskChanges(events, this.#folders, (uri) => this.#publisher.reportOf(uri) !== null);
    if (changes.files.length === 0 && !this.#publisher.reports().some(({ project }) => changes.concerns(project)))
      return;
    // Manifests and lockfiles too: they say whose configuration counts.
    this.#environments.refresh();
    this.#checker.forgetNames();
    this.#recheck((project) => changes.concerns(project), changes.files.filter(isRead));
    for (const folder of new Set(events.map(({ uri }) => this.#folders.holding(uri)))) {
      if (folder !== null && this.#allowReport.outdated(folder)) void this.#prepare(folder);
    }
  }

  /** @param added @param removed as the client writes them */
  #foldersChanged(added: readonly string[], removed: readonly string[]): void {
    const before = this.#folders.all;
    this.#folders.change(added, removed);
    this.#documents.rename();
    const after = this.#folders.all;
    for (const folder of before.filter((each) => !after.includes(each))) {
      this.#allowReport.close(folder);
      this.#suppressionReport.close(folder);
    }
    for (const folder of after.filter((each) => !before.includes(each))) void this.#begin(folder);
    this.#publisher.forget((uri) => this.#folders.holding(uri) === null);
    this.#publisher.sweep();
    this.#checker.sweep();
    this.#checker.forgetNames();
    // Up to where a file's project is looked for may have changed.
    this.#recheck();
  }

  async #execute({ command, workDoneToken }: ExecuteCommandParams, token: CancellationToken): Promise<unknown> {
    if (command === SCAN_COMMAND) return this.#scans.run(token, workDoneToken);
    if (command === CLEAR_CACHE_COMMAND) return this.#clearCache();
    return null;
  }

  async #clearCache(): Promise<null> {
    await this.#environments.clearCache();
    this.#checker.forgetFacts();
    this.#recheck();
    return null;
  }

  #catalogueChanged(): void {
    this.#checker.forgetFacts();
    this.#recheck();
  }
}

const NEVER = new AbortController().signal;

/** Lockfiles and the manifest in a folder itself, but for those that settings leave out. */
async function rootFiles(
  folder: string,
  { ports, settings }: Environment,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const entries = await ports.disk.list(folder, signal);
  const excluded = settings.exclude.map((glob) => boundedGlob(glob, { dot: true })).filter((glob) => glob !== null);
  const names = entries.known ? entries.value.filter(({ isFolder }) => !isFolder).map(({ name }) => name) : [];
  return names
    .filter((name) => isScanned(name) && !excluded.some((matches) => matches(name)))
    .map((name) => join(folder, name));
}
