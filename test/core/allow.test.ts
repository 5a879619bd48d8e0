import { describe, expect, it } from "vitest";
import { allowKey, allowProblems, entriesUsed, allowedBy } from "../../server/src/core/settings/allow.ts";
import { readSettings } from "../../server/src/core/settings/settings.ts";

const NOW = Date.parse("2026-06-04T12:00:00Z");

function allows(
  entry: Readonly<Record<string, unknown>>,
  rule = "fresh-release",
  version = "1.2.0",
  now = NOW,
): boolean {
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
    expect(
      ["fresh-release", "new-install-script", "deprecated", "unchecked", "compromised", "removed-version"].map((rule) =>
        allows({}, rule),
      ),
    ).toEqual([true, true, true, false, false, false]);
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
    expect(allows({ until: "2026-06-04" }, "fresh-release", "1.2.0", Date.parse("2026-06-04T23:59:59.999Z"))).toBe(
      true,
    );
    expect(allows({ until: "2026-06-04" }, "fresh-release", "1.2.0", Date.parse("2026-06-05T00:00:00Z"))).toBe(false);
    expect(allows({ until: "2026-06-04T12:00:00Z" })).toBe(true);
    expect(allows({ until: "2026-06-04T11:59:59Z" })).toBe(false);
  });

  it("is the first of those that cover", () => {
    const { settings } = readSettings({
      allow: [
        { package: "alpha", versions: "2", reason: "first" },
        { package: "alpha", reason: "second" },
        { package: "alpha", reason: "third" },
      ],
    });
    expect(allowedBy({ rule: "deprecated", package: "alpha", version: "1.0.0" }, settings.allow, NOW)?.reason).toBe(
      "second",
    );
  });
});

describe("the list is looked after", () => {
  const listed = (...entries: readonly object[]) => readSettings({ allow: entries }).settings.allow;
  const found = [{ rule: "fresh-release", package: "alpha", version: "1.2.0" }];
  const told = (entries: ReturnType<typeof listed>, findings: typeof found | null = found): readonly string[] =>
    allowProblems(entries, findings === null ? null : entriesUsed(findings, ["alpha", "gamma"], entries, NOW), NOW).map(
      ({ entry, message }) => `${entry.index}: ${message}`,
    );

  it("an entry that covers something is of use, and so is a second one that does", () => {
    expect(
      told(listed({ package: "alpha", versions: "1.2.0", reason: "read" }, { package: "alpha", reason: "read" })),
    ).toEqual([]);
  });

  it("one that covers nothing is told, with its place in the list as written", () => {
    expect(
      told(
        listed(
          { package: "no-reason" },
          { package: "alpha", versions: "1.1.0", reason: "read" },
          { package: "beta", reason: "read" },
        ),
      ),
    ).toEqual([
      "1: The entry for alpha 1.1.0 matches nothing here; remove it.",
      "2: The entry for beta matches nothing here; remove it.",
    ]);
  });

  it("one for every version of a package that is there may cover its next release", () => {
    expect(
      told(
        listed(
          { package: "gamma", rules: ["fresh-release"], reason: "our own" },
          { package: "gamma", versions: "1.0.0", reason: "read" },
        ),
      ),
    ).toEqual(["1: The entry for gamma 1.0.0 matches nothing here; remove it."]);
  });

  it("one whose list of rules is empty is told, whatever was checked", () => {
    const entries = listed({ package: "gamma", rules: [], reason: "our own" });
    const expected = [
      '0: The entry for gamma has an empty "rules" list and matches nothing. Name rules, or remove the list to match all of them.',
    ];
    expect(told(entries)).toEqual(expected);
    expect(told(entries, null)).toEqual(expected);
  });

  it("one that is over is told as that, whatever was checked", () => {
    const entries = listed({ package: "alpha", reason: "read", until: "2026-06-03" });
    const expected = ["0: The entry for alpha ended on 3 June 2026. Remove it, or give it a new end date."];
    expect(told(entries)).toEqual(expected);
    expect(told(entries, null)).toEqual(expected);
  });

  it("nothing is called useless where not everything was checked", () => {
    expect(told(listed({ package: "beta", reason: "read" }), null)).toEqual([]);
  });

  it("entries that say the same are the same, wherever they were read", () => {
    const [one] = listed({ package: "alpha", reason: "read" });
    const [, two] = listed({ package: "x", reason: "y" }, { package: "alpha", reason: "read" });
    expect(one !== undefined && two !== undefined && allowKey(one) === allowKey(two)).toBe(true);
  });
});
