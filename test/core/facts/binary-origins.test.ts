/** Where tools of install scripts fetch a binary from, by the manifest: read as node-pre-gyp, prebuild-install and others do. */
import { describe, expect, it } from "vitest";
import { movedBinary } from "../../../server/src/core/facts/binary-origins.ts";
import { releaseFactsFrom } from "../../../server/src/core/facts/release.ts";

const FORM = { name: "aa", detail: "full", manifestsWhole: true, absentFlagMeansNone: true } as const;
const PRE_GYP = { scripts: { install: "node-pre-gyp install --fallback-to-build" } };
const PREBUILD = { scripts: { install: "prebuild-install || node-gyp rebuild" } };

function release(manifest: object, version = "1.0.1") {
  return releaseFactsFrom(version, { _id: `aa@${version}`, scripts: {}, ...manifest }, FORM);
}

/** `new | old`; null where it is the same. */
function moved(before: object, after: object): string | null {
  const found = movedBinary(release(after), release(before, "1.0.0"));
  return found === null ? null : `${found.to.join(" ")} | ${found.from.join(" ")}`.trim();
}

const preGyp = (binary: object) => ({ ...PRE_GYP, binary });
const GOOD = "https://good.example";

describe("node-pre-gyp's fields", () => {
  it.each([
    [{ host: GOOD }, { host: "https://evil.example" }, "evil.example | good.example"],
    [{ host: GOOD }, { host: `${GOOD}:8443` }, "good.example:8443 | good.example"],
    [{ host: GOOD }, { host: "https://good.example@evil.example/" }, "evil.example | good.example"],
    [{ host: GOOD }, { host: "https://evil.example\\@good.example/" }, "evil.example | good.example"],
    [{ host: GOOD }, { host: "http://good.example" }, "http://good.example | good.example"],
    [{ host: GOOD }, { host: GOOD, staging_host: "https://evil.example" }, "evil.example |"],
    [{ production_host: GOOD }, { production_host: "https://evil.example" }, "evil.example | good.example"],
    [{ module_name: "aa" }, { host: "https://evil.example" }, "evil.example |"],
    // What is joined behind the host may be an address itself.
    [{ host: GOOD }, { host: GOOD, package_name: "https://evil.example/x.tar.gz" }, "evil.example |"],
    [{ host: GOOD }, { host: GOOD, package_name: "//evil.example/x.tar.gz" }, "evil.example |"],
    [{ host: GOOD }, { host: GOOD, remote_path: "http:/evil.example/" }, "http://evil.example |"],
    [{ host: GOOD }, { host: "https://", remote_path: "evil.example/x" }, "https:// evil.example | good.example"],
    // Another owner's part of a host.
    [
      { host: "https://github.com/good/aa/releases/download/" },
      { host: "https://github.com/evil/aa/releases/download/" },
      "github.com/evil | github.com/good",
    ],
    [
      { host: "https://github.com", remote_path: "/good/aa/releases/{version}" },
      { host: "https://github.com", remote_path: "/evil/aa/releases/{version}" },
      "github.com/evil | github.com/good",
    ],
    [
      { host: "https://good.s3.amazonaws.com" },
      { host: "https://evil.s3.amazonaws.com" },
      "evil.s3.amazonaws.com | good.s3.amazonaws.com",
    ],
    [
      { host: "https://s3.amazonaws.com", bucket: "good", s3ForcePathStyle: true },
      { host: "https://s3.amazonaws.com", bucket: "evil", s3ForcePathStyle: true },
      "evil.s3.amazonaws.com | good.s3.amazonaws.com",
    ],
    [{ host: GOOD }, { host: "{module_name}" }, "{module_name} | good.example"],
    [{ host: "https://{module_name}" }, { host: "https://{name}" }, "{name} | {module_name}"],
  ])("%j, then %j", (before, after, expected) => {
    expect(moved(preGyp(before), preGyp(after))?.split(" ").sort()).toEqual(expected.split(" ").sort());
  });

  it.each([
    [{ host: GOOD }, { host: `${GOOD}/` }],
    [{ host: GOOD }, { host: "https://GOOD.example:443/v2/", remote_path: "./{version}/" }],
    [{ host: "http://good.example" }, { host: GOOD }],
    [
      { host: GOOD, staging_host: "https://staging.example" },
      { host: GOOD, staging_host: GOOD },
    ],
    [
      { host: "https://github.com/Good/aa/releases/download/" },
      { host: "https://github.com/good/ab/releases/download/" },
    ],
    [{ host: "https://good.s3.amazonaws.com" }, { host: "https://good.s3-us-west-2.amazonaws.com/v2" }],
    [{ host: "https://s3.amazonaws.com/good" }, { host: "https://good.s3.us-east-1.amazonaws.com" }],
    [
      { host: "https://s3.amazonaws.com", bucket: "good", remote_path: "v1", s3ForcePathStyle: true },
      { host: "https://s3.amazonaws.com", bucket: "good", remote_path: "v2", s3ForcePathStyle: true },
    ],
    [{ host: "https://unpkg.com/aa@1.0.0/" }, { host: "https://unpkg.com/aa@1.0.1/" }],
    [{ host: GOOD }, {}],
    [{ host: GOOD }, { host: 5 }],
  ])("%j, then %j, is no other place", (before, after) => {
    expect(moved(preGyp(before), preGyp(after))).toBeNull();
  });
});

describe("other tools", () => {
  const good = { repository: { type: "git", url: "git+https://github.com/good/aa.git" } };
  const evil = { repository: "github:evil/aa" };

  it("prebuild-install takes the repository's releases, where no host is stated", () => {
    expect(moved({ ...PREBUILD, ...good }, { ...PREBUILD, ...evil })).toBe("github.com/evil | github.com/good");
    expect(moved({ ...PREBUILD, ...good }, { ...PREBUILD, repository: "https://github.com/good/ab" })).toBeNull();
    expect(moved({ ...PREBUILD, ...good }, PREBUILD)).toBe(
      "a repository that its record does not name | github.com/good",
    );
    const binary = { host: "https://evil.example" };
    expect(moved({ ...PREBUILD, ...good }, { ...PREBUILD, ...good, binary })).toBe("evil.example | github.com/good");
    expect(moved({ ...PREBUILD, ...good, binary }, { ...PREBUILD, ...evil, binary })).toBeNull();
  });

  it("are no other place where the scripts call another tool than before", () => {
    const byGyp = { scripts: { install: "node-gyp rebuild" } };
    expect(moved({ ...byGyp, ...good }, { ...PREBUILD, ...good })).toBeNull();
    expect(moved({ ...byGyp, ...good }, { ...PREBUILD, ...evil })).toBe("github.com/evil |");
  });

  it("may be run by a file of the package", () => {
    const byFile = { scripts: { install: "node install.js" }, dependencies: { "prebuild-install": "7" } };
    expect(moved({ ...byFile, ...good }, { ...byFile, ...evil })).toBe("github.com/evil | github.com/good");
    const others = { scripts: { install: "node install.js" } };
    expect(moved({ ...others, ...good }, { ...others, ...evil })).toBeNull();
  });

  it("install-artifact-from-github takes `github` before the repository", () => {
    const script = { scripts: { install: "install-from-cache --artifact build/aa.node" } };
    expect(moved({ ...script, ...good }, { ...script, ...evil })).toBe("github.com/evil | github.com/good");
    expect(moved({ ...script, ...good }, { ...script, ...good, github: "https://github.com/evil/aa" })).toBe(
      "github.com/evil | github.com/good",
    );
  });

  it("go-npm takes an address", () => {
    const script = { scripts: { postinstall: "go-npm install" } };
    const from = (url: string) => ({ ...script, goBinary: { name: "aa", path: "./bin", url } });
    expect(moved(from("https://github.com/good/aa/v{{version}}.tgz"), from("https://evil.example/aa.tgz"))).toBe(
      "evil.example | github.com/good",
    );
  });
});

it("is of no concern where no install script runs, and where none ran before: that script is new", () => {
  const [good, evil] = [{ binary: { host: GOOD } }, { binary: { host: "https://evil.example" } }];
  expect(moved(good, evil)).toBeNull();
  expect(moved(good, { ...PRE_GYP, ...evil })).toBeNull();
  expect(moved({ ...PRE_GYP, ...good }, evil)).toBeNull();
});

it("is told of the script that calls a tool for it, else of the first", () => {
  const scriptOf = (scripts: object) =>
    movedBinary(
      release({ scripts, binary: { host: "https://evil.example" } }),
      release({ scripts, binary: { host: GOOD } }, "1.0.0"),
    )?.script;
  expect(scriptOf({ preinstall: "node a.js", install: "npx node-pre-gyp install" })).toBe("install");
  expect(scriptOf({ preinstall: "node a.js", postinstall: "node b.js" })).toBe("preinstall");
  expect(scriptOf({ preinstall: "node a.js", postinstall: "npm run get", get: "node-pre-gyp install" })).toBe(
    "postinstall",
  );
});
