import { expect, test } from "vitest";
import { live } from "./life.ts";

test("two windows on one store show what a server just started shows, whatever was done in them", async () => {
  const { differences, samples, counts } = await live({ steps: 120, seed: 5, every: 40 });
  expect(differences).toEqual([]);
  expect(samples.map(({ step }) => step)).toEqual([40, 80, 120]);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(120);
});
