import type { Task } from "../../task.ts";
import { appearsTwice, SeenNames } from "../seen-names.ts";
import { Body, type Entry } from "./body.ts";
import { readByLine } from "./by-line.ts";
import { ClassicLine } from "./classic-line.ts";
import { ODD_INDENT } from "./line.ts";
import { Lines } from "./lines.ts";

const HASH = 35;
/** https://github.com/yarnpkg/yarn/blob/master/src/lockfile/parse.js, VERSION_REGEX */
const HEADER = /^#+ *yarn lockfile v(\d+)$/;
const LONGEST_HEADER = 100;
/** Yarn itself leaves the loop then, without an error: `parse` in the same file. */
const GAP = "a blank line or a comment within an entry, where Yarn may stop reading";
/** Yarn 2 and later then take the entries for their own, with members that Yarn 1 ignores. */
const OTHERS_METADATA = 'a key "__metadata", for which Yarn 2 and later read the file in another way than Yarn 1';
/** Spaces for each level. */
const INDENT = 2;

const enum Section {
  none,
  dependencies,
  optionalDependencies,
  /** Opened, and nothing that is looked into. */
  other,
}

/**
 * Reads the lockfile of Yarn 1, as its writer lays it out (`stringify` in @yarnpkg/lockfile, src/lockfile/stringify.js):
 *
 *     # yarn lockfile v1
 *
 *     "@scope/name@^1.0.0", "@scope/name@^1.2.0":   every range that asks for it, then a colon
 *       version "1.2.3"                             fields, two spaces in: a key and its value
 *       dependencies:                               or a key, a colon,
 *         other "^2.0.0"                            and dependencies, four spaces in
 *
 * Each line stands for itself: one that cannot be read is told and passed over, with what belongs to it.
 */
export function readClassic(text: string): Task<Body> {
  return readByLine(new ClassicReader(text));
}

class ClassicReader {
  readonly body: Body;
  readonly lines: Lines;
  readonly #text: string;
  readonly #line: ClassicLine;
  #entry: Entry | null = null;
  /** The line that the fields belong to could not be read, which has been told. */
  #isPassedOver = false;
  #section = Section.none;
  readonly #fields = new SeenNames();
  readonly #aliases = new SeenNames();
  /** Where the next line begins if it follows the last one of the entry without a gap. */
  #nextLine = 0;

  constructor(text: string) {
    this.#text = text;
    this.body = new Body(text, "classic", (entry) => descriptorsOf(text, entry));
    this.lines = new Lines(text);
    this.#line = new ClassicLine(text);
  }

  readLine(): void {
    const reason = this.#read();
    if (reason === null) return;
    const { start, end, indent, offset, tooLong } = this.lines;
    const isCut = offset > this.#text.length && !tooLong;
    this.body.syntax(isCut ? `${reason}, where the file ends` : reason, start, end);
    if (indent > 0) return;
    this.#closeEntry();
    this.#isPassedOver = true;
  }

  /** Why the line could not be read; null where it could. */
  #read(): string | null {
    const { start, end, indent, offset, tooLong, isFollowed } = this.lines;
    const isBehindGap = start - indent !== this.#nextLine;
    if (this.#text.charCodeAt(start) !== HASH) this.#nextLine = offset;
    if (tooLong) return "a line that is too long to be read";
    if (this.#text.charCodeAt(start) === HASH) {
      if (this.body.versionStart === -1) this.#readHeader();
      if (indent > 0) this.#notAsWritten();
      return indent % INDENT === 0 ? null : ODD_INDENT;
    }
    const line = this.#line;
    line.enter(start, end);
    const reason = this.#readContent(indent, isBehindGap);
    const isComment = line.offset < end;
    if (reason === null && !this.#isPassedOver && (!line.isAsWritten || isComment || isFollowed)) this.#notAsWritten();
    return reason;
  }

  /** A line of spaces ends an entry for Yarn; npm ignores the whole file for it. */
  readBlankLine(): void {
    this.#notAsWritten();
  }

  #notAsWritten(): void {
    const { start, end } = this.lines;
    this.body.unwritten ??= { start, end };
  }

  #readContent(indent: number, isBehindGap: boolean): string | null {
    const { start, end } = this.lines;
    if (indent === 0) return this.#readKey();
    if (this.#isPassedOver) return null;
    if (this.#entry === null) return "an indented line that belongs to nothing";
    if (isBehindGap) this.body.syntax(GAP, start, end);
    if (indent === INDENT) return this.#readField(this.#entry);
    return indent === 2 * INDENT && this.#section !== Section.none ? this.#readDependency() : ODD_INDENT;
  }

  finish(): void {
    this.#closeEntry();
  }

  #readHeader(): void {
    const { start, end } = this.lines;
    if (end - start > LONGEST_HEADER) return;
    const value = HEADER.exec(this.#text.slice(start, end))?.[1];
    if (value === undefined) return;
    this.body.versionStart = end - value.length;
    this.body.versionEnd = end;
  }

  #readKey(): string | null {
    this.#closeEntry();
    const line = this.#line;
    const keyStart = line.offset;
    let firstStart = -1;
    let firstEnd = -1;
    do {
      if (!line.key()) return line.reason;
      if (line.is("__metadata")) this.body.syntax(OTHERS_METADATA, line.start, line.end);
      if (firstStart === -1) {
        firstStart = line.start;
        firstEnd = line.end;
      }
    } while (line.comma());
    const keyEnd = line.offset;
    if (!line.colon()) return "expected a colon behind the key";
    if (!line.isOver) return "expected nothing behind the colon of a key";
    this.#fields.clear();
    this.#entry = this.body.addEntry(firstStart, firstEnd, keyStart, keyEnd);
    return null;
  }

  #readField(entry: Entry): string | null {
    const line = this.#line;
    this.#section = Section.none;
    if (!line.key()) return line.reason;
    if (line.isQuoted) line.isAsWritten = false;
    this.#note(this.#fields);
    const { value: name, start: nameStart, end: nameEnd } = line;
    const isVersion = line.is("version");
    const isText = isVersion || line.is("resolved") || line.is("integrity") || line.is("name") || line.is("uid");
    const field = isText ? line.value : "";
    const section = line.is("dependencies")
      ? Section.dependencies
      : line.is("optionalDependencies")
        ? Section.optionalDependencies
        : Section.other;
    const prebuiltAt = line.is("prebuiltVariants") ? { start: line.start, end: line.end } : null;
    const isSection = line.colon();
    if (name !== null && (isSection || !line.isOver)) this.body.noteMember(entry, name, nameStart, nameEnd);
    if (isSection) {
      if (prebuiltAt !== null) this.body.prebuilt.push({ entry, span: prebuiltAt });
      this.#section = section;
      this.#aliases.clear();
      if (isText) return "expected one value";
      return line.isOver ? null : "expected nothing behind the colon of a section";
    }
    if (!line.word()) return line.reason;
    const { start, end } = line;
    if (!line.isOver) return "expected one value";
    // Yarn takes a text for a map of its characters.
    if (section !== Section.other) return "expected a colon and dependencies";
    if (!isText) return null;
    const value = line.value;
    if (isVersion) {
      entry.versionStart = start;
      entry.versionEnd = end;
    } else if (field === "resolved") entry.resolved = value;
    else if (field === "integrity") entry.integrity = value;
    else if (field === "name") entry.name = value;
    else entry.uid = value;
    return null;
  }

  #readDependency(): string | null {
    const line = this.#line;
    if (!line.key()) return line.reason;
    this.#note(this.#aliases);
    const { start, end } = line;
    if (!line.word()) return line.reason;
    if (!line.isOver) return "expected one value";
    if (this.#section === Section.other) return null;
    const { needs } = this.body;
    if (this.#section === Section.optionalDependencies) needs.setOptional(needs.length);
    needs.add(start, end, line.start, line.end);
    return null;
  }

  /** Of two fields or dependencies of one name Yarn and npm take the last. */
  #note(names: SeenNames): void {
    const { value, start, end } = this.#line;
    if (value !== null && names.isRepeated(value)) this.body.syntax(appearsTwice(value), start, end);
  }

  #closeEntry(): void {
    if (this.#entry !== null) {
      this.#entry.lastNeed = this.body.needs.length;
      if (this.#entry.versionStart === -1)
        this.body.syntax("an entry without a version", this.#entry.firstStart, this.#entry.firstEnd);
    }
    this.#entry = null;
    this.#isPassedOver = false;
    this.#section = Section.none;
  }
}

/** The words of a key that was read before. */
function descriptorsOf(text: string, { keyStart, keyEnd }: Entry): readonly string[] {
  const line = new ClassicLine(text);
  line.enter(keyStart, keyEnd);
  const descriptors: string[] = [];
  do {
    if (line.word()) descriptors.push(line.value ?? "");
  } while (line.comma());
  return descriptors;
}
