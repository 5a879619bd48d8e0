/** A registry's answer about many versions of one package is read once. */
import type * as Semver from "semver";
import { expect, it, vi } from "vitest";
import { bulkAdvisories } from "../../../server/src/core/facts/bulk.ts";

const read = vi.hoisted(() => ({ ranges: 0 }));
vi.mock("semver", async (load) => {
  const semver = await load<typeof Semver>();
  class CountedRange extends semver.Range {
    constructor(...parts: ConstructorParameters<typeof semver.Range>) {
      super(...parts);
      read.ranges++;
    }
  }
  return { ...semver, Range: CountedRange };
});

it("reads each range once for all versions, and none of what is no malware", () => {
  const of = (index: number, title: string) => ({ id: index, title, vulnerable_versions: `<1.0.${index % 20}` });
  const malicious = Array.from({ length: 100 }, (_, index) => of(index, "Malware in x"));
  const others = Array.from({ length: 100 }, (_, index) => ({
    ...of(index, "ReDoS"),
    vulnerable_versions: `<${index}`,
  }));
  const reading = bulkAdvisories({ x: [...malicious, ...others] }, "x");
  const found = Array.from({ length: 50 }, (_, patch) => reading?.(`1.0.${patch}`).length);
  expect(found.slice(0, 3)).toEqual([95, 90, 85]);
  expect(found.at(-1)).toBe(0);
  expect(read.ranges).toBe(20);
});
