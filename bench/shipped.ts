/** The readers as they are shipped: bundled. A loader that keeps the names of functions slows small ones down. */
import { buildSync } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { readLockfile } from "../server/src/core/documents/index.ts";
import type { runWhole } from "../server/src/core/task.ts";
import type { LineIndex } from "../server/src/core/util/text.ts";

export interface Shipped {
  readonly readLockfile: typeof readLockfile;
  readonly runWhole: typeof runWhole;
  readonly LineIndex: typeof LineIndex;
}

const ENTRY = `
export { readLockfile } from "./server/src/core/documents/index.ts";
export { runWhole } from "./server/src/core/task.ts";
export { LineIndex } from "./server/src/core/util/text.ts";
`;

export function shipped(): Shipped {
  const folder = mkdtempSync(join(tmpdir(), "depwarden-bench-"));
  try {
    const outfile = join(folder, "readers.cjs");
    const resolveDir = join(import.meta.dirname, "..");
    buildSync({
      stdin: { contents: ENTRY, resolveDir, loader: "ts" },
      bundle: true,
      platform: "node",
      format: "cjs",
      mainFields: ["module", "main"],
      outfile,
      logLevel: "error",
    });
    return createRequire(import.meta.url)(outfile) as Shipped;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
