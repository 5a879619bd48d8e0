import { describe, expect, it } from "vitest";
import { known, unknown } from "../../server/src/core/facts/fact.ts";
import { packumentFrom } from "../../server/src/core/facts/packument.ts";
import { addressOf, fetchedFrom, type LockedFacts } from "../../server/src/core/facts/places.ts";
import type { Subject } from "../../server/src/core/facts/subject.ts";
import type { LockfileFormat, PackageSource } from "../../server/src/core/model.ts";
import { lockfileTampering } from "../../server/src/core/rules/lockfile-tampering.ts";
import type { RuleContext, Verdict } from "../../server/src/core/rules/rule.ts";

const SHA = `sha512-${"A".repeat(86)}==`;
const OTHER = `sha512-${"B".repeat(86)}==`;

interface Case {
  readonly name?: string;
  readonly registry: string;
  readonly resolved: string;
  readonly integrity?: string;
  readonly format?: LockfileFormat;
  readonly usual?: string;
  readonly tarball?: string;
  readonly isDown?: boolean;
  readonly brings?: LockedFacts["brings"];
  readonly states?: Readonly<Record<string, string>>;
  readonly source?: PackageSource;
  /** The range of `p1` that is asked for, where it is locked instead of it. */
  readonly asked?: string;
  /** The integrity that the registry states. */
  readonly stated?: string;
}

/** The messages of what is reported for one place of a lockfile. */
function reported(given: Case): readonly string[] {
  return verdicts(given).map(({ message }) => message);
}

function verdicts(given: Case): readonly Verdict[] {
  const {
    name = "p1",
    registry,
    resolved,
    integrity,
    format = "npm",
    usual,
    tarball,
    isDown,
    brings = [],
    source = "registry",
  } = given;
  const packument = {
    name,
    versions: {
      "1.0.0": {
        name,
        version: "1.0.0",
        dependencies: given.states ?? {},
        dist: { integrity: given.stated ?? SHA, ...(tarball === undefined ? {} : { tarball }) },
      },
    },
  };
  const read =
    isDown === true
      ? unknown("unreachable", "no answer")
      : packumentFrom(packument, { name, detail: "full", fetchedAt: 0, host: "x" });
  const subject: Subject = {
    name,
    version: "1.0.0",
    registryHost: addressOf(registry)?.host ?? "",
    registryAddress: addressOf(registry),
    isHostUntold: false,
    isRegistryPublic: true,
    direct: true,
    lockedInstallScript: null,
    package: read.known ? known(read.value.facts) : read,
    distribution: read.known ? (read.value.distributions.get("1.0.0") ?? null) : null,
    published: unknown("not-stated", "no time"),
    advisories: { found: [], missing: [] },
    disputed: null,
    isCompromised: () => false,
    locked: [
      {
        uri: "file:///app/lock",
        start: 0,
        format,
        integrity: integrity ?? null,
        resolved,
        address: fetchedFrom(resolved, registry),
        source,
        otherVersion: null,
        outOf: null,
        insteadOf: given.asked === undefined ? null : { name, range: given.asked },
        brings,
        differences: [],
        isHookTold: true,
        isBundled: false,
        bundledScripts: [],
        usualHosts: new Set(usual === undefined ? [] : [usual]),
      },
    ],
    asked: [],
    added: null,
    committedVersion: null,
    isNewlyTaken: null,
    lockedBeforeFirst: null,
    ownName: null,
  };
  // The rule reads nothing of the context.
  return lockfileTampering.check(subject, {} as RuleContext);
}

const NPMJS = "https://registry.npmjs.org/";
const PRIVATE = "https://npm.corp.example/";
const foreign = (what: string, from: string, registry: string): string[] => [
  `${what} 1.0.0 is locked to come from ${from}, which is not a registry of this project (${registry}).`,
];

describe("an address of npmjs, for a name from another registry", () => {
  const name = "@corp/x";
  const resolved = `${NPMJS}@corp/x/-/x-1.0.0.tgz`;

  it.each<LockfileFormat>(["npm", "yarn-classic", "yarn-berry", "pnpm", "bun"])(
    "is reported in a lockfile of %s",
    (format) => {
      expect(reported({ name, registry: PRIVATE, resolved, format })).toEqual(
        foreign(name, "registry.npmjs.org", "npm.corp.example"),
      );
    },
  );

  it("is fine with the hash that the registry states, and not with another", () => {
    expect(reported({ name, registry: PRIVATE, resolved, integrity: SHA })).toEqual([]);
    expect(reported({ name, registry: PRIVATE, resolved, integrity: OTHER })).not.toEqual([]);
  });

  it("is fine where npmjs is the registry, under both of its names", () => {
    expect(reported({ registry: NPMJS, resolved: `${NPMJS}p1/-/p1-1.0.0.tgz` })).toEqual([]);
    const yarn = "https://registry.yarnpkg.com/p1/-/p1-1.0.0.tgz";
    expect(reported({ registry: NPMJS, resolved: yarn, format: "yarn-classic" })).toEqual([]);
  });

  it("is fine for npm without a scope, which fetches it from its default registry", () => {
    const unscoped = { registry: PRIVATE, resolved: `${NPMJS}p1/-/p1-1.0.0.tgz` };
    expect(reported(unscoped)).toEqual([]);
    expect(reported({ ...unscoped, format: "bun" })).toEqual(foreign("p1", "registry.npmjs.org", "npm.corp.example"));
  });
});

describe("an address of the host that most of the lockfile comes from", () => {
  const mirrored = { registry: NPMJS, resolved: "https://mirror.example/p1/-/p1-1.0.0.tgz", usual: "mirror.example" };

  it("is reported without a hash that matches", () => {
    const [message] = reported(mirrored);
    expect(message).toBe(
      "p1 1.0.0 is locked to come from mirror.example, which is not a registry of this project (registry.npmjs.org), without a hash that the registry states.",
    );
    expect(reported({ ...mirrored, integrity: "sha512-padding" })).not.toEqual([]);
  });

  it("is fine with the hash that the registry states, and where the registry does not answer with any", () => {
    expect(reported({ ...mirrored, integrity: SHA })).toEqual([]);
    expect(reported({ ...mirrored, integrity: SHA, isDown: true })).toEqual([]);
    expect(reported({ ...mirrored, isDown: true })).not.toEqual([]);
  });
});

describe("an address on the host that the registry states the tarball at", () => {
  const registry = "https://h.example/";
  const file = "https://cdn.example/files/0123.tgz";
  const below = "https://cdn.example/npm/p1/-/p1-1.0.0.tgz";

  it("is fine where it is that tarball, or begins as it does up to the name", () => {
    expect(reported({ registry, resolved: file, tarball: file })).toEqual([]);
    expect(reported({ registry, resolved: file.replace("0123", "4567"), tarball: file })).toHaveLength(1);
    expect(reported({ registry, resolved: below, tarball: below })).toEqual([]);
    expect(reported({ registry, resolved: below.replace("/npm/", "/evil/"), tarball: below })).toHaveLength(1);
  });

  it("is reported by http only where that is by https", () => {
    const [resolved, secure] = [below.replace("https", "http"), below];
    expect(reported({ registry, resolved, tarball: secure })).toHaveLength(1);
    expect(reported({ registry, resolved, tarball: resolved })).toEqual([]);
  });
});

describe("an address on the registry's own host", () => {
  const registry = "https://h.example/corp/";
  const own = "https://h.example/corp/p1/-/p1-1.0.0.tgz";
  const other = "https://h.example/attacker/p1/-/p1-1.0.0.tgz";

  it("is reported where it is of another registry there", () => {
    expect(reported({ registry, resolved: other })).toEqual(foreign("p1", "h.example/attacker/", "h.example/corp/"));
  });

  it("is fine below the registry, as the registry states it, and with its hash", () => {
    expect(reported({ registry, resolved: own })).toEqual([]);
    expect(reported({ registry, resolved: other, integrity: SHA })).toEqual([]);
    expect(reported({ registry, resolved: other, tarball: other })).toEqual([]);
    expect(reported({ registry, resolved: "/p1/-/p1-1.0.0.tgz", format: "pnpm" })).toEqual([]);
  });

  it("is reported where it is fetched by http though the registry is asked by https", () => {
    const resolved = own.replace("https", "http");
    expect(reported({ registry, resolved })).toEqual(foreign("p1", "http://h.example", "https://h.example"));
    expect(reported({ registry, resolved, integrity: SHA })).toEqual([]);
    expect(reported({ registry: registry.replace("https", "http"), resolved: own })).toEqual([]);
    expect(reported({ registry: NPMJS, resolved: "http://registry.npmjs.org/p1/-/p1-1.0.0.tgz" })).toEqual([]);
  });

  it("is reported beside the registry's folder, also where the registry's address has no slash at its end", () => {
    const bare = registry.slice(0, -1);
    expect(reported({ registry: bare, resolved: own })).toEqual([]);
    expect(reported({ registry: bare, resolved: own.replace("/corp/", "/corp2/") })).toHaveLength(1);
  });

  it("is reported where it is the tarball of another version, and not for what is built of the same", () => {
    expect(reported({ registry, resolved: "https://h.example/corp/p1/p1-1.0.0.tgz" })).toEqual([]);
    expect(reported({ registry, resolved: "https://h.example/corp/p1/p1-2.0.0.tgz" })).toEqual([
      "p1 1.0.0 is locked to the tarball of another release: corp/p1/p1-2.0.0.tgz.",
    ]);
    expect(reported({ registry, resolved: "https://h.example/corp/p1/-/p1-1.0.0+build.tgz" })).toEqual([]);
  });

  it("is reported where it cannot be decoded", () => {
    expect(reported({ registry, resolved: `${own}%E0%A4%A` })).toEqual([
      "p1 1.0.0 is locked to the tarball of another release: p1-1.0.0.tgz%E0%A4%A.",
    ]);
  });

  it("is fine where the scope stands before the file once more, if it is its own", () => {
    const name = "@corp/x";
    expect(reported({ name, registry: NPMJS, resolved: `${NPMJS}@corp/x/-/@corp/x-1.0.0.tgz` })).toEqual([]);
    expect(reported({ name, registry: NPMJS, resolved: `${NPMJS}@corp/x/-/@evil/x-1.0.0.tgz` })).toHaveLength(1);
  });

  it("is not held against a registry that is not known, nor where no registry is meant", () => {
    const resolved = `${NPMJS}other/-/other-2.0.0.tgz`;
    expect(reported({ registry: NPMJS, resolved })).toHaveLength(1);
    expect(reported({ registry: "", resolved })).toEqual([]);
    expect(reported({ registry: NPMJS, resolved, source: "tarball" })).toEqual([]);
    const git = "git+ssh://git@github.com/u/p1.git#0";
    expect(reported({ registry: NPMJS, resolved: git })).toHaveLength(1);
    expect(reported({ registry: NPMJS, resolved: git, source: "git" })).toEqual([]);
  });

  it.each([
    "https://h.example/corp/p1/-/..%2f..%2fevil/-/p1-1.0.0.tgz",
    "https://h.example/corp/p1/-/p1-1%2e0.0.tgz",
    "https://h.example/corp/p1/-/..%5cevil%5cp1-1.0.0.tgz",
    "https://h.example/corp/p1/-/..%252fp1-1.0.0.tgz",
    "https://h.example/corp/x%2fp1/-/p1-1.0.0.tgz",
  ])("is reported where escapes hide where it leads: %s", (resolved) => {
    expect(reported({ registry, resolved })).toHaveLength(1);
  });

  it("is fine where only the slash of a scope is escaped", () => {
    const resolved = "https://h.example/corp/@corp%2fx/-/x-1.0.0.tgz";
    expect(reported({ name: "@corp/x", registry, resolved })).toEqual([]);
  });
});

describe("the path of an address", () => {
  const registry = "https://h.example/corp/";
  const at = (path: string, more: Partial<Case> = {}) =>
    reported({ registry, resolved: `https://h.example${path}`, ...more });
  const other = (path: string, name = "p1") => [`${name} 1.0.0 is locked to the tarball of another release: ${path}.`];

  it("is named in full where it has no such package in it", () => {
    expect(at("/attacker/x.tgz")).toEqual(foreign("p1", "h.example/attacker/x.tgz", "h.example/corp/"));
    expect(at("/corp/p1/-/p1-1%2e0.0.tgz")).toEqual(other("corp/p1/-/p1-1%2e0.0.tgz"));
  });

  it("has the package's name and no other scope's", () => {
    const name = "@corp/x";
    expect(at("/corp/@corp/x/-/x-1.0.0.tgz", { name })).toEqual([]);
    expect(at("/corp/corp/x/-/x-1.0.0.tgz", { name })).toEqual([]);
    expect(at("/corp/@evil/x/-/x-1.0.0.tgz", { name })).toEqual(other("corp/@evil/x/-/x-1.0.0.tgz", name));
    expect(at("/corp/@evil/p1/-/p1-1.0.0.tgz")).toEqual(other("corp/@evil/p1/-/p1-1.0.0.tgz"));
    expect(at("/corp/lodash.get/-/lodash.get-1.0.0.tgz", { name: "lodash.get" })).toEqual([]);
    expect(at("/corp/lodash.get/-/lodashxget-1.0.0.tgz", { name: "lodash.get" })).toHaveLength(1);
  });

  it.each([
    "p1/1.0.0.tgz",
    "p1/1.0.0/0123456789abcdef",
    "p1/download/p1-1.0.0.tgz",
    "p1/download/abc",
    "p1/build-9.9.9.bin",
    "p1/1.0.0/p1-2.0.0.tgz",
  ])("is fine where it names this version, or none: %s", (path) => {
    expect(at(`/corp/${path}`)).toEqual([]);
  });

  it.each(["p1/2.0.0.tgz", "p1/10.0.0.tgz", "p1/2.10.0.tgz", "p1/download/p1-2.0.0.tgz"])(
    "is reported where it names another version: %s",
    (path) => {
      expect(at(`/corp/${path}`)).toEqual(other(`corp/${path}`));
    },
  );

  it("names a version only behind the name, and of a scope's package without the scope", () => {
    const [name, scoped] = ["longer-name", "@corp/x"];
    expect(at("/corp/1.0.0/longer-name/2.0.0.tgz", { name })).toHaveLength(1);
    expect(at("/corp/@corp/x/x-2.0.0.tgz", { name: scoped })).toEqual(other("corp/@corp/x/x-2.0.0.tgz", scoped));
    expect(at("/corp/@corp/x/x-1.0.0.tgz", { name: scoped })).toEqual([]);
  });

  it("is reported without the name only where the registry's own on that host has it", () => {
    const path = "/corp/abc.tgz";
    expect(at(path)).toEqual([]);
    expect(at(path, { tarball: "https://h.example/corp/p1/p1-1.0.0.tgz" })).toEqual(other("corp/abc.tgz"));
    expect(at(path, { tarball: "https://cdn.example/p1/p1-1.0.0.tgz" })).toEqual([]);
    expect(at(path, { tarball: "https://h.example/corp/xyz.tgz" })).toEqual([]);
  });
});

describe("what is no address", () => {
  it("is none to be reported where nothing stands there", () => {
    expect(reported({ registry: NPMJS, resolved: "" })).toEqual([]);
  });

  it("is a file of an offline mirror for Yarn 1 alone, checked by any of its hashes", () => {
    const resolved = `p1-1.0.0.tgz#${"0".repeat(40)}`;
    const file = { registry: NPMJS, resolved, integrity: SHA };
    expect(reported({ ...file, format: "yarn-classic" })).toEqual([]);
    expect(reported({ ...file, format: "npm" })).toEqual([
      `p1 1.0.0 is locked to come from ${resolved}, which is not an address of a registry.`,
    ]);
  });

  it("is reported where a version of a registry is asked for", () => {
    const asked = "^1.0.0";
    const though = "though a registry version is asked for (^1.0.0).";
    expect(reported({ registry: NPMJS, resolved: "file:p1.tgz", source: "file", asked })).toEqual([
      `p1 1.0.0 is locked to come from a file, ${though}`,
    ]);
    expect(reported({ registry: NPMJS, resolved: "ssh://evil.example/p1", asked })).toEqual([
      `p1 1.0.0 is locked to come from git, ${though}`,
    ]);
    expect(reported({ registry: NPMJS, resolved: "https://evil.example/p1.tgz", asked })).toEqual([
      `p1 1.0.0 is locked to come from evil.example, ${though}`,
    ]);
  });
});

describe("a hash", () => {
  const own = { registry: NPMJS, resolved: `${NPMJS}p1/-/p1-1.0.0.tgz` };

  it("may be any of several that the registry states", () => {
    expect(reported({ ...own, integrity: OTHER, stated: `${SHA} ${OTHER}` })).toEqual([]);
  });

  it("of blanks is none, and one that the registry has none to compare with is only reported beside a sha512", () => {
    expect(reported({ ...own, integrity: "  " })).toEqual([]);
    expect(reported({ ...own, integrity: "sha384-x" })).toEqual([
      "p1 1.0.0 is locked with an integrity that could not be compared (sha384): registry.npmjs.org states a sha512.",
    ]);
    expect(reported({ ...own, integrity: "sha384-x", stated: "sha1-x" })).toEqual([]);
  });

  it("that fits makes a known host of the registry's good, and no foreign one", () => {
    const registry = "https://h.example/";
    const tarball = "https://cdn.example/npm/p1/-/p1-1.0.0.tgz";
    const beside = "https://cdn.example/evil/p1/-/p1-1.0.0.tgz";
    expect(reported({ registry, tarball, resolved: beside, integrity: SHA })).toEqual([]);
    expect(reported({ registry, tarball, resolved: tarball.replace("/-/", "/-/1.0.0/") })).toEqual([]);
    expect(reported({ registry, tarball, resolved: tarball.replace("/npm/", "/npx/") })).toHaveLength(1);
    const evil = "https://evil.example/p1/-/p1-1.0.0.tgz";
    expect(reported({ registry, tarball, resolved: evil, integrity: SHA })).toEqual(
      foreign("p1", "evil.example", "h.example"),
    );
    expect(reported({ registry, resolved: evil, usual: "evil.example", integrity: "sha384-x" })).toEqual([
      "p1 1.0.0 is locked to come from evil.example, which is not a registry of this project (h.example), without a hash that the registry states.",
    ]);
  });
});

describe("a dependency from elsewhere that the lockfile alone says a release has", () => {
  const own = { name: "safe", registry: NPMJS, resolved: `${NPMJS}safe/-/safe-1.0.0.tgz` };
  const at = (resolved: string, source: PackageSource = "tarball") => ({
    ...own,
    brings: [{ alias: "p1", name: "p1", version: "1.0.0", source, resolved }],
  });
  const evil = "http://evil.example/raw.tgz";

  it("is reported where the registry states no such dependency, or another", () => {
    const message =
      "safe 1.0.0 is locked with a dependency on p1 from evil.example, which registry.npmjs.org does not state.";
    expect(reported(at(evil))).toEqual([message]);
    expect(reported({ ...at(evil), states: { p1: "^1.0.0" } })).toEqual([message]);
    expect(reported({ ...at(evil), states: { p1: "https://example.com/p1.tgz" } })).toEqual([message]);
    expect(reported({ ...at("file:evil.tgz", "file"), states: { p1: "^1.0.0" } })).toEqual([
      "safe 1.0.0 is locked with a dependency on p1 from a file, which registry.npmjs.org does not state.",
    ]);
  });

  it.each<[string, string | null, PackageSource]>([
    ["git (evil.example)", "https://evil.example/p1.git#0", "git"],
    ["git", "git+ssh://git@evil.example/p1.git#0", "git"],
    ["git", "ssh://git@evil.example/p1.git", "tarball"],
    ["a file", "file:p1.tgz", "tarball"],
    ["a file", null, "tarball"],
    ["a folder", "../p1", "link"],
    ["a folder", "packages/p1", "workspace"],
  ])("is called from %s where it is locked to %s", (origin, resolved, source) => {
    const brings = [{ alias: "p1", name: "p1", version: "1.0.0", source, resolved }];
    expect(reported({ ...own, brings })).toEqual([
      `safe 1.0.0 is locked with a dependency on p1 from ${origin}, which registry.npmjs.org does not state.`,
    ]);
  });

  it("is named with others", () => {
    const brings = ["p1", "p2"].map((name) => ({
      ...{ alias: name, name, version: "1.0.0" },
      ...({ source: "tarball", resolved: evil } as const),
    }));
    expect(reported({ ...own, brings })).toEqual([
      "safe 1.0.0 is locked with a dependency on p1 from evil.example and p2 from evil.example, which registry.npmjs.org does not state.",
    ]);
  });

  it("is an error where the registry states another, and a warning where it could not be asked", () => {
    expect(verdicts(at(evil)).map(({ severity }) => severity)).toEqual([undefined]);
    expect(verdicts({ ...at(evil), isDown: true }).map(({ severity }) => severity)).toEqual(["warning"]);
  });

  it("is fine where the registry states the same", () => {
    expect(reported({ ...at(evil), states: { p1: evil } })).toEqual([]);
    expect(reported({ ...at("git+ssh://git@github.com/u/p1.git#0", "git"), states: { p1: "u/p1" } })).toEqual([]);
    expect(reported({ ...at("https://codeload.github.com/u/p1/tar.gz/0"), states: { p1: "github:u/p1" } })).toEqual([]);
  });

  it("is reported where the registry could not be asked", () => {
    expect(reported({ ...at(evil), isDown: true })).toEqual([
      "safe 1.0.0 is locked with a dependency on p1 from evil.example. This could not be compared with what its registry states.",
    ]);
  });
});
