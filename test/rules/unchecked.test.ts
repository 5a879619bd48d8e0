import { describe, expect, it } from "vitest";
import { known, unknown, type Unknown } from "../../server/src/core/facts/fact.ts";
import type { AdditionGap } from "../../server/src/core/facts/added.ts";
import { packumentFrom } from "../../server/src/core/facts/packument.ts";
import type { Subject } from "../../server/src/core/facts/subject.ts";
import type { RuleContext } from "../../server/src/core/rules/rule.ts";
import { managerContradiction } from "../../server/src/core/rules/manager-contradiction.ts";
import type { ProjectFacts } from "../../server/src/core/rules/rule.ts";
import { unchecked } from "../../server/src/core/rules/unchecked.ts";

interface Given {
  /** The `hasInstallScript` that the registry states of it, in the abbreviated form; undefined: nothing. */
  readonly flag?: boolean;
  readonly lockedInstallScript?: boolean;
  readonly undated?: Unknown;
  readonly gaps?: readonly AdditionGap[];
}

/** Code and message of each gap in what is known of a release. */
function told({ flag, lockedInstallScript, undated, gaps = [] }: Given): readonly string[] {
  const versions = { "1.0.0": { name: "alpha", ...(flag === undefined ? {} : { hasInstallScript: flag }) } };
  const request = { name: "alpha", detail: "abbreviated", fetchedAt: 0, host: "npm.example" } as const;
  const read = packumentFrom({ name: "alpha", versions }, request);
  const subject: Subject = {
    name: "alpha",
    version: "1.0.0",
    registryHost: "npm.example",
    registryAddress: null,
    isHostUntold: false,
    isRegistryPublic: true,
    direct: true,
    lockedInstallScript: lockedInstallScript ?? null,
    package: read.known ? known(read.value.facts) : read,
    distribution: null,
    published: undated ?? known({ exact: true, at: 0 }),
    advisories: { found: [], missing: [] },
    disputed: null,
    isCompromised: () => false,
    locked: [],
    asked: [],
    added: { comparedWith: "0.9.0", takenUp: 0, dependencies: [], exotic: [], gaps },
    committedVersion: null,
    isNewlyTaken: null,
    lockedBeforeFirst: null,
    ownName: null,
  };
  // The rule reads nothing of the context.
  const verdicts = unchecked.check(subject, {} as RuleContext);
  return verdicts.map((verdict) => `${verdict.unknown?.code ?? ""}: ${verdict.message}`);
}

describe("install scripts that the registry does not tell of", () => {
  const message = "not-stated: alpha 1.0.0 could not be checked for install scripts: npm.example does not state them.";

  it.each([
    ["the registry says that there are some", { flag: true, lockedInstallScript: false }],
    ["the lockfile says that there are some", { lockedInstallScript: true }],
    ["neither says anything", {}],
  ])("are a gap where %s", (_what, given) => {
    expect(told(given)).toEqual([message]);
  });

  it.each([
    ["the registry says that there are none", { flag: false }],
    ["the lockfile says that there are none", { lockedInstallScript: false }],
  ])("are none where %s", (_what, given) => {
    expect(told(given)).toEqual([]);
  });

  it("and its date are one gap where the registry states neither, and two where the date could not be had", () => {
    expect(told({ undated: unknown("not-stated", "npm.example dates nothing") })).toEqual([
      "not-stated: alpha 1.0.0 could not be dated or checked for install scripts: npm.example states neither.",
    ]);
    expect(told({ undated: unknown("timeout", "npm.example did not answer") })).toEqual([
      "timeout: alpha 1.0.0 could not be dated: npm.example did not answer.",
      message,
    ]);
  });
});

describe("new dependencies that could not be looked into", () => {
  const down = unknown("http", "npm.example answered 503");
  const flag = false;

  it("are one gap for each reason, and named in order", () => {
    const gaps = [
      { name: "second", unknown: down },
      { name: "first", unknown: down },
      { name: "third", unknown: unknown("timeout", "npm.example did not answer") },
    ];
    expect(told({ flag, gaps })).toEqual([
      "http: alpha 1.0.0 could not be checked for new dependencies (first, second): npm.example answered 503.",
      "timeout: alpha 1.0.0 could not be checked for new dependencies (third): npm.example did not answer.",
    ]);
  });

  it("are not named where there are too many", () => {
    expect(told({ flag, gaps: [{ name: null, unknown: down }] })).toEqual([
      "http: alpha 1.0.0 could not be checked for new dependencies: npm.example answered 503.",
    ]);
  });

  it("are one of several gaps, of which those that are left out offline are one", () => {
    const offline = unknown("offline", "not asked");
    expect(told({ undated: offline, gaps: [{ name: "first", unknown: offline }], flag })).toEqual([
      "offline: alpha 1.0.0 could be checked only against cached data and the bundled catalogue (offline).",
    ]);
  });
});

describe("a package manager that is not known", () => {
  it("is reported only where the manifest and the lockfile disagree", () => {
    const facts = (contradiction: ProjectFacts["contradiction"]) => ({ contradiction }) as ProjectFacts;
    expect(managerContradiction.check(facts(null), 0)).toEqual([]);
    const span = { start: 1, end: 2 };
    expect(managerContradiction.check(facts({ message: "They disagree.", span }), 0)).toEqual([
      { message: "They disagree.", at: { kind: "package-json", span } },
    ]);
  });
});
