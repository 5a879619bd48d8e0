/** Texts that the fuzzer starts from, by what reads them. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse as parseJsonc } from "jsonc-parser";
import { documentKind, type DocumentKind } from "../../server/src/core/documents/index.ts";
import { configKind, type ConfigKind } from "../../server/src/core/documents/config/index.ts";
import * as pnpm from "../core/documents/pnpm-fixtures.ts";
import { malware, vulnerability } from "../fakes/osv-records.ts";
import { readCase } from "../rules/case-file.ts";

export type ServiceText = "packument" | "osv-record" | "bulk" | "settings";
export type TextKind = DocumentKind | ConfigKind | ServiceText | "specifier";

/** At least one text of every kind. */
export type StartTexts = ReadonlyMap<TextKind, readonly string[]>;

const CASES = join(import.meta.dirname, "../rules/cases");
/** UTF-16 code units. What is larger is taken in parts: small texts make many inputs. */
const LARGEST = 1000;
const PARTS = 6;
/** Members of an object, items of a list, or entries of a lockfile in one part. */
const MOST_MEMBERS = 4;

/** Of the repository's own tests, and of a folder with files under their usual names. */
export function startTexts(folder: string | null): StartTexts {
  const texts = new Map<TextKind, string[]>();
  const add = (kind: TextKind, text: string) => texts.set(kind, [...(texts.get(kind) ?? []), ...parts(text)]);
  const addFile = (path: string, text: string) => {
    const name = basename(path);
    const kind = documentKind(name) ?? configKind(name);
    if (kind !== null) add(kind, text);
  };
  for (const name of readdirSync(CASES).toSorted())
    if (name.endsWith(".md"))
      for (const [path, text] of readCase(readFileSync(join(CASES, name), "utf8")).files) addFile(path, text);
  for (const text of Object.values(pnpm)) if (typeof text === "string") add("pnpm-lock", text);
  for (const [kind, own] of Object.entries(OWN)) for (const text of own) add(kind as TextKind, text);
  if (folder !== null)
    for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted())
      if (documentKind(basename(path)) !== null || configKind(basename(path)) !== null)
        addFile(path, readFileSync(join(folder, path), "utf8"));
  return texts;
}

/** A large text as smaller ones of the same format. */
function parts(text: string): readonly string[] {
  if (text.length <= LARGEST) return [text];
  const value: unknown = text.trimStart().startsWith("{") ? parseJsonc(text, [], { allowTrailingComma: true }) : null;
  return Array.from({ length: PARTS }, (_, part) =>
    value === null ? fewerBlocks(text, part) : JSON.stringify(fewerMembers(value, part), null, 2),
  );
}

/** The head of a lockfile in lines, and some of its entries, which blank lines set apart. */
function fewerBlocks(text: string, part: number): string {
  const [first = "", second = "", ...rest] = text.split(/\n\n/);
  const step = Math.max(1, Math.floor(rest.length / MOST_MEMBERS));
  return [first, second, ...rest.filter((_block, at) => at % step === part % step)]
    .map((block) => block.slice(0, LARGEST / 5))
    .join("\n\n");
}

function fewerMembers(value: unknown, part: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, MOST_MEMBERS).map((item) => fewerMembers(item, part));
  const entries = Object.entries(value);
  const step = Math.max(1, Math.floor(entries.length / MOST_MEMBERS));
  return Object.fromEntries(
    entries
      .filter((_entry, at) => at === 0 || at % step === part % step)
      .map(([key, item]) => [key, fewerMembers(item, part)]),
  );
}

const PACKUMENT = {
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
      peerDependencies: { p: "1" },
      peerDependenciesMeta: { p: { optional: true } },
      _npmUser: { name: "alice", approver: "bob" },
      dist: {
        tarball: "https://registry.example/foo/-/foo-1.0.0.tgz",
        integrity: "sha512-abc",
        shasum: "0123456789abcdef0123456789abcdef01234567",
        attestations: { provenance: { predicateType: "https://slsa.dev/provenance/v1" } },
      },
    },
    "1.1.0": {
      _id: "foo@1.1.0",
      gypfile: true,
      hasInstallScript: true,
      scripts: { preinstall: "a", install: "b", postinstall: "c" },
      _npmUser: { name: "GitHub Actions", trustedPublisher: { id: "github", oidcConfigId: "oidc:1" } },
    },
    "0.0.1-security": { description: "security holding package" },
  },
  time: {
    created: "2024-01-01T00:00:00.000Z",
    modified: "2024-02-01T00:00:00.000Z",
    "1.0.0": "2024-01-01T00:00:00.000Z",
    "1.1.0": "2024-02-01T00:00:00.000Z",
    unpublished: { time: "2024-03-01T00:00:00.000Z" },
  },
};
const ABBREVIATED = {
  name: "foo",
  modified: "2024-02-01T00:00:00.000Z",
  "dist-tags": { latest: "1.0.0" },
  versions: { "1.0.0": { name: "foo", version: "1.0.0", hasInstallScript: true, dist: { integrity: "sha512-a" } } },
};
const DATES = { published: "2024-01-01T00:00:00Z", modified: "2024-02-01T00:00:00Z" };
const BULK = {
  foo: [
    {
      id: 1,
      url: "https://github.com/advisories/GHSA-abcd-efgh-ijkl",
      title: "Malware in foo",
      vulnerable_versions: ">=1.0.0 <2.0.0",
      cwe: ["CWE-506"],
    },
  ],
};
const SETTINGS = {
  minimumReleaseAge: "3d",
  rules: { compromised: "error", typosquat: "off" },
  allow: [{ package: "foo", versions: "^1.0.0", rules: ["unchecked"], reason: "own", until: "2026-12-31" }],
  registry: "https://registry.example/",
  osv: { enabled: true, url: "https://api.osv.dev" },
  offline: false,
  pinStyle: "exact",
  exclude: ["fixtures/**"],
};

/** What the rule cases hold little or nothing of. */
const OWN: Readonly<Partial<Record<TextKind, readonly string[]>>> = {
  packument: [PACKUMENT, ABBREVIATED].map((value) => JSON.stringify(value)),
  "osv-record": [
    malware("MAL-2024-1", "foo", ["1.0.0"], { ...DATES, aliases: ["GHSA-abcd-efgh-ijkl"] }),
    malware("MAL-2024-2", "foo", ">=0", { ...DATES, withdrawn: "2024-03-01T00:00:00Z" }),
    vulnerability("GHSA-abcd-efgh-ijkl", "foo", {
      ...DATES,
      ranges: [{ introduced: "1.0.0", fixed: "1.2.0" }, { introduced: "2.0.0" }],
    }),
  ].map((value) => JSON.stringify(value)),
  bulk: [JSON.stringify(BULK)],
  settings: [JSON.stringify(SETTINGS)],
  "npm-shrinkwrap": [
    '{\n  "name": "app",\n  "lockfileVersion": 1,\n  "dependencies": {\n    "a": {\n      "version": "1.0.0",\n      "requires": { "b": "^2.0.0" },\n      "dependencies": {\n        "b": { "version": "npm:c@2.0.0", "dev": true }\n      }\n    }\n  }\n}\n',
  ],
  "yarn-lock": [
    '# yarn lockfile v1\n\n\n"@s/a@^1.0.0", "@s/a@npm:@s/a@1":\n  version "1.0.0"\n  resolved "https://registry.example/@s/a/-/a-1.0.0.tgz#0123456789abcdef0123456789abcdef01234567"\n  integrity sha512-a\n  dependencies:\n    b "^2.0.0"\n\nb@^2.0.0:\n  version "2.0.0"\n',
    '__metadata:\n  version: 8\n  cacheKey: 10c0\n\n"a@npm:^1.0.0, a@npm:1":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n  dependencies:\n    b: "npm:^2.0.0"\n  checksum: 10c0/00\n  languageName: node\n  linkType: hard\n\n"app@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "app@workspace:."\n  dependencies:\n    a: "npm:^1.0.0"\n  languageName: unknown\n  linkType: soft\n',
  ],
  "bun-lock": [
    '{\n  "lockfileVersion": 1,\n  "workspaces": {\n    "": {\n      "name": "app",\n      "dependencies": {\n        "a": "^1.0.0",\n      },\n    },\n  },\n  "packages": {\n    "a": ["a@1.0.0", "", { "dependencies": { "b": "2" } }, "sha512-a"],\n\n    "a/b": ["b@2.0.0", "", {}, "sha512-b"],\n  },\n}\n',
  ],
  "bun-lockb": ["#!/usr/bin/env bun\nbun-lockfile-format-v0\n\u0002\u0000"],
  "package-json": [
    '{\n  "name": "app",\n  "version": "1.0.0",\n  "packageManager": "pnpm@10.1.0+sha512.a",\n  "workspaces": { "packages": ["packages/*", "!packages/old"], "catalog": { "a": "^1.0.0" }, "catalogs": { "x": { "b": "2" } } },\n  "dependencies": { "a": "catalog:", "b": "npm:@s/b@^1.0.0", "c": "workspace:*", "d": "git+ssh://git@host/d.git" },\n  "devDependencies": { "inner": "^1.0.0" },\n  "peerDependencies": { "p": "1" },\n  "overrides": { "inner": "1.0.1", "x": { ".": "1", "inner@^1": "1.0.1" } },\n  "resolutions": { "**/x/inner": "1.0.1" },\n  "pnpm": { "overrides": { "x>inner": "1.0.1" }, "onlyBuiltDependencies": ["a"] },\n  "trustedDependencies": ["a", "b"]\n}\n',
    '{"name":"app","dependencies":{"inner":"^1.0.0"}}',
    "{}",
  ],
  npmrc: [
    '; ours\nregistry=https://registry.example/\n@s:registry = ${PLACE}\n//registry.example/:_authToken=${TOKEN}\nmin-release-age=3\nignore-scripts\nca[]="a"\nca[]=b\n\n[section]\nx=y\n',
  ],
  "pnpm-workspace": [
    "packages:\n  - packages/*\n  - '!packages/old'\ncatalog:\n  a: ^1.0.0\ncatalogs:\n  x:\n    b: '2'\noverrides:\n  inner: 1.0.1 # for now\n  x>inner: \"1.0.1\"\nminimumReleaseAge: 1440\nminimumReleaseAgeExclude: [a, '@s/*']\nonlyBuiltDependencies:\n- a\nconfigDependencies:\n  c: 1.0.0+sha512-a\n",
    "overrides: { a: 1, b: '2' }\nx: &x [1, 2]\ny: *x\nz: |\n  text\n  more\n",
  ],
  yarnrc: [
    'npmMinimalAgeGate: 3d\nenableScripts: false\nnpmScopes:\n  s:\n    npmRegistryServer: "https://registry.example/"\nyarnPath: .yarn/releases/yarn-4.0.0.cjs\ncatalog:\n  a: ^1.0.0\n',
  ],
  "yarnrc-classic": [
    '# ours\nregistry "https://registry.example/"\n"@s:registry" "https://a.example/"\n--install.frozen-lockfile true\n',
  ],
  bunfig: [
    '# ours\n[install]\nminimumReleaseAge = 259200\nminimumReleaseAgeExcludes = ["a"]\nregistry = { url = "https://registry.example/", token = "$TOKEN" }\n[install.scopes]\ns = "https://a.example/"\n',
  ],
  specifier: [
    "^1.0.0",
    ">=1 <2 || ~3.1",
    "npm:@s/a@^1.0.0",
    "workspace:^",
    "catalog:x",
    "patch:a@npm%3A^1.0.0#~/.yarn/a.patch",
    "jsr:@s/a@1",
    "work:a@^1.0.0",
    "git+https://user:x@host/a.git#semver:^1",
    "github:a/b",
    "file:../a",
    "https://registry.example/a.tgz",
    "latest",
    "1.0.0-rc.1+b",
    "packages/*",
    "!packages/{a,b}/**",
    "+(a|b)/[a-z]?",
    "a>b@1>c",
    "**/a/@s/b@npm:@s/c@1",
  ],
};
