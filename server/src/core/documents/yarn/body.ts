import type { Span } from "../../util/text.ts";
import { Problems } from "../problems.ts";
import { ChecksumKeys } from "./checksums.ts";
import { nameEnd } from "./descriptor.ts";
import { valueOf } from "./line.ts";
import { BERRY_MEMBERS, BERRY_METADATA, CLASSIC_MEMBERS, UnwrittenMembers } from "./members.ts";

/** One block of a lockfile, as offsets into its text. Values stand there without their quotes. */
export interface Entry {
  /** The first descriptor of the key. */
  readonly firstStart: number;
  readonly firstEnd: number;
  /** The whole key; in classic with the quotes of each descriptor. */
  readonly keyStart: number;
  readonly keyEnd: number;
  /** -1 where there is no version. */
  versionStart: number;
  versionEnd: number;
  /** Classic: `resolved`. Berry: `resolution`, the locator that the descriptors resolve to. */
  resolved: string | null;
  /** Berry: the offset of `resolution` in the text. */
  resolvedStart: number;
  /** Classic. */
  integrity: string | null;
  /** Classic: `name`, which Yarn writes where the key does not tell it. */
  name: string | null;
  /** Classic: `uid`, which Yarn writes where the version does not tell one release from another, as of git. */
  uid: string | null;
  /** Its dependencies: from the first to before the last index in `Needs`. */
  readonly firstNeed: number;
  lastNeed: number;
}

/** A classic key with escapes, or not laid out as Yarn does: `a@1, "b@2"`. */
const NOT_PLAIN = /\\| {2}| ,|,[^ ]| $/;

/** What all entries depend on, one after another, as offsets into the text: an alias and a range each. */
export class Needs {
  readonly #text: string;
  readonly #aliasStarts: number[] = [];
  readonly #aliasEnds: number[] = [];
  readonly #rangeStarts: number[] = [];
  readonly #rangeEnds: number[] = [];
  readonly #optional = new Set<number>();

  constructor(text: string) {
    this.#text = text;
  }

  get length(): number {
    return this.#aliasStarts.length;
  }

  add(aliasStart: number, aliasEnd: number, rangeStart: number, rangeEnd: number): void {
    this.#aliasStarts.push(aliasStart);
    this.#aliasEnds.push(aliasEnd);
    this.#rangeStarts.push(rangeStart);
    this.#rangeEnds.push(rangeEnd);
  }

  setOptional(need: number): void {
    this.#optional.add(need);
  }

  isOptional(need: number): boolean {
    return this.#optional.has(need);
  }

  alias(need: number): string {
    return valueOf(this.#text, this.#aliasStarts[need] ?? 0, this.#aliasEnds[need] ?? 0) ?? "";
  }

  /** The first character of the alias, as written. */
  firstCode(need: number): number {
    return this.#text.charCodeAt(this.#aliasStarts[need] ?? 0);
  }

  /** Of the range, as written and without quotes. */
  rangeSpan(need: number): Span {
    return { start: this.#rangeStarts[need] ?? 0, end: this.#rangeEnds[need] ?? 0 };
  }

  range(need: number): string {
    return valueOf(this.#text, this.#rangeStarts[need] ?? 0, this.#rangeEnds[need] ?? 0) ?? "";
  }
}

export type Flavour = "classic" | "berry";

/** What a lockfile was read into, of either format. */
export class Body {
  readonly text: string;
  readonly flavour: Flavour;
  /** The version that the file states, as offsets; -1 where it states none. */
  versionStart = -1;
  versionEnd = -1;
  readonly entries: Entry[] = [];
  /** Classic: entries with `prebuiltVariants`, and the place of that word. */
  readonly prebuilt: { readonly entry: Entry; readonly span: Span }[] = [];
  /** Classic: the first line that is not as Yarn writes it, and that Yarn reads all the same. */
  unwritten: Span | null = null;
  readonly unwrittenMembers: UnwrittenMembers;
  /** Berry: members of `__metadata` that Yarn does not write. */
  readonly unwrittenMetadata = new UnwrittenMembers(BERRY_METADATA);
  /** Berry: `cacheKey` of `__metadata`. */
  cacheKey: string | null = null;
  /** Berry. */
  readonly checksumKeys = new ChecksumKeys();
  readonly needs: Needs;
  readonly problems = new Problems();
  readonly #descriptorsOf: (entry: Entry) => readonly string[];

  /** @param descriptorsOf the format's own way to take a key that was read before apart */
  constructor(text: string, flavour: Flavour, descriptorsOf: (entry: Entry) => readonly string[]) {
    this.text = text;
    this.flavour = flavour;
    this.unwrittenMembers = new UnwrittenMembers(flavour === "classic" ? CLASSIC_MEMBERS : BERRY_MEMBERS);
    this.needs = new Needs(text);
    this.#descriptorsOf = descriptorsOf;
  }

  get version(): string | null {
    return this.versionStart === -1 ? null : this.text.slice(this.versionStart, this.versionEnd);
  }

  /** Every descriptor of an entry's key (`name@range`), in order. At least one. */
  descriptorsOf(entry: Entry): readonly string[] {
    return this.#descriptorsOf(entry);
  }

  /** The first descriptor of an entry's key. */
  firstOf(entry: Entry): string {
    const written = this.text.slice(entry.firstStart, entry.firstEnd);
    return written.includes("\\") ? (this.descriptorsOf(entry)[0] ?? "") : written;
  }

  /** The name that the entry's package is installed under: that of the first descriptor. */
  aliasOf(entry: Entry): string {
    const { text } = this;
    const at = text.indexOf("@", entry.firstStart + 1);
    const written = text.slice(entry.firstStart, at === -1 || at > entry.firstEnd ? entry.firstEnd : at);
    if (!written.includes("\\")) return written;
    const first = this.firstOf(entry);
    return first.slice(0, nameEnd(first));
  }

  /** An entry's key without quotes, as one text. */
  keyOf(entry: Entry): string {
    if (this.flavour === "berry") return valueOf(this.text, entry.keyStart, entry.keyEnd) ?? "";
    const written = this.text.slice(entry.keyStart, entry.keyEnd);
    return NOT_PLAIN.test(written) ? this.descriptorsOf(entry).join(", ") : written.replaceAll('"', "");
  }

  versionOf({ versionStart, versionEnd }: Entry): string {
    return valueOf(this.text, versionStart, versionEnd) ?? "";
  }

  addEntry(firstStart: number, firstEnd: number, keyStart: number, keyEnd: number): Entry {
    const at = this.needs.length;
    const entry: Entry = {
      firstStart,
      firstEnd,
      keyStart,
      keyEnd,
      versionStart: -1,
      versionEnd: -1,
      resolved: null,
      resolvedStart: -1,
      integrity: null,
      name: null,
      uid: null,
      firstNeed: at,
      lastNeed: at,
    };
    this.entries.push(entry);
    return entry;
  }

  /** Notes a member of an entry by its name. */
  noteMember(entry: Entry, name: string, start: number, end: number): void {
    this.unwrittenMembers.note(name, { start, end }, () => this.firstOf(entry));
  }

  /** Notes a member of `__metadata` by its name. */
  noteMetadata(name: string, start: number, end: number): void {
    this.unwrittenMetadata.note(name, { start, end }, () => "__metadata");
  }

  syntax(message: string, start: number, end: number): void {
    this.problems.add("syntax", message, { start, end });
  }
}
