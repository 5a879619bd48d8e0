/** One release that nobody can make sense of does not lose the others. */
import type { PackageFacts } from "../../../server/src/core/facts/package.ts";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Ports } from "../../../server/src/core/ports.ts";
import { weakCooldown } from "../../../server/src/core/rules/weak-cooldown.ts";
import { readSettings } from "../../../server/src/core/settings/settings.ts";
import { inspect } from "../world/inspect.ts";
import { testPorts } from "../world/ports.ts";
import type { TestPorts } from "../world/ports.ts";

const FILES = new Map([
  ["package.json", '{"dependencies": {"bad": "1.0.0", "evil": "1.0.1"}}'],
  [
    "package-lock.json",
    '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"bad": "1.0.0", "evil": "1.0.1"}}, "node_modules/bad": {"version": "1.0.0"}, "node_modules/evil": {"version": "1.0.1"}}}',
  ],
]);
const WORLD = {
  packages: { bad: { "1.0.0": "2026-06-03" }, evil: { "1.0.0": "2026-01-01", "1.0.1": "2026-05-01" } },
  advisories: [{ id: "MAL-2026-1", package: "evil", versions: ["1.0.1"] }],
};

async function rulesWith(change: (ports: TestPorts) => Partial<Ports>) {
  const ports = testPorts({ now: "2026-06-04T00:00:00Z", world: WORLD, files: FILES });
  const { report } = await inspect({ ...ports, ...change(ports) });
  return report.findings
    .filter(({ file, rule }) => file.endsWith("package.json") && rule !== "weak-cooldown")
    .map(({ rule, package: name, message }) => [rule, name, rule === "unchecked" ? message : ""]);
}

const throws = (): never => {
  throw new TypeError("Cannot read properties of undefined");
};
const FAILED = "an error in Depwarden, which is worth a report (Cannot read properties of undefined)";

describe("a release that fails", () => {
  it("to be looked up is unchecked", async () => {
    const found = await rulesWith(({ registry }) => ({
      registry: {
        ...registry,
        packument: (ref, detail, cancel) => (ref.name === "bad" ? throws() : registry.packument(ref, detail, cancel)),
      },
    }));
    expect(found).toEqual(
      expect.arrayContaining([
        ["compromised", "evil", ""],
        ["unchecked", "bad", `bad 1.0.0 could not be looked up: ${FAILED}.`],
      ]),
    );
  });

  it("when its facts are put together is unchecked", async () => {
    const found = await rulesWith(({ registry }) => ({
      registry: {
        ...registry,
        packument: async (ref, detail, cancel) => {
          const facts = await registry.packument(ref, detail, cancel);
          return ref.name === "bad" && facts.known
            ? { ...facts, value: { ...facts.value, facts: { ...facts.value.facts, times: { get: throws } as never } } }
            : facts;
        },
      },
    }));
    expect(found).toEqual(
      expect.arrayContaining([
        ["compromised", "evil", ""],
        ["unchecked", "bad", `bad 1.0.0 could not be looked up: ${FAILED}.`],
      ]),
    );
  });

  it("by one rule is unchecked, and the other rules still judge it", async () => {
    const found = await rulesWith(({ registry }) => ({
      registry: {
        ...registry,
        packument: async (ref, detail, cancel) => {
          const facts = await registry.packument(ref, detail, cancel);
          const held = {
            get securityHolder() {
              return throws();
            },
          };
          return ref.name === "bad" && facts.known
            ? {
                ...facts,
                value: {
                  ...facts.value,
                  facts: Object.create(
                    {},
                    {
                      ...Object.getOwnPropertyDescriptors(facts.value.facts),
                      ...Object.getOwnPropertyDescriptors(held),
                    },
                  ) as PackageFacts,
                },
              }
            : facts;
        },
      },
    }));
    expect(found).toEqual(
      expect.arrayContaining([
        ["compromised", "evil", ""],
        ["unchecked", "bad", `bad 1.0.0 could not be judged by every rule: ${FAILED}.`],
      ]),
    );
    expect(found.filter(([rule, name]) => rule === "unchecked" && name === "bad")).toHaveLength(1);
    expect(found).toContainEqual(["fresh-release", "bad", ""]);
  });

  it("to be asked about at the advisory services is unchecked, and what is known without them is told", async () => {
    const catalogue = [
      {
        id: "evil-2026",
        package: "evil",
        versions: ["1.0.1"],
        title: "evil 1.0.1 was taken over",
        knownSince: "2026-05-02",
      },
    ];
    const ports = testPorts({
      now: "2026-06-04T00:00:00Z",
      world: { ...WORLD, advisories: [], catalogue },
      files: FILES,
    });
    const { report } = await inspect({
      ...ports,
      advisories: { lookup: () => Promise.reject(new TypeError("Cannot read properties of undefined")) },
    });
    const found = report.findings
      .filter(({ file }) => file.endsWith("package.json"))
      .map(({ rule, package: name, message }) => [rule, name, rule === "unchecked" ? message : ""]);
    expect(found).toEqual(
      expect.arrayContaining([
        ["compromised", "evil", ""],
        [
          "unchecked",
          "bad",
          "2 packages could not be checked against advisories: the advisory services gave no answer: bad 1.0.0, evil 1.0.1.",
        ],
      ]),
    );
  });

  it("to get an answer from the advisory services is unchecked", async () => {
    const found = await rulesWith(({ advisories }) => ({
      advisories: {
        lookup: async (releases, cancel) =>
          (await advisories.lookup(releases, cancel)).filter((_, index) => releases[index]?.name !== "evil"),
      },
    }));
    expect(found).toContainEqual([
      "unchecked",
      "evil",
      "evil 1.0.1 could not be checked against advisories: the advisory services gave no answer.",
    ]);
  });

  it("while the check is cancelled ends it", async () => {
    const controller = new AbortController();
    const ports = testPorts({ now: "2026-06-04T00:00:00Z", world: WORLD, files: FILES });
    const registry = {
      ...ports.registry,
      packument: () => {
        controller.abort(new Error("enough"));
        return throws();
      },
    };
    await expect(inspect({ ...ports, registry }, { cancel: controller.signal })).rejects.toThrow("enough");
  });
});

describe("of a project, a failure", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("of one rule about it is unchecked whatever is set, and all else is judged", async () => {
    vi.spyOn(weakCooldown, "check").mockImplementation(throws);
    const ports = testPorts({ now: "2026-06-04T00:00:00Z", world: WORLD, files: FILES });
    const { settings } = readSettings({ rules: { unchecked: "off" } });
    const { report } = await inspect(ports, { settings });
    expect(report.findings.map(({ rule }) => rule)).toContain("compromised");
    expect(report.findings.filter(({ rule }) => rule === "unchecked")).toMatchObject([
      { message: `The settings of this project could not be judged by every rule: ${FAILED}.` },
    ]);
    expect([...report.gaps]).toContain("malformed");
  });

  it("to see what it installs unverified is unchecked, and all else is judged", async () => {
    const ports = testPorts({
      now: "2026-06-04T00:00:00Z",
      world: WORLD,
      files: new Map([
        ["package.json", '{"packageManager": "yarn@4.18.1", "dependencies": {"evil": "1.0.1"}}'],
        [".yarnrc.yml", "enableGlobalCache: false\n"],
      ]),
    });
    const { files } = ports;
    const { report } = await inspect({
      ...ports,
      files: { ...files, list: (folder, cancel) => (folder.includes(".yarn") ? throws() : files.list(folder, cancel)) },
    });
    expect(report.findings.map(({ rule }) => rule)).toContain("compromised");
    expect(report.findings.map(({ message }) => message)).toContain(
      `The settings of this project could not be judged by every rule: ${FAILED}.`,
    );
  });

  it("to read one of its files is that file's problem", async () => {
    const ports = testPorts({ now: "2026-06-04T00:00:00Z", world: WORLD, files: FILES });
    const { files } = ports;
    const { report } = await inspect({
      ...ports,
      files: {
        ...files,
        read: (uri, cancel) => (uri.endsWith("package-lock.json") ? throws() : files.read(uri, cancel)),
      },
    });
    expect(report.files).toContainEqual(expect.objectContaining({ kind: "package-lock", error: FAILED }));
    expect(report.findings.map(({ rule }) => rule)).toContain("compromised");
  });
});
