import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ReleaseRef } from "../../server/src/core/ports.ts";
import { SharedBatches } from "../../server/src/io/shared-batches.ts";
import { startOsv, type FakeOsv } from "../fakes/osv.ts";
import { startRegistry, type FakeRegistry } from "../fakes/registry.ts";
import { NEVER, World } from "./world.ts";

/** Batches of two, each of which waits until it is let go. */
class Asker {
  readonly batches: { readonly asked: readonly string[]; readonly signal: AbortSignal; readonly letGo: () => void }[] =
    [];
  readonly shared = new SharedBatches<string, string>({
    keyOf: (question) => question,
    divide: (questions) =>
      Array.from({ length: Math.ceil(questions.length / 2) }, (_, at) => questions.slice(2 * at, 2 * at + 2)),
    ask: (asked, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
        this.batches.push({
          asked,
          signal,
          letGo: () => resolve(new Map(asked.map((question) => [question, question.toUpperCase()]))),
        });
      }),
  });

  get asked(): readonly (readonly string[])[] {
    return this.batches.map(({ asked }) => asked);
  }
}

describe("questions under way", () => {
  it("are not asked again, and what is new is", async () => {
    const asker = new Asker();
    const first = asker.shared.ask(["a", "b", "c", "a"], NEVER);
    const second = asker.shared.ask(["b", "d"], NEVER);
    expect(asker.asked).toEqual([["a", "b"], ["c"], ["d"]]);
    for (const { letGo } of asker.batches) letGo();
    expect([...(await first)].sort()).toEqual([
      ["a", "A"],
      ["b", "B"],
      ["c", "C"],
    ]);
    expect((await second).get("b")).toBe("B");
    expect((await second).get("d")).toBe("D");
  });

  it("are asked again once they are answered", async () => {
    const asker = new Asker();
    for (const turn of [1, 2]) {
      const answers = asker.shared.ask(["a"], NEVER);
      expect(asker.batches).toHaveLength(turn);
      asker.batches[turn - 1]?.letGo();
      await answers;
    }
  });

  it("go on for those who stay, and are given up when nobody does", async () => {
    const asker = new Asker();
    const [leaving, staying] = [new AbortController(), new AbortController()];
    const left = asker.shared.ask(["a", "b"], leaving.signal);
    const stayed = asker.shared.ask(["a"], staying.signal);
    leaving.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    expect(asker.batches[0]?.signal.aborted).toBe(false);
    staying.abort(new Error("left too"));
    await expect(stayed).rejects.toThrow("left too");
    expect(asker.batches[0]?.signal.aborted).toBe(true);
    void asker.shared.ask(["a"], NEVER);
    expect(asker.asked).toEqual([["a", "b"], ["a"]]);
  });

  it("are not begun for one who has left", async () => {
    const asker = new Asker();
    await expect(asker.shared.ask(["a"], AbortSignal.abort(new Error("left")))).rejects.toThrow("left");
    void asker.shared.ask(["a"], NEVER);
    expect(asker.asked).toEqual([["a"]]);
  });
});

describe("two look-ups of advisories at a time", () => {
  let world: World;
  let osv: FakeOsv;
  let registry: FakeRegistry;
  beforeEach(async () => {
    world = new World();
    [osv, registry] = await Promise.all([startOsv(), startRegistry()]);
  });
  afterEach(async () => {
    await Promise.all([osv.close(), registry.close()]);
    await world.remove();
  });

  it("are one request to each service", async () => {
    const made = world.ports({ registry: registry.url, osv: { enabled: true, url: osv.url } });
    const release: ReleaseRef = { name: "a", version: "1.0.0", registry: { url: registry.url, isPublic: true } };
    await made.registry.packument(release, "full", NEVER);
    const answers = await Promise.all([
      made.advisories.lookup([release], NEVER),
      made.advisories.lookup([release], NEVER),
    ]);
    expect(answers).toEqual([[{ found: [], missing: [] }], [{ found: [], missing: [] }]]);
    expect([osv.countOf("querybatch"), registry.requests.filter(({ kind }) => kind === "bulk").length]).toEqual([1, 1]);
  });
});
