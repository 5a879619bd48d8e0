/**
 * The order of test files: those that take long begin first, so that no worker ends alone. Vitest knows how long files
 * took only where it has run them before, which a fresh checkout has not.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const ROOT = join(import.meta.dirname, "../..");

/** Files that take 20 s and more on two processors, the longest first. */
const LONGEST: readonly string[] = [
  "test/package-managers/approvals.test.ts",
  "test/package-managers/relock.test.ts",
  "test/cli/roots.test.ts",
  "test/package-managers/cooldown.test.ts",
  "test/io/managers.test.ts",
  "test/lsp/editors.test.ts",
  "test/replay/replay.test.ts",
  "test/io/growth.test.ts",
  "test/package-managers/scripts.test.ts",
  "test/cli/colours.test.ts",
  "test/cli/scan.test.ts",
  "test/core/growth.test.ts",
  "test/network/proxy.test.ts",
  "test/lsp/approvals.test.ts",
  "test/package-managers/overrides.test.ts",
  "test/lsp/failures.test.ts",
  "test/cli/files.test.ts",
  "test/network/verdaccio.test.ts",
  "test/privacy/unusable.test.ts",
  "test/lsp/code-actions.test.ts",
  "test/cli/suppressed.test.ts",
].map((path) => {
  if (!existsSync(join(ROOT, path)))
    throw new Error(`there is no ${path}: correct LONGEST in test/setup/sequencer.mts`);
  return join(ROOT, path);
});

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files.filter(({ moduleId }) => !LONGEST.includes(moduleId)));
    const longest = files.filter(({ moduleId }) => LONGEST.includes(moduleId));
    return [...longest.toSorted((a, b) => LONGEST.indexOf(a.moduleId) - LONGEST.indexOf(b.moduleId)), ...others];
  }
}
