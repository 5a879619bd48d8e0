import { defineConfig } from "vitest/config";
import { keptWorker } from "./kept-worker.mts";
import RulesFirst from "./sequencer.mts";

/**
 * The tests that changed code is held to (`npm run mutation`): those of the core and of the rules. Left out: what
 * `vitest.config.mts` does not count as fast; and tests of size, of speed, and of one result against another, which run
 * for long and say little of one line.
 */
export default defineConfig({
  plugins: [
    {
      name: "kept-worker",
      configureVitest({ project }) {
        if (process.env["DEPWARDEN_MUTATION_THREADS"] === "new") return;
        project.config.pool = "kept";
        project.config.poolRunner = keptWorker();
      },
    },
  ],
  test: {
    include: ["test/core/**/*.test.ts", "test/rules/**/*.test.ts"],
    exclude: [
      "test/core/**/*-{generated,broken}.test.ts",
      "test/core/{foreign-text,growth,shown-text}.test.ts",
      "test/core/engine/{bounds,incremental,paced}.test.ts",
      "test/core/facts/bulk.test.ts",
    ],
    isolate: false,
    sequence: { sequencer: RulesFirst },
    setupFiles: ["test/setup/leaks.ts"],
    restoreMocks: true,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
