import * as vscode from "vscode";
import { DOCUMENTS } from "./documents.ts";
import { languageStatus } from "./show.ts";
import { statusText } from "./status-text.ts";
import type { StatusParams } from "./status-text.ts";

const SELECTOR: vscode.DocumentSelector = { pattern: DOCUMENTS };

export interface StatusItem {
  readonly show: (status: StatusParams) => void;
  readonly dispose: () => void;
}

/** The language status item: what is being checked, how fresh facts are, what could not be checked or is turned off. */
export function registerStatus(): StatusItem {
  const item = languageStatus("Depwarden", SELECTOR, {
    title: "Show Log",
    command: "depwarden.showLog",
    tooltip: "Show Depwarden's log",
  });
  item.show({
    text: "Depwarden",
    detail: "Not checked yet",
    busy: true,
    severity: vscode.LanguageStatusSeverity.Information,
  });
  return {
    show: (status) => {
      const { text, detail, isWarning } = statusText(status);
      const severity = isWarning ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
      item.show({ text, detail, busy: status.checking !== null, severity });
    },
    dispose: item.dispose,
  };
}
