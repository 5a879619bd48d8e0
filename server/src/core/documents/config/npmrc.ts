import { tooLarge } from "../limits.ts";
import { EMPTY_MAP, LARGEST_CONFIG, type ConfigEntry, type ConfigScalar, type ConfigTree } from "./tree.ts";

/**
 * Reads `.npmrc`: npm's ini, a setting a line. https://github.com/npm/ini/blob/main/lib/ini.js (`decode`)
 * - `key = value`; `key` alone is true; `key[] = value` and a key that stands several times with `[]` are a list.
 * - Lines that begin with `;` or `#` are comments; an unescaped one ends a value.
 * - What stands under a `[section]` is no setting of npm's, and is left out.
 * Values are as written: `${NAME}` is not expanded.
 */
export function readNpmrcConfig(text: string): ConfigTree {
  const problem = tooLarge(text, LARGEST_CONFIG);
  if (problem !== null) return { type: "config", root: EMPTY_MAP, problems: [problem] };
  const entries = new Map<string, ConfigEntry>();
  for (const line of text.matchAll(/[^\r\n]+/g)) {
    const content = line[0];
    if (/^\s*\[[^\]]*\]\s*$/.test(content)) break;
    const found = readLine(content, line.index);
    if (found !== null) entries.set(found.key, withEarlier(entries.get(found.key), found));
  }
  return { type: "config", root: { kind: "map", entries, span: { start: 0, end: text.length } }, problems: [] };
}

interface Line {
  readonly key: string;
  readonly keySpan: ConfigEntry["keySpan"];
  readonly isList: boolean;
  readonly value: ConfigScalar;
}

function readLine(content: string, offset: number): Line | null {
  const equals = content.indexOf("=");
  const left = equals === -1 ? content : content.slice(0, equals);
  // What trim takes off has the byte order mark among it.
  const rawKey = left.trim();
  if (rawKey === "" || rawKey.startsWith(";") || rawKey.startsWith("#")) return null;
  const isList = rawKey.endsWith("[]");
  const key = unquoted(isList ? rawKey.slice(0, -2) : rawKey);
  const start = offset + left.length - left.trimStart().length;
  const keySpan = { start, end: start + rawKey.length - (isList ? 2 : 0) };
  if (equals === -1) return { key, keySpan, isList, value: { kind: "scalar", value: true, text: "true", span: keySpan, isReplaceable: false } };
  return { key, keySpan, isList, value: readValue(content, equals + 1, offset) };
}

function readValue(content: string, from: number, offset: number): ConfigScalar {
  const quoted = /^\s*(["'])(.*)\1\s*$/.exec(content.slice(from));
  const cut = quoted === null ? uncommented(content.slice(from)) : content.slice(from);
  const lead = cut.length - cut.trimStart().length;
  const text = cut.trim();
  const inset = quoted === null ? 0 : 1;
  const span = { start: offset + from + lead + inset, end: offset + from + lead + text.length - inset };
  const inner = text.slice(inset, text.length - inset);
  return { kind: "scalar", value: typed(inner), text: inner, span, isReplaceable: true };
}

/** Up to an unescaped `;` or `#`. */
function uncommented(text: string): string {
  const end = /(?<!\\)[;#]/.exec(text)?.index;
  return end === undefined ? text : text.slice(0, end);
}

function unquoted(key: string): string {
  return /^(["'])(.*)\1$/.exec(key)?.[2] ?? key;
}

function typed(text: string): string | boolean | null {
  return text === "true" ? true : text === "false" ? false : text === "null" ? null : text;
}

/** `key[]` adds to what stands before; else the last line holds. */
function withEarlier(earlier: ConfigEntry | undefined, { key, keySpan, isList, value }: Line): ConfigEntry {
  if (!isList) return { key, keySpan, value };
  const before = earlier === undefined ? [] : earlier.value.kind === "list" ? earlier.value.items : [earlier.value];
  return { key, keySpan: earlier?.keySpan ?? keySpan, value: { kind: "list", items: [...before, value], span: value.span } };
}
