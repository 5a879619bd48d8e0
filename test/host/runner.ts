/**
 * A small test runner that works inside an extension host and outside of one: tests run one after
 * the other, each is named, and what became of it is written down before the next one starts.
 */
import { appendFileSync } from "node:fs";

export interface Test {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** What became of one test; `error` is its stack, null when it passed. */
export interface Result {
  readonly name: string;
  readonly error: string | null;
}

/** Prefix of the lines that belong to a test run, where a console carries other things as well. */
export const mark = { passed: "✓ ", failed: "✗ " } as const;

/** A test that takes longer hangs: it counts as failed, so that the others still run. */
const deadline = 300_000;

/**
 * Runs the tests and prints a line for each, for a failure with its stack.
 * @param options.results file that takes a line of JSON a test, see {@link Result}
 * @param options.onFailure called before the next test starts, to save what can be seen
 */
export async function runAll(
  tests: readonly Test[],
  options: { readonly results: string; readonly onFailure?: (test: Test) => Promise<void> },
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const test of tests) {
    const result = await runOne(test);
    appendFileSync(options.results, `${JSON.stringify(result)}\n`);
    results.push(result);
    console.log(result.error === null ? mark.passed + test.name : `${mark.failed}${test.name}\n${result.error}`);
    if (result.error !== null) await options.onFailure?.(test);
  }
  return results;
}

async function runOne({ name, run }: Test): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`Did not end within ${deadline / 1000} s.`)), deadline);
    });
    await Promise.race([run(), late]);
    return { name, error: null };
  } catch (error) {
    return { name, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
