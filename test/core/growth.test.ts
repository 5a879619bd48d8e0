/** What anybody may have written takes time in proportion to its length, and not to the square of it. */
import { describe, expect, it } from "vitest";
import { allowedBy, entriesUsed } from "../../server/src/core/settings/allow.ts";
import { readConfig, type ConfigKind } from "../../server/src/core/documents/config/index.ts";
import { readManifestConfig } from "../../server/src/core/documents/config/json.ts";
import { readLockfile, type LockfileKind } from "../../server/src/core/documents/index.ts";
import { readManifest, readManifestInSlices } from "../../server/src/core/documents/manifest.ts";
import { runWhole } from "../../server/src/core/task.ts";
import { parseSpecifier } from "../../server/src/core/documents/specifier.ts";
import { DocumentStore, type Document } from "../../server/src/core/project/document-store.ts";
import { mentionAt } from "../../server/src/core/report/reference-at.ts";
import { projectsOf } from "../../server/src/core/project/project.ts";
import { globsLeftOut, WorkspaceMatcher } from "../../server/src/core/documents/workspace-globs.ts";
import { oneLine } from "../../server/src/core/util/sanitize.ts";
import type { Lockfile, LockfileFormat } from "../../server/src/core/model.ts";
import { Entries } from "../../server/src/core/policy/approvals/approval.ts";
import { bunDuration } from "../../server/src/core/policy/cooldown/bun.ts";
import { projectCooldown, projectTrust } from "../../server/src/core/policy/combined.ts";
import { cooldownOf } from "../../server/src/core/policy/cooldown/index.ts";
import { yarnDuration } from "../../server/src/core/policy/cooldown/yarn.ts";
import { expandBun, expandNpm, expandPnpm, expandYarn } from "../../server/src/core/config/variables.ts";
import { DEFAULT_SETTINGS, readSettings } from "../../server/src/core/settings/settings.ts";
import { allowNotes } from "../../server/src/cli/settings.ts";
import { workspaceSettings } from "../../server/src/core/settings/workspace-settings.ts";
import { merged } from "../../server/src/io/advisories.ts";
import type { Advisory } from "../../server/src/core/facts/advisory.ts";
import { destinationOf } from "../../server/src/io/registries/address.ts";
import { pnpmExempts } from "../setup/pnpm-exempts.ts";
import { growthOf, MOST_GROWTH, type Work } from "../setup/growth.ts";
import { findingsOf, type Judged } from "../../server/src/core/engine/findings.ts";
import { yarnEnvironmentOf } from "../../server/src/core/engine/unverified.ts";
import { known } from "../../server/src/core/facts/fact.ts";
import { codeActions } from "../../server/src/lsp/code-actions.ts";
import { selectedDiagnostics } from "../../server/src/lsp/selected-diagnostics.ts";
import { diagnosticsOf } from "../../server/src/lsp/diagnostics.ts";
import { releaseFactsFrom } from "../../server/src/core/facts/release.ts";
import { changedScripts } from "../../server/src/core/facts/script-effects.ts";
import { findDependents } from "../../server/src/core/fixes/dependents.ts";
import { parentsOf } from "../../server/src/core/fixes/override/below.ts";
import { LineIndex } from "../../server/src/core/util/text.ts";
import { isConfirmed } from "../../server/src/core/facts/integrity.ts";
import { ignoredBy, installersOf } from "../../server/src/core/project/installers.ts";
import { managerOf } from "../../server/src/core/project/manager.ts";
import { pnpmLocations } from "../../server/src/core/fixes/override/pnpm-locations.ts";
import { boundedGlob } from "../../server/src/core/util/glob.ts";
import { inspect } from "./world/inspect.ts";
import { locatorOf } from "./world/inspect.ts";
import { FOLDER, testPorts, uriOf } from "./world/ports.ts";

const x = (text: string, size: number): string => text.repeat(Math.ceil(size / text.length));
const numbered = (size: number, each: (index: number) => string): string =>
  Array.from({ length: size }, (_, index) => each(index)).join("");

function lockfile(kind: LockfileKind, text: (size: number) => string): Work {
  return (size) => {
    const own = text(size);
    return () => runWhole(readLockfile(kind, own, {}));
  };
}

function on<T>(input: (size: number) => T, run: (input: T) => unknown): Work {
  return (size) => {
    const own = input(size);
    return () => run(own);
  };
}

const numbersTo = (size: number): readonly number[] => Array.from({ length: size }, (_, index) => index);

const ADVISORY: Omit<Advisory, "id" | "aliases"> = {
  source: "osv",
  malware: true,
  summary: "",
  url: null,
  published: null,
  affected: { versions: ["1.0.0"], ranges: [] },
};

/** A list of as many exceptions from a cooldown, and releases of as many packages that are held against it. */
function excluded(kind: LockfileFormat, file: ConfigKind, line: (index: number) => string, end = ""): Work {
  return on(
    (size) => ({ model: readConfig(file, numbered(size, line) + end), names: numbersTo(size).map((at) => `a${at}`) }),
    ({ model, names }) => {
      const cooldown = cooldownOf({ kind, version: null }, [{ kind: file, model }], 0, true);
      for (const name of names) cooldown?.of(name, "1.0.0");
    },
  );
}

/** As many managers, each with the same list of exceptions, and releases that are held against it. */
function excludedByAll(
  packageManager: (index: number) => unknown,
  kind: ConfigKind,
  text: (size: number) => string,
  releases: (size: number) => readonly (readonly [name: string, version: string])[],
): Work {
  return (size) => {
    const [own, asked] = [text(size), releases(size)];
    const manifest = { devEngines: { packageManager: numbersTo(Math.min(20, size)).map(packageManager) } };
    const config = { manifest: readManifestConfig(JSON.stringify(manifest)).root, lockfiles: [], configs: [] };
    const installers = installersOf({ ...config, yarnPath: null });
    return () => {
      const files = [{ kind, model: readConfig(kind, own) }];
      const facts = { installers, files, lockfiles: [], trusted: true };
      const cooldown = projectCooldown(facts, { ms: 1, origin: "default" }, 0);
      const trust = projectTrust(facts);
      for (const [name, version] of asked) {
        cooldown.of(name, version, []);
        trust.isExempt(name, version, []);
      }
    };
  };
}

const npmAt = (index: number): unknown => ({ name: "npm", version: `11.${20 + index}.0` });
const pnpmAt = (index: number): unknown => ({ name: "pnpm", version: `10.${20 + index}.0` });
const yarnAt = (index: number): unknown => ({ name: "yarn", version: `4.${12 + index}.0` });
/** As long as a name can be. */
const longNames = (size: number): readonly (readonly [string, string])[] =>
  numbersTo(size).map((at) => [`${x("a", 206)}${String(at).padStart(6, "0")}`, "1.0.0"]);

const members = (size: number, key: (at: number) => string, value: string): Readonly<Record<string, string>> =>
  Object.fromEntries(numbersTo(size).map((at) => [key(at), value]));

/** Manifests that are as long as they may be of one thing. */
const MANIFESTS: readonly (readonly [what: string, text: (size: number) => string])[] = [
  ["tags", (size) => JSON.stringify({ dependencies: members(size, (at) => `a${at}`, "latest") })],
  ["repositories", (size) => JSON.stringify({ dependencies: members(size, (at) => `a${at}`, "git:a/b") })],
  ["peers", (size) => JSON.stringify({ peerDependencies: members(size, (at) => `a${at}`, "1") })],
  ["overrides", (size) => JSON.stringify({ overrides: members(size, (at) => `a${at}@^1.0.0`, "1.0.1") })],
  [
    "overrides that refer to dependencies",
    (size) => JSON.stringify({ dependencies: { b: "@@:" }, overrides: members(size, (at) => `a${at}`, "$b") }),
  ],
  ["resolutions", (size) => JSON.stringify({ resolutions: members(size, (at) => `a${at}@1`, "1") })],
  ["overrides of pnpm", (size) => JSON.stringify({ pnpm: { overrides: members(size, (at) => `a${at}>b`, "1") } })],
];

/** What is done, the size of the smaller input, and the work for a size. */
const CASES: readonly (readonly [what: string, size: number, work: Work])[] = [
  [
    "a pattern for workspaces that is all slashes",
    3_000,
    on(
      (size) => `${x("/", size)}x`,
      (glob) => new WorkspaceMatcher([glob], null),
    ),
  ],
  ["an address that is all slashes", 3_000, on((size) => `https://h.example/${x("/", size)}x`, destinationOf)],
  [
    "variables without end",
    3_000,
    on(
      (size) => x("${a", size),
      (text) => [expandNpm, expandPnpm, expandYarn, expandBun].map((expand) => expand(text, {})),
    ),
  ],
  [
    "variables with fallbacks without end",
    3_000,
    on(
      (size) => x("${a:-", size),
      (text) => [expandNpm, expandPnpm, expandYarn, expandBun].map((expand) => expand(text, {})),
    ),
  ],
  [
    "a length of time that is all digits",
    3_000,
    on(
      (size) => `${x("1", size)}!`,
      (text) => [
        yarnDuration(text),
        bunDuration({ kind: "scalar", value: text, text, span: { start: 0, end: 0 }, isReplaceable: false }),
      ],
    ),
  ],
  [
    "an address of OSV without end",
    3_000,
    on(
      (size) => `https://${x("a", size)} `,
      (url) => readSettings({ osv: { url } }),
    ),
  ],
  [
    "a pattern of pnpm with stars",
    3_000,
    on(
      (size) => x("*a", size),
      (text) => pnpmExempts([text])(text.replaceAll("*", "b"), "1.0.0"),
    ),
  ],
  [
    "stars of a pattern of pnpm, and names",
    200,
    on(
      (size) => ({ pattern: `${"*".repeat(size * 10)}q`, names: numbersTo(size).map((at) => `a${at}`) }),
      ({ pattern, names }) => {
        const matches = pnpmExempts([pattern]);
        for (const name of names) matches(name, "1.0.0");
      },
    ),
  ],
  [
    "advisories for one version",
    500,
    on(
      (size) =>
        numbersTo(size).map((at) => ({
          ...ADVISORY,
          id: `A-${at}`,
          aliases: [`B-${at}`, `B-${at % 2 === 0 ? at + 1 : 0}`],
        })),
      merged,
    ),
  ],
  [
    "names that npm's cooldown leaves out",
    300,
    excluded("npm", "npmrc", (index) => `min-release-age-exclude[]=a${index}\n`),
  ],
  [
    "names that pnpm's cooldown leaves out",
    300,
    excluded("pnpm", "pnpm-workspace", (index) => `${index === 0 ? "minimumReleaseAgeExclude:\n" : ""}- a${index}\n`),
  ],
  [
    "patterns that pnpm's cooldown leaves out",
    300,
    excluded("pnpm", "pnpm-workspace", (index) => `${index === 0 ? "minimumReleaseAgeExclude:\n" : ""}- b${index}*\n`),
  ],
  [
    "names that Yarn approves before they are old",
    300,
    excluded("yarn-berry", "yarnrc", (index) => `${index === 0 ? "npmPreapprovedPackages:\n" : ""}- a${index}\n`),
  ],
  [
    "names that Bun's cooldown leaves out",
    300,
    excluded(
      "bun",
      "bunfig",
      (index) => `${index === 0 ? "install.minimumReleaseAgeExcludes = [" : ","}\n"a${index}"`,
      "]",
    ),
  ],
  [
    "patterns that npm's cooldown leaves out, for each manager that is stated",
    60,
    excludedByAll(
      npmAt,
      "npmrc",
      (size) => `min-release-age=3\nmin-release-age-exclude=${numbered(size * 10, (at) => `*a${at % 7}*,`)}`,
      () => [["b", "1.0.0"]],
    ),
  ],
  [
    "globs that npm's cooldown leaves out, long names and managers",
    15,
    excludedByAll(
      npmAt,
      "npmrc",
      (size) => `min-release-age=3\n${numbered(size, (at) => `min-release-age-exclude[]=*a*b${at}\n`)}`,
      longNames,
    ),
  ],
  [
    "globs that Yarn approves, long names and managers",
    15,
    excludedByAll(
      yarnAt,
      "yarnrc",
      (size) => `npmMinimalAgeGate: 3d\nnpmPreapprovedPackages:\n${numbered(size, (at) => ` - "*a*b${at}"\n`)}`,
      longNames,
    ),
  ],
  [
    "patterns of pnpm with as many stars as names are long, names and managers",
    12,
    excludedByAll(
      pnpmAt,
      "pnpm-workspace",
      (size) =>
        ["minimumReleaseAge: 4320\ntrustPolicy: no-downgrade", "minimumReleaseAgeExclude:", "trustPolicyExclude:"].join(
          `\n${numbered(size, (at) => ` - "${x("*n", 400)}${at}x"\n`)}`,
        ),
      (size) => numbersTo(size * 4).map((at) => [`${x("n", 200)}${at}`, "1.0.0"]),
    ),
  ],
  [
    "entries of pnpm's cooldown for versions of one package, its versions and managers",
    100,
    excludedByAll(
      pnpmAt,
      "pnpm-workspace",
      (size) => `minimumReleaseAge: 4320\nminimumReleaseAgeExclude:\n${numbered(size, (at) => ` - a@9.9.${at}\n`)}`,
      (size) => numbersTo(size).map((at) => ["a", `1.0.${at}`]),
    ),
  ],
  [
    "bounds of ranges that Yarn approves of one package, and its versions",
    12,
    excludedByAll(
      yarnAt,
      "yarnrc",
      (size) =>
        `npmMinimalAgeGate: 3d\nnpmPreapprovedPackages:\n${numbered(size, (at) => ` - "a@${numbered(150, (bound) => `>0.${at}.${bound} `)}>99"\n`)}`,
      (size) => numbersTo(size * 40).map((at) => ["a", `1.0.${at}`]),
    ),
  ],
  [
    "ranges that Yarn approves for a pattern, and names that are like it",
    10,
    excludedByAll(
      yarnAt,
      "yarnrc",
      (size) =>
        `npmMinimalAgeGate: 3d\nnpmPreapprovedPackages:\n${numbered(size, (at) => ` - "a*@${numbered(20, (bound) => `9.${at}.${bound} || `)}^8.0.${at}"\n`)}`,
      (size) => numbersTo(size).map((at) => [`a${at}`, "1.0.0"]),
    ),
  ],
  [
    "versions of one package whose scripts are approved",
    300,
    on(numbersTo, (numbers) => {
      const entries = new Entries();
      for (const number of numbers) entries.add("a", { versions: [`1.0.${number}`], isAllowed: true });
      for (const number of numbers) entries.given({ name: "a", version: `2.0.${number}` });
    }),
  ],
  [
    "entries of depwarden.allow",
    300,
    on(
      (size) =>
        readSettings({ allow: numbersTo(size).map((number) => ({ package: `a${number}`, reason: "known" })) }).settings,
      ({ allow }) => {
        const findings = allow.map(({ package: name }) => ({ rule: "deprecated", package: name, version: "1.0.0" }));
        for (const finding of findings) allowedBy({ ...finding, rule: "compromised" }, allow, 0);
        entriesUsed(findings, [], allow, 0);
      },
    ),
  ],
  [
    "entries of depwarden.allow for versions of one package",
    100,
    on(
      (size) =>
        readSettings({
          allow: numbersTo(size).map((number) => ({ package: "a", versions: `9.9.${number}`, reason: "known" })),
        }).settings,
      ({ allow }) => {
        const findings = allow.map((_, at) => ({ rule: "deprecated", package: "a", version: `1.0.${at}` }));
        for (const finding of findings) allowedBy(finding, allow, 0);
        entriesUsed(findings, [], allow, 0);
      },
    ),
  ],
  [
    "versions of one entry of depwarden.allow",
    300,
    on(
      (size) => numbersTo(size).map((number) => `9.9.${number}`),
      (versions) => {
        const { allow } = readSettings({ allow: [{ package: "a", versions, reason: "known" }] }).settings;
        for (const version of versions)
          allowedBy({ rule: "deprecated", package: "a", version: `1${version}` }, allow, 0);
      },
    ),
  ],
  [
    "places of entries of depwarden.allow",
    300,
    on(
      (size) =>
        JSON.stringify({
          "depwarden.allow": numbersTo(size).map((at) => ({ package: `a${at}`, reason: "x", until: "2020-01-01" })),
        }),
      (text) => {
        const { settings, problems } = readSettings(workspaceSettings(text));
        allowNotes(
          { uri: "file:///settings.json", settings, problems, text, own: settings },
          "settings.json",
          null,
          Date.now(),
        );
      },
    ),
  ],
  [
    "versions of one package that Yarn approves before they are old",
    300,
    on(
      (size) => ({
        model: readConfig("yarnrc", `npmPreapprovedPackages:\n${numbered(size, (index) => `- a@9.9.${index}\n`)}`),
        versions: numbersTo(size).map((at) => `1.0.${at}`),
      }),
      ({ model, versions }) => {
        const cooldown = cooldownOf({ kind: "yarn-berry", version: null }, [{ kind: "yarnrc", model }], 0, true);
        for (const version of versions) cooldown?.of("a", version);
      },
    ),
  ],
  [
    "ranges of one package that Yarn approves before they are old",
    300,
    on(
      (size) => ({
        model: readConfig("yarnrc", `npmPreapprovedPackages:\n${numbered(size, (index) => `- a@^9.9.${index}\n`)}`),
        versions: numbersTo(size).map((at) => `1.0.${at}`),
      }),
      ({ model, versions }) => {
        const cooldown = cooldownOf({ kind: "yarn-berry", version: null }, [{ kind: "yarnrc", model }], 0, true);
        for (const version of versions) cooldown?.of("a", version);
      },
    ),
  ],
  [
    "a line of control characters",
    3_000,
    on(
      (size) => x("\u202e \n", size),
      (text) => oneLine(text, 80),
    ),
  ],
  [
    "a specifier without end",
    3_000,
    on(
      (size) => `npm:${x("a@", size)}`,
      (text) => parseSpecifier("a", text),
    ),
  ],
  [
    "a manifest with many workspaces",
    1_000,
    on(
      (size) => JSON.stringify({ workspaces: Array.from({ length: size }, (_, index) => `${x("/", 50)}${index}`) }),
      readManifest,
    ),
  ],
  [
    "a manifest with many dependencies",
    500,
    on(
      (size) =>
        JSON.stringify({
          dependencies: Object.fromEntries(Array.from({ length: size }, (_, index) => [`a${index}`, "^1.0.0"])),
        }),
      readManifest,
    ),
  ],
  ...MANIFESTS.map(([what, text]): (typeof CASES)[number] => [
    `a manifest with many ${what}`,
    300,
    on(text, readManifest),
  ]),
  ["a manifest with deep overrides", 1_000, on((size) => `{"overrides": ${x('{"a":', size * 5)}1`, readManifest)],
  ["a manifest with deep policy", 5_000, on((size) => `{"pnpm": ${x('{"a":', size * 5)}1`, readManifestConfig)],
  [
    "a manifest with a key of resolutions that is all signs",
    1_000,
    on(
      (size) =>
        JSON.stringify({ resolutions: { [x("@", size)]: "1", [x("a/**/", size)]: "1", [x("a@b:@", size)]: "1" } }),
      readManifest,
    ),
  ],
  [
    ".npmrc with one long list",
    1_000,
    on(
      (size) => x("a[]=1\n", size * 6),
      (text) => readConfig("npmrc", text),
    ),
  ],
  [
    ".npmrc that is all backslashes",
    3_000,
    on(
      (size) => `a=${x("\\", size)}`,
      (text) => readConfig("npmrc", text),
    ),
  ],
  [
    ".npmrc that is all blank",
    3_000,
    on(
      (size) => `a${x(" ", size)}b\n[${x(" ", size)}`,
      (text) => readConfig("npmrc", text),
    ),
  ],
  [
    ".npmrc with many settings",
    500,
    on(
      (size) => numbered(size, (index) => `a${index}=b\n`),
      (text) => readConfig("npmrc", text),
    ),
  ],
  [
    "YAML with many keys",
    500,
    on(
      (size) => numbered(size, (index) => `a${index}: b\n`),
      (text) => readConfig("pnpm-workspace", text),
    ),
  ],
  [
    "YAML with many references",
    1_000,
    on(
      (size) => `a: &a 1\nb:\n${x("  - *a\n", size * 7)}`,
      (text) => readConfig("yarnrc", text),
    ),
  ],
  [
    "YAML with many anchors",
    500,
    on(
      (size) => numbered(size, (index) => `a${index}: &a${index} *a${Math.max(0, index - 1)}\n`),
      (text) => readConfig("yarnrc", text),
    ),
  ],
  [
    "YAML that merges many maps",
    500,
    on(
      (size) => `a: &a {b: 1}\n<<: [${x("*a,", size * 3)}]\n`,
      (text) => readConfig("pnpm-workspace", text),
    ),
  ],
  [
    "YAML that is all comments",
    1_000,
    on(
      (size) => x("# a\n", size * 4),
      (text) => readConfig("pnpm-workspace", text),
    ),
  ],
  [
    "YAML that is all brackets",
    1_000,
    on(
      (size) => x("[", size),
      (text) => readConfig("pnpm-workspace", text),
    ),
  ],
  [
    "YAML that is all dashes",
    500,
    on(
      (size) => x("- ", size),
      (text) => readConfig("pnpm-workspace", text),
    ),
  ],
  [
    "YAML in one long text",
    3_000,
    on(
      (size) => `a: "${x("\\x41 ", size)}"\n`,
      (text) => readConfig("pnpm-workspace", text),
    ),
  ],
  [
    "TOML with many keys",
    500,
    on(
      (size) => numbered(size, (index) => `a${index} = 1\n`),
      (text) => readConfig("bunfig", text),
    ),
  ],
  [
    "TOML with many tables",
    500,
    on(
      (size) => numbered(size, (index) => `[a${index}]\n`),
      (text) => readConfig("bunfig", text),
    ),
  ],
  [
    "TOML with one long key",
    1_000,
    on(
      (size) => `${x("a.", size)}b = 1`,
      (text) => readConfig("bunfig", text),
    ),
  ],
  [
    "a lockfile of npm with a long version",
    3_000,
    lockfile("package-lock", (size) =>
      JSON.stringify({ lockfileVersion: 3, packages: { "node_modules/a": { version: `1.0.0${x("+", size)}` } } }),
    ),
  ],
  [
    "a lockfile of Bun with many values in one entry",
    3_000,
    lockfile(
      "bun-lock",
      (size) =>
        `{"lockfileVersion": 1, "workspaces": {"": {}}, "packages": {"a": ["a@1.0.0", "", {}, ""${x(", 1", size)}]}}`,
    ),
  ],
  [
    "a lockfile of Yarn 1 with a long name of a field, in escapes",
    3_000,
    lockfile("yarn-lock", (size) => `# yarn lockfile v1\n\na@1:\n  version "1.0.0"\n  "${x("\\u0072", size)}" "x"\n`),
  ],
  [
    "a lockfile of npm with commands in many entries",
    300,
    lockfile("package-lock", (size) => {
      const entries = numbered(
        size,
        (at) => `,"node_modules/a${at}": {"version": "1.0.0", "scripts": {"install": "x"}}`,
      );
      return `{"lockfileVersion": 3, "packages": {"": {}${entries}}}`;
    }),
  ],
  [
    "a lockfile of npm with a deep place",
    1_000,
    lockfile("package-lock", (size) =>
      JSON.stringify({ lockfileVersion: 3, packages: { [x("node_modules/a/", size)]: { version: "1.0.0" } } }),
    ),
  ],
  [
    "a lockfile of pnpm with many peers in one key",
    1_000,
    lockfile(
      "pnpm-lock",
      (size) =>
        `lockfileVersion: '9.0'\npackages:\n  a@1.0.0${x("(b@1.0.0)", size)}:\n    resolution: {integrity: sha512-a}\n`,
    ),
  ],
  ["a lockfile of pnpm that is all byte order marks", 1_000, lockfile("pnpm-lock", (size) => `${x("\ufeff", size)}x`)],
  [
    "a lockfile of pnpm that is all brackets",
    5_000,
    lockfile("pnpm-lock", (size) => `lockfileVersion: '9.0'\npackages: ${x("{a: ", size)}`),
  ],
  [
    "a lockfile of Yarn with many patterns in one line",
    1_000,
    lockfile(
      "yarn-lock",
      (size) => `# yarn lockfile v1\n\n${numbered(size, (index) => `a@${index}, `)}a@x:\n  version "1.0.0"\n`,
    ),
  ],
  [
    "a lockfile of Berry with many descriptors in one line",
    1_000,
    lockfile(
      "yarn-lock",
      (size) =>
        `__metadata:\n  version: 8\n\n"${numbered(size, (index) => `a@npm:${index}, `)}a@npm:x":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n`,
    ),
  ],
  [
    "a lockfile of Bun with a deep place",
    1_000,
    lockfile(
      "bun-lock",
      (size) => `{"lockfileVersion": 1, "packages": {"${x("a/", size)}b": ["b@1.0.0", "", {}, "sha512-a"]}}`,
    ),
  ],
  [
    "a mention in a line without end",
    3_000,
    on(
      (size) => ({ model: runWhole(readLockfile("package-lock", "{}", {})), text: x(":", size) }),
      ({ model, text }) => mentionAt(model, text, text.length / 2),
    ),
  ],
  [
    "a release with a version that is all plus signs",
    6_000,
    inspected((size) => ({
      "package-lock.json": {
        lockfileVersion: 3,
        packages: {
          "": {},
          "node_modules/a": {
            version: `1.0.0${x("+", size)}\n`,
            resolved: "https://registry.npmjs.org/a/-/a-1.0.0.tgz",
          },
        },
      },
    })),
  ],
  ["projects of many workspaces", 80, grouped],
  [
    "what packageExtensions add to many versions of a package",
    60,
    inspected((size) => ({
      "package.json": {
        packageManager: "bun@1.3.0",
        packageExtensions: {
          "a@1": { dependencies: Object.fromEntries(numbersTo(size).map((at) => [`b${at}`, "^1.0.0"])) },
        },
      },
      "bun.lock": {
        lockfileVersion: 1,
        workspaces: { "": {} },
        packages: Object.fromEntries(
          numbersTo(size).flatMap((at) => [
            [`c${at}`, [`c${at}@1.0.0`, "", {}, ""]],
            [`c${at}/a`, [`a@1.0.${at}`, "", {}, ""]],
          ]),
        ),
      },
    })),
  ],
  [
    "catalog entries that lead to one release",
    400,
    inspected((size) => ({
      "package.json": {
        packageManager: "bun@1.3.0",
        workspaces: { catalog: Object.fromEntries(numbersTo(size).map((at) => [`a${at}`, "npm:a@1.0.0"])) },
        dependencies: Object.fromEntries(numbersTo(size).map((at) => [`a${at}`, "catalog:"])),
      },
    })),
  ],
  [
    "a path against a pattern with several **",
    100,
    on(
      (size) => x("a/", size),
      (path) => new WorkspaceMatcher(["**/a/**/a/**/a/**/b"], null).has(`${path}a`),
    ),
  ],
  [
    "negated patterns for workspaces, and names after them",
    30,
    on(
      (size) => [...numbersTo(size).map((at) => `!*q*q${at}z`), ...numbersTo(size).map((at) => `${x("q", 190)}${at}`)],
      (globs) => globsLeftOut([...globs], "npm"),
    ),
  ],
  [
    "a path against patterns in braces with **",
    100,
    on(
      (size) => x("a/", size),
      (path) => boundedGlob("{**/a/**/c,**/a/**/b}", { dot: true })?.(`${path}a`),
    ),
  ],
  [
    "a path of long names against a pattern with stars",
    1_000,
    on(
      (size) => x("a", size),
      (name) => boundedGlob("*a*b", { dot: true })?.(name),
    ),
  ],
  ["places of a package that overrides of npm are about", 100, overridden("package-lock", npmPlaces)],
  ["places of a package that overrides of pnpm are about", 200, overridden("pnpm-lock", pnpmPlaces)],
  [
    "long ranges of overrides, and of those who ask",
    10,
    overridden("package-lock", (size) => ({
      manifest: { overrides: Object.fromEntries(numbersTo(size).map((at) => [`x@${longRange(at)}`, GIT])) },
      lockfile: npmLockfile([
        ...numbersTo(size).map((at): NpmEntry => [
          `node_modules/a${at}`,
          { version: "1.0.0", dependencies: { x: longRange(10_000 + at) } },
        ]),
        ["node_modules/x", { version: "1.0.0", resolved: GIT }],
      ]),
    })),
  ],
  [
    "long ranges of peers",
    5,
    overridden("package-lock", (size) => {
      const manifest = { dependencies: Object.fromEntries(numbersTo(size).map((at) => [`p${at}`, "1.0.0"])) };
      return {
        manifest,
        lockfile: npmLockfile([
          ["", manifest],
          ...numbersTo(size).map((at): NpmEntry => [
            `node_modules/p${at}`,
            { version: "1.0.0", peerDependencies: { x: manyBounds(at + 2) } },
          ]),
          ["node_modules/x", { version: "1.0.0" }],
        ]),
      };
    }),
  ],
  [
    "what one package brings in from elsewhere",
    2_000,
    lockfile("package-lock", (size) =>
      npmLockfile([
        [
          "node_modules/a",
          { version: "1.0.0", dependencies: Object.fromEntries(numbersTo(size).map((at) => [`g${at}`, GIT])) },
        ],
        ...numbersTo(size).map((at): NpmEntry => [`node_modules/g${at}`, { version: "1.0.0", resolved: GIT }]),
      ]),
    ),
  ],
  ["packages of Yarn that resolutions below a parent are about", 300, overridden("yarn-lock", yarnPlaces)],
  [
    "resolutions of Berry with escapes",
    500,
    lockfile(
      "yarn-lock",
      (size) =>
        `__metadata:\n  version: 8\n\n${numbered(size, (at) => `"a${at}@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "a${at}@npm:9.9.\\u0039"\n\n`)}`,
    ),
  ],
  [
    "an environment file of Yarn that is named again and again",
    60,
    (size) => {
      const settings = readConfig("yarnrc", `injectEnvironmentFiles:\n${x("  - ./.env.x\n", size * 13)}`).root;
      const text = known(x("A=1\n", size * 400));
      const store = { text: () => Promise.resolve(text), list: () => Promise.resolve(known([])) };
      return () => yarnEnvironmentOf(FOLDER, settings, store, new AbortController().signal);
    },
  ],
  ["scripts that each run all others by name", 100, callingAll],
  ["quick fixes for a selection with one release under many names", 40, selected],
  ["packages that each ask for one release by a name of their own", 150, aliased],
  ["places of one release that has findings", 300, (size) => () => runWhole(placing(size))],
  [
    "versions that devEngines states",
    200,
    on(
      (size) =>
        JSON.stringify({
          devEngines: { packageManager: numbersTo(size).map((at) => ({ name: "pnpm", version: `10.${at}.0` })) },
        }),
      (text) => installersOf({ manifest: readManifestConfig(text).root, lockfiles: [], configs: [], yarnPath: null }),
    ),
  ],
  [
    "alternatives of a version that packageManager and devEngines state",
    100,
    stating((size) => ({
      packageManager: `npm@${alternatives(size, "1.0.0")}`,
      devEngines: { packageManager: { name: "npm", version: alternatives(size, "2.0.0") } },
    })),
  ],
  ["bounds of a version that engines states", 100, stating((size) => ({ engines: { pnpm: bounds(size) } }))],
  [
    "bounds of a version that devEngines states",
    100,
    stating((size) => ({ devEngines: { packageManager: { name: "pnpm", version: bounds(size) } } })),
  ],
  [
    "hashes of one tarball",
    1_000,
    on(
      (size) => numbered(size, (at) => `sha512-${at} `),
      (integrity) => isConfirmed({ format: "npm", integrity, resolved: null }, { integrity, shasum: null }),
    ),
  ],
];

const alternatives = (size: number, version: string): string => Array.from({ length: size }, () => version).join("||");
const bounds = (size: number): string =>
  numbersTo(size)
    .map((at) => `>0.0.${at}`)
    .join(" ");

/** What a manifest states of package managers, and the questions that lockfiles and settings ask about it. */
function stating(manifest: (size: number) => unknown): Work {
  return on(
    (size) => JSON.stringify(manifest(size)),
    (text) => {
      const lockfiles = [{ format: "pnpm", formatVersion: "6.0" }] as const;
      const { root } = readManifestConfig(text);
      managerOf(readManifest(text), root, lockfiles);
      const { all } = installersOf({ manifest: root, lockfiles, configs: [], yarnPath: null });
      for (const manager of all) if (manager !== null) ignoredBy(manager, lockfiles[0]);
      const own = { uri: "file:///p/package.json", importer: "", text, model: readManifest(text) };
      pnpmLocations({ root: own, manifests: [own], configs: [], formats: ["pnpm"] }, "6.0");
    },
  );
}

const GIT = "git+ssh://git@github.com/o/r.git#0123456789012345678901234567890123456789";

type NpmEntry = readonly [place: string, entry: unknown];

function npmLockfile(entries: readonly NpmEntry[]): string {
  return JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries([["", {}], ...entries]) });
}

/** As many alternatives as fit into a key that is taken apart, others for each number. */
function longRange(number: number): string {
  return numbersTo(150)
    .map((at) => `9.${number}.${at}`)
    .join("||");
}

/** As many bounds as fit into a specifier that is taken apart, others for each number. */
function manyBounds(major: number): string {
  return numbersTo(200)
    .map((at) => `>${major}.0.${at}`)
    .join(" ");
}

interface Overridden {
  readonly manifest: unknown;
  readonly lockfile: string;
}

function overridden(kind: LockfileKind, make: (size: number) => Overridden): Work {
  return (size) => {
    const own = make(size);
    const manifest = readManifest(JSON.stringify(own.manifest));
    return () => runWhole(readLockfile(kind, own.lockfile, { manifest }));
  };
}

function npmPlaces(size: number): Overridden {
  return {
    manifest: { overrides: Object.fromEntries(numbersTo(size).map((at) => [`p${at}`, { x: GIT }])) },
    lockfile: npmLockfile(
      numbersTo(size).flatMap((at): readonly NpmEntry[] => [
        [`node_modules/a${at}`, { version: "1.0.0", dependencies: { x: "^1.0.0" } }],
        [`node_modules/a${at}/node_modules/x`, { version: "1.0.0", resolved: GIT }],
      ]),
    ),
  };
}

function pnpmPlaces(size: number): Overridden {
  const overrides = numbered(size, (at) => `  x@9.9.${at}: o/r${at}\n`);
  const importers = numbered(
    size,
    (at) =>
      `  w/${at}:\n    dependencies:\n      x:\n        specifier: ^1.0.${at}\n        version: git+https://git.example/o/q${at}.git#${at}\n`,
  );
  const packages = numbered(
    size,
    (at) =>
      `  x@git+https://git.example/o/q${at}.git#${at}:\n    resolution: {repo: https://git.example/o/q${at}.git, commit: '${at}', type: git}\n    version: 1.0.0\n`,
  );
  return {
    manifest: {},
    lockfile: `lockfileVersion: '9.0'\noverrides:\n${overrides}importers:\n${importers}packages:\n${packages}`,
  };
}

function yarnPlaces(size: number): Overridden {
  return {
    manifest: { resolutions: Object.fromEntries(numbersTo(size).map((at) => [`p/x${at}`, "o/r"])) },
    lockfile: `# yarn lockfile v1\n\n\n${numbered(
      size,
      (at) =>
        `x${at}@^1.0.0:\n  version "1.0.0"\n  resolved "git+https://github.com/o/r.git#0123456789012345678901234567890123456789"\n  dependencies:\n    y "^1.0.0"\n\n`,
    )}`,
  };
}

function callingAll(size: number): () => unknown {
  const scripts = Object.fromEntries(numbersTo(size).map((at) => [`s${at}`, "npm s*"]));
  const manifest = { _id: "a@1.0.0", scripts: { ...scripts, postinstall: "npm s*" } };
  const form = { name: "a", detail: "full", manifestsWhole: true, absentFlagMeansNone: true } as const;
  return () => {
    const release = releaseFactsFrom("1.0.0", manifest, form);
    expect(changedScripts(release, null)).toHaveLength(1);
  };
}

/** As many names of one release of pnpm, and a package for each that asks for it by that name. */
function aliased(size: number): () => unknown {
  const packages = numbered(size, (at) => `  p${at}@1.0.0: {resolution: {integrity: sha512-a}}\n`);
  const snapshots = numbered(size, (at) => `  p${at}@1.0.0:\n    dependencies:\n      x${at}: a@1.0.0\n`);
  const text = `lockfileVersion: '9.0'\npackages:\n  a@1.0.0: {resolution: {integrity: sha512-a}}\n${packages}snapshots:\n  a@1.0.0: {}\n${snapshots}`;
  const model = runWhole(readLockfile("pnpm-lock", text));
  const uri = uriOf("pnpm-lock.yaml");
  const locked = model.packages
    .filter(({ name }) => name === "a")
    .map((each) => ({ uri, locked: each, format: model.format, usualHosts: new Set<string>(), comparison: null }));
  const release = { name: "a", version: "1.0.0", registry: { url: "https://registry.npmjs.org/", isPublic: true } };
  const target = { release, direct: false, lockedInstallScript: null, range: null, locked, declared: [] };
  const document: Document<Lockfile> = { uri, kind: "pnpm-lock", text, model, lines: () => new LineIndex(text) };
  return () => {
    const dependents = findDependents(target, [document], null, []);
    for (const entry of dependents?.aliases ?? []) parentsOf({ lockfiles: dependents?.lockfiles ?? [] }, entry);
    expect(dependents?.aliases).toHaveLength(size);
  };
}

/** What is offered where all of a manifest is selected; the project is inspected in the first of the runs that are measured. */
function selected(size: number): () => unknown {
  const dependencies = Object.fromEntries(numbersTo(size).map((at) => [`a${at}`, "npm:a@1.0.1"]));
  const ports = testPorts({
    now: "2026-06-01T00:00:00Z",
    world: {
      packages: { a: { "1.0.0": "2019-01-01", "1.0.1": "2019-06-01" } },
      advisories: [{ id: "MAL-2020-1", package: "a", versions: ["1.0.1"] }],
    },
    files: new Map([["package.json", JSON.stringify({ packageManager: "npm@11.0.0", dependencies }, null, 1)]]),
  });
  const textDocument = { uri: uriOf("package.json") };
  let inspection: ReturnType<typeof inspect> | null = null;
  return async () => {
    inspection ??= inspect(ports);
    const { report, store } = await inspection;
    const diagnostics = [...(diagnosticsOf(report).get(textDocument.uri) ?? [])];
    expect(diagnostics.length).toBeGreaterThanOrEqual(size);
    const cancel = new AbortController().signal;
    const range = { start: { line: 0, character: 0 }, end: { line: size, character: 0 } };
    const params = { textDocument, range, context: { diagnostics } };
    const selected = selectedDiagnostics(params, report, (diagnostic) => diagnostic);
    expect(selected).toHaveLength(diagnostics.length);
    const actions = await codeActions(params, {
      report,
      selected,
      settings: DEFAULT_SETTINGS,
      store,
      clientCommands: new Set(),
      createsFiles: true,
      versionOf: null,
      spell: (file) => file,
      cancel,
    });
    expect(actions.length).toBeGreaterThan(0);
  };
}

/** One release, locked in as many places, and what a rule says of it. */
function placing(size: number): ReturnType<typeof findingsOf> {
  const locked = numbersTo(size).map((id) => ({
    uri: "file:///l",
    locked: { id, alias: "a", versionSpan: { start: id, end: id } },
  }));
  const judged = {
    subject: { name: "a", version: "1.0.0" },
    target: { locked, declared: [], direct: false },
    judgements: [
      {
        rule: "compromised",
        severity: "error",
        message: "Bad.",
        at: locked.map((_, start) => ({ uri: "file:///l", start })),
      },
    ],
    safe: null,
  } as unknown as Judged;
  return findingsOf([judged], [], [], DEFAULT_SETTINGS, { now: 0, isAsOf: false }, new Map());
}

function inspected(files: (size: number) => Readonly<Record<string, unknown>>): Work {
  return (size) => {
    const texts = new Map(Object.entries(files(size)).map(([path, content]) => [path, JSON.stringify(content)]));
    return () =>
      inspect(
        testPorts({ now: "2026-01-01T00:00:00Z", world: { packages: { a: { "1.0.0": "2019-01-01" } } }, files: texts }),
      );
  };
}

function grouped(size: number): () => unknown {
  const importers = numbered(size, (index) => `  packages/${index}: {}\n`);
  const workspaces = Array.from(
    { length: size },
    (_, index) => [`packages/${index}/package.json`, '{"workspaces": ["x"]}'] as const,
  );
  const texts = new Map([
    ["package.json", '{"workspaces": ["packages/*"]}'],
    ["pnpm-lock.yaml", `lockfileVersion: '9.0'\nimporters:\n${importers}`],
    ...workspaces,
  ]);
  return () => {
    const ports = testPorts({ now: "2026-01-01T00:00:00Z", world: {}, files: texts });
    const store = new DocumentStore(ports, true);
    const locator = locatorOf(ports, store, new AbortController().signal);
    return projectsOf([...texts.keys()].map(uriOf), locator, [FOLDER]);
  };
}

it.each(MANIFESTS)("reading a manifest with many %s pauses", (_what, text) => {
  const own = text(5_000);
  let pauses = 0;
  const task = readManifestInSlices(own);
  while (task.next().done !== true) pauses++;
  expect(pauses).toBeGreaterThan(own.length / 1_000);
});

it("asking for the versions of what a manifest asks for pauses", async () => {
  const ports = testPorts({
    now: "2026-01-01T00:00:00Z",
    world: {},
    files: new Map([["package.json", MANIFESTS[0]?.[1](2_000) ?? ""]]),
  });
  // Of those that are asked for between two turns of the event loop.
  let most = 0;
  let asked = 0;
  const turn = (): void => {
    most = Math.max(most, asked);
    asked = 0;
  };
  const { registry, clock } = ports;
  await inspect({
    ...ports,
    clock: {
      ...clock,
      breathe: async () => {
        turn();
        await clock.breathe();
      },
    },
    registry: {
      ...registry,
      packument: (...args) => {
        asked++;
        return registry.packument(...args);
      },
    },
  });
  turn();
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(500);
});

it("placing the findings of one release pauses", () => {
  let pauses = 0;
  const task = placing(5_000);
  while (task.next().done !== true) pauses++;
  expect(pauses).toBeGreaterThan(10);
});

describe("time grows no faster than the text", () => {
  it.each(CASES)("%s", { timeout: 120_000 }, async (_what, size, work) => {
    expect(await growthOf(size, work)).toBeLessThan(MOST_GROWTH);
  });
});
