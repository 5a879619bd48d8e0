import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/host/**"],
    globalSetup: ["test/setup/build.ts"],
    setupFiles: ["test/setup/leaks.ts"],
    passWithNoTests: false,
    allowOnly: false,
    testTimeout: 30_000,
    // Closing what a test started waits for all that it still writes.
    hookTimeout: 30_000,
  },
});
