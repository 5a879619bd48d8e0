import { describe, expect, it } from "vitest";
import { affects } from "../../../server/src/core/facts/affects.ts";
import { bulkAdvisories, bulkFromText, isBulkAnswer, textOfBulk } from "../../../server/src/core/facts/bulk.ts";
import { advisoryFrom, isOsvId, mayReportMalware, osvRecordFrom } from "../../../server/src/core/facts/osv.ts";

const range = (introduced: string, fixed: string | null = null, lastAffected: string | null = null) => ({
  introduced,
  fixed,
  lastAffected,
});

describe("whether a version is affected", () => {
  it.each([
    ["0", null, null, "0.0.0-alpha", true],
    ["0", "1.0.0", null, "0.9.9", true],
    ["0", "1.0.0", null, "1.0.0-rc.1", true],
    ["0", "1.0.0", null, "1.0.0", false],
    ["1.0.0", "2.0.0", null, "1.0.0-rc.1", false],
    ["1.0.0", "2.0.0", null, "1.0.0", true],
    ["1.0.0", null, "1.2.0", "1.2.0", true],
    ["1.0.0", null, "1.2.0", "1.2.1", false],
    ["1.0.0", null, null, "99.0.0", true],
    ["1.0.0", "nonsense", null, "1.5.0", false],
    ["nonsense", null, null, "1.5.0", false],
    ["1.0.0", null, "nonsense", "1.5.0", false],
    ["0", null, null, "not-a-version", false],
  ])("introduced %s, fixed %s, last %s: %s is %s", (introduced, fixed, last, version, expected) => {
    expect(affects({ versions: [], ranges: [range(introduced, fixed, last)] }, version)).toBe(expected);
  });

  it("by any of several ranges, or the list", () => {
    const affected = { versions: ["5.0.0", "odd version"], ranges: [range("1.0.0", "1.1.0"), range("2.0.0", "2.1.0")] };
    expect(
      ["1.0.5", "1.5.0", "2.0.5", "2.1.0", "5.0.0", "odd version", "5.0.1"].filter((version) =>
        affects(affected, version),
      ),
    ).toEqual(["1.0.5", "2.0.5", "5.0.0", "odd version"]);
  });
});

function record(more: object): unknown {
  return {
    id: "MAL-2026-1",
    modified: "2026-04-01T00:00:00Z",
    published: "2026-03-31T00:00:00Z",
    affected: [{ package: { ecosystem: "npm", name: "foo" }, versions: ["1.0.0"] }],
    ...more,
  };
}

function read(raw: unknown, name = "foo") {
  const parsed = osvRecordFrom(raw);
  if (parsed === null) throw new Error("no record");
  return advisoryFrom(parsed, name);
}

const events = (...list: object[]) =>
  record({ affected: [{ package: { ecosystem: "npm", name: "foo" }, ranges: [{ type: "SEMVER", events: list }] }] });

describe("an OSV record", () => {
  it("is cut down to what counts for the package", () => {
    const raw = record({
      aliases: ["GHSA-aaaa-bbbb-cccc", "../../x", "MAL-2026-1"],
      summary: "Malicious\ncode\u0007 in  foo",
      affected: [
        { package: { ecosystem: "npm", name: "foo" }, versions: ["1.0.0", "1.0.0"] },
        { package: { ecosystem: "npm", name: "foo" }, versions: ["1.0.1"] },
        { package: { ecosystem: "npm", name: "bar" }, versions: ["9.0.0"] },
        { package: { ecosystem: "PyPI", name: "foo" }, versions: ["8.0.0"] },
      ],
    });
    expect(read(raw)).toEqual({
      id: "MAL-2026-1",
      aliases: ["GHSA-aaaa-bbbb-cccc"],
      source: "osv",
      malware: true,
      summary: "Malicious code in foo",
      url: "https://osv.dev/vulnerability/MAL-2026-1",
      published: Date.UTC(2026, 2, 31),
      affected: { versions: ["1.0.0", "1.0.1"], ranges: [] },
    });
    expect(read(raw, "baz")).toBeNull();
  });

  it("that was withdrawn says nothing", () => {
    expect(read(record({ withdrawn: "2026-05-01T00:00:00Z" }))).toBeNull();
    expect(read(record({ withdrawn: null }))).not.toBeNull();
  });

  it.each([
    ["2026-04-30T23:59:59Z", false],
    ["2026-05-01T00:00:00Z", true],
  ])("that was withdrawn on 1 May counts before then: as of %s it is withdrawn, %j", (asOf, isGone) => {
    const parsed = osvRecordFrom(record({ withdrawn: "2026-05-01T00:00:00Z" }));
    expect(parsed === null || advisoryFrom(parsed, "foo", Date.parse(asOf)) === null).toBe(isGone);
    const undated = osvRecordFrom(record({ withdrawn: "some day" }));
    expect(undated === null || advisoryFrom(undated, "foo", Date.parse(asOf)) === null).toBe(true);
  });

  it.each([
    ["its id", { id: "MAL-2026-1" }, true],
    ["an alias", { id: "GHSA-aaaa-bbbb-cccc", aliases: ["MAL-2026-1"] }, true],
    ["GitHub's weaknesses", { id: "GHSA-aaaa-bbbb-cccc", database_specific: { cwe_ids: ["CWE-79", "CWE-506"] } }, true],
    [
      "the affected package's weaknesses",
      {
        id: "GHSA-aaaa-bbbb-cccc",
        affected: [
          {
            package: { ecosystem: "npm", name: "foo" },
            versions: [],
            database_specific: { cwes: [{ cweId: "CWE-506" }] },
          },
        ],
      },
      true,
    ],
    [
      "another package's weaknesses",
      {
        id: "GHSA-aaaa-bbbb-cccc",
        affected: [
          { package: { ecosystem: "npm", name: "foo" }, versions: [] },
          { package: { ecosystem: "npm", name: "bar" }, database_specific: { cwes: [{ cweId: "CWE-506" }] } },
        ],
      },
      false,
    ],
    ["nothing", { id: "GHSA-aaaa-bbbb-cccc", database_specific: { cwe_ids: ["CWE-5061"] } }, false],
    ["what cannot be read", { id: "GHSA-aaaa-bbbb-cccc", database_specific: { cwe_ids: "CWE-506" } }, false],
  ])("reports malware by %s", (_what, more, expected) => {
    expect(read(record(more))?.malware).toBe(expected);
  });

  it("has its events as pairs, in order of version", () => {
    expect(read(events({ introduced: "0" }))?.affected.ranges).toEqual([range("0")]);
    expect(
      read(
        events(
          { introduced: "0" },
          { fixed: "1.2.0" },
          { introduced: "2.0.0" },
          { last_affected: "2.1.0" },
          { introduced: "3.0.0" },
        ),
      )?.affected.ranges,
    ).toEqual([range("0", "1.2.0"), range("2.0.0", null, "2.1.0"), range("3.0.0")]);
    expect(
      read(events({ fixed: "2.1.0" }, { introduced: "2.0.0" }, { fixed: "1.10.0" }, { introduced: "1.9.0" }))?.affected
        .ranges,
    ).toEqual([range("1.9.0", "1.10.0"), range("2.0.0", "2.1.0")]);
    expect(read(events({ introduced: "0", fixed: "1.0.0" }))?.affected.ranges).toEqual([range("0", "1.0.0")]);
    expect(read(events({ fixed: "1.0.0" }))?.affected.ranges).toEqual([]);
    expect(read(events({ introduced: "0" }, { fixed: "nonsense" }))?.affected.ranges).toEqual([]);
  });

  it.each([
    ["of any order, of which 0 is the first", [{ fixed: "1.0.0" }, { introduced: "2.0.0" }, { introduced: "0" }], 2],
    ["of any order, with 0 first", [{ introduced: "0" }, { introduced: "2.0.0" }, { fixed: "1.0.0" }], 2],
    ["of any order, with 0 in the middle", [{ introduced: "2.0.0" }, { introduced: "0" }, { fixed: "1.0.0" }], 2],
    ["that end at 0", [{ introduced: "1.0.0" }, { fixed: "0" }], 0],
    ["that begin at what is no version", [{ introduced: "abc" }], 0],
  ])("has ranges by events %s", (_what, list, count) => {
    expect(read(events(...list))?.affected.ranges).toEqual(
      [
        { introduced: "0", fixed: "1.0.0", lastAffected: null },
        { introduced: "2.0.0", fixed: null, lastAffected: null },
      ].slice(0, count),
    );
  });

  it.each([
    ["SEMVER", 1],
    ["ECOSYSTEM", 1],
    ["GIT", 0],
  ])("counts ranges of %s: %d", (type, count) => {
    const ranges = [{ type, events: [{ introduced: "0" }] }];
    const found = read(record({ affected: [{}, { package: { ecosystem: "npm", name: "foo" }, ranges }] }));
    expect(found?.affected.versions).toEqual([]);
    expect(found?.affected.ranges).toHaveLength(count);
  });

  it("that names no package, or was withdrawn, says nothing; an empty date is none", () => {
    expect(read(record({ affected: null }))).toBeNull();
    expect(read(record({ withdrawn: "2024-01-01T00:00:00Z" }))).toBeNull();
    expect(read(record({ withdrawn: "some day" }))).toBeNull();
    expect(read(record({ withdrawn: "" }))).not.toBeNull();
  });

  it("is cut to one short line, from its details where it has no summary", () => {
    expect(read(record({ summary: "x".repeat(1000) }))?.summary).toBe(`${"x".repeat(299)}…`);
    expect(read(record({ details: "# Title\n\nmore" }))?.summary).toBe("# Title more");
    expect(read(record({}))?.summary).toBe("");
  });

  it.each([
    [null],
    [[]],
    [{}],
    [{ id: 5 }],
    [{ id: "../x" }],
    [{ id: "a b" }],
    [record({ affected: "all" })],
    [record({ affected: [{ versions: [5] }] })],
    [record({ withdrawn: 5 })],
  ])("is refused when it is none: %j", (raw) => {
    expect(osvRecordFrom(raw)).toBeNull();
  });

  it("has an id that can stand in an address", () => {
    expect(["MAL-2026-1", "GHSA-aaaa-bbbb-cccc", "", "a/b", "..", "a?b", "-", "x".repeat(101)].filter(isOsvId)).toEqual(
      ["MAL-2026-1", "GHSA-aaaa-bbbb-cccc"],
    );
    expect(["MAL-1", "GHSA-1", "CVE-1", "XMAL-1"].filter(mayReportMalware)).toEqual(["MAL-1", "GHSA-1"]);
  });
});

describe("a registry's bulk answer", () => {
  const advisory = {
    id: 1113275,
    url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
    title: "Malware in foo",
    severity: "critical",
    vulnerable_versions: ">=1.0.0 <1.2.0",
    cwe: ["CWE-506"],
  };

  it("tells malware in the version that is asked about", () => {
    expect(bulkAdvisories({ foo: [advisory] }, "foo")?.("1.1.0")).toEqual([
      {
        id: "GHSA-aaaa-bbbb-cccc",
        aliases: [],
        source: "registry",
        malware: true,
        summary: "Malware in foo",
        url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
        published: null,
        affected: { versions: ["1.1.0"], ranges: [] },
      },
    ]);
    expect(bulkAdvisories({ foo: [advisory] }, "foo")?.("1.2.0")).toEqual([]);
    expect(bulkAdvisories({ foo: [advisory] }, "bar")?.("1.1.0")).toEqual([]);
    expect(bulkAdvisories({ foo: [{ ...advisory, vulnerable_versions: "*" }] }, "foo")?.("1.0.0-rc.1")).toHaveLength(1);
    const long = Array.from({ length: 6000 }, (_one, patch) => `2.0.${patch}`).join(" || ");
    expect(bulkAdvisories({ foo: [{ ...advisory, vulnerable_versions: long }] }, "foo")).toBeNull();
  });

  it("takes what is no range for one that names every version", () => {
    expect(bulkAdvisories({ foo: [{ ...advisory, vulnerable_versions: ">>1" }] }, "foo")?.("9.9.9")).toHaveLength(1);
  });

  it("is refused when it lists more than any package has", () => {
    expect(bulkAdvisories({ foo: Array.from({ length: 1001 }, () => advisory) }, "foo")).toBeNull();
  });

  it("keeps what sounds like malware, and drops vulnerabilities", () => {
    const told = bulkAdvisories(
      {
        foo: [
          { ...advisory, cwe: [] },
          { ...advisory, id: 2, url: "javascript:alert(1)", title: "ReDoS", cwe: ["CWE-1333"] },
          { ...advisory, id: 3, url: "javascript:alert(1)", cwe: "CWE-506" },
        ],
      },
      "foo",
    )?.("1.1.0");
    expect(told?.map(({ id, malware, url }) => [id, malware, url])).toEqual([
      ["GHSA-aaaa-bbbb-cccc", false, "https://github.com/advisories/GHSA-aaaa-bbbb-cccc"],
      ["npm-3", true, null],
    ]);
  });

  it("is one where it is an object", () => {
    expect([{}, { foo: 1 }].map(isBulkAnswer)).toEqual([true, true]);
    expect([null, undefined, [], "x", 5].map(isBulkAnswer)).toEqual([false, false, false, false, false]);
  });

  it("says nothing of a package that it has null for", () => {
    expect(bulkAdvisories({ foo: null }, "foo")?.("1.0.0")).toEqual([]);
  });

  it("is read up to its bounds", () => {
    const many = Array.from({ length: 1000 }, () => advisory);
    expect(bulkAdvisories({ foo: many }, "foo")?.("1.1.0")).toHaveLength(1000);
    const ranges = (length: number) => [{ ...advisory, vulnerable_versions: ">=1.0.0".padEnd(length) }];
    expect(bulkAdvisories({ foo: ranges(50_000) }, "foo")?.("1.1.0")).toHaveLength(1);
    expect(bulkAdvisories({ foo: ranges(50_001) }, "foo")).toBeNull();
  });

  it("names a version that is no semver only by its name", () => {
    const found = bulkAdvisories(
      { foo: ["*", "weird"].map((at) => ({ ...advisory, vulnerable_versions: at })) },
      "foo",
    );
    expect(found?.("weird")).toHaveLength(1);
    expect(found?.("other")).toEqual([]);
  });

  it("has no summary and no page where none is stated", () => {
    const bare = { id: 7, vulnerable_versions: "*", cwe: ["CWE-506"] };
    const [found] = bulkAdvisories({ foo: [bare] }, "foo")?.("1.0.0") ?? [];
    expect(found).toMatchObject({ id: "npm-7", summary: "", url: null, malware: true });
    expect(bulkAdvisories({ foo: [{ id: 7, vulnerable_versions: "*" }] }, "foo")?.("1.0.0")).toEqual([]);
  });

  it("says the same of a version after it was kept", () => {
    const found = bulkAdvisories({ foo: [advisory, { ...advisory, id: 3, url: null }] }, "foo")?.("1.1.0") ?? [];
    expect(found).toHaveLength(2);
    expect(bulkFromText(JSON.parse(textOfBulk(found)), "1.1.0")).toEqual(found);
    for (const other of [null, {}, [{}], [{ id: "../x", malware: true, summary: "", url: null }]])
      expect(bulkFromText(other, "1.1.0")).toBeNull();
  });

  it("finds nothing on prototypes", () => {
    for (const name of ["constructor", "__proto__", "toString"])
      expect(bulkAdvisories({}, name)?.("1.0.0")).toEqual([]);
  });

  it.each([[null], [[]], ["x"], [{ foo: {} }], [{ foo: [{}] }], [{ foo: [{ ...advisory, vulnerable_versions: 5 }] }]])(
    "is refused when it cannot be read: %j",
    (raw) => {
      expect(bulkAdvisories(raw, "foo")).toBeNull();
    },
  );
});
