// Builds dist/ and tests what changed, again on every change, until Ctrl+C: `npm run watch`.
import { startVitest } from "vitest/node";
import { watchBundles } from "./bundles.mjs";

// Whether built or not: most tests need no bundle.
await new Promise((resolve) => void watchBundles(resolve));
// At first what is not committed yet; after that what an edited file is imported by, and edited tests.
await startVitest("test", [], { project: ["fast", "programs"], watch: true, changed: true });
