/** VS Code as the extension's modules meet it: notes every text that they show, and answers with the first choice. */

/** Texts by where they were shown, oldest first. */
export const shown: { readonly where: string; readonly text: string }[] = [];
export const handlers = new Map<string, (...args: unknown[]) => unknown>();
interface StatusItem {
  text?: string;
  detail?: string;
  command?: { readonly tooltip?: string };
}
export const statusItems: StatusItem[] = [];
/** `takesAction`: of what is shown with actions, the first is chosen. */
export const editor = { isTrusted: false, takesAction: false };
/** Commands that were executed, and settings that were written, oldest first. */
export const executed: string[] = [];
export const updated: (readonly [name: string, value: unknown])[] = [];
/** Settings by their whole name. */
export const settings = new Map<string, unknown>();
const settingsListeners = new Set<(change: { affectsConfiguration: (name: string) => boolean }) => void>();

/** Changes a setting as the person does: the extension is told. */
export function changeSetting(name: string, value: unknown): void {
  settings.set(name, value);
  for (const listen of settingsListeners) listen({ affectsConfiguration: (section) => name.startsWith(section) });
}

function note(where: string, ...texts: readonly (string | undefined | null)[]): void {
  for (const text of texts) if (text !== undefined && text !== null) shown.push({ where, text });
}

interface InputOptions {
  readonly title?: string;
  readonly prompt?: string;
  readonly validateInput?: (text: string) => string | null;
}

type ProgressTask = (
  progress: { report: (step: { message?: string }) => void },
  token: { isCancellationRequested: boolean },
) => Promise<unknown>;

export const module = {
  window: {
    onDidChangeWindowState: () => ({ dispose: () => undefined }),
    showInformationMessage: (text: string, ...actions: string[]) => {
      note("information", text, ...actions);
      return Promise.resolve(editor.takesAction ? actions[0] : undefined);
    },
    showErrorMessage: (text: string, ...actions: string[]) => {
      note("error", text, ...actions);
      return Promise.resolve(undefined);
    },
    showInputBox: ({ title, prompt, validateInput }: InputOptions) => {
      note("input box", title, prompt, validateInput?.(""));
      return Promise.resolve("a reason");
    },
    showQuickPick: (items: readonly { label: string }[], { title }: { title?: string }) => {
      note("quick pick", title, ...items.map(({ label }) => label));
      return Promise.resolve(items[0]);
    },
    withProgress: ({ title }: { title?: string }, task: ProgressTask) => {
      note("progress", title);
      return task({ report: ({ message }) => note("progress", message) }, { isCancellationRequested: false });
    },
  },
  languages: {
    createLanguageStatusItem: () => {
      const item: StatusItem = {};
      statusItems.push(item);
      return item;
    },
  },
  commands: {
    registerCommand: (id: string, handler: (...args: unknown[]) => unknown) => {
      handlers.set(id, handler);
      return { dispose: () => handlers.delete(id) };
    },
    executeCommand: (id: string) => {
      executed.push(id);
      return Promise.resolve();
    },
  },
  workspace: {
    get isTrusted() {
      return editor.isTrusted;
    },
    workspaceFolders: [],
    textDocuments: [],
    getConfiguration: () => ({
      get: (name: string, fallback: unknown) => settings.get(name) ?? fallback,
      inspect: () => undefined,
      update: (name: string, value: unknown) => {
        updated.push([name, value]);
        return Promise.resolve();
      },
    }),
    onDidChangeConfiguration: (listen: (change: { affectsConfiguration: (name: string) => boolean }) => void) => {
      settingsListeners.add(listen);
      return { dispose: () => settingsListeners.delete(listen) };
    },
  },
  EventEmitter: class<T> {
    readonly #listeners = new Set<(value: T) => void>();
    readonly event = (listen: (value: T) => void): { dispose: () => void } => {
      this.#listeners.add(listen);
      return { dispose: () => this.#listeners.delete(listen) };
    };
    fire(value: T): void {
      for (const listen of this.#listeners) listen(value);
    }
    dispose(): void {
      this.#listeners.clear();
    }
  },
  LogLevel: { Off: 0, Trace: 1, Info: 3 },
  Uri: {
    parse: (text: string) => ({ toString: () => text, fsPath: text }),
    joinPath: (_uri: unknown, path: string) => ({ fsPath: path }),
  },
  ConfigurationTarget: { Workspace: 2, WorkspaceFolder: 3 },
  ProgressLocation: { Notification: 15 },
  LanguageStatusSeverity: { Information: 0, Warning: 1 },
};
