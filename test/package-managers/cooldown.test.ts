/** What a real package manager does with a young release under its own cooldown, beside what Depwarden says of it. */
import { beforeAll, describe, expect, test } from "vitest";
import { openCatalogue } from "../../server/src/core/catalogue/catalogue.ts";
import { configKind, readConfig } from "../../server/src/core/documents/config/index.ts";
import { DocumentStore } from "../../server/src/core/project/document-store.ts";
import { policyOf, type ProjectPolicy } from "../../server/src/core/engine/policy.ts";
import { project } from "../fakes/project.ts";
import { readProject } from "../../server/src/core/engine/read.ts";
import type { LockfileFormat } from "../../server/src/core/model.ts";
import { cooldownOf } from "../../server/src/core/policy/cooldown/index.ts";
import type { Manager } from "../../server/src/core/project/manager.ts";
import { weaknessesOf } from "../../server/src/core/policy/checks/index.ts";
import type { Ports } from "../../server/src/core/ports.ts";
import { createPorts } from "../../server/src/io/ports.ts";
import { casesToRun, kindOf } from "./share.ts";
import { fetchTools, TOOLS, type Tool, type ToolName } from "./tools.ts";
import { Workbench } from "./workbench.ts";

const HOUR = 3_600_000;

/** Tool, its file, what stands in it, package, age of its newest release in hours, what both do with it. */
type Row = readonly [
  tools: readonly ToolName[],
  file: string,
  text: string,
  name: string,
  hours: number,
  answer: "refused" | "taken",
];

const NPM: readonly ToolName[] = ["npm 11", "npm 12"];
const PNPM: readonly ToolName[] = ["pnpm 10", "pnpm 11", "pnpm 12"];

const ROWS: readonly Row[] = [
  [NPM, ".npmrc", "", "young", 1, "taken"],
  [NPM, ".npmrc", "min-release-age=3", "young", 71, "refused"],
  [NPM, ".npmrc", "min-release-age=3", "young", 73, "taken"],
  [NPM, ".npmrc", "min-release-age=0", "young", 1, "taken"],
  [NPM, ".npmrc", "min-release-age=3\nmin-release-age-exclude[]=young", "young", 1, "taken"],
  [["npm 12"], ".npmrc", "min-release-age=3\nmin-release-age-exclude[]=@own/*", "@own/young", 1, "taken"],
  [NPM, ".npmrc", "min-release-age=3\nmin-release-age-exclude[]=other", "young", 1, "refused"],
  [["pnpm 10"], "pnpm-workspace.yaml", "packages: []", "young", 1, "taken"],
  [["pnpm 11", "pnpm 12"], "pnpm-workspace.yaml", "packages: []", "young", 23, "refused"],
  [["pnpm 11", "pnpm 12"], "pnpm-workspace.yaml", "packages: []", "young", 25, "taken"],
  [PNPM, "pnpm-workspace.yaml", "minimumReleaseAge: 4320", "young", 71, "refused"],
  [PNPM, "pnpm-workspace.yaml", "minimumReleaseAge: 4320", "young", 73, "taken"],
  [PNPM, "pnpm-workspace.yaml", "minimumReleaseAge: 0", "young", 1, "taken"],
  [PNPM, "pnpm-workspace.yaml", "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: [young]", "young", 1, "taken"],
  [
    PNPM,
    "pnpm-workspace.yaml",
    "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: ['@own/*']",
    "@own/young",
    1,
    "taken",
  ],
  [
    PNPM,
    "pnpm-workspace.yaml",
    "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: [young@1.0.1]",
    "young",
    1,
    "taken",
  ],
  [
    PNPM,
    "pnpm-workspace.yaml",
    "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: [young@1.0.9]",
    "young",
    1,
    "refused",
  ],
  [["Yarn 4"], ".yarnrc.yml", "", "young", 23, "refused"],
  [["Yarn 4"], ".yarnrc.yml", "", "young", 25, "taken"],
  [["Yarn 4"], ".yarnrc.yml", "npmMinimalAgeGate: 3d", "young", 71, "refused"],
  [["Yarn 4"], ".yarnrc.yml", "npmMinimalAgeGate: 3d", "young", 73, "taken"],
  [["Yarn 4"], ".yarnrc.yml", "npmMinimalAgeGate: 4320", "young", 71, "refused"],
  [["Yarn 4"], ".yarnrc.yml", "npmMinimalAgeGate: 7", "young", 1, "taken"],
  [["Yarn 4"], ".yarnrc.yml", "npmMinimalAgeGate: 0", "young", 1, "taken"],
  [["Yarn 4"], ".yarnrc.yml", "npmMinimalAgeGate: 3d\nnpmPreapprovedPackages: [young]", "young", 1, "taken"],
  [["Yarn 4"], ".yarnrc.yml", "npmMinimalAgeGate: 3d\nnpmPreapprovedPackages: ['@own/*']", "@own/young", 1, "taken"],
  [
    ["Yarn 4"],
    ".yarnrc.yml",
    "npmMinimalAgeGate: 3d\nnpmScopes:\n  own:\n    npmRegistryServer: REGISTRY\n    npmMinimalAgeGate: 0",
    "@own/young",
    1,
    "taken",
  ],
  [["Bun"], "bunfig.toml", "[install]", "young", 1, "taken"],
  [["Bun"], "bunfig.toml", "[install]\nminimumReleaseAge = 259200", "young", 71, "refused"],
  [["Bun"], "bunfig.toml", "[install]\nminimumReleaseAge = 259200", "young", 73, "taken"],
  [["Bun"], "bunfig.toml", "[install]\nminimumReleaseAge = 7", "young", 1, "taken"],
  [["Bun"], "bunfig.toml", '[install]\nminimumReleaseAge = "3d"', "young", 71, "refused"],
  [["Bun"], "bunfig.toml", '[install]\nminimumReleaseAge = "3d"', "young", 73, "taken"],
  [["Bun"], "bunfig.toml", '[install]\nminimumReleaseAge = "90 mins"', "young", 1, "refused"],
  [["Bun"], "bunfig.toml", '[install]\nminimumReleaseAge = "2 weeks"', "young", 335, "refused"],
  [
    ["Bun"],
    "bunfig.toml",
    '[install]\nminimumReleaseAge = 259200\nminimumReleaseAgeExcludes = ["*"]',
    "young",
    71,
    "refused",
  ],
  [
    ["Bun"],
    "bunfig.toml",
    '[install]\nminimumReleaseAge = 259200\nminimumReleaseAgeExcludes = ["young"]',
    "young",
    1,
    "taken",
  ],
];

/** Tools, their files and variables beside the project's own, age in hours, answer, package where it is another. */
type PersonalRow = readonly [
  tools: readonly ToolName[],
  texts: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
  hours: number,
  answer: "refused" | "taken",
  name?: string,
];

/** A scope that is asked for at the test's registry: without a server of its own it would be at Yarn's. */
const OWN_SCOPE = "npmScopes:\n  own:\n    npmRegistryServer: REGISTRY";

const PERSONAL: readonly PersonalRow[] = [
  [NPM, { "home/.npmrc": "min-release-age=3" }, {}, 71, "refused"],
  [NPM, { "home/.npmrc": "min-release-age=3", "project/.npmrc": "min-release-age=1" }, {}, 25, "taken"],
  [NPM, { "home/.npmrc": "min-release-age=1", "project/.npmrc": "min-release-age=3" }, {}, 25, "refused"],
  [NPM, { "home/.npmrc": "before=2020-01-01", "project/.npmrc": "min-release-age=1" }, {}, 25, "taken"],
  [NPM, { "project/.npmrc": "min-release-age=1" }, { npm_config_min_release_age: "3" }, 25, "refused"],
  [NPM, { "home/.npmrc": "min-release-age=3\nmin-release-age-exclude[]=young" }, {}, 1, "taken"],
  [["pnpm 10"], { "home/.npmrc": "minimum-release-age=4320" }, {}, 71, "refused"],
  [["pnpm 10"], { "xdg-config/pnpm/rc": "minimum-release-age=4320" }, {}, 71, "refused"],
  [["pnpm 10"], {}, { npm_config_minimum_release_age: "4320" }, 71, "refused"],
  [
    ["pnpm 10"],
    { "project/pnpm-workspace.yaml": "minimumReleaseAge: 1440" },
    { npm_config_minimum_release_age: "4320" },
    25,
    "taken",
  ],
  [["pnpm 11", "pnpm 12"], { "xdg-config/pnpm/config.yaml": "minimumReleaseAge: 4320" }, {}, 71, "refused"],
  [
    ["pnpm 11", "pnpm 12"],
    {
      "xdg-config/pnpm/config.yaml": "minimumReleaseAge: 4320",
      "project/pnpm-workspace.yaml": "minimumReleaseAge: 60",
    },
    {},
    25,
    "taken",
  ],
  [
    ["pnpm 11", "pnpm 12"],
    { "project/pnpm-workspace.yaml": "minimumReleaseAge: 60" },
    { pnpm_config_minimum_release_age: "4320" },
    25,
    "refused",
  ],
  [["pnpm 11", "pnpm 12"], { "home/.npmrc": "minimum-release-age=4320" }, {}, 25, "taken"],
  [["Yarn 4"], { "home/.yarnrc.yml": "npmMinimalAgeGate: 3d" }, {}, 71, "refused"],
  [
    ["Yarn 4"],
    { "home/.yarnrc.yml": "npmMinimalAgeGate: 3d", "project/.yarnrc.yml": "npmMinimalAgeGate: 1d" },
    {},
    25,
    "taken",
  ],
  [["Yarn 4"], { "project/.yarnrc.yml": "npmMinimalAgeGate: 1d" }, { YARN_NPM_MINIMAL_AGE_GATE: "3d" }, 25, "refused"],
  [["Bun"], { "xdg-config/.bunfig.toml": "[install]\nminimumReleaseAge = 259200" }, {}, 71, "refused"],
  [
    ["Bun"],
    {
      "xdg-config/.bunfig.toml": "[install]\nminimumReleaseAge = 259200",
      "project/bunfig.toml": "[install]\nminimumReleaseAge = 3600",
    },
    {},
    25,
    "taken",
  ],
  [NPM, { "home/.npmrc": "min-release-age=3", "project/.npmrc": "min-release-age=" }, {}, 25, "taken"],
  [NPM, { "home/.npmrc": "min-release-age=3", "project/.npmrc": "min-release-age=false" }, {}, 25, "taken"],
  [NPM, { "home/.npmrc": "min-release-age=3", "project/.npmrc": "min-release-age=null" }, {}, 25, "refused"],
  [NPM, { "home/.npmrc": "min-release-age=3", "project/.npmrc": "before=null" }, {}, 25, "taken"],
  [NPM, { "home/.npmrc": "min-release-age=3", "project/.npmrc": "before=undefined" }, {}, 25, "taken"],
  [
    ["pnpm 10"],
    { "home/.npmrc": "minimum-release-age=4320", "project/.npmrc": "minimum-release-age=undefined" },
    {},
    25,
    "taken",
  ],
  [NPM, { "home/.npmrc": "before=2020-06-01", "project/.npmrc": "before=null" }, {}, 25, "taken"],
  [NPM, { "home/.npmrc": "min-release-age=3", "project/.npmrc": "min-release-age=${AGE?}" }, {}, 25, "taken"],
  [NPM, { "project/.npmrc": "min-release-age=${AGE?}" }, { AGE: "3" }, 25, "refused"],
  [NPM, { "project/.npmrc": "min-release-age=true" }, {}, 23, "refused"],
  [NPM, { "project/.npmrc": "min-release-age=true" }, {}, 25, "taken"],
  [NPM, { "project/.npmrc": "min-release-age[]=3" }, {}, 25, "refused"],
  [
    NPM,
    {
      "home/.npmrc": "min-release-age=3\nmin-release-age-exclude[]=young",
      "project/.npmrc": "min-release-age-exclude[]=",
    },
    {},
    25,
    "refused",
  ],
  [NPM, { "project/.npmrc": "before=null\nmin-release-age=3" }, {}, 25, "taken"],
  [["pnpm 10"], {}, { pnpm_config_minimum_release_age: "4320" }, 25, "taken"],
  [
    ["pnpm 10"],
    { "project/pnpm-workspace.yaml": "minimumReleaseAge: 4320" },
    { pnpm_config_minimum_release_age: "0" },
    10,
    "refused",
  ],
  [["pnpm 10"], { "xdg-config/pnpm/config.yaml": "minimumReleaseAge: 4320" }, {}, 25, "taken"],
  [
    ["pnpm 10"],
    { "home/.npmrc": "minimum-release-age=4320", "project/.npmrc": "minimum-release-age=" },
    {},
    25,
    "taken",
  ],
  [
    ["pnpm 10"],
    { "project/.npmrc": "minimum-release-age=4320", "project/pnpm-workspace.yaml": "minimumReleaseAge:" },
    {},
    25,
    "taken",
  ],
  [
    ["pnpm 10"],
    {
      "project/.npmrc": "minimum-release-age=4320\nminimum-release-age-exclude[]=young",
      "project/pnpm-workspace.yaml": "minimumReleaseAgeExclude: [other]",
    },
    {},
    25,
    "refused",
  ],
  [["pnpm 10"], { "project/.npmrc": "minimum-release-age=4320\nminimum-release-age-exclude[]=young" }, {}, 25, "taken"],
  [["pnpm 10"], { "project/.npmrc": "minimum-release-age=4320\nminimum-release-age-exclude=young" }, {}, 25, "refused"],
  [
    ["pnpm 11"],
    { "xdg-config/pnpm/config.yaml": "minimumReleaseAge: 4320", "project/pnpm-workspace.yaml": "minimumReleaseAge:" },
    {},
    25,
    "taken",
  ],
  [
    ["pnpm 12"],
    { "xdg-config/pnpm/config.yaml": "minimumReleaseAge: 4320", "project/pnpm-workspace.yaml": "minimumReleaseAge:" },
    {},
    25,
    "refused",
  ],
  [["pnpm 10", "pnpm 11"], { "project/pnpm-workspace.yaml": "minimumReleaseAge: ''" }, {}, 1, "taken"],
  [["pnpm 10", "pnpm 11"], { "project/pnpm-workspace.yaml": "minimumReleaseAge: -5" }, {}, 1, "taken"],
  [["pnpm 10", "pnpm 11"], { "project/pnpm-workspace.yaml": "minimumReleaseAge:" }, {}, 1, "taken"],
  [["pnpm 12"], { "project/pnpm-workspace.yaml": "minimumReleaseAge:" }, {}, 1, "refused"],
  [["pnpm 10", "pnpm 11"], { "project/pnpm-workspace.yaml": "minimumReleaseAge: [4320]" }, {}, 25, "refused"],
  [
    ["pnpm 11", "pnpm 12"],
    { "xdg-config/pnpm/config.yaml": "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: [young]" },
    {},
    25,
    "taken",
  ],
  [
    ["pnpm 11", "pnpm 12"],
    {
      "xdg-config/pnpm/config.yaml": "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: [young]",
      "project/pnpm-workspace.yaml": "minimumReleaseAgeExclude: [other]",
    },
    {},
    25,
    "refused",
  ],
  [
    ["pnpm 11", "pnpm 12"],
    {
      "xdg-config/pnpm/config.yaml": "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: [young]",
      "project/pnpm-workspace.yaml": "minimumReleaseAgeExclude: []",
    },
    {},
    25,
    "refused",
  ],
  [
    ["pnpm 11"],
    {
      "xdg-config/pnpm/config.yaml": "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: [young]",
      "project/pnpm-workspace.yaml": "minimumReleaseAgeExclude:",
    },
    {},
    25,
    "refused",
  ],
  [
    ["pnpm 12"],
    {
      "xdg-config/pnpm/config.yaml": "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: [young]",
      "project/pnpm-workspace.yaml": "minimumReleaseAgeExclude:",
    },
    {},
    25,
    "taken",
  ],
  [
    ["pnpm 11", "pnpm 12"],
    { "project/pnpm-workspace.yaml": "minimumReleaseAge: 4320" },
    { pnpm_config_minimum_release_age_exclude: '["young"]' },
    25,
    "taken",
  ],
  [
    ["pnpm 10"],
    { "project/pnpm-workspace.yaml": "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: [young@1.0.9, young]" },
    {},
    25,
    "refused",
  ],
  [
    ["pnpm 11", "pnpm 12"],
    { "project/pnpm-workspace.yaml": "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: [young@1.0.9, young]" },
    {},
    25,
    "taken",
  ],
  [
    ["pnpm 10"],
    { "project/pnpm-workspace.yaml": "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: young" },
    {},
    25,
    "refused",
  ],
  [
    ["pnpm 11"],
    { "project/pnpm-workspace.yaml": "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: young" },
    {},
    25,
    "taken",
  ],
  [
    ["Yarn 4"],
    { ".yarnrc.yml": "npmMinimalAgeGate: 3d", "project/.yarnrc.yml": "enableScripts: false" },
    {},
    25,
    "refused",
  ],
  [
    ["Yarn 4"],
    { ".yarnrc.yml": "npmMinimalAgeGate: 3d", "project/.yarnrc.yml": "npmMinimalAgeGate: 1d" },
    {},
    25,
    "taken",
  ],
  [
    ["Yarn 4"],
    {
      ".yarnrc.yml": "npmMinimalAgeGate: 3d",
      "home/.yarnrc.yml": "npmMinimalAgeGate: 1d",
      "project/.yarnrc.yml": "enableScripts: false",
    },
    {},
    25,
    "refused",
  ],
  [
    ["Yarn 4"],
    { "project/my.yml": "npmMinimalAgeGate: 3d", "project/.yarnrc.yml": "npmMinimalAgeGate: 0" },
    { YARN_RC_FILENAME: "my.yml" },
    25,
    "refused",
  ],
  [
    ["Yarn 4"],
    { "my.yml": "npmMinimalAgeGate: 3d", "project/.yarnrc.yml": "npmMinimalAgeGate: 0" },
    { YARN_RC_FILENAME: "my.yml" },
    25,
    "refused",
  ],
  [
    ["Yarn 4"],
    { "project/my.yml": "enableScripts: false", "project/.yarnrc.yml": "npmMinimalAgeGate: 3d" },
    { YARN_RC_FILENAME: "my.yml" },
    25,
    "taken",
  ],
  [["Yarn 4"], { "project/.yarnrc.yml": `npmMinimalAgeGate: 7d\n${OWN_SCOPE}` }, {}, 25, "taken", "@own/young"],
  [["Yarn 4"], { "project/.yarnrc.yml": `npmMinimalAgeGate: 0\n${OWN_SCOPE}` }, {}, 10, "refused", "@own/young"],
  [["Yarn 4"], { "project/.yarnrc.yml": `npmMinimalAgeGate: 3d\n${OWN_SCOPE}` }, {}, 25, "refused"],
  [
    ["Yarn 4"],
    { "project/.yarnrc.yml": "npmMinimalAgeGate: 7d", "home/.yarnrc.yml": OWN_SCOPE },
    {},
    25,
    "taken",
    "@own/young",
  ],
  [
    ["Yarn 4"],
    { "project/.yarnrc.yml": OWN_SCOPE, "home/.yarnrc.yml": "npmScopes:\n  own:\n    npmMinimalAgeGate: 3d" },
    {},
    25,
    "refused",
    "@own/young",
  ],
  [
    ["Yarn 4"],
    { "project/.yarnrc.yml": OWN_SCOPE, "project/yarn.lock": "__metadata:\n  version: 8\n  cacheKey: 10c0" },
    {},
    10,
    "refused",
    "@own/young",
  ],
  [
    ["Yarn 4"],
    {
      "project/.yarnrc.yml": "npmPreapprovedPackages: [other]",
      "home/.yarnrc.yml": "npmMinimalAgeGate: 3d\nnpmPreapprovedPackages: [young]",
    },
    {},
    25,
    "taken",
  ],
  [
    ["Yarn 4"],
    {
      "project/.yarnrc.yml": "npmPreapprovedPackages:\n  onConflict: reset\n  value: [other]",
      "home/.yarnrc.yml": "npmMinimalAgeGate: 3d\nnpmPreapprovedPackages: [young]",
    },
    {},
    25,
    "refused",
  ],
  [
    ["Yarn 4"],
    { "project/.yarnrc.yml": "npmMinimalAgeGate: 3d\nnpmPreapprovedPackages:\n  onConflict: extend\n  value: [young]" },
    {},
    25,
    "taken",
  ],
  [["Yarn 4"], { "project/.yarnrc.yml": "npmMinimalAgeGate:\n  onConflict: reset\n  value: 3d" }, {}, 25, "refused"],
  [
    ["Yarn 4"],
    {
      "project/.yarnrc.yml":
        "npmScopes:\n  onConflict: reset\n  value:\n    own:\n      npmRegistryServer: REGISTRY\n      npmMinimalAgeGate:\n        onConflict: reset\n        value: 3d",
    },
    {},
    25,
    "refused",
    "@own/young",
  ],
  [
    ["Yarn 4"],
    {
      "project/.yarnrc.yml":
        "npmScopes:\n  onConflict: extend\n  own:\n    npmRegistryServer: REGISTRY\n    npmMinimalAgeGate: 3d",
    },
    {},
    25,
    "refused",
    "@own/young",
  ],
  [
    ["Yarn 4"],
    {
      "project/.yarnrc.yml": "npmScopes:\n  onConflict: reset\n  value:\n    other: {}",
      "home/.yarnrc.yml": "npmScopes:\n  own:\n    npmMinimalAgeGate: 3d",
    },
    {},
    25,
    "taken",
    "@own/young",
  ],
  [
    ["Yarn 4"],
    {
      "project/.yarnrc.yml": "npmScopes:\n  own:\n    onConflict: reset\n    value:\n      npmRegistryServer: REGISTRY",
      "home/.yarnrc.yml": "npmScopes:\n  own:\n    npmMinimalAgeGate: 3d",
    },
    {},
    25,
    "taken",
    "@own/young",
  ],
  [
    ["Yarn 4"],
    {
      "project/.yarnrc.yml": "npmPreapprovedPackages:\n  onConflict: hardReset\n  value: [young]",
      "home/.yarnrc.yml": "npmMinimalAgeGate: 3d\nnpmPreapprovedPackages: [young]",
    },
    {},
    25,
    "refused",
  ],
  [
    ["Yarn 4"],
    {
      "project/.yarnrc.yml":
        "npmScopes:\n  onConflict: reset\n  value:\n    own:\n      onConflict: extend\n      npmRegistryServer: REGISTRY",
      "home/.yarnrc.yml": "npmScopes:\n  own:\n    npmMinimalAgeGate: 3d",
    },
    {},
    25,
    "refused",
    "@own/young",
  ],
  [["Yarn 4"], {}, { yarn_npm_minimal_age_gate: "3d" }, 25, "refused"],
  [["Yarn 4"], { "project/.yarnrc.yml": 'npmMinimalAgeGate: "${GATE:-3d}"' }, { GATE: "" }, 25, "refused"],
  [["Bun"], { "project/bunfig.toml": '[install]\nminimumReleaseAge = "3  d"' }, {}, 25, "refused"],
  [["Bun"], { "project/bunfig.toml": '[install]\nminimumReleaseAge = "3\td"' }, {}, 25, "refused"],
  [["Bun"], { "project/bunfig.toml": '[install]\nminimumReleaseAge = ".5d"' }, {}, 9, "refused"],
  [["Bun"], { "project/bunfig.toml": '[install]\nminimumReleaseAge = "3.d"' }, {}, 25, "refused"],
  [["Bun"], { "project/bunfig.toml": '[install]\nminimumReleaseAge = "1e6"' }, {}, 25, "refused"],
  [
    ["Bun"],
    { "project/bunfig.toml": '[install]\nminimumReleaseAge = 259200\nminimumReleaseAgeExcludes = ["young@1.0.1"]' },
    {},
    25,
    "taken",
  ],
  [
    ["Bun"],
    {
      "project/bunfig.toml":
        '[install]\nminimumReleaseAge = 259200\nminimumReleaseAgeExcludes = ["young@1.0.0 || 1.0.1"]',
    },
    {},
    25,
    "taken",
  ],
  [
    ["Bun"],
    { "project/bunfig.toml": '[install]\nminimumReleaseAge = 259200\nminimumReleaseAgeExcludes = ["young@1.0.0"]' },
    {},
    25,
    "refused",
  ],
  [
    ["Bun"],
    { "project/bunfig.toml": '[install]\nminimumReleaseAge = 259200\nminimumReleaseAgeExcludes = ["young@^1.0.0"]' },
    {},
    25,
    "refused",
  ],
];

const PERSONAL_CASES = casesToRun(
  "cooldowns of the person and the environment",
  PERSONAL.flatMap(([tools, texts, env, hours, answer, name = "young"]) =>
    TOOLS.filter((tool) => tools.includes(tool.name as ToolName)).map(
      (tool) => [tool.name, texts, env, name, hours, answer, tool] as const,
    ),
  ),
  ([tool, texts, env, , , answer]) => kindOf(tool, answer, texts, env),
);

const KINDS: Readonly<Record<string, LockfileFormat>> = { npm: "npm", pnpm: "pnpm", Yarn: "yarn-berry", Bun: "bun" };

const CASES = casesToRun(
  "cooldowns of a project",
  ROWS.flatMap(([tools, ...row]) =>
    TOOLS.filter(({ name }) => tools.includes(name as ToolName)).map((tool) => [tool.name, ...row, tool] as const),
  ),
  ([tool, file, , , , answer]) => kindOf(tool, answer, { [file]: true }),
);

let tools: string;
beforeAll(async () => {
  tools = await fetchTools();
}, 300_000);

describe.concurrent("a young release under a cooldown", () => {
  test.each(CASES)("%s, %s %j: %s, %d hours old, is %s", async (_name, file, text, name, hours, answer, tool) => {
    const bench = await Workbench.create(tool, tools);
    try {
      const at = (age: number): string => new Date(Date.now() - age * HOUR).toISOString();
      bench.world.registry.publish(name, "1.0.0", { at: at(5000) });
      bench.world.registry.publish(name, "1.0.1", { at: at(hours) });
      bench.world.write("package.json", { name: "app", version: "1.0.0", dependencies: { [name]: "^1.0.0" } });
      // A scope with settings of its own would else be asked for at Yarn's own registry.
      bench.world.write(file, `${text.replace("REGISTRY", bench.world.registry.url)}\n`);
      await bench.lock();
      expect(bench.locked()).toEqual([`${name}@${answer === "taken" ? "1.0.1" : "1.0.0"}`]);

      const kind = configKind(file);
      if (kind === null) throw new Error(`${file} is no policy file`);
      const cooldown = cooldownOf(managerOf(tool), [{ kind, model: readConfig(kind, text) }], Date.now(), true);
      const isRefused = cooldown !== null && hours * HOUR < (cooldown.of(name, "1.0.1")?.ms ?? 0);
      expect(isRefused ? "refused" : "taken").toBe(answer);
    } finally {
      await bench.end();
    }
  });
});

describe.concurrent("a young release under what the person and the environment say", () => {
  test.each(PERSONAL_CASES)(
    "%s, %j %j: %s, %d hours old, is %s",
    async (_name, texts, env, name, hours, answer, tool) => {
      const bench = await Workbench.create(tool, tools, env);
      try {
        const at = (age: number): string => new Date(Date.now() - age * HOUR).toISOString();
        bench.world.registry.publish(name, "1.0.0", { at: at(5000) });
        bench.world.registry.publish(name, "1.0.1", { at: at(hours) });
        bench.world.write("package.json", { name: "app", version: "1.0.0", dependencies: { [name]: "^1.0.0" } });
        for (const [path, text] of Object.entries(texts))
          bench.world.write(`../${path}`, `${text.replace("REGISTRY", bench.world.registry.url)}\n`);
        await bench.lock();
        expect(bench.locked()).toEqual([`${name}@${answer === "taken" ? "1.0.1" : "1.0.0"}`]);

        const ports = createPorts({
          cacheDir: null,
          offline: true,
          registry: null,
          osv: { enabled: false, url: "" },
          trusted: true,
          folders: () => [],
          asOf: null,
          log: NO_LOG,
          catalogue: openCatalogue(),
          env: bench.env,
        });
        const { files } = await policyIn(bench.world.uri(), ports);
        const cooldown = cooldownOf(managerOf(tool), files, Date.now(), true);
        const isRefused = cooldown !== null && hours * HOUR < (cooldown.of(name, "1.0.1")?.ms ?? 0);
        expect(isRefused ? "refused" : "taken").toBe(answer);
      } finally {
        await bench.end();
      }
    },
  );
});

/** Tool, what `devEngines` names as the version, the tool's file, what stands in it. */
const RANGES: readonly (readonly [tool: ToolName, range: string | null, file: string, text: string])[] = [
  ["npm 11", ">=11", ".npmrc", "min-release-age=3"],
  ["npm 12", "*", ".npmrc", "min-release-age=3"],
  ["npm 11", "^11.0.0", ".npmrc", "min-release-age=3"],
  ["pnpm 10", "^10.0.0", "pnpm-workspace.yaml", "minimumReleaseAge: 4320"],
  ["pnpm 11", "^11.0.0", "pnpm-workspace.yaml", "minimumReleaseAge: 4320"],
  ["Yarn 4", "^4.0.0", ".yarnrc.yml", "npmMinimalAgeGate: 3d"],
  ["Yarn 4", null, ".yarnrc.yml", "npmMinimalAgeGate: 3d"],
  ["Bun", "^1.0.0", "bunfig.toml", "[install]\nminimumReleaseAge = 259200"],
];

describe.concurrent("a young release under a cooldown, in a project that states a range of its package manager", () => {
  test.each(RANGES.map(([name, ...row]) => [name, ...row, toolNamed(name)] as const))(
    "%s %s: %s %j holds it back",
    async (_name, range, file, text, tool) => {
      const bench = await Workbench.create(tool, tools);
      try {
        const at = (age: number): string => new Date(Date.now() - age * HOUR).toISOString();
        bench.world.registry.publish("young", "1.0.0", { at: at(5000) });
        bench.world.registry.publish("young", "1.0.1", { at: at(25) });
        const name = tool.name.split(" ")[0]?.toLowerCase();
        const devEngines = { packageManager: { name, ...(range === null ? {} : { version: range }), onFail: "warn" } };
        bench.world.write("package.json", {
          name: "app",
          version: "1.0.0",
          devEngines,
          dependencies: { young: "^1.0.0" },
        });
        bench.world.write(file, `${text}\n`);
        await bench.lock();
        expect(bench.locked()).toEqual(["young@1.0.0"]);

        const ports = createPorts({
          cacheDir: null,
          offline: true,
          registry: null,
          osv: { enabled: false, url: "" },
          trusted: true,
          folders: () => [],
          asOf: null,
          log: NO_LOG,
          catalogue: openCatalogue(),
          env: bench.env,
        });
        const { manager, files } = await policyIn(bench.world.uri(), ports);
        expect(cooldownOf(manager, files, Date.now(), true)?.of("young", "1.0.1")?.ms).toBe(72 * HOUR);
        expect(weaknessesOf({ manager, files, lockfiles: [] }, Date.now())).toEqual([]);
      } finally {
        await bench.end();
      }
    },
  );
});

/** Tools, what `minimumReleaseAgeIgnoreMissingTime` says, and what they do with a release whose registry states no times. */
const UNDATED: readonly (readonly [tools: readonly ToolName[], setting: string, answer: "stops" | "taken"])[] = [
  [["pnpm 10"], "", "stops"],
  [["pnpm 10"], "minimumReleaseAgeIgnoreMissingTime: true", "stops"],
  [["pnpm 11", "pnpm 12"], "", "taken"],
  [["pnpm 11", "pnpm 12"], "minimumReleaseAgeIgnoreMissingTime: true", "taken"],
  [["pnpm 11", "pnpm 12"], "minimumReleaseAgeIgnoreMissingTime: false", "stops"],
];

describe.concurrent("a release without a date under a cooldown", () => {
  test.each(UNDATED.flatMap(([names, ...row]) => names.map((name) => [name, ...row, toolNamed(name)] as const)))(
    "%s, %j: it %s, and could not be dated",
    async (_name, setting, answer, tool) => {
      const bench = await Workbench.create(tool, tools);
      try {
        const { registry } = bench.world;
        registry.publish("young", "1.0.1", { at: new Date(Date.now() - HOUR).toISOString() });
        const dated = (await (await fetch(`${registry.url}young`)).json()) as Readonly<Record<string, unknown>>;
        registry.raw("young", JSON.stringify({ ...dated, time: undefined }));
        bench.world.write("package.json", {
          name: "app",
          version: "1.0.0",
          dependencies: { young: "1.0.1" },
        });
        const uri = bench.world.uri("package.json");
        bench.world.write("pnpm-workspace.yaml", `minimumReleaseAge: 4320\n${setting}\n`);
        const { code } = await bench.run(tool.lock);
        expect(code === 0 ? "taken" : "stops").toBe(answer);

        const client = await bench.world.start();
        await client.open(uri, bench.text("package.json"));
        const told = await client.diagnostics(uri, (diagnostics) =>
          diagnostics.some(({ code: rule }) => rule === "unchecked"),
        );
        expect(told.map(({ code: rule, message }) => `${String(rule)}: ${JSON.stringify(message)}`)).toEqual([
          expect.stringMatching(/^unchecked: .*could not be dated/),
        ]);
      } finally {
        await bench.end();
      }
    },
  );
});

/** What `weak-cooldown` says of a value that is none, or of one that was meant in another unit: what the tool does with it. */
const MISTAKEN: readonly (readonly [
  tools: readonly ToolName[],
  file: string,
  text: string,
  hours: number,
  answer: "stops" | "refused" | "taken",
])[] = [
  [NPM, ".npmrc", "min-release-age=7d", 1, "stops"],
  [NPM, ".npmrc", "before=nonsense\nmin-release-age=3", 1, "stops"],
  [NPM, ".npmrc", "before=", 1, "stops"],
  [NPM, ".npmrc", "before=null\nmin-release-age=3", 1, "taken"],
  [NPM, ".npmrc", "min-release-age=", 1, "taken"],
  [NPM, ".npmrc", "min-release-age=false", 1, "taken"],
  [NPM, ".npmrc", "min-release-age=Infinity", 1, "stops"],
  [["pnpm 10", "pnpm 11"], "pnpm-workspace.yaml", "minimumReleaseAge:", 1, "taken"],
  [["pnpm 12"], "pnpm-workspace.yaml", "minimumReleaseAge: ''", 1, "stops"],
  [["Yarn 4"], ".yarnrc.yml", "npmMinimalAgeGate:\n  onConflict: reset\n  value: 0", 1, "taken"],
  [["pnpm 10", "pnpm 12"], "pnpm-workspace.yaml", "minimumReleaseAge: 3d", 1, "stops"],
  [["pnpm 11"], "pnpm-workspace.yaml", "minimumReleaseAge: 3d", 1, "taken"],
  [PNPM, "pnpm-workspace.yaml", "minimumReleaseAge: 3", 1, "taken"],
  [["Yarn 4"], ".yarnrc.yml", "npmMinimalAgeGate: 3 days", 1, "stops"],
  [["Bun"], "bunfig.toml", '[install]\nminimumReleaseAge = "soon"', 1, "stops"],
  [["Bun"], "bunfig.toml", '[install]\nminimumReleaseAge = "7"', 1, "taken"],
  [PNPM, "pnpm-workspace.yaml", "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: ['*']", 1, "taken"],
  [["Yarn 4"], ".yarnrc.yml", "npmMinimalAgeGate: 3d\nnpmPreapprovedPackages: ['*']", 1, "taken"],
  [NPM, ".npmrc", "min-release-age=3\nmin-release-age-exclude[]=*", 1, "taken"],
];

const MISTAKEN_CASES = casesToRun(
  "cooldowns that are mistaken",
  MISTAKEN.flatMap(([tools, ...row]) =>
    TOOLS.filter(({ name }) => tools.includes(name as ToolName)).map((tool) => [tool.name, ...row, tool] as const),
  ),
  ([tool, file, , , answer]) => kindOf(tool, answer, { [file]: true }),
);

describe.concurrent("a cooldown that is mistaken", () => {
  test.each(MISTAKEN_CASES)("%s, %s %j: %d hours old, it %s", async (_name, file, text, hours, answer, tool) => {
    const bench = await Workbench.create(tool, tools);
    try {
      const at = (age: number): string => new Date(Date.now() - age * HOUR).toISOString();
      bench.world.registry.publish("young", "1.0.0", { at: at(5000) });
      bench.world.registry.publish("young", "1.0.1", { at: at(hours) });
      bench.world.write("package.json", { name: "app", version: "1.0.0", dependencies: { young: "^1.0.0" } });
      bench.world.write(file, `${text}\n`);
      const { code } = await bench.run(tool.lock);
      expect(code !== 0 ? "stops" : bench.locked().includes("young@1.0.1") ? "taken" : "refused").toBe(answer);
      const kind = configKind(file);
      if (kind === null) throw new Error(`${file} is no policy file`);
      const told = weaknessesOf(
        { manager: managerOf(tool), files: [{ kind, model: readConfig(kind, text) }], lockfiles: [] },
        Date.now(),
      );
      expect(told.map((weakness) => weakness.at?.kind)).toEqual([kind]);
    } finally {
      await bench.end();
    }
  });
});

function toolNamed(name: ToolName): Tool {
  const tool = TOOLS.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return tool;
}

const NO_LOG = { info: () => undefined, warn: () => undefined };

function managerOf({ name, version }: Tool): Manager {
  const kind = KINDS[name.split(" ")[0] ?? ""];
  if (kind === undefined) throw new Error(`nothing is known of ${name}`);
  return { kind, version };
}

/** As the engine reads it, through the real ports. */
async function policyIn(folder: string, ports: Ports): Promise<ProjectPolicy> {
  const cancel = new AbortController().signal;
  const store = new DocumentStore(ports, true);
  const reading = await readProject(
    project(folder, { manifests: [{ uri: `${folder}/package.json`, importer: "" }] }),
    store,
    cancel,
  );
  return policyOf(reading, ports.userSettings, store, cancel, true);
}
