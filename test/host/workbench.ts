import type { Page } from "playwright-core";
export class Workbench { constructor(readonly page: Page) {} async ready() { await this.page.locator(".monaco-workbench .statusbar").waitFor(); await this.page.locator(".explorer-folders-view .monaco-list-row").first().waitFor(); } }
