import { readFileSync } from "node:fs";
import semver from "semver";
import { describe, expect, it } from "vitest";
import { compile, render } from "../../../scripts/catalogue/compile.ts";
import { readSources } from "../../../scripts/catalogue/sources.ts";
import { catalogueFile, disputedFile, pairs, text } from "./data.ts";

describe("catalogue.json", () => {
  it("is what its sources make", () => {
    const sources = readSources(new URL("../../../scripts/catalogue/", import.meta.url));
    expect(render(compile(sources, Date.now())) === text, "run npm run catalogue").toBe(true);
  });

  it("counts what it holds", () => {
    expect(catalogueFile.counts).toEqual({
      incidents: new Set(catalogueFile.incidents.map(({ id }) => id)).size,
      packages: new Set(pairs.map(({ name }) => name)).size,
      versions: new Set(pairs.map(({ name, version }) => `${name} ${version}`)).size,
    });
    expect(catalogueFile.incidents).toHaveLength(catalogueFile.counts.incidents);
  });

  it("stays small enough to ship", () => {
    expect(Buffer.byteLength(text)).toBeLessThan(300_000);
  });

  it("names only versions that semver reads as they stand", () => {
    expect(pairs.filter(({ version }) => semver.valid(version) !== version)).toEqual([]);
  });

  it("is sorted, and names a version once in an incident", () => {
    expect(new Set(pairs.map(({ incident, name, version }) => `${incident} ${name} ${version}`)).size).toBe(
      pairs.length,
    );
    for (const { packages } of catalogueFile.incidents) expect(packages).toEqual([...packages].sort());
    expect(catalogueFile.lastGood).toEqual([...catalogueFile.lastGood].sort());
    const dates = catalogueFile.incidents.map(({ firstPublished }) => firstPublished);
    expect(dates).toEqual([...dates].sort());
  });

  it("knows of an incident no sooner than it began, and no later than the file's date", () => {
    for (const { id, firstPublished, knownSince } of catalogueFile.incidents) {
      expect(Date.parse(knownSince), id).toBeGreaterThan(Date.parse(firstPublished));
      expect(Date.parse(knownSince), id).toBeLessThanOrEqual(Date.parse(catalogueFile.asOf));
    }
  });

  it("goes back only to lower versions that nothing names", () => {
    const bad = new Set(pairs.map(({ name, version }) => `${name} ${version}`));
    for (const line of catalogueFile.lastGood) {
      const [name = "", version = "", good = ""] = line.split(" ");
      expect(bad.has(`${name} ${version}`), line).toBe(true);
      expect(bad.has(`${name} ${good}`), line).toBe(false);
      expect(semver.lt(good, version), line).toBe(true);
    }
  });

  it("has a public page for every incident", () => {
    expect(catalogueFile.incidents.filter(({ sources }) => sources.length === 0).map(({ id }) => id)).toEqual([]);
  });
});

describe("docs/catalogue.md", () => {
  const docs = readFileSync(new URL("../../../docs/catalogue.md", import.meta.url), "utf8");

  it.each([
    [
      "Newest material",
      new Date(catalogueFile.asOf).toLocaleDateString("en-GB", {
        day: "numeric",
        month: "long",
        year: "numeric",
        timeZone: "UTC",
      }),
    ],
    ["Incidents", catalogueFile.counts.incidents.toLocaleString("en-GB")],
    ["Packages", catalogueFile.counts.packages.toLocaleString("en-GB")],
    ["Versions", catalogueFile.counts.versions.toLocaleString("en-GB")],
    [
      "Versions that only one list names",
      String(
        catalogueFile.incidents
          .flatMap(({ packages }) => packages)
          .join("")
          .split("?").length - 1,
      ),
    ],
    ["Versions with a version to go back to", String(catalogueFile.lastGood.length)],
  ])("states: %s %s", (label, value) => {
    expect(docs).toContain(`| ${label} | ${value} |`);
  });
});

describe("what is disputed", () => {
  it("names nothing that the catalogue names", () => {
    const bad = new Set(pairs.map(({ name, version }) => `${name} ${version}`));
    expect(
      disputedFile
        .flatMap(({ name, versions }) => versions.map((version) => `${name} ${version}`))
        .filter((pair) => bad.has(pair)),
    ).toEqual([]);
  });

  it("has one entry a package, sorted", () => {
    const names = disputedFile.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
  });
});
