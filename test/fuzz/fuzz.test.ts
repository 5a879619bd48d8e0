/** A share of `npm run fuzz`. */
import { describe, expect, it } from "vitest";
import { inputAt, TARGET_NAMES } from "./inputs.ts";
import { tryInputs } from "./run.ts";
import { startTexts } from "./start-texts.ts";

const SEED = 2026;
const starts = startTexts(null);

describe("damaged texts", () => {
  it("are read and edited without harm, whatever they hold", () => {
    const { counts, failures } = tryInputs(starts, { seed: SEED, from: 0, inputs: 5000 }, () => undefined);
    expect(failures.map(({ index, target, reason, text }) => `${index} ${target}: ${reason}\n${text}`)).toEqual([]);
    // Every target was tried.
    expect(Object.keys(counts).toSorted()).toEqual(TARGET_NAMES.toSorted());
  });

  it("are the same for the same seed and number", () => {
    const texts = (seed: number) => Array.from({ length: 50 }, (_, index) => inputAt(starts, seed, index).text);
    expect(texts(SEED)).toEqual(texts(SEED));
    expect(texts(SEED)).not.toEqual(texts(SEED + 1));
  });
});
