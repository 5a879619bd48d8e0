import { STRIDE, type Work } from "../slices.ts";
import { Body, type Entry } from "./body.ts";
import { ClassicLine } from "./classic-line.ts";
import { Lines } from "./lines.ts";

const HASH = 35;
const QUOTE = '"';
/** https://github.com/yarnpkg/yarn/blob/master/src/lockfile/parse.js, VERSION_REGEX */
const HEADER = /^#+ *yarn lockfile v(\d+)$/;
const LONGEST_HEADER = 100;

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
export function* readClassic(text: string): Work<Body> {
  const reader = new ClassicReader(text);
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

class ClassicReader {
  readonly body = new Body();
  readonly lines: Lines;
  readonly #text: string;
  readonly #line: ClassicLine;
  #entry: Entry | null = null;
  /** The line that the fields belong to could not be read, which has been told. */
  #isPassedOver = false;
  #section = Section.none;

  constructor(text: string) {
    this.#text = text;
    this.lines = new Lines(text);
    this.#line = new ClassicLine(text);
  }

  readLine(): void {
    const { start, end, indent, tooLong } = this.lines;
    if (tooLong) return this.#passOver("a line that is too long to be read");
    if (this.#text.charCodeAt(start) === HASH) {
      if (this.body.version === null) this.#readHeader();
      return;
    }
    this.#line.enter(start, end);
    if (indent === 0) this.#readKey();
    else if (this.#isPassedOver) return;
    else if (this.#entry === null) this.body.syntax("an indented line that belongs to nothing", start, end);
    else if (indent === 2) this.#readField(this.#entry);
    else if (indent === 4 && this.#section !== Section.none) this.#readDependency();
    else this.body.syntax("not indented as Yarn does", start, end);
  }

  finish(): void {
    this.#closeEntry();
  }

  #readHeader(): void {
    const { start, end } = this.lines;
    if (end - start > LONGEST_HEADER) return;
    const value = HEADER.exec(this.#text.slice(start, end))?.[1];
    if (value !== undefined) this.body.version = { value, span: { start: end - value.length, end } };
  }

  #readKey(): void {
    this.#closeEntry();
    const line = this.#line;
    const keyStart = line.offset;
    const descriptors: string[] = [];
    let keySpan = null;
    do {
      if (!line.word()) return this.#passOver(line.reason);
      const descriptor = line.value;
      if (descriptor === null) return this.#passOver("a string with an escape that JSON does not have");
      if (descriptor === "") return this.#passOver("an empty key");
      descriptors.push(descriptor);
      keySpan ??= { start: line.start, end: line.end };
    } while (line.comma());
    const keyEnd = line.offset;
    if (!line.colon()) return this.#passOver("expected a colon behind the key");
    if (!line.isOver) return this.#passOver("expected nothing behind the colon of a key");
    const written = this.#text.slice(keyStart, keyEnd);
    this.#entry = this.body.addEntry(descriptors, written.includes(QUOTE) ? descriptors.join(", ") : written, keySpan);
  }

  #readField(entry: Entry): void {
    const line = this.#line;
    this.#section = Section.none;
    if (!line.word()) return this.#complain(line.reason);
    const isVersion = line.is("version");
    const isText = isVersion || line.is("resolved") || line.is("integrity") || line.is("name");
    const field = isText ? line.value : "";
    const section = line.is("dependencies") ? Section.dependencies : line.is("optionalDependencies") ? Section.optionalDependencies : Section.other;
    if (line.colon()) {
      this.#section = section;
      if (!line.isOver) this.#complain("expected nothing behind the colon of a section");
      return;
    }
    if (!line.word()) return this.#complain(line.reason);
    const { start, end } = line;
    if (!line.isOver) return this.#complain("expected one value");
    if (!isText) return;
    const value = line.value;
    if (value === null) return this.#complain("a string with an escape that JSON does not have");
    if (isVersion) entry.version = { value, span: { start, end } };
    else if (field === "resolved") entry.resolved = value;
    else if (field === "integrity") entry.integrity = value;
    else entry.name = value;
  }

  #readDependency(): void {
    const line = this.#line;
    if (!line.word()) return this.#complain(line.reason);
    const alias = line.value;
    if (!line.word()) return this.#complain(line.reason);
    const range = line.value;
    if (!line.isOver) return this.#complain("expected one value");
    if (alias === null || range === null) return this.#complain("a string with an escape that JSON does not have");
    if (this.#section === Section.other) return;
    this.body.needs.add(alias, range, this.#section === Section.optionalDependencies);
  }

  #closeEntry(): void {
    if (this.#entry !== null) {
      this.#entry.lastNeed = this.body.needs.length;
      if (this.#entry.version === null) this.body.problems.add("syntax", "an entry without a version", this.#entry.keySpan);
    }
    this.#entry = null;
    this.#isPassedOver = false;
    this.#section = Section.none;
  }

  /** Tells of a line, and leaves out what belongs to it. */
  #passOver(reason: string): void {
    this.#complain(reason);
    if (this.lines.indent === 0) {
      this.#closeEntry();
      this.#isPassedOver = true;
    }
  }

  #complain(reason: string): void {
    const { start, end, offset } = this.lines;
    const isCut = offset > this.#text.length && reason !== "a line that is too long to be read";
    this.body.syntax(isCut ? `${reason}, where the file ends` : reason, start, Math.max(start, end));
  }
}
