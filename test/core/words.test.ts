import { expect, it } from "vitest";
import { count, grouped, listed } from "../../server/src/core/util/words.ts";

it("one is one, all else are many", () => {
  expect([0, 1, 2, 1000].map((n) => count(n, "package"))).toEqual([
    "0 packages",
    "1 package",
    "2 packages",
    "1,000 packages",
  ]);
  expect(count(2, "entry", "entries")).toBe("2 entries");
});

it("groups the digits of large numbers", () => {
  expect([0, 999, 1000, 1_234_567].map(grouped)).toEqual(["0", "999", "1,000", "1,234,567"]);
});

it("names as many as wanted, and tells how many are left", () => {
  expect(listed([], 2)).toBe("");
  expect(listed(["a", "b"], 2)).toBe("a, b");
  expect(listed(["a", "b", "c"], 2)).toBe("a, b and 1 more");
  expect(listed(["a", "b", "c"], 2, " and ")).toBe("a and b and 1 more");
});
