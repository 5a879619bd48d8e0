/** Tries inputs one after the other, and gathers what does not hold. */
import { checkPrototypes } from "./checks.ts";
import { inputAt, type Input } from "./inputs.ts";
import type { StartTexts } from "./start-texts.ts";

/** Time of the processor for one input, ms. */
export const SLOW = 1000;

export interface Run {
  readonly seed: number;
  /** Number of the first input. */
  readonly from: number;
  readonly inputs: number;
}

export interface Failure {
  readonly index: number;
  readonly target: string;
  readonly text: string;
  readonly reason: string;
}

export interface Report {
  /** Inputs by target. */
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
  /** Inputs that took longer than SLOW. */
  readonly slow: readonly Failure[];
  /** The longest time of the processor for one input, ms, and which. */
  readonly longest: { readonly ms: number; readonly index: number };
}

/** @param onInput is called before each */
export function tryInputs(starts: StartTexts, { seed, from, inputs }: Run, onInput: (index: number) => void): Report {
  const counts: Record<string, number> = {};
  const failures: Failure[] = [];
  const slow: Failure[] = [];
  let longest = { ms: 0, index: from };
  for (let index = from; index < from + inputs; index++) {
    onInput(index);
    const input = inputAt(starts, seed, index);
    const { target, text } = input;
    const before = performance.now();
    const reason = failureOf(input);
    const elapsed = performance.now() - before;
    if (reason !== null) failures.push({ index, target, text, reason });
    // A busy machine makes anything seem slow; to ask for the time of the processor every time would take longer than most inputs.
    if (elapsed > Math.min(SLOW, longest.ms)) {
      const ms = processorTime(inputAt(starts, seed, index));
      if (ms > longest.ms) longest = { ms, index };
      if (ms > SLOW) slow.push({ index, target, text, reason: `${Math.round(ms)} ms` });
    }
    counts[target] = (counts[target] ?? 0) + 1;
  }
  return { counts, failures, slow, longest };
}

function processorTime(input: Input): number {
  const before = process.cpuUsage();
  failureOf(input);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** null where all holds. */
function failureOf(input: Input): string | null {
  try {
    input.check();
    checkPrototypes();
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

/** The message, and the place in the server where it was thrown. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const frame = error.stack?.split("\n").find((line) => line.includes("server/src/"));
  return `${error.name}: ${error.message}${frame === undefined ? "" : ` ${frame.trim()}`}`;
}
