import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Advisory } from "../../server/src/core/facts/advisory.ts";
import type { Catalogue, ReleaseRef } from "../../server/src/core/ports.ts";
import { merged } from "../../server/src/io/advisories.ts";
import type { PortOptions, RealPorts } from "../../server/src/io/ports.ts";
import { Connection, DEFAULT_CONNECTION_OPTIONS, placeOf } from "../../server/src/io/connection.ts";
import { FactStore } from "../../server/src/io/fact-store.ts";
import { Http } from "../../server/src/io/http.ts";
import { Osv } from "../../server/src/io/osv.ts";
import { malware, startOsv, vulnerability, type FakeOsv } from "../fakes/osv.ts";
import { startRegistry, type FakeRegistry } from "../fakes/registry.ts";
import { EMPTY_CATALOGUE, NEVER, TEST_LIMITS, World } from "./world.ts";

const DAY = { published: "2026-03-31T06:00:00Z" };
let world: World;
let osv: FakeOsv;
let registry: FakeRegistry;
const opened: Promise<unknown>[] = [];

beforeEach(async () => {
  world = new World();
  [osv, registry] = await Promise.all([startOsv(), startRegistry()]);
  registry.bulkStatus = 404;
});

afterEach(async () => {
  await Promise.all(opened.splice(0));
  await Promise.all([osv.close(), registry.close()]);
  await world.remove();
});

/** The registry is asked for something first, as names go to OSV only once it has shown itself open. */
function ports(options: Partial<PortOptions> = {}): RealPorts {
  const made = world.ports({ registry: registry.url, osv: { enabled: true, url: osv.url }, ...options });
  opened.push(made.registry.packument(release("opener", "1.0.0"), "abbreviated", NEVER));
  return made;
}

function release(name: string, version: string, isPublic = true): ReleaseRef {
  return { name, version, registry: { url: registry.url, isPublic } };
}

const answerOf = (body: string) => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: Buffer.from(body),
  compressible: true,
});
const sentToOsv = () => osv.requests.map((request) => request.body).join("\n");

describe("OSV", () => {
  it("is asked for all releases at once and answers each in its place", async () => {
    osv.add(malware("MAL-2026-2307", "axios", ["1.14.1"], { ...DAY, aliases: ["GHSA-fw8c-xr5c-95f9"] }));
    const [clean, bad] = await ports().advisories.lookup(
      [release("leftpad", "1.0.0"), release("axios", "1.14.1")],
      NEVER,
    );
    expect(clean).toEqual({ found: [], missing: [] });
    expect(bad?.missing).toEqual([]);
    expect(bad?.found).toEqual([
      {
        id: "MAL-2026-2307",
        aliases: ["GHSA-fw8c-xr5c-95f9"],
        source: "osv",
        malware: true,
        summary: "Malicious code in axios (npm)",
        url: "https://osv.dev/vulnerability/MAL-2026-2307",
        published: Date.UTC(2026, 2, 31, 6),
        affected: { versions: ["1.14.1"], ranges: [] },
      },
    ]);
    expect(osv.countOf("querybatch")).toBe(1);
    expect(osv.countOf("vulns")).toBe(1);
  });

  it("is told apart: GitHub's malware by its weakness, vulnerabilities by theirs", async () => {
    osv.add(vulnerability("GHSA-aaaa-aaaa-aaaa", "bad", { ...DAY, ranges: [{ introduced: "0" }], cwe: ["CWE-506"] }));
    osv.add(
      vulnerability("GHSA-bbbb-bbbb-bbbb", "weak", {
        ...DAY,
        ranges: [{ introduced: "0", fixed: "2.0.0" }],
        cwe: ["CWE-79"],
      }),
    );
    const answers = await ports().advisories.lookup([release("bad", "1.0.0"), release("weak", "1.0.0")], NEVER);
    expect(answers.map(({ found }) => found.map((advisory) => advisory.malware))).toEqual([[true], [false]]);
  });

  it("is not asked for records that cannot report malware", async () => {
    osv.add({
      ...vulnerability("GHSA-bbbb-bbbb-bbbb", "weak", { ...DAY, ranges: [{ introduced: "0" }] }),
      id: "CVE-2026-1",
    });
    expect(await ports().advisories.lookup([release("weak", "1.0.0")], NEVER)).toEqual([{ found: [], missing: [] }]);
    expect(osv.countOf("vulns")).toBe(0);
  });

  it("gets at most 1000 questions in one request", async () => {
    osv.add(malware("MAL-1", "p2400", ["1.0.0"], DAY));
    const answers = await ports().advisories.lookup(
      Array.from({ length: 2401 }, (_, index) => release(`p${index}`, "1.0.0")),
      NEVER,
    );
    expect(
      osv.requests
        .filter((request) => request.kind === "querybatch")
        .map((request) => (JSON.parse(request.body) as { queries: unknown[] }).queries.length)
        .sort(),
    ).toEqual([1000, 1000, 401]);
    expect(answers).toHaveLength(2401);
    expect(answers.every(({ missing }) => missing.length === 0)).toBe(true);
    expect(answers.flatMap(({ found }, index) => (found.length > 0 ? [index] : []))).toEqual([2400]);
  });

  it("is followed through all its pages", async () => {
    osv.pageSize = 2;
    for (let number = 1; number <= 5; number++) osv.add(malware(`MAL-${number}`, "bad", ">=0", DAY));
    const [answer, other] = await ports().advisories.lookup([release("bad", "1.0.0"), release("good", "1.0.0")], NEVER);
    expect(answer?.found.map(({ id }) => id)).toEqual(["MAL-1", "MAL-2", "MAL-3", "MAL-4", "MAL-5"]);
    expect(other).toEqual({ found: [], missing: [] });
    expect(osv.countOf("querybatch")).toBe(3);
  });

  it("is asked once while its answers are fresh, by later processes too", async () => {
    osv.add(malware("MAL-1", "bad", ["1.0.0"], DAY));
    const first = ports();
    const before = await first.advisories.lookup([release("bad", "1.0.0"), release("bad", "1.0.0")], NEVER);
    await first.advisories.lookup([release("bad", "1.0.0")], NEVER);
    await first.settled();
    expect(await ports().advisories.lookup([release("bad", "1.0.0"), release("bad", "1.0.0")], NEVER)).toEqual(before);
    expect([osv.countOf("querybatch"), osv.countOf("vulns")]).toEqual([1, 1]);
  });

  it("is asked again when they are not, and a record is loaded again only when it changed", async () => {
    osv.add(malware("MAL-1", "bad", ["1.0.0"], DAY));
    const { advisories } = ports({ fresh: { advisories: 0 } });
    await advisories.lookup([release("bad", "1.0.0")], NEVER);
    await advisories.lookup([release("bad", "1.0.0")], NEVER);
    expect([osv.countOf("querybatch"), osv.countOf("vulns")]).toEqual([2, 1]);
    osv.add(malware("MAL-1", "bad", ["1.0.0"], { ...DAY, modified: "2026-04-01T00:00:00Z", summary: "Worse" }));
    expect((await advisories.lookup([release("bad", "1.0.0")], NEVER))[0]?.found[0]?.summary).toBe("Worse");
  });

  it.each([
    ["querybatch is down", "querybatch", { kind: "status", status: 503 }, "http"],
    ["querybatch answers HTML", "querybatch", { kind: "html" }, "malformed"],
    ["querybatch cuts the line", "querybatch", { kind: "reset" }, "unreachable"],
    ["querybatch never answers", "querybatch", { kind: "hang" }, "timeout"],
  ] as const)("is missing for every release when %s", async (_what, target, failure, code) => {
    osv.fail(target, failure);
    const { advisories } = ports({ limits: { ...TEST_LIMITS, timeout: 300 } });
    const answers = await advisories.lookup([release("a", "1.0.0"), release("b", "1.0.0")], NEVER);
    expect(answers).toMatchObject([
      { found: [], missing: [{ known: false, code }] },
      { found: [], missing: [{ known: false, code }] },
    ]);
    expect(answers[0]?.missing[0]?.reason).toContain(new URL(osv.url).host);
  });

  it("is asked again after a bad moment, although it is asked by POST", async () => {
    osv.fail("querybatch", { kind: "status", status: 503, times: 2 });
    expect(await ports().advisories.lookup([release("a", "1.0.0")], NEVER)).toEqual([{ found: [], missing: [] }]);
  });

  it("still warns of malware whose record cannot be loaded, and says so", async () => {
    osv.add(
      malware("MAL-7", "bad", ["1.0.0"], DAY),
      vulnerability("GHSA-bbbb-bbbb-bbbb", "bad", { ...DAY, ranges: [{ introduced: "0" }] }),
    );
    osv.fail("vulns", { kind: "status", status: 500 });
    const [answer] = await ports().advisories.lookup([release("bad", "1.0.0")], NEVER);
    expect(answer?.found).toMatchObject([
      {
        id: "MAL-7",
        malware: true,
        summary: "Malicious code (details could not be loaded)",
        affected: { versions: ["1.0.0"] },
      },
    ]);
    expect(answer?.missing).toHaveLength(2);
  });

  it("is believed when it answers each question", async () => {
    osv.answer = () => answerOf('{"results":[null,{"vulns":[{"id":"CVE-2026-1"}]}]}');
    expect(await ports().advisories.lookup([release("a", "1.0.0"), release("b", "1.0.0")], NEVER)).toEqual([
      { found: [], missing: [] },
      { found: [], missing: [] },
    ]);
  });

  it.each([
    '{"results":[]}',
    '{"results":[{}]}',
    '{"results":[{},{},{}]}',
    "[]",
    '{"results":[{"vulns":[{"id":5}]},{}]}',
    "null",
  ])("is not believed when it answers other things than it was asked: %s", async (body) => {
    osv.answer = () => answerOf(body);
    const answers = await ports().advisories.lookup([release("a", "1.0.0"), release("b", "1.0.0")], NEVER);
    expect(answers).toMatchObject([{ missing: [{ code: "malformed" }] }, { missing: [{ code: "malformed" }] }]);
  });

  it("is not asked when there is nothing to ask", async () => {
    expect(await ports().advisories.lookup([], NEVER)).toEqual([]);
    expect(osv.requests).toHaveLength(0);
  });

  it("is left when its pages have no end", async () => {
    osv.answer = () => answerOf('{"results":[{"vulns":[],"next_page_token":"again"}]}');
    expect(await ports().advisories.lookup([release("a", "1.0.0")], NEVER)).toMatchObject([
      { missing: [{ code: "malformed" }] },
    ]);
    expect(osv.countOf("querybatch")).toBe(50);
  });

  it("ends when the asking ends", async () => {
    osv.fail("querybatch", { kind: "hang" });
    const leaving = new AbortController();
    const left = ports().advisories.lookup([release("a", "1.0.0")], leaving.signal);
    while (osv.countOf("querybatch") === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    leaving.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
  });

  it("takes names of object members for what they are", async () => {
    osv.add(malware("MAL-1", "constructor", ["1.0.0"], DAY), malware("MAL-2", "__proto__", ["1.0.0"], DAY));
    const answers = await ports().advisories.lookup(
      ["constructor", "__proto__", "toString"].map((name) => release(name, "1.0.0")),
      NEVER,
    );
    expect(answers.map(({ found }) => found.map(({ id }) => id))).toEqual([["MAL-1"], ["MAL-2"], []]);
  });
});

describe("more advisories than any version has", () => {
  const many = (count: number, name: string): void => {
    for (let number = 1; number <= count; number++) osv.add(malware(`MAL-${name}-${number}`, name, ["1.0.0"], DAY));
  };

  it("are looked at up to a bound, and the rest is missing", async () => {
    many(205, "bad");
    const [answer] = await ports().advisories.lookup([release("bad", "1.0.0")], NEVER);
    expect(answer?.found).toHaveLength(200);
    expect(answer?.missing).toMatchObject([{ reason: expect.stringContaining("more than 200 advisories") as string }]);
    expect(osv.countOf("vulns")).toBe(200);
  });

  it("are loaded up to a bound for all versions together, and their ids still count", async () => {
    const names = ["a", "b", "c"];
    for (const name of names) many(2, name);
    const connection = new Connection({
      registry: osv.url,
      options: () => DEFAULT_CONNECTION_OPTIONS,
      credentials: () => ({}),
    });
    const own = new Osv({
      http: new Http(TEST_LIMITS),
      disk: new FactStore(null, { info: () => undefined, warn: () => undefined }),
      offline: false,
      url: osv.url,
      connection: () => Promise.resolve(connection),
      mostLoaded: 4,
    });
    const answers = await own.lookup(
      names.map((name) => release(name, "1.0.0")),
      NEVER,
    );
    expect(answers.map(({ found }) => found.length)).toEqual([2, 2, 2]);
    expect(osv.countOf("vulns")).toBe(4);
    expect(answers.flatMap(({ missing }) => missing)).toMatchObject([{ code: "malformed" }, { code: "malformed" }]);
  });
});

describe("names from a private registry", () => {
  it("are not sent to OSV, and are told as unchecked where their registry has no advisories", async () => {
    const [secret, open] = await ports().advisories.lookup(
      [release("inner-secret", "1.0.0", false), release("leftpad", "1.0.0")],
      NEVER,
    );
    expect(secret).toMatchObject({ found: [], missing: [{ code: "private" }] });
    expect(open).toEqual({ found: [], missing: [] });
    expect(sentToOsv()).not.toContain("inner-secret");
    expect(sentToOsv()).toContain("leftpad");
  });

  it("are checked with their own registry where it answers", async () => {
    registry.bulkStatus = 200;
    registry.advise("inner-secret", {
      url: "https://github.com/advisories/GHSA-cccc-cccc-cccc",
      title: "Malware in inner-secret",
      severity: "critical",
      vulnerable_versions: "<2.0.0",
      cwe: ["CWE-506"],
    });
    const [bad, good] = await ports().advisories.lookup(
      [release("inner-secret", "1.0.0", false), release("inner-secret", "2.0.0", false)],
      NEVER,
    );
    expect(bad).toMatchObject({
      found: [{ id: "GHSA-cccc-cccc-cccc", source: "registry", malware: true }],
      missing: [],
    });
    expect(good).toEqual({ found: [], missing: [] });
    expect(osv.requests).toHaveLength(0);
  });
});

describe("a registry's own advisories", () => {
  it("are asked for once where it has none, and not missed", async () => {
    const { advisories } = ports();
    await advisories.lookup([release("a", "1.0.0")], NEVER);
    expect(await advisories.lookup([release("b", "1.0.0")], NEVER)).toEqual([{ found: [], missing: [] }]);
    expect(registry.requests.filter((request) => request.kind === "bulk")).toHaveLength(1);
  });

  it("are not missed when they fail while OSV answers, but noted in the log", async () => {
    registry.bulkStatus = 200;
    registry.fail(({ kind }) => kind === "bulk", { kind: "status", status: 500 });
    expect(await ports().advisories.lookup([release("a", "1.0.0")], NEVER)).toEqual([{ found: [], missing: [] }]);
    expect(world.warnings).toHaveLength(1);
    expect(world.warnings[0]).toContain("answered 500");
  });

  it("are missed when they fail and OSV is switched off", async () => {
    registry.bulkStatus = 200;
    registry.fail("*", { kind: "status", status: 500 });
    const { advisories } = ports({ osv: { enabled: false, url: osv.url } });
    expect(await advisories.lookup([release("a", "1.0.0")], NEVER)).toMatchObject([{ missing: [{ code: "http" }] }]);
    expect(osv.requests).toHaveLength(0);
  });

  it("tell nothing of mere vulnerabilities", async () => {
    registry.bulkStatus = 200;
    registry.advise("weak", {
      url: "https://github.com/advisories/GHSA-dddd-dddd-dddd",
      title: "ReDoS in weak",
      severity: "high",
      vulnerable_versions: "*",
      cwe: ["CWE-1333"],
    });
    expect(await ports().advisories.lookup([release("weak", "1.0.0")], NEVER)).toEqual([{ found: [], missing: [] }]);
  });

  it("are asked in parts of 500 names", async () => {
    registry.bulkStatus = 200;
    await ports().advisories.lookup(
      Array.from({ length: 501 }, (_, index) => release(`p${index}`, "1.0.0")),
      NEVER,
    );
    const bodies = registry.requests
      .filter((request) => request.kind === "bulk")
      .map((request) => JSON.parse(request.body) as object);
    expect(bodies.map((body) => Object.keys(body).length).sort()).toEqual([1, 500]);
  });
});

describe("a registry's own advisories on disk", () => {
  const MALWARE = {
    url: "https://github.com/advisories/GHSA-cccc-cccc-cccc",
    title: "Malware in bad",
    severity: "critical",
    vulnerable_versions: "1.0.0",
    cwe: ["CWE-506"],
  } as const;
  const SHOWN = [{ found: [{ id: "GHSA-cccc-cccc-cccc", malware: true, url: MALWARE.url }] }, { found: [] }];
  const own = (options: Partial<PortOptions> = {}): RealPorts =>
    ports({ osv: { enabled: false, url: osv.url }, ...options });
  const asked = (): number => registry.requests.filter(({ kind }) => kind === "bulk").length;
  const look = async (made: RealPorts) => {
    const found = await made.advisories.lookup([release("bad", "1.0.0"), release("good", "1.0.0")], NEVER);
    await made.settled();
    return found;
  };

  beforeEach(() => {
    registry.bulkStatus = 200;
    registry.advise("bad", MALWARE);
  });

  it("serve the next process for as long as they hold", async () => {
    const first = await look(own());
    expect(first).toMatchObject(SHOWN);
    expect(await look(own())).toEqual(first);
    expect(asked()).toBe(1);
    expect(await look(own({ fresh: { advisories: 0 } }))).toEqual(first);
    expect(asked()).toBe(2);
  });

  it("that the registry has none is known to the next process, too", async () => {
    registry.bulkStatus = 404;
    await look(own());
    await look(own());
    expect(asked()).toBe(1);
  });

  it("still count when they are old and the registry cannot be asked; that nothing was known does not", async () => {
    await look(own());
    registry.fail(({ kind }) => kind === "bulk", { kind: "status", status: 500 });
    for (const options of [{ fresh: { advisories: 0 } }, { fresh: { advisories: 0 }, offline: true }]) {
      const [bad, good] = await look(own(options));
      expect(bad).toMatchObject({ found: [{ id: "GHSA-cccc-cccc-cccc" }], missing: [] });
      expect(good).toMatchObject({ found: [], missing: [{}] });
    }
  });

  it("are not taken from a row that says something else", async () => {
    await look(own());
    const store = new FactStore(world.cacheDir, { info: () => undefined, warn: () => undefined });
    const { registry: from } = release("bad", "1.0.0");
    const key = `bulk:${placeOf(from)}:bad@1.0.0`;
    for (const text of ["", "{}", '[{"id":"x"}]', '[{"id":"x","malware":true,"summary":"","url":"command:x"}]']) {
      const before = asked();
      store.put(key, text, { askedAt: Date.now() });
      await store.settled();
      expect(await look(own()), text).toMatchObject(SHOWN);
      expect(asked(), text).toBe(before + 1);
    }
    await store.close();
  });
});

describe("offline", () => {
  it("sends nothing, still knows the catalogue and what was kept, and says that nobody was asked", async () => {
    osv.add(malware("MAL-1", "bad", ["1.0.0"], DAY));
    const online = ports();
    await online.advisories.lookup([release("bad", "1.0.0")], NEVER);
    await online.settled();
    osv.clearRequests();
    registry.clearRequests();
    const incident: Advisory = {
      id: "axios-2026-03",
      aliases: [],
      source: "catalogue",
      malware: true,
      summary: "",
      url: null,
      published: null,
      affected: { versions: ["1.14.1"], ranges: [] },
    };
    const catalogue: Catalogue = { ...EMPTY_CATALOGUE, advisories: (name) => (name === "axios" ? [incident] : []) };
    const { advisories } = ports({ offline: true, fresh: { advisories: 0 }, catalogue });
    const answers = await advisories.lookup(
      [release("bad", "1.0.0"), release("axios", "1.14.1"), release("inner", "1.0.0", false)],
      NEVER,
    );
    expect(answers).toMatchObject([
      { found: [{ id: "MAL-1" }], missing: [{ code: "offline" }] },
      { found: [{ id: "axios-2026-03" }], missing: [{ code: "offline" }] },
      { found: [], missing: [{ code: "offline" }] },
    ]);
    expect([...osv.requests, ...registry.requests]).toHaveLength(0);
  });
});

describe("offline without the records", () => {
  it("still warns of malware by its id, and sends nothing", async () => {
    osv.add(malware("MAL-1", "bad", ["1.0.0"], DAY));
    osv.fail("vulns", { kind: "status", status: 404 });
    const online = ports();
    await online.advisories.lookup([release("bad", "1.0.0")], NEVER);
    await online.settled();
    osv.heal();
    osv.clearRequests();
    expect(await ports({ offline: true }).advisories.lookup([release("bad", "1.0.0")], NEVER)).toMatchObject([
      { found: [{ id: "MAL-1", malware: true }], missing: [{ code: "offline" }] },
    ]);
    expect(osv.requests).toHaveLength(0);
  });
});

describe("the same advisory from several sources", () => {
  const base: Advisory = {
    id: "A",
    aliases: [],
    source: "catalogue",
    malware: false,
    summary: "",
    url: null,
    published: null,
    affected: { versions: [], ranges: [] },
  };

  it("is one, with all its ids", () => {
    const one = merged([
      { ...base, id: "axios-2026-03", aliases: ["MAL-1"] },
      {
        ...base,
        id: "MAL-1",
        source: "osv",
        aliases: ["GHSA-1"],
        malware: true,
        summary: "From OSV",
        url: "https://osv.dev/vulnerability/MAL-1",
        published: 5,
      },
      { ...base, id: "GHSA-1", source: "registry", summary: "From npm" },
      { ...base, id: "OTHER" },
    ]);
    expect(one.map(({ id }) => id)).toEqual(["axios-2026-03", "OTHER"]);
    expect(one[0]).toMatchObject({
      aliases: ["MAL-1", "GHSA-1"],
      malware: true,
      summary: "From OSV",
      published: 5,
      source: "catalogue",
    });
  });
});
