/** The Problems panel, read row by row. */
import type { Page } from "playwright-core";
import type { Element } from "./dom.ts";
import { text } from "./wait.ts";

/** One row as a person reads it: line and column count from 1. */
export interface Problem {
  readonly file: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  readonly source: string;
  readonly code: string;
  readonly line: number;
  readonly column: number;
  /** Texts of the related places under it, when it is unfolded. */
  readonly related: readonly string[];
}

/** Fields of the rows on screen; the list holds no others. */
const readRows = (rows: Element[]) =>
  rows.map((row) => ({
    index: Number(row.getAttribute("data-index")),
    level: Number(row.getAttribute("aria-level")),
    label: row.querySelector(".label-name")?.textContent ?? "",
    icon: row.querySelector(".marker-icon")?.className ?? "",
    message: [...row.querySelectorAll(".marker-message")].map((line) => line.textContent ?? "").join("\n"),
    source: row.querySelector(".marker-source")?.textContent ?? "",
    code: row.querySelector(".marker-code")?.textContent ?? "",
    place: row.querySelector(".marker-line")?.textContent ?? "",
    all: row.innerText,
  }));

type Row = ReturnType<typeof readRows>[number];

/** Reads the whole panel, which is open and has the focus; pages through it where it is longer than its place. */
export async function readProblems(page: Page): Promise<readonly Problem[]> {
  const rows = new Map<number, Row>();
  const list = page.locator(".markers-panel .monaco-list-row");
  await page.keyboard.press("Home");
  for (let known = -1; known < rows.size; ) {
    known = rows.size;
    for (const row of await list.evaluateAll(readRows)) rows.set(row.index, row);
    await page.keyboard.press("PageDown");
  }
  const problems: (Problem & { related: string[] })[] = [];
  let file = "";
  for (const row of [...rows.values()].sort((a, b) => a.index - b.index)) {
    if (row.level === 1) file = row.label;
    else if (row.level === 2) problems.push(problem(file, row));
    else problems.at(-1)?.related.push(text(row.all));
  }
  return problems;
}

function problem(file: string, row: Row): Problem & { related: string[] } {
  const place = /Ln (\d+), Col (\d+)/.exec(row.place);
  const severity = (["error", "warning", "info"] as const).find((name) => row.icon.split(" ").includes(name));
  if (place === null || severity === undefined) throw new Error(`A row of the Problems panel that is not understood: ${row.all}`);
  const { source, code } = row;
  return { file, severity, message: text(row.message), source, code, line: Number(place[1]), column: Number(place[2]), related: [] };
}
