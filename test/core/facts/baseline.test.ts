import { describe, expect, it } from "vitest";
import {
  accountsOf,
  dependenciesOf,
  exoticOf,
  newScripts,
  newDependencies,
} from "../../../server/src/core/facts/added.ts";
import { earlierReleases } from "../../../server/src/core/facts/earlier.ts";
import { establishedBaseline } from "../../../server/src/core/facts/established.ts";
import { known, unknown } from "../../../server/src/core/facts/fact.ts";
import { installScripts, scriptNames } from "../../../server/src/core/facts/install-scripts.ts";
import { newestLower } from "../../../server/src/core/facts/lower.ts";
import { lowerThan } from "../../../server/src/core/facts/ordered.ts";
import type { PackageFacts, ReleaseFacts } from "../../../server/src/core/facts/package.ts";
import { packumentFrom } from "../../../server/src/core/facts/packument.ts";
import type { Subject } from "../../../server/src/core/facts/subject.ts";
import { DAY } from "../../../server/src/core/util/duration.ts";
import { SemVer } from "semver";

/** Days since the epoch, at which each came out; null where that is not stated. */
type Days = Readonly<Record<string, number | null>>;

function factsOf(days: Days, manifests: Readonly<Record<string, object>> = {}): PackageFacts {
  const versions = Object.fromEntries(
    Object.keys(days).map((version) => [version, { _id: `a@${version}`, ...manifests[version] }]),
  );
  const dated = Object.entries(days).flatMap(([version, day]): readonly (readonly [string, string])[] =>
    day === null ? [] : [[version, new Date(day * DAY).toISOString()]],
  );
  const raw = { versions, time: Object.fromEntries(dated) };
  const read = packumentFrom(raw, { name: "a", detail: "full", fetchedAt: 100 * DAY, host: "registry.example" });
  if (!read.known) throw new Error(read.reason);
  return read.value.facts;
}

interface Given {
  readonly compromised?: readonly string[];
  readonly committed?: string;
}

function subjectOf(version: string, facts: PackageFacts | null, { compromised = [], committed }: Given = {}): Subject {
  return {
    name: "a",
    version,
    registryHost: "registry.example",
    registryAddress: null,
    isHostUntold: false,
    isRegistryPublic: true,
    direct: true,
    lockedInstallScript: null,
    package: facts === null ? unknown("http", "registry.example answered 503") : known(facts),
    distribution: null,
    published: unknown("not-stated", "no time"),
    advisories: { found: [], missing: [] },
    disputed: null,
    isCompromised: (other) => compromised.includes(other),
    locked: [],
    asked: [],
    added: null,
    committedVersion: committed ?? null,
    isNewlyTaken: null,
    lockedBeforeFirst: null,
    ownName: null,
  };
}

describe("the established baseline", () => {
  const baseline = (version: string, days: Days, given: Given = {}) =>
    establishedBaseline(subjectOf(version, factsOf(days), given), 3 * DAY)?.version ?? null;

  it("is the highest lower release that was out for the cooldown, to the moment", () => {
    expect(baseline("1.0.3", { "1.0.0": 1, "1.0.2": 8, "1.0.1": 7, "1.0.3": 10, "2.0.0": 1 })).toBe("1.0.1");
    expect(baseline("1.0.3", { "1.0.0": 1, "1.0.10": 1, "1.0.3": 10 })).toBe("1.0.0");
    expect(baseline("1.0.0", { "1.0.0": 10, "2.0.0": 1 })).toBeNull();
  });

  it("is no prerelease, but for one", () => {
    const days = { "1.0.0": 1, "1.1.0-rc.1": 2, "1.1.0-rc.2": 10, "1.1.0": 10 };
    expect(baseline("1.1.0", days)).toBe("1.0.0");
    expect(baseline("1.1.0-rc.2", days)).toBe("1.1.0-rc.1");
  });

  it("is no compromised one", () => {
    expect(baseline("1.0.2", { "1.0.0": 1, "1.0.1": 2, "1.0.2": 10 }, { compromised: ["1.0.1"] })).toBe("1.0.0");
  });

  it("is any lower one where nothing is dated, and an older one than the answer where others are", () => {
    expect(baseline("1.0.2", { "1.0.0": null, "1.0.1": null, "1.0.2": null })).toBe("1.0.1");
    expect(baseline("1.0.3", { "1.0.0": 1, "1.0.1": 97, "1.0.2": 98, "1.0.3": null })).toBe("1.0.1");
    expect(baseline("1.0.3", { "1.0.0": 1, "1.0.2": null, "1.0.3": 10 })).toBe("1.0.0");
  });

  it("is what the commit locks where there is none, unless that is compromised or not known", () => {
    const days = { "1.0.0": 10, "2.0.0": 1 };
    expect(baseline("1.0.0", days, { committed: "2.0.0" })).toBe("2.0.0");
    expect(baseline("1.0.0", days, { committed: "2.0.0", compromised: ["2.0.0"] })).toBeNull();
    expect(baseline("1.0.0", days, { committed: "3.0.0" })).toBeNull();
    expect(baseline("2.0.0", { "1.0.0": 1, "2.0.0": 10 }, { committed: "2.0.0" })).toBe("1.0.0");
  });

  it("is none of a version that is no semver, or of a package that is not known", () => {
    expect(baseline("weird", { "1.0.0": 1, weird: 10 }, { committed: "1.0.0" })).toBeNull();
    expect(establishedBaseline(subjectOf("1.0.1", null, { committed: "1.0.0" }), 3 * DAY)).toBeNull();
  });
});

describe("releases of before", () => {
  const earlier = (version: string, days: Days, given: Given = {}, lead = 3) =>
    earlierReleases(subjectOf(version, factsOf(days), given), lead * DAY).map(({ release, at }) => [
      release.version,
      at / DAY,
    ]);

  it("are those that were out for the time, the latest first, whatever their version", () => {
    expect(earlier("1.0.3", { "1.0.0": 1, "2.0.0": 7, "1.0.1": 5, "1.0.2": 8, "1.0.3": 10 })).toEqual([
      ["2.0.0", 7],
      ["1.0.1", 5],
      ["1.0.0", 1],
    ]);
    expect(earlier("1.0.1", { "1.0.0": 10, "1.0.1": 10 }, {}, 0)).toEqual([["1.0.0", 10]]);
  });

  it("are no prereleases, but for one, none that is compromised, and none that is not dated or no semver", () => {
    const days = { "1.0.0": 1, "1.1.0-rc.1": 2, "1.0.1": 3, "1.0.2": null, weird: 1, "1.1.0-rc.2": 10, "1.1.0": 10 };
    expect(earlier("1.1.0", days, { compromised: ["1.0.1"] })).toEqual([["1.0.0", 1]]);
    expect(earlier("1.1.0-rc.2", days).map(([version]) => version)).toEqual(["1.0.1", "1.1.0-rc.1", "1.0.0"]);
  });

  it("are those of any version where this one is no semver", () => {
    expect(earlier("weird", { "1.0.0": 1, "2.0.0-rc.1": 1, weird: 10 })).toEqual([["1.0.0", 1]]);
  });

  it("are none where this one is not dated, or the package is not known", () => {
    expect(earlier("1.0.1", { "1.0.0": 1, "1.0.1": null })).toEqual([]);
    expect(earlierReleases(subjectOf("1.0.1", null), 0)).toEqual([]);
  });
});

describe("releases in order", () => {
  it("are all that are lower, the highest first", () => {
    const facts = factsOf({ "1.0.0": 1, "1.10.0": 1, "1.9.0": 1, "2.0.0-rc.1": 1, weird: 1, "2.0.0": 1, "3.0.0": 1 });
    const lower = (than: string) => lowerThan(facts, new SemVer(than)).map(({ version }) => version);
    expect(lower("2.0.0")).toEqual(["2.0.0-rc.1", "1.10.0", "1.9.0", "1.0.0"]);
    expect(lower("1.9.5")).toEqual(["1.9.0", "1.0.0"]);
    expect(lower("9.0.0")).toHaveLength(6);
    expect(lower("1.0.0")).toEqual([]);
    expect(newestLower(facts, "2.0.0", DAY, () => false)?.version).toBe("1.10.0");
    expect(newestLower(facts, "weird", DAY, () => false)).toBeNull();
  });
});

describe("install scripts", () => {
  const release = (manifest: object): ReleaseFacts => {
    const found = factsOf({ "1.0.0": 1 }, { "1.0.0": manifest }).releases.get("1.0.0");
    if (found === undefined) throw new Error("no such release");
    return found;
  };

  it("are those that run on install, in their order, and node-gyp where none stands in its way", () => {
    const all = (manifest: object) => [...installScripts(release(manifest))];
    const scripts = { postinstall: "c", test: "d", install: "b", preinstall: "a" };
    expect(all({ scripts })).toEqual([
      ["preinstall", "a"],
      ["install", "b"],
      ["postinstall", "c"],
    ]);
    expect(all({ gypfile: true })).toEqual([["install", "node-gyp rebuild"]]);
    expect(all({ gypfile: true, scripts: { preinstall: "a" } })).toEqual([["preinstall", "a"]]);
    expect(all({ gypfile: true, scripts: { install: "b" } })).toEqual([["install", "b"]]);
    expect(all({ gypfile: false })).toEqual([]);
  });

  it("are named", () => {
    expect(scriptNames(["postinstall"])).toBe("a postinstall script");
    expect(scriptNames(["preinstall"])).toBe("a preinstall script");
    expect(scriptNames(["install"])).toBe("an install script");
    expect(scriptNames(["preinstall", "install"])).toBe("preinstall and install scripts");
  });

  it("are new where the established release before did not run them, but for the wording", () => {
    const isNew = (before: object, after: object, days: Days = { "1.0.0": 1, "1.0.1": 10 }) => {
      const facts = factsOf(days, { "1.0.0": { scripts: before }, "1.0.1": { scripts: after } });
      const found = facts.releases.get("1.0.1");
      return found === undefined ? null : newScripts(found, facts, 3 * DAY).length > 0;
    };
    expect(isNew({}, { install: "node a" })).toBe(true);
    expect(isNew({ install: "node a" }, { install: "node a" })).toBe(false);
    expect(isNew({ install: "node a" }, { install: "node ./a.js" })).toBe(false);
    expect(isNew({ install: "node a" }, { install: "node b" })).toBe(true);
    expect(isNew({ install: "curl x" }, { install: "curl x" })).toBe(false);
    expect(isNew({ install: "curl 'x'" }, { install: "curl 'x'" })).toBe(false);
    expect(isNew({ install: "node a" }, { install: "node a", postinstall: "node b" })).toBe(true);
    expect(isNew({ install: "node a" }, {})).toBe(false);
    expect(isNew({}, { install: "node a" }, { "1.0.0": 7, "1.0.1": 10 })).toBe(true);
    expect(isNew({}, { install: "node a" }, { "1.0.0": 7.1, "1.0.1": 10 })).toBe(false);
    expect(isNew({}, { install: "node a" }, { "1.0.0": 1, "1.0.1": null })).toBe(false);
    expect(isNew({ install: "npm run b", b: "node b" }, { install: "npm run b", b: "node c" })).toBe(true);
  });
});

describe("what a release newly depends on", () => {
  const added = (before: object, after: object) => {
    const facts = factsOf(
      { "1.0.0": 1, "1.0.1": 2 },
      { "1.0.0": { dependencies: before }, "1.0.1": { dependencies: after } },
    );
    const [was, is] = [facts.releases.get("1.0.0"), facts.releases.get("1.0.1")];
    return is === undefined ? null : newDependencies(is, was ?? null).map(({ alias }) => alias);
  };

  it.each([
    ["another range", { b: "^1.0.0" }, { b: "^2.0.0" }, []],
    ["another package under the name", { b: "^1.0.0" }, { b: "npm:c@^1.0.0" }, ["b"]],
    ["the same package under another name", { b: "^1.0.0" }, { c: "npm:b@^1.0.0" }, ["c"]],
    ["git in the registry's stead", { b: "^1.0.0" }, { b: "github:u/b" }, ["b"]],
    ["the registry in git's stead", { b: "github:u/b" }, { b: "^1.0.0" }, ["b"]],
    ["another commit", { b: "github:u/b#1" }, { b: "github:u/b#2" }, ["b"]],
    ["the same commit", { b: "github:u/b#1 " }, { b: " github:u/b#1" }, []],
    ["another address", { b: "https://a.example/b.tgz" }, { b: "https://c.example/b.tgz" }, ["b"]],
  ])("%s", (_what, before, after, expected) => {
    expect(added(before, after)).toEqual(expected);
  });

  it("is from no registry where it is from git, an address or a folder", () => {
    const dependencies = {
      a: "^1.0.0",
      b: "github:u/b",
      c: "https://c.example/c.tgz",
      d: "file:../d",
      e: "workspace:*",
    };
    const [only] = factsOf({ "1.0.0": 1 }, { "1.0.0": { dependencies } }).releases.values();
    const exotic = only === undefined ? [] : dependenciesOf(only).flatMap((one) => exoticOf(one, ["top"]) ?? []);
    expect(exotic).toEqual([
      { path: ["top", "b"], source: "git", raw: "github:u/b" },
      { path: ["top", "c"], source: "tarball", raw: "https://c.example/c.tgz" },
      { path: ["top", "d"], source: "file", raw: "file:../d" },
    ]);
  });

  it("is all of it where nothing came before", () => {
    const [only] = factsOf({ "1.0.0": 1 }, { "1.0.0": { dependencies: { b: "1", c: "2" } } }).releases.values();
    expect(only === undefined ? [] : newDependencies(only, null).map(({ alias }) => alias)).toEqual(["b", "c"]);
  });
});

describe("accounts that published", () => {
  it("are each once, and no trusted publishers", () => {
    const by = (_npmUser: object) => ({ _npmUser });
    const facts = factsOf(
      { "1.0.0": 1, "1.0.1": 2, "1.0.2": 3, "1.0.3": 4, "1.0.4": 5 },
      {
        "1.0.0": by({ name: "alice" }),
        "1.0.1": by({ name: "bob" }),
        "1.0.2": by({ name: "alice" }),
        "1.0.3": by({ name: "robot", trustedPublisher: { oidcConfigId: "oidc:1" } }),
        "1.0.4": by({ name: "GitHub Actions" }),
      },
    );
    expect(accountsOf(facts.releases.values())).toEqual(["alice", "bob"]);
  });
});
