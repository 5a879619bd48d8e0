/** VS Code as the extension's modules meet it: notes every text that they show, and answers with the first choice. */

/** Texts by where they were shown, oldest first. */
export const shown: { readonly where: string; readonly text: string }[] = [];
export const handlers = new Map<string, (...args: unknown[]) => unknown>();
export const statusItems: { text?: string; detail?: string }[] = [];
export const editor = { isTrusted: false };

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
    showInformationMessage: (text: string, ...actions: string[]) => {
      note("information", text, ...actions);
      return Promise.resolve(undefined);
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
      const item: { text?: string; detail?: string } = {};
      statusItems.push(item);
      return item;
    },
  },
  commands: {
    registerCommand: (id: string, handler: (...args: unknown[]) => unknown) => {
      handlers.set(id, handler);
      return { dispose: () => handlers.delete(id) };
    },
  },
  workspace: {
    get isTrusted() {
      return editor.isTrusted;
    },
    workspaceFolders: [],
    textDocuments: [],
    getConfiguration: () => ({ get: () => undefined, inspect: () => undefined, update: () => Promise.resolve() }),
  },
  Uri: {
    parse: (text: string) => ({ toString: () => text, fsPath: text }),
    joinPath: (_uri: unknown, path: string) => ({ fsPath: path }),
  },
  ConfigurationTarget: { Workspace: 2, WorkspaceFolder: 3 },
  ProgressLocation: { Notification: 15 },
  LanguageStatusSeverity: { Information: 0, Warning: 1 },
};
