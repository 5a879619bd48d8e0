import type { BerryLine } from "./berry-line.ts";
import { appearsTwice, SeenNames } from "../seen-names.ts";
import type { Body } from "./body.ts";
import { ODD_INDENT } from "./line.ts";

const DASH = 45;

const enum Kind {
  /** No section is open. */
  none,
  dependencies,
  dependenciesMeta,
  /** One that is not looked into: `peerDependencies`, `bin`. */
  other,
}

/** Reads what stands below a field of a Berry entry: members, or items of a list, and what is within a member. */
export class BerrySection {
  readonly #line: BerryLine;
  readonly #body: Body;
  #kind = Kind.none;
  /** How far the members are indented, and what is within one; 0 before the first. */
  #memberIndent = 0;
  #innerIndent = 0;
  #isMemberOpen = false;
  /** Whether the section holds items (`- …`); null before its first line. */
  #isList: boolean | null = null;
  /** The member of `dependenciesMeta` that is open. */
  #meta: string | null = null;
  /** Dependencies that the entry calls optional. */
  readonly #optional = new Set<string>();

  readonly #members = new SeenNames();

  constructor(line: BerryLine, body: Body) {
    this.#line = line;
    this.#body = body;
  }

  /** After the line's key was read. */
  open(): void {
    const line = this.#line;
    this.#kind = line.is("dependencies")
      ? Kind.dependencies
      : line.is("dependenciesMeta")
        ? Kind.dependenciesMeta
        : Kind.other;
  }

  /** Reads a line that is indented further than the section's name. Gives why it could not, or null. */
  read(indent: number): string | null {
    if (this.#kind === Kind.none) return ODD_INDENT;
    if (this.#memberIndent === 0) this.#memberIndent = indent;
    if (indent === this.#memberIndent) return this.#readMember();
    if (indent < this.#memberIndent || !this.#isMemberOpen) return ODD_INDENT;
    if (this.#innerIndent === 0) this.#innerIndent = indent;
    return indent === this.#innerIndent ? this.#readInner() : ODD_INDENT;
  }

  close(): void {
    if (this.#kind === Kind.none) return;
    this.#kind = Kind.none;
    this.#memberIndent = 0;
    this.#innerIndent = 0;
    this.#isMemberOpen = false;
    this.#isList = null;
    this.#members.clear();
    this.#meta = null;
  }

  /** Marks the entry's optional dependencies, from the first to before the last of its needs. */
  closeEntry(first: number, last: number): void {
    if (this.#optional.size === 0) return;
    for (let need = first; need < last; need++)
      if (this.#optional.has(this.#body.needs.alias(need))) this.#body.needs.setOptional(need);
    this.#optional.clear();
  }

  /** A line of a section: of `dependencies`, or of what is not looked into. */
  #readMember(): string | null {
    const line = this.#line;
    this.#isMemberOpen = false;
    this.#innerIndent = 0;
    const isItem = this.#kind === Kind.other && line.sign(DASH);
    this.#isList ??= isItem;
    if (isItem !== this.#isList) return "a list among members";
    if (isItem) return line.isOver || line.last() ? null : line.reason;
    if (!line.key()) return line.reason;
    const { value: name, start, end } = line;
    if (name !== null && this.#members.isRepeated(name)) this.#body.syntax(appearsTwice(name), start, end);
    if (this.#kind === Kind.dependencies) return this.#readDependency();
    this.#meta = this.#kind === Kind.dependenciesMeta ? line.value : null;
    this.#isMemberOpen = line.isOver;
    return line.isOver || line.last() ? null : line.reason;
  }

  /** A line within a member of a section: `optional: true` in `dependenciesMeta`. */
  #readInner(): string | null {
    const line = this.#line;
    if (!line.key()) return line.reason;
    const isOptional = line.is("optional");
    if (!line.last()) return line.reason;
    if (isOptional && this.#meta !== null && line.is("true")) this.#optional.add(this.#meta);
    return null;
  }

  /** Behind the alias of a dependency. */
  #readDependency(): string | null {
    const line = this.#line;
    const { start, end } = line;
    if (line.isOver) return "a dependency without a range";
    if (!line.last()) return line.reason;
    this.#body.needs.add(start, end, line.start, line.end);
    return null;
  }
}
