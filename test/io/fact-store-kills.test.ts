/** A share of `npm run faults`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { killWriters } from "../faults/store-kills.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "depwarden-kills-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("processes that are killed while they use a fact store leave hits and misses, and nothing wrong", async () => {
  const report = await killWriters({ folder, kills: 30, seed: 12 });
  expect(report.problems).toEqual([]);
  expect(report.hits).toBeGreaterThan(0);
  expect(report.files).toBeLessThanOrEqual(4);
});
