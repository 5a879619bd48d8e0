import { describe, expect, it } from "vitest";
import { compile, render } from "../../../scripts/catalogue/compile.ts";
import type { Editorial, InputIncident } from "../../../scripts/catalogue/input.ts";
import { knownSince } from "../../../scripts/catalogue/known-since.ts";
import { publicSources } from "../../../scripts/catalogue/sources.ts";

const incident: InputIncident = {
  id: "one",
  technique: "new-install-script",
  first_published: "2025-01-02",
  removed: null,
  advisories: [],
  sources: [],
  packages: [
    {
      name: "a",
      versions: ["1.0.10", "1.0.9"],
      last_good: "1.0.8",
      advisories: ["GHSA-aaaa-bbbb-cccc", "MAL-2025-1"],
      versions_single_source: ["1.0.10"],
    },
  ],
};
const editorial: Editorial = {
  asOf: "2026-01-01T00:00:00Z",
  titles: { one: "a with something" },
  knownSince: {},
  advisories: {},
  sources: {},
};

function lines(...packages: InputIncident["packages"]): string[] {
  return compile([{ ...incident, packages }], editorial, [], "sha256-0").file.lastGood;
}

describe("compile", () => {
  it("writes a package as one line: versions in semver order, MAL ids first", () => {
    expect(compile([incident], editorial, [], "sha256-0").file.incidents[0]?.packages).toEqual([
      "a 1.0.9,1.0.10? MAL-2025-1 GHSA-aaaa-bbbb-cccc",
    ]);
  });

  it("does not depend on the order of its input", () => {
    const two = {
      ...incident,
      id: "two",
      packages: [
        {
          ...incident.packages[0],
          name: "b",
          versions: ["2.0.0"],
          last_good: null,
          advisories: [],
          versions_single_source: [],
        },
      ],
    };
    const both = { ...editorial, titles: { ...editorial.titles, two: "b with something" } };
    const text = (list: InputIncident[]): string => render(compile(list, both, [], "sha256-0").file);
    expect(text([two, incident])).toBe(text([incident, two]));
    expect(JSON.parse(text([incident, two]))).toEqual(compile([incident, two], both, [], "sha256-0").file);
  });

  it("links the advisory where no source is a page", () => {
    expect(compile([incident], editorial, [], "sha256-0").file.incidents[0]?.sources).toEqual([
      "https://osv.dev/vulnerability/MAL-2025-1",
    ]);
  });

  it("refuses a version that is also disputed", () => {
    const disputed = [{ name: "a", versions: ["1.0.9"], reason: "it is clean", source: "https://example.org/" }];
    expect(() => compile([incident], editorial, disputed, "sha256-0")).toThrow(
      "a 1.0.9 is named as compromised and as disputed",
    );
  });

  it("refuses an incident without a title", () => {
    expect(() => compile([incident, { ...incident, id: "three" }], editorial, [], "sha256-0")).toThrow(
      "three: no title",
    );
  });

  it("refuses what is written by hand for an incident that is not there", () => {
    const stray = { ...editorial, sources: { nine: ["https://example.org/"] } };
    expect(() => compile([incident], stray, [], "sha256-0")).toThrow("editorial.json speaks of nine");
  });

  it("takes over a last good version that is lower and of the same major", () => {
    const entry = { name: "a", advisories: [], versions_single_source: [] };
    expect(lines({ ...entry, versions: ["1.0.9"], last_good: "1.0.8" })).toEqual(["a 1.0.9 1.0.8"]);
    expect(lines({ ...entry, versions: ["1.0.9"], last_good: "1.1.0" })).toEqual([]);
    expect(lines({ ...entry, versions: ["2.0.0"], last_good: "1.0.8" })).toEqual([]);
    expect(
      lines({ ...entry, versions: ["2.0.0"], last_good: null, last_good_by_version: { "2.0.0": "1.0.8" } }),
    ).toEqual(["a 2.0.0 1.0.8"]);
    expect(lines({ ...entry, versions: ["1.0.8", "1.0.9"], last_good: "1.0.8" })).toEqual([]);
  });
});

describe("knownSince", () => {
  const at = (first_published: string, removed: string | null): string =>
    new Date(knownSince({ id: "x", first_published, removed })).toISOString();

  it("is the removal, or the end of its day", () => {
    expect(at("2026-03-31T00:21:00Z", "2026-03-31T03:15:00Z")).toBe("2026-03-31T03:15:00.000Z");
    expect(at("2018-09-04", "2018-11-26")).toBe("2018-11-27T00:00:00.000Z");
  });

  it("is a day after the first release where no removal is known, or the end of its day, month or year", () => {
    expect(at("2025-11-24T03:16:00Z", null)).toBe("2025-11-25T03:16:00.000Z");
    expect(at("2025-12-31", null)).toBe("2026-01-01T00:00:00.000Z");
    expect(at("2025-12", null)).toBe("2026-01-01T00:00:00.000Z");
    expect(at("2025", null)).toBe("2026-01-01T00:00:00.000Z");
  });

  it("refuses what is not a date", () => {
    expect(() => at("last week", null)).toThrow("last week");
    expect(() => at("2025-01-01T10:00:00+02:00", null)).toThrow("not a moment in UTC");
    expect(() => at("2025-01-01", "2025-99-99T99:99Z")).toThrow("no date");
  });
});

describe("publicSources", () => {
  it("makes pages of what is public, the nearest to the event first, and keeps two", () => {
    expect(
      publicSources(
        [
          "someone/lists@abc1234:names.txt (header)",
          "npm view <pkg>@<ver> scripts (2026-11-20)",
          "public source file (repository not recorded)",
          "someone/tool@abc1234:snapshot.json.gz (OSV snapshot)",
          "github/advisory-database:GHSA-aaaa-bbbb-cccc",
          "https://github.com/owner/a/issues/1 (cites others)",
        ],
        [],
      ),
    ).toEqual(["https://github.com/owner/a/issues/1", "https://github.com/advisories/GHSA-aaaa-bbbb-cccc"]);
    expect(publicSources(["someone/lists@abc1234:names.txt (header)"], ["https://example.org/"])).toEqual([
      "https://example.org/",
      "https://github.com/someone/lists/blob/abc1234/names.txt",
    ]);
  });
});
