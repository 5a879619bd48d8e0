/** What a settings file keeps from being said: only what really does. */
import { describe, expect, test } from "vitest";
import { DAY } from "../../server/src/core/util/duration.ts";
import { RULE_METAS } from "../../server/src/core/rules/index.ts";
import { DEFAULT_SETTINGS, readSettings } from "../../server/src/core/settings/settings.ts";
import type { Settings } from "../../server/src/core/settings/settings.ts";
import { suppressionClause, suppressionsOf, suppressionText } from "../../server/src/core/settings/suppressions.ts";
import type { SuppressionInput } from "../../server/src/core/settings/suppressions.ts";

const settings = (raw: unknown): Settings => readSettings(raw).settings;

function suppressed(raw: unknown, rest: Partial<SuppressionInput> = {}): readonly string[] {
  const own = settings(raw);
  const found = suppressionsOf({
    by: ".vscode/settings.json",
    own,
    effective: own,
    without: DEFAULT_SETTINGS,
    reports: [],
    excluded: [],
    pathOf: (uri) => uri,
    ...rest,
  });
  expect(found.every(({ by }) => by === ".vscode/settings.json")).toBe(true);
  return found.map(({ what, detail }) => `${what} | ${detail}`);
}

const report = (ms: number, origin: string): SuppressionInput["reports"][number] => ({
  allowed: [],
  projectCooldown: { ms, origin },
  keptFromOsv: [],
});

test("settings that say nothing suppress nothing", () => {
  expect(suppressed({})).toEqual([]);
});

describe("rules", () => {
  test.each(RULE_METAS.map(({ id }) => id))("%s that is off", (id) => {
    expect(suppressed({ rules: { [id]: "off" } })).toEqual([`rules | ${id} off`]);
  });

  test.each([
    [{ compromised: "hint" }, ["rules | compromised lowered from error to hint"]],
    [{ "fresh-release": "information" }, ["rules | fresh-release lowered from warning to information"]],
    // By itself it is an error while a release is fresh, which a warning in the settings keeps it from.
    [{ "new-install-script": "warning" }, ["rules | new-install-script lowered from error to warning"]],
    [{ "fresh-release": "error" }, []],
    [{ "fresh-release": "warning" }, []],
    [{ "new-install-script": "error" }, []],
    [{ nonsense: "off" }, []],
  ])("%j: %j", (rules, expected) => {
    expect(suppressed({ rules })).toEqual(expected);
  });

  test("one that a person's own settings decide otherwise is not suppressed", () => {
    expect(
      suppressed({ rules: { compromised: "off" } }, { effective: settings({ rules: { compromised: "error" } }) }),
    ).toEqual([]);
  });
});

describe("minimumReleaseAge", () => {
  test.each([
    ["0", [], ["minimumReleaseAge | none instead of 3 days (the default)"]],
    ["1d", [], ["minimumReleaseAge | 24 hours instead of 3 days (the default)"]],
    [
      "5d",
      [report(2 * DAY, "min-release-age in .npmrc"), report(7 * DAY, "npmMinimalAgeGate in .yarnrc.yml")],
      ["minimumReleaseAge | 5 days instead of 7 days (npmMinimalAgeGate in .yarnrc.yml)"],
    ],
    ["5d", [], []],
    ["3d", [], []],
    ["1d", [report(DAY, "pnpm's default")], []],
  ])("%s over %j: %j", (minimumReleaseAge, reports, expected) => {
    expect(suppressed({ minimumReleaseAge }, { reports })).toEqual(expected);
  });

  test("one that a flag wins over suppresses nothing", () => {
    expect(
      suppressed(
        { minimumReleaseAge: "0" },
        { effective: { ...DEFAULT_SETTINGS, cooldown: { ms: 0, origin: "--min-age" } } },
      ),
    ).toEqual([]);
  });
});

test.each([
  [{ closeInspectionAge: "0" }, ["closeInspectionAge | none instead of 4 weeks"]],
  [{ closeInspectionAge: "60d" }, []],
  [{ offline: true }, ["offline | nothing is sent"]],
  [{ osv: { enabled: false } }, ["osv.enabled | OSV is not asked for advisories"]],
  [{ osv: { enabled: true }, offline: false, pinStyle: "keep-operator" }, []],
])("%j: %j", (raw, expected) => {
  expect(suppressed(raw)).toEqual(expected);
});

test("offline that whoever runs it has chosen too is no suppression", () => {
  expect(suppressed({ offline: true }, { without: { ...DEFAULT_SETTINGS, offline: true } })).toEqual([]);
});

describe("hosts", () => {
  const registry = "registry | https://r.example is asked instead of the registry that is configured";
  const osv = "osv.url | https://o.example/x is asked for advisories instead of https://api.osv.dev";

  test.each([
    [{ registry: "https://r.example" }, [registry]],
    [{ registry: "HTTPS://user:secret@R.example:443//" }, [registry]],
    [
      { registry: "http://[" },
      ["registry | an address that cannot be read is asked instead of the registry that is configured"],
    ],
    [{ registry: "" }, []],
    [{ registry: "nonsense" }, []],
    [{ osv: { url: "https://o.example/x/" } }, [osv]],
    [{ osv: { url: "https://api.osv.dev/" } }, []],
    [{ osv: { url: "" } }, []],
    [
      { osv: { url: "http://api.osv.dev" } },
      ["osv.url | http://api.osv.dev is asked for advisories instead of https://api.osv.dev"],
    ],
    [{ registry: "https://r.example", osv: { url: "https://o.example/x" } }, [registry, osv]],
    [{ osv: { url: "https://o.example", enabled: false } }, ["osv.enabled | OSV is not asked for advisories"]],
    [
      { registry: "https://r.example", osv: { url: "https://o.example" }, offline: true },
      ["offline | nothing is sent"],
    ],
  ])("%j: %j", (raw, expected) => {
    expect(suppressed(raw)).toEqual(expected);
  });

  const mine = settings({ registry: "https://mine.example", osv: { url: "https://osv.mine.example" } });

  test("that a person's own settings decide otherwise are not asked", () => {
    const raw = { registry: "https://r.example", osv: { url: "https://o.example" } };
    expect(suppressed(raw, { effective: mine })).toEqual([]);
    expect(suppressed(raw, { effective: DEFAULT_SETTINGS })).toEqual([]);
  });

  test("that are a person's own too are no suppression; others are named beside them", () => {
    expect(
      suppressed({ registry: "https://mine.example/", osv: { url: "https://osv.mine.example/" } }, { without: mine }),
    ).toEqual([]);
    expect(suppressed({ registry: "https://r.example", osv: { url: "https://o.example" } }, { without: mine })).toEqual(
      [
        "registry | https://r.example is asked instead of https://mine.example",
        "osv.url | https://o.example is asked for advisories instead of https://osv.mine.example",
      ],
    );
  });
});

describe("allow", () => {
  const own = settings({
    allow: [
      { package: "bad-lib", rules: ["compromised", "fresh-release"], reason: "a\nreason" },
      { package: "other", reason: "r" },
    ],
  });
  const [entry] = own.allow;
  if (entry === undefined) throw new Error("no entry");
  const covered = (
    version: string,
    rule: string,
    findings: number,
  ): SuppressionInput["reports"][number]["allowed"][number] => ({ entry, package: "bad-lib", version, rule, findings });
  const allowed = [
    covered("4.0.1", "compromised", 2),
    covered("4.0.1", "fresh-release", 1),
    covered("4.0.2", "compromised", 1),
  ];

  test("names what an entry covered, of which rules, how often and why; one that covers nothing is not named", () => {
    const reports = [{ allowed, projectCooldown: DEFAULT_SETTINGS.cooldown, keptFromOsv: [] }];
    expect(suppressed({}, { own, effective: own, reports })).toEqual([
      "allow | bad-lib 4.0.1, 4.0.2: compromised (3 findings), fresh-release (1 finding): a reason",
    ]);
  });

  test("an entry that is a person's own is not the file's", () => {
    const reports = [{ allowed, projectCooldown: DEFAULT_SETTINGS.cooldown, keptFromOsv: [] }];
    expect(suppressed({}, { effective: own, reports })).toEqual([]);
  });
});

test("exclude names the globs that left out files, and how many", () => {
  const excluded = [
    { glob: "vendor", files: 2, isWhole: true },
    { glob: "vendor", files: 1, isWhole: true },
    { glob: "mine", files: 4, isWhole: true },
  ];
  expect(suppressed({ exclude: ["vendor", "nothing"] }, { excluded })).toEqual(["exclude | vendor (3 files)"]);
  const uncounted = [{ glob: "vendor", files: 0, isWhole: false }];
  expect(suppressed({ exclude: ["vendor"] }, { excluded: uncounted })).toEqual(["exclude | vendor (0 files or more)"]);
});

test("in words", () => {
  const rules = { by: ".vscode/settings.json", what: "rules", detail: "compromised off" };
  const exclude = { ...rules, what: "exclude", detail: "vendor (2 files)" };
  expect([rules, exclude].map(suppressionText)).toEqual([
    "compromised off in .vscode/settings.json",
    "exclude in .vscode/settings.json: vendor (2 files)",
  ]);
  expect([rules, exclude].map(suppressionClause)).toEqual(["compromised off", "exclude: vendor (2 files)"]);
});
