/** What is folded into the sum of it, and what still stands by itself. */
import { describe, expect, it } from "vitest";
import { hoverMarkdown } from "../../../server/src/core/report/hover.ts";
import { readSettings } from "../../../server/src/core/settings/settings.ts";
import { inspect } from "../world/inspect.ts";
import { testPorts } from "../world/ports.ts";

const alice = { name: "alice" };
const WORLD = {
  packages: {
    alpha: {
      "1.0.0": { at: "2026-01-01", publisher: alice },
      "1.0.1": { at: "2026-06-03T22:00:00Z", publisher: { name: "mallory" }, scripts: { postinstall: "node x.js" } },
    },
  },
};

async function judgedWith(settings: object) {
  const files = new Map([["package.json", '{"dependencies": {"alpha": "1.0.1"}}']]);
  const read = readSettings({ rules: { "weak-cooldown": "off" }, ...settings });
  expect(read.problems).toEqual([]);
  const { report } = await inspect(testPorts({ now: "2026-06-04T00:00:00Z", world: WORLD, files }), {
    settings: read.settings,
  });
  return report;
}

/** What an editor shows. */
async function shownWith(settings: object): Promise<readonly string[]> {
  const { findings } = await judgedWith(settings);
  return findings.filter(({ foldedInto }) => foldedInto === null).map(({ rule, severity }) => `${severity} ${rule}`);
}

const rules = (severities: object): object => ({ rules: { "weak-cooldown": "off", ...severities } });
const allow = (...names: string[]): object => ({ allow: [{ package: "alpha", rules: names, reason: "known" }] });

describe("findings that add up", () => {
  it("are shown as one", async () => {
    expect(await shownWith({})).toEqual(["error suspicious-release"]);
  });

  it("are shown each by itself where the sum is allowed", async () => {
    expect(await shownWith(allow("suspicious-release"))).toEqual(["error new-install-script", "warning fresh-release"]);
  });

  it("are shown each by itself where the sum is off", async () => {
    expect(await shownWith(rules({ "suspicious-release": "off" }))).toEqual([
      "error new-install-script",
      "warning fresh-release",
    ]);
  });

  it("are shown beside a sum that weighs less than they do", async () => {
    expect(await shownWith(rules({ "suspicious-release": "warning" }))).toEqual([
      "warning suspicious-release",
      "error new-install-script",
    ]);
    expect(await shownWith(rules({ "suspicious-release": "hint" }))).toEqual([
      "hint suspicious-release",
      "error new-install-script",
      "warning fresh-release",
    ]);
  });

  it("do not add up where one of two is allowed", async () => {
    expect(await shownWith(allow("new-install-script"))).toEqual(["warning fresh-release"]);
  });

  it("are shown in the one that says the same, unless that is allowed, off or weighs less", async () => {
    const off = { "suspicious-release": "off", "new-install-script": "off", "unapproved-install-script": "off" };
    expect(await shownWith(rules(off))).toEqual(["warning fresh-release"]);
    const both = ["hint fresh-release", "information publisher-changed"];
    expect((await shownWith(rules({ ...off, "fresh-release": "hint" }))).toSorted()).toEqual(both);
    expect(await shownWith(rules({ ...off, "fresh-release": "off" }))).toEqual(["information publisher-changed"]);
    expect(await shownWith({ ...rules(off), ...allow("fresh-release") })).toEqual(["information publisher-changed"]);
  });

  it("are not each shown in the other, whatever an account is called", async () => {
    const names = [{ name: "alice" }, { name: "published without provenance" }];
    const [before, now] = names.map((publisher, at) => ({ publisher, provenance: at === 0 }));
    const world = {
      packages: { alpha: { "1.0.0": { at: "2026-01-01", ...before }, "1.0.1": { at: "2026-05-20", ...now } } },
    };
    const files = new Map([["package.json", '{"dependencies": {"alpha": "1.0.1"}}']]);
    const { settings } = readSettings({ rules: { "weak-cooldown": "off", "publisher-changed": "warning" } });
    const { report } = await inspect(testPorts({ now: "2026-06-04T00:00:00Z", world, files }), { settings });
    const shown = report.findings.filter(({ foldedInto }) => foldedInto === null).map(({ rule }) => rule);
    expect(shown).toContain("trust-downgrade");
  });

  it("are all in the hover on the name, and those that are folded in the hover beside the finding too", async () => {
    const {
      judged: [judged],
      context: { now },
    } = await judgedWith({});
    if (judged === undefined) throw new Error("nothing was judged");
    const told = (isUnderlined: boolean): readonly string[] =>
      [...hoverMarkdown({ judged, path: [], now, isUnderlined }).matchAll(/^- (\w+): .* \(\[([a-z-]+)\]/gm)].map(
        ([, severity, rule]) => `${severity ?? ""} ${rule ?? ""}`,
      );
    expect(told(true)).toEqual(["error new-install-script", "warning fresh-release", "information publisher-changed"]);
    expect(told(false)).toEqual(["error suspicious-release", ...told(true)]);
  });
});
