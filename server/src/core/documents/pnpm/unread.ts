import type { ConfigValue } from "../config/tree.ts";
import { readPnpmConfig } from "../config/yaml.ts";
import type { Problems } from "../problems.ts";
import type { Task } from "../../task.ts";
import type { Span } from "../../util/text.ts";
import type { BlockReader } from "./block.ts";
import { ANYTHING, isOfShape, shapeOfMember, type Shape } from "./shapes.ts";

/** Characters that are read exactly in one lockfile, each text once. What pnpm writes takes 10,000. */
const MOST_READ = 1_000_000;
/** How deep maps are entered; pnpm writes three levels. What is deeper is read exactly, which has a bound of its own. */
const DEEPEST_MAP = 8;

const REFUSED = "it has a value for which pnpm may ignore the whole file";

/**
 * Checks the values that lock nothing: for one that is no YAML, or is of another kind than pnpm takes there, it ignores
 * the whole file and installs by the ranges of the manifests. Nearly all are plain, and told at a glance; the others are
 * read exactly.
 */
export class UnreadValues {
  readonly #reader: BlockReader;
  readonly #problems: Problems;
  /** By their lines: what was read exactly. */
  readonly #exact = new Map<string, ConfigValue | null>();
  #left = MOST_READ;

  constructor(reader: BlockReader, problems: Problems) {
    this.#reader = reader;
    this.#problems = problems;
  }

  /** Checks the value of the entry that the reader took. */
  check(shape: Shape | undefined): void {
    const reader = this.#reader;
    const { keySpan } = reader;
    const level = this.#begin(shape ?? ANYTHING, keySpan, 0);
    if (level !== -1) this.#members(shape ?? ANYTHING, keySpan, level, 1);
  }

  /** Checks a value that a reader took, by the lines of its entry. */
  checkTaken(lines: string, keySpan: Span, isTaken: (value: ConfigValue) => boolean): void {
    const value = this.#read(lines, keySpan);
    if (value !== null && !isTaken(value)) this.refuse(keySpan);
  }

  /** As `check`, with pauses between the members of a map. */
  *checkInSlices(shape: Shape = ANYTHING): Task<void> {
    const reader = this.#reader;
    const { keySpan } = reader;
    const level = this.#begin(shape, keySpan, 0);
    if (level === -1) return;
    const lacking = new Set(shape.required);
    for (let step = reader.next(level); step !== "end"; step = reader.next(level)) {
      if (step === "pause") yield;
      else this.#member(shape, lacking, 1);
    }
    if (lacking.size > 0) this.refuse(keySpan);
  }

  /** Checks a value whole, but for the members of a map in a block: then the level of these, else -1. */
  #begin(shape: Shape, keySpan: Span, depth: number): number {
    const reader = this.#reader;
    const kind = reader.plainKind();
    if (kind === "block") {
      if (depth < DEEPEST_MAP) {
        if (!shape.kinds.includes("map")) this.refuse(keySpan);
        return reader.enter();
      }
    } else if (kind === "nothing") return -1;
    else if (kind !== null && (kind !== "text" || !shape.kinds.includes("count"))) {
      if (!shape.kinds.includes(kind)) this.refuse(keySpan);
      return -1;
    }
    const value = this.#read(reader.takeLines(), keySpan);
    if (value !== null && !isOfShape(value, shape)) this.refuse(keySpan);
    return -1;
  }

  #members(shape: Shape, keySpan: Span, level: number, depth: number): void {
    const lacking = new Set(shape.required);
    while (this.#reader.nextWithin(level)) this.#member(shape, lacking, depth);
    if (lacking.size > 0) this.refuse(keySpan);
  }

  #member(shape: Shape, lacking: Set<string>, depth: number): void {
    const { key, keySpan } = this.#reader;
    lacking.delete(key);
    const inner = shapeOfMember(shape, key);
    const level = this.#begin(inner, keySpan, depth);
    if (level !== -1) this.#members(inner, keySpan, level, depth + 1);
  }

  /** What the lines of an entry hold; null where there is a problem. */
  #read(lines: string, keySpan: Span): ConfigValue | null {
    const known = this.#exact.get(lines);
    if (known !== undefined) return known;
    this.#left -= lines.length;
    const { root, problems } = this.#left < 0 ? { root: null, problems: [] } : readPnpmConfig(lines);
    const [entry] = root?.entries.values() ?? [];
    const value = problems.length > 0 || entry === undefined ? null : entry.value;
    if (value === null) this.refuse(keySpan);
    this.#exact.set(lines, value);
    return value;
  }

  /** Reports a value that pnpm does not take. */
  refuse(span: Span): void {
    this.#problems.addOfFile("unsupported", REFUSED, span);
  }
}
