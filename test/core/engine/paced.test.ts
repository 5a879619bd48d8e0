import { describe, expect, it } from "vitest";
import { allPaced, pieces } from "../../../server/src/core/engine/paced.ts";

const clock = { breathe: (): Promise<void> => new Promise((resolve) => setImmediate(resolve)) };
const never = new AbortController().signal;
const ITEMS = Array.from({ length: 2000 }, (_, index) => index);

describe("allPaced", () => {
  it("gives the outcomes in order, whichever comes first", async () => {
    const later = async (item: number): Promise<number> => {
      for (let turn = 0; turn < item % 3; turn++) await clock.breathe();
      return item * 2;
    };
    expect(await allPaced(ITEMS, later, clock, never)).toEqual(ITEMS.map((item) => item * 2));
  });

  it("takes up no item after one has failed", async () => {
    const started: number[] = [];
    const work = async (item: number): Promise<void> => {
      started.push(item);
      await clock.breathe();
      if (item === 3) throw new Error("item 3 failed");
    };
    await expect(allPaced(ITEMS, work, clock, never)).rejects.toThrow("item 3 failed");
    const before = started.length;
    for (let turn = 0; turn < 100; turn++) await clock.breathe();
    expect(started.slice(before)).toEqual([]);
    expect(before).toBeLessThan(ITEMS.length);
  });

  it("ends in a pause after it was cancelled", async () => {
    const controller = new AbortController();
    let started = 0;
    const work = (): Promise<void> => {
      if (++started === 40) controller.abort(new Error("enough"));
      return Promise.resolve();
    };
    await expect(allPaced(ITEMS, work, clock, controller.signal)).rejects.toThrow("enough");
    expect(started).toBeLessThan(ITEMS.length);
  });
});

it("pieces are of the size asked for, but for the last", () => {
  expect(pieces([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
});
