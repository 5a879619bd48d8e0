import type { Lockfile } from "../model.ts";
import { nothingRead } from "./nothing-read.ts";
import type { Work } from "./slices.ts";

/** Bun's own words: https://bun.com/docs/pm/lockfile#text-based-lockfile */
const MIGRATE = "bun install --save-text-lockfile --frozen-lockfile --lockfile-only";

/**
 * `bun.lockb`, the binary lockfile that bun wrote before 1.2: nothing of it is read, and the one problem says how to
 * come to a lockfile that is.
 */
// eslint-disable-next-line require-yield -- every reader is work in slices, and this one has none to do
export function* readBunBinaryLock(): Work<Lockfile> {
  const message = `the binary lockfile of bun is not read; write a bun.lock with \`${MIGRATE}\`, then delete this file`;
  return nothingRead("bun", { kind: "unsupported", message, span: { start: 0, end: 0 } });
}
