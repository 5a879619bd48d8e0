/** How often registries are looked up for the names of a project whose workspaces have settings of their own. */
import { describe, expect, it } from "vitest";
import { NameRegistries } from "../../../server/src/core/engine/name-registries.ts";
import { unknown } from "../../../server/src/core/facts/fact.ts";
import type { ReadProject } from "../../../server/src/core/engine/read.ts";
import { packumentFrom } from "../../../server/src/core/facts/packument.ts";
import type { Registry, RegistryRef } from "../../../server/src/core/ports.ts";
import { LineIndex } from "../../../server/src/core/util/text.ts";
import { read } from "../documents/help.ts";

const ROOT = "file:///app";
const PUBLIC = { url: "https://registry.npmjs.org/", isPublic: true };
const PRIVATE = { url: "https://npm.example.com/", isPublic: false };

const numbered = (count: number, each: (at: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, at) => each(at));

function projectWith(configured: readonly string[]): ReadProject {
  return {
    folder: ROOT,
    manifests: [],
    lockfiles: [],
    governing: [],
    configs: [],
    root: null,
    configured,
    leftOut: null,
    outsideOf: null,
    branch: null,
  };
}

it("each workspace is asked once for a scope, and not for each name", async () => {
  const asked: string[] = [];
  const registry: Pick<Registry, "resolve" | "resolveNamed" | "packument"> = {
    resolve: (name, folder) => {
      asked.push(folder);
      return Promise.resolve(name.startsWith("@corp/") && folder === `${ROOT}/p7` ? PRIVATE : PUBLIC);
    },
    resolveNamed: () => Promise.resolve(PUBLIC),
    packument: () => Promise.resolve(unknown("not-found", "none")),
  };
  const workspaces = numbered(20, (at) => `${ROOT}/p${at}`);
  const names = new NameRegistries(registry, projectWith(workspaces));
  for (const name of numbered(50, (at) => `@corp/n${at}`)) expect(await names.of(name)).toEqual(PRIVATE);
  for (const name of numbered(50, (at) => `n${at}`)) expect(await names.of(name)).toEqual(PUBLIC);
  expect(asked.filter((folder) => folder === ROOT)).toHaveLength(100);
  expect(asked.filter((folder) => folder !== ROOT)).toHaveLength(2 * workspaces.length);
});

/** A lockfile of npm that has these packages, by name, from these hosts. */
function lockfileOf(hosts: Readonly<Record<string, string>>): ReadProject["lockfiles"][number] {
  const packages = Object.entries(hosts).map(([name, host]): [string, object] => [
    `node_modules/${name}`,
    { version: "1.0.0", resolved: `https://${host}/${name}/-/${name}-1.0.0.tgz` },
  ]);
  const text = JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries(packages) });
  return {
    uri: `${ROOT}/package-lock.json`,
    kind: "package-lock",
    text,
    lines: () => new LineIndex(text),
    model: read(text),
  };
}

describe("a host that tarballs are locked from", () => {
  const DEFAULT = { url: "https://mirror.example/", isPublic: true };
  const CONFIGURED = { ...DEFAULT, isConfigured: true } as const;
  const hosts = { alpha: "files.example", beta: "files.example", gamma: "evil.example" };

  async function refusals(usual: RegistryRef, { fails = false, more = {} } = {}) {
    const asked: [name: string, isPublic: boolean][] = [];
    const registry: Pick<Registry, "resolve" | "resolveNamed" | "packument"> = {
      resolve: () => Promise.resolve(usual),
      resolveNamed: () => Promise.resolve(usual),
      packument: ({ name, registry: { isPublic } }) => {
        asked.push([name, isPublic]);
        if (fails) return Promise.resolve(unknown("timeout", "no answer"));
        const tarball = `https://files.example/${name}/-/${name}-1.0.0.tgz`;
        const packument = { name, versions: { "1.0.0": { name, version: "1.0.0", dist: { tarball } } } };
        return Promise.resolve(packumentFrom(packument, { name, detail: "abbreviated", fetchedAt: 0, host: "x" }));
      },
    };
    const project = { ...projectWith([]), lockfiles: [lockfileOf({ ...hosts, ...more })] };
    const names = new NameRegistries(registry, project);
    const refused: string[] = [];
    for (const name of Object.keys(hosts)) if ((await names.of(name)).refused !== undefined) refused.push(name);
    return { refused, asked, isUnsettled: names.isUnsettled };
  }

  it("is the registry's own where a configured one states it; one package tells for all, and is passed on to nobody", async () => {
    const asked = [
      ["alpha", false],
      ["gamma", false],
    ];
    expect(await refusals(CONFIGURED)).toEqual({ refused: ["gamma"], asked, isUnsettled: false });
  });

  it("is the registry's own where that states it of a package that is not locked from there", async () => {
    const asked = [
      ["open", true],
      ["open", true],
    ];
    const more = { open: "mirror.example" };
    expect(await refusals(DEFAULT, { more })).toEqual({ refused: ["gamma"], asked, isUnsettled: false });
  });

  it.each<[string, RegistryRef, object]>([
    ["a registry that nobody configured", DEFAULT, {}],
    ["npm's own", PUBLIC, { open: "registry.npmjs.org" }],
  ])("is not found out by telling %s names", async (_whom, usual, more) => {
    expect(await refusals(usual, { more })).toEqual({ refused: Object.keys(hosts), asked: [], isUnsettled: false });
  });

  it("is asked about again where the registry did not answer", async () => {
    const { refused, isUnsettled } = await refusals(CONFIGURED, { fails: true });
    expect([refused, isUnsettled]).toEqual([Object.keys(hosts), true]);
  });
});
