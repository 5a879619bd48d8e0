import { STRIDE, type Work } from "../slices.ts";
import type { Span } from "../../text.ts";
import { BerryLine } from "./berry-line.ts";
import { Body, type Entry } from "./body.ts";
import { Lines } from "./lines.ts";

const HASH = 35;
const DASH = 45;
const COLON = 58;
const QUESTION = 63;
/** `MULTIPLE_KEYS_REGEXP` of Berry's Project.ts, without the blanks: those are trimmed. */
const BETWEEN_DESCRIPTORS = ",";

/** What a top-level key opened. */
const enum Block {
  none,
  entry,
  metadata,
  /** A key that could not be read, which has been told: what belongs to it is left out. */
  passedOver,
}

/** What a field without a value opened. */
const enum Section {
  none,
  dependencies,
  dependenciesMeta,
  other,
}

/**
 * Reads the lockfile of Yarn 2 and later, as its writer lays it out (`stringifySyml` in @yarnpkg/parsers, and
 * `generateLockfile` in @yarnpkg/core's Project.ts for the fields):
 *
 *     __metadata:
 *       version: 8
 *
 *     "@scope/name@npm:^1.0.0, @scope/name@npm:^1.2.0":    every descriptor that resolves to it, in one key
 *       version: 1.2.3
 *       resolution: "@scope/name@npm:1.2.3"                the locator
 *       dependencies:
 *         other: "npm:^2.0.0"                              without `npm:` before metadata version 7
 *       dependenciesMeta:
 *         other:
 *           optional: true
 *
 * A key over 1,024 characters is written as `? key` and, on the next line, `:`. Any depth of indentation that a YAML
 * parser would take is taken. Each line stands for itself: one that cannot be read is told and passed over, with what
 * belongs to it.
 */
export function* readBerry(text: string): Work<Body> {
  const reader = new BerryReader(text);
  const { lines } = reader;
  let pause = lines.offset + STRIDE;
  while (lines.next()) {
    if (lines.start < lines.end || lines.tooLong) reader.readLine();
    if (lines.offset < pause) continue;
    yield;
    pause = lines.offset + STRIDE;
  }
  reader.finish();
  return reader.body;
}

class BerryReader {
  readonly body = new Body();
  readonly lines: Lines;
  readonly #text: string;
  readonly #line: BerryLine;
  #block = Block.none;
  #entry: Entry | null = null;
  /** `? key` stood on the line before: its colon is to follow. */
  #awaitsColon = false;
  /** How far the fields of the block are indented, and the members of the section; 0 before the first. */
  #fieldIndent = 0;
  #memberIndent = 0;
  #section = Section.none;
  /** The member of `dependenciesMeta` that is open. */
  #meta: string | null = null;
  readonly #optional = new Set<string>();

  constructor(text: string) {
    this.#text = text;
    this.lines = new Lines(text);
    this.#line = new BerryLine(text);
  }

  readLine(): void {
    const { start, end, indent, tooLong } = this.lines;
    if (tooLong) return this.#passOver("a line that is too long to be read");
    if (this.#text.charCodeAt(start) === HASH) return;
    this.#line.enter(start, end);
    if (this.#awaitsColon) return this.#readLoneColon();
    if (indent === 0) return this.#readKey();
    if (this.#block === Block.passedOver) return;
    if (this.#block === Block.none) return this.#complain("an indented line that belongs to nothing");
    if (this.#fieldIndent === 0) this.#fieldIndent = indent;
    if (indent === this.#fieldIndent) return this.#readField();
    if (indent < this.#fieldIndent || this.#section === Section.none) return this.#complain("not indented as Yarn does");
    if (this.#memberIndent === 0) this.#memberIndent = indent;
    if (indent < this.#memberIndent) return this.#complain("not indented as Yarn does");
    this.#readMember(indent > this.#memberIndent);
  }

  finish(): void {
    if (this.#awaitsColon) this.body.syntax("the file ends inside a key", this.#text.length, this.#text.length);
    this.#closeBlock();
  }

  #readKey(): void {
    this.#closeBlock();
    const line = this.#line;
    this.#awaitsColon = line.sign(QUESTION);
    const isRead = this.#awaitsColon ? line.scalar(false) : line.key();
    if (!isRead) return this.#passOver(line.reason);
    const { start, end, value } = line;
    if (!line.isOver) return this.#passOver("expected nothing behind the colon of a key");
    if (value === null) return this.#passOver("a string with an escape that JSON does not have");
    if (value === "__metadata") {
      this.#block = Block.metadata;
      return;
    }
    const descriptors: string[] = [];
    for (const part of value.split(BETWEEN_DESCRIPTORS)) {
      const descriptor = part.trim();
      if (descriptor !== "") descriptors.push(descriptor);
    }
    if (descriptors.length === 0) return this.#passOver("an empty key");
    this.#block = Block.entry;
    this.#entry = this.body.addEntry(descriptors, value, { start, end });
  }

  #readLoneColon(): void {
    this.#awaitsColon = false;
    if (this.lines.indent !== 0 || !this.#line.sign(COLON) || !this.#line.isOver) this.#passOver("expected the colon of the key above");
  }

  #readField(): void {
    const line = this.#line;
    this.#closeSection();
    if (!line.key()) return this.#complain(line.reason);
    if (line.isOver) {
      const isNeeds = line.is("dependencies");
      this.#section = isNeeds ? Section.dependencies : line.is("dependenciesMeta") ? Section.dependenciesMeta : Section.other;
      return;
    }
    const isVersion = line.is("version");
    const isResolution = !isVersion && line.is("resolution");
    if (!line.last()) return this.#complain(line.reason);
    if (!isVersion && !isResolution) return;
    const { start, end, value } = line;
    if (value === null) return this.#complain("a string with an escape that JSON does not have");
    if (this.#entry === null) {
      if (isVersion) this.body.version = { value, span: { start, end } };
    } else if (isVersion) {
      this.#entry.version = { value, span: { start, end } };
    } else {
      this.#entry.resolution = value;
    }
  }

  #readMember(isDeeper: boolean): void {
    const line = this.#line;
    if (this.#section === Section.other && line.sign(DASH)) return;
    if (!line.key()) return this.#complain(line.reason);
    if (this.#section === Section.dependenciesMeta && !isDeeper) this.#meta = line.value;
    const isOptional = this.#section === Section.dependenciesMeta && isDeeper && line.is("optional");
    const alias = this.#section === Section.dependencies ? line.value : "";
    if (line.isOver) {
      if (this.#section === Section.dependencies) this.#complain("a dependency without a range");
      return;
    }
    if (!line.last()) return this.#complain(line.reason);
    if (isOptional && line.is("true") && this.#meta !== null) this.#optional.add(this.#meta);
    if (this.#section !== Section.dependencies) return;
    const range = line.value;
    if (isDeeper) return this.#complain("not indented as Yarn does");
    if (alias === null || range === null) return this.#complain("a string with an escape that JSON does not have");
    this.body.needs.add(alias, range, false);
  }

  #closeSection(): void {
    this.#section = Section.none;
    this.#memberIndent = 0;
    this.#meta = null;
  }

  #closeBlock(): void {
    this.#closeSection();
    if (this.#entry !== null) this.#closeEntry(this.#entry);
    this.#entry = null;
    this.#block = Block.none;
    this.#awaitsColon = false;
    this.#fieldIndent = 0;
  }

  #closeEntry(entry: Entry): void {
    const { needs, problems } = this.body;
    entry.lastNeed = needs.length;
    if (this.#optional.size > 0) {
      for (let at = entry.firstNeed; at < entry.lastNeed; at++) {
        if (this.#optional.has(needs.aliases[at] ?? "")) needs.optional[at] = true;
      }
      this.#optional.clear();
    }
    if (entry.version === null) problems.add("syntax", "an entry without a version", entry.keySpan);
    else if (entry.resolution === null) this.#tellUnresolved(entry, entry.version.span);
  }

  /** A version that the file ends in may have lost its end. */
  #tellUnresolved(entry: Entry, version: Span): void {
    this.body.problems.add("syntax", "an entry without a resolution", entry.keySpan);
    if (version.end === this.#text.length) entry.version = null;
  }

  /** Tells of a line, and leaves out what belongs to it. */
  #passOver(reason: string): void {
    this.#complain(reason);
    if (this.lines.indent > 0) return;
    this.#closeBlock();
    this.#block = Block.passedOver;
  }

  #complain(reason: string): void {
    const { start, end, offset, tooLong } = this.lines;
    const isCut = offset > this.#text.length && !tooLong;
    this.body.syntax(isCut ? `${reason}, where the file ends` : reason, start, Math.max(start, end));
  }
}
