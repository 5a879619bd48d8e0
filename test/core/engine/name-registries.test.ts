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
    opened: [],
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

  interface Given {
    readonly fails?: boolean;
    readonly more?: Readonly<Record<string, string>>;
    readonly resolve?: (name: string) => RegistryRef;
  }

  async function refusals(usual: RegistryRef, { fails = false, more = {}, resolve = () => usual }: Given = {}) {
    const asked: [name: string, isPublic: boolean][] = [];
    const registry: Pick<Registry, "resolve" | "resolveNamed" | "packument"> = {
      resolve: (name) => Promise.resolve(resolve(name)),
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
    const untold: string[] = [];
    for (const name of Object.keys(hosts)) {
      const its = await names.of(name);
      if (its.refused !== undefined) (its.isHostUntold === true ? untold : refused).push(name);
    }
    return { refused, untold, asked, isUnsettled: names.isUnsettled };
  }

  it("is the registry's own where a configured one states it; one package tells for all, and is passed on to nobody", async () => {
    const asked = [
      ["alpha", false],
      ["gamma", false],
    ];
    expect(await refusals(CONFIGURED)).toEqual({
      refused: ["gamma"],
      untold: [],
      asked,
      isUnsettled: false,
    });
  });

  it("is the registry's own where that states it of a package that is not locked from there", async () => {
    const asked = [
      ["open", true],
      ["open", true],
    ];
    const more = { open: "mirror.example" };
    expect(await refusals(DEFAULT, { more })).toEqual({ refused: ["gamma"], untold: [], asked, isUnsettled: false });
  });

  it("is not found out by telling a registry that nobody configured names: nobody knows whose it is", async () => {
    const untold = Object.keys(hosts);
    expect(await refusals(DEFAULT)).toEqual({ refused: [], untold, asked: [], isUnsettled: false });
  });

  it("is asked about with names from there, of a registry named for this run, only where nothing else tells", async () => {
    const NAMED = { ...DEFAULT, isNamedForRun: true } as const;
    expect((await refusals(NAMED)).asked).toEqual([
      ["alpha", false],
      ["gamma", false],
    ]);
    expect((await refusals(NAMED, { more: { open: "mirror.example" } })).asked).toEqual([
      ["open", true],
      ["open", true],
    ]);
  });

  it("is not npm's own, which has one", async () => {
    const more = { open: "registry.npmjs.org" };
    const refused = Object.keys(hosts);
    expect(await refusals(PUBLIC, { more })).toEqual({ refused, untold: [], asked: [], isUnsettled: false });
  });

  it("is asked about again where the registry did not answer", async () => {
    const { refused, untold, isUnsettled } = await refusals(CONFIGURED, { fails: true });
    expect([refused, untold, isUnsettled]).toEqual([[], Object.keys(hosts), true]);
  });

  it("is that of another registry which is configured: nobody is told names that are locked from there", async () => {
    const CORP = { url: "https://files.example/", isPublic: false };
    const answer = await refusals(CONFIGURED, {
      more: { "@corp/a": "files.example" },
      resolve: (name) => (name.startsWith("@corp/") ? CORP : CONFIGURED),
    });
    expect(answer).toEqual({
      refused: ["alpha", "beta", "gamma"],
      untold: [],
      asked: [["gamma", false]],
      isUnsettled: false,
    });
  });

  it("is not asked about with names that are configured to come from another registry", async () => {
    const CORP = { url: "https://npm.corp.example/", isPublic: false };
    const { asked } = await refusals(CONFIGURED, {
      resolve: (name) => (name === "alpha" ? CORP : CONFIGURED),
    });
    expect(asked).toEqual([
      ["beta", false],
      ["gamma", false],
    ]);
  });
});
