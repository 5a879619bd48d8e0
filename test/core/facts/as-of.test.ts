import { describe, expect, it } from "vitest";
import { advisoriesAsOf, packageAsOf } from "../../../server/src/core/facts/as-of.ts";
import type { Advisory } from "../../../server/src/core/facts/advisory.ts";
import type { PackageFacts } from "../../../server/src/core/facts/package.ts";
import { packumentFrom } from "../../../server/src/core/facts/packument.ts";

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);

function facts(time: Readonly<Record<string, string>>): PackageFacts {
  const versions = Object.fromEntries(
    ["1.0.0", "1.0.1", "2.0.0"].map((version) => [version, { _id: `foo@${version}` }]),
  );
  const read = packumentFrom(
    { name: "foo", versions, "dist-tags": { latest: "2.0.0" }, time },
    { name: "foo", detail: "full", fetchedAt: at("2026-06-01"), host: "registry.example" },
  );
  if (!read.known) throw new Error(read.reason);
  return read.value.facts;
}

const TIME = {
  "1.0.0": "2026-01-01T00:00:00Z",
  "1.0.1": "2026-02-01T00:00:00Z",
  "2.0.0": "2026-05-01T00:00:00Z",
  modified: "2026-05-02T00:00:00Z",
};

describe("a package as of an earlier moment", () => {
  it("was last changed by its newest release of then, not by what came later", () => {
    const then = packageAsOf(facts(TIME), at("2026-03-01"));
    expect(then.modified).toBe(at("2026-02-01"));
    expect(then.fetchedAt).toBe(at("2026-03-01"));
    expect([...then.releases.keys()]).toEqual(["1.0.0", "1.0.1"]);
    expect(then.distTags.get("latest")).toBe("1.0.1");
  });

  it("has changed when the registry says, where that was before", () => {
    expect(packageAsOf(facts(TIME), at("2026-05-20")).modified).toBe(at("2026-05-02"));
  });

  it("may have changed at any time where a release is not dated", () => {
    const undated = Object.fromEntries(Object.entries(TIME).filter(([version]) => version !== "1.0.1"));
    expect(packageAsOf(facts(undated), at("2026-03-01")).modified).toBeNull();
  });
});

/** A package with these versions, each as old as it says; undated where null. */
function withVersions(
  versions: Readonly<Record<string, string | null>>,
  more: Readonly<Record<string, unknown>> = {},
): PackageFacts {
  const names = Object.keys(versions);
  const time = Object.fromEntries(Object.entries(versions).filter(([, day]) => day !== null));
  const read = packumentFrom(
    { name: "foo", versions: Object.fromEntries(names.map((name) => [name, { _id: `foo@${name}` }])), time, ...more },
    { name: "foo", detail: "full", fetchedAt: at("2026-06-01"), host: "registry.example" },
  );
  if (!read.known) throw new Error(read.reason);
  return read.value.facts;
}

describe("the newest release of a moment", () => {
  const latest = (versions: Readonly<Record<string, string | null>>, tags: Readonly<Record<string, string>>) =>
    packageAsOf(withVersions(versions, { "dist-tags": tags }), at("2026-03-01")).distTags.get("latest");

  it("is called latest where what is now called so came later", () => {
    const versions = {
      "1.9.0": "2026-01-01",
      "1.10.0": "2026-03-01",
      "2.0.0-rc.1": "2026-02-01",
      "3.0.0": "2026-03-02",
    };
    expect(latest(versions, { latest: "3.0.0" })).toBe("1.10.0");
    expect(latest(versions, { latest: "1.9.0" })).toBe("1.9.0");
    expect(latest({ "1.10.0": "2026-01-01", "1.9.0": "2026-02-01", "3.0.0": "2026-03-02" }, { latest: "3.0.0" })).toBe(
      "1.10.0",
    );
    expect(latest({ ...versions, old: "2026-01-01" }, { latest: "3.0.0" })).toBe("1.10.0");
  });

  it("is none where there was none", () => {
    expect(latest({ "3.0.0": "2026-03-02" }, { latest: "3.0.0" })).toBeUndefined();
  });

  it("is the one that is not dated, which may have been there", () => {
    expect(latest({ "1.0.0": null, "3.0.0": "2026-03-02" }, { latest: "3.0.0" })).toBe("1.0.0");
  });
});

describe("a package that was taken down", () => {
  const moment = at("2026-03-01");

  it.each([
    ["2026-03-01T00:00:00Z", true],
    ["2026-03-01T00:00:01Z", false],
  ])("at %s was gone by then: %j", (time, isGone) => {
    const facts = withVersions({ "1.0.0": "2026-01-01" }, { time: { unpublished: { time } } });
    expect(packageAsOf(facts, moment).unpublishedAt).toBe(isGone ? Date.parse(time) : null);
  });

  it.each([
    ["2026-03-01", true],
    ["2026-03-02", false],
  ])("for security on %s was held by then: %j", (day, isHeld) => {
    const facts = withVersions(
      { "0.0.1-security": day, "0.0.1-other": "2026-01-01" },
      { "dist-tags": { latest: "0.0.1-security" }, description: "security holding package" },
    );
    expect(facts.securityHolder).toBe(true);
    expect(packageAsOf(facts, moment).securityHolder).toBe(isHeld);
  });

  it("was held where the placeholder was there, and not for a version that is called alike", () => {
    const held = (versions: Readonly<Record<string, string>>, latest: string) =>
      packageAsOf(withVersions(versions, { "dist-tags": { latest }, description: "security holding package" }), moment)
        .securityHolder;
    expect(held({ "0.0.1-security.12": "2026-02-01" }, "0.0.1-security.12")).toBe(true);
    expect(held({ "1.0.0-security-fix": "2026-02-01", "0.0.1-security": "2026-04-01" }, "0.0.1-security")).toBe(false);
  });

  it("says nothing of one that never was", () => {
    const facts = withVersions({ "0.0.1-security": "2026-01-01" });
    expect(packageAsOf(facts, moment)).toMatchObject({ securityHolder: false, unpublishedAt: null });
  });
});

describe("what had changed last", () => {
  it("is known to the moment", () => {
    const facts = (modified: string) => withVersions({ "1.0.0": "2026-01-01" }, { modified });
    const changed = (modified: string) => packageAsOf(facts(modified), at("2026-03-01")).modified;
    expect(changed("2026-03-01T00:00:00Z")).toBe(at("2026-03-01"));
    expect(changed("2026-03-01T00:00:01Z")).toBe(at("2026-01-01"));
  });

  it("is the newest of the releases, in whatever order they are listed, and nothing where there are none", () => {
    const changed = (versions: Readonly<Record<string, string>>) =>
      packageAsOf(withVersions(versions), at("2026-03-01")).modified;
    expect(changed({ "1.0.0": "2026-02-01", "1.0.1": "2026-01-01" })).toBe(at("2026-02-01"));
    expect(changed({ "1.0.0": "2026-01-01", "1.0.1": "2026-02-01" })).toBe(at("2026-02-01"));
    expect(changed({ "1.0.0": "2026-04-01" })).toBeNull();
  });
});

describe("advisories of a moment", () => {
  it("are those that are dated, and were published by then", () => {
    const of = (published: number | null): Advisory => ({
      ...{ id: `MAL-${published ?? "undated"}`, aliases: [], source: "osv", malware: true, summary: "", url: null },
      ...{ published, affected: { versions: [], ranges: [] } },
    });
    const facts = { found: [of(1), of(2), of(3), of(null)], missing: [] };
    expect(advisoriesAsOf(facts, 2).found).toEqual([of(1), of(2)]);
  });
});
