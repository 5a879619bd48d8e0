import { afterEach, beforeEach, expect, it } from "vitest";
import { at, getJson, postJson } from "./client.ts";
import { malware, startOsv, vulnerability, type FakeOsv } from "./osv.ts";

let osv: FakeOsv;
beforeEach(async () => {
  osv = await startOsv();
});
afterEach(() => osv.close());

const published = "2026-01-01T00:00:00Z";
const npm = (name: string, version?: string) => ({
  package: { name, ecosystem: "npm" },
  ...(version === undefined ? {} : { version }),
});
const batch = (...queries: unknown[]) => postJson(`${osv.url}/v1/querybatch`, { queries });

it("answers a batch in order, ids and dates alone, and {} for what nothing names", async () => {
  osv.add(malware("MAL-1", "bad", ["1.0.1"], { published, modified: "2026-01-02T00:00:00Z" }));
  osv.add(vulnerability("GHSA-1", "@s/old", { published, ranges: [{ introduced: "0", fixed: "2.0.0" }] }));
  const { status, body } = await batch(
    npm("@s/old", "1.9.9"),
    npm("bad", "1.0.0"),
    npm("bad", "1.0.1"),
    npm("@s/old", "2.0.0"),
    { package: { purl: "pkg:npm/%40s/old@1.0.0" } },
    { package: { purl: "pkg:npm/bad" }, version: "1.0.1" },
    { package: { name: "bad", ecosystem: "PyPI" }, version: "1.0.1" },
  );
  const old = { vulns: [{ id: "GHSA-1", modified: published }] };
  const bad = { vulns: [{ id: "MAL-1", modified: "2026-01-02T00:00:00Z" }] };
  expect([status, body]).toEqual([200, { results: [old, {}, bad, {}, old, bad, {}] }]);
});

it("evaluates ranges as the schema says", async () => {
  osv.add(
    vulnerability("GHSA-2", "two", {
      published,
      ranges: [
        { introduced: "1.0.0", lastAffected: "1.4.0" },
        { introduced: "2.0.0-beta.1", fixed: "2.1.0" },
      ],
    }),
  );
  osv.add(malware("MAL-2", "whole", ">=0", { published }));
  const versions = ["0.9.0", "1.0.0", "1.4.0", "1.4.1", "2.0.0-beta.0", "2.0.0-beta.1", "2.0.9", "2.1.0"];
  const { body } = await batch(
    ...versions.map((version) => npm("two", version)),
    npm("whole", "0.0.0-a"),
    npm("whole"),
  );
  const results = at(body, "results");
  if (!Array.isArray(results)) throw new Error("no results");
  expect(results.map((result: object) => "vulns" in result)).toEqual([
    false,
    true,
    true,
    false,
    false,
    true,
    true,
    false,
    true,
    true,
  ]);
});

it("pages each query on its own", async () => {
  osv.pageSize = 2;
  for (const id of ["MAL-1", "MAL-2", "MAL-3"]) osv.add(malware(id, "bad", ["1.0.0"], { published }));
  osv.add(malware("MAL-9", "one", ["1.0.0"], { published }));
  const { body } = await batch(npm("one", "1.0.0"), npm("bad", "1.0.0"));
  const results = at(body, "results");
  if (!Array.isArray(results)) throw new Error("no results");
  const [one, bad] = results as unknown[];
  expect(one).toEqual({ vulns: [{ id: "MAL-9", modified: published }] });
  expect(at(bad, "vulns")).toHaveLength(2);
  const token = at(bad, "next_page_token");
  expect((await batch({ ...npm("bad", "1.0.0"), page_token: token })).body).toEqual({
    results: [{ vulns: [{ id: "MAL-3", modified: published }] }],
  });
});

it("refuses more than 1000 queries, and what is no query", async () => {
  const queries = Array.from({ length: 1001 }, () => npm("bad", "1.0.0"));
  expect(await batch(...queries)).toEqual({ status: 400, body: { code: 3, message: "Too many queries." } });
  expect((await batch(...queries.slice(1))).status).toBe(200);
  expect(await batch({ version: "1.0.0" })).toEqual({ status: 400, body: { code: 3, message: "Invalid query." } });
});

it("gives whole records by id and by single query; withdrawn ones by id alone", async () => {
  const bad = malware("MAL-1", "bad", ["1.0.0"], { published });
  osv.add(bad, malware("MAL-2", "bad", ["1.0.0"], { published, withdrawn: "2026-01-03T00:00:00Z" }));
  expect(await getJson(`${osv.url}/v1/vulns/MAL-1`)).toEqual(bad);
  expect(at(await getJson(`${osv.url}/v1/vulns/MAL-2`), "withdrawn")).toBe("2026-01-03T00:00:00Z");
  expect((await postJson(`${osv.url}/v1/query`, npm("bad", "1.0.0"))).body).toEqual({ vulns: [bad] });
  const missing = await fetch(`${osv.url}/v1/vulns/MAL-404`);
  expect([missing.status, await missing.json()]).toEqual([404, { code: 5, message: "Bug not found." }]);
  expect([osv.countOf("vulns"), osv.countOf("MAL-1"), osv.countOf("query")]).toEqual([3, 1, 1]);
});

it("fails by endpoint and by advisory", async () => {
  osv.add(malware("MAL-1", "bad", ["1.0.0"], { published }));
  osv.fail("MAL-1", { kind: "status", status: 500, times: 1 });
  expect((await fetch(`${osv.url}/v1/vulns/MAL-1`)).status).toBe(500);
  expect((await fetch(`${osv.url}/v1/vulns/MAL-1`)).status).toBe(200);
  osv.fail("querybatch", { kind: "status" });
  expect((await fetch(`${osv.url}/v1/querybatch`, { method: "POST", body: "{}" })).status).toBe(503);
});
