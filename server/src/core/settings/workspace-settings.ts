import { createScanner, findNodeAtLocation, parse, parseTree } from "jsonc-parser";
import type { ParseError } from "jsonc-parser";
import { Token } from "../documents/json-tokens.ts";
import { DEEPEST } from "../documents/limits.ts";
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

/**
 * What the command line takes of a `.vscode/settings.json`: its `depwarden.*` entries, as the `depwarden` section that a
 * client would give.
 */
export function workspaceSettings(text: string): Readonly<Record<string, unknown>> {
  const parsed = parsedObject(text);
  const section: Record<string, unknown> = {};
  const value = (name: string): unknown => parsed[`depwarden.${name}`];
  for (const name of TAKEN) if (value(name) !== undefined) section[name] = value(name);
  if (value("offline") === true) section["offline"] = true;
  if (value("osv.enabled") === false) section["osv"] = { enabled: false };
  return section;
}

/**
 * What an editor takes of it, as such a section: all of its entries, those that name hosts too. To VS Code the dots of a
 * key are a path into what the keys before it gave, so that `"depwarden": {"osv": {"url": …}}` is the same:
 * https://github.com/microsoft/vscode/blob/1.100.0/src/vs/platform/configuration/common/configuration.ts (`addToValueTree`)
 */
export function editorSettings(text: string): unknown {
  const root: object = {};
  for (const [key, value] of Object.entries(parsedObject(text)))
    if (key.startsWith("depwarden")) setAt(root, key.split("."), value);
  return member(root, "depwarden");
}

/** Changes the object. Where something on the way is no object, nothing is set. */
function setAt(root: object, path: readonly string[], value: unknown): void {
  let at = root;
  for (const key of path.slice(0, -1)) {
    if (member(at, key) === undefined) put(at, key, {});
    const next = member(at, key);
    if (typeof next !== "object" || next === null) return;
    at = next;
  }
  put(at, path.at(-1) ?? "", value);
}

function member(of: object, key: string): unknown {
  return Object.hasOwn(of, key) ? (of as Record<string, unknown>)[key] : undefined;
}

/** Also of a key such as `__proto__`. In a list only few places are: its length may be any number. */
function put(into: object, key: string, value: unknown): void {
  if (Array.isArray(into) && !/^\d{1,3}$/.test(key)) return;
  Object.defineProperty(into, key, { value, configurable: true, enumerable: true, writable: true });
}

/** The entries of the whole file; none where it is no object. */
function parsedObject(text: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = parse(shallow(text).text, [], { allowTrailingComma: true });
  return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
}

/** What is wrong with the text as a whole; null when nothing is. */
export function workspaceSettingsProblem(text: string): string | null {
  const errors: ParseError[] = [];
  const { text: read, cutAt } = shallow(text);
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length;
  if (cutAt !== null) return `line ${lineOf(cutAt)} nests more than ${DEEPEST} deep; what could be read of it holds`;
  parse(read, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (text.trim() === "" || first === undefined) return null;
  return `line ${lineOf(first.offset)} cannot be read; what could be read of it holds`;
}

/** Where the entries of `depwarden.allow` are in a `.vscode/settings.json`, in their order; empty where they are not. */
export function allowEntrySpans(text: string): readonly Span[] {
  const root = parseTree(shallow(text).text, [], { allowTrailingComma: true });
  const list = root === undefined ? undefined : findNodeAtLocation(root, ["depwarden.allow"]);
  if (list?.type !== "array") return [];
  return (list.children ?? []).map(({ offset, length }) => ({ start: offset, end: offset + length }));
}

const CLOSES: ReadonlyMap<number, number> = new Map([
  [Token.openBrace, Token.closeBrace],
  [Token.openBracket, Token.closeBracket],
]);

/**
 * The text with 0 and blanks in place of values that nest deeper than any setting, because the parser calls itself for
 * each level. Offsets stay.
 */
function shallow(text: string): { readonly text: string; readonly cutAt: number | null } {
  const scanner = createScanner(text, true);
  /** What closes the brackets that are open. */
  const open: number[] = [];
  const kept: string[] = [];
  let keptTo = 0;
  let cutAt: number | null = null;
  let from = 0;
  for (let token: number = scanner.scan(); token !== Token.end; token = scanner.scan()) {
    const closes = CLOSES.get(token);
    if (closes !== undefined) {
      open.push(closes);
      if (open.length === DEEPEST + 1) from = scanner.getTokenOffset();
      continue;
    }
    if (token !== open.at(-1)) continue;
    open.pop();
    if (open.length !== DEEPEST) continue;
    cut(from, scanner.getTokenOffset() + 1);
  }
  if (open.length > DEEPEST) cut(from, text.length);
  return { text: kept.join("") + text.slice(keptTo), cutAt };

  function cut(start: number, end: number): void {
    kept.push(text.slice(keptTo, start), "0".padEnd(end - start));
    keptTo = end;
    cutAt ??= start;
  }
}
