import * as vscode from "vscode";
import { DOCUMENTS } from "./documents.ts";
import { languageStatus } from "./show.ts";

/** What the server sends as `depwarden/status`. */
export interface StatusParams {
  /** What is being checked; null when nothing is. */
  readonly checking: string | null;
  /** When facts last came from the network, ISO 8601; null: not in this run. */
  readonly lastFresh: string | null;
  /** One sentence for each thing that could not be checked. */
  readonly unchecked: readonly string[];
}

const SELECTOR: vscode.DocumentSelector = { pattern: DOCUMENTS };

export interface StatusItem {
  readonly show: (status: StatusParams) => void;
  readonly dispose: () => void;
}

/** The language status item: what is being checked, when facts were last fresh, and what could not be checked. */
export function registerStatus(): StatusItem {
  const item = languageStatus("Depwarden", SELECTOR, { title: "Show Log", command: "depwarden.showLog" });
  return {
    show: ({ checking, lastFresh, unchecked }) => {
      const fresh = lastFresh === null ? "Nothing asked from the network yet" : `Facts from ${new Date(lastFresh).toLocaleTimeString()}`;
      const { Warning, Information } = vscode.LanguageStatusSeverity;
      item.show({
        text: unchecked.length > 0 ? "Depwarden: not all could be checked" : "Depwarden",
        detail: checking !== null ? `Checking ${checking}` : [...unchecked, fresh].join(" · "),
        busy: checking !== null,
        severity: unchecked.length > 0 ? Warning : Information,
      });
    },
    dispose: item.dispose,
  };
}
