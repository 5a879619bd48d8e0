import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ABBREVIATED, at, getJson } from "./client.ts";
import { startRegistry, type FakeRegistry } from "./registry.ts";

let registry: FakeRegistry;
beforeEach(async () => {
  registry = await startRegistry();
  registry.publish("left", "1.0.0", {
    at: "2026-01-01T00:00:00Z",
    provenance: true,
    publisher: { name: "GitHub Actions", trustedPublisher: "oidc:1" },
  });
  registry.publish("left", "1.1.0", {
    at: "2026-02-01T00:00:00Z",
    scripts: { postinstall: "node x.js" },
    dependencies: { a: "^1.0.0" },
  });
});
afterEach(() => registry.close());

describe("packuments as npmjs writes them", () => {
  it("gives times, scripts, publishers and attestations in the full form", async () => {
    const body = await getJson(`${registry.url}left`);
    expect(at(body, "time")).toEqual({
      created: "2026-01-01T00:00:00.000Z",
      modified: "2026-02-01T00:00:00.000Z",
      "1.0.0": "2026-01-01T00:00:00.000Z",
      "1.1.0": "2026-02-01T00:00:00.000Z",
    });
    expect(at(body, "versions", "1.1.0", "scripts")).toEqual({ postinstall: "node x.js" });
    expect(at(body, "versions", "1.0.0", "_npmUser", "trustedPublisher", "oidcConfigId")).toBe("oidc:1");
    expect(at(body, "versions", "1.0.0", "dist", "attestations", "provenance", "predicateType")).toBe(
      "https://slsa.dev/provenance/v1",
    );
    expect(at(body, "dist-tags")).toEqual({ latest: "1.1.0" });
  });

  it("gives the abbreviated form to who asks for it", async () => {
    const response = await fetch(`${registry.url}left`, { headers: ABBREVIATED });
    expect(response.headers.get("content-type")).toBe("application/vnd.npm.install-v1+json");
    const body: unknown = await response.json();
    expect(at(body, "modified")).toBe("2026-02-01T00:00:00.000Z");
    expect(at(body, "time")).toBeUndefined();
    expect(at(body, "versions", "1.1.0", "hasInstallScript")).toBe(true);
    expect(Object.keys(at(body, "versions", "1.0.0") as object)).toEqual(["name", "version", "dist"]);
  });

  it("confirms what the client holds with 304, for each form on its own", async () => {
    const first = await fetch(`${registry.url}left`);
    const etag = first.headers.get("etag") ?? "";
    await first.arrayBuffer();
    expect((await fetch(`${registry.url}left`, { headers: { "if-none-match": `W/${etag}` } })).status).toBe(304);
    expect((await fetch(`${registry.url}left`, { headers: { ...ABBREVIATED, "if-none-match": etag } })).status).toBe(
      200,
    );
    registry.deprecate("left", "1.0.0", "old");
    expect((await fetch(`${registry.url}left`, { headers: { "if-none-match": etag } })).status).toBe(200);
  });

  it("finds scoped names in both spellings, and answers 404 with npm's error", async () => {
    registry.publish("@a/b", "1.0.0", { at: "2026-01-01" });
    expect(at(await getJson(`${registry.url}@a%2fb`), "name")).toBe("@a/b");
    expect(at(await getJson(`${registry.url}@a/b`), "name")).toBe("@a/b");
    expect(registry.countOf("@a/b")).toBe(2);
    const missing = await fetch(`${registry.url}nothing`);
    expect([missing.status, await missing.json()]).toEqual([404, { error: "Not found" }]);
  });

  it("keeps the time of a removed version, and only that", async () => {
    registry.publish("left", "0.9.1", { at: "2026-01-15T00:00:00Z", tag: "legacy" });
    registry.unpublish("left", "1.1.0", "2026-02-02T00:00:00Z");
    const body = await getJson(`${registry.url}left`);
    expect(at(body, "versions", "1.1.0")).toBeUndefined();
    expect(at(body, "time", "1.1.0")).toBe("2026-02-01T00:00:00.000Z");
    expect(at(body, "time", "modified")).toBe("2026-02-02T00:00:00.000Z");
    expect(at(body, "dist-tags", "latest")).toBe("1.0.0");
    expect((await fetch(`${registry.url}left/-/left-1.1.0.tgz`)).status).toBe(404);
  });

  it("says of a package unpublished whole when that was", async () => {
    registry.unpublishAll("left", "2026-03-01T00:00:00Z");
    const body = await getJson(`${registry.url}left`);
    expect(at(body, "time", "unpublished")).toEqual({ time: "2026-03-01T00:00:00.000Z", versions: ["1.0.0", "1.1.0"] });
    expect(at(body, "versions")).toBeUndefined();
    registry.unpublishedStatus = 404;
    expect((await fetch(`${registry.url}left`)).status).toBe(404);
  });

  it("holds a name with an empty package", async () => {
    registry.securityHold("left", "2026-03-01T00:00:00Z");
    const body = await getJson(`${registry.url}left`);
    expect(Object.keys(at(body, "versions") as object)).toEqual(["0.0.1-security"]);
    expect(at(body, "versions", "0.0.1-security", "description")).toBe("security holding package");
    expect(at(body, "time", "1.1.0")).toBe("2026-02-01T00:00:00.000Z");
  });

  it("serves a hostile text as it is", async () => {
    registry.raw("left", '{"__proto__":{"x":1}}');
    expect(await (await fetch(`${registry.url}left`, { headers: ABBREVIATED })).text()).toBe('{"__proto__":{"x":1}}');
  });
});

it("dates a tarball by its publish time, and states the integrity that it has", async () => {
  const head = await fetch(`${registry.url}left/-/left-1.0.0.tgz`, { method: "HEAD" });
  expect(head.headers.get("last-modified")).toBe("Thu, 01 Jan 2026 00:00:00 GMT");
  const bytes = Buffer.from(await (await fetch(`${registry.url}left/-/left-1.0.0.tgz`)).arrayBuffer());
  const body = await getJson(`${registry.url}left`);
  expect(at(body, "versions", "1.0.0", "dist", "integrity")).toBe(
    `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
  );
  expect(registry.requests.map((request) => request.method)).toEqual(["HEAD", "GET", "GET"]);
});

it("lists advisories for the versions asked for, from a gzipped body as npm sends it", async () => {
  registry.advise("left", {
    url: "https://example.com/1",
    title: "Bad",
    severity: "high",
    vulnerable_versions: ">=1.1.0",
    cwe: ["CWE-506"],
  });
  const ask = (versions: string[]) =>
    fetch(`${registry.url}-/npm/v1/security/advisories/bulk`, {
      method: "POST",
      headers: { "content-encoding": "gzip", "content-type": "application/json" },
      body: gzipSync(JSON.stringify({ left: versions, right: ["1.0.0"] })),
    });
  expect(await (await ask(["1.0.0", "1.1.0"])).json()).toEqual({
    left: [
      {
        id: 1_100_000,
        url: "https://example.com/1",
        title: "Bad",
        severity: "high",
        vulnerable_versions: ">=1.1.0",
        cwe: ["CWE-506"],
        cvss: { score: 0, vectorString: null },
      },
    ],
  });
  expect(await (await ask(["1.0.0"])).json()).toEqual({});
  expect(registry.requests[0]?.body).toBe('{"left":["1.0.0","1.1.0"],"right":["1.0.0"]}');
  registry.bulkStatus = 405;
  expect((await ask(["1.1.0"])).status).toBe(405);
});

it("wants its token where it has one, and serves under its base path", async () => {
  await using guarded = await startRegistry({ token: "t0ken", basePath: "/api/npm/npm/" });
  guarded.publish("left", "1.0.0", { at: "2026-01-01" });
  expect((await fetch(`${guarded.url}left`)).status).toBe(401);
  const body = await getJson(`${guarded.url}left`, { authorization: "Bearer t0ken" });
  expect(at(body, "versions", "1.0.0", "dist", "tarball")).toBe(`${guarded.url}left/-/left-1.0.0.tgz`);
  expect((await fetch(new URL("/left", guarded.url), { headers: { authorization: "Bearer t0ken" } })).status).toBe(404);
});

it("as a poor mirror, leaves out what mirrors leave out and keeps what was removed", async () => {
  await using mirror = await startRegistry({ mirror: true, mirroredAt: "2026-06-01T00:00:00Z" });
  for (const version of ["1.0.0", "1.1.0"]) {
    mirror.publish("left", version, { at: "2026-01-01T00:00:00Z", provenance: true, scripts: { install: "x" } });
  }
  mirror.unpublish("left", "1.1.0");
  const response = await fetch(`${mirror.url}left`, { headers: ABBREVIATED });
  expect(response.headers.get("etag")).toBeNull();
  const body: unknown = await response.json();
  expect(Object.keys(at(body, "versions") as object)).toEqual(["1.0.0", "1.1.0"]);
  expect(at(body, "versions", "1.0.0", "_npmUser")).toBeUndefined();
  expect(at(body, "versions", "1.0.0", "dist", "attestations")).toBeUndefined();
  expect(at(body, "versions", "1.0.0", "hasInstallScript")).toBeUndefined();
  expect(at(body, "time")).toEqual({
    created: "2026-01-01T00:00:00.000Z",
    "1.0.0": "2026-06-01T00:00:00.000Z",
    "1.1.0": "2026-01-01T00:00:00.000Z",
  });
  expect((await fetch(`${mirror.url}-/npm/v1/security/advisories/bulk`, { method: "POST", body: "{}" })).status).toBe(
    405,
  );
});
