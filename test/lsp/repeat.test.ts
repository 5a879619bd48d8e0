import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { UnknownCode } from "../../server/src/core/facts/fact.ts";
import { EVERY, Repeats } from "../../server/src/lsp/repeat.ts";

const FAILED: ReadonlySet<UnknownCode> = new Set(["timeout"]);
const WHOLE: ReadonlySet<UnknownCode> = new Set(["private"]);
const MINUTE = 60_000;

let checked: string[];
let repeats: Repeats;
beforeEach(() => {
  vi.useFakeTimers();
  checked = [];
  repeats = new Repeats((uri) => checked.push(uri), Date.now);
});
afterEach(() => {
  repeats.dispose();
  vi.useRealTimers();
});

test("every 15 minutes, counted from the last check", () => {
  repeats.checked("a", "a/package.json", WHOLE);
  vi.advanceTimersByTime(10 * MINUTE);
  repeats.checked("a", "a/package.json", WHOLE);
  vi.advanceTimersByTime(EVERY - 1);
  expect(checked).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(checked).toEqual(["a/package.json"]);
});

test("after a failure soon, then later and later, until one succeeds", () => {
  const waits: number[] = [];
  for (let turn = 0; turn < 6; turn++) {
    repeats.checked("a", "a/package.json", FAILED);
    const before = Date.now();
    vi.advanceTimersToNextTimer();
    waits.push((Date.now() - before) / MINUTE);
  }
  expect(waits).toEqual([0.5, 1, 2, 5, 15, 15]);
  repeats.checked("a", "a/package.json", WHOLE);
  repeats.checked("a", "a/package.json", FAILED);
  const before = Date.now();
  vi.advanceTimersToNextTimer();
  expect(Date.now() - before).toBe(MINUTE / 2);
});

test("on coming back to the editor, what is older than 5 minutes", () => {
  repeats.checked("a", "a/package.json", WHOLE);
  vi.advanceTimersByTime(4 * MINUTE);
  repeats.checked("b", "b/package.json", WHOLE);
  vi.advanceTimersByTime(2 * MINUTE);
  repeats.focused();
  expect(checked).toEqual(["a/package.json"]);
});

test("not what is no longer shown", () => {
  repeats.checked("a", "a/package.json", WHOLE);
  repeats.sweep((folder) => folder !== "a");
  repeats.focused();
  vi.advanceTimersByTime(2 * EVERY);
  expect(checked).toEqual([]);
});
