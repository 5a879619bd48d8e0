import type { StaticFeature } from "vscode-languageclient/node";

/**
 * Offers the server no pulling of diagnostics, which vscode-languageclient does for every server: pushed ones also come
 * for files that are not open, and while a check still runs.
 */
export const PUSHED_DIAGNOSTICS: StaticFeature = {
  fillClientCapabilities({ textDocument, workspace }) {
    delete textDocument?.diagnostic;
    delete workspace?.diagnostics;
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};
