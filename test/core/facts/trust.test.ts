import { describe, expect, it } from "vitest";
import type { Publisher } from "../../../server/src/core/facts/package.ts";
import { packumentFrom } from "../../../server/src/core/facts/packument.ts";
import { isWeaker, trustOf, type Trust } from "../../../server/src/core/facts/trust.ts";

function trust(publisher: Publisher | null, provenance: boolean | null): Trust | null {
  const versions = { "1.0.0": { _id: "a@1.0.0" } };
  const read = packumentFrom({ versions }, { name: "a", detail: "full", fetchedAt: 0, host: "registry.example" });
  const release = read.known ? read.value.facts.releases.get("1.0.0") : undefined;
  if (release === undefined) throw new Error("no such release");
  return trustOf({ ...release, publisher, provenance });
}

describe("what stands behind a release", () => {
  const alice: Publisher = { name: "alice", trustedPublisher: null, approved: false };
  const workflow: Publisher = { name: "GitHub Actions", trustedPublisher: "oidc:1", approved: false };

  it.each<[Publisher | null, boolean | null, Trust | null]>([
    [null, null, null],
    [workflow, null, null],
    [null, false, "none"],
    [alice, false, "none"],
    [workflow, false, "none"],
    [null, true, "provenance"],
    [alice, true, "provenance"],
    [workflow, true, "trusted-publisher"],
    [{ ...alice, approved: true }, false, "approved"],
    [{ ...workflow, approved: true }, true, "approved"],
  ])("published by %j with provenance %j: %j", (publisher, provenance, expected) => {
    expect(trust(publisher, provenance)).toBe(expected);
  });

  it("is weaker than all that is stronger, and not than itself", () => {
    const weakestFirst: readonly Trust[] = ["none", "provenance", "trusted-publisher", "approved"];
    for (const [at, one] of weakestFirst.entries())
      expect(weakestFirst.filter((other) => isWeaker(one, other))).toEqual(weakestFirst.slice(at + 1));
  });
});
