import type { Span } from "../../util/text.ts";
import { LARGEST_CONFIG, tooLarge } from "../limits.ts";
import { EMPTY_MAP, type ConfigEntry, type ConfigTree } from "./tree.ts";

const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
const LINE = new RegExp(String.raw`^(${QUOTED}|[^\s:"#]+)([ \t]*:[ \t]*|[ \t]+)(${QUOTED}|[^\s"#]+)[ \t]*$`);

/**
 * Reads Yarn 1's `.yarnrc`. It has the syntax of the lockfile, of which settings take the simplest form: a key, a space
 * or a colon, a value, both quoted where they hold special characters. Other lines are ignored. Variables are not filled
 * in. Never throws. https://classic.yarnpkg.com/lang/en/docs/yarnrc/
 */
export function readYarnrcClassicConfig(text: string): ConfigTree {
  const problem = tooLarge(text, LARGEST_CONFIG);
  if (problem !== null) return { type: "config", root: EMPTY_MAP, problems: [problem] };
  const entries = new Map<string, ConfigEntry>();
  for (const { 0: content, index } of text.matchAll(/[^\r\n]+/g)) {
    const [, key, between, value] = LINE.exec(content) ?? [];
    if (key === undefined || between === undefined || value === undefined) continue;
    const valueStart = index + key.length + between.length;
    const plain = unquoted(value);
    entries.set(unquoted(key), {
      key: unquoted(key),
      keySpan: insideQuotes(key, index),
      value: {
        kind: "scalar",
        value: plain === "true" ? true : plain === "false" ? false : plain,
        text: plain,
        span: insideQuotes(value, valueStart),
        isReplaceable: false,
      },
    });
  }
  return { type: "config", root: { kind: "map", entries, span: { start: 0, end: text.length } }, problems: [] };
}

function insideQuotes(written: string, start: number): Span {
  const edge = written.startsWith('"') ? 1 : 0;
  return { start: start + edge, end: start + written.length - edge };
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}
