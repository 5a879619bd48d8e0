/** What the quick fixes write, in each manager's own words, and that it is read back as what was asked. */
import { describe, expect, it } from "vitest";
import { CONFIG_KINDS, configFileName, readConfig } from "../../../server/src/core/documents/config/index.ts";
import { readManifest } from "../../../server/src/core/documents/manifest.ts";
import { approvalFixes } from "../../../server/src/core/fixes/approval/approve-scripts.ts";
import { textAt, withEdits, type ProjectTexts } from "../../../server/src/core/fixes/project-texts.ts";
import type { LockfileFormat } from "../../../server/src/core/model.ts";

type Files = Readonly<Record<string, string>>;

function textsOf(files: Files, formats: readonly LockfileFormat[]): ProjectTexts {
  const named = Object.entries(files).filter(([name]) => name.endsWith("package.json"));
  const manifests = named.map(([name, text]) => ({
    uri: name,
    importer: name.replace(/\/?package\.json$/, ""),
    text,
    model: readManifest(text),
  }));
  return {
    root: manifests.find(({ importer }) => importer === "") ?? null,
    manifests,
    configs: CONFIG_KINDS.map((kind) => {
      const uri = configFileName(kind);
      const text = files[uri] ?? null;
      return { uri, kind, text, tree: readConfig(kind, text ?? "") };
    }),
    formats,
  };
}

interface Asked {
  readonly formats?: readonly LockfileFormat[];
  readonly release?: readonly [name: string, version: string];
  readonly isVersionProven?: boolean;
}

/** What each fix makes of the files, by title; files that stay as they are left out. */
function fixed(
  files: Files,
  { formats = [], release: [name, version] = ["sharp", "0.34.1"], isVersionProven = true }: Asked = {},
): Readonly<Record<string, Files>> {
  const texts = textsOf(files, formats);
  const fixes = approvalFixes({
    texts,
    lockfiles: formats.map((format) => ({ format, formatVersion: "9" })),
    personal: [],
    release: { name, version, isVersionProven },
  });
  return Object.fromEntries(
    fixes.map(({ title, edits }) => {
      const after = withEdits(texts, edits);
      return [
        title,
        Object.fromEntries([...new Set(edits.map(({ uri }) => uri))].map((uri) => [uri, textAt(after, uri) ?? ""])),
      ];
    }),
  );
}

const APPROVE = "Approve the install script of sharp 0.34.1";
const APPROVE_ANY = "Approve the install scripts of sharp, whatever the version";
const DENY = "Deny the install scripts of sharp";

const root = (manager: string, more = ""): string => `{\n  "packageManager": "${manager}"${more}\n}\n`;

describe("npm", () => {
  it("has a list of its own made in the root manifest", () => {
    const text = root("npm@12.2.0");
    expect(fixed({ "package.json": text, "packages/a/package.json": "{}" })).toEqual({
      [APPROVE]: { "package.json": root("npm@12.2.0", ',\n  "allowScripts": {\n    "sharp@0.34.1": true\n  }') },
      [DENY]: { "package.json": root("npm@12.2.0", ',\n  "allowScripts": {\n    "sharp": false\n  }') },
    });
  });

  it("is the manager where nothing tells of another", () => {
    expect(Object.keys(fixed({ "package.json": "{}" }))).toEqual([APPROVE, DENY]);
  });

  it("keeps what is approved, and the manner of the text", () => {
    const text = '{ "packageManager": "npm@11.19.1", "allowScripts": { "sharp@0.33.0": true } }';
    expect(fixed({ "package.json": text })).toEqual({
      [APPROVE]: {
        "package.json":
          '{ "packageManager": "npm@11.19.1", "allowScripts": { "sharp@0.33.0": true, "sharp@0.34.1": true } }',
      },
      [DENY]: {
        "package.json": '{ "packageManager": "npm@11.19.1", "allowScripts": { "sharp@0.33.0": true, "sharp": false } }',
      },
    });
  });

  it("denies what was approved by name, and approves this version beside it", () => {
    const text = '{\r\n\t"allowScripts": {\r\n\t\t"sharp": true\r\n\t}\r\n}\r\n';
    expect(fixed({ "package.json": text })).toEqual({
      [APPROVE]: {
        "package.json": '{\r\n\t"allowScripts": {\r\n\t\t"sharp": true,\r\n\t\t"sharp@0.34.1": true\r\n\t}\r\n}\r\n',
      },
      [DENY]: { "package.json": '{\r\n\t"allowScripts": {\r\n\t\t"sharp": false\r\n\t}\r\n}\r\n' },
    });
  });

  it.each([
    [
      "what is denied is not approved: npm would not heed it",
      { "package.json": '{ "allowScripts": { "sharp": false } }' },
      [],
    ],
    [
      "what is approved is not approved again",
      { "package.json": '{ "allowScripts": { "sharp@0.34.1": true } }' },
      [DENY],
    ],
    [
      "a list in .npmrc would be hidden by one in the manifest",
      { "package.json": "{}", ".npmrc": "allow-scripts=esbuild" },
      [],
    ],
    ["all scripts are off", { "package.json": "{}", ".npmrc": "ignore-scripts=true" }, []],
    ["the manifest is broken", { "package.json": '{ "dependencies": ' }, []],
    ["something else stands there", { "package.json": '{ "allowScripts": ["sharp"] }' }, []],
    ["npm knows no approvals", { "package.json": root("npm@10.9.4") }, []],
    ["there is no manifest", {}, []],
  ])("%s", (_why, files, titles) => {
    expect(Object.keys(fixed(files))).toEqual(titles);
  });

  it("approves by name where the lockfile does not prove the version", () => {
    expect(fixed({ "package.json": "{}" }, { isVersionProven: false })).toEqual({
      [APPROVE_ANY]: { "package.json": '{ "allowScripts": { "sharp": true } }' },
      [DENY]: { "package.json": '{ "allowScripts": { "sharp": false } }' },
    });
  });

  it("writes names as they are", () => {
    expect(fixed({ "package.json": "{}" }, { release: ["@img/sharp", "1.0.0-rc.1"] })).toEqual({
      "Approve the install script of @img/sharp 1.0.0-rc.1": {
        "package.json": '{ "allowScripts": { "@img/sharp@1.0.0-rc.1": true } }',
      },
      "Deny the install scripts of @img/sharp": { "package.json": '{ "allowScripts": { "@img/sharp": false } }' },
    });
  });
});

describe("pnpm 11 and up", () => {
  const manifest = root("pnpm@11.28.10", ',\n  "pnpm": { "onlyBuiltDependencies": ["esbuild"] }');
  const at = (yaml: string, asked: Asked = {}): Readonly<Record<string, string | undefined>> =>
    Object.fromEntries(
      Object.entries(fixed({ "package.json": manifest, "pnpm-workspace.yaml": yaml }, asked)).map(([title, files]) => [
        title,
        files["pnpm-workspace.yaml"],
      ]),
    );

  it("has its file made", () => {
    expect(fixed({ "package.json": manifest })).toEqual({
      [APPROVE]: { "pnpm-workspace.yaml": "allowBuilds:\n  sharp@0.34.1: true\n" },
      [DENY]: { "pnpm-workspace.yaml": "allowBuilds:\n  sharp: false\n" },
    });
  });

  it("keeps comments, order and what else is there", () => {
    expect(
      at(
        "# ours\npackages:\n  - apps/*\nallowBuilds:\n  # it is fine\n  esbuild: true # yes\n\n# the end\ncatalog:\n  a: 1.0.0\n",
      ),
    ).toEqual({
      [APPROVE]:
        "# ours\npackages:\n  - apps/*\nallowBuilds:\n  # it is fine\n  esbuild: true # yes\n  sharp@0.34.1: true\n\n# the end\ncatalog:\n  a: 1.0.0\n",
      [DENY]:
        "# ours\npackages:\n  - apps/*\nallowBuilds:\n  # it is fine\n  esbuild: true # yes\n  sharp: false\n\n# the end\ncatalog:\n  a: 1.0.0\n",
    });
  });

  it("makes the entry that pnpm left open into the decision", () => {
    expect(at("allowBuilds:\n  sharp: set this to true or false # please\n  esbuild: true\n")).toEqual({
      [APPROVE]: "allowBuilds:\n  sharp@0.34.1: true # please\n  esbuild: true\n",
      [DENY]: "allowBuilds:\n  sharp: false # please\n  esbuild: true\n",
    });
    expect(
      at('allowBuilds: { "@img/sharp": "set this to true or false" }\n', { release: ["@img/sharp", "1.0.0"] }),
    ).toEqual({
      "Approve the install script of @img/sharp 1.0.0": 'allowBuilds: { "@img/sharp@1.0.0": true }\n',
      "Deny the install scripts of @img/sharp": 'allowBuilds: { "@img/sharp": false }\n',
    });
  });

  it("denies what is approved of single versions", () => {
    expect(at("allowBuilds:\n  sharp@0.34.1: true\n  sharp@0.33.0 || 0.34.0: true\n")).toEqual({
      [DENY]: "allowBuilds:\n  sharp@0.34.1: false\n  sharp@0.33.0 || 0.34.0: false\n  sharp: false\n",
    });
  });

  it("leaves a file alone that cannot be read", () => {
    expect(at("allowBuilds: {\n")).toEqual({});
  });
});

describe("pnpm 10 and older", () => {
  it("has a list in pnpm-workspace.yaml", () => {
    expect(fixed({ "package.json": root("pnpm@10.20.0") })).toEqual({
      [APPROVE]: { "pnpm-workspace.yaml": "onlyBuiltDependencies:\n  - sharp@0.34.1\n" },
      [DENY]: { "pnpm-workspace.yaml": "ignoredBuiltDependencies:\n  - sharp\n" },
    });
  });

  it.each([
    [
      "onlyBuiltDependencies:\n  - esbuild # yes\n# end\n",
      "onlyBuiltDependencies:\n  - esbuild # yes\n  - sharp@0.34.1\n# end\n",
    ],
    [
      "onlyBuiltDependencies:\n- esbuild\npackages: []\n",
      "onlyBuiltDependencies:\n- esbuild\n- sharp@0.34.1\npackages: []\n",
    ],
    ["onlyBuiltDependencies: [esbuild]\n", "onlyBuiltDependencies: [esbuild, sharp@0.34.1]\n"],
    ["onlyBuiltDependencies: []\n", "onlyBuiltDependencies: [sharp@0.34.1]\n"],
    ["onlyBuiltDependencies:\n", "onlyBuiltDependencies:\n  - sharp@0.34.1\n"],
    ["packages:\n  - a\r\n", "packages:\n  - a\r\nonlyBuiltDependencies:\r\n  - sharp@0.34.1\r\n"],
    ["allowBuilds:\n  esbuild: true\n", "allowBuilds:\n  esbuild: true\n  sharp@0.34.1: true\n"],
  ])("%j becomes %j", (yaml, expected) => {
    expect(fixed({ "package.json": root("pnpm@10.34.9"), "pnpm-workspace.yaml": yaml })[APPROVE]).toEqual({
      "pnpm-workspace.yaml": expected,
    });
  });

  it("adds to the lists of the manifest where they stand there", () => {
    const text = root("pnpm@10.34.9", ',\n  "pnpm": {\n    "onlyBuiltDependencies": [\n      "esbuild"\n    ]\n  }');
    expect(fixed({ "package.json": text })).toEqual({
      [APPROVE]: { "package.json": text.replace('"esbuild"\n', '"esbuild",\n      "sharp@0.34.1"\n') },
      [DENY]: { "package.json": text.replace("]\n", ']\u002c\n    "ignoredBuiltDependencies": ["sharp"]\n') },
    });
  });

  it.each([
    ["10.18.0", "{}", { [APPROVE_ANY]: "pnpm-workspace.yaml", [DENY]: "pnpm-workspace.yaml" }],
    ["10.4.1", "{}", { [APPROVE_ANY]: "package.json", [DENY]: "package.json" }],
    ["9.15.9", "{}", { [DENY]: "package.json" }],
    ["9.15.9", '{ "onlyBuiltDependencies": ["esbuild"] }', { [APPROVE_ANY]: "package.json" }],
    ["10.34.9", '{ "neverBuiltDependencies": ["esbuild"] }', { [DENY]: "package.json" }],
    ["10.34.9", '{ "onlyBuiltDependencies": ["sharp"] }', { [APPROVE]: "package.json" }],
    ["10.34.9", '{ "allowBuilds": { "sharp": true } }', { [APPROVE]: "package.json", [DENY]: "package.json" }],
  ])("pnpm %s with %s offers %j", (version, settings, expected) => {
    const fixes = fixed({ "package.json": root(`pnpm@${version}`, `,\n  "pnpm": ${settings}`) });
    expect(
      Object.fromEntries(Object.entries(fixes).map(([title, files]) => [title, Object.keys(files).join()])),
    ).toEqual(expected);
  });

  it("is not known by its version: the map, which pnpm 10, 11 and 12 read, unless lists are in use", () => {
    const asked = { formats: ["pnpm"] } as const;
    expect(fixed({ "package.json": "{}" }, asked)[APPROVE]).toEqual({
      "pnpm-workspace.yaml": "allowBuilds:\n  sharp@0.34.1: true\n",
    });
    expect(
      fixed({ "package.json": "{}", "pnpm-workspace.yaml": "onlyBuiltDependencies: [a]\n" }, asked)[APPROVE],
    ).toEqual({ "pnpm-workspace.yaml": "onlyBuiltDependencies: [a, sharp@0.34.1]\n" });
  });
});

describe("Yarn", () => {
  it("has dependenciesMeta, of the version and of the name", () => {
    expect(fixed({ "package.json": root("yarn@4.18.1") })).toEqual({
      [APPROVE]: {
        "package.json": root(
          "yarn@4.18.1",
          ',\n  "dependenciesMeta": {\n    "sharp@0.34.1": {\n      "built": true\n    }\n  }',
        ),
      },
      [DENY]: {
        "package.json": root(
          "yarn@4.18.1",
          ',\n  "dependenciesMeta": {\n    "sharp": {\n      "built": false\n    }\n  }',
        ),
      },
    });
  });

  it("keeps what else is said of the package, and denies its single versions too", () => {
    const text =
      '{ "packageManager": "yarn@4.18.1", "dependenciesMeta": { "sharp": { "optional": true }, "sharp@0.34.1": { "built": true } } }';
    expect(fixed({ "package.json": text })).toEqual({
      [DENY]: {
        "package.json":
          '{ "packageManager": "yarn@4.18.1", "dependenciesMeta": { "sharp": { "optional": true, "built": false }, "sharp@0.34.1": { "built": false } } }',
      },
    });
  });

  it("approves a version although the name is denied: Yarn goes by the version", () => {
    const text = '{ "packageManager": "yarn@4.18.1", "dependenciesMeta": { "sharp": { "built": false } } }';
    expect(Object.keys(fixed({ "package.json": text }))).toEqual([APPROVE]);
  });

  it("1 has nothing to write", () => {
    expect(fixed({ "package.json": root("yarn@1.22.22") })).toEqual({});
  });
});

describe("Bun", () => {
  it("trusts a package by name, and denies none", () => {
    expect(fixed({ "package.json": root("bun@1.4.4") })).toEqual({
      [APPROVE_ANY]: { "package.json": root("bun@1.4.4", ',\n  "trustedDependencies": ["sharp"]') },
    });
    for (const empty of ["[]", "[ ]", "[\n  ]"]) {
      expect(fixed({ "package.json": root("bun@1.4.4", `,\n  "trustedDependencies": ${empty}`) })).toEqual({
        [APPROVE_ANY]: { "package.json": root("bun@1.4.4", ',\n  "trustedDependencies": ["sharp"]') },
      });
    }
    expect(fixed({ "package.json": '{ "packageManager": "bun@1.4.4", "trustedDependencies": [ "a" ] }' })).toEqual({
      [APPROVE_ANY]: { "package.json": '{ "packageManager": "bun@1.4.4", "trustedDependencies": [ "a", "sharp" ] }' },
    });
  });

  it("has nothing to approve where a workspace trusts it", () => {
    expect(
      fixed({ "package.json": root("bun@1.4.4"), "a/package.json": '{ "trustedDependencies": ["sharp"] }' }),
    ).toEqual({});
  });
});
