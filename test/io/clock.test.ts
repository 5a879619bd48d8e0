import { describe, expect, it } from "vitest";
import { createClock } from "../../server/src/io/clock.ts";

const MINUTE = 60_000;

describe("the clock", () => {
  it("stands still at an earlier moment, and what came later is unknown", () => {
    const moment = Date.now() - 2 * MINUTE;
    const clock = createClock(moment);
    expect([clock.now(), clock.asOf]).toEqual([moment, moment]);
  });

  it.each([
    ["this minute", -MINUTE / 2],
    ["tomorrow", 24 * 60 * MINUTE],
  ])("stands still at %s, and keeps what nobody dates: it is known now, so it was known then", (_when, offset) => {
    const moment = Date.now() + offset;
    const clock = createClock(moment);
    expect([clock.now(), clock.asOf]).toEqual([moment, null]);
  });

  it("runs where no moment is given", () => {
    const before = Date.now();
    const clock = createClock();
    expect(clock.asOf).toBeNull();
    expect(clock.now()).toBeGreaterThanOrEqual(before);
  });
});
