import type { Lockfile } from "../model.ts";
import { nothingRead } from "./nothing-read.ts";
import type { Task } from "../task.ts";

/** Bun's own words: https://bun.com/docs/pm/lockfile#text-based-lockfile */
const MIGRATE = "bun install --save-text-lockfile --frozen-lockfile --lockfile-only";

/**
 * `bun.lockb`, the binary lockfile that bun wrote before 1.2: nothing of it is read, and the one problem says how to
 * come to a lockfile that is.
 */
// eslint-disable-next-line require-yield -- every reader is work in slices, and this one has none to do
export function* readBunBinaryLock(): Task<Lockfile> {
  const message = `it is bun's binary lockfile; \`${MIGRATE}\` writes it as bun.lock, which is read`;
  return nothingRead("bun", { kind: "binary", message, span: { start: 0, end: 0 } });
}
