import { describe, expect, it } from "vitest";
import { approveScripts } from "../../server/src/core/fixes/approval/approve-scripts.ts";
import { changeVersion } from "../../server/src/core/fixes/change-version.ts";
import { strengthenPolicy } from "../../server/src/core/fixes/setting/strengthen-policy.ts";
import { policyFixersOf, releaseFixersOf, RULES } from "../../server/src/core/rules/index.ts";
import { highestSeverity } from "../../server/src/core/rules/rule.ts";

describe("the fixes that are offered", () => {
  it.each([
    [[], []],
    [["unapproved-install-script"], [approveScripts]],
    [
      ["unapproved-install-script", "deprecated"],
      [changeVersion, approveScripts],
    ],
    [
      ["compromised", "new-install-script"],
      [changeVersion, approveScripts],
    ],
  ])("for findings of %j about a release are those of their rules, each once", (ids, fixers) => {
    expect(releaseFixersOf(new Set(ids))).toEqual(fixers);
  });

  it.each([
    ["weak-cooldown", [strengthenPolicy]],
    ["unused-lockfile", []],
    ["compromised", []],
  ])("for a finding of %s about a project are those of its rule", (id, fixers) => {
    expect(policyFixersOf(id)).toEqual(fixers);
  });
});

describe("the gravest severity that a rule gives by itself", () => {
  it.each([
    ["new-dependency", "error"],
    ["exotic-dependency", "error"],
    ["new-install-script", "error"],
    ["compromised", "error"],
    ["lockfile-tampering", "error"],
    ["fresh-release", "warning"],
    ["deprecated", "hint"],
  ])("of %s is %s", (id, severity) => {
    expect(RULES.filter(({ meta }) => meta.id === id).map(({ meta }) => highestSeverity(meta))).toEqual([severity]);
  });
});
