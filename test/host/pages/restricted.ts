/** A folder that the person does not trust. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../wait.ts";
import type { PageTest } from "./page-test.ts";

const ASKED = '"axios": "^1.14.0"';

export const restricted: readonly PageTest[] = [
  {
    name: "in Restricted Mode Allow… says that trust is needed and writes nothing; once it is given, Allow… asks for the reason",
    moment: "after",
    options: { workspaceTrust: true },
    run: async (workbench, world) => {
      const { page } = workbench;
      const allow = "Allow axios 1.14.1 (compromised), with a reason…";
      const settings = join(world.project, ".vscode/settings.json");
      const input = page.locator(".quick-input-widget input").first();
      await until("the window to say that it is restricted", async () =>
        (await workbench.statusBar()).some((label) => label.includes("Restricted Mode")),
      );
      await workbench.openFile("package.json");
      const before = await readFile(settings, "utf8").catch(() => null);
      await workbench.quickFix(ASKED, "1.14.0", allow);
      const message = "In Restricted Mode the workspace's settings allow nothing. Trust this workspace first.";
      await until("what holds in Restricted Mode", async () => (await workbench.notifications()).includes(message));
      assert.equal(await input.isVisible(), false);
      assert.equal(await readFile(settings, "utf8").catch(() => null), before);

      await workbench.answerNotification(message, "Manage Workspace Trust");
      await workbench.giveTrust();
      await workbench.quickFix(ASKED, "1.14.0", allow);
      await input.waitFor();
      await input.fill("looked into it");
      await page.keyboard.press("Enter");
      await page.locator(".quick-input-list .monaco-list-row", { hasText: "For a week" }).click();
      await until("the entry in the workspace's settings", async () =>
        (await readFile(settings, "utf8").catch(() => "")).includes("looked into it"),
      );
    },
  },
];
