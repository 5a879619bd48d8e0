import * as vscode from "vscode";
import { DOCUMENTS } from "./documents.ts";
import { statusText } from "./status-text.ts";
import type { StatusParams } from "./status-text.ts";

const SELECTOR: vscode.DocumentSelector = { pattern: DOCUMENTS };

export interface StatusItem {
  readonly show: (status: StatusParams) => void;
  readonly dispose: () => void;
}

/** The language status item: what is being checked, how fresh facts are, what could not be checked or is turned off. */
export function registerStatus(): StatusItem {
  const item = vscode.languages.createLanguageStatusItem("depwarden", SELECTOR);
  item.name = "Depwarden";
  item.text = "Depwarden";
  item.command = { title: "Show Log", command: "depwarden.showLog" };
  return {
    show: (status) => {
      const { text, detail, isWarning } = statusText(status);
      item.busy = status.checking !== null;
      item.severity = isWarning ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
      item.text = text;
      item.detail = detail;
    },
    dispose: () => item.dispose(),
  };
}
