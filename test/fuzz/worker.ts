/** Tries inputs in a thread of its own, so that `main.ts` can end one that hangs. */
import { parentPort, workerData } from "node:worker_threads";
import { tryInputs, type Run } from "./run.ts";
import { startTexts } from "./start-texts.ts";

export interface Work extends Run {
  readonly corpus: string | null;
  /** Holds the number of the input that is under way. */
  readonly current: SharedArrayBuffer;
}

const { corpus, current, ...run } = workerData as Work;
const cell = new Int32Array(current);
parentPort?.postMessage(tryInputs(startTexts(corpus), run, (index) => Atomics.store(cell, 0, index)));
