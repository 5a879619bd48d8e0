// Builds dist/ and tests what changed, again on every change, until Ctrl+C: `npm run watch`.
import { startVitest } from "vitest/node";
import { watchBundles } from "./bundles.mjs";

/** Tests that run the programs in dist/: nothing they import says what those were built from. */
const OF_PROGRAMS = /[\\/]test[\\/](cli|lsp|privacy)[\\/]/;

/** @type {import("vitest/node").Vitest | null} */
let vitest = null;

await new Promise((resolve) => {
  void watchBundles((isBuilt) => {
    if (vitest !== null && isBuilt) void testPrograms(vitest);
    // Whether built or not: the tests of the modules need no bundle.
    resolve(undefined);
  });
});
// At first what is not committed yet; after that what an edited file is imported by.
vitest = await startVitest("test", [], { project: ["fast"], watch: true, changed: true });

/** @param {import("vitest/node").Vitest} running */
async function testPrograms(running) {
  await running.waitForTestRunEnd();
  const all = await running.globTestSpecifications();
  await running.rerunTestSpecifications(all.filter(({ moduleId }) => OF_PROGRAMS.test(moduleId)));
}
