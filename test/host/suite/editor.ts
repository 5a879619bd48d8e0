/** What the suite does with VS Code again and again. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { until } from "../wait.ts";

export function projectFile(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder !== undefined);
  return vscode.Uri.joinPath(folder.uri, name);
}

export async function open(name: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(projectFile(name));
  await vscode.window.showTextDocument(document);
  return document;
}

/** A finding as `line:column-column severity rule message`, counted from 1. */
export function described({ range, severity, code, message }: vscode.Diagnostic): string {
  const rule = typeof code === "object" ? code.value : code;
  return `${range.start.line + 1}:${range.start.character + 1}-${range.end.character + 1} ${vscode.DiagnosticSeverity[severity]} ${rule ?? ""} ${message}`;
}

export function findings(name: string): readonly vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(projectFile(name)).filter(({ source }) => source === "depwarden");
}

/** Waits for findings of a file that satisfy. */
export async function findingsThat(
  what: string,
  name: string,
  satisfy: (found: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  let found: readonly vscode.Diagnostic[] = [];
  const look = () => {
    found = findings(name);
    return Promise.resolve(satisfy(found) && found);
  };
  return until(what, look, { saw: () => found.map(described).join("\n") });
}

export function hasRule(found: readonly vscode.Diagnostic[], rule: string): boolean {
  return found.some(({ code }) => typeof code === "object" && code.value === rule);
}

export function placeOf(document: vscode.TextDocument, searched: string, inside = searched): vscode.Position {
  const at = document.getText().indexOf(searched);
  assert.notEqual(at, -1, `no ${searched} in ${document.fileName}`);
  return document.positionAt(at + searched.indexOf(inside) + 1);
}

export async function hoverAt(
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<readonly vscode.MarkdownString[]> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    "vscode.executeHoverProvider",
    document.uri,
    position,
  );
  return hovers.flatMap(({ contents }) => contents).filter((content) => content instanceof vscode.MarkdownString);
}

export async function actionsAt(
  document: vscode.TextDocument,
  range: vscode.Range,
  kind: vscode.CodeActionKind,
): Promise<readonly vscode.CodeAction[]> {
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    document.uri,
    range,
    kind.value,
  );
}

/** Runs what changes a document, and puts its text back afterwards, saved. */
export async function restoring(document: vscode.TextDocument, run: () => Promise<void>): Promise<void> {
  const before = document.getText();
  try {
    await run();
  } finally {
    await replaceAll(document, before);
    await document.save();
  }
}

export async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(
    document.uri,
    new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length)),
    text,
  );
  assert.ok(await vscode.workspace.applyEdit(edit));
}

export async function replaceOnce(document: vscode.TextDocument, old: string, replacement: string): Promise<void> {
  const text = document.getText();
  assert.ok(text.includes(old), `no ${old} in ${document.fileName}`);
  await replaceAll(document, text.replace(old, replacement));
}
