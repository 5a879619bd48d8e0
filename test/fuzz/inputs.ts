/** Input number n of a seed: what is read, and the text. The same for the same start texts, seed and number. */
import type { ConfigKind } from "../../server/src/core/documents/config/index.ts";
import type { LockfileKind } from "../../server/src/core/documents/index.ts";
import {
  checkBulk,
  checkCodec,
  checkLine,
  checkOsvRecord,
  checkPackument,
  checkSettings,
  encodedFrom,
} from "./facts.ts";
import { checkManifestEdits, checkSettingEdits, checkYamlEdits } from "./fixes.ts";
import { mutatedJson } from "./json-mutations.ts";
import { Choices } from "./random-choices.ts";
import { checkConfig, checkLockfile, checkManifest } from "./readers.ts";
import type { StartTexts, TextKind } from "./start-texts.ts";
import { mutated, mutatedLine } from "./text-mutations.ts";

export interface Input {
  /** What is tried, as reports name it. */
  readonly target: string;
  readonly text: string;
  /** @throws where a property does not hold, or a reader throws */
  check(): void;
}

interface Target {
  readonly kind: TextKind;
  readonly prepare?: (text: string) => string;
  check(text: string, choices: Choices, starts: StartTexts): void;
}

/** Of inputs, those that are read twice, and lockfiles with a manifest beside them: both cost as much again. */
const SHARE = 0.2;

const lockfile = (kind: LockfileKind): Target => ({
  kind,
  check: (text, choices, starts) => {
    const manifest = choices.chance(SHARE) ? choices.of(starts.get("package-json") ?? []) : null;
    checkLockfile(kind, text, manifest, choices.chance(SHARE));
  },
});
const config = (kind: ConfigKind): Target => ({
  kind,
  check: (text, choices) => checkConfig(kind, text, choices.chance(SHARE)),
});
const settingEdits = (kind: Parameters<typeof checkSettingEdits>[0]): Target => ({
  kind,
  check: (text, choices) => checkSettingEdits(kind, text, choices),
});

const TARGETS: Readonly<Record<string, Target>> = {
  "package-lock": lockfile("package-lock"),
  "npm-shrinkwrap": lockfile("npm-shrinkwrap"),
  "yarn-lock": lockfile("yarn-lock"),
  "pnpm-lock": lockfile("pnpm-lock"),
  "bun-lock": lockfile("bun-lock"),
  "bun-lockb": lockfile("bun-lockb"),
  manifest: { kind: "package-json", check: (text, choices) => checkManifest(text, choices.chance(SHARE)) },
  npmrc: config("npmrc"),
  "pnpm-workspace": config("pnpm-workspace"),
  yarnrc: config("yarnrc"),
  "yarnrc-classic": config("yarnrc-classic"),
  bunfig: config("bunfig"),
  settings: { kind: "settings", check: checkSettings },
  packument: { kind: "packument", check: checkPackument },
  "kept facts": { kind: "packument", prepare: encodedFrom, check: checkCodec },
  "osv record": { kind: "osv-record", check: checkOsvRecord },
  "bulk advisories": { kind: "bulk", check: checkBulk },
  "specifiers, ranges, globs": { kind: "specifier", check: checkLine },
  "edits of a manifest": { kind: "package-json", check: checkManifestEdits },
  "edits of pnpm-workspace.yaml": { kind: "pnpm-workspace", check: checkYamlEdits },
  "setting in .npmrc": settingEdits("npmrc"),
  "setting in bunfig.toml": settingEdits("bunfig"),
  "setting in pnpm-workspace.yaml": settingEdits("pnpm-workspace"),
  "setting in .yarnrc.yml": settingEdits("yarnrc"),
};

export const TARGET_NAMES: readonly string[] = Object.keys(TARGETS);

/** Lockfiles are half of all inputs: they are what is largest and least like each other. */
const WEIGHTED: readonly string[] = TARGET_NAMES.flatMap((name) =>
  Array.from<string>({
    length: name === "bun-lockb" ? 1 : name.includes("lock") || name === "npm-shrinkwrap" ? 8 : 3,
  }).fill(name),
);

export function inputAt(starts: StartTexts, seed: number, index: number): Input {
  const choices = Choices.forInput(seed, index);
  const name = choices.of(WEIGHTED);
  const target = TARGETS[name];
  if (target === undefined) throw new Error(`no target ${name}`);
  const own = starts.get(target.kind) ?? [];
  const start = choices.of(own);
  const prepared = target.prepare?.(start) ?? start;
  const text = damaged(target.kind, prepared, choices, [own, starts]);
  return { target: name, text, check: () => target.check(text, choices, starts) };
}

function damaged(
  kind: TextKind,
  start: string,
  choices: Choices,
  [own, starts]: readonly [own: readonly string[], all: StartTexts],
): string {
  if (kind === "specifier") return mutatedLine(start, choices);
  const json = choices.chance(0.5) ? mutatedJson(start, choices) : null;
  // Other services' answers are nothing without being JSON: half of those are damaged as text all the same.
  if (json !== null && choices.chance(0.8)) return json;
  const other = choices.of(choices.chance(0.8) ? own : choices.of([...starts.values()]));
  return mutated(json ?? start, choices, other);
}
