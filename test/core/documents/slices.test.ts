import { describe, expect, it } from "vitest";
import { runInSlices, runWhole, type Task } from "../../../server/src/core/task.ts";

/** Work of `steps` pauses, each of which takes `cost` on the clock. */
function* work(steps: number, clock: { now: number }, cost: number): Task<string> {
  for (let step = 0; step < steps; step++) {
    clock.now += cost;
    yield;
  }
  return "done";
}

const never = { aborted: false, throwIfAborted: () => undefined };

describe("runInSlices", () => {
  it("breathes whenever the budget is used up, and gives the result", async () => {
    const clock = { now: 0 };
    const breaths: number[] = [];
    const breathe = (): Promise<void> => {
      breaths.push(clock.now);
      clock.now += 100;
      return Promise.resolve();
    };
    await expect(runInSlices(work(7, clock, 3), breathe, 8, () => clock.now, never)).resolves.toBe("done");
    expect(breaths).toEqual([9, 118]);
  });

  it("stops at the next pause after a cancel", async () => {
    const clock = { now: 0 };
    const cancel = {
      aborted: false,
      throwIfAborted() {
        if (this.aborted) throw new Error("cancelled");
      },
    };
    const breathe = (): Promise<void> => {
      cancel.aborted = true;
      return Promise.resolve();
    };
    await expect(runInSlices(work(1_000, clock, 10), breathe, 8, () => clock.now, cancel)).rejects.toThrow("cancelled");
    expect(clock.now).toBe(10);
  });
});

it("runWhole runs to the end", () => {
  expect(runWhole(work(5, { now: 0 }, 1))).toBe("done");
});
