import { describe, expect, it } from "vitest";
import { approveScripts } from "../../server/src/core/fixes/approval/approve-scripts.ts";
import { changeVersion } from "../../server/src/core/fixes/change-version.ts";
import { strengthenPolicy } from "../../server/src/core/fixes/setting/strengthen-policy.ts";
import { policyFixersOf, releaseFixersOf } from "../../server/src/core/rules/index.ts";

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
