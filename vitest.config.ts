import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/host/**"],
    globalSetup: ["test/setup/build.ts"],
    passWithNoTests: false,
    allowOnly: false,
    testTimeout: 30_000,
  },
});
