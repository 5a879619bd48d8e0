import { describe, expect, it } from "vitest";
import type { Cancellation, Ports } from "../../../server/src/core/ports.ts";
import { inspect } from "../world/inspect.ts";
import { testPorts } from "../world/ports.ts";
import type { TestPorts } from "../world/ports.ts";
import type { WorldInput } from "../world/schema.ts";

const SCRIPTS = { install: "node build.js" };

/** Every kind of look-up comes up in it: unlocked, young, undated and scripted releases, baselines, safe versions. */
const WORLD: WorldInput = {
  undatedTarballs: true,
  packages: {
    alpha: { "1.0.0": "2026-01-01", "1.0.1": { at: "2026-06-03", scripts: SCRIPTS } },
    inner: { "1.0.0": { at: "2026-06-03", scripts: SCRIPTS } },
    undated: { "1.0.0": "2026-01-01", "1.0.1": "2026-06-03" },
    unlocked: { "1.0.0": "2026-01-01", "1.0.1": "2026-06-03" },
  },
  about: { undated: { packument: { time: {} } } },
};

const LOCKFILE = {
  lockfileVersion: 3,
  packages: {
    "": { dependencies: { alpha: "^1.0.0", unlocked: "^1.0.0" } },
    "node_modules/alpha": { version: "1.0.1", dependencies: { inner: "1", undated: "1" } },
    "node_modules/inner": { version: "1.0.0" },
    "node_modules/undated": { version: "1.0.0" },
  },
};

const never: Cancellation = { aborted: false, throwIfAborted: () => undefined };

/** Ports that pay no heed to cancellation themselves, and cancel as the answer to the `last`th question comes in. */
function heedless(
  inner: TestPorts,
  controller: AbortController,
  last: number,
): { readonly ports: TestPorts; readonly asked: string[] } {
  const asked: string[] = [];
  const told = async <T>(what: string, answer: () => Promise<T>): Promise<T> => {
    asked.push(what);
    const mine = asked.length;
    const value = await answer();
    if (mine === last) controller.abort();
    return value;
  };
  const { registry, advisories, files, history } = inner;
  const ports: Ports = {
    ...inner,
    registry: {
      resolve: (name, folder) => registry.resolve(name, folder),
      resolveNamed: (registryName, name, folder) => registry.resolveNamed(registryName, name, folder),
      packument: (ref, detail) => told(`${detail} ${ref.name}`, () => registry.packument(ref, detail, never)),
      tarballModified: (ref, tarball) =>
        told(`tarball ${ref.name}`, () => registry.tarballModified(ref, tarball, never)),
    },
    advisories: { lookup: (releases) => told("advisories", () => advisories.lookup(releases, never)) },
    files: { read: (uri) => told("read", () => files.read(uri, never)), list: (folder) => files.list(folder, never) },
    history: {
      committed: (uri) => told("committed", () => history.committed(uri, never)),
      committedBy: (uri, moment) => told("committedBy", () => history.committedBy(uri, moment, never)),
    },
  };
  return { ports: { ...ports, calls: inner.calls, texts: inner.texts }, asked };
}

function world(): TestPorts {
  const files = new Map([
    ["package.json", JSON.stringify({ dependencies: { alpha: "^1.0.0", unlocked: "^1.0.0" } })],
    ["package-lock.json", JSON.stringify(LOCKFILE)],
  ]);
  return testPorts({ now: "2026-06-04T00:00:00Z", world: WORLD, files });
}

async function questions(): Promise<readonly string[]> {
  const { ports, asked } = heedless(world(), new AbortController(), Infinity);
  await inspect(ports);
  return asked;
}

describe("cancellation", () => {
  it("is tried at every kind of question", async () => {
    const kinds = new Set((await questions()).map((question) => question.split(" ")[0]));
    expect([...kinds].toSorted()).toEqual(["abbreviated", "advisories", "committed", "full", "read", "tarball"]);
  });

  it("throws, and nothing more is asked, whichever question it comes with", async () => {
    const total = (await questions()).length;
    for (let last = 1; last <= total; last++) {
      const controller = new AbortController();
      const { ports, asked } = heedless(world(), controller, last);
      let askedBefore = 0;
      controller.signal.addEventListener("abort", () => (askedBefore = asked.length));
      await expect(inspect(ports, { cancel: controller.signal }), `question ${last}`).rejects.toThrow();
      // Others that were under way may still come to an end.
      await new Promise((resolve) => setImmediate(resolve));
      expect(asked.slice(askedBefore), `after question ${last}, ${asked[last - 1] ?? ""}`).toEqual([]);
    }
  });

  it("before anything was asked asks nothing", async () => {
    const { ports, asked } = heedless(world(), new AbortController(), Infinity);
    await expect(inspect(ports, { cancel: AbortSignal.abort() })).rejects.toThrow();
    expect(asked.filter((question) => question !== "read")).toEqual([]);
  });
});
