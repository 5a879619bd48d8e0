/**
 * How a package manager brings its lockfile in line with the manifests, and what of the project it runs in doing so.
 * Tried with the managers themselves: test/package-managers/update-runs.test.ts
 */
import { readConfig, type ConfigKind } from "../documents/config/index.ts";
import { configDependencyNames } from "../documents/config-dependencies.ts";
import { readManifestConfig } from "../documents/config/json.ts";
import { entryAt, scalarAt, scalarsAt, type ConfigMap, type ConfigValue } from "../documents/config/tree.ts";
import { readManifest } from "../documents/manifest.ts";
import type { Fact } from "../facts/fact.ts";
import { explicitRepositories } from "../util/git-variables.ts";
import { oneLine } from "../util/sanitize.ts";
import type { LockfileFormat } from "../model.ts";
import { unwrapped } from "../config/yarn-layers.ts";

export interface LockfileUpdate {
  /** A bare name, to be looked for outside the project. */
  readonly program: "npm" | "pnpm" | "yarn" | "bun";
  readonly args: readonly string[];
  /** Variables for the program, beside those that any program gets. */
  readonly env: Readonly<Record<string, string>>;
  /** How often it runs: `npm update` brings one version of a package in line in each run (npm 11.19 and 12.2). */
  readonly times: number;
  /** Code that the project chooses and that runs, one phrase each. Empty: none runs, and nothing is installed. */
  readonly runs: readonly string[];
}

/** A file in the project's folder, or in one above it. */
export interface ProjectFile {
  /** Without its folder. */
  readonly name: string;
  /** Relative to the project's folder, as shown to a person. */
  readonly path: string;
  /** Unknown with `not-found`: there is no such file. */
  readonly text: Fact<string>;
}

/** What has to be read: in the project's folder, and in it and all above. */
export interface FilesToRead {
  readonly own: readonly string[];
  readonly above: readonly string[];
}

/** @param yarnrc what Yarn calls its settings here: `.yarnrc.yml`, or the value of YARN_RC_FILENAME */
export function filesToRead(format: LockfileFormat, yarnrc: string): FilesToRead {
  switch (format) {
    case "npm":
    case "yarn-classic":
      return { own: [], above: [] };
    case "pnpm":
      return { own: ["pnpm-lock.yaml"], above: ["package.json", "pnpm-workspace.yaml", ".npmrc", ...PNPMFILES] };
    case "yarn-berry":
      return { own: [], above: ["package.json", yarnrc, ".yarnrc"] };
    case "bun":
      return { own: ["bunfig.toml"], above: [] };
  }
}

/** Why a lockfile cannot be updated: one sentence for a person. */
export interface NoUpdate {
  readonly problem: string;
}

/**
 * The update of one lockfile.
 *
 * @param packages those whose version changed: a package once for each version that goes
 * @param files those of `filesToRead`, nearest first
 * @param env that of this process, which the program gets too
 */
export function lockfileUpdate(
  format: LockfileFormat,
  packages: readonly string[],
  files: readonly ProjectFile[],
  yarnrc: string,
  env: Readonly<Record<string, string | undefined>>,
): LockfileUpdate | NoUpdate {
  const update = updateOf(format, packages, files, yarnrc);
  return "problem" in update ? update : { ...update, env: { ...update.env, ...closedTo(format, env) } };
}

/** Variables by which nothing of the project decides what runs in place of the package manager, or what its git runs. */
function closedTo(
  format: LockfileFormat,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return {
    // Corepack reads no `.corepack.env`: https://github.com/nodejs/corepack#environment-variables
    COREPACK_ENV_FILE: "0",
    // Bun has git look into no repository in the project's folder, and Bun 1.2 asks it in repositories of its cache that
    // have no `.git`: tried, 1.2.20 and 1.4.4.
    ...(format === "bun" ? {} : explicitRepositories(env)),
  };
}

function updateOf(
  format: LockfileFormat,
  packages: readonly string[],
  files: readonly ProjectFile[],
  yarnrc: string,
): LockfileUpdate | NoUpdate {
  switch (format) {
    case "npm":
      return npmUpdate(packages);
    case "pnpm":
      return pnpmUpdate(files);
    case "yarn-berry":
      return yarnUpdate(files, yarnrc);
    case "bun":
      return bunUpdate(files);
    case "yarn-classic":
      return { problem: "Yarn 1 has no command that updates yarn.lock without installing. Run yarn install by hand." };
  }
}

/** `npm install` would keep what is locked below a workspace in spite of a new override; `npm update` does not. */
function npmUpdate(packages: readonly string[]): LockfileUpdate {
  const names = [...new Set(packages)];
  const times = Math.max(1, ...names.map((name) => packages.filter((other) => other === name).length));
  // `git` in the project's .npmrc names a program, which npm runs for dependencies from git.
  const args = ["update", ...names, "--package-lock-only", "--ignore-scripts", "--git=git"];
  return { program: "npm", args, env: {}, times, runs: [] };
}

const PNPMFILES = [".pnpmfile.cjs", ".pnpmfile.mjs"];

function pnpmUpdate(all: readonly ProjectFile[]): LockfileUpdate {
  const files = filesOfPnpm(all);
  const pnpmfiles = pnpmfilesOf(files);
  const isNeeded = pnpmfiles.length > 0 && dependsOnPnpmfile(files);
  const args = ["install", "--lockfile-only", "--ignore-scripts", ...(isNeeded ? [] : ["--ignore-pnpmfile"])];
  const managers = [...managerOf(files, "pnpm"), ...managerOf(nearestStating(all, "pnpm"), "pnpm")];
  const runs = [
    ...managers,
    ...nodesOf(files),
    ...configDependenciesOf(files, (name) => `${name}, which it installs`),
    ...(isNeeded ? pnpmfiles : []),
  ];
  return { program: "pnpm", args, env: {}, times: 1, runs: [...new Set(runs)] };
}

/** Those of the folder itself and of pnpm's root, which is the nearest one with this file: https://pnpm.io/pnpm-workspace_yaml */
function filesOfPnpm(files: readonly ProjectFile[]): readonly ProjectFile[] {
  const root = files.find(({ name, text }) => name === "pnpm-workspace.yaml" && isThere(text));
  const folders = ["", ...(root === undefined ? [] : [folderIn(root)])];
  return files.filter((file) => folders.includes(folderIn(file)));
}

/** The file's folder as seen from the project's: `""`, `../`… */
function folderIn({ name, path }: ProjectFile): string {
  return path.slice(0, path.length - name.length);
}

/** Node.js that pnpm up to 10 fetches, from wherever the settings say, and unpacks before it does anything else: tried. */
function nodesOf(files: readonly ProjectFile[]): readonly string[] {
  const read =
    (key: string) =>
    (settings: ConfigMap, path: string): readonly string[] =>
      scalarsAt(settings, key).map(({ text }) => named(`Node.js ${text}`, path));
  return [
    ...settingsIn(files, "pnpm-workspace.yaml", "pnpm-workspace", read("useNodeVersion")),
    ...settingsIn(files, ".npmrc", "npmrc", read("use-node-version")),
  ];
}

/** https://pnpm.io/pnpmfile */
function pnpmfilesOf(files: readonly ProjectFile[]): readonly string[] {
  return [
    ...files.filter(({ name, text }) => PNPMFILES.includes(name) && isThere(text)).map(({ path }) => path),
    ...settingsIn(files, "pnpm-workspace.yaml", "pnpm-workspace", (settings, path) => [
      ...["pnpmfile", "globalPnpmfile"].flatMap((key) => scalarsAt(settings, key).map(({ text }) => named(text, path))),
    ]),
    ...configDependenciesOf(files, (name) => `the pnpmfile of ${name}`),
    ...settingsIn(files, ".npmrc", "npmrc", (settings, path) =>
      ["pnpmfile", "global-pnpmfile"].flatMap((key) => scalarsAt(settings, key).map(({ text }) => named(text, path))),
    ),
  ];
}

/** Packages that pnpm 10 and up installs before it does anything else: https://pnpm.io/config-dependencies */
function configDependenciesOf(files: readonly ProjectFile[], phrase: (name: string) => string): readonly string[] {
  const read =
    (kind: string) =>
    (settings: ConfigMap, path: string): readonly string[] =>
      configDependencyNames(kind, settings).map((name) => named(phrase(name), path));
  const manifests = files.filter(({ name }) => name === "package.json");
  return [
    ...settingsIn(files, "pnpm-workspace.yaml", "pnpm-workspace", read("pnpm-workspace")),
    // One that cannot be read is named for the manager that it may state.
    ...manifests.flatMap(({ path, text }) =>
      text.known ? read("package-json")(readManifestConfig(text.value).root, path) : [],
    ),
  ];
}

/** The lockfile was written with a pnpmfile's changes. Before version 9 it does not say. */
function dependsOnPnpmfile(files: readonly ProjectFile[]): boolean {
  const text = files.find(({ name }) => name === "pnpm-lock.yaml")?.text;
  if (text?.known !== true) return true;
  return /^pnpmfileChecksum:/m.test(text.value) || !/^lockfileVersion: *['"]?9/m.test(text.value);
}

/** https://yarnpkg.com/configuration/yarnrc */
function yarnUpdate(files: readonly ProjectFile[], yarnrc: string): LockfileUpdate | NoUpdate {
  const set = (key: string): readonly string[] =>
    settingsIn(files, yarnrc, "yarnrc", (settings, path) => textsOf(settings, key).map((text) => named(text, path)));
  const classic = files.filter(({ name, text }) => name === ".yarnrc" && namesYarn(text));
  const fromClassic = classic.map(({ path }) => named("the Yarn", path));
  const yarns = [...managerOf(nearestStating(files, "yarn"), "yarn"), ...set("yarnPath"), ...fromClassic];
  if (yarns.length === 0) return { problem: NO_YARN };
  const runs = [...new Set([...yarns, ...set("plugins")])];
  // Yarn 1, before 1.22.20 even where the project names another, knows no such mode: it would run scripts.
  // The constraints of Yarn 4 are a program of the project, yarn.config.cjs.
  const env = { npm_config_ignore_scripts: "true", YARN_ENABLE_CONSTRAINTS_CHECKS: "false" };
  return { program: "yarn", args: ["install", "--mode=update-lockfile"], env, times: 1, runs };
}

/** Yarn 1 takes the lockfile of Yarn 2 and up for an empty one, installs, and writes its own in its place. */
const NO_YARN =
  "The project names no Yarn (packageManager, yarnPath), and Yarn 1 would install packages. " +
  "Run it by hand with Yarn 2 or newer: yarn install --mode=update-lockfile";

/** Yarn 1 reads `.yarnrc`, and runs the Yarn that it names. */
function namesYarn(text: Fact<string>): boolean {
  return text.known ? /^[ \t]*["']?yarn-path\b/m.test(text.value) : isThere(text);
}

/** https://bun.com/docs/runtime/bunfig. What is preloaded runs where a scanner does. */
function bunUpdate(files: readonly ProjectFile[]): LockfileUpdate {
  const runs = settingsIn(files, "bunfig.toml", "bunfig", (settings, path) => {
    const scanners = scalarsAt(settings, "install", "security", "scanner");
    const all = scanners.length === 0 ? [] : [...scanners, ...scalarsAt(settings, "preload")];
    return all.map(({ text }) => named(text, path));
  });
  return { program: "bun", args: ["install", "--lockfile-only", "--ignore-scripts"], env: {}, times: 1, runs };
}

/** The manifest that Corepack takes a manager's version from: the nearest that states one. */
function nearestStating(files: readonly ProjectFile[], manager: string): readonly ProjectFile[] {
  return files.filter((file) => managerOf([file], manager).length > 0).slice(0, 1);
}

/** A version of the manager that the manifests name: pnpm, and Corepack, fetch it and run it. */
function managerOf(files: readonly ProjectFile[], manager: string): readonly string[] {
  return files
    .filter(({ name }) => name === "package.json")
    .flatMap(({ path, text }) => {
      if (!text.known) return isThere(text) ? [unreadable(path)] : [];
      const { packageManager, problems } = readManifest(text.value);
      if (problems.length > 0) return [unreadable(path)];
      const stated = packageManager === null ? enginesOf(text.value, manager) : [packageManager];
      return stated.map((each) => named(each, path));
    });
}

/** https://docs.npmjs.com/cli/v11/configuring-npm/package-json#devengines: one, or a list. */
function enginesOf(manifest: string, manager: string): readonly string[] {
  const written = entryAt(readManifestConfig(manifest).root, "devEngines", "packageManager")?.value;
  const engines = written?.kind === "list" ? written.items : [written];
  return engines.flatMap((engine) => {
    if (engine?.kind !== "map" || scalarAt(engine, "name")?.text !== manager) return [];
    const version = scalarAt(engine, "version")?.text;
    return version === undefined ? [] : [`${manager}@${version}`];
  });
}

/** What the settings files of a name say; one phrase for each that cannot be read whole. */
function settingsIn(
  files: readonly ProjectFile[],
  fileName: string,
  kind: ConfigKind,
  read: (settings: ConfigMap, path: string) => readonly string[],
): readonly string[] {
  return files
    .filter(({ name }) => name === fileName)
    .flatMap(({ path, text }) => {
      if (!text.known) return isThere(text) ? [unreadable(path)] : [];
      const { root, problems } = readConfig(kind, text.value);
      return problems.length > 0 ? [unreadable(path)] : read(root, path);
    });
}

/** The scalars of a setting of Yarn's: itself, its items, or the `path` of its items. */
function textsOf(settings: ConfigMap, key: string): readonly string[] {
  const written = settings.entries.get(key)?.value;
  return written === undefined ? [] : textsIn(unwrapped(written).value);
}

function textsIn(value: ConfigValue): readonly string[] {
  if (value.kind === "scalar") return [value.text];
  if (value.kind === "list") return value.items.flatMap(textsIn);
  return [scalarAt(value, "path")?.text ?? "a plugin"];
}

function isThere(text: Fact<string>): boolean {
  return text.known || text.code !== "not-found";
}

/** Without brackets: VS Code makes links of them in messages. */
function named(text: string, path: string): string {
  return `${oneLine(text, 80).replace(/[[\]]/g, "")} (${path})`;
}

function unreadable(path: string): string {
  return `whatever ${path} names, which could not be read`;
}
