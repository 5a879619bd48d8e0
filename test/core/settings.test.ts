import { describe, expect, it } from "vitest";
import { DAY } from "../../server/src/core/util/duration.ts";
import { DEFAULT_SETTINGS, readSettings } from "../../server/src/core/settings/settings.ts";

const GOOD = {
  minimumReleaseAge: "12h",
  closeInspectionAge: "2w",
  rules: { deprecated: "off", "fresh-release": "error" },
  allow: [
    { package: "alpha", versions: "^1.0.0", rules: ["fresh-release"], reason: " reviewed ", until: "2026-06-04" },
  ],
  registry: "https://npm.example.com/api/npm/",
  osv: { enabled: false, url: "http://127.0.0.1:8080" },
  offline: true,
  pinStyle: "keep-operator",
  exclude: ["**/fixtures/**"],
};

describe("settings", () => {
  it("are the defaults where nothing is said", () => {
    for (const nothing of [undefined, null, {}, { rules: null, osv: null, registry: "", osvX: 1 }]) {
      expect(readSettings(nothing)).toEqual({ settings: DEFAULT_SETTINGS, problems: [] });
    }
    expect(readSettings({ osv: { url: "" }, minimumReleaseAge: " " })).toEqual({
      settings: DEFAULT_SETTINGS,
      problems: [],
    });
  });

  it("have no more globs to exclude by than can be held against every file", () => {
    const globs = Array.from({ length: 101 }, (_, index) => `folder${index}/**`);
    const { settings, problems } = readSettings({ exclude: globs });
    expect(settings.exclude).toEqual(globs.slice(0, 100));
    expect(problems).toEqual([
      "depwarden.exclude has 101 globs, more than the 100 that are read; the others are left out.",
    ]);
    expect(readSettings({ exclude: [...globs.slice(0, 100), "folder1/**"] }).problems).toEqual([]);
  });

  it("are read whole", () => {
    expect(readSettings(GOOD)).toEqual({
      problems: [],
      settings: {
        cooldown: { ms: DAY / 2, origin: "depwarden.minimumReleaseAge" },
        closeInspectionMs: 14 * DAY,
        severities: new Map([
          ["deprecated", null],
          ["fresh-release", "error"],
        ]),
        allow: [
          {
            index: 0,
            package: "alpha",
            versions: "^1.0.0",
            rules: ["fresh-release"],
            reason: "reviewed",
            until: Date.parse("2026-06-04T23:59:59.999Z"),
          },
        ],
        registry: "https://npm.example.com/api/npm/",
        osv: { enabled: false, url: "http://127.0.0.1:8080" },
        offline: true,
        pinStyle: "keep-operator",
        exclude: ["**/fixtures/**"],
      },
    });
  });

  const WRONG = [3, true, "nonsense", [], {}, [1], { a: 1 }, Number.NaN, "javascript:alert(1)", "file:///etc"];

  it.each(Object.keys(GOOD))("keep the rest where %s is of a wrong type, and say so", (name) => {
    const good = readSettings(GOOD).settings;
    const wrong = WRONG.filter((value) => readSettings({ [name]: value }).problems.length > 0);
    expect(wrong.length).toBeGreaterThan(4);
    for (const value of WRONG) {
      const { settings, problems } = readSettings({ ...GOOD, [name]: value });
      const field =
        name === "minimumReleaseAge"
          ? "cooldown"
          : name === "closeInspectionAge"
            ? "closeInspectionMs"
            : name === "rules"
              ? "severities"
              : name;
      expect({ ...settings, [field]: null }).toEqual({ ...good, [field]: null });
      if (wrong.includes(value)) expect(problems.join()).toContain(`depwarden.${name}`);
    }
  });

  it("that are no object at all are told", () => {
    for (const raw of [3, "x", [], true])
      expect(readSettings(raw)).toEqual({
        settings: DEFAULT_SETTINGS,
        problems: ["depwarden is not an object; it is ignored."],
      });
  });

  it("of OSV keep one where the other is wrong", () => {
    expect(readSettings({ osv: { enabled: "no", url: "https://osv.example" } })).toMatchObject({
      settings: { osv: { enabled: true, url: "https://osv.example" } },
      problems: [expect.stringContaining("depwarden.osv.enabled")],
    });
    expect(readSettings({ osv: { enabled: false, url: "osv.example" } })).toMatchObject({
      settings: { osv: { enabled: false, url: "https://api.osv.dev" } },
      problems: [expect.stringContaining("depwarden.osv.url")],
    });
    expect(readSettings({ osv: "https://osv.example" }).problems).toEqual([
      "depwarden.osv is not an object; it is ignored.",
    ]);
  });

  it.each(["https://", "https://a b", "https://host/?query", "https://host/#hash", "ftp://host", "//host"])(
    "take no registry address such as %j",
    (registry) => {
      expect(readSettings({ registry })).toMatchObject({
        settings: { registry: null },
        problems: [expect.stringContaining("depwarden.registry")],
      });
    },
  );

  it("take one wrong rule for itself", () => {
    const { settings, problems } = readSettings({
      rules: { deprecated: "loud", "no-such": "off", "fresh-release": "hint", unchecked: null },
    });
    expect([...settings.severities]).toEqual([["fresh-release", "hint"]]);
    expect(problems).toEqual([
      "depwarden.rules: the value of deprecated must be one of error, warning, information, hint, off; it is ignored.",
      'depwarden.rules names "no-such", which is not a rule.',
      "depwarden.rules: the value of unchecked must be one of error, warning, information, hint, off; it is ignored.",
    ]);
  });

  it.each([
    [{ reason: "x" }, "needs a package and a reason"],
    [{ package: "a" }, "needs a package and a reason"],
    [{ package: "a", reason: " " }, "needs a package and a reason"],
    [{ package: "", reason: "x" }, "needs a package and a reason"],
    ["a", "needs a package and a reason"],
    [{ package: "a", reason: "x", versions: "not a range" }, "has versions that are not a range"],
    [{ package: "a", reason: "x", versions: [] }, "has versions that are not a range"],
    [{ package: "a", reason: "x", versions: [""] }, "has versions that are not a range"],
    [{ package: "a", reason: "x", rules: "compromised" }, "has rules that are not a list of names"],
    [{ package: "a", reason: "x", until: "soon" }, '"until" that is not a date'],
    [{ package: "a", reason: "x", until: "5" }, '"until" that is not a date'],
    [{ package: "a", reason: "x", until: "2026-02-30" }, '"until" that is not a date'],
    [{ package: "a", reason: "x", until: 5 }, '"until" that is not a date'],
    [
      { package: "a", reason: "x", untill: "2020-01-01" },
      'has "untill", which is none of package, versions, rules, reason, until',
    ],
  ])("leave out the allow entry %j and keep the next", (entry, told) => {
    const { settings, problems } = readSettings({ allow: [entry, { package: "b", reason: "y" }] });
    expect(settings.allow.map(({ package: name }) => name)).toEqual(["b"]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`entry 1`);
    expect(problems[0]).toContain(told);
  });

  it("name a rule in an allow entry that there is none of, and keep its others", () => {
    const { settings, problems } = readSettings({
      allow: [{ package: "a", reason: "x", rules: ["compromised", "compromized"] }],
    });
    expect(settings.allow[0]?.rules).toEqual(["compromised", "compromized"]);
    expect(problems).toEqual(['depwarden.allow: entry 1 names "compromized", which is not a rule.']);
  });

  it("follow no prototype", () => {
    const raw = JSON.parse(
      '{"__proto__": {"offline": true, "pinStyle": "keep-operator"}, "rules": {"__proto__": "off", "constructor": "off"}, "osv": {"__proto__": {"enabled": false}}}',
    ) as unknown;
    const { settings } = readSettings(raw);
    expect(settings).toEqual(DEFAULT_SETTINGS);
    expect(readSettings(Object.create({ offline: true })).settings.offline).toBe(false);
    expect(({} as { offline?: unknown }).offline).toBeUndefined();
  });
});

describe("more of depwarden.allow than is read", () => {
  it("is reported, of entries and of versions", () => {
    const numbers = Array.from({ length: 1_001 }, (_, index) => index);
    const many = readSettings({ allow: numbers.map((at) => ({ package: `a${at}`, reason: "known" })) });
    expect([many.settings.allow.length, many.problems]).toEqual([
      1_000,
      ["depwarden.allow has 1001 entries, more than the 1000 that are read; the others are left out."],
    ]);
    const versions = numbers.slice(0, 101).map((at) => `1.0.${at}`);
    for (const written of [versions, versions.join(" || ")]) {
      const one = readSettings({ allow: [{ package: "a", versions: written, reason: "known" }] });
      expect([one.settings.allow[0]?.versions?.endsWith("|| 1.0.99"), one.problems]).toEqual([
        true,
        ["depwarden.allow: entry 1 (a) has 101 versions, more than the 100 that are read; the others are left out."],
      ]);
    }
  });
});
