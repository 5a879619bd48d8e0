import type { Span } from "../../text.ts";
import { Problems } from "../npm/problems.ts";

/** A value and where it stands, without its quotes. */
export interface Written {
  readonly value: string;
  readonly span: Span;
}

/** One block of a lockfile, as written. */
export interface Entry {
  /** Every descriptor of its key (`name@range`), in order, without quotes. At least one. */
  readonly descriptors: readonly string[];
  /** The key, without quotes. */
  readonly key: string;
  /** The first descriptor, without its quotes. */
  readonly keySpan: Span;
  version: Written | null;
  /** Classic: `resolved`. */
  resolved: string | null;
  /** Berry: `resolution`, the locator that the descriptors resolve to. */
  resolution: string | null;
  /** Classic: `integrity`. */
  integrity: string | null;
  /** Classic: `name`, which Yarn writes where the key does not tell it. */
  name: string | null;
  /** Its dependencies: from the first to before the last index in `Needs`. */
  readonly firstNeed: number;
  lastNeed: number;
}

/** What all entries depend on, one after another: `aliases[i]` in `ranges[i]`. */
export class Needs {
  readonly aliases: string[] = [];
  readonly ranges: string[] = [];
  /** Bit 0 of each: optional. */
  readonly optional: boolean[] = [];

  get length(): number {
    return this.aliases.length;
  }

  add(alias: string, range: string, optional: boolean): void {
    this.aliases.push(alias);
    this.ranges.push(range);
    this.optional.push(optional);
  }
}

/** What a lockfile was read into, of either format. */
export class Body {
  /** As the file states it; null where it does not. */
  version: Written | null = null;
  readonly entries: Entry[] = [];
  readonly needs = new Needs();
  readonly problems = new Problems();

  addEntry(descriptors: readonly string[], key: string, keySpan: Span): Entry {
    const at = this.needs.length;
    const entry: Entry = {
      descriptors,
      key,
      keySpan,
      version: null,
      resolved: null,
      resolution: null,
      integrity: null,
      name: null,
      firstNeed: at,
      lastNeed: at,
    };
    this.entries.push(entry);
    return entry;
  }

  syntax(message: string, start: number, end: number): void {
    this.problems.add("syntax", message, { start, end });
  }
}
