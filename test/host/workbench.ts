/** VS Code's page in a person's terms: files opened, commands run, hovers read, fixes chosen. */
import type { Locator, Page } from "playwright-core";
import type { Element } from "./dom.ts";
import { readProblems, showFirstProblem, type Problem } from "./problems.ts";
import { text, until } from "./wait.ts";

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
      const found = await until("an answer", find, 2000).catch(() => undefined);
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
    return until(`"${column}" in the line "${line}"`, look).catch(async (error: unknown) => {
      throw new Error(`${String(error)} The line last read: "${seen}". The editor shows:\n${await this.editorText()}`);
    });
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
    return until(`a hover with "${expected}"`, async () => {
      if (!(await hover.isVisible())) {
        const { x, y } = await this.#place(line, column);
        await this.page.mouse.move(x, y + 200);
        await this.page.mouse.move(x, y, { steps: 3 });
        await hover.waitFor({ timeout: 3000 }).catch(() => undefined);
      }
      const read = (await hover.isVisible()) ? text(await hover.innerText()) : "";
      return read.includes(expected) ? read : undefined;
    });
  }

  /** Opens the quick fixes at a place (Ctrl+.), and reads their titles. The menu stays open. */
  async quickFixes(line: string, column: string): Promise<readonly string[]> {
    await this.#reveal(line);
    const titles = this.page.locator(".action-widget .monaco-list-row.action .title");
    return until(`a quick fix at "${column}"`, async () => {
      const { x, y } = await this.#place(line, column);
      await this.page.mouse.click(x, y);
      await this.page.keyboard.press("Control+.");
      await titles
        .first()
        .waitFor({ timeout: 2000 })
        .catch(() => undefined);
      const read = (await titles.allInnerTexts()).map(text);
      return read.length > 0 && read;
    });
  }

  /** Chooses a quick fix by its whole title. */
  async quickFix(line: string, column: string, title: string): Promise<void> {
    const offered = await this.quickFixes(line, column);
    if (!offered.includes(title)) throw new Error(`No quick fix "${title}" among: ${offered.join("; ")}`);
    const widget = this.page.locator(".action-widget");
    await widget.getByText(title, { exact: true }).first().click();
    await widget.first().waitFor({ state: "hidden" });
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

  /** Gives an opened folder the user's trust, where it has none yet. */
  async trustFolder(): Promise<void> {
    await this.runCommand("Workspaces: Manage Workspace Trust");
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

  /** The entries of the language status, which is the braces in the status bar. */
  async languageStatus(): Promise<readonly string[]> {
    await this.page.locator("[id='status.languageStatus']").hover();
    const entries = this.page.locator(".hover-language-status .left");
    await entries.first().waitFor();
    const read = (await entries.allInnerTexts()).map(text);
    await this.page.mouse.move(0, 0);
    return read;
  }

  /** Saves a picture of the window. */
  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path, animations: "disabled" });
  }
}
