/** What the client can do, read from `initialize` defensively: a client may say anything, and what it does not say it cannot do. */
import { DiagnosticTag, MarkupKind } from "vscode-languageserver";

/** Members of a diagnostic that a client takes only if it says so. */
export interface DiagnosticAbilities {
  readonly version: boolean;
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  readonly data: boolean;
  readonly tags: ReadonlySet<DiagnosticTag>;
}

export interface Abilities {
  /** Answers `workspace/configuration`. */
  readonly configuration: boolean;
  /** Lets the server register for `workspace/didChangeConfiguration`. */
  readonly registersConfiguration: boolean;
  /** Watches files where the server asks for it. */
  readonly watchesFiles: boolean;
  /** Opens a document where the server asks for it (`window/showDocument`). */
  readonly showsDocuments: boolean;
  /** Sends `workspace/didChangeWorkspaceFolders`. */
  readonly changesFolders: boolean;
  /** Shows progress that the server begins. */
  readonly progress: boolean;
  /** Takes edits that say which version of a document they are of. */
  readonly versionsEdits: boolean;
  /** Makes files as part of an edit. */
  readonly createsFiles: boolean;
  /** Asks for diagnostics itself (`textDocument/diagnostic`). */
  readonly pullsDiagnostics: boolean;
  /** Asks for them again when the server wants that. */
  readonly refreshesDiagnostics: boolean;
  readonly diagnostics: DiagnosticAbilities;
  /** The form of a hover. */
  readonly hover: MarkupKind;
}

export function readAbilities(capabilities: unknown): Abilities {
  const at = (...path: readonly string[]): unknown => member(capabilities, path);
  const is = (...path: readonly string[]): boolean => at(...path) === true;
  // In LSP 3.18 pulled diagnostics have members of their own; in 3.17 what holds for pushed ones holds for them too.
  const inDiagnostics = (...path: readonly string[]): readonly unknown[] =>
    ["publishDiagnostics", "diagnostic"].map((kind) => at("textDocument", kind, ...path));
  const resourceOperations = at("workspace", "workspaceEdit", "resourceOperations");
  return {
    configuration: is("workspace", "configuration"),
    registersConfiguration: is("workspace", "didChangeConfiguration", "dynamicRegistration"),
    watchesFiles: is("workspace", "didChangeWatchedFiles", "dynamicRegistration"),
    changesFolders: is("workspace", "workspaceFolders"),
    showsDocuments: is("window", "showDocument", "support"),
    progress: is("window", "workDoneProgress"),
    versionsEdits: is("workspace", "workspaceEdit", "documentChanges"),
    createsFiles:
      is("workspace", "workspaceEdit", "documentChanges") &&
      Array.isArray(resourceOperations) &&
      resourceOperations.includes("create"),
    pullsDiagnostics: isObject(at("textDocument", "diagnostic")),
    refreshesDiagnostics: is("workspace", "diagnostics", "refreshSupport"),
    diagnostics: {
      version: is("textDocument", "publishDiagnostics", "versionSupport"),
      relatedInformation: inDiagnostics("relatedInformation").includes(true),
      codeDescription: inDiagnostics("codeDescriptionSupport").includes(true),
      data: inDiagnostics("dataSupport").includes(true),
      tags: new Set(inDiagnostics("tagSupport").flatMap(tagsIn)),
    },
    hover: hoverFormat(at("textDocument", "hover", "contentFormat")),
  };
}

/** The first form that the client names, as it prefers. A client that names none is not known to show Markdown. */
function hoverFormat(formats: unknown): MarkupKind {
  const known = [MarkupKind.Markdown, MarkupKind.PlainText];
  const wanted: unknown = Array.isArray(formats)
    ? formats.find((format) => known.includes(format as MarkupKind))
    : null;
  return wanted === MarkupKind.Markdown ? MarkupKind.Markdown : MarkupKind.PlainText;
}

/** `tagSupport` was a boolean before LSP 3.15. */
function tagsIn(tagSupport: unknown): readonly DiagnosticTag[] {
  const all = [DiagnosticTag.Unnecessary, DiagnosticTag.Deprecated];
  if (tagSupport === true) return all;
  const values = member(tagSupport, ["valueSet"]);
  return Array.isArray(values) ? all.filter((tag) => values.includes(tag)) : [];
}

function member(value: unknown, path: readonly string[]): unknown {
  let here = value;
  for (const name of path) here = isObject(here) ? here[name] : undefined;
  return here;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
