/** Which findings code actions are asked for: those of the newest report in the range. */
import type { CodeActionParams, Diagnostic, Position, Range } from "vscode-languageserver";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { diagnosticsOf, identityOf, SOURCE } from "./diagnostics.ts";
import type { DiagnosticIdentity } from "./diagnostics.ts";
import type { PlainDiagnostic } from "./editor.ts";

export interface Selected {
  readonly identity: DiagnosticIdentity;
  /** As the client has it where it names it, else as the server does. */
  readonly diagnostic: Diagnostic;
}

/**
 * By the range, as LSP says. What the client names is a hint, which counts too: some name all diagnostics of a line
 * where only a cursor is the range; others name none, or without `data`.
 * @param shown a diagnostic as the client can take it
 */
export function selectedDiagnostics(
  {
    textDocument: { uri },
    range,
    context: { diagnostics },
  }: Pick<CodeActionParams, "textDocument" | "range" | "context">,
  report: ProjectReport,
  shown: (diagnostic: PlainDiagnostic) => Diagnostic,
): readonly Selected[] {
  const named = diagnostics.filter(({ source }) => source === SOURCE);
  const byPlace = new Map<string, Diagnostic[]>();
  for (const each of named) byPlace.set(placeOf(each.range), [...(byPlace.get(placeOf(each.range)) ?? []), each]);
  const own = diagnosticsOf(report).get(uri) ?? [];
  const taken = new Set<Diagnostic>();
  const selected: Selected[] = [];
  for (const diagnostic of own) {
    const identity = identityOf(diagnostic);
    if (identity === null) continue;
    const hint = byPlace.get(placeOf(diagnostic.range))?.find((each) => isSame(each, diagnostic, shown));
    if (hint !== undefined) {
      taken.add(hint);
      selected.push({ identity, diagnostic: hint });
    } else if (touches(diagnostic.range, range)) selected.push({ identity, diagnostic: shown(diagnostic) });
  }
  // Of a text that has changed since: the place is another, the release may be the same.
  const moved = named.filter((each) => !taken.has(each));
  for (const diagnostic of moved) {
    const identity = identityOf(diagnostic);
    if (identity !== null) selected.push({ identity, diagnostic });
  }
  return selected;
}

/** Whether two at one place are of one finding: by what they are of, where the client keeps that, else by the message. */
function isSame(named: Diagnostic, own: PlainDiagnostic, shown: (diagnostic: PlainDiagnostic) => Diagnostic): boolean {
  if (named.code !== own.code) return false;
  const identity = identityOf(named);
  if (identity === null) return named.message === shown(own).message;
  return JSON.stringify(identity) === JSON.stringify(identityOf(own));
}

function placeOf({ start, end }: Range): string {
  return [start.line, start.character, end.line, end.character].join(":");
}

/** A cursor at either end of a range counts as in it. */
function touches(a: Range, b: Range): boolean {
  return compare(a.start, b.end) <= 0 && compare(b.start, a.end) <= 0;
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}
