/** VS Code's page in a person's terms: files opened, commands run, hovers read, fixes chosen. */
import type { Locator, Page } from "playwright-core";
import type { Element } from "./dom.ts";
import { readProblems, showFirstProblem, type Problem } from "./problems.ts";
import { text, until } from "./wait.ts";

/** A window that shows lists whole: VS Code makes only the rows that are in view. */
export const TALL = { width: 1280, height: 3000 } as const;

export class Workbench {
  readonly page: Page;
  readonly #editor: Locator;

  constructor(page: Page) {
    this.page = page;
    this.#editor = page.locator(".editor-group-container.active .editor-instance .monaco-editor").first();
  }

  /** Waits until the folder is listed and the window takes commands. */
  async ready(): Promise<void> {
    await this.page.locator(".statusbar").waitFor();
    await this.page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
  }

  /** Opens a file by its path in the folder, from the quick open box. */
  async openFile(path: string): Promise<void> {
    const name = path.slice(path.lastIndexOf("/") + 1);
    await this.#quickInput("Control+p", path, (row) => row.startsWith(name));
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.#editor.locator(".view-line").first().waitFor();
  }

  /** Runs a command by its whole title, with its category, from the command palette. */
  async runCommand(title: string): Promise<void> {
    await this.#quickInput("F1", `>${title}`, (row) => row === title || row.startsWith(`${title},`));
  }

  async #quickInput(key: string, typed: string, wanted: (label: string) => boolean): Promise<void> {
    const { page } = this;
    const rows = page.locator(".quick-input-widget .quick-input-list .monaco-list-row");
    const find = async () => {
      const labels = await rows.evaluateAll((shown: Element[]) => shown.map((row) => row.getAttribute("aria-label")));
      const index = labels.findIndex((label) => label !== null && wanted(label));
      return index >= 0 && rows.nth(index);
    };
    // An extension's command is offered only once the extension is known: ask again until then.
    const row = await until(`"${typed}" to be offered`, async () => {
      await page.keyboard.press(key);
      await page.locator(".quick-input-widget input").first().fill(typed);
      const found = await until("an answer", find, { time: 2000 }).catch(() => undefined);
      if (found === undefined) await page.keyboard.press("Escape");
      return found;
    });
    await row.click();
    await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  /** The lines of the active editor that are in view. */
  async editorText(): Promise<string> {
    const lines = this.#editor.locator(".view-lines .view-line");
    const read = await lines.evaluateAll((shown: Element[]) =>
      shown.sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top)).map((line) => line.textContent),
    );
    return text(read.join("\n"));
  }

  /** Selects the first place of a text in the active editor, and brings it into view. */
  async select(searched: string): Promise<void> {
    const { page } = this;
    // Away from whatever opens a hover, which would take the Escape below.
    await page.mouse.move(0, 0);
    await page.keyboard.press("Control+1");
    await page.keyboard.press("Control+Home");
    const box = page.locator(".find-widget.visible");
    // A key that comes while the editor takes in new text or findings can be lost, as it can for a person.
    await until("the find box", async () => {
      await page.keyboard.press("Control+f");
      return box.waitFor({ timeout: 1000 }).then(
        () => true,
        () => false,
      );
    });
    await box.getByRole("textbox", { name: "Find", exact: true }).fill(searched);
    await box.locator(".matchesCount", { hasText: / of / }).waitFor();
    await page.keyboard.press("Enter");
    await until("the find box to close", async () => {
      await page.keyboard.press("Escape");
      return !(await box.isVisible());
    });
  }

  /** Replaces the first place of a text by typing over it. */
  async typeOver(old: string, replacement: string): Promise<void> {
    await this.select(old);
    await this.page.keyboard.type(replacement);
    await until(`"${replacement}" in the editor`, async () => (await this.editorText()).includes(replacement));
  }

  /** Saves the active editor. */
  async save(): Promise<void> {
    await this.page.keyboard.press("Control+s");
    await this.page.locator(".tab.active:not(.dirty)").waitFor();
  }

  /** Brings the first line that holds `line` into view. Such lines are ASCII, and one of a kind. */
  async #reveal(line: string): Promise<void> {
    await this.select(line);
    // The selection goes again, so as not to show in pictures.
    await this.page.keyboard.press("End");
  }

  /** Middle of `column` in that line, in CSS pixels, once the editor shows it; read anew whenever the editor may have moved it. */
  async #place(line: string, column: string): Promise<{ x: number; y: number }> {
    const found = this.#editor.locator(".view-lines .view-line > span", { hasText: line }).first();
    let seen = "";
    const look = async () => {
      // Text and box in one step: the editor may redraw between two.
      const shown = await found
        .evaluate((span: Element) => ({ text: span.textContent ?? "", box: span.getBoundingClientRect() }), undefined, {
          timeout: 2000,
        })
        .catch(() => null);
      const whole = text(shown?.text ?? "");
      seen = whole;
      const start = whole.indexOf(column, column === line ? 0 : Math.min(whole.indexOf(line), whole.indexOf(column)));
      if (shown === null || start < 0 || shown.box.width === 0) return undefined;
      const { x, y, width, height } = shown.box;
      return { x: x + (width * (start + column.length / 2)) / whole.length, y: y + height / 2 };
    };
    return until(`"${column}" in the line "${line}"`, look, { saw: () => `the line "${seen}"` });
  }

  /**
   * Points at a place, and reads the hover once it holds `expected`; the parts of a hover come one
   * after the other. It stays open.
   */
  async hoverText(line: string, column: string, expected: string): Promise<string> {
    await this.#reveal(line);
    const hover = this.page
      .locator(".monaco-resizable-hover .monaco-hover:not(.hidden), .monaco-editor .monaco-hover:not(.hidden)")
      .first();
    let seen = "no hover";
    const look = async () => {
      if (!(await hover.isVisible())) {
        const { x, y } = await this.#place(line, column);
        await this.page.mouse.move(x, y + 200);
        await this.page.mouse.move(x, y, { steps: 3 });
        await hover.waitFor({ timeout: 3000 }).catch(() => undefined);
      }
      // It may close between two steps.
      const read = text(await hover.innerText({ timeout: 1000 }).catch(() => ""));
      if (read !== "") seen = read;
      return read.includes(expected) ? read : undefined;
    };
    return until(`a hover with "${expected}"`, look, { saw: () => seen });
  }

  /** Opens the quick fixes at a place (Ctrl+.), and reads their titles once `wanted` is among them. The menu stays open. */
  async quickFixes(line: string, column: string, wanted: string): Promise<readonly string[]> {
    await this.#reveal(line);
    let seen = "no menu";
    const look = async () => {
      const titles = await this.#openQuickFixes(line, column);
      if (titles.length > 0) seen = titles.join("; ");
      if (titles.includes(wanted)) return titles;
      await this.page.keyboard.press("Escape");
      return undefined;
    };
    return until(`the quick fix "${wanted}"`, look, { saw: () => seen });
  }

  async #openQuickFixes(line: string, column: string): Promise<readonly string[]> {
    const { x, y } = await this.#place(line, column);
    await this.page.mouse.click(x, y);
    await this.page.keyboard.press("Control+.");
    const titles = this.page.locator(".action-widget .monaco-list-row.action .title");
    await titles
      .first()
      .waitFor({ timeout: 5000 })
      .catch(() => undefined);
    return (await titles.allInnerTexts()).map(text);
  }

  /** Chooses a quick fix by its whole title. */
  async quickFix(line: string, column: string, title: string): Promise<void> {
    const widget = this.page.locator(".action-widget");
    // The menu closes by itself when the editor takes in new findings: then it is opened again.
    await until(`the quick fix "${title}" to be chosen`, async () => {
      await this.quickFixes(line, column, title);
      const click = widget.getByText(title, { exact: true }).first().click({ timeout: 2000 });
      return click.then(
        () => true,
        () => false,
      );
    });
    await widget.first().waitFor({ state: "hidden" });
  }

  /** The extensions that are loaded, in a window that is TALL, and the time that VS Code says their code and their start took, ms. */
  async runningExtensions(): Promise<readonly { readonly name: string; readonly activation: number }[]> {
    await this.runCommand("Developer: Show Running Extensions");
    const rows = this.page.locator(".runtime-extensions-editor .monaco-list-row");
    await rows.first().waitFor();
    const found = rows.evaluateAll((shown: Element[]) =>
      shown.map((row) => ({
        name: row.querySelector(".name")?.textContent ?? "",
        activation: Number(/(\d+)/.exec(row.querySelector(".activation-time")?.textContent ?? "")?.[1]),
      })),
    );
    return found;
  }

  /** Opens the Problems panel, and reads it. */
  async problems(): Promise<readonly Problem[]> {
    await this.runCommand("Problems: Focus on Problems View");
    return readProblems(this.page);
  }

  /** Scrolls the Problems panel, which is open, back to its beginning. */
  topOfProblems(): Promise<void> {
    return showFirstProblem(this.page);
  }

  /** Shows or hides the panel that Problems is in. */
  async togglePanel(): Promise<void> {
    await this.page.keyboard.press("Control+j");
  }

  /** Texts of the notifications in view. */
  async notifications(): Promise<readonly string[]> {
    return (await this.page.locator(".notifications-toasts .notification-list-item-message").allInnerTexts()).map(text);
  }

  /** Presses a button of the notification that holds a text. */
  async answerNotification(holds: string, button: string): Promise<void> {
    const notification = this.page.locator(".notifications-toasts .notification-list-item", { hasText: holds });
    await notification.getByRole("button", { name: button, exact: true }).click();
  }

  /** Gives the folder the user's trust, in the page about that, which is open. */
  async giveTrust(): Promise<void> {
    const editor = this.page.locator(".workspace-trust-editor");
    await editor.getByRole("button", { name: "Trust", exact: true }).click();
    await this.page.locator(".workspace-trust-editor.trusted").waitFor();
    await this.page.keyboard.press("Control+F4");
  }

  /** Text of the dialog in the middle of the window, such as the question for trust. */
  async dialog(): Promise<string> {
    return text(await this.page.locator(".monaco-dialog-box").innerText());
  }

  /** Presses a button of that dialog. */
  async answerDialog(button: string): Promise<void> {
    const dialog = this.page.locator(".monaco-dialog-box");
    await dialog.getByRole("button", { name: button }).click();
    await dialog.waitFor({ state: "hidden" });
  }

  /** What a screen reader says of each item of the status bar. */
  async statusBar(): Promise<readonly string[]> {
    const items = this.page.locator(".statusbar-item:visible");
    const labels = await items.evaluateAll((shown: Element[]) => shown.map((item) => item.getAttribute("aria-label")));
    return labels.flatMap((label) => (label === null || label === "" ? [] : [label]));
  }

  /** Waits until the language status, which is the braces in the status bar, has an entry that begins so. */
  async languageStatus(start: string): Promise<void> {
    let seen: readonly string[] = [];
    const look = async () => {
      await this.page.locator("[id='status.languageStatus']").hover({ timeout: 2000 });
      const entries = this.page.locator(".hover-language-status .left");
      await entries.first().waitFor({ timeout: 2000 });
      seen = (await entries.allInnerTexts()).map(text);
      await this.page.mouse.move(0, 0);
      return seen.some((entry) => entry.startsWith(start));
    };
    await until(`the language status "${start}"`, () => look().catch(() => false), { saw: () => seen.join(" | ") });
  }

  /** What a person would see, as text: for the message of a test that does not find what it looks for. */
  async seen(): Promise<string> {
    const parts: readonly (readonly [title: string, selector: string])[] = [
      ["Tabs", ".tabs-container"],
      ["Problems", ".markers-panel"],
      ["Hover", ".monaco-resizable-hover"],
      ["Quick fixes", ".action-widget"],
      ["Command box", ".quick-input-widget"],
      ["Notifications", ".notifications-toasts"],
      ["Dialog", ".monaco-dialog-box"],
      ["Status bar", ".statusbar"],
    ];
    const texts = parts.map(async ([title, selector]) => {
      const found = await this.page
        .locator(selector)
        .filter({ visible: true })
        .allInnerTexts()
        .catch((error: unknown) => [String(error)]);
      return found.length === 0 ? [] : [`${title}: ${text(found.join("\n")).replace(/\s*\n\s*/g, " | ")}`];
    });
    const editor = await this.editorText().catch(String);
    return [...(await Promise.all(texts)).flat(), `Editor:\n${editor}`].join("\n");
  }

  /** Saves a picture of the window. */
  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path, animations: "disabled" });
  }
}
