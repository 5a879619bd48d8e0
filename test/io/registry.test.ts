import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fact } from "../../server/src/core/facts/fact.ts";
import type { PackageFacts, Packument } from "../../server/src/core/facts/package.ts";
import type { PackageRef } from "../../server/src/core/ports.ts";
import type { PortOptions, RealPorts } from "../../server/src/io/ports.ts";
import { startRegistry, type FakeRegistry } from "../fakes/registry.ts";
import { NEVER, TEST_LIMITS, World } from "./world.ts";

let world: World;
let registry: FakeRegistry;

beforeEach(async () => {
  world = new World();
  registry = await startRegistry();
  registry.publish("leftpad", "1.0.0", { at: "2024-01-01T00:00:00Z" });
  registry.publish("leftpad", "1.1.0", { at: "2024-02-01T00:00:00Z", scripts: { postinstall: "node x.js" } });
});

afterEach(async () => {
  await registry.close();
  await world.remove();
});

function ports(options: Partial<PortOptions> = {}): RealPorts {
  return world.ports({ registry: registry.url, ...options });
}

function refOf(name = "leftpad"): PackageRef {
  return { name, registry: { url: registry.url, isPublic: true } };
}

function value(fact: Fact<Packument>): PackageFacts {
  if (!fact.known) throw new Error(`${fact.code}: ${fact.reason}`);
  return fact.value.facts;
}

describe("what a registry says of a package", () => {
  it("is read in both forms", async () => {
    const { registry: port } = ports();
    const short = value(await port.packument(refOf(), "abbreviated", NEVER));
    expect(short.detail).toBe("abbreviated");
    expect([...short.releases.values()].map((release) => release.hasInstallScript)).toEqual([false, true]);
    expect(short.times.size).toBe(0);
    const full = value(await port.packument(refOf(), "full", NEVER));
    expect(full.detail).toBe("full");
    expect(full.releases.get("1.1.0")?.scripts).toEqual({ postinstall: "node x.js" });
    expect(full.times.get("1.0.0")).toBe(Date.UTC(2024, 0, 1));
  });

  it("is asked for once while it is fresh, and the full form answers for the short one", async () => {
    const { registry: port } = ports();
    await port.packument(refOf(), "full", NEVER);
    await port.packument(refOf(), "full", NEVER);
    expect(value(await port.packument(refOf(), "abbreviated", NEVER)).detail).toBe("full");
    expect(registry.countOf("leftpad")).toBe(1);
  });

  it("is taken from disk by the next process, and its age stays what it was", async () => {
    const first = ports();
    const before = value(await first.registry.packument(refOf(), "full", NEVER));
    await first.settled();
    const after = value(await ports().registry.packument(refOf(), "full", NEVER));
    expect(after).toEqual(before);
    expect(registry.countOf("leftpad")).toBe(1);
  });

  it("is confirmed by its ETag when it is no longer fresh", async () => {
    const { registry: port } = ports({ fresh: { packages: 0 } });
    const before = value(await port.packument(refOf(), "full", NEVER));
    const after = value(await port.packument(refOf(), "full", NEVER));
    expect(registry.requests.map((request) => "if-none-match" in request.headers)).toEqual([false, true]);
    expect({ ...after, fetchedAt: 0 }).toEqual({ ...before, fetchedAt: 0 });
    expect(after.fetchedAt).toBeGreaterThanOrEqual(before.fetchedAt);
    registry.publish("leftpad", "1.2.0", { at: "2024-03-01T00:00:00Z" });
    expect(value(await port.packument(refOf(), "full", NEVER)).releases.has("1.2.0")).toBe(true);
  });

  it("carries a scope's slash escaped", async () => {
    registry.publish("@a/b", "1.0.0", { at: "2024-01-01T00:00:00Z" });
    expect(value(await ports().registry.packument(refOf("@a/b"), "full", NEVER)).releases.has("1.0.0")).toBe(true);
    expect(registry.requests[0]?.path.toLowerCase()).toBe("/@a%2fb");
  });

  it("says nothing of who asks but the tool's name", async () => {
    await ports().registry.packument(refOf(), "full", NEVER);
    const headers = registry.requests[0]?.headers ?? {};
    expect(Object.keys(headers).sort()).toEqual(["accept", "accept-encoding", "connection", "host", "user-agent"]);
    expect(headers["user-agent"]).toBe("depwarden/0.0.0");
  });

  it.each([
    "../../etc/passwd",
    "",
    ".hidden",
    "a b",
    "a/b",
    "@a/b/c",
    "a%2fb",
    "a?b",
    "http://evil.example/x",
    "a@1.0.0",
    "__proto__/x",
  ])("is never asked for a name that is none: %j", async (name) => {
    const fact = await ports().registry.packument(refOf(name), "full", NEVER);
    expect(fact).toMatchObject({ known: false, code: "malformed" });
    expect(registry.requests).toHaveLength(0);
  });

  it("takes names of object members for what they are", async () => {
    registry.publish("constructor", "1.0.0", { at: "2024-01-01T00:00:00Z" });
    const { registry: port } = ports();
    expect(value(await port.packument(refOf("constructor"), "full", NEVER)).name).toBe("constructor");
    expect(await port.packument(refOf("toString"), "full", NEVER)).toMatchObject({ code: "not-found" });
  });
});

describe("a registry that fails", () => {
  const host = () => new URL(registry.url).host;

  it.each([
    ["answers HTML", { kind: "html" }, "malformed", "something that is not JSON"],
    ["answers no JSON", { kind: "garbage" }, "malformed", "something that is not JSON"],
    ["answers JSON that is cut off", { kind: "truncated-json" }, "malformed", "something that is not JSON"],
    ["wants a login", { kind: "status", status: 401 }, "unauthorized", "refused access (401)"],
    ["refuses the login", { kind: "status", status: 403 }, "unauthorized", "refused access (403)"],
    ["has no such package", { kind: "status", status: 404 }, "not-found", "(404)"],
    ["answers 500", { kind: "status", status: 500 }, "http", "answered 500"],
    ["answers 429", { kind: "status", status: 429 }, "http", "answered 429"],
    ["asks to wait for an hour", { kind: "status", status: 503, retryAfter: 3600 }, "http", "answered 503"],
    ["cuts the line before an answer", { kind: "reset" }, "unreachable", "cut the connection"],
    ["cuts the line in the middle", { kind: "cut" }, "unreachable", "cut the connection"],
    ["never answers", { kind: "hang" }, "timeout", "did not answer within"],
    ["answers in drops", { kind: "drip", delayMs: 1000 }, "timeout", "did not answer within"],
    ["answers without end", { kind: "huge" }, "malformed", "answered more than"],
  ] as const)("and %s is an unknown fact", async (_what, failure, code, words) => {
    registry.fail("leftpad", failure);
    const { registry: port } = ports({ limits: { ...TEST_LIMITS, timeout: 1000, maxBytes: 1024 * 1024 } });
    const fact = await port.packument(refOf(), "full", NEVER);
    expect(fact).toMatchObject({ known: false, code });
    expect(fact.known ? "" : fact.reason).toContain(words);
    expect(fact.known ? "" : fact.reason).toContain(host());
  });

  it("is asked three times and no more", async () => {
    registry.fail("leftpad", { kind: "status", status: 500 });
    await ports().registry.packument(refOf(), "full", NEVER);
    expect(registry.countOf("leftpad")).toBe(3);
  });

  it.each([
    { kind: "status", status: 429, times: 2 },
    { kind: "status", status: 503, times: 1, retryAfter: 0 },
    { kind: "reset", times: 2 },
    { kind: "cut", times: 1 },
  ] as const)("for a moment is asked again: %j", async (failure) => {
    registry.fail("leftpad", failure);
    expect(value(await ports().registry.packument(refOf(), "full", NEVER)).releases.size).toBe(2);
  });

  it("is waited for as long as it asks", async () => {
    registry.fail("leftpad", { kind: "status", status: 429, times: 1, retryAfter: 1 });
    const { registry: port } = ports({ limits: { ...TEST_LIMITS, timeout: 5000, longestWait: 5000 } });
    const start = Date.now();
    expect((await port.packument(refOf(), "full", NEVER)).known).toBe(true);
    expect(Date.now() - start).toBeGreaterThanOrEqual(990);
  });

  it("and asks to wait longer than is waited is not asked again", async () => {
    registry.fail("leftpad", { kind: "status", status: 429, retryAfter: 60 });
    await ports().registry.packument(refOf(), "full", NEVER);
    expect(registry.countOf("leftpad")).toBe(1);
  });

  it("is not there at all", async () => {
    const gone = await startRegistry();
    await gone.close();
    const ref = { name: "leftpad", registry: { url: gone.url, isPublic: true } };
    const fact = await ports().registry.packument(ref, "full", NEVER);
    expect(fact).toMatchObject({ known: false, code: "unreachable" });
  });

  it("again and again is left alone for a while", async () => {
    registry.fail("*", { kind: "reset" });
    const { registry: port } = ports({ limits: { ...TEST_LIMITS, tries: 1, failuresBeforePause: 2, pause: 60_000 } });
    for (const name of ["a", "b", "c", "d"]) {
      expect(await port.packument(refOf(name), "full", NEVER)).toMatchObject({ code: "unreachable" });
    }
    expect(registry.requests).toHaveLength(2);
  });

  it("keeps what it said before out of sight: versions may have gone since", async () => {
    const { registry: port } = ports({ fresh: { packages: 0 } });
    await port.packument(refOf(), "full", NEVER);
    registry.fail("leftpad", { kind: "status", status: 500 });
    expect(await port.packument(refOf(), "full", NEVER)).toMatchObject({ known: false, code: "http" });
  });

  it("answers for another package", async () => {
    registry.raw("leftpad", JSON.stringify({ name: "rightpad", versions: {} }));
    expect(await ports().registry.packument(refOf(), "full", NEVER)).toMatchObject({ code: "malformed" });
  });
});

describe("many who ask at once", () => {
  it("share one request", async () => {
    registry.fail("leftpad", { kind: "slow", delayMs: 50 });
    const { registry: port } = ports();
    const facts = await Promise.all(Array.from({ length: 10 }, () => port.packument(refOf(), "full", NEVER)));
    expect(facts.every((fact) => fact.known)).toBe(true);
    expect(registry.countOf("leftpad")).toBe(1);
  });

  it("are not hurt by one who leaves", async () => {
    registry.fail("leftpad", { kind: "slow", delayMs: 100 });
    const { registry: port } = ports();
    const leaving = new AbortController();
    const left = port.packument(refOf(), "full", leaving.signal);
    const stays = port.packument(refOf(), "full", NEVER);
    leaving.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    expect((await stays).known).toBe(true);
    expect(registry.countOf("leftpad")).toBe(1);
  });

  it("end the request when the last one leaves, and the next one starts anew", async () => {
    registry.fail("leftpad", { kind: "hang", times: 1 });
    const { registry: port } = ports();
    const leaving = new AbortController();
    const left = port.packument(refOf(), "full", leaving.signal);
    while (registry.countOf("leftpad") === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    leaving.abort();
    await expect(left).rejects.toThrow();
    expect((await port.packument(refOf(), "full", NEVER)).known).toBe(true);
    expect(registry.countOf("leftpad")).toBe(2);
  });

  it("free the line when they leave", async () => {
    registry.fail("leftpad", { kind: "hang" });
    registry.publish("other", "1.0.0", { at: "2024-01-01T00:00:00Z" });
    const { registry: port } = ports({ limits: { ...TEST_LIMITS, concurrency: 1, timeout: 120_000 } });
    const leaving = new AbortController();
    const left = port.packument(refOf(), "full", leaving.signal);
    while (registry.countOf("leftpad") === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    leaving.abort();
    await expect(left).rejects.toThrow();
    expect((await port.packument(refOf("other"), "full", NEVER)).known).toBe(true);
  });

  it("may be hundreds under one signal without a word from Node", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on("warning", listen);
    const { registry: port } = ports();
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 200 }, (_, index) => port.packument(refOf(`p${index}`), "full", signal)));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    expect(warnings).toEqual([]);
  });

  it("are sent no more than so many at a time", async () => {
    registry.fail("*", { kind: "slow", delayMs: 30 });
    const { registry: port } = ports({ limits: { ...TEST_LIMITS, concurrency: 2 } });
    const start = Date.now();
    await Promise.all(["a", "b", "c", "d", "e", "f"].map((name) => port.packument(refOf(name), "full", NEVER)));
    expect(Date.now() - start).toBeGreaterThanOrEqual(85);
  });

  it("throw at once when they had left before", async () => {
    await expect(ports().registry.packument(refOf(), "full", AbortSignal.abort())).rejects.toThrow();
    expect(registry.requests).toHaveLength(0);
  });
});

describe("that there is no such package", () => {
  const none = (code: string) => ({ known: false, code });

  it("is asked for once while it is fresh, also by the next process, and then again", async () => {
    const first = ports();
    for (let keystroke = 0; keystroke < 3; keystroke++)
      expect(await first.registry.packument(refOf("none"), "full", NEVER)).toMatchObject(none("not-found"));
    expect(await first.registry.packument(refOf("none"), "abbreviated", NEVER)).toMatchObject(none("not-found"));
    await first.settled();
    const second = await ports().registry.packument(refOf("none"), "full", NEVER);
    expect(second).toEqual(await first.registry.packument(refOf("none"), "full", NEVER));
    expect(registry.countOf("none")).toBe(1);
    registry.publish("none", "1.0.0", { at: "2024-01-01T00:00:00Z" });
    const { registry: later } = ports({ fresh: { packages: 0 } });
    expect((await later.packument(refOf("none"), "full", NEVER)).known).toBe(true);
  });

  it("is forgotten when the cache is cleared", async () => {
    const made = ports();
    await made.registry.packument(refOf("none"), "full", NEVER);
    registry.publish("none", "1.0.0", { at: "2024-01-01T00:00:00Z" });
    await made.clearCache();
    expect((await made.registry.packument(refOf("none"), "full", NEVER)).known).toBe(true);
  });

  it("is said of this name alone, and of no failure that may pass", async () => {
    registry.fail("refused", { kind: "status", status: 403 });
    const { registry: port } = ports();
    await port.packument(refOf("none"), "full", NEVER);
    expect((await port.packument(refOf(), "full", NEVER)).known).toBe(true);
    for (let time = 0; time < 2; time++) await port.packument(refOf("refused"), "full", NEVER);
    expect(registry.countOf("refused")).toBe(2);
  });
});

describe("offline", () => {
  it("sends nothing, and uses what is on disk whatever its age", async () => {
    const online = ports({ fresh: { packages: 0 } });
    await online.registry.packument(refOf(), "full", NEVER);
    await online.settled();
    registry.clearRequests();
    const { registry: port } = ports({ offline: true, fresh: { packages: 0 } });
    expect((await port.packument(refOf(), "full", NEVER)).known).toBe(true);
    expect((await port.packument(refOf(), "abbreviated", NEVER)).known).toBe(true);
    expect(await port.packument(refOf("unseen"), "full", NEVER)).toMatchObject({ code: "offline" });
    expect(
      await port.tarballModified({ ...refOf(), version: "1.0.0" }, `${registry.url}leftpad/-/leftpad-1.0.0.tgz`, NEVER),
    ).toMatchObject({
      code: "offline",
    });
    expect(registry.requests).toHaveLength(0);
  });
});

describe("a tarball's date", () => {
  const release = () => ({ ...refOf(), version: "1.0.0" });
  const tarball = () => `${registry.url}leftpad/-/leftpad-1.0.0.tgz`;

  it("is asked for by HEAD, once for good", async () => {
    const first = ports();
    const fact = await first.registry.tarballModified(release(), tarball(), NEVER);
    expect(fact).toEqual({ known: true, value: Date.UTC(2024, 0, 1) });
    await first.settled();
    expect(await ports().registry.tarballModified(release(), tarball(), NEVER)).toEqual(fact);
    expect(registry.requests.map((request) => request.method)).toEqual(["HEAD"]);
  });

  it.each([
    "http://elsewhere.example/leftpad-1.0.0.tgz",
    "file:///etc/passwd",
    "git+ssh://git@example.com/a.git",
    "no address",
    "http://u:p@127.0.0.1/x",
  ])("is not asked of another place: %s", async (elsewhere) => {
    expect(await ports().registry.tarballModified(release(), elsewhere, NEVER)).toMatchObject({ code: "private" });
    expect(registry.requests).toHaveLength(0);
  });

  it("is asked of the registry in use where the lockfile names npmjs", async () => {
    const fact = await ports().registry.tarballModified(
      release(),
      "https://registry.npmjs.org/leftpad/-/leftpad-1.0.0.tgz",
      NEVER,
    );
    expect(fact.known).toBe(true);
    expect(registry.countOf("leftpad", "tarball")).toBe(1);
  });
});

describe("credentials", () => {
  const TOKEN = createHash("sha256").update("a token").digest("hex");

  it("go to the registry they are for", async () => {
    const closed = await startRegistry({ token: TOKEN });
    try {
      closed.publish("inner", "1.0.0", { at: "2024-01-01T00:00:00Z" });
      world.write(
        "project/.npmrc",
        `registry=${closed.url}\n//${new URL(closed.url).host}/:_authToken=\${INNER_NPM_TOKEN}\n`,
      );
      const { registry: port } = world.ports({ env: { ...world.env, INNER_NPM_TOKEN: TOKEN } });
      const ref = await port.resolve("inner", world.projectUri);
      expect(ref).toMatchObject({ url: closed.url, isPublic: false });
      expect((await port.packument({ name: "inner", registry: ref }, "full", NEVER)).known).toBe(true);
    } finally {
      await closed.close();
    }
  });

  it("of two scopes do not mix, though both have the same registry", async () => {
    world.write("project/package.json", '{"packageManager":"yarn@4.18.1"}');
    world.write(
      "project/.yarnrc.yml",
      `npmScopes:\n  a: {npmRegistryServer: "${registry.url}", npmAuthToken: of-a}\n  b: {npmRegistryServer: "${registry.url}", npmAuthToken: of-b}\n`,
    );
    const { registry: port } = world.ports();
    const refs = await Promise.all(
      ["@a/x", "@b/x"].map(async (name) => ({ name, registry: await port.resolve(name, world.projectUri) })),
    );
    await Promise.all(refs.map((ref) => port.packument(ref, "full", NEVER)));
    const sent = registry.requests.map(({ name, headers }) => `${name ?? ""} ${headers.authorization ?? ""}`);
    expect(sent.sort()).toEqual(["@a/x Bearer of-a", "@b/x Bearer of-b"]);
  });

  it("and the name stay behind on a redirect to another port", async () => {
    const other = await startRegistry();
    try {
      other.publish("leftpad", "1.0.0", { at: "2024-01-01T00:00:00Z" });
      registry.fail("leftpad", { kind: "redirect", location: `${other.url}leftpad` });
      world.write("project/.npmrc", `//${new URL(registry.url).host}/:_authToken=${TOKEN}\n`);
      const { registry: port } = ports();
      const ref = await port.resolve("leftpad", world.projectUri);
      const host = (url: string) => new URL(url).host;
      expect(await port.packument({ name: "leftpad", registry: ref }, "full", NEVER)).toMatchObject({
        known: false,
        reason: `${host(registry.url)} redirects to ${host(other.url)}, which is not asked for private names`,
      });
      expect(registry.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it("do not show when they fail", async () => {
    const host = new URL(registry.url).host;
    registry.fail("leftpad", { kind: "status", status: 401 });
    world.write("project/.npmrc", `registry=http://user:${TOKEN}@${host}/\n`);
    const { registry: port } = world.ports();
    const ref = await port.resolve("leftpad", world.projectUri);
    expect(ref.url).toBe(registry.url);
    const fact = await port.packument({ name: "leftpad", registry: ref }, "full", NEVER);
    expect(fact).toMatchObject({ code: "unauthorized" });
    expect(JSON.stringify([fact, world.warnings])).not.toContain(TOKEN);
    expect(registry.requests[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from(`user:${TOKEN}`).toString("base64")}`,
    );
  });
});

describe("redirects", () => {
  it("without end are left", async () => {
    registry.fail("leftpad", { kind: "redirect", location: `${registry.url}leftpad` });
    expect(
      await ports({ limits: { ...TEST_LIMITS, tries: 1 } }).registry.packument(refOf(), "full", NEVER),
    ).toMatchObject({ code: "http" });
    expect(registry.countOf("leftpad")).toBe(6);
  });

  it("to what is no http address are left", async () => {
    registry.fail("leftpad", { kind: "redirect", location: "file:///etc/passwd" });
    expect(await ports().registry.packument(refOf(), "full", NEVER)).toMatchObject({ code: "http" });
  });
});

describe("clearing the cache", () => {
  it("makes the registry be asked again", async () => {
    const all = ports();
    await all.registry.packument(refOf(), "full", NEVER);
    expect(all.lastFresh()).not.toBeNull();
    await all.clearCache();
    await all.registry.packument(refOf(), "full", NEVER);
    expect(registry.countOf("leftpad")).toBe(2);
  });
});
