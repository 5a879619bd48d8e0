/** Reading a package-lock with positions, next to JSON.parse of the same text, turn by turn. */
import { readLockfile } from "../server/src/core/documents/index.ts";
import { runWhole } from "../server/src/core/documents/slices.ts";
import { LineIndex } from "../server/src/core/text.ts";
import { lockfileOf } from "./projects.ts";
import { median, type Row } from "./table.ts";

const ROUNDS = 15;

export function readerRows(): readonly Row[] {
  return [1000, 5000, 20_000].flatMap((count) => {
    const { text } = lockfileOf(count);
    const megabytes = Buffer.byteLength(text) / 1e6;
    const own: number[] = [];
    const parse: number[] = [];
    for (let round = -3; round < ROUNDS; round++) {
      const first = timed(() => positionsOf(text));
      const second = timed(() => JSON.parse(text) as unknown);
      // The first rounds are for the compiler to warm up.
      if (round < 0) continue;
      own.push(first);
      parse.push(second);
    }
    const speed = (times: readonly number[]): readonly number[] => times.map((ms) => (megabytes / ms) * 1000);
    const title = `package-lock, ${count.toLocaleString("en-US")} packages, ${megabytes.toFixed(1)} MB`;
    return [
      { what: `${title}: read with positions`, unit: "MB/s", samples: speed(own), target: "" },
      { what: `${title}: JSON.parse`, unit: "MB/s", samples: speed(parse), target: "" },
      { what: `${title}: ratio of times`, unit: "×", samples: own.map((ms) => ms / median(parse)), target: "≤ 3" },
    ];
  });
}

function positionsOf(text: string): number {
  const { packages } = runWhole(readLockfile("package-lock", text));
  const lines = new LineIndex(text);
  let sum = 0;
  for (const { versionSpan } of packages) sum += lines.rangeOf(versionSpan).start.line;
  return sum;
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
