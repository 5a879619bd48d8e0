import { describe, expect, it } from "vitest";
import { allowedBy } from "../../server/src/core/allow.ts";
import { readSettings } from "../../server/src/core/settings.ts";

const NOW = Date.parse("2026-06-04T12:00:00Z");

function allows(entry: Readonly<Record<string, unknown>>, rule = "fresh-release", version = "1.2.0", now = NOW): boolean {
  const { settings } = readSettings({ allow: [{ package: "alpha", reason: "reviewed", ...entry }] });
  return allowedBy({ rule, package: "alpha", version }, settings.allow, now) !== null;
}

describe("an allow entry", () => {
  it("covers its package only", () => {
    expect(allows({})).toBe(true);
    expect(allows({ package: "beta" })).toBe(false);
    expect(allows({ package: "Alpha" })).toBe(false);
  });

  it("without rules covers all but those that must be named", () => {
    expect(["fresh-release", "new-install-script", "deprecated", "unchecked", "compromised", "removed-version"].map((rule) => allows({}, rule))).toEqual([true, true, true, true, false, false]);
    expect(allows({ rules: ["compromised"] }, "compromised")).toBe(true);
    expect(allows({ rules: ["compromised"] }, "removed-version")).toBe(false);
    expect(allows({ rules: [] })).toBe(false);
  });

  it("covers the versions of its range, prereleases too", () => {
    expect(allows({ versions: "1.2.0" })).toBe(true);
    expect(allows({ versions: "^1.1.0" })).toBe(true);
    expect(allows({ versions: ["1.1.0", "1.2.0"] })).toBe(true);
    expect(allows({ versions: "1.1.0" })).toBe(false);
    expect(allows({ versions: "^1.1.0" }, "fresh-release", "1.3.0-rc.1")).toBe(true);
    expect(allows({ versions: "^1.1.0" }, "fresh-release", "not a version")).toBe(false);
  });

  it("holds to the end of its last day (UTC), or to its moment", () => {
    expect(allows({ until: "2026-06-04" }, "fresh-release", "1.2.0", Date.parse("2026-06-04T23:59:59.999Z"))).toBe(true);
    expect(allows({ until: "2026-06-04" }, "fresh-release", "1.2.0", Date.parse("2026-06-05T00:00:00Z"))).toBe(false);
    expect(allows({ until: "2026-06-04T12:00:00Z" })).toBe(true);
    expect(allows({ until: "2026-06-04T11:59:59Z" })).toBe(false);
  });

  it("is the first of those that cover", () => {
    const { settings } = readSettings({ allow: [{ package: "alpha", versions: "2", reason: "first" }, { package: "alpha", reason: "second" }, { package: "alpha", reason: "third" }] });
    expect(allowedBy({ rule: "deprecated", package: "alpha", version: "1.0.0" }, settings.allow, NOW)?.reason).toBe("second");
  });
});
