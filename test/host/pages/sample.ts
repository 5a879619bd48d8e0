/** The sample, as somebody sees it who opens it. */
import assert from "node:assert/strict";
import { until } from "../wait.ts";
import type { PageTest } from "./page-test.ts";

export const sample: readonly PageTest[] = [
  {
    name: "the Problems panel names axios 1.14.1 as compromised",
    moment: "after",
    run: async (workbench) => {
      await workbench.openFile("package.json");
      const problem = await until("a problem of axios", async () =>
        (await workbench.problems()).find(({ file, code }) => file === "package.json" && code === "compromised"),
      );
      assert.equal(problem.severity, "error");
      assert.equal(problem.source, "depwarden");
      assert.match(problem.message, /axios/);
    },
  },
];
