/** When the extension runs at all. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { TALL } from "../workbench.ts";
import { root } from "../world.ts";
import type { PageTest } from "./page-test.ts";

export const activation: readonly PageTest[] = [
  {
    name: "the extension runs in a folder with a package.json",
    moment: "after",
    options: { size: TALL },
    run: async (workbench) => {
      await workbench.openFile("package.json");
      await workbench.languageStatus("Depwarden");
      assert.notEqual(
        (await workbench.runningExtensions()).find(({ name }) => name === "Depwarden"),
        undefined,
      );
    },
  },
  {
    name: "in a folder without a file that it reads, the extension is not loaded",
    moment: "after",
    options: { folder: join(root, "docs"), size: TALL },
    run: async (workbench) => {
      await workbench.openFile("formats.md");
      const names = (await workbench.runningExtensions()).map(({ name }) => name);
      // Others run by now.
      assert.notDeepEqual(names, []);
      assert.ok(!names.includes("Depwarden"), names.join(", "));
    },
  },
];
