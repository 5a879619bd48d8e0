import { describe, expect, it } from "vitest";
import type { LockfileContext } from "../../../server/src/core/documents/context.ts";
import { readManifest } from "../../../server/src/core/documents/manifest.ts";
import { read, written } from "./help.ts";

/** Each was tried with `npm install` of npm 11.19, which fetched the newest release that fits for all that is a problem here. */
const at = (name: string, version = "1.0.0"): object => ({
  version,
  resolved: `https://registry.npmjs.org/${name}/-/${name}-${version}.tgz`,
});

interface Case {
  readonly entry?: object;
  readonly others?: Readonly<Record<string, object>>;
  readonly manifest?: object;
  readonly around?: LockfileContext;
}

/** The package.json asks for `asker`, and the lockfile says of it what the case says. */
function problemsOf({ entry = {}, others = {}, manifest = {}, around = {} }: Case): string[] {
  const own = { name: "app", dependencies: { asker: "1.0.0" }, ...manifest };
  const packages = { "": own, "node_modules/asker": { ...at("asker"), ...entry }, ...others };
  const text = JSON.stringify({ lockfileVersion: 3, packages }, null, 2);
  return read(text, JSON.stringify(own), "package-lock", around).problems.map(({ message }) => message);
}

const told = (which: string): string[] => [
  `it refers to packages that it does not contain (${which}), which are installed anew`,
];

const LOCKED = { "node_modules/asked": at("asked") };

describe("what a package asks for and package-lock.json does not hold", () => {
  it.each([
    ["a dependency", { dependencies: { asked: "^1.0.0" } }],
    ["an optional one", { optionalDependencies: { asked: "^1.0.0" } }],
    ["a peer", { peerDependencies: { asked: "^1.0.0" } }],
    [
      "a dependency that is an optional peer too",
      {
        dependencies: { asked: "^1.0.0" },
        peerDependencies: { asked: "^1.0.0" },
        peerDependenciesMeta: { asked: { optional: true } },
      },
    ],
  ])("is a problem: %s", (_, entry) => {
    expect(problemsOf({ entry })).toEqual(told("asked ^1.0.0"));
  });

  it.each([
    [
      "an optional peer",
      { peerDependencies: { asked: "^1.0.0" }, peerDependenciesMeta: { asked: { optional: true } } },
    ],
    ["what it bundles", { dependencies: { asked: "^1.0.0" }, bundleDependencies: ["asked"] }],
  ])("is none: %s", (_, entry) => {
    expect(problemsOf({ entry })).toEqual([]);
  });

  it("is a peer, unless npm is told to leave peers alone", () => {
    const entry = { peerDependencies: { asked: "^1.0.0" } };
    expect(problemsOf({ entry, around: { legacyPeerDeps: true } })).toEqual([]);
    expect(problemsOf({ entry, around: { legacyPeerDeps: false } })).toEqual(told("asked ^1.0.0"));
  });

  it("is counted, and placed at the first specifier", () => {
    const text = JSON.stringify({
      lockfileVersion: 3,
      packages: {
        "": { dependencies: { asker: "1" } },
        "node_modules/asker": { ...at("asker"), dependencies: { b: "^1.0.0", c: "^1.0.0", d: "^1.0.0" } },
      },
    });
    const [problem] = read(text).problems;
    expect(problem?.message).toContain("(b ^1.0.0 and 2 more)");
    expect(problem === undefined ? "" : written(text, problem.span)).toBe('"^1.0.0"');
  });

  it("is a problem in the requires of lockfileVersion 1", () => {
    const text = JSON.stringify({
      lockfileVersion: 1,
      requires: true,
      dependencies: { asker: { version: "1.0.0", requires: { asked: "^1.0.0" } } },
    });
    expect(read(text, '{"dependencies": {"asker": "1.0.0"}}').problems.map(({ message }) => message)).toEqual(
      told("asked ^1.0.0"),
    );
  });

  it("is none where only a link leads there: npm does not look behind it", () => {
    const others = {
      "node_modules/ws": { resolved: "packages/ws", link: true },
      "packages/ws": { version: "1.0.0", dependencies: { asker: "1.0.0" } },
    };
    const entry = { dependencies: { asked: "^1.0.0" } };
    const manifest = { workspaces: ["packages/*"], dependencies: {} };
    expect(problemsOf({ entry, others, manifest })).toEqual([]);
    expect(problemsOf({ entry, others, manifest: { ...manifest, dependencies: { asker: "1.0.0" } } })).toEqual(
      told("asked ^1.0.0"),
    );
  });
});

describe("a package with a lockfile of its own", () => {
  const entry = { hasShrinkwrap: true, dependencies: { asked: "^1.0.0" } };

  // Tried with npm ci of npm 11.19: where this one locked another version below the package, npm installed that of the tarball.
  it.each([
    ["nothing is locked below it", { entry: { hasShrinkwrap: true } }],
    ["nothing of what it depends on is locked", { entry }],
    ["that is locked beside it", { entry, others: LOCKED }],
    ["that is locked below it", { entry, others: { "node_modules/asker/node_modules/asked": at("asked", "1.1.0") } }],
  ])("is a problem where %s", (_where, made) => {
    expect(problemsOf(made)).toEqual([
      "packages bring lockfiles of their own, and npm installs what those lock (node_modules/asker)",
    ]);
  });

  it("is none where a folder of the project says so", () => {
    const others = { "node_modules/ws": { resolved: "packages/ws", link: true }, "packages/ws": { ...entry } };
    expect(problemsOf({ others: { ...others, ...LOCKED }, manifest: { workspaces: ["packages/*"] } })).toEqual([]);
  });
});

describe("what package-lock.json holds in a version that does not fit", () => {
  it.each(["^1.1.0", "2.x", "npm:asked@^1.1.0", "https://example.org/asked.tgz", "github:owner/asked"])(
    "%s",
    (range) => {
      const others = { "node_modules/asked": { ...at("asked"), name: range.startsWith("npm:") ? "asked" : undefined } };
      expect(problemsOf({ entry: { dependencies: { asked: range } }, others })).toEqual(told(`asked ${range}`));
    },
  );

  it.each(["^1.0.0", "", "*", "latest", ">=0.9 <2 || 3"])("fits %j", (range) => {
    expect(problemsOf({ entry: { dependencies: { asked: range } }, others: LOCKED })).toEqual([]);
  });

  it("is what a tag stands for, where no address says that it was one", () => {
    const others = { "node_modules/asked": { version: "1.0.0" } };
    expect(problemsOf({ entry: { dependencies: { asked: "latest" } }, others })).toEqual(told("asked latest"));
  });

  it("is a commit of a repository in place of another", () => {
    const asked = "4".repeat(40);
    const others = (commit: string): Record<string, object> => ({
      "node_modules/asked": { version: "1.0.0", resolved: `git+ssh://git@github.com/owner/asked.git#${commit}` },
    });
    const manifest = { dependencies: { asker: "1.0.0", asked: "github:owner/asked" } };
    const entry = { dependencies: { asked: `github:owner/asked#${asked}` } };
    expect(problemsOf({ entry, others: others("5".repeat(40)), manifest })).toEqual(
      told(`asked github:owner/asked#${asked}`),
    );
    expect(problemsOf({ entry, others: others(asked), manifest })).toEqual([]);
  });

  it("is a workspace of another version", () => {
    const others = {
      "node_modules/asked": { resolved: "packages/asked", link: true },
      "packages/asked": { name: "asked", version: "1.0.0" },
    };
    const manifest = { workspaces: ["packages/*"] };
    const entry = { dependencies: { asked: "^1.0.0" } };
    expect(problemsOf({ entry, others, manifest })).toEqual([]);
    const workspaces = new Map([["packages/asked", readManifest('{"name": "asked", "version": "0.5.0"}')]]);
    expect(problemsOf({ entry, others, manifest, around: { workspaces } })).toEqual(told("asked ^1.0.0"));
  });

  it("is none where what is locked is in the tarball of who asks", () => {
    const entry = { dependencies: { asked: "^1.1.0" }, bundleDependencies: ["asked"] };
    const others = { "node_modules/asker/node_modules/asked": { version: "1.0.0", inBundle: true } };
    expect(problemsOf({ entry, others })).toEqual([]);
  });

  it("is told apart from what an override puts there", () => {
    const entry = { dependencies: { asked: "^2.0.0" } };
    const of = (overrides: object): string[] => problemsOf({ entry, others: LOCKED, manifest: { overrides } });
    expect(of({ asked: "1.0.0" })).toEqual([]);
    expect(of({ asker: { asked: "1.0.0" } })).toEqual([]);
    expect(of({ "asked@2": "1.0.0" })).toEqual([]);
    expect(of({ asked: "1.1.0" })).toEqual(told("asked ^2.0.0"));
    expect(of({ "asked@3": "1.0.0" })).toEqual(told("asked ^2.0.0"));
    expect(of({ other: "1.0.0" })).toEqual(told("asked ^2.0.0"));
  });

  it("is what an override asks for in place of a range that fits", () => {
    const entry = { dependencies: { asked: "^1.0.0" } };
    expect(problemsOf({ entry, others: LOCKED, manifest: { overrides: { asked: "^1.1.0" } } })).toEqual(
      told("asked ^1.0.0"),
    );
  });

  it("is a peer where another version may fit all that ask for it, and none where npm refuses or keeps it", () => {
    const entry = { peerDependencies: { asked: "^1.1.0" } };
    const of = (asked?: string): string[] =>
      problemsOf({
        entry,
        others: LOCKED,
        manifest: asked === undefined ? {} : { dependencies: { asker: "1.0.0", asked } },
      });
    expect(of()).toEqual(told("asked ^1.1.0"));
    expect(of("^1.0.0")).toEqual(told("asked ^1.1.0"));
    expect(of("1.0.0")).toEqual([]);
  });

  it("is a peer where what another asks for is too long to be read", () => {
    const entry = { peerDependencies: { asked: "^1.1.0" } };
    const asking = (asked: string): string[] =>
      problemsOf({
        entry,
        others: { ...LOCKED, "node_modules/other": { ...at("other"), dependencies: { asked } } },
        manifest: { dependencies: { asker: "1.0.0", other: "1.0.0" } },
      });
    expect(asking("1.0.0")).toEqual([]);
    expect(asking(Array.from({ length: 400 }, () => "1.0.0").join("||"))).toEqual(told("asked ^1.1.0"));
  });

  it("is a peer whose range takes too many comparisons", () => {
    const asking = (count: number): string[] =>
      problemsOf({
        entry: { peerDependencies: { asked: Array.from({ length: count }, (_, at) => at + 2).join("||") } },
        others: LOCKED,
        manifest: { dependencies: { asker: "1.0.0", asked: "1.0.0" } },
      });
    expect(asking(20)).toEqual([]);
    expect(asking(400)).toHaveLength(1);
  });
});
