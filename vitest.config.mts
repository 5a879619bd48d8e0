import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Tests that run real package managers. */
const MANAGERS = ["test/package-managers/**/*.test.ts", "test/io/managers.test.ts"];
/** Tests that run a real registry, proxies and TLS servers. */
const NETWORK = ["test/network/**/*.test.ts"];

export default defineConfig({
  test: {
    reporters: ["default", "./test/setup/progress.ts"],
    // One process a processor: vitest's own default leaves one idle, which is half of a machine with two.
    maxWorkers: availableParallelism(),
    globalSetup: ["test/setup/build.ts"],
    setupFiles: ["test/setup/leaks.ts"],
    passWithNoTests: false,
    allowOnly: false,
    testTimeout: 30_000,
    // Closing what a test started waits for all that it still writes.
    hookTimeout: 30_000,
    projects: [
      // Downloads nothing. test/host is run by test/host/run.ts.
      {
        extends: true,
        test: { name: "fast", include: ["test/**/*.test.ts"], exclude: [...MANAGERS, ...NETWORK, "test/host/**"] },
      },
      // The first run downloads the tools; the names say which.
      { extends: true, test: { name: "network", include: NETWORK } },
      { extends: true, test: { name: "package-managers", include: MANAGERS } },
    ],
  },
});
