import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import LongestFirst from "./test/setup/sequencer.mts";

const PROGRAMS = [
  "test/{bundles,editors,life}/**/*.test.ts",
  "test/cli/{colours,files,output,sample,scan,suppressed}.test.ts",
  "test/lsp/{documents,hostile,sample,transport}.test.ts",
  "test/privacy/{cli,offline,scripts,untrusted}.test.ts",
];
/** The server and the command line from their source, in the thread of the test. */
const SESSIONS = "test/{cli,lsp,privacy}/**/*.test.ts";

/** Tests by what they take. All that is in none of these is `fast`, where test files share the modules that they load. */
const OTHERS = {
  /** Replaces modules by stand-ins, and so loads them anew. */
  mocked: ["test/client/**/*.test.ts", "test/core/facts/bulk.test.ts"],
  /** The server and the command line in dist/, each test with processes of its own. */
  programs: PROGRAMS,
  /** Texts that are damaged at random, or grown, many times over. */
  generated: [
    "test/core/documents/*-{generated,broken}.test.ts",
    "test/{core,io}/growth.test.ts",
    "test/fuzz/*.test.ts",
  ],
  /** Thousands of releases, judged one after the other. */
  replay: ["test/replay/**/*.test.ts"],
  /** A real registry, proxies and TLS servers, which are downloaded. */
  network: ["test/network/**/*.test.ts"],
  /** Real package managers, which are downloaded. */
  "package-managers": ["test/package-managers/**/*.test.ts", "test/io/managers.test.ts"],
};

export default defineConfig({
  test: {
    reporters: ["default", "./test/setup/progress.ts"],
    // One more than there are processors: tests of programs wait for them.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    globalSetup: ["test/setup/build.ts"],
    setupFiles: ["test/setup/leaks.ts"],
    passWithNoTests: false,
    allowOnly: false,
    // Test files that share modules must not see each other's spies.
    restoreMocks: true,
    // Tests that run beside each other in a file wait for programs, which want the processors too.
    maxConcurrency: 3,
    // Ends a hang, and measures nothing: a machine may be busy with other things.
    testTimeout: 120_000,
    // Closing what a test started waits for all that it still writes.
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          isolate: false,
          // test/host is run by test/host/run.ts.
          exclude: [...Object.values(OTHERS).flat(), SESSIONS, "test/host/**"],
        },
      },
      { extends: true, test: { name: "sessions", include: [SESSIONS], exclude: PROGRAMS, isolate: false } },
      ...Object.entries(OTHERS).map(([name, include]) => ({
        extends: true as const,
        // A package manager may take as long as test/package-managers/tools.ts lets it, several times in a test.
        test: { name, include, ...(name === "package-managers" ? { testTimeout: 600_000 } : {}) },
      })),
    ],
  },
});
