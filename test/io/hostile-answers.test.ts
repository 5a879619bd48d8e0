/**
 * Whole answers of registries and advisory services that are wrong in themselves, and clocks that jump. What goes wrong on
 * the socket below is in http.test.ts. Each ends in a right fact, or in an unknown one with a reason, which is `unchecked`.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AdvisoryFacts } from "../../server/src/core/facts/advisory.ts";
import type { Fact } from "../../server/src/core/facts/fact.ts";
import type { Packument } from "../../server/src/core/facts/package.ts";
import type { RegistryRef } from "../../server/src/core/ports.ts";
import type { RealPorts } from "../../server/src/io/ports.ts";
import type { RecordedRequest } from "../fakes/messages.ts";
import { startLoopback, type Answer, type Loopback } from "../fakes/loopback.ts";
import { NEVER, TEST_LIMITS, World } from "./world.ts";

let world: World;
let host: Loopback<RecordedRequest>;
/** What is answered; a request is given its path. */
let answer: (path: string) => Answer;

beforeEach(async () => {
  world = new World();
  host = await startLoopback(
    (request) => request,
    ({ path }) => answer(path),
  );
});

afterEach(async () => {
  vi.useRealTimers();
  await host.close();
  await world.remove();
});

function body(content: string | Buffer, status = 200, type = "application/json"): Answer {
  return { status, headers: { "content-type": type }, body: Buffer.from(content), compressible: false };
}

function ports(): RealPorts {
  return world.ports({
    registry: `${host.origin}/`,
    osv: { enabled: true, url: host.origin },
    limits: { ...TEST_LIMITS, tries: 1 },
  });
}

const registry = (): RegistryRef => ({ url: `${host.origin}/`, isPublic: true });
const ask = (from = ports()): Promise<Fact<Packument>> =>
  from.registry.packument({ name: "leftpad", registry: registry() }, "full", NEVER);

/** What comes of it, without the host's name. */
function outcome(fact: Fact<Packument>): string {
  if (!fact.known) return `${fact.code}: ${fact.reason.replace(new URL(host.origin).host, "it")}`;
  const { releases, times, distTags } = fact.value.facts;
  const names = [...releases.keys()].slice(0, 3).map((version) => JSON.stringify(version));
  return `${releases.size} releases (${names.join()}), ${times.size} times, ${distTags.size} tags`;
}

/** A packument of one release, with other members. */
const packument = (more: object, release: object = {}): string =>
  JSON.stringify({
    name: "leftpad",
    "dist-tags": { latest: "1.0.0" },
    versions: { "1.0.0": { name: "leftpad", version: "1.0.0", ...release } },
    time: { "1.0.0": "2024-01-01T00:00:00Z" },
    ...more,
  });
const RIGHT = packument({});
const DEEP = 200_000;
const NO_JSON = "malformed: it answered with something that is not JSON";
const NO_VERSIONS = "malformed: it answered with a package document without versions";
const NO_DOCUMENT = "malformed: it answered with something that is not a package document";
const UNDATED = '1 releases ("1.0.0"), 0 times, 1 tags';
const ONE = '1 releases ("1.0.0"), 1 times, 1 tags';

describe("a registry that answers", () => {
  const CASES: readonly (readonly [name: string, content: string | Buffer, outcome: string])[] = [
    ["rightly", RIGHT, ONE],
    ["nothing", "", NO_JSON],
    ["a space", " ", NO_JSON],
    ["null", "null", NO_DOCUMENT],
    ["a list", "[]", NO_DOCUMENT],
    ["a text", '"leftpad"', NO_DOCUMENT],
    ["a number", "1", NO_DOCUMENT],
    ["an empty object", "{}", NO_VERSIONS],
    ["an error as if it were none", '{"error":"not found"}', NO_VERSIONS],
    ["HTML that is called JSON", "<!DOCTYPE html><title>Sign in</title>", NO_JSON],
    ["JavaScript", `callback(${RIGHT})`, NO_JSON],
    ["JSON and more", `${RIGHT}{}`, NO_JSON],
    ["JSON twice", `${RIGHT}\n${RIGHT}`, NO_JSON],
    ["JSON in UTF-16", Buffer.from(RIGHT, "utf16le"), NO_JSON],
    ["JSON with a byte order mark", `\ufeff${RIGHT}`, NO_JSON],
    ["JSON with NaN", RIGHT.replace('"1.0.0":', '"x": NaN, "1.0.0":'), NO_JSON],
    ["lists that nest 200,000 deep", `{"x":${"[".repeat(DEEP)}${"]".repeat(DEEP)}}`, NO_VERSIONS],
    ["objects that nest 200,000 deep", `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`, NO_VERSIONS],
    ["brackets without end", "[".repeat(2_000_000), NO_JSON],
    ["all in __proto__", `{"__proto__":${RIGHT}}`, NO_VERSIONS],
    [
      "a version called __proto__",
      RIGHT.replace('"versions":{', '"versions":{"__proto__":{"hasInstallScript":true},'),
      '2 releases ("__proto__","1.0.0"), 1 times, 1 tags',
    ],
    [
      "versions that object members are named as",
      packument({ versions: { constructor: {}, toString: {}, "1.0.0": {} } }),
      '3 releases ("constructor","toString","1.0.0"), 1 times, 1 tags',
    ],
    [
      "a lone surrogate in a version",
      RIGHT.replaceAll("1.0.0", "1.0.0-\\ud800"),
      '1 releases ("1.0.0-\\ud800"), 1 times, 1 tags',
    ],
    ["bytes that are no UTF-8", Buffer.from(packument({ readme: "\u00ff" }), "latin1"), ONE],
    [
      "100,000 versions",
      packument({ versions: manyVersions(100_000) }),
      '100000 releases ("1.0.0","1.0.1","1.0.2"), 1 times, 1 tags',
    ],
    [
      "a version of 10,000 characters",
      packument({ versions: { [`1.0.0-${"a".repeat(10_000)}`]: {}, "1.0.0": {} } }),
      ONE,
    ],
    ["an empty version", packument({ versions: { "": {}, "1.0.0": {} } }), ONE],
    ["versions that are a list", packument({ versions: [{ version: "1.0.0" }] }), NO_VERSIONS],
    ["versions that are null", packument({ versions: null }), NO_VERSIONS],
    [
      "releases that are no objects",
      packument({ versions: { "1.0.0": {}, "1.1.0": null, "1.2.0": [], "1.3.0": "x" } }),
      ONE,
    ],
    ["with another package", packument({ name: "rightpad" }), "malformed: it answered for another package"],
    ["with its name in other letters", packument({ name: "LeftPad" }), "malformed: it answered for another package"],
    ["with a name that is no text", packument({ name: ["leftpad"] }), ONE],
    ["dates that are none", packument({ time: { "1.0.0": "yesterday", a: 1, b: null, c: [] } }), UNDATED],
    ["a date beyond all dates", packument({ time: { "1.0.0": "+999999-01-01T00:00:00Z" } }), UNDATED],
    ["the 30th of February", packument({ time: { "1.0.0": "2024-02-30T00:00:00Z" } }), ONE],
    ["times that are a list", packument({ time: ["2024-01-01"] }), UNDATED],
    ["tags of no version", packument({ "dist-tags": { latest: "9.9.9", a: 1, b: "", c: null } }), ONE],
    ["the same version twice", RIGHT.replace('"versions":{', '"versions":{"1.0.0":{"deprecated":"no"},'), ONE],
    ["with a number beyond all numbers", RIGHT.replace('"name"', '"_rev":1e999,"name"'), ONE],
  ];

  it.each(CASES)("%s", async (_name, content, expected) => {
    answer = () => body(content);
    expect(outcome(await ask())).toBe(expected);
  });

  it.each([
    ["scripts that are a list", { scripts: ["x"] }, { scripts: {}, hasInstallScript: false }],
    ["a script that is no text", { scripts: { install: { run: "x" } } }, { scripts: {}, hasInstallScript: false }],
    ["an install flag that is a text", { hasInstallScript: "no" }, { hasInstallScript: null }],
    ["dist that is a text", { dist: "x" }, { tarball: null, integrity: null, shasum: null }],
    [
      "an integrity that is a list",
      { dist: { integrity: ["sha512-x"], shasum: "x" } },
      { integrity: null, shasum: null },
    ],
    ["a publisher that is a text", { _npmUser: "alice" }, { publisher: null }],
    ["dependencies that are a list", { dependencies: ["a"] }, { dependencies: new Map() }],
    ["a deprecation that is a list", { deprecated: ["x"] }, { deprecated: null }],
  ])("a release with %s: what it states wrongly is not stated", async (_name, release, expected) => {
    answer = () => body(packument({}, release));
    const fact = await ask();
    expect(
      fact.known && { ...fact.value.distributions.get("1.0.0"), ...fact.value.facts.releases.get("1.0.0") },
    ).toMatchObject(expected);
  });

  it("a script of a megabyte: what is kept of it is bounded, and that is known", async () => {
    answer = () => body(packument({}, { scripts: { install: "x".repeat(1_000_000) } }));
    const fact = await ask();
    const release = fact.known ? fact.value.facts.releases.get("1.0.0") : undefined;
    expect([release?.scripts?.install?.length, release?.scriptsCut, release?.hasInstallScript]).toEqual([
      65_536,
      true,
      true,
    ]);
  });

  it.each([
    [201, ONE],
    [204, NO_JSON],
    [206, ONE],
    [304, "malformed: it answered 304 without being asked to"],
    [402, "http: it answered 402"],
    [410, "http: it answered 410"],
    [418, "http: it answered 418"],
    [451, "http: it answered 451"],
    [599, "http: it answered 599"],
  ])("status %i", async (status, expected) => {
    answer = () => body(status === 204 || status === 304 ? "" : RIGHT, status);
    expect(outcome(await ask())).toBe(expected);
  });
});

function manyVersions(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`1.0.${at}`, {}]));
}

describe("a clock that", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 5, 1) });
    answer = () => body(RIGHT);
  });

  it.each([
    ["goes back a year", Date.UTC(2025, 5, 1)],
    ["goes on ten years", Date.UTC(2036, 5, 1)],
    ["goes back to 1970", 0],
  ])("%s between two questions: what is kept is not taken for fresh", async (_name, moment) => {
    const from = ports();
    expect(outcome(await ask(from))).toBe(ONE);
    vi.setSystemTime(moment);
    expect(outcome(await ask(from))).toBe(ONE);
    expect(host.requests).toHaveLength(2);
  });

  it.each([
    ["goes back a year", Date.UTC(2025, 5, 1)],
    ["goes on ten years", Date.UTC(2036, 5, 1)],
  ])("%s while an answer is awaited: it is taken all the same", async (_name, moment) => {
    answer = () => {
      vi.setSystemTime(moment);
      return body(RIGHT);
    };
    expect(outcome(await ask())).toBe(ONE);
  });
});

describe("an advisory service that answers", () => {
  const HIT = '{"results":[{"vulns":[{"id":"MAL-1","modified":"2026-01-01T00:00:00Z"}]}]}';
  const record = (more: object) =>
    JSON.stringify({
      id: "MAL-1",
      modified: "2026-01-01T00:00:00Z",
      affected: [{ package: { ecosystem: "npm", name: "leftpad" }, versions: ["1.0.0"] }],
      ...more,
    });

  /** The ids found, and the codes of what is missing. */
  async function look(batch: string, details: string): Promise<string> {
    answer = (path) =>
      path.includes("querybatch")
        ? body(batch)
        : path.includes("/v1/vulns/")
          ? body(details)
          : path.includes("advisories/bulk")
            ? body("", 404)
            : body(RIGHT);
    const from = ports();
    await ask(from);
    const release = { name: "leftpad", version: "1.0.0", registry: registry() };
    const [facts] = await from.advisories.lookup([release], NEVER);
    return said(facts);
  }

  function said(facts: AdvisoryFacts | undefined): string {
    const found = facts?.found.map(({ id, malware }) => `${id}${malware ? " malware" : ""}`) ?? [];
    const missing =
      facts?.missing.map(({ code, reason }) => `${code}: ${reason.replace(new URL(host.origin).host, "it")}`) ?? [];
    return [...found, ...missing].join("; ");
  }

  const NOT_EACH = "malformed: it answered something other than one answer for each question";
  const NO_ID = "malformed: it answered an id that cannot be one";
  const BATCHES: readonly (readonly [name: string, batch: string, outcome: string])[] = [
    ["nothing", "", NO_JSON],
    ["HTML", "<html>", NO_JSON],
    ["an empty object", "{}", NOT_EACH],
    ["results in __proto__", `{"__proto__":${HIT}}`, NOT_EACH],
    ["results that are an object", '{"results":{"0":{}}}', NOT_EACH],
    ["more results than questions", '{"results":[{},{}]}', NOT_EACH],
    ["an id that is a path", '{"results":[{"vulns":[{"id":"MAL-/../../x"}]}]}', NO_ID],
    ["an id with a lone surrogate", '{"results":[{"vulns":[{"id":"MAL-\\ud800"}]}]}', NO_ID],
    ["an id of 10,000 characters", `{"results":[{"vulns":[{"id":"MAL-${"1".repeat(10_000)}"}]}]}`, NO_ID],
    ["a page token that is a number", '{"results":[{"vulns":[],"next_page_token":1}]}', NOT_EACH],
    ["lists that nest 200,000 deep", `{"results":${"[".repeat(DEEP)}${"]".repeat(DEEP)}}`, NOT_EACH],
    ["a result that is a list", '{"results":[[]]}', NOT_EACH],
    ["a result that is a text", '{"results":["none"]}', NOT_EACH],
    ["hits that are an object", '{"results":[{"vulns":{"id":"MAL-1"}}]}', NOT_EACH],
  ];

  it.each(BATCHES)("a batch: %s", async (_name, batch, expected) => {
    expect(await look(batch, record({}))).toBe(expected);
  });

  const NOT_THIS = "MAL-1 malware; malformed: it answered something other than the advisory MAL-1";
  const RECORDS: readonly (readonly [name: string, details: string, outcome: string])[] = [
    ["what it should be", record({}), "MAL-1 malware"],
    ["nothing", "", `MAL-1 malware; ${NO_JSON}`],
    ["HTML", "<html>", `MAL-1 malware; ${NO_JSON}`],
    ["another advisory", record({ id: "MAL-2" }), NOT_THIS],
    ["all in __proto__", `{"__proto__":${record({})}}`, NOT_THIS],
    ["affected packages that are a text", record({ affected: "all" }), NOT_THIS],
    [
      "versions that are numbers",
      record({ affected: [{ package: { ecosystem: "npm", name: "leftpad" }, versions: [1] }] }),
      NOT_THIS,
    ],
    ["objects that nest 200,000 deep", `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`, NOT_THIS],
    ["a date that is no text", record({ modified: 7 }), NOT_THIS],
    ["a date that is none", record({ published: "soon" }), "MAL-1 malware"],
    ["a date beyond all dates", record({ published: "+999999-01-01T00:00:00Z" }), "MAL-1 malware"],
    ["a summary of a megabyte", record({ summary: `a\n${"x".repeat(1_000_000)}` }), "MAL-1 malware"],
    ["a summary with a lone surrogate", record({}).replace('"id"', '"summary":"\\ud800","id"'), "MAL-1 malware"],
  ];

  it.each(RECORDS)("a record: %s", async (_name, details, expected) => {
    expect(await look(HIT, details)).toBe(expected);
  });
});
