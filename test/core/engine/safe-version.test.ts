import { describe, expect, it, vi } from "vitest";
import { Gatherer } from "../../../server/src/core/engine/gather.ts";
import type { SafeVersions } from "../../../server/src/core/fixes/fix.ts";
import { inspect } from "../world/inspect.ts";
import { testPorts } from "../world/ports.ts";
import type { TestPorts } from "../world/ports.ts";
import type { WorldInput } from "../world/schema.ts";

function portsFor(world: WorldInput, version: string, range = "^1.0.0"): TestPorts {
  const lockfile = {
    lockfileVersion: 3,
    packages: { "": { dependencies: { alpha: range } }, "node_modules/alpha": { version } },
  };
  const files = new Map([
    ["package.json", JSON.stringify({ dependencies: { alpha: range } })],
    ["package-lock.json", JSON.stringify(lockfile)],
  ]);
  return testPorts({ now: "2026-06-04T00:00:00Z", world, files });
}

async function safeFor(
  world: WorldInput,
  version: string,
  range?: string,
): Promise<Omit<SafeVersions, "integrities"> | null> {
  const { report } = await inspect(portsFor(world, version, range));
  const [judged] = report.judged.filter(({ subject }) => subject.version === version);
  if (judged === undefined) throw new Error("nothing was judged");
  if (judged.safe === null) return null;
  const { integrities, ...versions } = judged.safe;
  const chosen = new Set(Object.values(versions).filter((each) => typeof each === "string"));
  const stated = [...chosen].filter(
    (each) => judged.subject.package.known && judged.subject.package.value.releases.has(each),
  );
  expect([...integrities.keys()].sort()).toEqual(stated.sort());
  return versions;
}

const FRESH = { "1.0.0": "2026-01-01", "1.0.1": "2026-02-01", "1.0.2": "2026-06-03" };
const MANY = Object.fromEntries(
  Array.from({ length: 300 }, (_, index) => [`1.${index}.0`, index < 299 ? "2026-01-01" : "2026-06-03"]),
);

describe("safe versions", () => {
  it("are looked for only where a finding of warning and up stands", async () => {
    expect(await safeFor({ packages: { alpha: FRESH } }, "1.0.1")).toBeNull();
    expect(await safeFor({ packages: { alpha: FRESH } }, "1.0.2")).toEqual({
      preferred: "1.0.1",
      previous: "1.0.1",
      newest: "1.0.1",
    });
  });

  it("are looked into once for all locked versions of a package", async () => {
    const versions = Object.fromEntries(
      Array.from({ length: 30 }, (_, minor) => [`1.${minor}.0`, minor < 15 ? "2026-01-01" : "2026-06-03"]),
    );
    const packages = Object.fromEntries(
      Object.keys(versions).map((version) => [`node_modules/p${version}/node_modules/alpha`, { version }]),
    );
    const files = new Map([
      ["package.json", "{}"],
      ["package-lock.json", JSON.stringify({ lockfileVersion: 3, packages: { "": {}, ...packages } })],
    ]);
    const gathered = vi.spyOn(Gatherer.prototype, "subjects");
    const { report } = await inspect(
      testPorts({ now: "2026-06-04T00:00:00Z", world: { packages: { alpha: versions } }, files }),
    );
    const [, ...searches] = gathered.mock.calls;
    gathered.mockRestore();
    const candidates = searches.flatMap(([targets]) => targets.map(({ release: { version } }) => version));
    expect(report.judged.filter(({ safe }) => safe?.preferred === "1.14.0")).toHaveLength(15);
    expect(candidates).toContain("1.14.0");
    expect(candidates).toEqual([...new Set(candidates)]);
  });

  it("are looked for among a bounded number of candidates", async () => {
    const ports = portsFor(
      { packages: { alpha: MANY }, advisories: [{ id: "MAL-2026-1", package: "alpha", versions: Object.keys(MANY) }] },
      "1.299.0",
    );
    const { report } = await inspect(ports);
    expect(report.judged[0]?.safe).toBeNull();
    const asked = ports.calls
      .filter((call) => call.startsWith("advisories "))
      .flatMap((call) => call.split(" ").slice(1));
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.length).toBe(1 + 16);
  });

  it("are found behind candidates that fail", async () => {
    const bad = Object.keys(MANY).slice(-16);
    const world: WorldInput = {
      packages: { alpha: MANY },
      advisories: [{ id: "MAL-2026-1", package: "alpha", versions: bad }],
    };
    expect((await safeFor(world, "1.299.0"))?.preferred).toBe("1.283.0");
  });

  it("are not made of what is not known", async () => {
    expect(
      await safeFor(
        { packages: { alpha: FRESH }, advisoriesDown: ["timeout", "api.osv.dev did not answer in time"] },
        "1.0.2",
      ),
    ).toBeNull();
    const noScripts = {
      "dist-tags": { latest: "1.0.2" },
      versions: Object.fromEntries(Object.keys(FRESH).map((version) => [version, { name: "alpha", version }])),
    };
    expect(
      await safeFor(
        { packages: { alpha: FRESH }, about: { alpha: { packument: { _id: null, ...noScripts } } } },
        "1.0.2",
      ),
    ).toBeNull();
    const noTimes = { time: { "1.0.2": "2026-06-03T00:00:00.000Z" } };
    expect(await safeFor({ packages: { alpha: FRESH }, about: { alpha: { packument: noTimes } } }, "1.0.2")).toBeNull();
  });

  describe("that an incident's reports name", () => {
    const catalogue = [
      {
        id: "alpha-2026",
        package: "alpha",
        versions: ["1.0.2"],
        title: "alpha 1.0.2 was taken over",
        knownSince: "2026-06-03",
        lastGood: "1.0.1",
      },
    ];
    const NAMED = { preferred: "1.0.1", previous: "1.0.1", newest: null };
    const malware = (version: string) => [{ id: "MAL-2026-1", package: "alpha", versions: [version] }];

    it.each<[string, WorldInput]>([
      [
        "nothing is asked",
        { catalogue, registryDown: ["offline", "not asked"], advisoriesDown: ["offline", "not asked"] },
      ],
      ["the registry does not answer", { catalogue, registryDown: ["timeout", "no answer in time"] }],
      [
        "advisories cannot be asked for",
        { catalogue, packages: { alpha: FRESH }, advisoriesDown: ["timeout", "no answer in time"] },
      ],
    ])("are named where %s", async (_where, world) => {
      expect(await safeFor(world, "1.0.2")).toEqual(NAMED);
    });

    it("are named where they are safe, however many newer ones are not", async () => {
      const world = {
        catalogue: [
          {
            id: "many",
            package: "alpha",
            title: "taken over",
            knownSince: "2026-06-03",
            versions: ["1.299.0"],
            lastGood: "1.0.0",
          },
        ],
        packages: { alpha: MANY },
        advisories: [{ id: "MAL-2026-1", package: "alpha", versions: Object.keys(MANY).slice(1) }],
      };
      expect(await safeFor(world, "1.299.0")).toEqual({ preferred: "1.0.0", previous: "1.0.0", newest: null });
    });

    it.each<[string, WorldInput]>([
      [
        "an advisory names them",
        {
          catalogue,
          packages: { alpha: { "1.0.1": "2026-02-01", "1.0.2": "2026-06-03" } },
          advisories: malware("1.0.1"),
        },
      ],
      [
        "an advisory names them and the registry does not answer",
        { catalogue, registryDown: ["timeout", "no answer in time"], advisories: malware("1.0.1") },
      ],
      [
        "their registry lists them no more",
        { catalogue, packages: { alpha: { "1.0.1": { at: "2026-02-01", removed: true }, "1.0.2": "2026-06-03" } } },
      ],
      ["their registry knows nothing of the package", { catalogue, packages: {} }],
    ])("are not named where %s", async (_where, world) => {
      expect(await safeFor(world, "1.0.2")).toBeNull();
    });

    it.each<[string, WorldInput]>([
      ["of the registry", { catalogue, registryDown: ["pending", "its answer is awaited"] }],
      [
        "of advisories",
        { catalogue, packages: { alpha: FRESH }, advisoriesDown: ["pending", "its answer is awaited"] },
      ],
      [
        "of the registry while advisories cannot be asked for",
        {
          catalogue,
          registryDown: ["pending", "its answer is awaited"],
          advisoriesDown: ["timeout", "no answer in time"],
        },
      ],
    ])("are not named while an answer %s is awaited", async (_what, world) => {
      expect(await safeFor(world, "1.0.2")).toBeNull();
    });
  });

  it("go to the newest of the same major below, then to the newest below, where the range holds none", async () => {
    const packages = { alpha: { "1.0.0": "2026-01-01", "2.0.0": "2026-02-01", "3.0.0": "2026-06-03" } };
    expect(await safeFor({ packages }, "3.0.0", "^3.0.0")).toEqual({
      preferred: "2.0.0",
      previous: "2.0.0",
      newest: "2.0.0",
    });
    const older = { alpha: { "1.0.0": "2026-01-01", "1.1.0": "2026-06-03", "2.0.0": "2026-02-01" } };
    expect(await safeFor({ packages: older }, "1.1.0", "^1.1.0")).toEqual({
      preferred: "1.0.0",
      previous: "1.0.0",
      newest: "2.0.0",
    });
  });

  it("are none of a package that was made for the attack, also where only an abbreviated look-up was needed", async () => {
    const dropper = { "1.0.0": "2026-03-01T00:00:00Z", "1.0.1": "2026-03-01T10:00:00Z", "1.0.2": "2026-03-02" };
    const world: WorldInput = {
      packages: { alpha: { "1.0.0": "2026-01-01" }, dropper },
      advisories: [{ id: "MAL-2026-1", package: "dropper", versions: ["1.0.1"] }],
    };
    const lockfile = {
      lockfileVersion: 3,
      packages: {
        "": { dependencies: { alpha: "1" } },
        "node_modules/alpha": { version: "1.0.0", dependencies: { dropper: "1" } },
        "node_modules/dropper": { version: "1.0.1" },
      },
    };
    const ports = testPorts({
      now: "2026-06-04T00:00:00Z",
      world,
      files: new Map([["package-lock.json", JSON.stringify(lockfile)]]),
    });
    const { report } = await inspect(ports);
    const judged = report.judged.find(({ subject }) => subject.name === "dropper");
    expect(judged?.judgements.map(({ rule }) => rule)).toEqual(["compromised"]);
    expect(judged?.safe).toBeNull();
  });
});
