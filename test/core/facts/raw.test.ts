import { expect, it } from "vitest";
import { dateOf, recordOf } from "../../../server/src/core/facts/raw.ts";

it.each([
  ["2026-01-02", Date.UTC(2026, 0, 2)],
  ["2026-01-02T03:04:05.678Z", Date.UTC(2026, 0, 2, 3, 4, 5, 678)],
  ["2026-01-2", null],
  ["x2026-01-02", null],
  ["2 January 2026-01-02", null],
  ["2026-13-02", null],
  ["", null],
  [20260102, null],
  [null, null],
  [["2026-01-02"], null],
])("%j as a date is %j", (value, date) => {
  expect(dateOf(value)).toBe(date);
});

it.each([null, undefined, [], "x", 5, true])("%j is no object", (value) => {
  expect(recordOf(value)).toBeNull();
});
