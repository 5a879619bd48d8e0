import type { Task } from "../../task.ts";
import { BerryLine } from "./berry-line.ts";
import { BerrySection } from "./berry-section.ts";
import { appearsTwice, SeenNames } from "../seen-names.ts";
import { Body, type Entry } from "./body.ts";
import { readByLine } from "./by-line.ts";
import { ODD_INDENT, valueOf } from "./line.ts";
import { Lines } from "./lines.ts";

const HASH = 35;
const COMMA = 44;
const COLON = 58;
const QUESTION = 63;

/** A third of the text, and none of it is needed. */
const CHECKSUM = "checksum: ";

/** What a top-level key opened. */
const enum Block {
  none,
  entry,
  metadata,
  /** A key that could not be read, which has been told: what belongs to it is left out. */
  passedOver,
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
export function readBerry(text: string): Task<Body> {
  return readByLine(new BerryReader(text));
}

class BerryReader {
  readonly body: Body;
  readonly lines: Lines;
  readonly #text: string;
  readonly #line: BerryLine;
  #block = Block.none;
  #entry: Entry | null = null;
  /** `? key` stood on the line before: its colon is to follow. */
  #awaitsColon = false;
  /** How far the fields of the block are indented; 0 before the first. */
  #fieldIndent = 0;
  #hasMetadata = false;
  readonly #section: BerrySection;
  readonly #fields = new SeenNames();

  constructor(text: string) {
    this.#text = text;
    this.body = new Body(text, "berry", (entry) => descriptorsOf(text, entry));
    this.lines = new Lines(text);
    this.#line = new BerryLine(text);
    this.#section = new BerrySection(this.#line, this.body);
  }

  readLine(): void {
    const reason = this.#read();
    if (reason === null) return;
    const { start, end, indent, offset, tooLong } = this.lines;
    const isCut = offset > this.#text.length && !tooLong;
    this.body.syntax(isCut ? `${reason}, where the file ends` : reason, start, end);
    if (indent === 0) this.#passOver();
  }

  finish(): void {
    if (this.#awaitsColon) this.body.syntax("the file ends inside a key", this.#text.length, this.#text.length);
    this.#closeBlock();
  }

  /** Why the line could not be read; null where it could. */
  #read(): string | null {
    const { start, end, indent, tooLong } = this.lines;
    if (tooLong) return "a line that is too long to be read";
    if (this.#text.charCodeAt(start) === HASH) return null;
    this.#line.enter(start, end);
    if (this.#awaitsColon) return this.#readLoneColon();
    if (indent === 0) return this.#readKey();
    if (this.#block === Block.passedOver) return null;
    if (this.#block === Block.none) return "an indented line that belongs to nothing";
    if (this.#fieldIndent === 0) this.#fieldIndent = indent;
    if (indent === this.#fieldIndent) return this.#readField();
    return indent < this.#fieldIndent ? ODD_INDENT : this.#section.read(indent);
  }

  #readKey(): string | null {
    this.#closeBlock();
    const line = this.#line;
    this.#awaitsColon = line.sign(QUESTION);
    const isRead = this.#awaitsColon ? line.scalar(false) : line.key();
    if (!isRead) return line.reason;
    if (!line.isOver) return "expected nothing behind the colon of a key";
    if (line.is("__metadata")) {
      this.#block = Block.metadata;
      // Of two the parser takes the last alone.
      if (this.#hasMetadata) this.body.syntax(appearsTwice("__metadata"), line.start, line.end);
      this.#hasMetadata = true;
      return null;
    }
    const { start, end } = line;
    let firstEnd = start;
    while (firstEnd < end && this.#text.charCodeAt(firstEnd) !== COMMA) firstEnd++;
    if (firstEnd === start) return "an empty key";
    this.#block = Block.entry;
    this.#entry = this.body.addEntry(start, firstEnd, start, end);
    return null;
  }

  #readLoneColon(): string | null {
    this.#awaitsColon = false;
    if (this.lines.indent === 0 && this.#line.sign(COLON) && this.#line.isOver) return null;
    this.#entry = null;
    this.body.entries.pop();
    this.#passOver();
    return "expected the colon of the key above";
  }

  #readField(): string | null {
    const line = this.#line;
    this.#section.close();
    if (line.isWordBehind(CHECKSUM)) {
      if (this.#entry !== null) this.body.checksumKeys.note(this.#text, line.offset + CHECKSUM.length, this.lines.end);
      return null;
    }
    if (!line.key()) return line.reason;
    const { value: name, start: nameStart, end: nameEnd } = line;
    if (name !== null && this.#fields.isRepeated(name)) this.body.syntax(appearsTwice(name), nameStart, nameEnd);
    if (name !== null) this.#noteMember(name, nameStart, nameEnd);
    if (line.isOver) {
      this.#section.open();
      return null;
    }
    const isVersion = line.is("version");
    const isResolution = !isVersion && line.is("resolution");
    if (line.emptyList()) return null;
    if (!line.last()) return line.reason;
    const { start, end } = line;
    if (name === "checksum" && this.#entry !== null) this.body.checksumKeys.note(this.#text, start, end);
    if (name === "cacheKey" && this.#entry === null) this.body.cacheKey = line.value;
    if (!isVersion && !isResolution) return null;
    if (isResolution) {
      if (this.#entry !== null) {
        this.#entry.resolved = line.value;
        this.#entry.resolvedStart = start;
      }
      return null;
    }
    const owner = this.#entry ?? this.body;
    owner.versionStart = start;
    owner.versionEnd = end;
    return null;
  }

  #noteMember(name: string, start: number, end: number): void {
    if (this.#entry !== null) this.body.noteMember(this.#entry, name, start, end);
    else this.body.noteMetadata(name, start, end);
  }

  #closeBlock(): void {
    this.#section.close();
    if (this.#entry !== null) this.#closeEntry(this.#entry);
    this.#entry = null;
    this.#block = Block.none;
    this.#awaitsColon = false;
    this.#fieldIndent = 0;
    this.#fields.clear();
  }

  #closeEntry(entry: Entry): void {
    entry.lastNeed = this.body.needs.length;
    this.#section.closeEntry(entry.firstNeed, entry.lastNeed);
    if (entry.versionStart === -1) this.body.syntax("an entry without a version", entry.firstStart, entry.firstEnd);
    else if (entry.resolved === null) {
      this.body.syntax("an entry without a resolution", entry.firstStart, entry.firstEnd);
      // A version that the file ends in may have lost its end.
      if (entry.versionEnd === this.#text.length) entry.versionStart = -1;
    }
  }

  /** Leaves out what belongs to the line. */
  #passOver(): void {
    this.#closeBlock();
    this.#block = Block.passedOver;
  }
}

/** `MULTIPLE_KEYS_REGEXP` of @yarnpkg/core's Project.ts, without the blanks: those are trimmed. */
const BETWEEN_DESCRIPTORS = ",";

/** The descriptors of a key that was read before. */
function descriptorsOf(text: string, { keyStart, keyEnd }: Entry): readonly string[] {
  const key = valueOf(text, keyStart, keyEnd) ?? "";
  if (!key.includes(BETWEEN_DESCRIPTORS)) return [key];
  return key.split(BETWEEN_DESCRIPTORS).flatMap((part) => part.trim() || []);
}
