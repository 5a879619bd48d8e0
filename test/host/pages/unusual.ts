/** A release that is unusual in several ways, forty minutes after it came out and before any advisory. */
import assert from "node:assert/strict";
import { savePicture } from "../pictures.ts";
import type { Problem } from "../problems.ts";
import { until } from "../wait.ts";
import { UNUSUAL } from "../world.ts";
import type { PageTest } from "./page-test.ts";

export const unusual: readonly PageTest[] = [
  {
    name: "an unusual release is told in one finding, whose hover has its parts, and is pinned to the version before",
    moment: "after",
    run: async (workbench) => {
      const line = `"${UNUSUAL.name}": "${UNUSUAL.version}"`;
      await workbench.openFile("package.json");
      await workbench.typeOver("dotenv", UNUSUAL.name);
      await workbench.typeOver("^17.3.1", UNUSUAL.version);
      let own: readonly Problem[] = [];
      const codes = async (): Promise<string> => {
        own = (await workbench.problems()).filter(({ message }) => message.startsWith(UNUSUAL.name));
        return own.map(({ code }) => code).join();
      };
      const saw = (): string => JSON.stringify(own);
      await until("one finding", async () => (await codes()) === "suspicious-release", { saw });
      assert.match(
        own[0]?.message ?? "",
        /is unusual: published 40 minutes ago; adds width-tables 1\.0\.0, first published 18 hours ago, which runs a postinstall script; not published by the usual workflow/,
      );
      const hover = await workbench.hoverText(line, UNUSUAL.name, "new-dependency");
      assert.ok(hover.includes("trust-downgrade") && hover.includes("fresh-release"), hover);
      await savePicture(workbench, "unusual");
      await workbench.page.keyboard.press("Escape");
      await workbench.quickFix(line, UNUSUAL.version, `Pin ${UNUSUAL.name} to ${UNUSUAL.before}`);
      await until("the finding to go", async () => (await codes()) === "", { saw });
    },
  },
];
