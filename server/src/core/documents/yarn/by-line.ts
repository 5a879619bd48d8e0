import { STRIDE, type Task } from "../../task.ts";
import type { Body } from "./body.ts";
import type { Lines } from "./lines.ts";

/** A reader of one of Yarn's formats, which takes a line at a time. */
export interface LineReader {
  readonly lines: Lines;
  readonly body: Body;
  /** Reads the line that `lines` stands at, which is not empty. */
  readLine(): void;
  /** Reads a line of nothing but spaces. */
  readBlankLine?(): void;
  /** After the last line. */
  finish(): void;
}

/** Reads every line, in slices. */
export function* readByLine(reader: LineReader): Task<Body> {
  const { lines } = reader;
  let pause = lines.offset + STRIDE;
  while (lines.next()) {
    if (lines.start < lines.end || lines.tooLong) reader.readLine();
    else if (lines.indent > 0) reader.readBlankLine?.();
    if (lines.offset < pause) continue;
    yield;
    pause = lines.offset + STRIDE;
  }
  reader.finish();
  return reader.body;
}
