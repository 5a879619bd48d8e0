/**
 * What the extension shows. VS Code looks for links, commands among them, and for icons in all of these places, also in
 * a workspace that is not trusted: every text goes there through here, as a label. Lint rules hold it so.
 */
import * as vscode from "vscode";
import { asLabel, asStatus } from "../../common/shown-text.ts";

/** @param actions our own words; the one chosen is given back */
export function showInformation(message: string, ...actions: readonly string[]): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(asLabel(message), ...actions);
}

/** @param actions our own words; the one chosen is given back */
export function showError(message: string, ...actions: readonly string[]): Thenable<string | undefined> {
  return vscode.window.showErrorMessage(asLabel(message), ...actions);
}

export interface Question {
  readonly title: string;
  readonly prompt: string;
  /** What is wrong with an answer; null: nothing. */
  readonly problem: (answer: string) => string | null;
}

/** Asks for a line of text; undefined: given up. */
export function ask({ title, prompt, problem }: Question): Thenable<string | undefined> {
  const validateInput = (answer: string): string | null => {
    const found = problem(answer);
    return found === null ? null : asLabel(found);
  };
  return vscode.window.showInputBox({
    title: asLabel(title),
    prompt: asLabel(prompt),
    validateInput,
    ignoreFocusOut: true,
  });
}

/** Asks for one of several; undefined: given up. */
export function choose<T extends { readonly label: string }>(
  title: string,
  choices: readonly T[],
): Thenable<T | undefined> {
  const items = choices.map((choice) => ({ ...choice, label: asLabel(choice.label) }));
  return vscode.window.showQuickPick(items, { title: asLabel(title), ignoreFocusOut: true });
}

/** Progress of a piece of work; `null` leaves the message as it is. */
export type Report = (message: string | null, increment: number) => void;

/** Shows a piece of work under way, with a way to cancel it. */
export function showProgress<T>(
  title: string,
  work: (report: Report, cancelled: vscode.CancellationToken) => Thenable<T>,
): Thenable<T> {
  const options = { location: vscode.ProgressLocation.Notification, title: asLabel(title), cancellable: true };
  return vscode.window.withProgress(options, (progress, cancelled) =>
    work(
      (message, increment) =>
        progress.report({ ...(message === null ? {} : { message: asLabel(message) }), increment }),
      cancelled,
    ),
  );
}

export interface LanguageStatus {
  readonly text: string;
  readonly detail: string;
  readonly busy: boolean;
  readonly severity: vscode.LanguageStatusSeverity;
}

export interface LanguageStatusView {
  readonly show: (status: LanguageStatus) => void;
  readonly dispose: () => void;
}

/**
 * An entry among the editor's language statuses. Until something else is shown, it says its own name.
 *
 * @param command its tooltip is that of the entry too, once a person has pinned it to the status bar. Without one VS Code
 * shows the detail there, as Markdown in which commands run.
 */
export function languageStatus(
  name: string,
  selector: vscode.DocumentSelector,
  command: vscode.Command & { readonly tooltip: string },
): LanguageStatusView {
  const item = vscode.languages.createLanguageStatusItem(name.toLowerCase(), selector);
  item.name = name;
  item.text = name;
  item.command = command;
  return {
    show: ({ text, detail, busy, severity }) => {
      item.text = asLabel(text);
      item.detail = asStatus(detail);
      item.busy = busy;
      item.severity = severity;
    },
    dispose: () => item.dispose(),
  };
}

/** An error that a command ends with: VS Code shows its message as a notification. */
export function shownError(error: unknown): Error {
  return new Error(asLabel(error instanceof Error ? error.message : String(error)), { cause: error });
}
