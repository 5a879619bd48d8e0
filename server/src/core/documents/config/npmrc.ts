import type { DocumentProblem } from "../../model.ts";
import type { Span } from "../../util/text.ts";
import { LARGEST_CONFIG, tooLarge } from "../limits.ts";
import { EMPTY_MAP, type ConfigEntry, type ConfigScalar, type ConfigTree, type ConfigValue } from "./tree.ts";

/**
 * Reads `.npmrc`: npm's ini, a setting a line. https://github.com/npm/ini/blob/main/lib/ini.js (`decode`)
 * - `key = value`; `key` alone is true. A key with `[]` starts a list or adds to one; so do later lines of that key.
 * - Lines that begin with `;` or `#` are comments. Outside of quotes, an unescaped `;` or `#` ends a key or a value.
 * - What is in quotes is JSON; single quotes around it are taken off first.
 * - What follows a `[section]` is no setting of npm's, and is left out.
 * Variables (`${NAME}`) are not filled in. Never throws. Where package managers stop or disagree, `problems` says so.
 */
export function readNpmrcConfig(text: string): ConfigTree {
  const problem = tooLarge(text, LARGEST_CONFIG);
  if (problem !== null) return { type: "config", root: EMPTY_MAP, problems: [problem] };
  const entries = new Map<string, Growing>();
  const problems: DocumentProblem[] = [];
  const odd = (message: string, start: number, end: number): void => {
    problems.push({ kind: "syntax", message, span: { start, end } });
  };
  let isInSection = false;
  for (const { 0: content, index } of text.matchAll(LINE)) {
    const end = index + content.length;
    const section = sectionIn(content);
    if (section !== null) {
      // Behind a byte order mark, which readers of files take off, npm takes this for a setting, and reads on.
      if (index === 0) odd("a section begins the file, which package managers read in different ways", index, end);
      // What follows goes into that setting, or takes its place, or makes npm stop.
      if (
        section
          .split(".", 1)
          .concat(section)
          .some((name) => entries.has(name))
      )
        odd("the section has the name of a setting", index, end);
      isInSection = true;
      continue;
    }
    const found = readLine(content, index);
    if (found === "odd") odd("package managers read this line in different ways", index, end);
    else if (found !== null && !isInSection) addLine(entries, found);
  }
  const read = new Map([...entries].map(([key, entry]) => [key, entryOf(entry)]));
  return { type: "config", root: { kind: "map", entries: read, span: { start: 0, end: text.length } }, problems };
}

const LINE = /[^\r\n]+/g;

/** The name of a section that begins with this line; null for any other line. */
function sectionIn(line: string): string | null {
  const name = /^\[([^\]]*)\]\s*$/.exec(line)?.[1];
  return name === undefined ? null : (plain(name.trim())?.text ?? name);
}

/** The offset of the first line that begins a section; null if no line does. */
export function firstSection(text: string): number | null {
  for (const { 0: content, index } of text.matchAll(LINE)) if (sectionIn(content) !== null) return index;
  return null;
}

interface Line {
  readonly key: string;
  readonly keySpan: Span;
  readonly isList: boolean;
  readonly value: ConfigScalar;
}

/** All lines of one key. */
interface Growing {
  readonly key: string;
  readonly keySpan: Span;
  readonly isList: boolean;
  /** At least one. */
  readonly values: [ConfigScalar, ...ConfigScalar[]];
}

/** null for a line that says nothing. */
function readLine(content: string, offset: number): Line | "odd" | null {
  const equals = content.indexOf("=");
  const left = equals === -1 ? content : content.slice(0, equals);
  // What trim takes off has the byte order mark among it.
  const rawKey = left.trim();
  if (rawKey === "" || rawKey.startsWith(";") || rawKey.startsWith("#")) return null;
  const written = plain(rawKey);
  const isNothing = written?.value === null;
  if (written === null || isNothing) return "odd";
  // A variable may be empty, and make the name of any setting. Names of registries and logins have a colon.
  if (written.text.includes("${") && !written.text.includes(":")) return "odd";
  const isList = written.text.length > 2 && written.text.endsWith("[]");
  const key = isList ? written.text.slice(0, -2) : written.text;
  if (key === "" || key === "__proto__") return null;
  const start = offset + left.length - left.trimStart().length;
  const keySpan = { start, end: start + rawKey.length - (rawKey.endsWith("[]") ? 2 : 0) };
  if (equals === -1)
    return {
      key,
      keySpan,
      isList,
      value: { kind: "scalar", value: true, text: "true", span: keySpan, isReplaceable: false },
    };
  // npm leaves such a line out, and others do not.
  if (/[\u2028\u2029]/.test(content)) return "odd";
  const value = readValue(content.slice(equals + 1), offset + equals + 1);
  return value === null ? "odd" : { key, keySpan, isList, value };
}

function readValue(right: string, offset: number): ConfigScalar | null {
  const raw = right.trim();
  const read = plain(raw);
  if (read === null) return null;
  const inset = isQuoted(raw) ? 1 : 0;
  const start = offset + right.length - right.trimStart().length + inset;
  const length = inset === 1 ? Math.max(0, raw.length - 2) : raw.slice(0, commentIn(raw)).trimEnd().length;
  const value =
    read.value === "true" ? true : read.value === "false" ? false : read.value === "null" ? null : read.value;
  return { kind: "scalar", value, text: read.text, span: { start, end: start + length }, isReplaceable: true };
}

interface Plain {
  readonly value: string | number | boolean | null;
  readonly text: string;
}

/** A key or value without its quotes, escapes and comment; null where the quotes hold a list or a map. */
function plain(raw: string): Plain | null {
  if (!isQuoted(raw)) {
    const text = raw
      .slice(0, commentIn(raw))
      .replace(/\\([\\;#])/g, "$1")
      .trim();
    return { value: text, text };
  }
  const inner = raw.startsWith("'") ? raw.slice(1, -1) : raw;
  const value = parsed(inner);
  if (value === undefined) return { value: inner, text: inner };
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null
    ? { value, text: String(value) }
    : null;
}

/** A single quote character is one too. */
function isQuoted(raw: string): boolean {
  return (raw.startsWith('"') && raw.endsWith('"')) || (raw.startsWith("'") && raw.endsWith("'"));
}

/** undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where the first unescaped `;` or `#` is; else the text's length. */
function commentIn(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === ";" || character === "#") return at;
    if (character === "\\") at++;
  }
  return text.length;
}

function addLine(entries: Map<string, Growing>, { key, keySpan, isList, value }: Line): void {
  const earlier = entries.get(key);
  if (earlier !== undefined && (isList || earlier.isList)) {
    earlier.values.push(value);
    if (!earlier.isList) entries.set(key, { ...earlier, isList: true });
  } else entries.set(key, { key, keySpan, isList, values: [value] });
}

function entryOf({ key, keySpan, isList, values }: Growing): ConfigEntry {
  const [first] = values;
  const span = values.at(-1)?.span ?? first.span;
  const value: ConfigValue = isList ? { kind: "list", items: values, span } : first;
  return { key, keySpan, value };
}
