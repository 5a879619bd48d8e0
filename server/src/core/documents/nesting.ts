/**
 * How deep texts nest, told before their parsers are asked, which call themselves for each level: where the stack ends in
 * the middle of a regular expression, V8 ends the whole process.
 */
import { Lexer } from "yaml";
import { DEEPEST } from "./limits.ts";

/** Nested blocks of YAML each begin further to the right: nobody writes one in a later column. */
const LAST_COLUMN = 256;

/** The offset from which on YAML nests deeper than is read; null where it does not. */
export function tooDeepInYaml(text: string): number | null {
  let offset = 0;
  let lineStart = 0;
  let depth = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth = Math.max(0, depth - 1);
    else if (token === FLOW_END) depth = 0;
    const isIndentation = offset === lineStart && /^[ \t]+$/.test(token);
    const column = offset - lineStart + (isIndentation ? token.length : 0);
    const beginsBlock = isIndentation || token === "-" || token === "?";
    if (depth > DEEPEST || (beginsBlock && column > LAST_COLUMN)) return offset;
    if (MARKS.has(token)) continue;
    offset += token.length;
    const lineEnd = token.lastIndexOf("\n");
    if (lineEnd !== -1) lineStart = offset - (token.length - lineEnd - 1);
  }
  return null;
}

/** Tokens that take no text: where a document and a scalar begin, and where brackets are not closed. https://eemeli.org/yaml/#lexer */
const FLOW_END = "\u0018";
const MARKS: ReadonlySet<string> = new Set(["\u0002", FLOW_END, "\u001f"]);

/** The offset from which on values of TOML nest deeper than is read; null where they do not. */
export function tooDeepInToml(text: string): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const mark = text.charAt(at);
    if (mark === "#") at = endOr(text, text.indexOf("\n", at));
    else if (mark === '"' || mark === "'") at = stringEnd(text, at, mark);
    else if (mark === "]" || mark === "}") depth = Math.max(0, depth - 1);
    else if ((mark === "[" || mark === "{") && ++depth > DEEPEST) return at;
  }
  return null;
}

/** Where the last character of a string of TOML is; the end of the text for one that is not closed. */
function stringEnd(text: string, start: number, quote: string): number {
  const isLong = text.startsWith(quote.repeat(3), start);
  const closing = isLong ? quote.repeat(3) : quote;
  for (let at = start + closing.length; at < text.length; at++) {
    const mark = text.charAt(at);
    if (mark === "\\" && quote === '"') at++;
    else if (text.startsWith(closing, at)) return at + closing.length - 1;
  }
  return text.length;
}

function endOr(text: string, at: number): number {
  return at === -1 ? text.length : at;
}
