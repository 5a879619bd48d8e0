/** The aims of the replay, from the data in the repository; and each incident's rules as written by hand in its file. */
import { beforeAll, describe, expect, it } from "vitest";
import data from "../../server/src/core/catalogue/catalogue.json" with { type: "json" };
import { openCatalogue } from "../../server/src/core/catalogue/catalogue.ts";
import { incidents, replay, scoreOf, verdictOf } from "./attacks.ts";
import { catalogueScore } from "./catalogue.ts";
import { ordinaryPackages } from "./data.ts";
import { judgeNames, kindOf, lookAlikeCampaigns, ordinaryNames } from "./names.ts";
import { judgeOrdinary, type OrdinaryResult } from "./ordinary.ts";

describe("real attacks, one minute after the release, with no advisory", () => {
  it.each(incidents().map((incident) => [incident.id, incident] as const))("%s", async (_id, incident) => {
    const result = await replay(incident);
    const rules = result.judgements.map(({ rule }) => rule);
    expect(rules).toEqual(expect.arrayContaining([...incident.expect, "fresh-release"]));
    // What is named as out of reach would be a discovery if it were not.
    if (incident.onlyAdvisory !== undefined) expect(["fresh", "warning"]).toContain(verdictOf(result));
    expect(result.dayBefore.map(({ message }) => message)).toEqual([]);
  });

  it("are flagged as often as is aimed at", async () => {
    const results = await Promise.all(incidents().map(replay));
    const { attacks, flagged, withInstallSignal, flaggedAsError } = scoreOf(results);
    expect(attacks).toBeGreaterThanOrEqual(30);
    expect(flagged / attacks).toBeGreaterThanOrEqual(0.95);
    expect(flaggedAsError / withInstallSignal).toBeGreaterThanOrEqual(0.8);
    const techniques = new Set(results.map(({ incident }) => incident.technique));
    expect([...techniques].sort()).toEqual([
      "new-dependency-with-install-script",
      "new-install-script",
      "payload-in-main-code",
      "protestware",
      "typosquat",
    ]);
  });
});

describe("ordinary releases, an hour after they came out", () => {
  let result: OrdinaryResult;
  beforeAll(async () => {
    result = await judgeOrdinary(ordinaryPackages("ordinary"));
  }, 900_000);

  it("are many", () => {
    expect(result.packages).toBeGreaterThanOrEqual(60);
    expect(result.all.releases).toBeGreaterThanOrEqual(3000);
    expect(result.withScript.releases).toBeGreaterThanOrEqual(500);
  });

  it("rarely have an error: at most 1 in 200, and of those with an install script 1 in 30", () => {
    expect(result.all.errors).toBeLessThanOrEqual(result.all.releases / 200);
    expect(result.withScript.errors).toBeLessThanOrEqual(result.withScript.releases / 30);
  });

  it("seldom have a warning other than fresh-release: at most 1 in 50, and of those with an install script 1 in 20", () => {
    expect(result.all.warnings).toBeLessThanOrEqual(result.all.releases / 50);
    expect(result.withScript.warnings).toBeLessThanOrEqual(result.withScript.releases / 20);
  });

  it("are counted once each, those with an install script among all", () => {
    const { all, withScript, alarms } = result;
    const errors = new Set(alarms.filter(({ severity }) => severity === "error").map(({ release }) => release));
    const scripts = new Set(
      alarms.filter(({ severity, runsScript }) => severity === "error" && runsScript).map(({ release }) => release),
    );
    expect([all.errors, withScript.errors]).toEqual([errors.size, scripts.size]);
    // A script is new or another one only where there is one.
    for (const { rule, release, runsScript } of alarms)
      if (rule === "new-install-script") expect([release, runsScript]).toEqual([release, true]);
  });

  it("hold no version that is known to be compromised", () => {
    const catalogue = openCatalogue();
    const both = [...ordinaryPackages("ordinary"), ...ordinaryPackages("held-out")];
    const bad = both.flatMap(({ package: name, judged }) =>
      judged.filter((version) => catalogue.advisories(name, version).length > 0).map((version) => `${name}@${version}`),
    );
    expect(bad).toEqual([]);
  });
});

describe("the bundled catalogue", () => {
  it("names every one of its versions as compromised, with nothing asked of anybody", async () => {
    const { versions, missed } = await catalogueScore(openCatalogue());
    expect(missed).toEqual([]);
    expect(versions).toBe(data.counts.versions);
  });
});

describe("names alone, as if every package were young", () => {
  it("of ordinary packages are close to a widely used one by nothing but a typo, at most 1 in 50", () => {
    const { names, alarms } = judgeNames(ordinaryNames());
    expect(names).toBeGreaterThanOrEqual(250);
    expect(
      [...new Set(alarms.map(({ slip }) => kindOf(slip)))].filter((kind) => kind !== "a typo in the name"),
    ).toEqual([]);
    expect(alarms.length).toBeLessThanOrEqual(names / 50);
  });

  it("of look-alike campaigns are seen, where they are close to a widely used one", () => {
    const seen = [...lookAlikeCampaigns()].map(([id, names]) => [id, judgeNames(names).alarms.length]);
    expect(Object.fromEntries(seen)).toMatchObject({ "phantomraven-2025": 74, "sandworm-mode-2026-02": 6 });
  });
});
