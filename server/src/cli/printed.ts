/** What the commands print. All text is made fit for a terminal and a CI log here: line ends and colours are our own. */
import { createColors } from "picocolors";
import { printable, printableLines, withoutCommands } from "../../../common/shown-text.ts";
import { asJson } from "../core/util/sanitize.ts";

declare const isPrinted: unique symbol;

/** Text that only the functions of this file make. */
export type Printed = string & { readonly [isPrinted]: true };

export type Style = "bold" | "dim" | "underline" | "red" | "yellow" | "green" | "cyan";

export interface Styled {
  readonly style: Style;
  readonly text: string;
}

/** A line, in parts that follow each other without a space. */
export type Row = readonly (string | Styled)[];

export function styled(style: Style, text: string): Styled {
  return { style, text };
}

/** One line for each row; nothing for none. */
export function printedRows(rows: readonly Row[], colors: boolean): Printed {
  const paint = createColors(colors);
  const piece = (part: string | Styled): string =>
    typeof part === "string" ? printable(part) : paint[part.style](printable(part.text));
  if (rows.length === 0) return "" as Printed;
  return `${rows.map((row) => withoutCommands(row.map(piece).join(""))).join("\n")}\n` as Printed;
}

export function printedJson(value: unknown): Printed {
  return `${asJson(value)}\n` as Printed;
}

/** A text of several lines, such as a help page. */
export function printedLines(text: string): Printed {
  return printableLines(text).split("\n").map(withoutCommands).join("\n") as Printed;
}

/** One line, whatever the text holds; with its end. */
export function printedLine(text: string): Printed {
  return `${withoutCommands(printable(text))}\n` as Printed;
}
