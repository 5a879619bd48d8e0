/** The Problems panel, read row by row. */
import type { Locator, Page } from "playwright-core";
import type { Element } from "./dom.ts";
import { text, until } from "./wait.ts";

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
    last: row.getAttribute("data-last-element") === "true",
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

/** Reads the whole panel, which is open; scrolls through it where it is longer than its place. */
export async function readProblems(page: Page): Promise<readonly Problem[]> {
  let odd = "";
  // A row that is being drawn may lack a part: then the panel is read again.
  const read = async () => {
    const problems: (Problem & { related: string[] })[] = [];
    let file = "";
    for (const row of await readAllRows(page)) {
      if (row.level === 1) file = row.label;
      else if (row.level === 2) {
        const found = problem(file, row);
        if (found === null) {
          odd = row.all;
          return false;
        }
        problems.push(found);
      } else problems.at(-1)?.related.push(text(row.all).replace(/\s+/g, " "));
    }
    return problems;
  };
  return until("rows of the Problems panel with a severity and a place", read, { saw: () => odd });
}

/** Scrolls the panel, which is open, back to its first row. */
export async function showFirstProblem(page: Page): Promise<void> {
  const panel = page.locator(".markers-panel").first();
  await until("the first row of Problems", async () => {
    const first = await panel
      .locator('.monaco-list-rows > [data-index="0"]')
      .boundingBox({ timeout: 1000 })
      .catch(() => null);
    const list = await panel.locator(".monaco-list").first().boundingBox();
    if (first !== null && list !== null && first.y >= list.y) return true;
    await turnWheel(panel, page, -1);
    return false;
  });
  // Where the pointer rests, a row tells its whole message.
  await page.mouse.move(0, 0);
  await page.locator(".workbench-hover-container").waitFor({ state: "hidden" });
}

async function readAllRows(page: Page): Promise<readonly Row[]> {
  const panel = page.locator(".markers-panel").first();
  // Not those that stick to the top: they are copies.
  const list = panel.locator(".monaco-list-rows > .monaco-list-row");
  const rows = new Map<number, Row>();
  return until("the whole Problems panel", async () => {
    const shown = await list.evaluateAll(readRows);
    if (shown.length === 0) return (await panel.locator(".message-box-container").isVisible()) && [];
    for (const row of shown) rows.set(row.index, row);
    let count = 0;
    while (rows.has(count)) count++;
    const read = [...rows.values()].sort((a, b) => a.index - b.index);
    if (count === read.length && read.at(-1)?.last === true) return read;

    // By wheel: the keyboard would select rows, and show the place of each in the editor.
    const above = count < Math.min(...shown.map(({ index }) => index));
    await turnWheel(panel, page, above ? -1 : 0.5);
    return false;
  });
}

/** @param heights of the panel; negative: upwards */
async function turnWheel(panel: Locator, page: Page, heights: number): Promise<void> {
  const box = await panel.boundingBox();
  if (box === null) return;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.wheel(0, heights * box.height);
}

/** null: it has no severity or no place. */
function problem(file: string, row: Row): (Problem & { related: string[] }) | null {
  const place = /Ln (\d+), Col (\d+)/.exec(row.place);
  const severity = (["error", "warning", "info"] as const).find((name) => row.icon.split(" ").includes(name));
  if (place === null || severity === undefined) return null;
  const { source, code } = row;
  return {
    file,
    severity,
    message: text(row.message),
    source,
    code,
    line: Number(place[1]),
    column: Number(place[2]),
    related: [],
  };
}
