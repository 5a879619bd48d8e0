import { describe, expect, it } from "vitest";
import type { PackageFacts, Packument } from "../../../server/src/core/facts/package.ts";
import { packumentFrom } from "../../../server/src/core/facts/packument.ts";
import { PackedPackument } from "../../../server/src/core/facts/packed-packument.ts";
import { plainPackument } from "./plain-packument.ts";

const ask = (raw: unknown, detail: PackageFacts["detail"] = "full", name = "foo") =>
  packumentFrom(raw, { name, detail, fetchedAt: 1000, host: "registry.example" });

function readWhole(raw: unknown, detail: PackageFacts["detail"] = "full"): Packument {
  const fact = ask(raw, detail);
  if (!fact.known) throw new Error(fact.reason);
  return fact.value;
}

function read(raw: unknown, detail: PackageFacts["detail"] = "full"): PackageFacts {
  return readWhole(raw, detail).facts;
}

/** As it comes back from where it was kept. */
function kept(packument: Packument): PackedPackument | null {
  return PackedPackument.from(PackedPackument.of(packument).text, packument.facts.fetchedAt);
}

/** As npmjs answers, cut short. */
const FULL = {
  _id: "foo",
  name: "foo",
  "dist-tags": { latest: "1.1.0", next: "2.0.0-rc.1" },
  versions: {
    "1.0.0": {
      _id: "foo@1.0.0",
      name: "foo",
      version: "1.0.0",
      deprecated: "use bar",
      dependencies: { a: "^1.0.0", b: "1" },
      optionalDependencies: { b: "2", c: "npm:d@3" },
      devDependencies: { e: "1" },
      _npmUser: { name: "alice", email: "a@example.com" },
      dist: {
        tarball: "https://registry.example/foo/-/foo-1.0.0.tgz",
        integrity: "sha512-abc",
        shasum: "0123456789abcdef0123456789abcdef01234567",
      },
    },
    "1.1.0": {
      _id: "foo@1.1.0",
      scripts: { test: "x", preinstall: "a", install: "b", postinstall: "c", prepare: "d" },
      _npmUser: { name: "GitHub Actions", trustedPublisher: { id: "github", oidcConfigId: "oidc:1" } },
      dist: {
        attestations: {
          url: "https://registry.example/x",
          provenance: { predicateType: "https://slsa.dev/provenance/v1" },
        },
      },
    },
  },
  time: {
    created: "2024-01-01T00:00:00.000Z",
    modified: "2024-03-01T00:00:00.000Z",
    "1.0.0": "2024-01-01T00:00:00.000Z",
    "1.1.0": "2024-02-01T00:00:00.000Z",
    "1.0.5": "2024-01-15T00:00:00.000Z",
  },
};

describe("what a release depends on", () => {
  const dependenciesOf = (manifest: object) => [
    ...(read({ name: "foo", versions: { "1.0.0": { _id: "foo@1.0.0", ...manifest } }, time: {} }).releases.get("1.0.0")
      ?.dependencies ?? []),
  ];

  it("has its peers, but for the optional ones and those that it names itself", () => {
    const peers = {
      peerDependencies: { a: "2", b: "*", c: "*" },
      peerDependenciesMeta: { b: { optional: true }, c: { optional: "yes" } },
    };
    expect(dependenciesOf({ dependencies: { a: "1" }, ...peers })).toEqual([
      ["a", "1"],
      ["c", "*"],
    ]);
  });

  it("has nothing under a name that none can have", () => {
    expect(
      dependenciesOf({
        dependencies: { "": "github:a/b", b: "1" },
        peerDependencies: { "": "*" },
      }),
    ).toEqual([["b", "1"]]);
  });

  it("has what is under a name of any length: an alias may stand for any package", () => {
    const alias = "x".repeat(10_000);
    expect(dependenciesOf({ dependencies: { [alias]: "npm:a@1" } })).toEqual([[alias, "npm:a@1"]]);
  });
});

describe("a full packument", () => {
  it("is read whole", () => {
    const { facts, distributions } = readWhole(FULL);
    expect(facts).toMatchObject({
      name: "foo",
      detail: "full",
      fetchedAt: 1000,
      modified: Date.UTC(2024, 2, 1),
      unpublishedAt: null,
      securityHolder: false,
    });
    expect([...facts.distTags]).toEqual([
      ["latest", "1.1.0"],
      ["next", "2.0.0-rc.1"],
    ]);
    expect([...facts.times]).toEqual([
      ["1.0.0", Date.UTC(2024, 0, 1)],
      ["1.1.0", Date.UTC(2024, 1, 1)],
      ["1.0.5", Date.UTC(2024, 0, 15)],
    ]);
    expect(distributions.get("1.0.0")).toEqual({
      tarball: "https://registry.example/foo/-/foo-1.0.0.tgz",
      integrity: "sha512-abc",
      shasum: "0123456789abcdef0123456789abcdef01234567",
    });
    expect(facts.releases.get("1.0.0")).toEqual({
      version: "1.0.0",
      deprecated: "use bar",
      hasInstallScript: false,
      scripts: {},
      calledScripts: new Map(),
      scriptsCut: false,
      gypfile: null,
      publisher: { name: "alice", trustedPublisher: null, approved: false },
      provenance: false,
      dependencies: new Map([
        ["a", "^1.0.0"],
        ["b", "2"],
        ["c", "npm:d@3"],
      ]),
      optional: new Set(["b", "c"]),
      peers: new Map(),
      bundled: new Set(),
      bin: new Set(),
      binarySources: new Map(),
    });
    expect(facts.releases.get("1.1.0")).toMatchObject({
      hasInstallScript: true,
      scripts: { preinstall: "a", install: "b", postinstall: "c" },
      publisher: { name: "GitHub Actions", trustedPublisher: "oidc:1", approved: false },
      provenance: true,
    });
  });

  it("counts node-gyp as an install script, an empty script as none", () => {
    const facts = read({
      versions: {
        "1.0.0": { _id: "x", gypfile: true },
        "2.0.0": { _id: "x", scripts: { install: "" } },
        "3.0.0": { _id: "x", gypfile: false, scripts: { prepare: "x" } },
      },
    });
    expect([...facts.releases.values()].map(({ hasInstallScript, gypfile }) => [hasInstallScript, gypfile])).toEqual([
      [true, true],
      [false, null],
      [false, false],
    ]);
  });

  it("that strips manifests does not prove that there is no script", () => {
    const release = read({
      versions: { "1.0.0": { name: "foo", version: "1.0.0", dist: {} } },
      time: { "1.0.0": "2024-01-01T00:00:00Z" },
    }).releases.get("1.0.0");
    expect(release).toMatchObject({ hasInstallScript: null, scripts: null });
  });
});

describe("an abbreviated packument", () => {
  const short = (version: object, more: object = {}) =>
    read({ name: "foo", modified: "2024-03-01T00:00:00.000Z", versions: { "1.0.0": version }, ...more }, "abbreviated");

  it("of npmjs says by the flag's absence that there is no script", () => {
    expect(short({ version: "1.0.0" })).toMatchObject({
      detail: "abbreviated",
      modified: Date.UTC(2024, 2, 1),
      times: new Map(),
    });
    expect(short({ version: "1.0.0" }).releases.get("1.0.0")).toMatchObject({
      hasInstallScript: false,
      scripts: null,
      provenance: null,
      publisher: null,
    });
    expect(short({ version: "1.0.0", hasInstallScript: true }).releases.get("1.0.0")?.hasInstallScript).toBe(true);
  });

  it("of another registry does so only when it states the flag somewhere", () => {
    // Verdaccio adds `time` to this form.
    const time = { "1.0.0": "2024-01-01T00:00:00.000Z" };
    expect(short({ version: "1.0.0" }, { time })).toMatchObject({
      detail: "abbreviated",
      times: new Map([["1.0.0", Date.UTC(2024, 0, 1)]]),
    });
    expect(short({ version: "1.0.0" }, { time }).releases.get("1.0.0")?.hasInstallScript).toBeNull();
    const stated = short({}, { time, versions: { "1.0.0": {}, "1.1.0": { hasInstallScript: true } } });
    expect([...stated.releases.values()].map(({ hasInstallScript }) => hasInstallScript)).toEqual([false, true]);
  });

  it("without `modified` and flag says nothing", () => {
    const facts = read({ name: "foo", versions: { "1.0.0": { version: "1.0.0" } } }, "abbreviated");
    expect(facts.detail).toBe("abbreviated");
    expect(facts.releases.get("1.0.0")?.hasInstallScript).toBeNull();
  });

  it("that is the full form, as mirrors answer, is read as that", () => {
    expect(read(FULL, "abbreviated")).toEqual(read(FULL));
    expect(read({ versions: { "1.0.0": { scripts: { install: "x" } }, "1.1.0": {} } }, "abbreviated")).toMatchObject({
      detail: "full",
    });
  });

  it("that answers a question for the full one is told as what it is", () => {
    expect(
      read({ name: "foo", modified: "2024-03-01T00:00:00.000Z", versions: { "1.0.0": { version: "1.0.0" } } }, "full")
        .detail,
    ).toBe("abbreviated");
  });
});

describe("removal", () => {
  it("of a whole package is its time, and null there is none", () => {
    const gone = read({
      _id: "foo",
      name: "foo",
      time: { created: "2020-01-01T00:00:00Z", unpublished: { time: "2024-05-01T00:00:00Z", versions: ["1.0.0"] } },
    });
    expect(gone).toMatchObject({ unpublishedAt: Date.UTC(2024, 4, 1), releases: new Map() });
    expect(read({ time: { modified: "2024-06-01T00:00:00Z", unpublished: {} } }).unpublishedAt).toBe(
      Date.UTC(2024, 5, 1),
    );
    expect(read({ versions: {}, time: { unpublished: null } }).unpublishedAt).toBeNull();
  });

  it("by npm leaves a security holder", () => {
    const holder = (description: string | undefined, versions: object, detail: PackageFacts["detail"] = "full") =>
      read(
        {
          ...(detail === "full" ? { description } : { modified: "2024-01-01T00:00:00Z" }),
          "dist-tags": { latest: "0.0.1-security" },
          versions,
        },
        detail,
      ).securityHolder;
    expect(holder("security holding package", { "0.0.1-security": { _id: "x" } })).toBe(true);
    expect(holder(undefined, { "0.0.1-security": { _id: "x", description: "security holding package" } })).toBe(true);
    expect(holder("my own package", { "0.0.1-security": { _id: "x" } })).toBe(false);
    expect(holder("security holding package", { "1.0.0": { _id: "x" } })).toBe(false);
    expect(holder(undefined, { "0.0.1-security": {} }, "abbreviated")).toBe(true);
    expect(holder(undefined, { "0.0.1-security": {}, "1.0.0": {} }, "abbreviated")).toBe(false);
  });
});

describe("hostile input", () => {
  it.each([
    [null],
    [[]],
    ["x"],
    [5],
    [true],
    [{}],
    [{ versions: null }],
    [{ versions: [] }],
    [{ name: "bar", versions: {} }],
    [{ time: { unpublished: null } }],
  ])("that is no packument of this package is refused: %j", (raw) => {
    expect(ask(raw)).toMatchObject({ known: false, code: "malformed" });
    const fact = ask(raw);
    expect(fact.known ? "" : fact.reason).toContain("registry.example");
  });

  it("loses only the fields that are wrong", () => {
    const { facts, distributions } = readWhole({
      name: 5,
      modified: "yesterday",
      "dist-tags": { latest: 1, good: "1.0.0", bad: null },
      versions: {
        "1.0.0": {
          _id: "x",
          scripts: "rm",
          deprecated: 5,
          dependencies: ["a"],
          optionalDependencies: { a: 1, b: "2" },
          _npmUser: "eve",
          dist: "x",
          gypfile: "yes",
          hasInstallScript: "no",
        },
        "1.1.0": null,
        "1.2.0": [],
        ["9".repeat(300)]: {},
      },
      time: { "1.0.0": "not a date", "1.1.0": 5, "1.2.0": "2024-01-01T00:00:00Z" },
    });
    expect([...distributions]).toEqual([["1.0.0", { tarball: null, integrity: null, shasum: null }]]);
    expect([...facts.releases.keys()]).toEqual(["1.0.0"]);
    expect(facts.releases.get("1.0.0")).toEqual({
      version: "1.0.0",
      deprecated: null,
      hasInstallScript: false,
      scripts: {},
      calledScripts: new Map(),
      scriptsCut: false,
      gypfile: null,
      publisher: null,
      provenance: false,
      dependencies: new Map([["b", "2"]]),
      optional: new Set(["b"]),
      peers: new Map(),
      bundled: new Set(),
      bin: new Set(),
      binarySources: new Map(),
    });
    expect([facts.modified, [...facts.distTags], [...facts.times]]).toEqual([
      null,
      [["good", "1.0.0"]],
      [["1.2.0", Date.UTC(2024, 0, 1)]],
    ]);
  });

  it("reads peers and what is bundled, and keeps them packed", () => {
    const manifest = {
      dependencies: { a: "1", b: "2" },
      peerDependencies: { host: ">=2", b: "3" },
      peerDependenciesMeta: { host: { optional: true }, types: { optional: true } },
    };
    const raw = {
      name: "foo",
      versions: {
        "1.0.0": { ...manifest, bundleDependencies: ["a"] },
        "1.1.0": { ...manifest, bundledDependencies: true },
      },
    };
    const request = { name: "foo", detail: "abbreviated", fetchedAt: 0, host: "registry.example" } as const;
    const fact = packumentFrom(raw, request);
    if (!fact.known) throw new Error(fact.reason);
    const packed = PackedPackument.of(fact.value);
    for (const { facts } of [fact.value, packed, PackedPackument.from(packed.text, 0)].filter((one) => one !== null)) {
      const [first, second] = [facts.releases.get("1.0.0"), facts.releases.get("1.1.0")];
      expect(Object.fromEntries(first?.peers ?? [])).toEqual({ host: ">=2", b: "3", types: "*" });
      expect([first?.bundled, second?.bundled]).toEqual([new Set(["a"]), new Set(["a", "b"])]);
    }
  });

  it.each([
    ["a text, by the package's own name", { bin: "cli.js" }, ["foo"]],
    ["an object", { bin: { one: "a.js", two: "b.js" } }, ["one", "two"]],
    [
      "paths and scopes in its keys",
      { bin: { "../../node": "a", "@x/git": "a", "C:\\sh": "a" } },
      ["node", "git", "sh"],
    ],
    ["no file, or no name", { bin: { a: "", b: 1, "..": "x", "/": "x", "": "x" } }, []],
    ["an array", { bin: ["bin/a.js", "b", 1, ""] }, ["a.js", "b"]],
    ["an array of what is no text", { bin: [{ toString: 0, valueOf: 0 }, [[["a"]]], "a"] }, ["a"]],
    ["nothing", {}, []],
    ["something else", { bin: 5, directories: { bin: 5 } }, []],
    ["a folder", { directories: { bin: "./bin" } }, null],
    ["a folder beside names", { bin: { a: "a" }, directories: { bin: "./bin" } }, ["a"]],
  ])("reads commands from %s, in both forms, and keeps them packed", (_title, manifest, expected) => {
    for (const detail of ["abbreviated", "full"] as const) {
      const whole = readWhole({ name: "foo", versions: { "1.0.0": manifest } }, detail);
      for (const { facts } of [whole, kept(whole)].filter((one) => one !== null)) {
        const bin = facts.releases.get("1.0.0")?.bin;
        expect(bin instanceof Set ? [...bin] : bin).toEqual(expected);
      }
    }
  });

  it("calls the command of a scoped package by its bare name", () => {
    const fact = ask({ versions: { "1.0.0": { bin: "cli.js" } } }, "full", "@acme/tool");
    expect(fact.known && fact.value.facts.releases.get("1.0.0")?.bin).toEqual(new Set(["tool"]));
  });

  it("reads where a binary comes from, of a release that runs an install script", () => {
    const manifest = { binary: { host: "https://a.example", bucket: 5, s3ForcePathStyle: true }, repository: "b/c" };
    const scripts = { install: "node-pre-gyp install" };
    const whole = readWhole({
      name: "foo",
      versions: {
        "1.0.0": { _id: "x", ...manifest },
        "1.1.0": { _id: "x", ...manifest, scripts },
        "1.2.0": {
          _id: "x",
          scripts,
          goBinary: { url: "https://b.example" },
          repository: { url: "git@github.com:b/c.git" },
        },
        "1.3.0": { _id: "x", scripts, repository: "gitlab:b/c", binary: [], goBinary: "x" },
      },
    });
    for (const { facts } of [whole, kept(whole)].filter((one) => one !== null))
      expect([...facts.releases.values()].map(({ binarySources }) => Object.fromEntries(binarySources))).toEqual([
        {},
        { "binary.host": "https://a.example", "binary.s3ForcePathStyle": "true", repository: "b/c" },
        { "goBinary.url": "https://b.example", repository: "b/c" },
        {},
      ]);
  });

  it("does not read what an earlier layout kept", () => {
    const fact = packumentFrom(
      { name: "foo", versions: { "1.0.0": {} } },
      { name: "foo", detail: "full", fetchedAt: 0, host: "registry.example" },
    );
    if (!fact.known) throw new Error(fact.reason);
    const { text } = PackedPackument.of(fact.value);
    expect(PackedPackument.from(text, 0)).not.toBeNull();
    expect(PackedPackument.from(text.replace(/"layout":\d+,/, ""), 0)).toBeNull();
  });

  it("finds nothing on prototypes, and sets nothing there", () => {
    const raw: unknown = JSON.parse(
      '{"name":"foo","versions":{"__proto__":{"_id":"x","scripts":{"__proto__":{"install":"evil"}},"dependencies":{"__proto__":"1"}},"constructor":{}},"time":{"__proto__":"2024-01-01T00:00:00Z"},"dist-tags":{"__proto__":"1.0.0"}}',
    );
    const facts = read(raw);
    expect([...facts.releases.keys()]).toEqual(["__proto__", "constructor"]);
    expect(facts.releases.get("__proto__")).toMatchObject({
      scripts: {},
      hasInstallScript: false,
      dependencies: new Map([["__proto__", "1"]]),
    });
    expect(({} as Record<string, unknown>)["install"]).toBeUndefined();
  });
});

describe("a packed packument", () => {
  const WHOLE = [
    readWhole(FULL),
    readWhole({ modified: "2024-03-01T00:00:00.000Z", versions: { "1.0.0": {} } }, "abbreviated"),
    readWhole({
      name: "foo",
      versions: {
        "1.0.0": {
          _id: "foo@1.0.0",
          deprecated: "用 bar 代替 \ud800",
          dist: { tarball: "https://a.example/1.0.0/1.0.0$&\n" },
        },
        __proto__x: { _id: "x", dist: { tarball: "" } },
      },
      time: { "0.9.0": "2024-01-01T00:00:00Z" },
    }),
  ];

  it("says the same, also after it was kept", () => {
    for (const whole of WHOLE) {
      expect(plainPackument(PackedPackument.of(whole))).toEqual(plainPackument(whole));
      const back = kept(whole);
      expect(back === null ? null : plainPackument(back)).toEqual(plainPackument(whole));
    }
  });

  it("is text of one byte a character, each thing that releases share in it once", () => {
    const versions = Object.fromEntries(
      Array.from({ length: 60 }, (_, minor) => {
        const version = `1.${minor}.0`;
        const dist = { tarball: `https://registry.example/foo/-/foo-${version}.tgz` };
        return [version, { _id: `foo@${version}`, deprecated: "nicht mehr gepflegt: überholt", dist }];
      }),
    );
    const { text } = PackedPackument.of(readWhole({ name: "foo", versions, time: {} }));
    expect(text).toMatch(/^\p{ASCII}*$/u);
    expect(text.match(/gepflegt/g)).toHaveLength(1);
    expect(text.match(/https:/g)).toHaveLength(1);
  });

  it("says how large it is", () => {
    for (const whole of WHOLE) {
      const packed = PackedPackument.of(whole);
      expect(packed.size).toBe(Buffer.byteLength(packed.text));
    }
  });

  it("has maps that can be walked as any other, and that give the same object each time", () => {
    const { facts, distributions } = PackedPackument.of(readWhole(FULL));
    const plain = readWhole(FULL);
    const walked = (map: ReadonlyMap<string, unknown>) => {
      const each: unknown[] = [];
      map.forEach((value, key, whole) => each.push([key, value, whole === map]));
      const all = [[...map], [...map.entries()], [...map.keys()], [...map.values()], each, map.size];
      return [...all, map.has("1.0.0"), map.has("9.9.9"), map.get("1.0.0"), map.get("9.9.9")];
    };
    expect(walked(facts.releases)).toEqual(walked(plain.facts.releases));
    expect(walked(distributions)).toEqual(walked(plain.distributions));
    expect(facts.releases.get("1.0.0")).toBe(facts.releases.get("1.0.0"));
    expect([...facts.releases.values()][0]).toBe(facts.releases.get("1.0.0"));
  });

  it("is of another moment when the registry says the same again", () => {
    const [whole] = WHOLE;
    if (whole === undefined) throw new Error("nothing to pack");
    const { facts, distributions } = PackedPackument.of(whole).confirmedAt(2000);
    expect(plainPackument({ facts, distributions })).toEqual(
      plainPackument({ ...whole, facts: { ...whole.facts, fetchedAt: 2000 } }),
    );
  });

  it.each(["", "null", "{}", "[]", "not json", "\n", "{}\n{}", "null\nnull"])("is not read: %j", (text) => {
    expect(PackedPackument.from(text, 1000)).toBeNull();
  });

  it.each([
    ['"full"', '"whole"'],
    ['"scripts":{}', '"scripts":{"install":5}'],
    ['["a","^1.0.0"]', '["a"]'],
    ['"securityHolder":false', '"securityHolder":null'],
    ['"versions":["1.0.0","1.1.0"]', '"versions":["1.0.0"]'],
    ['"versions":["1.0.0","1.1.0"]', '"versions":["1.0.0","1.0.0"]'],
    ['"traitsOf":[0,1]', '"traitsOf":[0,2]'],
    ['"traitsOf":[0,1]', '"traitsOf":[0,-1]'],
    ['"tarball":[0,null]', '"tarball":[1,null]'],
    ['"tarball":[0,null]', '"tarball":[0]'],
    ['"integrity":["sha512-abc",null]', '"integrity":[]'],
  ])("is not read where a part of it is wrong: %s", (from, to) => {
    const { text } = PackedPackument.of(readWhole(FULL));
    expect(text).toContain(from);
    expect(PackedPackument.from(text.replace(from, to), 1000)).toBeNull();
  });
});

describe("the form of a packument", () => {
  const DATED = { time: { "1.0.0": "2024-01-01T00:00:00Z" } };

  it.each([
    ["abbreviated", {}, "abbreviated"],
    ["full", {}, "full"],
    ["abbreviated", DATED, "full"],
    ["full", { modified: "2024-01-01T00:00:00Z" }, "abbreviated"],
    ["abbreviated", { modified: "2024-01-01T00:00:00Z", ...DATED }, "abbreviated"],
  ] as const)("that was asked for as %s, with %j, is %s", (asked, more, detail) => {
    expect(readWhole({ versions: { "1.0.0": {} }, ...more }, asked).facts.detail).toBe(detail);
  });

  it("tells a placeholder by its description, and without one only in the abbreviated form", () => {
    const only = (manifest: object) => ({
      "dist-tags": { latest: "0.0.1-security" },
      versions: { "0.0.1-security": manifest },
    });
    expect(readWhole(only({}), "abbreviated").facts.securityHolder).toBe(true);
    expect(readWhole(only({ _id: "foo@0.0.1-security" })).facts.securityHolder).toBe(false);
    expect(
      readWhole(only({ _id: "foo@0.0.1-security", description: "security holding package" })).facts.securityHolder,
    ).toBe(true);
  });

  it("has versions without build metadata, where there is one of them only", () => {
    const at = "2026-01-01T00:00:00.000Z";
    const { facts, distributions } = readWhole({
      "dist-tags": { latest: "1.1.0+b2" },
      time: { "1.1.0+b2": at, "1.2.0+b1": at },
      versions: {
        "1.0.0": {},
        "1.1.0+b2": { dist: { tarball: "https://h.example/a.tgz" } },
        "1.2.0": {},
        "1.2.0+b1": {},
      },
    });
    expect([...facts.releases.keys()]).toEqual(["1.0.0", "1.1.0", "1.2.0", "1.2.0+b1"]);
    expect([...facts.times.keys()]).toEqual(["1.1.0", "1.2.0+b1"]);
    expect(facts.distTags.get("latest")).toBe("1.1.0");
    expect(distributions.get("1.1.0")?.tarball).toBe("https://h.example/a.tgz");
    expect(facts.releases.get("1.1.0")?.version).toBe("1.1.0");
  });

  it("has versions of a length that can be one", () => {
    const [longest, longer] = ["1".repeat(256), "1".repeat(257)];
    expect([...readWhole({ versions: { "": {}, [longest]: {}, [longer]: {} } }).facts.releases.keys()]).toEqual([
      longest,
    ]);
  });
});

describe("what a release says of itself", () => {
  const release = (manifest: object) =>
    readWhole({ versions: { "1.0.0": { _id: "foo@1.0.0", ...manifest } } }).facts.releases.get("1.0.0");

  it("may be that it is deprecated, without a word", () => {
    expect(release({ deprecated: true })?.deprecated).toBe("deprecated");
    expect(release({ deprecated: false })?.deprecated).toBeNull();
  });

  it.each([
    [{ name: "a" }, { name: "a", trustedPublisher: null, approved: false }],
    [
      { name: "a", approver: null },
      { name: "a", trustedPublisher: null, approved: false },
    ],
    [
      { name: "a", approver: { name: "b" } },
      { name: "a", trustedPublisher: null, approved: true },
    ],
    [
      { name: "a", trustedPublisher: { id: "github" } },
      { name: "a", trustedPublisher: "github", approved: false },
    ],
    // Without an identity it is still no account.
    [
      { name: "GitHub Actions", trustedPublisher: {} },
      { name: "GitHub Actions", trustedPublisher: "", approved: false },
    ],
    [{ name: "" }, null],
  ])("is who published it: %j", (user, publisher) => {
    expect(release({ _npmUser: user })?.publisher).toEqual(publisher);
  });
});

describe("the bounds of what a release says", () => {
  const LONGEST = 64 * 1024;
  const one = (manifest: object, detail: PackageFacts["detail"] = "full") =>
    readWhole({ versions: { "1.0.0": manifest } }, detail).facts.releases.get("1.0.0");

  it.each(["preinstall", "install", "postinstall"] as const)("a %s script is cut, and known to be", (event) => {
    const release = (length: number) =>
      one({ scripts: { [event]: "x".repeat(length), test: "y".repeat(LONGEST + 1) } });
    expect(release(LONGEST)).toMatchObject({ scriptsCut: false, scripts: { [event]: "x".repeat(LONGEST) } });
    expect(release(LONGEST + 1)).toMatchObject({ scriptsCut: true, scripts: { [event]: "x".repeat(LONGEST) } });
    expect(one({ _id: "foo@1.0.0" })?.scriptsCut).toBe(false);
  });

  it("scripts together, and those that they run by name, are cut, and known to be", () => {
    const half = "x".repeat(LONGEST / 2);
    expect(one({ scripts: { preinstall: half, install: half } })?.scriptsCut).toBe(false);
    expect(one({ scripts: { preinstall: half, postinstall: `${half}y` } })).toMatchObject({
      scriptsCut: true,
      scripts: { preinstall: half, postinstall: half },
    });
    expect(one({ scripts: { install: "npm run a", a: half } })?.scriptsCut).toBe(false);
    const long = one({ scripts: { install: "npm run a", a: half, posta: half } });
    expect([[...(long?.calledScripts.keys() ?? [])], long?.scriptsCut]).toEqual([["a"], true]);
    const many = (count: number) =>
      one({
        scripts: {
          install: "run-s a*",
          ...Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, "x"])),
        },
      });
    expect([many(50)?.calledScripts.size, many(50)?.scriptsCut]).toEqual([50, false]);
    expect([many(51)?.calledScripts.size, many(51)?.scriptsCut]).toEqual([50, true]);
    expect(many(2000)?.scriptsCut).toBe(true);
  });

  it("a deprecation is cut, and none where it is empty", () => {
    expect(one({ deprecated: "x".repeat(LONGEST + 1) })?.deprecated).toBe("x".repeat(LONGEST));
    expect(one({ deprecated: "" })?.deprecated).toBeNull();
  });

  it.each([{ _id: "foo@1.0.0" }, { _npmUser: { name: "a" } }, { scripts: {} }])(
    "a manifest is whole where it has %j: then it has no script",
    (manifest) => {
      expect(one(manifest)).toMatchObject({ scripts: {}, hasInstallScript: false });
    },
  );

  it("whether it runs a script is not known where a full form states neither scripts nor a flag", () => {
    expect(one({})?.hasInstallScript).toBeNull();
    expect(one({ hasInstallScript: false })?.hasInstallScript).toBe(false);
    expect(one({ hasInstallScript: false }, "abbreviated")?.hasInstallScript).toBe(false);
    const mixed = { versions: { "1.0.0": {}, "1.0.1": { hasInstallScript: true } } };
    expect(readWhole(mixed).facts.releases.get("1.0.0")?.hasInstallScript).toBeNull();
    expect(readWhole(mixed, "abbreviated").facts.releases.get("1.0.0")?.hasInstallScript).toBe(false);
  });

  it("is the same after it was kept, with letters of any alphabet", () => {
    const whole = readWhole({ versions: { "1.0.0": { _id: "foo@1.0.0", deprecated: "überholt 用 \u0080" } } });
    expect(kept(whole)?.facts.releases.get("1.0.0")?.deprecated).toBe("überholt 用 \u0080");
  });

  it.each([
    ["published", '"published":[', '"published":[null,'],
    ["traits", '"traitsOf":[', '"traitsOf":[0,'],
    ["hashes", '"shasum":[', '"shasum":[null,'],
  ])("what was kept has as many %s as versions", (_what, from, to) => {
    const { text } = PackedPackument.of(readWhole(FULL));
    expect(text).toContain(from);
    expect(PackedPackument.from(text.replace(from, to), 1000)).toBeNull();
  });

  it("a date is kept once", () => {
    const packed = PackedPackument.of(readWhole({ versions: { "1.0.0": {} }, time: { "1.0.0": "2024-01-01" } }));
    expect(packed.text.split(String(Date.UTC(2024, 0, 1)))).toHaveLength(2);
  });
});
