import { describe, expect, it } from "vitest";
import { packageAsOf } from "../../../server/src/core/facts/as-of.ts";
import type { PackageFacts } from "../../../server/src/core/facts/package.ts";
import { packumentFrom } from "../../../server/src/core/facts/packument.ts";

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);

function facts(time: Readonly<Record<string, string>>): PackageFacts {
  const versions = Object.fromEntries(
    ["1.0.0", "1.0.1", "2.0.0"].map((version) => [version, { _id: `foo@${version}` }]),
  );
  const read = packumentFrom(
    { name: "foo", versions, "dist-tags": { latest: "2.0.0" }, time },
    { name: "foo", detail: "full", fetchedAt: at("2026-06-01"), host: "registry.example" },
  );
  if (!read.known) throw new Error(read.reason);
  return read.value.facts;
}

const TIME = {
  "1.0.0": "2026-01-01T00:00:00Z",
  "1.0.1": "2026-02-01T00:00:00Z",
  "2.0.0": "2026-05-01T00:00:00Z",
  modified: "2026-05-02T00:00:00Z",
};

describe("a package as of an earlier moment", () => {
  it("was last changed by its newest release of then, not by what came later", () => {
    const then = packageAsOf(facts(TIME), at("2026-03-01"));
    expect(then.modified).toBe(at("2026-02-01"));
    expect(then.fetchedAt).toBe(at("2026-03-01"));
    expect([...then.releases.keys()]).toEqual(["1.0.0", "1.0.1"]);
    expect(then.distTags.get("latest")).toBe("1.0.1");
  });

  it("has changed when the registry says, where that was before", () => {
    expect(packageAsOf(facts(TIME), at("2026-05-20")).modified).toBe(at("2026-05-02"));
  });

  it("may have changed at any time where a release is not dated", () => {
    const undated = Object.fromEntries(Object.entries(TIME).filter(([version]) => version !== "1.0.1"));
    expect(packageAsOf(facts(undated), at("2026-03-01")).modified).toBeNull();
  });
});
