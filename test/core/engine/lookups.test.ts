/** What is asked of registries, advisory services and git, and how often: as little as will do. */
import { describe, expect, it } from "vitest";
import { inspect } from "../world/inspect.ts";
import { testPorts } from "../world/ports.ts";
import type { TestInput } from "../world/ports.ts";
import type { WorldInput } from "../world/schema.ts";

const NOW = "2026-06-04T00:00:00Z";

interface Locked {
  readonly version: string;
  readonly hasInstallScript?: boolean;
}

/** A project that asks for `alpha` and locks what is given. */
function project(
  world: WorldInput,
  locked: Readonly<Record<string, Locked>>,
  more: Partial<TestInput> = {},
): TestInput {
  const packages = Object.fromEntries(Object.entries(locked).map(([name, entry]) => [`node_modules/${name}`, entry]));
  const lockfile = { lockfileVersion: 3, packages: { "": { dependencies: { alpha: "^1.0.0" } }, ...packages } };
  return { now: NOW, world, files: new Map([["package-lock.json", JSON.stringify(lockfile)]]), ...more };
}

/** In no order: package facts and advisories are asked for at the same time. */
async function callsFor(input: TestInput): Promise<readonly string[]> {
  const ports = testPorts(input);
  await inspect(ports);
  return ports.calls.filter((call) => !call.startsWith("read ")).sort();
}

const OLD = { "1.0.0": "2026-01-01" };
const KNOWN = { "1.0.0": "2019-01-01" };

describe("a transitive release", () => {
  it("that is old needs one abbreviated look-up and nothing else", async () => {
    expect(await callsFor(project({ packages: { inner: OLD } }, { inner: { version: "1.0.0" } }))).toEqual(
      ["abbreviated inner", "advisories inner@1.0.0"].sort(),
    );
  });

  it("of a package that changed exactly 30 days ago needs no more", async () => {
    const world = { packages: { inner: OLD }, about: { inner: { modified: "2026-05-05" } } };
    expect(await callsFor(project(world, { inner: { version: "1.0.0" } }))).toEqual(
      ["abbreviated inner", "advisories inner@1.0.0"].sort(),
    );
  });

  it("of a package that changed since is dated by its tarball, and needs no full packument when that is old", async () => {
    const world = { packages: { inner: { ...OLD, "1.0.1": "2026-06-03" } } };
    expect(await callsFor(project(world, { inner: { version: "1.0.0" } }))).toEqual(
      ["abbreviated inner", "advisories inner@1.0.0", "tarball inner@1.0.0"].sort(),
    );
  });

  it("whose tarball is young needs the full packument, which dates it", async () => {
    const world = { packages: { inner: { "1.0.1": "2026-06-03" } } };
    expect(await callsFor(project(world, { inner: { version: "1.0.1" } }))).toContain("full inner");
  });

  it("whose tarball has no date needs the full packument", async () => {
    const world = { undatedTarballs: true, packages: { inner: { ...OLD, "1.0.1": "2026-06-03" } } };
    expect(await callsFor(project(world, { inner: { version: "1.0.0" } }))).toEqual(
      ["abbreviated inner", "advisories inner@1.0.0", "tarball inner@1.0.0", "full inner"].sort(),
    );
  });

  it("with an install script needs the full packument, and no tarball", async () => {
    const scripts = { install: "node build.js" };
    const world = {
      packages: { inner: { "1.0.0": { at: "2026-01-01", scripts }, "1.0.1": { at: "2026-02-01", scripts } } },
    };
    const calls = await callsFor(project(world, { inner: { version: "1.0.1" } }));
    expect(calls).toEqual(
      ["abbreviated inner", "advisories inner@1.0.1", "full inner", "advisories inner@1.0.0"].sort(),
    );
  });

  it("with a script that only the lockfile knows of needs the full packument", async () => {
    const calls = await callsFor(
      project({ packages: { inner: OLD } }, { inner: { version: "1.0.0", hasInstallScript: true } }),
    );
    expect(calls).toEqual(["abbreviated inner", "advisories inner@1.0.0", "full inner"].sort());
  });

  it("that the registry lists no more needs the full packument", async () => {
    const world = { packages: { inner: { "1.0.0": { at: "2026-01-01", removed: true as const } } } };
    expect(await callsFor(project(world, { inner: { version: "1.0.0" } }))).toContain("full inner");
  });

  it("locked at several places is looked up once", async () => {
    const input = project(
      { packages: { inner: OLD } },
      { inner: { version: "1.0.0" }, "a/node_modules/inner": { version: "1.0.0" } },
    );
    expect(await callsFor(input)).toEqual(["abbreviated inner", "advisories inner@1.0.0"].sort());
  });

  it("is looked up in full when judged as of an earlier moment: only that says what existed then", async () => {
    expect(
      await callsFor(project({ packages: { inner: OLD } }, { inner: { version: "1.0.0" } }, { asOf: true })),
    ).toEqual(["full inner", "advisories inner@1.0.0"].sort());
  });
});

describe("a direct release", () => {
  it("is looked up in full only", async () => {
    expect(await callsFor(project({ packages: { alpha: OLD } }, { alpha: { version: "1.0.0" } }))).toEqual(
      ["full alpha", "advisories alpha@1.0.0"].sort(),
    );
  });

  it("that no lockfile holds needs no further look for what the range takes", async () => {
    const files = new Map([["package.json", JSON.stringify({ dependencies: { alpha: "^1.0.0" } })]]);
    expect(await callsFor({ now: NOW, world: { packages: { alpha: KNOWN } }, files })).toEqual(
      ["full alpha", "advisories alpha@1.0.0"].sort(),
    );
  });

  it("asked for by its exact version is known without a look-up", async () => {
    const files = new Map([["package.json", JSON.stringify({ dependencies: { alpha: "1.0.0" } })]]);
    expect(await callsFor({ now: NOW, world: { packages: { alpha: KNOWN } }, files })).toEqual(
      ["full alpha", "advisories alpha@1.0.0"].sort(),
    );
  });
});

describe("git", () => {
  it("is asked whether a little known package is new to the project", async () => {
    const files = new Map([["package.json", JSON.stringify({ dependencies: { alpha: "^1.0.0" } })]]);
    expect(await callsFor({ now: NOW, world: { packages: { alpha: OLD } }, files })).toEqual(
      ["full alpha", "advisories alpha@1.0.0", "committed package.json"].sort(),
    );
  });

  it("is not asked when a release came out, also where the registry cannot say", async () => {
    const world = {
      undatedTarballs: true,
      packages: { alpha: OLD, inner: OLD },
      about: { alpha: { packument: { time: {} } } },
    };
    const calls = await callsFor(project(world, { alpha: { version: "1.0.0" }, inner: { version: "1.0.0" } }));
    expect(calls.filter((call) => call.startsWith("commit"))).toEqual([]);
  });

  it("is asked for HEAD's lockfile once, and only where a script has no established version before it", async () => {
    const scripts = { install: "node build.js" };
    const first = { "1.0.0": { at: "2026-06-03", scripts } };
    const world = { packages: { alpha: first, inner: first, quiet: { "1.0.0": "2026-06-03" } } };
    const calls = await callsFor(
      project(world, { alpha: { version: "1.0.0" }, inner: { version: "1.0.0" }, quiet: { version: "1.0.0" } }),
    );
    expect(calls.filter((call) => call.startsWith("commit"))).toEqual(["committed package-lock.json"].sort());
  });
});

describe("advisories", () => {
  it("are asked for once for each release, in one question for the whole project", async () => {
    const scripts = { install: "node build.js" };
    const world: WorldInput = {
      packages: {
        alpha: {
          "1.0.0": { at: "2026-01-01", scripts },
          "1.0.1": { at: "2026-02-01", scripts },
          "1.0.2": { at: "2026-06-03", scripts: { install: "node other.js" } },
        },
        inner: OLD,
      },
    };
    const calls = await callsFor(project(world, { alpha: { version: "1.0.2" }, inner: { version: "1.0.0" } }));
    const asked = calls.filter((call) => call.startsWith("advisories ")).map((call) => call.split(" ").slice(1));
    expect(asked).toContainEqual(["alpha@1.0.2", "inner@1.0.0"]);
    expect(asked.flat().toSorted()).toEqual(["alpha@1.0.0", "alpha@1.0.1", "alpha@1.0.2", "inner@1.0.0"]);
  });

  it("are asked for once where several releases of a package could go to the same safe versions", async () => {
    const versions = { "1.0.0": "2026-01-01", "1.0.1": "2026-02-01", "1.0.2": "2026-06-02", "1.0.3": "2026-06-03" };
    const calls = await callsFor(
      project(
        { packages: { alpha: versions, inner: OLD } },
        { alpha: { version: "1.0.3" }, inner: { version: "1.0.0" }, "inner/node_modules/alpha": { version: "1.0.2" } },
      ),
    );
    const asked = calls.filter((call) => call.startsWith("advisories ")).flatMap((call) => call.split(" ").slice(1));
    expect(asked.toSorted()).toEqual(["alpha@1.0.0", "alpha@1.0.1", "alpha@1.0.2", "alpha@1.0.3", "inner@1.0.0"]);
  });

  it("are asked for below a baseline that proves compromised", async () => {
    const scripts = { install: "node build.js" };
    const at = (month: number) => ({ at: `2026-0${month}-01`, scripts });
    const world: WorldInput = {
      packages: { alpha: { "1.0.0": at(1), "1.0.1": at(2), "1.0.2": at(3), "1.0.3": at(4) } },
      advisories: [{ id: "MAL-2026-1", package: "alpha", versions: ["1.0.2", "1.0.1"] }],
    };
    const calls = await callsFor(project(world, { alpha: { version: "1.0.3" } }));
    expect(calls).toEqual(
      [
        "full alpha",
        "advisories alpha@1.0.3",
        "advisories alpha@1.0.2",
        "advisories alpha@1.0.1",
        "advisories alpha@1.0.0",
      ].sort(),
    );
  });
});

describe("what a release newly depends on", () => {
  const ESTABLISHED = { "1.0.0": "2019-01-01", "2.0.0": "2020-01-01" };
  const grown = (at: string) => ({
    "1.0.0": "2025-01-01",
    "1.1.0": { at, dependencies: { helper: "^2.0.0", old: "^1.0.0" } },
  });

  it("is looked up once for each package, where the release is young", async () => {
    const world = { packages: { alpha: grown("2026-06-01"), helper: ESTABLISHED, old: { "1.0.0": "2018-01-01" } } };
    const calls = await callsFor(project(world, { alpha: { version: "1.1.0" } }));
    expect(calls).toEqual([
      "abbreviated helper",
      "abbreviated old",
      "advisories alpha@1.0.0",
      "advisories alpha@1.1.0",
      "full alpha",
    ]);
  });

  it("is not looked up where the release is old", async () => {
    const world = { packages: { alpha: grown("2026-01-01"), helper: ESTABLISHED, old: ESTABLISHED } };
    expect(await callsFor(project(world, { alpha: { version: "1.1.0" } }))).toEqual([
      "advisories alpha@1.1.0",
      "full alpha",
    ]);
  });

  it("is not looked up for an old transitive release, nor is its full packument", async () => {
    const world = {
      packages: {
        alpha: { "1.0.0": "2025-01-01" },
        inner: { "1.1.0": { at: "2026-01-01", dependencies: { helper: "^2.0.0" } } },
        helper: ESTABLISHED,
      },
    };
    const calls = await callsFor(project(world, { alpha: { version: "1.0.0" }, inner: { version: "1.1.0" } }));
    expect(calls.filter((call) => !call.startsWith("advisories"))).toEqual(["abbreviated inner", "full alpha"]);
  });

  it("is looked up for a young transitive one, whose full packument tells who published it", async () => {
    const world = {
      packages: { alpha: { "1.0.0": "2025-01-01" }, inner: grown("2026-05-20"), helper: ESTABLISHED, old: ESTABLISHED },
    };
    const calls = await callsFor(project(world, { alpha: { version: "1.0.0" }, inner: { version: "1.1.0" } }));
    expect(calls.filter((call) => !call.startsWith("advisories"))).toEqual([
      "abbreviated helper",
      "abbreviated inner",
      "abbreviated old",
      "full alpha",
      "full inner",
      "tarball inner@1.1.0",
    ]);
  });

  it("is followed to a bounded depth", async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `step${index}`,
        { "1.0.0": { at: "2026-06-02", dependencies: { [`step${index + 1}`]: "^1.0.0" } } },
      ]),
    );
    const alpha = { "1.0.0": "2025-01-01", "1.1.0": { at: "2026-06-03", dependencies: { step0: "^1.0.0" } } };
    const calls = await callsFor(project({ packages: { alpha, ...chain } }, { alpha: { version: "1.1.0" } }));
    expect(calls.filter((call) => call.startsWith("full step"))).toEqual(
      Array.from({ length: 11 }, (_, index) => `full step${index}`).sort(),
    );
    const { report } = await inspect(
      testPorts(project({ packages: { alpha, ...chain } }, { alpha: { version: "1.1.0" } })),
    );
    expect(report.findings.filter(({ rule }) => rule === "unchecked").map(({ message }) => message)).toEqual([
      "alpha 1.1.0 could not be checked for new dependencies: what it newly depends on goes deeper than 10 steps.",
    ]);
  });

  it("is followed to a bounded number where it is from no registry too", async () => {
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`one${index}`, `github:o/r${index}`]));
    const input = project(
      { packages: { alpha: { "1.0.0": "2025-01-01", "1.1.0": { at: "2026-06-03", dependencies: many } } } },
      { alpha: { version: "1.1.0" } },
    );
    const { report } = await inspect(testPorts(input));
    const [alpha] = report.judged;
    expect(alpha?.subject.added?.exotic).toHaveLength(300);
    expect(report.findings.filter(({ rule }) => rule === "unchecked").map(({ message }) => message)).toEqual([
      "alpha 1.1.0 could not be checked for new dependencies: it newly depends on more than 300 packages.",
    ]);
    expect(report.findings.find(({ rule }) => rule === "exotic-dependency")?.message).toContain("and 398 more");
  });

  it("is followed to a bounded number, and that more is there is told", async () => {
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`one${index}`, "^1.0.0"]));
    const packages = Object.fromEntries(Object.keys(many).map((name) => [name, { "1.0.0": "2019-01-01" }]));
    const input = project(
      {
        packages: { alpha: { "1.0.0": "2025-01-01", "1.1.0": { at: "2026-06-03", dependencies: many } }, ...packages },
      },
      { alpha: { version: "1.1.0" } },
    );
    expect((await callsFor(input)).filter((call) => call.startsWith("abbreviated")).length).toBe(300);
    const { report } = await inspect(testPorts(input));
    expect(report.findings.filter(({ rule }) => rule === "unchecked").map(({ message }) => message)).toEqual([
      "alpha 1.1.0 could not be checked for new dependencies: it newly depends on more than 300 packages.",
    ]);
  });
});
