/** What has to hold of an edit: the file is read as before but for what the edit says. */
import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";
import { parseTOML } from "toml-eslint-parser";
import { readConfig } from "../../server/src/core/documents/config/index.ts";
import { readManifest } from "../../server/src/core/documents/manifest.ts";
import { addToJsonList, setAllInJson, setInJson } from "../../server/src/core/edits/json-edit.ts";
import type { NewValue } from "../../server/src/core/edits/json-object.ts";
import { applyEdits, type Edit } from "../../server/src/core/edits/text-edit.ts";
import { setInYaml, type YamlScalar } from "../../server/src/core/edits/yaml-edit.ts";
import { addToYamlList } from "../../server/src/core/edits/yaml-list.ts";
import { npmOverride } from "../../server/src/core/fixes/override/npm-override.ts";
import { pin, PIN_STYLES } from "../../server/src/core/fixes/pin.ts";
import { setSetting } from "../../server/src/core/fixes/setting/set-setting.ts";
import { checkSpans, must } from "./checks.ts";
import type { Choices } from "./random-choices.ts";

const JSON_PATHS = [
  ["overrides", "inner"],
  ["resolutions", "**/x/inner"],
  ["pnpm", "overrides", "x>inner"],
  ["a", "b", "c", "d"],
  ["__proto__"],
  ["overrides", "__proto__"],
  ["dependencies", "inner"],
  ["name"],
  [""],
] as const;
const JSON_VALUES: readonly NewValue[] = [
  "1.0.0",
  "npm:@s/a@1",
  true,
  ["a", 'b"'],
  { a: "1", b: { c: "2" } },
  "\u2028\\",
];
const LISTS = [["trustedDependencies"], ["pnpm", "onlyBuiltDependencies"], ["workspaces"]] as const;
const YAML_PATHS = [
  ["overrides", "inner"],
  ["overrides", "@s/a"],
  ["minimumReleaseAge"],
  ["npmScopes", "s", "npmRegistryServer"],
  ["catalogs", "x", "b"],
  ["__proto__"],
  ["x y: z"],
] as const;
const YAML_VALUES: readonly YamlScalar[] = ["1.0.0", "^2", 1440, true, "3d", "yes", "it's", "a: b # c"];
const YAML_LISTS = ["minimumReleaseAgeExclude", "onlyBuiltDependencies", "packages", "overrides", "fresh"] as const;

/** Edits of a manifest; fixes leave a manifest alone that cannot be read whole. */
export function checkManifestEdits(text: string, choices: Choices): void {
  const manifest = readManifest(text);
  if (manifest.problems.length > 0) return;
  const before = npmValue(text);
  const path = choices.of(JSON_PATHS);
  const value = choices.of(JSON_VALUES);
  const set = setInJson(text, path, value);
  if (set !== null) checkJson(text, [set], withValue(before, path, value));
  const all = setAllInJson(text, [
    [path, value],
    [["overrides", "second"], "2.0.0"],
  ]);
  if (all !== null) checkJson(text, [all], withValue(withValue(before, path, value), ["overrides", "second"], "2.0.0"));
  const list = choices.of(LISTS);
  const added = addToJsonList(text, list, "fresh");
  if (added !== null) {
    const former = valueAt(before, list);
    checkJson(
      text,
      [added],
      withValue(before, list, [...(Array.isArray(former) ? (former as unknown[]) : []), "fresh"]),
    );
  }
  checkPins(text, choices);
  checkOverride(text, choices);
}

/** Nothing but the text of dependencies and overrides changes, and what is pinned asks for the version. */
function checkPins(text: string, choices: Choices): void {
  const manifest = readManifest(text);
  const [first] = manifest.dependencies.flatMap(({ specifier }) =>
    specifier.source === "registry" ? [specifier.name] : [],
  );
  const wanted = {
    name: choices.of(["inner", first ?? "a"]),
    from: "1.0.1",
    to: "1.0.0",
    style: choices.of(PIN_STYLES),
  };
  const edits = pin(manifest, wanted);
  checkSpans(edits, text);
  const after = readManifest(applyEdits(text, edits));
  checkManifestProblems(applyEdits(text, edits));
  const others = (all: typeof manifest.dependencies) => all.map(({ alias, section }) => [section, alias]);
  must(isDeepStrictEqual(others(after.dependencies), others(manifest.dependencies)), "a pin changes what is asked for");
  must(
    pin(after, wanted).every((edit) => applyEdits(applyEdits(text, edits), [edit]) === applyEdits(text, edits)),
    "a pin is not the last",
  );
}

/** A name that was there twice with one value has two then, the last of which holds, and that is reported. */
function checkManifestProblems(after: string): void {
  const others = readManifest(after).problems.filter(({ message }) => !message.includes("appears twice"));
  must(others.length === 0, `an edited manifest has a problem: ${others[0]?.message ?? ""}`);
}

function checkOverride(text: string, choices: Choices): void {
  const edits = npmOverride(text, {
    alias: "inner",
    from: "1.0.1",
    value: "1.0.0",
    isSelective: choices.chance(0.5),
    below: choices.chance(0.5) ? null : { alias: "x", version: "1.0.0" },
  });
  if (edits.length === 0) return;
  checkSpans(edits, text);
  const { overrides: before, ...restBefore } = recordOf(npmValue(text));
  const { overrides: after, ...restAfter } = recordOf(npmValue(applyEdits(text, edits)));
  must(isDeepStrictEqual(restAfter, restBefore), "an override changes other members");
  must(!isDeepStrictEqual(after, before) || JSON.stringify(before).includes('"1.0.0"'), "an override changes nothing");
  const [was, is] = [leaves(before), leaves(after)];
  const changed = [...was].filter(([path, value]) => is.get(path) !== value);
  must(
    changed.every(([path]) => path.includes("inner") || path === "/x"),
    `an override changes ${changed.map(([path]) => path).join()}`,
  );
}

/** Of pnpm's file: fixes leave one alone that cannot be read whole. */
export function checkYamlEdits(text: string, choices: Choices): void {
  if (readConfig("pnpm-workspace", text).problems.length > 0) return;
  const before = parseDocument(text, { uniqueKeys: false, logLevel: "silent" });
  const path = choices.of(YAML_PATHS);
  const value = choices.of(YAML_VALUES);
  const set = setInYaml(text, path, value);
  if (set !== null) checkYaml(text, set, withValue(yamlValue(before), path, value));
  const list = choices.of(YAML_LISTS);
  const added = addToYamlList(text, list, "fresh");
  if (added === null) return;
  const former = valueAt(yamlValue(before), [list]);
  checkYaml(
    text,
    added,
    withValue(yamlValue(before), [list], [...(Array.isArray(former) ? (former as unknown[]) : []), "fresh"]),
  );
}

export function checkSettingEdits(
  kind: "npmrc" | "bunfig" | "pnpm-workspace" | "yarnrc",
  text: string,
  choices: Choices,
): void {
  const before = readConfig(kind, text);
  if (before.problems.length > 0) return;
  const path = SETTINGS[kind];
  const value = choices.of([3, 4320, "3d", true] as const);
  const edits = setSetting(text, { kind, path, value });
  if (edits === null) return;
  checkSpans(edits, text);
  const after = readConfig(kind, applyEdits(text, edits));
  must(after.problems.length === 0, "a setting is written into a file that cannot be read then");
  const own = path.join("/");
  const values = (tree: typeof before) => leavesOfConfig(tree.root, "").filter(([at]) => at !== own);
  must(isDeepStrictEqual(values(after), values(before)), "a setting changes others");
  if (kind === "bunfig") parseTOML(applyEdits(text, edits));
}

const SETTINGS = {
  npmrc: ["min-release-age"],
  bunfig: ["install", "minimumReleaseAge"],
  "pnpm-workspace": ["minimumReleaseAge"],
  yarnrc: ["npmMinimalAgeGate"],
} as const;

function leavesOfConfig(value: ReturnType<typeof readConfig>["root"], path: string): (readonly [string, string])[] {
  return [...value.entries.values()].flatMap(({ key, value: inner }) => {
    const at = path === "" ? key : `${path}/${key}`;
    if (inner.kind === "map") return leavesOfConfig(inner, at);
    const texts = inner.kind === "scalar" ? [inner] : inner.items.filter((item) => item.kind === "scalar");
    return [[at, texts.map(({ text }) => text).join("\n")] as const];
  });
}

function checkJson(text: string, edits: readonly Edit[], expected: unknown): void {
  checkSpans(edits, text);
  const after = applyEdits(text, edits);
  must(
    isDeepStrictEqual(plain(npmValue(after)), plain(expected)),
    `an edit says something else: ${JSON.stringify(edits)}`,
  );
  checkManifestProblems(after);
}

function checkYaml(text: string, edits: readonly Edit[], expected: unknown): void {
  checkSpans(edits, text);
  const after = parseDocument(applyEdits(text, edits), { uniqueKeys: false, logLevel: "silent" });
  must(after.errors.length === 0, "an edited file is no YAML");
  must(
    isDeepStrictEqual(plain(yamlValue(after)), plain(expected)),
    `an edit says something else: ${JSON.stringify(edits)}`,
  );
}

function yamlValue(document: ReturnType<typeof parseDocument>): unknown {
  return document.toJS({ maxAliasCount: 100 });
}

function npmValue(text: string): unknown {
  return JSON.parse(text.replace(/^\ufeff/, ""));
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (Object.hasOwn(recordOf(at), key) ? recordOf(at)[key] : undefined), value);
}

function withValue(before: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const others = Object.entries(recordOf(before)).filter(([other]) => other !== key);
  return Object.fromEntries([...others, [key, withValue(valueAt(before, [key]), rest, value)]]);
}

/** Without order and prototypes. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, plain(item)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function leaves(value: unknown, path = ""): ReadonlyMap<string, unknown> {
  if (typeof value !== "object" || value === null) return new Map([[path, value]]);
  return new Map(Object.entries(value).flatMap(([key, item]) => [...leaves(item, `${path}/${key}`)]));
}
