/** Registries and services that fail: each failure is told once, by name and reason, and hides nothing else. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Diagnostic } from "vscode-languageserver/node";
import type { Failure } from "../fakes/failures.ts";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { summary } from "./client.ts";
import { World } from "./world.ts";

const TEXT = manifestText({ bad: "1.0.0", fresh: "1.1.0" });

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.registry.publish("bad", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("fresh", "1.1.0", { at: ago({ hours: 5 }) });
});
afterEach(() => world.end());

async function checked(text = TEXT): Promise<readonly Diagnostic[]> {
  const client = await world.start();
  const uri = await world.open(client, "package.json", text);
  // Where a check takes long, what is known by then is published before.
  return client.atVersion(uri, 1);
}

const FAILURES: readonly (readonly [string, Failure, string])[] = [
  ["a page of HTML", { kind: "html" }, "answered with something that is not JSON"],
  ["401", { kind: "status", status: 401 }, "refused access (401)"],
  ["403", { kind: "status", status: 403 }, "refused access (403)"],
  ["500", { kind: "status", status: 500 }, "answered 500"],
  ["429 without end", { kind: "status", status: 429 }, "answered 429"],
  ["a line that is cut in the answer", { kind: "cut" }, "cut the connection"],
  ["a line that is cut at once", { kind: "reset" }, "cut the connection"],
  ["cut JSON", { kind: "truncated-json" }, "answered with something that is not JSON"],
  ["bytes", { kind: "garbage" }, "answered with something that is not JSON"],
];

test.each(FAILURES)("%s: one finding that says so, and the other package is judged", async (_name, failure, reason) => {
  world.registry.fail("bad", failure);
  const diagnostics = await checked();
  expect(summary(diagnostics)).toEqual(["fresh-release 5:14-19", "unchecked 4:12-17"]);
  const gap = diagnostics.find(({ code }) => code === "unchecked");
  const host = new URL(world.registry.url).host;
  expect(gap).toMatchObject({ severity: 3, data: { rule: "unchecked", package: "bad", version: "1.0.0" } });
  expect(gap?.message).toContain("bad 1.0.0 could not be looked up");
  expect(gap?.message).toContain(`${host} ${reason}`);
});

test("404: the name is free, which is a finding of its own", async () => {
  world.registry.fail("bad", { kind: "status", status: 404 });
  const diagnostics = await checked();
  expect(summary(diagnostics)).toEqual(["fresh-release 5:14-19", "unclaimed-name 4:12-17"]);
  const free = diagnostics.find(({ code }) => code === "unclaimed-name");
  expect(free).toMatchObject({ severity: 2, data: { rule: "unclaimed-name", package: "bad", version: "1.0.0" } });
  expect(free?.message).toContain("There is no package bad: 127.0.0.1:");
  expect(free?.message).toContain("does not have it (404). If no other registry has it, anybody can register the name");
});

test("404 to a name in a scope: that shows nothing", async () => {
  world.registry.fail("@scope/bad", { kind: "status", status: 404 });
  expect(summary(await checked(manifestText({ "@scope/bad": "1.0.0" })))).toEqual(["unchecked 4:19-24"]);
});

test("429 with a wait, then an answer: nothing is amiss", async () => {
  world.registry.fail("bad", { kind: "status", status: 429, retryAfter: 1, times: 1 });
  const client = await world.start();
  const uri = await world.open(client, "package.json", TEXT);
  expect(summary(await client.diagnostics(uri, () => world.registry.countOf("bad") === 2))).toEqual([
    "fresh-release 5:14-19",
  ]);
});

test("all packages of one registry that is down: one finding for them together", async () => {
  world.registry.fail("*", { kind: "status", status: 403 });
  const diagnostics = await checked(manifestText({ one: "1.0.0", two: "2.0.0", three: "3.0.0" }));
  expect(diagnostics.map(({ code }) => code)).toEqual(["unchecked"]);
  expect(diagnostics[0]?.message).toMatch(
    /^3 packages could not be looked up: 127\.0\.0\.1:\d+ refused access \(403\): /,
  );
  expect(diagnostics[0]?.message).toContain("one 1.0.0, two 2.0.0, three 3.0.0");
});

test("a range without a registry that would tell its version: said at the range", async () => {
  world.registry.fail("bad", { kind: "status", status: 403 });
  const diagnostics = await checked(manifestText({ bad: "^1.0.0" }));
  expect(summary(diagnostics)).toEqual(["unchecked 4:12-18"]);
  expect(diagnostics[0]?.message).toContain("bad could not be looked up: ");
});

test("OSV down: one finding for all, while the registry's facts are judged", async () => {
  world.osv.fail("*", { kind: "status", status: 403 });
  world.registry.bulkStatus = 404;
  const diagnostics = await checked();
  expect(summary(diagnostics)).toEqual(["fresh-release 5:14-19", "unchecked 4:12-17"]);
  expect(diagnostics.find(({ code }) => code === "unchecked")?.message).toMatch(
    /^2 packages could not be checked against advisories: 127\.0\.0\.1:\d+ refused access \(403\): bad 1\.0\.0, fresh 1\.1\.0\.$/,
  );
});

test("OSV's record cannot be had: the malware is named all the same", async () => {
  world.osv.add(malware("MAL-2099-1", "bad", ["1.0.0"], { published: ago({ days: 1 }) }));
  world.osv.fail("MAL-2099-1", { kind: "status", status: 404 });
  const diagnostics = await checked();
  expect(summary(diagnostics)).toEqual(["compromised 4:12-17", "fresh-release 5:14-19", "unchecked 4:12-17"]);
});

test("a registry that never answers: what the bundled catalogue and the others say is shown without it", async () => {
  world.registry.fail("axios", { kind: "hang" });
  world.osv.fail("*", { kind: "hang" });
  const client = await world.start();
  const uri = await world.open(client, "package.json", manifestText({ axios: "1.14.1", fresh: "1.1.0" }));
  // OSV and one package do not answer: what is published first may be before the other has.
  const diagnostics = await client.diagnostics(uri, (found) => found.some(({ code }) => code === "fresh-release"));
  // Not yet given up, so nothing is said to be unchecked, nor is anything said to be all right.
  expect(summary(diagnostics)).toEqual(["compromised 4:14-20", "fresh-release 5:14-19"]);
});

test("the status says what is being checked, what could not be, and when facts last came in", async () => {
  world.registry.fail("bad", { kind: "status", status: 403 });
  const client = await world.start();
  const before = Date.now();
  await client.atVersion(await world.open(client, "package.json", TEXT), 1);
  const { unchecked, lastFresh } = await client.idle(client.statuses.length - 1);
  expect(unchecked).toEqual([expect.stringMatching(/^bad 1\.0\.0 could not be looked up: .*\(403\)\.$/)]);
  expect(Date.parse(lastFresh ?? "")).toBeGreaterThanOrEqual(before);
});

test("healed, the next check has nothing to complain of", async () => {
  world.registry.fail("bad", { kind: "status", status: 403 });
  const client = await world.start();
  const uri = await world.open(client, "package.json", TEXT);
  await client.diagnostics(uri, (diagnostics) => diagnostics.some(({ code }) => code === "unchecked"));
  world.registry.heal();
  const version = await client.change(uri, `${TEXT}\n`);
  expect(summary(await client.atVersion(uri, version))).toEqual(["fresh-release 5:14-19"]);
});

test("offline: nothing is sent, and that is said once", async () => {
  const client = await world.start({ settings: { offline: true } });
  world.write(
    "package-lock.json",
    lockfileText({ axios: "1.14.1", fresh: "1.1.0" }, { axios: { version: "1.14.1" }, fresh: { version: "1.1.0" } }),
  );
  const uri = await world.open(client, "package.json", manifestText({ axios: "1.14.1", fresh: "1.1.0" }));
  const diagnostics = await client.atVersion(uri, 1);
  expect(summary(diagnostics)).toEqual(["compromised 4:14-20", "unchecked 4:14-20"]);
  expect(world.registry.requests).toEqual([]);
  expect(world.osv.requests).toEqual([]);
});
