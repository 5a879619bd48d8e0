/** Words of a lockfile that mean a package which is locked elsewhere in it. `‸` stands where the pointer is. */
import { describe, expect, test } from "vitest";
import { readLockfile, type LockfileKind } from "../../../server/src/core/documents/index.ts";
import { runWhole } from "../../../server/src/core/task.ts";
import { mentionAt } from "../../../server/src/core/report/reference-at.ts";

/** The release that is meant, and the word that means it. */
function meant(kind: LockfileKind, marked: string): string | null {
  const offset = marked.indexOf("‸");
  const text = marked.replace("‸", "");
  const lockfile = runWhole(readLockfile(kind, text));
  expect(lockfile.problems).toEqual([]);
  const mention = mentionAt(lockfile, text, offset);
  return mention === null
    ? null
    : `${mention.locked.name}@${mention.locked.version} by ${text.slice(mention.span.start, mention.span.end)}`;
}

const PACKAGE_LOCK = JSON.stringify(
  {
    name: "app",
    lockfileVersion: 3,
    packages: {
      "": { dependencies: { alpha: "^1.0.0" }, engines: { npm: ">=9" } },
      "node_modules/alpha": {
        version: "1.0.0",
        resolved: "https://registry.npmjs.org/alpha/-/alpha-1.0.0.tgz",
        dependencies: { inner: "^1.0.0", "@s/deep": "~3.0.0" },
      },
      "node_modules/beta": { version: "1.0.0", dependencies: { inner: "^2.0.0" } },
      "node_modules/inner": { version: "1.0.1" },
      "node_modules/beta/node_modules/inner": { version: "2.0.0" },
      "node_modules/@s/deep": { version: "3.0.4" },
    },
  },
  null,
  2,
);

const PNPM = `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      '@s/deep':
        specifier: ~3.0.0
        version: 3.0.4(inner@1.0.1)
      alpha:
        specifier: ^1.0.0
        version: 1.0.0

packages:

  '@s/deep@3.0.4':
    resolution: {integrity: sha512-AAAA}

  alpha@1.0.0:
    resolution: {integrity: sha512-AAAA}

  inner@1.0.1:
    resolution: {integrity: sha512-AAAA}

  inner@2.0.0:
    resolution: {integrity: sha512-AAAA}

snapshots:

  '@s/deep@3.0.4(inner@1.0.1)':
    dependencies:
      inner: 1.0.1

  alpha@1.0.0:
    dependencies:
      inner: 2.0.0

  inner@1.0.1: {}

  inner@2.0.0: {}
`;

const CLASSIC = `# yarn lockfile v1


alpha@^1.0.0:
  version "1.0.0"
  resolved "https://registry.yarnpkg.com/alpha/-/alpha-1.0.0.tgz#0000000000000000000000000000000000000000"
  dependencies:
    inner "^2.0.0"

inner@^1.0.0:
  version "1.0.1"
  resolved "https://registry.yarnpkg.com/inner/-/inner-1.0.1.tgz#0000000000000000000000000000000000000000"

inner@^2.0.0:
  version "2.0.0"
  resolved "https://registry.yarnpkg.com/inner/-/inner-2.0.0.tgz#0000000000000000000000000000000000000000"
`;

const BERRY = `__metadata:
  version: 8
  cacheKey: 10c0

"alpha@npm:^1.0.0":
  version: 1.0.0
  resolution: "alpha@npm:1.0.0"
  dependencies:
    inner: "npm:^2.0.0"
  languageName: node
  linkType: hard

"inner@npm:^1.0.0, inner@npm:~1.0.1":
  version: 1.0.1
  resolution: "inner@npm:1.0.1"
  languageName: node
  linkType: hard

"inner@npm:^2.0.0":
  version: 2.0.0
  resolution: "inner@npm:2.0.0"
  languageName: node
  linkType: hard
`;

const BUN = `{
  "lockfileVersion": 1,
  "workspaces": {
    "": {
      "name": "app",
      "dependencies": {
        "alpha": "^1.0.0",
      },
    },
  },
  "packages": {
    "alpha": ["alpha@1.0.0", "", { "dependencies": { "inner": "^2.0.0" } }, "sha512-AAAA"],

    "beta": ["beta@1.0.0", "", { "dependencies": { "inner": "^1.0.0" } }, "sha512-AAAA"],

    "inner": ["inner@2.0.0", "", {}, "sha512-AAAA"],

    "beta/inner": ["inner@1.0.1", "", {}, "sha512-AAAA"],
  }
}
`;

/** The text with the pointer after the first characters of a stretch of it. */
function pointing(text: string, at: string): string {
  const stretch = at.replace("‸", "");
  expect(text.split(stretch).length).toBeGreaterThan(1);
  return text.replace(stretch, at);
}

describe.each<[LockfileKind, string, readonly (readonly [string, string | null])[]]>([
  [
    "package-lock",
    PACKAGE_LOCK,
    [
      ['"al‸pha": "^1.0.0"', "alpha@1.0.0 by alpha"],
      ['"inn‸er": "^1.0.0"', "inner@1.0.1 by inner"],
      ['"inn‸er": "^2.0.0"', "inner@2.0.0 by inner"],
      ['"inner": "^2‸.0.0"', "inner@2.0.0 by ^2.0.0"],
      ['"‸@s/deep": "~3.0.0"', "@s/deep@3.0.4 by @s/deep"],
      ['"lockfileVersion": ‸3', null],
      ['"npm": ">‸=9"', null],
      ['"https://registry.npmjs.org/al‸pha/-/alpha-1.0.0.tgz"', null],
      ['"depen‸dencies"', null],
    ],
  ],
  [
    "pnpm-lock",
    PNPM,
    [
      ["      al‸pha:\n        specifier", "alpha@1.0.0 by alpha"],
      ["specifier: ^1‸.0.0", "alpha@1.0.0 by ^1.0.0"],
      ["version: 3.0‸.4(inner@1.0.1)", "@s/deep@3.0.4 by 3.0.4(inner@1.0.1)"],
      ["inner: 2‸.0.0", "inner@2.0.0 by 2.0.0"],
      ["in‸ner: 1.0.1", "inner@1.0.1 by inner"],
      ["'@s/d‸eep@3.0.4(inner@1.0.1)'", "@s/deep@3.0.4 by @s/deep@3.0.4(inner@1.0.1)"],
      ["inner@2‸.0.0: {}", "inner@2.0.0 by inner@2.0.0"],
      ["lockfileVersion: '9‸.0'", null],
    ],
  ],
  [
    "yarn-lock",
    CLASSIC,
    [
      ['in‸ner "^2.0.0"', "inner@2.0.0 by inner"],
      ['inner "^‸2.0.0"', "inner@2.0.0 by ^2.0.0"],
    ],
  ],
  [
    "yarn-lock",
    BERRY,
    [
      ['resolution: "al‸pha@npm:1.0.0"', "alpha@1.0.0 by alpha@npm:1.0.0"],
      ['inner: "npm:^‸2.0.0"', "inner@2.0.0 by npm:^2.0.0"],
      [', in‸ner@npm:~1.0.1"', "inner@1.0.1 by inner@npm:~1.0.1"],
      ["version: ‸8", null],
    ],
  ],
  [
    "bun-lock",
    BUN,
    [
      ['"al‸pha": "^1.0.0"', "alpha@1.0.0 by alpha"],
      ['"in‸ner": "^1.0.0"', "inner@1.0.1 by inner"],
      ['"inner": "^2‸.0.0"', "inner@2.0.0 by ^2.0.0"],
      ['["inner@1.0‸.1"', "inner@1.0.1 by inner@1.0.1"],
      ['"lockfileVersion": ‸1', null],
    ],
  ],
])("%s", (kind, text, cases) => {
  test.each(cases)("%s", (at, release) => {
    expect(meant(kind, pointing(text, at))).toBe(release);
  });
});

test("a name with several versions, and nothing beside it that tells which, means none of them", () => {
  expect(meant("pnpm-lock", PNPM.replace("inner: 2.0.0", "in‸ner: link:../inner"))).toBeNull();
});

test("on one line without end only what is near is looked at", () => {
  const packages = Object.fromEntries(
    Array.from({ length: 2000 }, (_, index) => [
      `node_modules/p${index}`,
      { version: "1.0.0", dependencies: { [`p${index + 1}`]: "^1.0.0" } },
    ]),
  );
  const text = JSON.stringify({
    name: "app",
    lockfileVersion: 3,
    packages: { "": {}, ...packages, "node_modules/p2000": { version: "1.0.0" } },
  });
  expect(meant("package-lock", text.replace('"p1000":"^1.0.0"', '"p10‸00":"^1.0.0"'))).toBe("p1000@1.0.0 by p1000");
});
