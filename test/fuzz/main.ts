/**
 * `npm run fuzz [-- --inputs 1000000 --seed 1 --from 0 --corpus FOLDER]`: damaged texts to every reader and to the fixes.
 * An input hangs on the seed, its number and the start texts alone: `--from N --inputs 1` tries one again. Prints the
 * number to go on from. Exit status 1 where something does not hold, hangs, or takes more than a second of the processor.
 */
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { inputAt } from "./inputs.ts";
import type { Failure, Report } from "./run.ts";
import { startTexts } from "./start-texts.ts";
import type { Work } from "./worker.ts";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    corpus: { type: "string" },
  },
});
const [inputs, seed, from] = [Number(values.inputs), Number(values.seed), Number(values.from)];
const corpus = values.corpus ?? null;
/** Inputs that one thread tries. */
const BATCH = 50_000;
/** With the same input under way for so long, the thread is ended, ms. A busy machine needs a multiple of a second. */
const HANGS_AFTER = 60_000;
const SHOWN = 2;
const SHOWN_TEXT = 400;

/** The report, or the number of the input that hangs. */
async function batch(first: number, count: number): Promise<Report | number> {
  const current = new SharedArrayBuffer(4);
  const cell = new Int32Array(current);
  const workerData: Work = { seed, from: first, inputs: count, corpus, current };
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    let last = -1;
    const watch = setInterval(() => {
      const now = Atomics.load(cell, 0);
      if (now === last) {
        void worker.terminate();
        resolve(now);
      }
      last = now;
    }, HANGS_AFTER);
    worker.once("message", (report: Report) => resolve(report));
    worker.once("error", reject);
    worker.once("exit", () => clearInterval(watch));
  });
}

function show({ index, target, text, reason }: Failure): void {
  console.log(`input ${index} (${target}): ${reason}\n  ${JSON.stringify(text.slice(0, SHOWN_TEXT))}`);
}

async function main(): Promise<number> {
  const counts: Record<string, number> = {};
  const failures: Failure[] = [];
  const slow: Failure[] = [];
  let longest = { ms: 0, index: from };
  for (let next = from; next < from + inputs;) {
    const report = await batch(next, Math.min(BATCH, from + inputs - next));
    if (typeof report === "number") {
      const { target, text } = inputAt(startTexts(corpus), seed, report);
      failures.push({ index: report, target, text, reason: "hangs" });
      console.log(`input ${report} hangs`);
      next = report + 1;
      continue;
    }
    for (const [target, count] of Object.entries(report.counts)) counts[target] = (counts[target] ?? 0) + count;
    failures.push(...report.failures);
    slow.push(...report.slow);
    if (report.longest.ms > longest.ms) longest = report.longest;
    next = Math.min(next + BATCH, from + inputs);
    console.log(`${next - from} inputs, ${failures.length} failures, ${slow.length} slow; go on with --from ${next}`);
  }
  const alike = new Map<string, Failure[]>();
  for (const one of [...failures, ...slow]) {
    const what = `${one.target} ${one.reason.replaceAll(/\d+|".*"/g, "")}`;
    alike.set(what, [...(alike.get(what) ?? []), one]);
  }
  for (const some of alike.values()) {
    some
      .toSorted((a, b) => a.text.length - b.text.length)
      .slice(0, SHOWN)
      .forEach(show);
    if (some.length > SHOWN) console.log(`and ${some.length - SHOWN} more like these`);
  }
  for (const [target, count] of Object.entries(counts).toSorted()) console.log(`${target}: ${count}`);
  const tried = Object.values(counts).reduce((sum, count) => sum + count, 0);
  console.log(
    `${tried} inputs (seed ${seed}, from ${from}): ${failures.length} failures, ${slow.length} over a second; ` +
      `the longest took ${Math.round(longest.ms)} ms (input ${longest.index})`,
  );
  return failures.length + slow.length === 0 ? 0 : 1;
}

void main().then((status) => {
  process.exitCode = status;
});
