/** Text from registries, advisories and files, made fit to be shown. */

import { MARKED_COMMAND, printable, printableLines, UNSEEN } from "../../../../common/shown-text.ts";

/** One line without unseen characters, cut to `limit` characters. */
export function oneLine(text: string, limit = 200): string {
  const line = printable(text.slice(0, limit * 4))
    .replace(/ {2,}/g, " ")
    .trim();
  return line.length <= limit ? line : `${withoutHalf(line.slice(0, limit - 1)).trimEnd()}…`;
}

/** A cut may part a surrogate pair. */
function withoutHalf(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}

/** Several lines: unseen characters are made visible as spaces, line ends stay. */
export function lines(text: string, limit = 2000): string {
  return printableLines(text.length <= limit ? text : `${text.slice(0, limit - 1)}…`);
}

/**
 * Escapes every ASCII punctuation mark, which CommonMark allows (https://spec.commonmark.org/0.31.2/#backslash-escapes),
 * so that no text becomes a link, an image, HTML or any other markup; bare addresses are not linked either.
 */
export function asMarkdown(text: string, limit?: number): string {
  return oneLine(text, limit).replace(/[!-/:-@[-`{-~]/g, "\\$&");
}

/** A fenced code block that no content can close. */
export function asCodeBlock(text: string, language = ""): string {
  const content = lines(text);
  const longest = Math.max(0, ...(content.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${content}\n${fence}`;
}

/**
 * JSON for a terminal, a CI log and programs: unseen characters, and the sign that begins a command to a CI system, are
 * written as escapes, which are read back as they were. No line begins with `::`, as texts are in quotes.
 */
export function asJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replace(UNSEEN, (run) => (run === "\n" ? run : escaped(run)))
    .replace(MARKED_COMMAND, "\\u0023#");
}

function escaped(run: string): string {
  const units = Array.from({ length: run.length }, (_unit, at) => run.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
