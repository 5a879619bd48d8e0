/** Which project a file belongs to: the same wherever the scan begins. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { LOCKFILES, lockOf, MANAGERS, pnpmLock, rootOf, type ManagerName } from "../setup/locks.ts";
import { ago, manifestText } from "../setup/projects.ts";
import { scanned } from "./cli.ts";
import { CliWorld } from "./world.ts";

let world: CliWorld;
beforeEach(async () => {
  world = await CliWorld.create();
  world.registry.publish("aa", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("aa", "1.0.1", { at: ago({ days: 300 }) });
  world.registry.publish("aa", "1.1.0", { at: ago({ days: 200 }) });
  world.osv.add(malware("MAL-2099-1", "aa", ["1.0.1"], { published: ago({ days: 90 }) }));
});
afterEach(() => world.end());

const ASKS = manifestText({ aa: "^1.0.0" }, { name: "a" });

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) world.write(path, text);
}

interface Seen {
  /** `rule version file`, of warnings and up and of files. */
  readonly found: readonly string[];
  readonly status: number | null;
  readonly stderr: string;
}

async function scan(...args: readonly string[]): Promise<Seen> {
  const outcome = await world.run("scan", "--format", "json", ...args);
  const { findings } = scanned(outcome);
  return {
    found: findings
      .filter(({ rule }) => rule !== "weak-cooldown" && rule !== "lockfile-tampering")
      .map(({ rule, version, file }) => [rule, version, file].filter((part) => part !== "").join(" ")),
    status: outcome.status,
    stderr: outcome.stderr,
  };
}

/** Names that the registry was asked for. */
const asked = (): readonly string[] => [...new Set(world.registry.requests.flatMap(({ name }) => name ?? []))];

describe("a workspace in a folder node_modules", () => {
  const HIDDEN = "vendor/node_modules/a/package.json";
  const ASKS_BAD = manifestText({ aa: "1.0.1" }, { name: "a" });
  const root = manifestText({}, { name: "r", workspaces: ["vendor/node_modules/a"] });

  test("is checked in a scan of the folder, where the package manager takes it", async () => {
    write({ "package.json": root, "yarn.lock": "# yarn lockfile v1\n\n\n", [HIDDEN]: ASKS_BAD });
    expect((await scan(".")).found).toEqual([`compromised 1.0.1 ${HIDDEN}`]);
  });

  test("is not where it does not", async () => {
    write({ "package.json": root, "package-lock.json": lockOf("npm", "1.0.0"), [HIDDEN]: ASKS_BAD });
    expect((await scan(".")).found.filter((line) => line.includes("vendor"))).toEqual([]);
  });

  test("is not where settings leave it out", async () => {
    const settings = JSON.stringify({ "depwarden.exclude": ["vendor/**"] });
    write({ "package.json": root, "yarn.lock": "# yarn lockfile v1\n\n\n", [HIDDEN]: ASKS_BAD });
    write({ ".vscode/settings.json": settings });
    expect((await scan(".")).found.filter((line) => line.includes("vendor"))).toEqual([]);
  });
});

describe.each(MANAGERS)("a workspace of %s", (manager: ManagerName) => {
  const lockfile = LOCKFILES[manager];
  beforeEach(() => {
    write({ ...rootOf(manager), [lockfile]: lockOf(manager, "1.0.1"), "packages/a/package.json": ASKS });
  });

  test.each([
    [["packages/a/package.json"], "package.json"],
    [["packages/a"], "package.json"],
    [["."], "packages/a/package.json"],
  ])("scanned as %j has what the root's lockfile holds", async (args, file) => {
    const { found, status } = await scan(...args);
    expect(found).toContain(`compromised 1.0.1 ${file}`);
    expect(status).toBe(1);
  });

  test("opened by itself has what the root's lockfile holds, and a sibling is asked for nowhere", async () => {
    write({
      "packages/a/package.json": manifestText({ aa: "^1.0.0", sibling: "^1.0.0" }, { name: "a" }),
      "packages/b/package.json": '{"name": "sibling", "version": "1.2.0"}',
    });
    world.registry.clearRequests();
    expect((await scan("packages/a")).found).toContain("compromised 1.0.1 package.json");
    expect(asked()).not.toContain("sibling");
  });

  test("has no use for a lockfile of its own, but with Yarn 2 and up", async () => {
    write({ [`packages/a/${lockfile}`]: lockOf(manager, "1.1.0") });
    const { found } = await scan(".");
    if (manager === "yarn-berry") expect(found).not.toContain("compromised 1.0.1 packages/a/package.json");
    else {
      expect(found).toContain("compromised 1.0.1 packages/a/package.json");
      expect(found).toContain(`unused-lockfile packages/a/${lockfile}`);
    }
  });
});

test("a manifest that is named by itself goes by the lockfile beside it, and shows its own findings", async () => {
  write({ "package.json": ASKS, "pnpm-lock.yaml": pnpmLock("1.0.1", ".") });
  const { found, stderr } = await scan("package.json");
  expect(found).toEqual(["compromised 1.0.1 package.json"]);
  expect(stderr).toContain("pnpm-lock.yaml: 1 error or warning, not shown. Scan it too to see them.");
});

test("what only the root's lockfile holds for a folder is shown in the lockfile", async () => {
  world.registry.publish("top", "1.0.0", { at: ago({ days: 400 }), dependencies: { aa: "^1.0.0" } });
  write({
    ...rootOf("npm"),
    "packages/a/package.json": manifestText({ top: "^1.0.0" }, { name: "a" }),
    "packages/b/package.json": manifestText({ aa: "^1.1.0" }, { name: "b" }),
    "package-lock.json": JSON.stringify({
      lockfileVersion: 3,
      packages: {
        "": { name: "root", workspaces: ["packages/*"] },
        "node_modules/a": { resolved: "packages/a", link: true },
        "node_modules/b": { resolved: "packages/b", link: true },
        "node_modules/top": {
          version: "1.0.0",
          resolved: "https://registry.npmjs.org/top/-/top-1.0.0.tgz",
          dependencies: { aa: "^1.0.0" },
        },
        "node_modules/aa": { version: "1.0.1", resolved: "https://registry.npmjs.org/aa/-/aa-1.0.1.tgz" },
        "packages/a": { name: "a", version: "1.0.0", dependencies: { top: "^1.0.0" } },
        "packages/b": { name: "b", version: "1.0.0" },
      },
    }),
  });
  expect((await scan("packages/a")).found).toContain("compromised 1.0.1 ../../package-lock.json");
  expect((await scan("packages/b")).found).toEqual([]);
});

describe("a root of pnpm", () => {
  test("needs no package.json", async () => {
    write({
      "pnpm-workspace.yaml": "packages: [packages/*]\ncatalog:\n  aa: ^1.0.0\nminimumReleaseAge: 10080\n",
      "pnpm-lock.yaml": pnpmLock("1.0.1", "packages/a"),
      "packages/a/package.json": manifestText({ aa: "catalog:", sibling: "^1.0.0" }, { name: "a" }),
      "packages/b/package.json": '{"name": "sibling", "version": "1.2.0"}',
    });
    for (const args of [["."], ["packages/a"]]) {
      world.registry.clearRequests();
      expect((await scan(...args)).found.filter((each) => each.includes("package.json"))).toEqual([
        expect.stringMatching(/^compromised 1\.0\.1 (packages\/a\/)?package\.json$/),
      ]);
      expect(asked()).not.toContain("sibling");
    }
  });

  test.each([
    ["packages/a/.npmrc", "lockfile-dir=..\n"],
    ["packages/a/pnpm-workspace.yaml", "lockfileDir: ..\n"],
  ])("may have its lockfile elsewhere (%s)", async (file, text) => {
    write({ [file]: text, "packages/pnpm-lock.yaml": pnpmLock("1.0.1", "a"), "packages/a/package.json": ASKS });
    expect((await scan("packages/a")).found).toContain("compromised 1.0.1 package.json");
    expect((await scan(".")).found).toContain("compromised 1.0.1 packages/a/package.json");
  });

  test("with a lockfile for each workspace gives them its cooldown and its catalogs", async () => {
    world.registry.publish("aa", "1.2.0", { at: ago({ days: 5 }) });
    write({
      "package.json": "{}",
      "pnpm-workspace.yaml":
        "packages: [packages/*]\nsharedWorkspaceLockfile: false\nminimumReleaseAge: 10080\ncatalog:\n  aa: ^1.0.0\n",
      "packages/a/package.json": manifestText({ aa: "catalog:" }, { name: "a" }),
      "packages/a/pnpm-lock.yaml": pnpmLock("1.2.0", "."),
    });
    const { found, status } = await scan("packages/a");
    expect(found).toContain("fresh-release 1.2.0 pnpm-lock.yaml");
    expect(found.filter((each) => each.startsWith("unchecked"))).toEqual([]);
    expect(status).toBe(0);
  });

  test("reads the lockfile of the branch that is checked out", async () => {
    write({
      ".git/HEAD": "ref: refs/heads/Feat/x\n",
      "package.json": ASKS,
      "pnpm-workspace.yaml": "gitBranchLockfile: true\n",
      "pnpm-lock.feat!x.yaml": pnpmLock("1.0.1", "."),
      "pnpm-lock.yaml": pnpmLock("1.1.0", "."),
    });
    expect((await scan(".")).found).toEqual([
      "compromised 1.0.1 package.json",
      "compromised 1.0.1 pnpm-lock.feat!x.yaml",
    ]);
  });

  test("gives its settings to folders that are none of its workspaces", async () => {
    world.registry.publish("aa", "1.2.0", { at: ago({ days: 5 }) });
    write({
      "package.json": "{}",
      "pnpm-workspace.yaml": "packages: [packages/*]\nminimumReleaseAge: 10080\n",
      "tools/x/package.json": manifestText({ aa: "1.2.0" }, { name: "x" }),
    });
    expect((await scan("tools/x")).found).toEqual(["fresh-release 1.2.0 package.json"]);
  });

  test("says of a catalog that a package is none of its workspaces", async () => {
    write({
      "package.json": "{}",
      "pnpm-workspace.yaml": "packages: [packages/*]\ncatalog:\n  bb: ^1.0.0\n",
      "tools/x/package.json": manifestText({ aa: "catalog:" }, { name: "x" }),
    });
    const { findings } = scanned(await world.run("scan", "--format", "json", "tools/x"));
    expect(findings.map(({ message }) => message)).toEqual([
      "aa could not be checked: no catalog lists it, and this package is no workspace of ../...",
    ]);
  });
});

test("the lockfile of the package manager that is stated speaks for the manifest; another is left over", async () => {
  write({
    "package.json": manifestText({ aa: "^1.0.0" }, { packageManager: "pnpm@10.34.9" }),
    "pnpm-lock.yaml": pnpmLock("1.1.0", "."),
    "package-lock.json": JSON.stringify({
      lockfileVersion: 3,
      packages: {
        "": { dependencies: { aa: "^1.0.0" } },
        "node_modules/aa": { version: "1.0.1", resolved: "https://registry.npmjs.org/aa/-/aa-1.0.1.tgz" },
      },
    }),
  });
  expect([...(await scan(".")).found].sort()).toEqual([
    "compromised 1.0.1 package-lock.json",
    "range-admits-compromised 1.1.0 package.json",
    "unused-lockfile package-lock.json",
  ]);
});

/** One scan of all: each is a project in a folder of its own. */
const UNLOCKED = [
  [".npmrc", "package-lock=false\n", "package-lock.json", "npm"],
  [".npmrc", "shrinkwrap=false\n", "package-lock.json", "npm"],
  ["pnpm-workspace.yaml", "lockfile: false\n", "pnpm-lock.yaml", "pnpm"],
  [".npmrc", "lockfile=false\n", "pnpm-lock.yaml", "pnpm"],
  [".npmrc", "package-lock=undefined\n", "package-lock.json", "npm"],
  [".npmrc", "package-lock=${LOCK}\n", "package-lock.json", "npm"],
  ["pnpm-workspace.yaml", "lockfile: no\n", "pnpm-lock.yaml", "pnpm"],
  [".yarnrc", "--install.no-lockfile true\n", "yarn.lock", "yarn-classic"],
  [".yarnrc", "--*.no-lockfile true\n", "yarn.lock", "yarn-classic"],
  [".yarnrc", '"--cwd" "./sub"\n', "yarn.lock", "yarn-classic"],
] as const;

test("settings by which the manifest goes by no lockfile", async () => {
  world.osv.add(malware("MAL-2099-2", "aa", ["1.1.0"], { published: ago({ days: 90 }) }));
  for (const [at, [file, text, lockfile, manager]] of UNLOCKED.entries()) {
    const own = manager === "pnpm" ? pnpmLock("1.0.0", ".") : lockOf(manager, "1.0.0");
    write({ [`${at}/package.json`]: ASKS, [`${at}/${file}`]: text, [`${at}/${lockfile}`]: own });
  }
  const { found } = await scan(".");
  expect(found).toEqual(
    expect.arrayContaining(
      UNLOCKED.flatMap(([, , lockfile], at) => [
        `compromised 1.1.0 ${at}/package.json`,
        `unused-lockfile ${at}/${lockfile}`,
      ]),
    ),
  );
});

const UNSHARED = [
  ["sharedWorkspaceLockfile: no\n", ""],
  ["sharedWorkspaceLockfile: 'false'\n", ""],
  ["sharedWorkspaceLockfile: 0\n", ""],
  ["sharedWorkspaceLockfile: False\n", ""],
  ["", "shared-workspace-lockfile=false\n"],
] as const;

test("settings of pnpm by which a workspace goes by a lockfile of its own", async () => {
  world.osv.add(malware("MAL-2099-2", "aa", ["1.1.0"], { published: ago({ days: 90 }) }));
  for (const [at, [yaml, npmrc]] of UNSHARED.entries())
    write({
      [`${at}/pnpm-workspace.yaml`]: `packages: [packages/*]\n${yaml}`,
      [`${at}/.npmrc`]: npmrc,
      [`${at}/pnpm-lock.yaml`]: pnpmLock("1.0.0", "packages/a"),
      [`${at}/packages/a/package.json`]: ASKS,
    });
  const compromised = async (): Promise<readonly string[]> =>
    (await scan(...UNSHARED.map((_row, at) => `${at}/packages/a`))).found.filter((each) =>
      each.startsWith("compromised"),
    );
  // Without one the range is installed anew.
  expect(await compromised()).toEqual(UNSHARED.map((_row, at) => `compromised 1.1.0 ${at}/packages/a/package.json`));
  for (const at of UNSHARED.keys()) write({ [`${at}/packages/a/pnpm-lock.yaml`]: pnpmLock("1.0.1", ".") });
  expect(await compromised()).toEqual(
    expect.arrayContaining(UNSHARED.map((_row, at) => `compromised 1.0.1 ${at}/packages/a/package.json`)),
  );
});

// Run in packages/a, pnpm 9.15 locks it in the root's lockfile, and pnpm 10.34 in one of its own.
test("a workspace that pnpm 9 would install by the root's lockfile: unchecked, where that lockfile holds it", async () => {
  const manager = (version: string) => JSON.stringify({ packageManager: `pnpm@${version}` });
  write({
    "pnpm-workspace.yaml": "packages: [packages/*]\nsharedWorkspaceLockfile: false\n",
    "package.json": "{}",
    "pnpm-lock.yaml": pnpmLock("1.0.0", "packages/a"),
    "packages/a/package.json": ASKS,
  });
  expect((await scan("packages/a")).found).toContain("unchecked package.json");
  const { stdout } = await world.run("scan", "packages/a");
  expect(stdout).toContain("pnpm before 10.5.0 installs this folder by the pnpm-lock.yaml in ../..");
  write({ "package.json": manager("9.15.9") });
  expect((await scan("packages/a")).found).toContain("unchecked package.json");
  write({ "package.json": manager("10.34.9") });
  expect((await scan("packages/a")).found).not.toContain("unchecked package.json");
  write({ "package.json": "{}", ".npmrc": "shared-workspace-lockfile=false\n" });
  expect((await scan("packages/a")).found).not.toContain("unchecked package.json");
});

test.each([
  [
    "bun.lock",
    `{"lockfileVersion": 1, "workspaces": {"": {"name": "app", "dependencies": {"aa": "^1.0.0"}}, "packages/aa": {"name": "aa", "version": "1.0.0"}}, "packages": {"aa": ["aa@workspace:packages/aa"]}}`,
  ],
  [
    "yarn.lock",
    `__metadata:
  version: 8
  cacheKey: 10c0

"aa@npm:^1.0.0, aa@workspace:packages/aa":
  version: 0.0.0-use.local
  resolution: "aa@workspace:packages/aa"
  languageName: unknown
  linkType: soft

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    aa: "npm:^1.0.0"
  languageName: unknown
  linkType: soft
`,
  ],
])("%s: a dependency that is locked as a workspace which is not there is unchecked", async (name, lockfile) => {
  const manifest = { name: "app", dependencies: { aa: "^1.0.0" }, workspaces: ["packages/*"] };
  write({ "package.json": JSON.stringify(manifest), [name]: lockfile });
  expect((await scan(".")).found).toContain(`unchecked ${name}`);
  write({ "packages/aa/package.json": '{"name": "aa", "version": "1.0.0"}' });
  expect((await scan(".")).found).toEqual([]);
});

test("a workspace whose manifest cannot be read is reported", async () => {
  write({
    ...rootOf("npm"),
    "package-lock.json": lockOf("npm", "1.0.0"),
    // A folder by that name.
    "packages/a/package.json/x": "",
  });
  const { status, stdout } = await world.run("scan");
  expect(stdout).toContain("packages/a/package.json could not be read: it is a folder.");
  expect(status).toBe(2);
});

test.each(["#1111111111111111111111111111111111111111", ""])(
  "a scope with a registry of its own, locked at npmjs with %j: Yarn 1 fetches it from there",
  async (hash) => {
    world.registry.publish("@corp/u", "1.0.0", { at: ago({ days: 400 }) });
    write({
      "package.json": manifestText({ "@corp/u": "^1.0.0" }),
      ".npmrc": `@corp:registry=${world.registry.url}\n`,
      "yarn.lock": `# yarn lockfile v1\n\n\n"@corp/u@^1.0.0":\n  version "1.0.0"\n  resolved "https://registry.npmjs.org/@corp/u/-/u-1.0.0.tgz${hash}"\n`,
    });
    const { findings } = scanned(await world.run("scan", "--format", "json"));
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: "lockfile-tampering", severity: "error", file: "yarn.lock" }),
    );
  },
);

describe("patterns for workspaces", () => {
  const PATTERNS = [
    ["/packages/*"],
    ["packages//*"],
    ["packages/+(a|b)"],
    ["packages/*", "!packages/*", "packages/a"],
    ["packages\\*"],
  ] as const;

  test("have packages/a where npm has it", async () => {
    const scanAll = async (): Promise<readonly string[]> =>
      (await scan(...PATTERNS.map((_row, at) => `${at}/packages/a`))).found;
    for (const [at, workspaces] of PATTERNS.entries())
      write({
        [`${at}/package.json`]: JSON.stringify({ name: "root", workspaces }),
        [`${at}/package-lock.json`]: lockOf("npm", "1.0.1"),
        [`${at}/packages/a/package.json`]: ASKS,
      });
    expect(await scanAll()).toEqual(
      expect.arrayContaining(PATTERNS.map((_row, at) => `compromised 1.0.1 ${at}/packages/a/package.json`)),
    );
    // Before a lockfile is there the patterns alone tell.
    for (const at of PATTERNS.keys())
      write({
        [`${at}/package-lock.json`]: JSON.stringify({ lockfileVersion: 3, packages: {} }),
        [`${at}/.npmrc`]: "min-release-age=900\n",
      });
    expect(await scanAll()).toEqual(
      expect.arrayContaining(PATTERNS.map((_row, at) => `fresh-release 1.1.0 ${at}/packages/a/package.json`)),
    );
  });

  test("of a workspace are the project's too with Yarn 2 and up", async () => {
    write({
      "package.json": '{"name": "root", "workspaces": ["packages"]}',
      "packages/package.json": '{"name": "mid", "workspaces": ["*"]}',
      "packages/a/package.json": ASKS,
      "yarn.lock": lockOf("yarn-berry", "1.0.1"),
    });
    expect((await scan("packages/a")).found).toContain("compromised 1.0.1 package.json");
  });
});

describe("a range without a lockfile", () => {
  beforeEach(() => {
    world.registry.publish("bb", "1.0.0", { at: ago({ days: 400 }) });
    world.registry.publish("bb", "1.0.1", { at: ago({ days: 300 }) });
    world.registry.publish("bb", "1.1.0", { at: ago({ days: 5 }) });
    world.osv.add(malware("MAL-2099-3", "bb", ["1.0.1"], { published: ago({ days: 90 }) }));
  });

  const OLD_ENOUGH = [
    [".npmrc", "min-release-age=7\n", ""],
    ["pnpm-workspace.yaml", "minimumReleaseAge: 10080\n", ""],
    [".yarnrc.yml", "npmMinimalAgeGate: 7d\n", ""],
    ["bunfig.toml", "[install]\nminimumReleaseAge = 604800\n", ""],
    [".npmrc", "min-release-age=7\n", "npm@11.19.1"],
  ] as const;

  test("stands for what is old enough for the cooldown of its package manager", async () => {
    for (const [at, [file, text, packageManager]] of OLD_ENOUGH.entries()) {
      const more = packageManager === "" ? {} : { packageManager };
      write({ [`${at}/package.json`]: manifestText({ bb: "^1.0.0" }, more), [`${at}/${file}`]: text });
    }
    const { found, status } = await scan(".");
    expect(found.filter((each) => !each.startsWith("range-admits")).sort()).toEqual(
      OLD_ENOUGH.map((_row, at) => `compromised 1.0.1 ${at}/package.json`),
    );
    expect(status).toBe(1);
  });

  const NEWEST = [
    [".npmrc", "min-release-age=7\nmin-release-age-exclude[]=bb\n"],
    ["pnpm-workspace.yaml", "minimumReleaseAge: 10080\nminimumReleaseAgeExclude: [bb]\n"],
    [".npmrc", "# none\n"],
  ] as const;

  test("stands for the newest where that is excluded from the cooldown, or none is set", async () => {
    for (const [at, [file, text]] of NEWEST.entries())
      write({ [`${at}/package.json`]: manifestText({ bb: "^1.0.0" }), [`${at}/${file}`]: text });
    const { findings } = scanned(await world.run("scan", "--format", "json", "--min-age", "30d"));
    expect(findings.filter(({ rule }) => rule === "compromised")).toEqual([]);
    expect(
      findings.filter(({ rule }) => rule === "fresh-release").map(({ version, file }) => `${version} ${file}`),
    ).toEqual(NEWEST.map((_row, at) => `1.1.0 ${at}/package.json`));
  });

  test("whose tag is on a version that is held back stands for the one before", async () => {
    write({ "package.json": manifestText({ bb: "latest" }), ".npmrc": "min-release-age=7\n" });
    expect((await scan(".")).found).toContain("compromised 1.0.1 package.json");
  });
});

test.each([
  ["npm@11.19.1", "devDependencies", "optionalDependencies", "dependencies"],
  ["yarn@4.18.1", "devDependencies", "optionalDependencies", "dependencies"],
  ["yarn@1.22.22", "optionalDependencies", "dependencies", "devDependencies"],
  ["pnpm@10.34.9", "optionalDependencies", "dependencies", "devDependencies"],
  ["bun@1.4.4", "optionalDependencies", "devDependencies", "dependencies"],
] as const)("%s goes by %s before %s before %s", async (packageManager, most, next, least) => {
  const pairs = [
    [most, next],
    [next, least],
    [most, least],
  ] as const;
  for (const [first, second] of pairs) {
    write({
      [`${first}-bad-${second}-good/package.json`]: JSON.stringify({
        packageManager,
        [second]: { aa: "1.0.0" },
        [first]: { aa: "1.0.1" },
      }),
      [`${first}-good-${second}-bad/package.json`]: JSON.stringify({
        packageManager,
        [second]: { aa: "1.0.1" },
        [first]: { aa: "1.0.0" },
      }),
    });
  }
  const { found } = await scan(".");
  expect(found.filter((each) => each.startsWith("compromised")).sort()).toEqual(
    pairs.map(([first, second]) => `compromised 1.0.1 ${first}-bad-${second}-good/package.json`).sort(),
  );
});

test.each([
  ["configDependencies:\n  aa: 1.0.1+sha512-aaaa\n", "compromised 1.0.1 pnpm-workspace.yaml"],
  ["configDependencies:\n  aa:\n    integrity: 1.0.1+sha512-aaaa\n", "compromised 1.0.1 pnpm-workspace.yaml"],
])("a dependency of pnpm's configuration is judged where it is written (%j)", async (text, finding) => {
  write({ "package.json": "{}", "pnpm-workspace.yaml": text });
  expect((await scan(".")).found).toContain(finding);
});

test("a dependency of pnpm's configuration from another host is reported", async () => {
  const tarball = "https://evil.example/aa-1.0.0.tgz";
  const integrity = "1.0.0+sha512-aaaa";
  write({
    "package.json": "{}",
    "pnpm-workspace.yaml": `configDependencies:\n  aa:\n    integrity: ${integrity}\n    tarball: ${tarball}\n`,
  });
  const { findings } = scanned(await world.run("scan", "--format", "json", "."));
  expect(findings.map(({ rule, file }) => `${rule} ${file}`)).toContain("lockfile-tampering pnpm-workspace.yaml");
});
