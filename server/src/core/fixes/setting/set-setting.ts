/** Writes one setting into a policy file, and leaves every other character of it as it is. */
import { readConfig } from "../../documents/config/index.ts";
import { firstSection } from "../../documents/config/npmrc.ts";
import type { ConfigKind } from "../../documents/config/index.ts";
import { scalarAt } from "../../documents/config/tree.ts";
import type { ConfigScalar } from "../../documents/config/tree.ts";
import type { Span } from "../../util/text.ts";
import { applyEdits } from "../../edits/text-edit.ts";
import type { Edit } from "../../edits/text-edit.ts";
import { setInYaml } from "../../edits/yaml-edit.ts";

export interface NewSetting {
  readonly kind: ConfigKind;
  readonly path: readonly string[];
  readonly value: string | number | boolean;
}

/** null where it cannot be written without touching more: the edit is read back before it is given. */
export function setSetting(text: string, setting: NewSetting): readonly Edit[] | null {
  const edits = written(text, setting);
  return edits !== null && isRead(applyEdits(text, edits), setting) ? edits : null;
}

function written(text: string, { kind, path, value }: NewSetting): readonly Edit[] | null {
  if (kind === "pnpm-workspace" || kind === "yarnrc") return setInYaml(text, path, value);
  const tree = readConfig(kind, text);
  const present = scalarAt(tree.root, ...path);
  if (tree.problems.length > 0) return null;
  if (present !== null)
    return present.isReplaceable ? [{ span: wholeSpan(kind, present), newText: String(value) }] : null;
  return kind === "npmrc" ? insertInIni(text, path, value) : insertInToml(text, path, value);
}

/** A text of TOML's is taken with its quotes: what comes in its place is none. */
function wholeSpan(kind: ConfigKind, { value, span }: ConfigScalar): Span {
  return kind === "bunfig" && typeof value === "string" ? { start: span.start - 1, end: span.end + 1 } : span;
}

/** Behind the last setting: what follows a `[section]` is none. */
function insertInIni(text: string, path: readonly string[], value: NewSetting["value"]): readonly Edit[] {
  const section = firstSection(text);
  // Blank lines stay above the section.
  const end = section === null ? text.length : text.slice(0, section).trimEnd().length;
  const newline = text.indexOf("\n", end);
  const at = section === null ? text.length : end === 0 ? 0 : newline === -1 ? section : newline + 1;
  return [lineAt(text, at, `${path.join(".")}=${String(value)}`)];
}

/** Under its table's header, or with a header of its own at the end; where that is no TOML, the edit is not given. */
function insertInToml(text: string, path: readonly string[], value: NewSetting["value"]): readonly Edit[] | null {
  const [table, key] = path;
  if (table === undefined || key === undefined || path.length !== 2) return null;
  const line = `${key} = ${JSON.stringify(value)}`;
  const header = new RegExp(`^[ \\t]*\\[[ \\t]*${table}[ \\t]*\\][^\\n]*(?:\\n|$)`, "m").exec(text);
  if (header !== null) return [lineAt(text, header.index + header[0].length, line)];
  const eol = eolOf(text);
  return [lineAt(text, text.length, `${text.trim() === "" ? "" : eol}[${table}]${eol}${line}`)];
}

function lineAt(text: string, at: number, line: string): Edit {
  const eol = eolOf(text);
  const before = at > 0 && text[at - 1] !== "\n" ? eol : "";
  return { span: { start: at, end: at }, newText: `${before}${line}${eol}` };
}

function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** Yarn and npm take every scalar as text. */
function isRead(text: string, { kind, path, value }: NewSetting): boolean {
  const { root, problems } = readConfig(kind, text);
  const found = scalarAt(root, ...path);
  return problems.length === 0 && (kind === "bunfig" ? found?.value === value : found?.text === String(value));
}
