import { describe, expect, it } from "vitest";
import {
  DAY,
  describeDay,
  describeDuration,
  describeMoment,
  parseDuration,
} from "../../server/src/core/util/duration.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("parseDuration", () => {
  it.each([
    ["0", 0],
    ["250ms", 250],
    ["30s", 30_000],
    ["90m", 90 * MINUTE],
    ["12h", 12 * HOUR],
    ["3d", 3 * DAY],
    ["1w", 7 * DAY],
    ["1.5d", 1.5 * DAY],
    [" 3 d ", 3 * DAY],
    ["0d", 0],
  ])("reads %j", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    "",
    "3",
    "10080",
    "d",
    "-3d",
    "3 days",
    "3D",
    "3M",
    "1d12h",
    "1e3d",
    ".5d",
    "3d\n4d",
    "Infinityd",
    "9999999999d",
    "1.1234567d",
  ])("does not read %j", (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});

describe("describeDuration", () => {
  it.each([
    [0, "less than a minute"],
    [MINUTE - 1, "less than a minute"],
    [MINUTE, "1 minute"],
    [2 * MINUTE - 1, "1 minute"],
    [40 * MINUTE, "40 minutes"],
    [HOUR, "60 minutes"],
    [2 * HOUR, "2 hours"],
    [DAY, "24 hours"],
    [2 * DAY, "2 days"],
    [3 * DAY - 1, "2 days"],
    [3 * DAY, "3 days"],
    [14 * DAY, "2 weeks"],
    [60 * DAY, "2 months"],
    [365 * DAY, "12 months"],
    [730 * DAY, "2 years"],
    [365 * 1234 * DAY, "1,234 years"],
  ])("says %d ms as %j", (ms, text) => {
    expect(describeDuration(ms)).toBe(text);
  });
});

it("days and moments are told in UTC", () => {
  const at = Date.parse("2026-03-31T00:21:59.999Z");
  expect(describeDay(at)).toBe("31 March 2026");
  expect(describeMoment(at)).toBe("31 March 2026, 00:21 UTC");
});
