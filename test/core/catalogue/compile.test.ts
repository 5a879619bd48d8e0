import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compile, render } from "../../../scripts/catalogue/compile.ts";
import { knownSince } from "../../../scripts/catalogue/known-since.ts";
import { readSources, type SourceIncident, type Sources } from "../../../scripts/catalogue/sources.ts";
import { CatalogueSchema, type CatalogueFile } from "../../../server/src/core/catalogue/schema.ts";

const NOW = Date.UTC(2026, 5, 1);

const incident: SourceIncident = {
  title: "a package with foreign code",
  technique: "new-install-script",
  firstPublished: "2025-01-02",
  removed: null,
  sources: ["https://example.org/"],
  packages: ["a 1.0.10?,1.0.9 GHSA-aaaa-bbbb-cccc MAL-2025-1"],
  lastGood: ["a 1.0.9 1.0.8"],
};

function made(
  incidents: Readonly<Record<string, Partial<SourceIncident>>>,
  more: Partial<Sources> = {},
): CatalogueFile {
  const entries = Object.entries(incidents).map(([id, own]) => [id, { ...incident, ...own }] as const);
  return compile({ asOf: "2026-01-01T00:00:00Z", incidents: new Map(entries), disputed: [], ...more }, NOW);
}

describe("compile", () => {
  it("writes a package as one line: versions in semver order, MAL ids first", () => {
    expect(made({ one: {} }).incidents[0]?.packages).toEqual(["a 1.0.9,1.0.10? MAL-2025-1 GHSA-aaaa-bbbb-cccc"]);
  });

  it("makes a file that fits its shape, the same from sources in any order", () => {
    const two = { packages: ["b 2.0.0"], lastGood: [] };
    const file = made({ one: {}, two });
    expect(v.parse(CatalogueSchema, file)).toEqual(file);
    expect(JSON.parse(render(file))).toEqual(file);
    expect(render(made({ two, one: {} }))).toBe(render(file));
    expect(file.counts).toEqual({ incidents: 2, packages: 2, versions: 3 });
  });

  it("says in generatedFrom when a source has changed", () => {
    const { generatedFrom } = made({ one: {} });
    expect(made({ one: {} }).generatedFrom).toBe(generatedFrom);
    expect(made({ one: { title: "a package with other code" } }).generatedFrom).not.toBe(generatedFrom);
  });

  it("takes a moment that is written by hand, else works it out", () => {
    expect(made({ one: {} }).incidents[0]?.knownSince).toBe("2025-01-03T00:00:00Z");
    const knownAt = { at: "2025-03-04T05:06:07Z", why: "the first report is of then" };
    expect(made({ one: { knownSince: knownAt } }).incidents[0]?.knownSince).toBe("2025-03-04T05:06:07Z");
  });

  const disputed = [{ name: "a", versions: ["1.0.9"], reason: "it is clean", source: "https://example.org/" }];

  it.each<[string, () => CatalogueFile]>([
    ["a 1.0.9 is named as compromised and as disputed", () => made({ one: {} }, { disputed })],
    [
      "disputed.json: b is there twice",
      () =>
        made(
          { one: {} },
          { disputed: [0, 1].map(() => ({ ...disputed[0], name: "b" }) as Sources["disputed"][number]) },
        ),
    ],
    ["one: a 1.0.9 is there twice", () => made({ one: { packages: ["a 1.0.9,1.0.9"] } })],
    ["one: a 1.0.9 is there twice", () => made({ one: { packages: ["a 1.0.9", "a 1.0.9? MAL-2025-1"] } })],
    ["one: a 1.0.01 is not a plain semver version", () => made({ one: { packages: ["a 1.0.01"], lastGood: [] } })],
    ["as-of.json: 2026-06-02T00:00:00Z is yet to come", () => made({ one: {} }, { asOf: "2026-06-02T00:00:00Z" })],
    [
      "one: it is known only after the date in as-of.json",
      () => made({ one: { knownSince: { at: "2026-01-01T00:00:01Z", why: "the report is of then" } } }),
    ],
    [
      "one: it is known before it was first published",
      () => made({ one: { knownSince: { at: "2025-01-01T23:00:00Z", why: "the report is of then" } } }),
    ],
    ["one: 2025-13 is not a day, month or year", () => made({ one: { firstPublished: "2025-13" } })],
    ["is itself compromised", () => made({ one: { lastGood: ["a 1.0.10 1.0.9"] } })],
    [
      "is itself compromised",
      () => made({ one: { lastGood: ["a 1.0.9 1.0.8"] }, two: { packages: ["a 1.0.8"], lastGood: [] } }),
    ],
    ["is not lower", () => made({ one: { lastGood: ["a 1.0.9 1.0.11"] } })],
    ["is not lower", () => made({ one: { lastGood: ["a 1.0.9 1.0.9"] } })],
    ["the incident does not name the first version", () => made({ one: { lastGood: ["a 1.0.11 1.0.8"] } })],
    ["the incident does not name the first version", () => made({ one: { lastGood: ["b 1.0.9 1.0.8"] } })],
    [
      "a version to go back to is named already",
      () => made({ one: {}, two: { packages: ["a 1.0.9"], lastGood: ["a 1.0.9 1.0.7"] } }),
    ],
  ])("refuses: %s", (message, make) => {
    expect(make).toThrow(message);
  });
});

describe("readSources", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "depwarden-sources-"));
    mkdirSync(join(folder, "incidents"));
    write("as-of.json", { asOf: "2026-01-01T00:00:00Z" });
    write("disputed.json", []);
    write("incidents/one.json", incident);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(path: string, value: unknown): void {
    writeFileSync(join(folder, path), typeof value === "string" ? value : JSON.stringify(value));
  }
  const read = (): Sources => readSources(pathToFileURL(`${folder}/`));

  it("reads an incident by the name of its file", () => {
    expect([...read().incidents]).toEqual([["one", incident]]);
    write("incidents/one.json", { ...incident, lastGood: undefined });
    expect(read().incidents.get("one")?.lastGood).toEqual([]);
  });

  it.each<[string, string, unknown]>([
    ["incidents/one.json: title", "incidents/one.json", { ...incident, title: "Ends in a stop." }],
    ["incidents/one.json: packages.0", "incidents/one.json", { ...incident, packages: ["a 1.0.9, 1.0.10"] }],
    ["incidents/one.json: packages.0", "incidents/one.json", { ...incident, packages: ["a 1.0"] }],
    ["incidents/one.json: packages", "incidents/one.json", { ...incident, packages: [] }],
    ["incidents/one.json: sources", "incidents/one.json", { ...incident, sources: [] }],
    ["incidents/one.json: sources.0", "incidents/one.json", { ...incident, sources: ["http://example.org/"] }],
    ["incidents/one.json: lastGood.0", "incidents/one.json", { ...incident, lastGood: ["a 1.0.9"] }],
    ["incidents/one.json: note", "incidents/one.json", { ...incident, note: "a member that nobody reads" }],
    [
      "incidents/one.json: knownSince.why",
      "incidents/one.json",
      { ...incident, knownSince: { at: "2025-02-01T00:00:00Z" } },
    ],
    ["incidents/one.json: ", "incidents/one.json", "{"],
    ["as-of.json: asOf", "as-of.json", { asOf: "today" }],
    ["disputed.json: 0.source", "disputed.json", [{ name: "a", versions: ["1.0.0"], reason: "it is clean" }]],
    ["incidents/Two.json: no incident's file", "incidents/Two.json", incident],
    ["incidents/notes.txt: no incident's file", "incidents/notes.txt", ""],
  ])("names the place that is wrong: %s", (message, path, value) => {
    write(path, value);
    expect(read).toThrow(message);
  });
});

describe("knownSince", () => {
  const at = (firstPublished: string, removed: string | null): string =>
    new Date(knownSince({ firstPublished, removed })).toISOString();

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
