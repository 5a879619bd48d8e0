import { describe, expect, it } from "vitest";
import { known, unknown } from "../../server/src/core/facts/fact.ts";
import type { Subject } from "../../server/src/core/facts/subject.ts";
import type { Signal } from "../../server/src/core/rules/rule.ts";
import { suspiciousRelease } from "../../server/src/core/rules/suspicious-release.ts";
import { DAY } from "../../server/src/core/util/duration.ts";

const subject: Subject = {
  name: "alpha",
  version: "1.0.1",
  registryHost: "registry.npmjs.org",
  registryAddress: null,
  isHostUntold: false,
  isRegistryPublic: true,
  direct: true,
  lockedInstallScript: null,
  package: unknown("offline", "not asked"),
  distribution: null,
  published: known({ exact: true, at: DAY }),
  advisories: { found: [], missing: [] },
  disputed: null,
  isCompromised: () => false,
  locked: [],
  asked: [],
  added: null,
  committedVersion: null,
  isNewlyTaken: null,
  lockedBeforeFirst: null,
  ownName: null,
};

function said(signals: readonly Signal[]): readonly string[] {
  const cooldown = { ms: 3 * DAY, origin: "the default" };
  const context = { now: 2 * DAY, isAsOf: false, cooldown, closeInspectionMs: 30 * DAY, signals };
  return suspiciousRelease.check(subject, context).map(({ message }) => message);
}

describe("the sum of what is unusual", () => {
  const name: Signal = { kind: "name", weight: 3, clause: "has a name like another" };
  const light: Signal = { kind: "publisher", weight: 2, clause: "was published by another account" };
  const heavy: Signal = { kind: "publisher", weight: 4, clause: "was published without provenance" };

  it("has the heaviest of each kind, and the heaviest kind first, in whatever order they come", () => {
    const sum =
      "alpha 1.0.1 is unusual: published 24 hours ago; was published without provenance; has a name like another.";
    expect(said([name, light, heavy])).toEqual([sum]);
    expect(said([heavy, light, name])).toEqual([sum]);
  });

  it("has the first of two that weigh the same", () => {
    expect(said([name, light, { ...light, clause: "was published by a third" }])).toEqual([
      "alpha 1.0.1 is unusual: published 24 hours ago; has a name like another; was published by another account.",
    ]);
  });

  it("is none of one kind alone", () => {
    expect(said([light, heavy])).toEqual([]);
  });
});
