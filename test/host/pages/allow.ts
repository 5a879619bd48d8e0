/** A fresh release that the person means to have. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Element } from "../dom.ts";
import { until } from "../wait.ts";
import { FRESH } from "../world.ts";
import type { PageTest } from "./page-test.ts";

export const allow: readonly PageTest[] = [
  {
    name: "a fresh release that is typed in is underlined, its hover makes nothing of foreign text, and it can be allowed with a reason",
    moment: "after",
    run: async (workbench, world) => {
      const { page } = workbench;
      await workbench.openFile("package.json");
      await workbench.typeOver("dotenv", FRESH.name);
      await workbench.typeOver("^17.3.1", FRESH.version);
      await until("both findings", async () => {
        const codes = (await workbench.problems())
          .filter(({ message }) => message.startsWith(FRESH.name))
          .map(({ code }) => code);
        return codes.includes("fresh-release") && codes.includes("new-install-script");
      });
      const hover = await workbench.hoverText(`"${FRESH.name}": "${FRESH.version}"`, FRESH.version, "Install scripts");
      assert.ok(hover.includes(FRESH.script), hover);
      const links = await page
        .locator(".monaco-hover a")
        .evaluateAll((found: Element[]) =>
          found.map((link) => link.getAttribute("data-href") ?? link.getAttribute("href") ?? ""),
        );
      assert.deepEqual(
        links.filter((link) => link.includes("evil") || link.startsWith("command:workbench")),
        [],
      );
      assert.equal(await page.locator(".monaco-hover img[src='x']").count(), 0);
      await page.keyboard.press("Escape");

      await workbench.quickFix(
        `"${FRESH.name}": "${FRESH.version}"`,
        FRESH.version,
        `Allow ${FRESH.name} ${FRESH.version} (fresh-release), with a reason…`,
      );
      const input = page.locator(".quick-input-widget input").first();
      await input.waitFor();
      await input.fill("read what it does");
      await page.keyboard.press("Enter");
      await page.locator(".quick-input-list .monaco-list-row", { hasText: "For a month" }).click();
      await until("the entry in the workspace's settings", async () =>
        (await readFile(join(world.project, ".vscode/settings.json"), "utf8").catch(() => "")).includes(
          "read what it does",
        ),
      );
      await until("that finding to go, and the other to stay", async () => {
        const codes = (await workbench.problems())
          .filter(({ message }) => message.startsWith(FRESH.name))
          .map(({ code }) => code);
        return !codes.includes("fresh-release") && codes.includes("new-install-script");
      });
    },
  },
];
