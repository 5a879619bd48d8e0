/** Names go to OSV only once their registry has shown itself open. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RegistryRef } from "../../server/src/core/ports.ts";
import type { RealPorts } from "../../server/src/io/ports.ts";
import { RegistryRefusals } from "../../server/src/io/registry-visibility.ts";
import { startOsv, type FakeOsv } from "../fakes/osv.ts";
import { startRegistry, type FakeRegistry } from "../fakes/registry.ts";
import { NEVER, World } from "./world.ts";

let world: World;
let osv: FakeOsv;
let registry: FakeRegistry;

beforeEach(async () => {
  world = new World();
  [osv, registry] = await Promise.all([startOsv(), startRegistry()]);
  registry.publish("known", "1.0.0", { at: "2024-01-01T00:00:00Z" });
});

afterEach(async () => {
  await Promise.all([osv.close(), registry.close()]);
  await world.remove();
});

const ports = (): RealPorts => world.ports({ registry: registry.url, osv: { enabled: true, url: osv.url } });
const ask = (made: RealPorts, name: string, signal = NEVER) =>
  made.registry
    .resolve(name, world.projectUri)
    .then((ref) => made.registry.packument({ name, registry: ref }, "full", signal));
const lookUp = async (made: RealPorts, name: string) =>
  made.advisories.lookup(
    [{ name, version: "1.0.0", registry: await made.registry.resolve(name, world.projectUri) }],
    NEVER,
  );
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
};

const CHECKED = [{ found: [], missing: [] }];
const KEPT_BACK = [{ found: [], missing: [{ code: "refused" }] }];

describe("what opens the way to OSV", () => {
  it.each(["known", "never-published"])("an answer without a login: %s", async (name) => {
    const made = ports();
    await ask(made, name);
    expect(await lookUp(made, "other")).toEqual(CHECKED);
    expect(osv.countOf("querybatch")).toBe(1);
  });

  it("one that was kept on disk and is fresh", async () => {
    const before = ports();
    await ask(before, "known");
    await before.settled();
    const made = ports();
    await ask(made, "known");
    expect(registry.countOf("known")).toBe(1);
    expect(await lookUp(made, "known")).toEqual(CHECKED);
  });

  it("one that comes late is waited for, while others fail", async () => {
    registry.fail("gone", { kind: "status", status: 403 });
    registry.fail("known", { kind: "slow", delayMs: 300 });
    const made = ports();
    const [, , answers] = await Promise.all([ask(made, "gone"), ask(made, "known"), lookUp(made, "known")]);
    expect(answers).toEqual(CHECKED);
  });
});

describe("what does not", () => {
  it.each([
    ["503", { kind: "status", status: 503 }, "answered 503"],
    ["403", { kind: "status", status: 403 }, "refused access (403)"],
    ["429", { kind: "status", status: 429 }, "answered 429"],
    ["a page to sign in at", { kind: "html" }, "not JSON"],
    ["a line that is cut", { kind: "reset" }, "cut the connection"],
    ["no answer", { kind: "hang" }, "did not answer within"],
  ] as const)("%s", async (_what, failure, reason) => {
    registry.fail("*", failure);
    const made = ports();
    const [, answers] = await Promise.all([ask(made, "known"), lookUp(made, "known")]);
    expect(answers).toMatchObject(KEPT_BACK);
    expect(answers[0]?.missing[0]?.reason).toContain(reason);
    expect(osv.requests).toEqual([]);
  });

  it("not to have been asked", async () => {
    expect(await lookUp(ports(), "known")).toMatchObject(KEPT_BACK);
    expect(osv.requests).toEqual([]);
  });

  it("a question that was given up", async () => {
    registry.fail("*", { kind: "hang" });
    const made = ports();
    const leaving = new AbortController();
    const asked = ask(made, "known", leaving.signal);
    const answers = lookUp(made, "known");
    await until(() => registry.countOf("known") > 0);
    leaving.abort(new Error("left"));
    await expect(asked).rejects.toThrow("left");
    registry.heal();
    expect(await answers).toMatchObject(KEPT_BACK);
    expect(osv.requests).toEqual([]);
  });

  it("an answer to somebody's login, now or kept on disk", async () => {
    const npmrc = join(world.folder, "home", ".npmrc");
    writeFileSync(npmrc, `${registry.url.replace("http:", "")}:_authToken=t\n`);
    const before = ports();
    await ask(before, "known");
    await before.settled();
    writeFileSync(npmrc, "");
    const made = ports();
    await ask(made, "known");
    expect(registry.countOf("known")).toBe(1);
    expect(await lookUp(made, "known")).toMatchObject(KEPT_BACK);
    expect(osv.requests).toEqual([]);
  });
});

it("the cache is cleared while a first answer is awaited: who waits goes on, and knows nothing", async () => {
  const refusals = new RegistryRefusals();
  const ref: RegistryRef = { url: "https://mirror.example/", isPublic: true };
  refusals.ask(ref);
  const openness = refusals.of(ref, NEVER);
  await new Promise((resolve) => setImmediate(resolve));
  refusals.forget();
  expect(await openness).toMatchObject({ known: false, code: "refused" });
});

it("the public registry needs no first answer", async () => {
  for (const host of ["registry.npmjs.org", "registry.yarnpkg.com"])
    expect(await new RegistryRefusals().of({ url: `https://${host}/`, isPublic: true }, NEVER)).toBe("open");
});
