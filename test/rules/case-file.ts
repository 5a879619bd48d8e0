/** A rule case as it stands in a Markdown file: what is given, and what is expected of it. */
import * as v from "valibot";
import type { Commit } from "../core/world/ports.ts";
import { readWorld } from "../core/world/schema.ts";
import type { WorldInput } from "../core/world/schema.ts";

export interface RuleCase {
  readonly title: string;
  readonly now: string;
  readonly asOf: boolean;
  /** As a client would give them. */
  readonly settings: unknown;
  readonly files: ReadonlyMap<string, string>;
  readonly commits: readonly Commit[];
  readonly world: WorldInput;
  /** Everything up to the expectations. */
  readonly given: string;
  /** Where hovers are asked for. Line and column count from 1. */
  readonly hovers: readonly HoverPlace[];
}

export interface HoverPlace {
  readonly heading: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

interface Block {
  readonly words: readonly string[];
  readonly content: string;
}

interface Reading {
  now: string | null;
  asOf: boolean;
  settings: unknown;
  readonly files: Map<string, string>;
  readonly commits: Commit[];
  world: WorldInput;
}

const EXPECTATIONS = "\n## Findings\n";
const HOVER = /^## Hover (\S+) (\d+):(\d+)$/gm;

/** @throws when the file is no case: a block that nothing reads, a world with a misspelt member, no expectations */
export function readCase(text: string): RuleCase {
  const end = text.indexOf(EXPECTATIONS);
  const given = end === -1 ? text : text.slice(0, end + 1);
  const title = /^# (.+)\n\n\S/.exec(given)?.[1];
  if (end === -1 || title === undefined) throw new Error('a case has a title, a sentence why, and "## Findings"');
  const reading: Reading = { now: null, asOf: false, settings: {}, files: new Map(), commits: [], world: {} };
  for (const block of blocks(given)) readBlock(block, reading);
  const { now, ...rest } = reading;
  if (now === null) throw new Error("a case has a moment");
  const hovers = [...text.matchAll(HOVER)].map(([heading, path = "", line, column]) => ({
    heading,
    path,
    line: Number(line),
    column: Number(column),
  }));
  return { title, now, given, hovers, ...rest };
}

/** `json world`, `json settings`, `moment [as-of]`, or `json PATH [crlf] [commit=TIME]`. */
function readBlock({ words: [kind, name, ...flags], content }: Block, into: Reading): void {
  if (kind === "moment") {
    into.now = v.parse(v.pipe(v.string(), v.isoTimestamp()), content.trim());
    into.asOf = name === "as-of";
  } else if (name === "settings") into.settings = JSON.parse(content);
  else if (name === "world") {
    into.world = JSON.parse(content) as WorldInput;
    readWorld(into.world);
  } else if (name !== undefined) {
    const text = flags.includes("crlf") ? content.replaceAll("\n", "\r\n") : content;
    const commit = flags.find((flag) => flag.startsWith("commit="));
    if (commit === undefined) into.files.set(name, text);
    else into.commits.push({ path: name, at: commit.slice("commit=".length), text });
  } else throw new Error(`a block that nothing reads: ${kind ?? ""}`);
}

function blocks(text: string): readonly Block[] {
  const found: Block[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const [, fence, info] = /^(`{3,})(.+)$/.exec(lines[at] ?? "") ?? [];
    if (fence === undefined || info === undefined) continue;
    const end = lines.indexOf(fence, at);
    if (end === -1) throw new Error(`line ${at + 1}: a block without an end`);
    found.push({
      words: info.trim().split(/\s+/),
      content: lines
        .slice(at + 1, end)
        .map((line) => `${line}\n`)
        .join(""),
    });
    at = end;
  }
  return found;
}
