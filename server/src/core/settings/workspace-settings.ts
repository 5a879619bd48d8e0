import { findNodeAtLocation, parse, parseTree } from "jsonc-parser";
import type { ParseError } from "jsonc-parser";
import { join } from "../util/uri.ts";
import type { Span } from "../util/text.ts";

/**
 * The settings that the command line takes from a scanned folder. None of them names a host: who runs it decides whom to ask.
 * Those that ask for less to be sent are read apart.
 */
const TAKEN: readonly string[] = ["minimumReleaseAge", "closeInspectionAge", "rules", "allow", "pinStyle", "exclude"];

/** @param folder a URI */
export function workspaceSettingsUri(folder: string): string {
  return join(folder, ".vscode/settings.json");
}

/** The `depwarden.*` entries of a `.vscode/settings.json`, as the `depwarden` section that a client would give. */
export function workspaceSettings(text: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = parse(text, [], { allowTrailingComma: true });
  const section: Record<string, unknown> = {};
  if (typeof parsed !== "object" || parsed === null) return section;
  const value = (name: string): unknown => (parsed as Record<string, unknown>)[`depwarden.${name}`];
  for (const name of TAKEN) if (value(name) !== undefined) section[name] = value(name);
  if (value("offline") === true) section["offline"] = true;
  if (value("osv.enabled") === false) section["osv"] = { enabled: false };
  return section;
}

/** What is wrong with the text as a whole; null when nothing is. */
export function workspaceSettingsProblem(text: string): string | null {
  const errors: ParseError[] = [];
  parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (text.trim() === "" || first === undefined) return null;
  return `line ${text.slice(0, first.offset).split("\n").length} cannot be read; what could be read of it holds`;
}

/** Where the entries of `depwarden.allow` are in a `.vscode/settings.json`, in their order; empty where they are not. */
export function allowEntrySpans(text: string): readonly Span[] {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const list = root === undefined ? undefined : findNodeAtLocation(root, ["depwarden.allow"]);
  if (list?.type !== "array") return [];
  return (list.children ?? []).map(({ offset, length }) => ({ start: offset, end: offset + length }));
}
