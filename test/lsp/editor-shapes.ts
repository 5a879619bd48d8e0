/**
 * What editors send in `initialize`, as far as a server may go by it: taken from their sources, shortened to what
 * concerns folders, settings, progress, diagnostics, hovers and code actions.
 */
export interface Shape {
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** How it names the folder that is open. */
  readonly folder: (uri: string) => Readonly<Record<string, unknown>>;
}

const name = (uri: string): string => uri.slice(uri.lastIndexOf("/") + 1);
const path = (uri: string): string => decodeURIComponent(uri.slice("file://".length));

/** runtime/lua/vim/lsp/protocol.lua and client.lua. No files are watched on Linux unless a person turns that on. */
const NEOVIM_PUBLISH = {
  relatedInformation: true,
  tagSupport: { valueSet: [1, 2] },
};
const NEOVIM_WORKSPACE = {
  applyEdit: true,
  configuration: true,
  didChangeConfiguration: { dynamicRegistration: false },
  didChangeWatchedFiles: { dynamicRegistration: false, relativePatternSupport: true },
  workspaceEdit: { resourceOperations: ["rename", "create", "delete"] },
  workspaceFolders: true,
};

export const NEOVIM_0_9: Shape = {
  capabilities: {
    textDocument: {
      codeAction: {
        codeActionLiteralSupport: { codeActionKind: { valueSet: ["", "quickfix", "source"] } },
        dataSupport: true,
        isPreferredSupport: true,
        resolveSupport: { properties: ["edit"] },
      },
      hover: { contentFormat: ["markdown", "plaintext"], dynamicRegistration: false },
      publishDiagnostics: NEOVIM_PUBLISH,
      synchronization: { didSave: true, dynamicRegistration: false, willSave: true, willSaveWaitUntil: true },
    },
    window: { workDoneProgress: true },
    workspace: NEOVIM_WORKSPACE,
  },
  folder: (uri) => ({ rootUri: uri, rootPath: path(uri), workspaceFolders: [{ uri, name: path(uri) }] }),
};

/** From 0.10 on it asks for diagnostics. */
export const NEOVIM_0_11: Shape = {
  capabilities: {
    ...NEOVIM_0_9.capabilities,
    general: { positionEncodings: ["utf-8", "utf-16", "utf-32"] },
    textDocument: {
      ...(NEOVIM_0_9.capabilities["textDocument"] as object),
      diagnostic: { dynamicRegistration: false, tagSupport: { valueSet: [1, 2] }, dataSupport: true },
    },
    workspace: { ...NEOVIM_WORKSPACE, diagnostics: { refreshSupport: true } },
  },
  folder: NEOVIM_0_9.folder,
};

/** A single file opened in Neovim outside of any root. */
export const NEOVIM_SINGLE_FILE: Shape = {
  ...NEOVIM_0_9,
  folder: () => ({ rootUri: null, rootPath: null, workspaceFolders: null }),
};

/** helix-lsp/src/client.rs */
export const HELIX: Shape = {
  capabilities: {
    general: { positionEncodings: ["utf-8", "utf-32", "utf-16"] },
    textDocument: {
      codeAction: {
        codeActionLiteralSupport: { codeActionKind: { valueSet: ["", "quickfix", "source"] } },
        isPreferredSupport: true,
        disabledSupport: true,
        resolveSupport: { properties: ["edit", "command"] },
      },
      diagnostic: { dynamicRegistration: false, relatedDocumentSupport: true },
      hover: { contentFormat: ["markdown"] },
      publishDiagnostics: { versionSupport: true, tagSupport: { valueSet: [1, 2] } },
    },
    window: { workDoneProgress: true },
    workspace: {
      applyEdit: true,
      configuration: true,
      didChangeConfiguration: { dynamicRegistration: false },
      didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: false },
      diagnostics: { refreshSupport: true },
      workspaceEdit: {
        documentChanges: true,
        failureHandling: "abort",
        normalizesLineEndings: false,
        resourceOperations: ["create", "rename", "delete"],
      },
      workspaceFolders: true,
    },
  },
  folder: (uri) => ({ rootUri: uri, rootPath: path(uri), workspaceFolders: [{ uri, name: name(uri) }] }),
};

/** Helix before 25.07, which did not ask for diagnostics. */
export const HELIX_25_01: Shape = {
  ...HELIX,
  capabilities: {
    ...HELIX.capabilities,
    textDocument: {
      ...(HELIX.capabilities["textDocument"] as object),
      diagnostic: undefined,
    },
  },
};

/** lisp/progmodes/eglot.el, without the package markdown-mode. One root, and workspaceFolders beside it. */
export const EGLOT: Shape = {
  capabilities: {
    general: { positionEncodings: ["utf-32", "utf-8", "utf-16"] },
    textDocument: {
      codeAction: {
        dynamicRegistration: false,
        codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source"] } },
        isPreferredSupport: true,
      },
      hover: { dynamicRegistration: false, contentFormat: ["plaintext"] },
      publishDiagnostics: {
        relatedInformation: false,
        codeDescriptionSupport: false,
        tagSupport: { valueSet: [1, 2] },
      },
      synchronization: { didSave: true, dynamicRegistration: false, willSave: true, willSaveWaitUntil: true },
    },
    window: { showDocument: { support: true }, workDoneProgress: true },
    workspace: {
      applyEdit: true,
      configuration: true,
      didChangeWatchedFiles: { dynamicRegistration: true },
      executeCommand: { dynamicRegistration: false },
      workspaceEdit: { documentChanges: true },
      workspaceFolders: true,
    },
  },
  folder: (uri) => ({
    rootUri: uri,
    rootPath: path(uri),
    workspaceFolders: [{ uri, name: `~/${name(uri)}/` }],
  }),
};

/** crates/lsp/src/lsp.rs of Zed */
export const ZED: Shape = {
  capabilities: {
    general: { positionEncodings: ["utf-16"] },
    textDocument: {
      codeAction: {
        codeActionLiteralSupport: { codeActionKind: { valueSet: ["", "quickfix", "refactor", "source"] } },
        dataSupport: true,
        resolveSupport: { properties: ["kind", "diagnostics", "isPreferred", "disabled", "edit", "command"] },
      },
      diagnostic: { dynamicRegistration: true, relatedDocumentSupport: true },
      hover: { contentFormat: ["markdown"] },
      publishDiagnostics: {
        relatedInformation: true,
        versionSupport: true,
        dataSupport: true,
        tagSupport: { valueSet: [1, 2] },
        codeDescriptionSupport: true,
      },
    },
    window: { workDoneProgress: true, showMessage: { messageActionItem: {} } },
    workspace: {
      applyEdit: true,
      configuration: true,
      diagnostics: { refreshSupport: true },
      didChangeConfiguration: { dynamicRegistration: true },
      didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
      workspaceEdit: { resourceOperations: ["create", "rename", "delete"], documentChanges: true },
      workspaceFolders: true,
    },
  },
  folder: (uri) => ({ rootUri: uri, rootPath: path(uri), workspaceFolders: [{ uri, name: "" }] }),
};

/** vscode-languageclient, as other extensions use it: it offers pulling, whatever the server does. */
export const VSCODE: Shape = {
  capabilities: {
    general: { positionEncodings: ["utf-16"] },
    textDocument: {
      codeAction: {
        dynamicRegistration: true,
        isPreferredSupport: true,
        disabledSupport: true,
        dataSupport: true,
        resolveSupport: { properties: ["edit", "command"] },
        codeActionLiteralSupport: { codeActionKind: { valueSet: ["", "quickfix", "source", "source.fixAll"] } },
      },
      diagnostic: { dynamicRegistration: true, relatedDocumentSupport: false },
      hover: { dynamicRegistration: true, contentFormat: ["markdown", "plaintext"] },
      publishDiagnostics: {
        relatedInformation: true,
        versionSupport: false,
        tagSupport: { valueSet: [1, 2] },
        codeDescriptionSupport: true,
        dataSupport: true,
      },
    },
    window: { workDoneProgress: true },
    workspace: {
      applyEdit: true,
      configuration: true,
      diagnostics: { refreshSupport: true },
      didChangeConfiguration: { dynamicRegistration: true },
      didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
      workspaceEdit: { documentChanges: true, resourceOperations: ["create", "rename", "delete"] },
      workspaceFolders: true,
    },
  },
  folder: (uri) => ({ rootUri: uri, rootPath: path(uri), workspaceFolders: [{ uri, name: name(uri) }] }),
};

/** As little as a client may say. */
export const BARE: Shape = { capabilities: {}, folder: (uri) => ({ rootUri: uri }) };
