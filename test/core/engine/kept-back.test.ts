/** Names that the project has from elsewhere are asked of no public registry and no advisory service when a young release newly depends on them. */
import { describe, expect, it } from "vitest";
import { explainRelease } from "../../../server/src/core/engine/explain.ts";
import type { Advisories, PackageRef, Registry } from "../../../server/src/core/ports.ts";
import { DEFAULT_SETTINGS } from "../../../server/src/core/settings/settings.ts";
import { inspect } from "../world/inspect.ts";
import { FOLDER, testPorts } from "../world/ports.ts";
import type { TestPorts } from "../world/ports.ts";

const WORLD = {
  packages: {
    alpha: { "1.0.0": "2025-01-01", "1.1.0": { at: "2026-06-01", dependencies: { lone: "^1.0.0", open: "^1.0.0" } } },
    lone: { "1.0.0": "2026-06-01" },
    open: { "1.0.0": "2019-01-01" },
  },
};

function portsFor(files: Readonly<Record<string, unknown>>): TestPorts {
  return testPorts({
    now: "2026-06-04T00:00:00Z",
    world: WORLD,
    files: new Map(
      Object.entries(files).map(([path, content]) => [
        path,
        typeof content === "string" ? content : JSON.stringify(content),
      ]),
    ),
  });
}

function lockedWith(packages: Readonly<Record<string, unknown>>) {
  return {
    "package-lock.json": {
      lockfileVersion: 3,
      packages: { "": { dependencies: { alpha: "^1.0.0" } }, "node_modules/alpha": { version: "1.1.0" }, ...packages },
    },
  };
}

const NAMED = `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      alpha: {specifier: ^1.0.0, version: 1.1.0}
      lone: {specifier: 'work:^1.0.0', version: 'work:1.0.0'}
packages:
  alpha@1.1.0:
    resolution: {integrity: sha512-a}
  lone@work:1.0.0:
    resolution: {integrity: sha512-l}
snapshots:
  alpha@1.1.0: {}
  lone@work:1.0.0: {}
`;

const ALPHA = { "package.json": { dependencies: { alpha: "1.1.0" } } };

interface Watched {
  readonly ports: TestPorts;
  /** Names in questions that a public registry or a public advisory service may get, each once. */
  readonly told: Set<string>;
}

function watched(ports: TestPorts): Watched {
  const told = new Set<string>();
  const note = ({ name, registry }: PackageRef): void => {
    if (registry.isPublic && registry.refused === undefined) told.add(name);
  };
  const registry: Registry = {
    ...ports.registry,
    packument: (ref, detail, cancel) => (note(ref), ports.registry.packument(ref, detail, cancel)),
    tarballModified: (ref, tarball, cancel) => (note(ref), ports.registry.tarballModified(ref, tarball, cancel)),
  };
  const advisories: Advisories = {
    lookup: (releases, cancel) => (releases.forEach(note), ports.advisories.lookup(releases, cancel)),
  };
  return { ports: { ...ports, registry, advisories }, told };
}

describe("a name that a young release newly depends on", () => {
  it.each([
    [
      "is locked from a host that is no registry of the project",
      lockedWith({
        "node_modules/lone": { version: "1.0.0", resolved: "https://npm.corp.example/lone/-/lone-1.0.0.tgz" },
      }),
      "the lockfile has it from npm.corp.example, which is not a registry of this project",
      "refused",
    ],
    [
      "is locked from git",
      lockedWith({
        "node_modules/lone": {
          version: "1.0.0",
          resolved: "git+ssh://git@git.corp.example/lone.git#0123456789012345678901234567890123456789",
        },
      }),
      "the lockfile has it from git, which is not a registry",
      "private",
    ],
    [
      "is locked from a registry by its name",
      { "pnpm-lock.yaml": NAMED },
      "the lockfile has it from the registry named work",
      "private",
    ],
    [
      "is a workspace in the lockfile",
      lockedWith({
        "node_modules/lone": { resolved: "packages/lone", link: true },
        "packages/lone": { version: "1.0.0" },
      }),
      "the lockfile has it from a folder, which is not a registry",
      "private",
    ],
    [
      "is a workspace that no lockfile knows yet",
      {
        "package.json": { workspaces: ["packages/*"], dependencies: { alpha: "1.1.0" } },
        "packages/lone/package.json": { name: "lone", version: "1.0.0" },
      },
      "a package of this project has that name",
      "private",
    ],
  ])("%s, and is asked of nobody", async (_what, files, reason, code) => {
    const { ports, told } = watched(portsFor(files));
    const { report } = await inspect(ports);
    expect([...told].toSorted()).toEqual(["alpha", "open"]);
    const messages = report.findings
      .filter(({ rule, package: name }) => rule === "unchecked" && name === "alpha")
      .map(({ message, unknown }) => [message, unknown?.code]);
    expect(messages).toEqual([[`alpha 1.1.0 could not be checked for new dependencies (lone): ${reason}.`, code]]);
  });

  it("is asked of the registry where the project has it from there", async () => {
    const { ports, told } = watched(portsFor(lockedWith({ "node_modules/lone": { version: "1.0.0" } })));
    await inspect(ports);
    expect([...told].toSorted()).toEqual(["alpha", "lone", "open"]);
  });

  it("is kept back when the release is explained, too", async () => {
    const { ports, told } = watched(
      portsFor({
        ...ALPHA,
        ...lockedWith({
          "node_modules/lone": { version: "1.0.0", resolved: "https://npm.corp.example/lone/-/lone-1.0.0.tgz" },
        }),
      }),
    );
    const registry = await ports.registry.resolve("alpha", FOLDER);
    const { subject } = await explainRelease(
      { name: "alpha", version: "1.1.0", registry },
      ports,
      DEFAULT_SETTINGS,
      FOLDER,
      new AbortController().signal,
    );
    expect(subject.added?.gaps.map(({ name }) => name)).toEqual(["lone"]);
    expect([...told].toSorted()).toEqual(["alpha", "open"]);
  });
});
