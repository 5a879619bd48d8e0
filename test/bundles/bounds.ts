/** How large the bundles may become, minified, and how large they are. */
import { posix } from "node:path";
import type { Metafile } from "esbuild";

export interface Size {
  /** Bytes of code that is loaded before anything is asked of the program. */
  readonly atStart: number;
  /** That, and what is loaded later: HTTP with the first request, SOCKS with the first such proxy. */
  readonly inAll: number;
}

/** What a program may have, bytes. */
export const BOUNDS = {
  "extension.js": { atStart: 20_000, inAll: 400_000 },
  "server.js": { atStart: 1_250_000, inAll: 1_435_000 },
  "cli.js": { atStart: 60_000, inAll: 1_235_000 },
} satisfies Readonly<Record<string, Size>>;

/** What the files beside the code may have together, bytes. */
export const DATA_BOUND = 650_000;

type Outputs = Metafile["outputs"];

/** @param program a file of dist/ */
export function sizeOf(outputs: Outputs, program: string): Size {
  const start = `dist/${program}`;
  const bytesOf = (paths: Iterable<string>): number =>
    [...paths].reduce((sum, path) => sum + (isCode(path) ? (outputs[path]?.bytes ?? 0) : 0), 0);
  return { atStart: bytesOf(reached(outputs, start, false)), inAll: bytesOf(reached(outputs, start, true)) };
}

/** Bytes of all files beside the code. */
export function dataSize(outputs: Outputs): number {
  return Object.entries(outputs).reduce((sum, [path, { bytes }]) => sum + (isCode(path) ? 0 : bytes), 0);
}

/**
 * The files that a program loads. The `import()` of its own module counts as the start; the extension requires its
 * client later.
 */
function reached(outputs: Outputs, start: string, isLaterToo: boolean): ReadonlySet<string> {
  const found = new Set([start]);
  for (const path of found) {
    for (const { path: to, kind, external } of outputs[path]?.imports ?? []) {
      const target = external === true ? posix.join(posix.dirname(path), to) : to;
      const isLater = kind === "require-call" || (kind === "dynamic-import" && path !== start);
      const isFollowed = isLaterToo || !isLater;
      if (isFollowed && outputs[target] !== undefined) found.add(target);
    }
  }
  return found;
}

function isCode(path: string): boolean {
  return /\.m?js$/.test(path);
}
